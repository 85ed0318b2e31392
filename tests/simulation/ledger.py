"""What people and sources really did, written down by themselves, and whether it was kept.

The engine never writes here and is never asked what it remembers of its own doings, save for the
places where the promise says a value must be found: the books, the store's rows, its history, and
the list of questions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from tests.simulation.pages import Content, Line, by_id, from_bytes
from tests.simulation.shape import CLIENTS, SCOPE, TYPED

STRONG = ("name", "inn", "phone")


@dataclass(frozen=True, slots=True)
class Save:
    """One save: what its person had opened and what was put on the disk."""

    who: str
    book: str
    opened: Content
    content: Content
    moves_only: bool
    travelled: bool
    deeds: tuple[str, ...]
    inode: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Wish:
    """A cell that a person changed, and what it must hold after the next pass."""

    who: str
    row_id: str
    field: str
    value: object


@dataclass(slots=True)
class Ledger:
    """Saves, tokens that the daemon had before it, wishes not yet looked at."""

    versions: dict[str, list[Content]] = field(default_factory=lambda: defaultdict(list))
    typed: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    had: set[str] = field(default_factory=set)
    """Tokens of every save that the daemon read or displaced."""
    excused: set[str] = field(default_factory=set)
    """Tokens of saves that a person ordered to be put back as they were."""
    saves: dict[bytes, Save] = field(default_factory=dict)
    moved: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    """Who moved a cell since all books last agreed: people by name, sources as «fact»."""
    wishes: dict[str, list[Wish]] = field(default_factory=lambda: defaultdict(list))

    def saved(self, save: Save) -> None:
        """A save is on the disk."""
        self.versions[save.book].append(save.content)
        self.saves[save.raw] = save
        was, now = by_id(save.opened.pages[CLIENTS]), by_id(save.content.pages[CLIENTS])
        wishes = list(_wishes(save.who, was, now))
        for wish in wishes:
            self.moved[wish.row_id, wish.field].add(save.who)
            if isinstance(wish.value, str):
                self.typed[wish.row_id, wish.field].append(wish.value)
        for row_id in was:
            if row_id not in now:
                self.moved[row_id, ""].add(save.who)
        kept = [w for w in self.wishes[save.book] if w.row_id in now]
        again = {(w.row_id, w.field) for w in wishes}
        kept = [w for w in kept if (w.row_id, w.field) not in again]
        self.wishes[save.book] = [] if save.travelled else [*kept, *wishes]

    def fact(self, row_id: str, field_key: str, value: str) -> None:
        """A source brought a value."""
        self.moved[row_id, field_key].add("fact")
        self.had.add(value)

    def seen(self, raw: bytes) -> None:
        """The daemon read these bytes, or took their place."""
        content = from_bytes(raw)
        if content is not None:
            self.had.update(_tokens(content))

    def once(self, row_id: str, field_key: str) -> list[str]:
        """Values that people typed into a cell, oldest first."""
        return self.typed[row_id, field_key]

    def any_version(self, book: str, rng: Random) -> Content | None:
        """An old save of a book."""
        known = self.versions[book]
        return rng.choice(known) if known else None

    def take_wishes(self, book: str) -> list[Wish]:
        """Cells of a book that must hold now what its person put there."""
        return self.wishes.pop(book, [])

    def agreed(self) -> None:
        """Every book shows the store and nobody is in the middle of anything."""
        self.moved.clear()


def _tokens(content: Content) -> Iterator[str]:
    for line in content.pages[CLIENTS].lines:
        for name in TYPED:
            value = line.cells.get(name)
            if isinstance(value, str):
                yield value


def _wishes(who: str, was: Mapping[str, Line], now: Mapping[str, Line]) -> Iterator[Wish]:
    for row_id, line in now.items():
        if row_id not in was:
            continue
        before = was[row_id].cells
        moved = [n for n in (*TYPED, SCOPE) if before.get(n) != line.cells.get(n)]
        if sum(name in STRONG for name in moved) > 1:
            continue  # another client may have been pasted over this one
        for name in moved:
            yield Wish(who, row_id, name, line.cells.get(name))
