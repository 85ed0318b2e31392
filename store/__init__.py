"""Merge base, history, facts and sums, in one database."""

from store.reader import Reader
from store.store import Store
from store.writer import Writer

__all__ = ["Reader", "Store", "Writer"]
