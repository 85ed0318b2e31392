"""Copies in one SQLite file beside the store: equal bytes are kept once, under their hash.

Fully synchronised: when `take` returns, a power cut cannot take the bytes away. Every call opens
the file anew, so threads and commands may share one keeper.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

from backups.copies import Copy
from backups.retention import Retention, kept
from model.errors import BackupDamaged, CannotWrite, CrmError, StoreBusy, StoreTooNew, WrongPlace
from model.texts import Text

VERSION = 1
OWNER_ONLY = 0o600
PATIENCE = 30.0
"""Seconds that a writer waits for another one."""
_TABLES = """
CREATE TABLE IF NOT EXISTS contents (
    sha256 TEXT PRIMARY KEY,
    raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS copies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    book TEXT NOT NULL,
    at TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES contents (sha256),
    size INTEGER NOT NULL,
    why TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS copies_by_book ON copies (book, id);
CREATE INDEX IF NOT EXISTS copies_by_content ON copies (sha256, id);
"""
_COPY = "SELECT id, book, at, sha256, size, why FROM copies"
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_NO_ROOM = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}


class SqliteBackups:
    """Keeper of copies in one file."""

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        self.path = path
        self._patience = patience

    @classmethod
    def open(cls, path: Path, *, patience: float = PATIENCE) -> Self:
        """The keeper over a file, which is made when there is none."""
        _make_private(path)
        keeper = cls(path, patience=patience)
        with keeper._connection() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise StoreTooNew(path=path)
            if version < VERSION:
                connection.executescript(f"{_TABLES} PRAGMA user_version = {VERSION};")
        return keeper

    def take(self, book: str, raw: bytes, *, at: datetime, why: str) -> Copy:
        """The copy, durable before this returns; the newest one when nothing differs from it."""
        if at.tzinfo is None:
            raise ValueError(at.isoformat())
        token = sha256(raw).hexdigest()
        with self._writing() as connection:
            newest = _first(connection, f"{_COPY} WHERE book = ? ORDER BY id DESC LIMIT 1", book)
            _keep_content(connection, token, raw)
            if newest is not None and (newest.sha256, newest.why) == (token, why):
                return newest
            moment = at.astimezone(UTC)
            key = connection.execute(
                "INSERT INTO copies (book, at, sha256, size, why) VALUES (?, ?, ?, ?, ?)",
                (book, moment.isoformat(), token, len(raw), why),
            ).lastrowid
        return Copy(key or 0, book, moment, token, len(raw), why)

    def list(self, book: str | None = None) -> tuple[Copy, ...]:
        """Copies, newest first; of every book when none is named."""
        with self._connection() as connection:
            return _list(connection, book)

    def find(self, sha256: str, book: str | None = None) -> Copy | None:
        """The newest copy with these very bytes."""
        wanted = f"{_COPY} WHERE sha256 = ? AND (? IS NULL OR book = ?) ORDER BY id DESC LIMIT 1"
        with self._connection() as connection:
            return _first(connection, wanted, sha256, book, book)

    def read(self, copy_id: int) -> bytes:
        """The bytes that were taken; raises WrongPlace or BackupDamaged."""
        with self._connection() as connection:
            copy = _first(connection, f"{_COPY} WHERE id = ?", copy_id)
            if copy is None:
                raise WrongPlace(what=Text.A_COPY, value=copy_id)
            raw = _content(connection, copy.sha256)
        if raw is None or sha256(raw).hexdigest() != copy.sha256:
            raise BackupDamaged(path=self.path, detail=f"{copy_id}: {copy.sha256[:12]}")
        return raw

    def verify(self, copy_id: int) -> bool:
        """Whether a copy gives back the bytes that were taken; raises WrongPlace."""
        try:
            self.read(copy_id)
        except BackupDamaged:
            return False
        return True

    def prune(self, rule: Retention) -> int:
        """Number of copies let go by the rule, book by book; bytes that none needs go too."""
        with self._writing() as connection:
            copies = _list(connection, None)
            stay = frozenset[int]().union(
                *(
                    kept((copy for copy in copies if copy.book == book), rule)
                    for book in {copy.book for copy in copies}
                )
            )
            gone = [(copy.id,) for copy in copies if copy.id not in stay]
            connection.executemany("DELETE FROM copies WHERE id = ?", gone)
            connection.execute(
                "DELETE FROM contents WHERE sha256 NOT IN (SELECT sha256 FROM copies)"
            )
        return len(gone)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=self._patience)) as connection:
                connection.isolation_level = None
                for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                    connection.execute(f"PRAGMA {pragma}").close()
                yield connection
        except sqlite3.Error as failure:
            known = self._translated(failure)
            if known is None:
                raise
            raise known from failure

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")  # an exception goes past it; closing rolls back

    def _translated(self, failure: sqlite3.Error) -> CrmError | None:
        primary = getattr(failure, "sqlite_errorcode", 0) & 0xFF  # extended codes refine the byte
        if primary in _DAMAGED:
            return BackupDamaged(path=self.path, detail=str(failure))
        if primary in _BUSY:
            return StoreBusy(path=self.path)
        if primary in _NO_ROOM:
            return CannotWrite(name=self.path.name, reason=str(failure))
        return None


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
        path.chmod(OWNER_ONLY)
    except OSError as failure:
        raise CannotWrite(name=path.name, reason=failure.strerror) from failure


def _keep_content(connection: sqlite3.Connection, token: str, raw: bytes) -> None:
    """Keeps the bytes; damaged ones under the same hash are mended by the way."""
    known = _content(connection, token)
    if known is None:
        connection.execute("INSERT INTO contents VALUES (?, ?)", (token, raw))
    elif known != raw:
        connection.execute("UPDATE contents SET raw = ? WHERE sha256 = ?", (raw, token))


def _content(connection: sqlite3.Connection, token: str) -> bytes | None:
    row = connection.execute("SELECT raw FROM contents WHERE sha256 = ?", (token,)).fetchone()
    return bytes(row[0]) if row is not None else None


def _list(connection: sqlite3.Connection, book: str | None) -> tuple[Copy, ...]:
    wanted = f"{_COPY} WHERE ? IS NULL OR book = ? ORDER BY id DESC"
    return tuple(_copy(row) for row in connection.execute(wanted, (book, book)))


def _first(connection: sqlite3.Connection, wanted: str, *values: str | int | None) -> Copy | None:
    row = connection.execute(wanted, values).fetchone()
    return _copy(row) if row is not None else None


def _copy(row: tuple[int, str, str, str, int, str]) -> Copy:
    number, book, at, token, size, why = row
    return Copy(number, book, datetime.fromisoformat(at), token, size, why)
