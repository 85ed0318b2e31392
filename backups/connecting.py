"""Connections to the file of copies: each call has its own, or a block has one for all its calls.

Faults of the file leave it in our words.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from model.errors import BackupDamaged, CannotWrite, CrmError, StoreBusy

PAGE = 16_384
"""Bytes of a page of a new file: workbooks are megabytes, and each page is written twice."""
PRAGMAS = (
    *(f"page_size={PAGE}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"),
    "temp_store=MEMORY",  # what one statement would undo: a file for it has to be written twice
)
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
"""A plain error too: the statements stand fast, so what they miss is missing in the file."""
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
"""The last: the lock of the log was not to be had."""
_NO_ROOM = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}


class _Own(threading.local):
    """What a thread has: within how many blocks it is, and what stays open for them."""

    depth = 0
    kept: tuple[sqlite3.Connection, tuple[int, int] | None] | None = None


class Connecting:
    """Connections to one file; `patience`: seconds that a writer waits for another one."""

    def __init__(self, path: Path, patience: float) -> None:
        self.path = path
        self._patience = patience
        self._own = _Own()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Until the block ends the calls of this thread go through one connection.

        To open and close costs more than most calls: the log is written back into the file.
        """
        self._own.depth += 1
        try:
            yield
        finally:
            self._own.depth -= 1
            if not self._own.depth:
                self._let_go()

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection in no transaction; what is left of one at the end is rolled back."""
        own = self._own
        with self._in_our_words():
            mine, own.kept = self._kept() or self._opened(), None
            connection = mine[0]
            try:
                yield connection
                if connection.in_transaction:
                    connection.rollback()
            except BaseException:
                connection.close()  # nobody goes on with what failed
                raise
            if own.depth and own.kept is None:
                own.kept = mine
            else:
                connection.close()

    def _kept(self) -> tuple[sqlite3.Connection, tuple[int, int] | None] | None:
        """What is open, if it is the file that stands there now."""
        if self._own.kept is not None and self._own.kept[1] != _identity(self.path):
            self._let_go()
        return self._own.kept

    def _let_go(self) -> None:
        kept, self._own.kept = self._own.kept, None
        if kept is not None:
            kept[0].close()

    def _opened(self) -> tuple[sqlite3.Connection, tuple[int, int] | None]:
        connection = sqlite3.connect(self.path, timeout=self._patience)
        try:
            connection.isolation_level = None
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}").close()
        except BaseException:
            connection.close()
            raise
        return connection, _identity(self.path)

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, TypeError) as failure:  # a line that this program never wrote
            raise BackupDamaged(path=self.path, detail=str(failure)) from failure
        except sqlite3.Error as failure:
            known = self._translated(failure)
            if known is None:
                raise
            raise known from failure

    def _translated(self, failure: sqlite3.Error) -> CrmError | None:
        unread = sqlite3.SQLITE_CORRUPT  # a text that is none has no code at all
        primary = getattr(failure, "sqlite_errorcode", unread) & 0xFF  # extended codes refine it
        if primary in _DAMAGED:
            return BackupDamaged(path=self.path, detail=str(failure))
        if primary in _BUSY:
            return StoreBusy(path=self.path)
        if primary in _NO_ROOM:
            return CannotWrite(name=self.path.name, reason=str(failure))
        return None


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file stands there; None when there is none."""
    with suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None
