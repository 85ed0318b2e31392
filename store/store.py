"""The store itself: one database file, from which readers and writers are made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Engine

from store import leases
from store.engine import PATIENCE, open_engine, transaction
from store.reader import Reader
from store.remembered import Remembered
from store.writer import Writer


class Store:
    """One open database. Threads may share it: every transaction has its own connection.

    `fence` is the number of the lease that this process works under; None for commands that need
    none. A process that holds one writes only as long as that lease stands.
    """

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self.fence: int | None = None
        self._engine = engine
        self._remembered = Remembered()

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
            reader = Reader(connection, self._remembered)
            yield reader
            self._remembered.learn(reader.learned())

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """One transaction: kept at the end, taken back on an exception or `Writer.cancel`.

        Raises LeaseLost before anything is written when another process has taken the team over.
        """
        with transaction(self._engine, self.path, immediate=True) as connection:
            if self.fence is not None:
                leases.check(connection, self.fence)
            writer = Writer(connection, self._remembered)
            yield writer
            if writer.cancelled:
                connection.rollback()
                return
            learned = writer.learned()
        self._remembered.learn(learned)

    def check_fence(self) -> None:
        """Raises LeaseLost when another process has taken the team over."""
        if self.fence is not None:
            with transaction(self._engine, self.path, immediate=False) as connection:
                leases.check(connection, self.fence)

    def forget_remembered(self) -> None:
        """Everything is read anew: the file was changed past this object."""
        self._remembered = Remembered()
        self._engine.dispose()

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()
