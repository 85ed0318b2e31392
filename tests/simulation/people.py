"""People at their editors: they open a book, do what people do, and save it, sometimes much later.

Three kinds of editor: one writes a new file and renames it over the old one, one writes into the
same file in two steps, one changes a single cell of the file as it is now (a sheet in the cloud).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from random import Random

from tests.simulation.deeds import DEALT, DEEDS, HALF, MOVES, put
from tests.simulation.disk import Disk, Inode
from tests.simulation.ledger import Ledger, Save
from tests.simulation.pages import (
    Content,
    Line,
    Page,
    by_id,
    from_bytes,
    read_only,
    to_bytes,
)


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
    there: list[Line] = field(init=False)
    """The rows of the content that were there when it was opened."""

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """What the content holds now is what was opened."""
        self.there = [line for page in self.content.pages.values() for line in page.lines]


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
        behind = self._behind(person, session)
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
                behind=behind,
                seen=None if content is session.content else session.content,
            )
        )
        person.session = Session(content.copy(), content.copy(), session.inode)

    def _behind(self, person: Person, session: Session) -> bool:
        """Whether a newer write of the daemon lies under the name."""
        lies = self.disk.names.get(person.path)
        now = None if lies is None else read_only(lies.raw)
        stamps = (session.opened.stamp, None if now is None else now.stamp)
        return None not in stamps and stamps[0] != stamps[1]

    def _on_top(self, person: Person, session: Session) -> Content | None:
        """The file as it is now with the cells that this person changed."""
        try:
            session.inode = self.disk.open(person.path)
        except FileNotFoundError:
            return None
        now = from_bytes(session.inode.raw)
        if now is None:
            return None
        base, known = now.copy(), {id(line) for line in session.there}
        for key, page in session.content.pages.items():
            was, there = by_id(session.opened.pages[key]), by_id(now.pages[key])
            for row_id, line in by_id(page).items():
                if row_id not in was or row_id not in there:
                    continue
                for name in {*was[row_id].cells, *line.cells}:
                    if was[row_id].cells.get(name) != line.cells.get(name):
                        put(there[row_id], name, line.cells.get(name))
            fresh = (line for line in page.lines if line.cells and not line.row_id)
            now.pages[key].lines += [line.copy() for line in fresh if id(line) not in known]
        session.opened = base
        return now


def lock_of(person: Person) -> str:
    """Name of the owner file."""
    folder, _, name = person.path.rpartition("/")
    return f"{folder}/~${name}"
