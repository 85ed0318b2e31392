"""The real pass bound to the simulated world: its disk, its books, its few rules of business.

The engine is handed another world, other workbooks, another store and other copies; what is
replaced by name are rules of business alone: settling, figures, screens and pages. The cycle
itself, the merge, the plan of writes, the exchange with its races, the displaced files, the holds,
the questions and their answers are the product's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from backups.copies import Copy
from model.errors import HalfCopied
from model.records import BookState, Question, Record, Stance
from model.snapshot import Snapshot, Stamp
from model.values import Value
from store import Writer
from sync import cycle, planning, taking
from sync.delivery import MEANWHILE
from sync.write_plan import WritePlan
from tests.simulation.disk import Disk
from tests.simulation.memory import MemoryStore
from tests.simulation.pages import Content, read_only, snapshot, to_bytes, written
from tests.simulation.shape import BLUEPRINT, FAMILY
from tests.simulation.world import path_of


@dataclass(frozen=True, slots=True)
class File:
    """A workbook that was read."""

    name: str
    raw: bytes
    sha256: str
    content: Content
    sheets: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A workbook and what stands in it."""

    file: File
    snapshot: Snapshot
    cells: int = 0
    problems: tuple[Any, ...] = ()
    homes: dict[str, str] = field(default_factory=dict)
    """No tabs: nobody switches them here."""


@dataclass(slots=True)
class MemoryBackups:
    """Copies of bytes, each kept once."""

    kept: list[tuple[Copy, bytes]] = field(default_factory=list)
    by_token: dict[tuple[str, str], int] = field(default_factory=dict)

    def take(self, book: str, raw: bytes, *, at: datetime, why: str) -> Copy:
        token = sha256(raw).hexdigest()
        known = self.find(token, book)
        if known is not None:
            if known.why == MEANWHILE:  # a later pass reads the save: it must be merged then
                self.kept[known.id - 1] = replace(known, why=why), raw
            return known
        copy = Copy(len(self.kept) + 1, book, at, token, len(raw), why)
        self.kept.append((copy, raw))
        self.by_token[book, token] = copy.id
        return copy

    def find(self, token: str, book: str | None = None) -> Copy | None:
        number = self.by_token.get((book or "", token))
        return None if number is None else self.kept[number - 1][0]

    def holds(self, raw: bytes) -> bool:
        """Whether any book has these bytes among its copies."""
        token = sha256(raw).hexdigest()
        return any(known == token for _, known in self.by_token)

    def texts(self, whys: Collection[str]) -> set[str]:
        """Texts of the copies that were taken for these reasons."""
        contents = (read_only(raw) for copy, raw in self.kept if copy.why in whys)
        return {text for content in contents if content is not None for text in content.texts()}

    def read(self, copy_id: int) -> bytes:
        return self.kept[copy_id - 1][1]

    def list(self, book: str | None = None) -> tuple[Copy, ...]:
        found = (copy for copy, _ in reversed(self.kept) if book in (None, copy.book))
        return tuple(found)


# what reading and patching are here


class SimBooks:
    """Simulated workbooks."""

    def open(self, raw: bytes, *, name: str, **_: object) -> File:
        content = read_only(raw)
        if content is None:
            raise HalfCopied(name=name, detail="")
        return File(name, raw, sha256(raw).hexdigest(), content)

    def stamp(self, file: File) -> Stamp | None:
        return file.content.stamp

    def load(self, file: File, *, book: str, **_: object) -> Loaded:
        return Loaded(file, snapshot(file.raw, book=book))

    def must_write(self, *_: object, **__: object) -> bool:
        """Nothing of theirs gets lost."""
        return False

    def write(self, layer: Any, plan: WritePlan, stamp: Stamp) -> Any:
        content, refused = written(layer.loaded.file.content, plan, stamp)
        if refused:
            raise AssertionError("the plan expected other cells than were read")
        raw = to_bytes(content)
        receipt = SimpleNamespace(sha_after=sha256(raw).hexdigest(), outcomes=())
        return SimpleNamespace(raw=raw, receipt=receipt)

    def lost_parts(self, before: bytes, after: bytes) -> tuple[str, ...]:
        """They have rows and nothing else."""
        return ()


