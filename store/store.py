"""The store itself: one database file, from which readers and writers are made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Engine

from store.engine import PATIENCE, open_engine, transaction
from store.reader import Reader
from store.writer import Writer


class Store:
    """One open database. Threads may share it: every transaction has its own connection."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine

    @classmethod
    def open(cls, path: Path, *, patience: float = PATIENCE) -> Self:
        """The database of a file, made when there is none, migrated when it is older.

        Raises StoreDamaged, StoreTooNew, StoreBusy or CannotWrite.
        """
        return cls(path, open_engine(path, patience=patience))

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Everything as of one moment, whatever is written meanwhile."""
        with transaction(self._engine, self.path, immediate=False) as connection:
            yield Reader(connection)

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """One transaction: kept at the end, taken back on an exception or `Writer.cancel`."""
        with transaction(self._engine, self.path, immediate=True) as connection:
            writer = Writer(connection)
            yield writer
            if writer.cancelled:
                connection.rollback()

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()
