"""The landing file: where arrivals are written down before their sender hears «taken».

It is a database of its own beside the store, so that an answer never waits for a pass: a pass holds
the store's write lock for as long as it thinks. The next pass moves what landed into the store
and removes it here afterwards; a crash in between lets it be moved again, which adds nothing, since
the store knows each source and key. A cursor of a mailbox advances in the transaction in which its
letters land.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from model.arrivals import Landed
from store.engine import PATIENCE, make_private, translated

FILE = "landing.sqlite3"
_TABLES = """
CREATE TABLE IF NOT EXISTS landed (
    number INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, key TEXT NOT NULL,
    received TEXT NOT NULL, media TEXT NOT NULL, raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS cursors (
    source TEXT NOT NULL, place TEXT NOT NULL, said TEXT NOT NULL, PRIMARY KEY (source, place)
);
CREATE TABLE IF NOT EXISTS contacts (
    source TEXT PRIMARY KEY, at TEXT NOT NULL, fault TEXT NOT NULL
);
"""


class Landing:
    """One open landing file, for one thread at a time; other processes may have it open too."""

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        self.path = path
        make_private(path)
        with self._own_words():
            self._connection = sqlite3.connect(path, timeout=patience, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "trusted_schema=OFF"):
                self._connection.execute(f"PRAGMA {pragma}").close()
            self._connection.executescript(_TABLES)

    @classmethod
    def of(cls, state: Path) -> Self:
        """The landing file of a state directory; raises CannotWrite, StoreBusy or StoreDamaged."""
        return cls(state / FILE)

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def land(
        self, arrivals: Sequence[Landed], *, cursor: tuple[str, str, str] | None = None
    ) -> None:
        """Writes arrivals down for good, with the place (source, place, text) reading has reached.

        Raises CannotWrite, StoreBusy or StoreDamaged.
        """
        with self._transaction() as connection:
            connection.executemany(
                "INSERT INTO landed (source, key, received, media, raw) VALUES (?, ?, ?, ?, ?)",
                [(a.source, a.key, _utc(a.received), a.media, a.raw) for a in arrivals],
            )
            if cursor is not None:
                connection.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)", cursor)

    def first(self, limit: int) -> list[Landed]:
        """The oldest arrivals."""
        wanted = "SELECT source, key, received, media, raw, number FROM landed ORDER BY number"
        with self._transaction() as connection:
            found = connection.execute(f"{wanted} LIMIT ?", (limit,)).fetchall()
        return [
            Landed(source, key, datetime.fromisoformat(received), media, raw, number)
            for source, key, received, media, raw, number in found
        ]

    def forget(self, until: int) -> None:
        """Removes the arrivals up to a number: the store has them."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM landed WHERE number <= ?", (until,))

    def counts(self) -> dict[str, tuple[int, datetime]]:
        """How many arrivals of each source wait here, and since when."""
        wanted = "SELECT source, COUNT(*), MIN(received) FROM landed GROUP BY source"
        with self._transaction() as connection:
            found = connection.execute(wanted).fetchall()
        return {source: (count, datetime.fromisoformat(at)) for source, count, at in found}

    def newest(self) -> int:
        """Number of the last arrival; 0 when nothing waits."""
        with self._transaction() as connection:
            return int(connection.execute("SELECT MAX(number) FROM landed").fetchone()[0] or 0)

    def cursor(self, source: str, place: str) -> str:
        """How far a place of a source was read; empty when it never was."""
        wanted = "SELECT said FROM cursors WHERE source = ? AND place = ?"
        with self._transaction() as connection:
            found = connection.execute(wanted, (source, place)).fetchone()
        return str(found[0]) if found is not None else ""

    def note_contact(self, source: str, at: datetime, fault: str) -> None:
        """Remembers when a source was last asked, and what was wrong then."""
        with self._transaction() as connection:
            line = (source, _utc(at), fault)
            connection.execute("INSERT OR REPLACE INTO contacts VALUES (?, ?, ?)", line)

    def contacts(self) -> dict[str, tuple[datetime, str]]:
        """When each source was last asked and what was wrong then; empty when all was well."""
        with self._transaction() as connection:
            found = connection.execute("SELECT source, at, fault FROM contacts").fetchall()
        return {source: (datetime.fromisoformat(at), fault) for source, at, fault in found}

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._own_words(), self._connection as connection:
            yield connection

    @contextmanager
    def _own_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as failure:
            known = translated(failure, self.path)
            if known is None:
                raise
            raise known from failure


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
