"""One thing at a time on a team that has lived: what must follow is known to the last cell.

A life shows that nothing is lost in a crowd; it cannot say what each cell must be. So after some
lives nobody else moves, fresh rows are planted, one person does one thing, and the outcome is
compared with the rule in its own words. The state that the life left (old contents, questions,
tombstones, names of rows) is the ground on which the rule must hold.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC
from random import Random
from typing import TYPE_CHECKING, Any

from model.records import BatchKind, Question, QuestionKind, Source, Stamped, Stance
from model.row_ids import new_row_id
from model.values import Value
from tests.simulation.broken import Broken
from tests.simulation.disk import Inode
from tests.simulation.pages import Content, Line, from_bytes, to_bytes
from tests.simulation.people import Person, lock_of
from tests.simulation.shape import CLIENTS, FAMILY, MEMO, QUESTIONS, SCOPE, TYPED
from tests.simulation.world import fault

if TYPE_CHECKING:
    from tests.simulation.run import Life

PASSES = 6
"""Within so many passes a change by one person has gone everywhere."""
Rows = dict[str, tuple[bool, dict[str, Value]]]
Change = Callable[[list[Line]], object]


class Gone(BaseException):
    """The process was ended by the trial."""


@dataclass(slots=True)
class Trial:
    """A rested team, its people, and the hands of the one who tries."""

    life: Life
    rng: Random = field(init=False)
    owner: Person = field(init=False)
    seller: Person = field(init=False)

    def __post_init__(self) -> None:
        self.rng = self.life.rng
        self.owner, *sellers = self.life.people
        self.seller = self.rng.choice(sellers)

    # what is done

    def plant(self, count: int = 1) -> list[str]:
        """Rows of the seller that every book shows, each value in them the only one of its kind."""
        life, at = self.life, self.life.now.astimezone(UTC)
        ids = [new_row_id(FAMILY, self.rng.randbytes) for _ in range(count)]
        with life.team.store.write() as writer:
            by = Stamped(at, "", Source.IMPORT, None, writer.start_batch(BatchKind.IMPORT, "", at))
            for row_id in ids:
                values: dict[str, Value] = {n: self.token(n) for n in (*TYPED, MEMO)}
                writer.put(CLIENTS, row_id, {**values, SCOPE: self.seller.name}, by=by)
        self.settle()
        return ids

    def fact(self, row_id: str, **values: Value) -> None:
        """A source brings values for a row."""
        at = self.life.now.astimezone(UTC)
        with self.life.team.store.write() as writer:
            by = Stamped(at, "", Source.IMPORT, None, writer.start_batch(BatchKind.IMPORT, "", at))
            writer.put(CLIENTS, row_id, values, by=by)

    def token(self, field_key: str) -> str:
        """A value that stands nowhere yet."""
        return self.life.hands.tokens.make("trial", field_key)

    def raw(self, person: Person) -> bytes:
        """The book as it lies on the disk."""
        return self.life.disk.open(person.path).raw

    def content(self, person: Person) -> Content:
        """What the book on the disk holds."""
        content = from_bytes(self.raw(person))
        if content is None:
            raise Broken("I13", f"{person.path} is torn")
        return content

    def save(self, person: Person, change: Change, *, on: bytes | None = None) -> bytes:
        """A person's save of the book, or of an older content of it; its bytes."""
        content = self.content(person) if on is None else from_bytes(on)
        assert content is not None  # it was whole when it was kept
        change(content.pages[CLIENTS].lines)
        return self.write(person, content)

    def write(self, person: Person, content: Content) -> bytes:
        """A content under the name of the book."""
        content.saved = self.life.hands.moment()
        return self.put(person, to_bytes(content))

    def put(self, person: Person, raw: bytes) -> bytes:
        """These bytes under the name of the book."""
        self.life.disk.put(person.path, raw)
        return raw

    def answer(self, question: Question, word: str) -> None:
        """The owner answers a question in the own book."""
        content = self.content(self.owner)
        lines = content.pages[QUESTIONS].lines
        line = next((one for one in lines if one.row_id == f"Q{question.number}"), None)
        if line is None:
            raise Broken("I15", f"question {question.number} is not shown to the owner")
        line.cells["answer"] = word
        self.write(self.owner, content)

    @contextmanager
    def open_elsewhere(self, person: Person) -> Iterator[None]:
        """The book is open in a program: it is read, and nothing may be written."""
        disk = self.life.disk
        disk.put(lock_of(person), person.name.encode())
        yield
        del disk.names[lock_of(person)]
        disk.safe_names.pop(lock_of(person), None)

    def save_in_place(self, inode: Inode, change: Change, on: bytes) -> None:
        """A program that keeps the file open writes into it, wherever it lies now."""
        content = from_bytes(on)
        assert content is not None  # it was whole when it was read
        change(content.pages[CLIENTS].lines)
        content.saved = self.life.hands.moment()
        self.life.disk.overwrite(inode, to_bytes(content))

    @contextmanager
    def before(self, call: str, deed: Callable[[], bytes]) -> Iterator[list[bytes]]:
        """A save right before the daemon's next call of a name; gives it if the daemon read it."""
        disk = self.life.disk
        saved: list[bytes] = []
        read: list[bytes] = []

        def turn(name: str) -> None:
            if name == call and not saved:
                saved.append(deed())

        usual, disk.turn = disk.turn, turn
        reading, disk.on_read = disk.on_read, lambda raw: read.extend({raw} & {*saved})
        yield read
        disk.turn, disk.on_read = usual, reading

    @contextmanager
    def killed_at(self, call: str, *, times: int = 1) -> Iterator[None]:
        """The process ends at the daemon's n-th call of a name; it is started again afterwards."""
        disk, left = self.life.disk, [times]

        def turn(name: str) -> None:
            left[0] -= name == call
            if not left[0]:
                raise Gone

        usual, disk.turn = disk.turn, turn
        with suppress(Gone):
            yield
        disk.turn = usual
        self.life.restart()

    @contextmanager
    def refused_from(self, call: str, nth: int) -> Iterator[None]:
        """The disk fails at the daemon's n-th call of a name, and at each later one."""
        disk, count = self.life.disk, [0]

        def turn(name: str) -> None:
            count[0] += name == call
            if name == call and count[0] >= nth:
                raise fault(errno.EIO)

        usual, disk.turn = disk.turn, turn
        yield
        disk.turn = usual

    def once(self) -> Any:
        """One pass."""
        return self.life.passing()

    def settle(self) -> None:
        """Passes until nothing is left to do."""
        for _ in range(PASSES):
            report = self.once()
            if report is not None and report.quiet:
                return
        raise Broken("I6", f"no rest after {PASSES} passes of one change")

    # what is compared

    def rows(self) -> Rows:
        """All rows of the store: whether they lie in the basket, and their values."""
        with self.life.team.store.read() as reader:
            found = reader.rows(CLIENTS, deleted=True).items()
        return {i: (r.deleted, dict(r.values)) for i, r in found}

    def live(self) -> set[str]:
        """Rows that count."""
        return {row_id for row_id, (deleted, _) in self.rows().items() if not deleted}

    def changes(self) -> int:
        """Cells that ever moved."""
        return len(self.life.team.store.shelf.changes)

    def open_questions(self, row_id: str = "") -> list[Question]:
        """Questions that wait, all of them or those about a row."""
        with self.life.team.store.read() as reader:
            found = reader.questions(stances={Stance.OPEN, Stance.LATER})
        return [q for q in found if not row_id or q.row_id == row_id]

    def must(self, rule: str, told: str, *, hold: bool) -> None:
        """Raises Broken unless it holds."""
        if not hold:
            raise Broken(rule, told)

    def same(self, before: Rows, rule: str, told: str) -> None:
        """The store is as it was."""
        after = self.rows()
        wrong = {i for i in {*before, *after} if before.get(i) != after.get(i)}
        self.must(rule, f"{told}: {sorted(wrong)}", hold=not wrong)

    def holds(self, rule: str, row_id: str, **values: Value) -> None:
        """A live row has these values."""
        deleted, cells = self.rows().get(row_id, (True, {}))
        self.must(rule, f"{row_id} lies in the basket", hold=not deleted)
        for name, value in values.items():
            found = cells.get(name)
            self.must(rule, f"{row_id}.{name} is {found!r}, not {value!r}", hold=found == value)

    def asked(self, rule: str, kind: QuestionKind, row_id: str = "", **payload: str) -> Question:
        """The one question of a kind that waits about a row or a book."""
        found = [
            q
            for q in self.open_questions(row_id)
            if q.kind is kind and all(q.payload.get(k) == v for k, v in payload.items())
        ]
        told = f"{len(found)} questions {kind.value} {row_id} {payload}"
        self.must(rule, told, hold=len(found) == 1)
        return found[0]

    def not_asked(self, rule: str, row_id: str) -> None:
        """Nothing is asked about a row, but that an INN is missing and the like."""
        found = [q.wrong for q in self.open_questions(row_id)]
        self.must(rule, f"asked about {row_id}: {found}", hold=not found)

    def held(self, person: Person, *, hold: bool = True) -> None:
        """Whether the book is stopped."""
        with self.life.team.store.read() as reader:
            state = reader.book(person.book)
        is_held = state is not None and bool(state.held)
        self.must("I12", f"{person.book} is {'' if is_held else 'not '}held", hold=is_held is hold)

    def history(self, row_id: str, field_key: str) -> list[Value]:
        """All that a cell ever held, newest first."""
        with self.life.team.store.read() as reader:
            return [c.after for c in reader.history(CLIENTS, row_id, field_key)]


def line_of(lines: list[Line], row_id: str) -> Line:
    """The row with an id."""
    return next(line for line in lines if line.row_id == row_id)


def typing(row_id: str, **values: Value) -> Change:
    """Cells of a row as they are typed; None empties one."""

    def change(lines: list[Line]) -> None:
        cells = line_of(lines, row_id).cells
        for name, value in values.items():
            if value is None:
                cells.pop(name, None)
            else:
                cells[name] = value

    return change
