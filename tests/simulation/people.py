"""People at their editors: they open a book, do what people do, and save it, sometimes much later.

Three kinds of editor: one writes a new file and renames it over the old one, one writes into the
same file in two steps, one changes a single cell of the file as it is now (a sheet in the cloud).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from random import Random

from model.row_ids import new_row_id
from tests.simulation.disk import Disk, Inode
from tests.simulation.ledger import Ledger, Save
from tests.simulation.pages import Content, Line, Page, by_id, from_bytes, to_bytes
from tests.simulation.shape import CLIENTS, QUESTIONS, SCOPE, TYPED


class Editor(Enum):
    """How a program puts a save on the disk."""

    RENAME = "rename"
    IN_PLACE = "in place"
    CLOUD = "cloud"


class Tokens:
    """Values that are never typed twice; each names who typed it and in which order."""

    def __init__(self, last: int = 0) -> None:
        self.last = last

    def make(self, who: str, field_key: str) -> str:
        """A new value for a field."""
        self.last += 1
        if field_key == "inn":
            return f"77{self.last:08d}"
        if field_key == "phone":
            return f"+7900{self.last:07d}"
        return f"{field_key}-{who}-{self.last}"


@dataclass(slots=True)
class Session:
    """A book that is open in an editor: what was read, what it became, the file it came from."""

    opened: Content
    content: Content
    inode: Inode
    moves_only: bool = True
    travelled: bool = False
    deeds: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Person:
    """One person with one book."""

    name: str
    book: str
    path: str
    editor: Editor
    locks: bool
    """Whether the editor leaves an owner file beside the book while it is open."""
    session: Session | None = None
    half: bytes | None = None
    """The rest of a save that is being written in place."""


Deed = Callable[["Hands", Page, Session], None]


@dataclass(slots=True)
class Hands:
    """What people do to a book, by chance."""

    rng: Random
    disk: Disk
    ledger: Ledger
    tokens: Tokens
    people: tuple[str, ...]
    dealt: Sequence[str] = ()
    """Names of deeds, each as often as it is likely; all of them when empty."""
    saves: int = 0

    def open(self, person: Person) -> None:
        """Open the book as it lies on the disk; a half-written file cannot be opened."""
        try:
            inode = self.disk.open(person.path)
        except FileNotFoundError:
            return
        content = from_bytes(inode.raw)
        if content is not None:
            inode.watched += person.editor is Editor.IN_PLACE
            person.session = Session(content, content.copy(), inode)
            if person.locks:
                self.disk.put(lock_of(person), person.name.encode())

    def act(self, person: Person) -> None:
        """One to three deeds on the open book."""
        session = person.session
        if session is None:
            return
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            name = self.rng.choice(self.dealt or DEALT)
            moved = DEEDS[name](self, person, session)
            if moved:
                session.deeds.append(name)
                session.moves_only &= name in MOVES

    def save(self, person: Person) -> None:
        """Put the open book on the disk in the way of the editor; it stays open."""
        session = person.session
        if session is None or person.half is not None:
            return
        cloud = person.editor is Editor.CLOUD
        content = self._on_top(person, session) if cloud else session.content
        if content is None:
            return
        if session.deeds != ["travel"]:  # an old copy itself is put back as it is
            content.saved = self.moment()
        raw = to_bytes(content)
        if person.editor is Editor.IN_PLACE and self.rng.random() < HALF:
            self.disk.overwrite(session.inode, raw[: len(raw) // 2], synced=False)
            person.half = raw
            return
        self._land(person, session, content, raw)

    def moment(self) -> int:
        """When a save was made, as its program writes it down."""
        self.saves += 1
        return self.saves

    def finish(self, person: Person) -> None:
        """The second half of a save in place arrives."""
        session, raw = person.session, person.half
        if session is not None and raw is not None:
            person.half = None
            self._land(person, session, session.content, raw)

    def close(self, person: Person) -> None:
        """Leave the book; what was not saved is not said."""
        self.finish(person)
        if person.session is not None and person.editor is Editor.IN_PLACE:
            person.session.inode.watched -= 1
        person.session = None
        if lock_of(person) in self.disk.names:
            del self.disk.names[lock_of(person)]
            self.disk.safe_names.pop(lock_of(person), None)

    def _land(self, person: Person, session: Session, content: Content, raw: bytes) -> None:
        if person.editor is Editor.RENAME:
            session.inode = self.disk.put(person.path, raw)
        else:
            self.disk.overwrite(session.inode, raw)
        self.ledger.saved(
            Save(
                person.name,
                person.book,
                session.opened.copy(),
                content.copy(),
                travelled=session.travelled,
                deeds=tuple(session.deeds),
            )
        )
        person.session = Session(content.copy(), content.copy(), session.inode)

    def _on_top(self, person: Person, session: Session) -> Content | None:
        """The file as it is now with the cells that this person changed."""
        try:
            session.inode = self.disk.open(person.path)
        except FileNotFoundError:
            return None
        now = from_bytes(session.inode.raw)
        if now is None:
            return None
        base = now.copy()
        for key, page in session.content.pages.items():
            was, there = by_id(session.opened.pages[key]), by_id(now.pages[key])
            for row_id, line in by_id(page).items():
                if row_id not in was or row_id not in there:
                    continue
                for name in {*was[row_id].cells, *line.cells}:
                    if was[row_id].cells.get(name) != line.cells.get(name):
                        put(there[row_id], name, line.cells.get(name))
            known = {id(line) for line in page.lines if line.row_id}
            fresh = [line for line in page.lines if id(line) not in known and line.cells]
            opened = sum(1 for line in session.opened.pages[key].lines if not line.row_id)
            now.pages[key].lines += [line.copy() for line in fresh[opened:]]
        session.opened = base
        return now


HALF = 0.3


def put(line: Line, name: str, value: object) -> None:
    """A cell as it is typed; None empties it."""
    if value is None:
        line.cells.pop(name, None)
    else:
        line.cells[name] = value  # type: ignore[assignment]  # any value of a cell


def lock_of(person: Person) -> str:
    """Name of the owner file."""
    folder, _, name = person.path.rpartition("/")
    return f"{folder}/~${name}"


# deeds: each tells whether it did anything


def _pick(hands: Hands, session: Session) -> Line | None:
    lines = [line for line in session.content.pages[CLIENTS].lines if line.cells]
    return hands.rng.choice(lines) if lines else None


def _fields(session: Session) -> list[str]:
    """Fields that the sheet has."""
    columns = session.content.pages[CLIENTS].columns
    return [name for name in TYPED if name in columns]


def _edit(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None:
        return False
    name = hands.rng.choice(_fields(session))
    line.cells[name] = hands.tokens.make(person.name, name)
    return True


def _clear(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None:
        return False
    return line.cells.pop(hands.rng.choice(("note", "stage", "phone")), None) is not None


def _revert(hands: Hands, person: Person, session: Session) -> bool:
    """A value that once stood there is typed again."""
    line = _pick(hands, session)
    if line is None or not line.row_id:
        return False
    name = hands.rng.choice([n for n in ("note", "stage") if n in _fields(session)])
    once = hands.ledger.once(line.row_id, name)
    if not once:
        return False
    line.cells[name] = hands.rng.choice(once)
    return True


def _add(hands: Hands, person: Person, session: Session) -> bool:
    there = _fields(session)
    some = hands.rng.sample(there, hands.rng.randint(1, len(there)))
    page = session.content.pages[CLIENTS]
    page.lines.append(Line(None, {n: hands.tokens.make(person.name, n) for n in sorted(some)}))
    return True


def _delete(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None:
        return False
    session.content.pages[CLIENTS].lines.remove(line)
    return True


def _copy(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None:
        return False
    lines = session.content.pages[CLIENTS].lines
    lines.insert(hands.rng.randrange(len(lines) + 1), line.copy())
    return True


def _copy_and_edit(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None:
        return False
    lines, twin = session.content.pages[CLIENTS].lines, line.copy()
    name = hands.rng.choice(_fields(session))
    twin.cells[name] = hands.tokens.make(person.name, name)
    lines.insert(hands.rng.randrange(len(lines) + 1), twin)
    return True


def _lose_id(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None or not line.row_id:
        return False
    line.row_id = None
    return True


def _foreign_id(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None or not line.row_id:
        return False
    line.row_id = new_row_id("another-family", hands.rng.randbytes)
    return True


def _paste_over(hands: Hands, person: Person, session: Session) -> bool:
    """The cells of another row are pasted over this one, its id stays."""
    line, other = _pick(hands, session), _pick(hands, session)
    if line is None or other is None or line is other:
        return False
    for name in _fields(session):
        put(line, name, other.cells.get(name))
    return True


def _hand_over(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None:
        return False
    line.cells[SCOPE] = hands.rng.choice(hands.people)
    return True


def _sort(hands: Hands, person: Person, session: Session) -> bool:
    key = hands.rng.choice(TYPED)
    lines = session.content.pages[CLIENTS].lines
    lines.sort(key=lambda one: str(one.cells.get(key, "")), reverse=hands.rng.random() < HALF)
    return True


def _move(hands: Hands, person: Person, session: Session) -> bool:
    lines = session.content.pages[CLIENTS].lines
    if len(lines) < 2:
        return False
    lines.insert(hands.rng.randrange(len(lines)), lines.pop(hands.rng.randrange(len(lines))))
    return True


def _gap(hands: Hands, person: Person, session: Session) -> bool:
    lines = session.content.pages[CLIENTS].lines
    lines.insert(hands.rng.randrange(len(lines) + 1), Line())
    return True


def _swap_columns(hands: Hands, person: Person, session: Session) -> bool:
    hands.rng.shuffle(session.content.pages[CLIENTS].columns)
    return True


def _drop_column(hands: Hands, person: Person, session: Session) -> bool:
    page = session.content.pages[CLIENTS]
    if "stage" not in page.columns or hands.rng.random() < 0.8:
        return False
    page.columns.remove("stage")
    for line in page.lines:
        line.cells.pop("stage", None)
    return True


def _answer(hands: Hands, person: Person, session: Session) -> bool:
    lines = [one for one in session.content.pages[QUESTIONS].lines if one.cells.get("wrong")]
    if not lines:
        return False
    hands.rng.choice(lines).cells["answer"] = hands.rng.choice(("Да", "Нет", "Позже", "Отменить"))
    return True


def _travel(hands: Hands, person: Person, session: Session) -> bool:
    """An old copy of the book is put in its place and worked on."""
    old = hands.ledger.any_version(person.book, hands.rng)
    if old is None:
        return False
    session.opened, session.content = old.copy(), old.copy()
    session.travelled = True
    return True


DEEDS: dict[str, Callable[[Hands, Person, Session], bool]] = {
    "edit": _edit,
    "clear": _clear,
    "revert": _revert,
    "add": _add,
    "delete": _delete,
    "copy": _copy,
    "copy and edit": _copy_and_edit,
    "lose id": _lose_id,
    "foreign id": _foreign_id,
    "paste over": _paste_over,
    "hand over": _hand_over,
    "sort": _sort,
    "move": _move,
    "gap": _gap,
    "swap columns": _swap_columns,
    "drop column": _drop_column,
    "answer": _answer,
    "travel": _travel,
}
WEIGHTS = {"edit": 8, "add": 4, "sort": 2, "answer": 3, "revert": 2}
DEALT: list[str] = [name for name in DEEDS for _ in range(WEIGHTS.get(name, 1))]
MOVES = frozenset({"sort", "move", "gap", "swap columns"})
"""Deeds that change no cell: the engine may not see an edit in them."""
