"""Versioned copies of workbooks: take, verify, list, restore, prune."""

from backups.copies import Backups, Copy
from backups.retention import Label, Retention
from backups.sqlite import SqliteBackups

__all__ = ["Backups", "Copy", "Label", "Retention", "SqliteBackups"]
