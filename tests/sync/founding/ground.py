"""A place to found teams in: a fixed moment, chance from a seed, books that are quick to make."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from model.blueprint import Blueprint, Role
from store import Store
from sync.founding.founding import STORE_FILE
from templates.blueprint import load

NOW = datetime(2026, 3, 12, 14, 32, tzinfo=ZoneInfo("Europe/Moscow"))
BLUEPRINT: Blueprint = load(5)
SHARED = Path(__file__).parents[3].parent / "shared" / "data"


def chance(seed: int = 7) -> Callable[[int], bytes]:
    """Bytes that come out the same every time."""
    return random.Random(seed).randbytes


def quick_book(
    blueprint: Blueprint, role: Role, *, stamp: str, people: int, password: str, owner: str
) -> bytes:
    """A real workbook with one sheet, in place of the whole book."""
    book = Workbook()
    book.worksheets[0].append([role.value, len(blueprint.tables), people, password, stamp, owner])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def store_of(state: Path) -> Store:
    """The store of a founded team."""
    return Store.open(state / STORE_FILE)
