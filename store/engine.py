"""The database file: opened, checked, migrated; transactions; failures in our own words.

SQLite in WAL mode with full synchronisation: what a transaction committed survives a power cut.
A writer takes the write lock at its beginning, so that it never fails half-way for another
writer; a reader sees one moment throughout.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from model.errors import CannotWrite, CrmError, StoreBusy, StoreDamaged, StoreTooNew
from store.schema import HEAD

PATIENCE = 30.0
"""Seconds that a writer waits for another one."""
OWNER_ONLY = 0o600
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
"""The last: the lock of the log was not to be had."""
_NO_ROOM = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}


def open_engine(path: Path, *, patience: float) -> Engine:
    """An engine over a checked and migrated database file."""
    make_private(path)
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": patience},
        hide_parameters=True,  # a failure that is logged must not quote what people typed
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        with own_words(path):
            _check(engine, path)
            _migrate(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def transaction(engine: Engine, path: Path, *, immediate: bool) -> Iterator[Connection]:
    """A connection inside one transaction: committed at the end, rolled back on an exception."""
    with own_words(path), engine.connect() as plain:
        connection = plain.execution_options(immediate=immediate)
        with connection.begin():
            yield connection


@contextmanager
def own_words(path: Path) -> Iterator[None]:
    """Turns what SQLite raises into errors of ours."""
    try:
        yield
    except DBAPIError as failure:
        known = translated(failure.orig, path)
        if known is None:
            raise
        raise known from failure


def translated(failure: BaseException | None, path: Path) -> CrmError | None:
    """What SQLite raised as an error of ours; None when it is a mistake of the program."""
    primary = getattr(failure, "sqlite_errorcode", 0) & 0xFF  # low byte: extended codes refine it
    if primary in _DAMAGED:
        return StoreDamaged(path=path, detail=str(failure))
    if primary in _BUSY:
        return StoreBusy(path=path)
    if primary in _NO_ROOM:
        return CannotWrite(name=path.name, reason=str(failure))
    return None


def make_private(path: Path) -> None:
    """A file that only its owner may read, made when there is none; raises CannotWrite."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
        path.chmod(OWNER_ONLY)
    except OSError as failure:
        raise CannotWrite(name=path.name, reason=failure.strerror) from failure


def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # BEGIN is ours: the driver would begin too late
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _check(engine: Engine, path: Path) -> None:
    with engine.connect() as connection:
        findings = connection.execute(text("PRAGMA quick_check")).scalars().all()
    if findings != ["ok"]:
        raise StoreDamaged(path=path, detail="; ".join(findings[:3]))


def _migrate(engine: Engine, path: Path) -> None:
    with transaction(engine, path, immediate=False) as connection:
        if _revision(connection) == HEAD:
            return
    from store.migrate import UnknownRevision, upgrade  # noqa: PLC0415  # heavy, seldom needed

    with transaction(engine, path, immediate=True) as connection:
        try:
            upgrade(connection)
        except UnknownRevision as newer:
            raise StoreTooNew(path=path) from newer


def _revision(connection: Connection) -> str | None:
    known = text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")
    if connection.execute(known).first() is None:
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def damage(connection: Connection) -> tuple[str, ...]:
    """What SQLite's own checks find: broken pages and indexes, rows that point nowhere."""
    whole = connection.exec_driver_sql("PRAGMA integrity_check(5)").scalars().all()
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    words = [str(line) for line in whole if line != "ok"]
    return (*words, *(f"{line[0]}: строка без своей пары" for line in lost[:5]))
