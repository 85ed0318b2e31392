"""A store in a temporary folder, and stories told as tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from model.records import BatchKind, Source, Stamped
from model.values import Value
from store import Store, Writer

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "store.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store.open(path)
    yield opened
    opened.close()


@pytest.fixture
def writer(store: Store) -> Iterator[Writer]:
    with store.write() as inside:
        yield inside


@pytest.fixture
def by(writer: Writer) -> Stamped:
    return batch_of(writer)


@pytest.fixture
def story(request: pytest.FixtureRequest, writer: Writer) -> None:
    """Plays the table in the docstring of the test; lines of «expect» are the assertions."""
    Story(writer).play(request.function.__doc__)


def batch_of(writer: Writer, who: str = "Орлов") -> Stamped:
    """A stamp of a new batch, a minute after the one before."""
    at = NOON + timedelta(minutes=writer.version())
    number = writer.start_batch(BatchKind.SYNC, who, at)
    return Stamped(at, who, Source.PERSON, "book", number)


class Story:
    """Lines «batch | what | row | cells»; a batch is a name, the same name is the same batch."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.batches = dict[str, Stamped]()

    def play(self, table: str) -> None:
        for line in table.strip().splitlines():
            what, *cells = (cell.strip() for cell in line.split("|"))
            verb, _, batch = what.partition(" ")
            getattr(self, verb)(batch, *cells)

    def put(self, batch: str, row_id: str, *cells: str) -> None:
        self.writer.put("deals", row_id, _values(cells), by=self._by(batch))

    def bury(self, batch: str, row_id: str) -> None:
        self.writer.bury("deals", row_id, by=self._by(batch))

    def revive(self, batch: str, row_id: str) -> None:
        self.writer.revive("deals", row_id, by=self._by(batch))

    def join(self, batch: str, loser: str, main: str) -> None:
        self.writer.join("deals", loser, main, by=self._by(batch))

    def undo(self, batch: str, cells: str) -> None:
        count = self.writer.undo(self.batches[batch].batch, by=self._by(f"undo of {batch}"))
        assert f"{count} cells" == cells

    def expect(self, _: str, row_id: str, *cells: str) -> None:
        record = self.writer.get("deals", row_id)
        assert record is not None
        if cells == ("buried",):
            assert record.deleted
            return
        assert not record.deleted
        assert record.values == {k: v for k, v in _values(cells).items() if v is not None}

    def stands_for(self, _: str, row_id: str, main: str) -> None:
        assert self.writer.joined("deals").get(row_id, row_id) == main

    def _by(self, batch: str) -> Stamped:
        if batch not in self.batches:
            self.batches[batch] = batch_of(self.writer)
        return self.batches[batch]


def _values(cells: tuple[str, ...]) -> dict[str, Value]:
    pairs = (cell.split("=") for cell in cells)
    return {field: text or None for field, text in pairs}