@dataclass(slots=True)
class SimTeam:
    """A team as the pass knows it."""

    disk: Disk
    store: MemoryStore
    backups: MemoryBackups
    settings: Any
    blueprint: Any = BLUEPRINT
    books: SimBooks = field(default_factory=SimBooks)
    live: None = None

    def twin(self, disk: Disk) -> SimTeam:
        """The same team with another disk, store and copies."""
        store = MemoryStore()
        store.shelf = self.store.shelf.twin()
        backups = MemoryBackups(list(self.backups.kept), dict(self.backups.by_token))
        return SimTeam(disk, store, backups, self.settings)

    def path(self, book: BookState) -> PurePosixPath:
        """Where a book's file stands."""
        return path_of(book.path)


def team_of(disk: Disk, owner: str) -> SimTeam:
    """A new team of one owner, without books."""
    settings = SimpleNamespace(
        family=FAMILY,
        owner=owner,
        helper="",
        questions_a_day=1000,
        folder=None,
        copies_place="",
    )
    return SimTeam(disk, MemoryStore(), MemoryBackups(), settings)


# the few rules of business


class Columns:
    """The columns of the daemon: the number, and a remark about a client without INN."""

    scene = SimpleNamespace(rows={}, zone=UTC)

    def of(self, record: Record) -> Mapping[str, Value]:
        """Cells of one row."""
        remark = None if record.values.get("inn") else "Нет ИНН"
        return {"id": f"К-{record.number}", "remark": remark}

    def of_table(self, _: str, rows: Mapping[str, Record]) -> Mapping[str, Mapping[str, Value]]:
        """Cells of every row."""
        return {row_id: self.of(record) for row_id, record in rows.items()}


@dataclass(frozen=True, slots=True)
class Thought:
    """What the pass computed: nothing but the questions."""

    questions: tuple[Question, ...]
    scene: Any = field(default_factory=lambda: SimpleNamespace(rows={"sheets": {}}))
    columns: Columns = field(default_factory=Columns)
    inputs: Any = None
    people: tuple[Any, ...] = ()
    team: Any = None

    def shown_to(self, access: Any) -> None:
        """Figures that somebody may see: none here."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What followed from edits: nothing here."""

    scene: Any
    clients: Any
    questions: tuple[Question, ...] = ()
    problems: Mapping[tuple[str, str], Any] = field(default_factory=dict)


def settle(team: Any, writer: Writer, now: datetime, *_: object, **__: object) -> Any:
    """What follows from edits: nothing here."""
    scene = SimpleNamespace(blueprint=BLUEPRINT, zone=now.tzinfo or UTC, number=lambda *_: "")
    return Settled(scene, SimpleNamespace(numbers={}))


def think(
    writer: Writer, settled: Any, states: Sequence[BookState], faults: Collection[str]
) -> Any:
    """The questions that are open or were answered."""
    found = writer.questions(stances={Stance.OPEN, Stance.LATER, Stance.DONE, Stance.KEPT})
    return Thought(tuple(found))


@contextmanager
def bound() -> Iterator[None]:
    """The engine with its ends in the simulated world."""
    ends = [
        (cycle, "find_beside", lambda *_, **__: None),
        (taking, "settle", settle),
        (taking, "think", think),
        (taking, "take_inputs", lambda *_, **__: None),
        (planning, "slots_of", lambda *_, **__: {}),
        (cycle, "write_pages", lambda *_: {}),
    ]
    with _all(ends):
        yield


@contextmanager
def _all(ends: Sequence[tuple[Any, str, object]]) -> Iterator[None]:
    patches = [patch.object(module, name, put) for module, name, put in ends]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()
