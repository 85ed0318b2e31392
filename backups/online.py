"""The store as one file of bytes, taken while others write into it, and whether it is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import PurePath

from model.errors import BackupDamaged

PAGES, PAUSE = 1024, 0.01
"""So many pages in one step, so many seconds between two: writers get their turn."""
_MODES = slice(18, 20)
"""Where the file says that it is read and written with a journal beside it."""


def online_copy(path: PurePath) -> bytes:
    """The database as it stood at one moment; raises BackupDamaged."""
    try:
        with (
            closing(sqlite3.connect(str(path))) as source,
            closing(sqlite3.connect(":memory:")) as copy,
        ):
            source.backup(copy, pages=PAGES, sleep=PAUSE)
            raw = bytearray(copy.serialize())
    except sqlite3.Error as failure:
        raise BackupDamaged(path=path, detail=str(failure)) from failure
    raw[_MODES] = b"\1\1"
    return bytes(raw)


def examined(raw: bytes, name: str) -> Mapping[str, int]:
    """Rows of each table of a copied database that is whole; raises BackupDamaged."""
    try:
        with closing(sqlite3.connect(":memory:")) as copy:
            copy.deserialize(raw)
            said = copy.execute("PRAGMA integrity_check(1)").fetchone()
            if said != ("ok",):
                raise BackupDamaged(path=name, detail=said[0])
            tables = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            counts = {}
            for (table,) in tables:
                quoted = table.replace('"', '""')
                (counts[table],) = copy.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()  # noqa: S608
    except (sqlite3.Error, OverflowError) as failure:
        raise BackupDamaged(path=name, detail=str(failure)) from failure
    return counts
