"""What people and sources really did, written down by themselves, and whether it was kept.

The engine never writes here and is never asked what it remembers of its own doings, save for the
places where the promise says a value must be found: the books, the store's rows, its history, and
the list of questions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Any

from model.row_ids import belongs
from tests.simulation.pages import REMEMBERED, Content, Line, Page, by_id, read_only
from tests.simulation.shape import CLIENTS, FAMILY, SCOPE, TYPED

ROUGH = frozenset({"delete", "paste over", "copy and edit"})
STRONG = ("name", "inn", "phone")


@dataclass(frozen=True, slots=True)
class Save:
    """One save: what its person had opened and what was put on the disk."""

    who: str
    book: str
    opened: Content
    content: Content
    travelled: bool
    deeds: tuple[str, ...]
    behind: bool = False
    """Whether the daemon has written the book since it was opened."""
    seen: Content | None = None
    """What the person had on the screen, where a cloud put only the changes of it on the disk."""


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
    """Tokens of every save that the daemon could keep: read without trouble, or displaced."""
    reading: list[bytes] = field(default_factory=list)
    """What the pass that runs now has read."""
    missed: set[str] = field(default_factory=set)
    """Tokens of saves that a pass read and, failing or killed, did not keep: the one excuse. Nobody
    can keep what a process held when it died. A save that still lies there is read by the next
    pass, and then nothing of it is excused."""
    moved: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    """Who moved a cell or, under no field, the row itself: people by name, sources as «fact»."""
    opened: dict[str, list[Content]] = field(default_factory=lambda: defaultdict(list))
    """Contents that people saved something over."""
    keys: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Keys and names of a row that people changed so far."""
    wishes: dict[tuple[str, str], Wish] = field(default_factory=dict)
    unnamed: dict[str, Line] = field(default_factory=dict)
    """Rows whose id was lost while all they say stayed: they must be known again."""
    nameless: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Who saved a value in a row without an id, in a copy that still has another row's, or in one
    pasted over: nobody can say which row it is going to be."""
    rough: bool = False
    """Whether rows were taken away or written over: one without its id may be meant by that."""
    answered: bool = False
    """Whether anybody answered a question or went back in time: cells may move by that, too."""

    def saved(self, save: Save) -> None:
        """A save is on the disk."""
        self.versions[save.book].append(save.content)
        self.answered |= save.travelled or "answer" in save.deeds
        self.rough |= not ROUGH.isdisjoint(save.deeds)
        was, now = by_id(save.opened.pages[CLIENTS]), by_id(save.content.pages[CLIENTS])
        lines = save.content.pages[CLIENTS].lines
        self._nameless(save.who, *(_unknown(c.pages[CLIENTS]) for c in (save.opened, save.content)))
        for row_id, line in list(self.unnamed.items()):
            if sum(_alike(line, other) for other in lines) > 1:
                del self.unnamed[row_id]  # copied without its id: any of them may be meant (R3)
            elif any(_is_over(line, other) for other in lines):
                del self.unnamed[row_id]  # another client stands over it (R9)
        for row_id in was.keys() - now.keys():
            self.moved[row_id, ""].add(save.who)
            self._gone(row_id, was[row_id], save.content)
        there = [n for n in (*TYPED, SCOPE) if n in save.content.pages[CLIENTS].columns]
        for key, wish in list(self.wishes.items()):
            if wish.who == save.who and wish.field not in there:
                del self.wishes[key]  # the column was taken away, perhaps before anybody saw it
        for row_id in sorted(was.keys() & now.keys()):
            moved = [n for n in there if was[row_id].cells.get(n) != now[row_id].cells.get(n)]
            self._keys(save.who, row_id, moved, was[row_id])
            self._cells(save.who, row_id, moved, now[row_id])
            if save.behind:
                self._put_back(save.book, row_id, moved, now[row_id])
        self.opened[save.book].append(save.opened)

    def _nameless(self, who: str, before: Counter[str], said: Counter[str]) -> None:
        for value in said:
            self.nameless[value].add(who)
        if not before <= said:
            self.nameless[str(None)].add(who)  # a cell was emptied, or its row taken away

    def _gone(self, row_id: str, was: Line, content: Content) -> None:
        """A row that is known by its id no more was deleted, or has only lost the id."""
        lines = content.pages[CLIENTS].lines
        equal = [line for line in lines if line.cells == was.cells]
        known = belongs(FAMILY, row_id)  # an id of another team is lost by being replaced
        single = len(equal) == sum(_alike(was, line) for line in lines) == 1
        if known and single and equal[0].row_id is None and _tells(was):
            self.unnamed[row_id] = was

    def _put_back(self, book: str, row_id: str, moved: list[str], now: Line) -> None:
        """A value of an older content may be that content, come back (MERGE_SPEC section 7)."""
        for name in moved:
            before = (by_id(content.pages[CLIENTS]).get(row_id) for content in self.opened[book])
            if any(
                was is not None and was.cells.get(name) == now.cells.get(name) for was in before
            ):
                self.moved[row_id, name].add("an older content")

    def _keys(self, who: str, row_id: str, moved: list[str], was: Line) -> None:
        """Another client may stand over this one: two keys were changed at once, or all by now."""
        self.keys[row_id] |= {name for name in moved if name in STRONG}
        if sum(name in STRONG for name in moved) > 1 or self.replaced(row_id, was):
            self.moved[row_id, ""].add(who)

    def replaced(self, row_id: str, was: Line) -> bool:
        """Whether people changed every key of a row and its name by now."""
        keys = self.keys[row_id]
        return bool(keys) and all(name in keys for name in STRONG if name in was.cells)

    def _cells(self, who: str, row_id: str, moved: list[str], now: Line) -> None:
        for name in moved:
            value = now.cells.get(name)
            if self.moved[row_id, ""]:
                self.nameless[str(value)].add(who)
            self.moved[row_id, name].add(who)
            self.wishes[row_id, name] = Wish(who, row_id, name, value)
            if isinstance(value, str):
                self.typed[row_id, name].append(value)

    def fact(self, row_id: str, field_key: str, value: str) -> None:
        """A source brought a value."""
        self.moved[row_id, field_key].add("fact")
        self.had.add(value)

    def passed(self, kept: Callable[[bytes], bool], *, trouble: bool) -> None:
        """A pass is over; after a crash or an error only what was frozen before it counts."""
        for raw in self.reading:
            if not trouble or kept(raw):
                self.displaced(raw)
            else:
                self.missed |= _tokens(raw)
        self.reading.clear()

    def displaced(self, raw: bytes) -> None:
        """The daemon had these bytes in its hands."""
        self.had |= _tokens(raw)

    def sole(self) -> list[Wish]:
        """Cells that one person alone moved, with the value that must be live; order of saving."""
        if self.answered:
            return []
        return [
            wish
            for wish in self.wishes.values()
            if self.moved[wish.row_id, wish.field] == {wish.who} and not self.moved[wish.row_id, ""]
        ]

    def shared(self, wish: Wish, live: object) -> bool:
        """Whether the live value comes from another, who typed it before the row had its id."""
        return not self.nameless[str(live)] <= {wish.who}

    def buried(self, rows: Mapping[str, Any]) -> set[str]:
        """What stands in rows that are deleted, and that people took away or wrote over."""
        gone = (r for i, r in rows.items() if r.deleted and self.moved.get((i, "")))
        return {str(value) for row in gone for value in row.values.values()}

    def once(self, row_id: str, field_key: str) -> list[str]:
        """Values that people typed into a cell, oldest first."""
        return self.typed[row_id, field_key]

    def any_version(self, book: str, rng: Random) -> Content | None:
        """An old save of a book."""
        known = self.versions[book]
        return rng.choice(known) if known else None


@lru_cache(maxsize=REMEMBERED)
def _tokens(raw: bytes) -> frozenset[str]:
    """What people typed, as far as the bytes are a whole workbook."""
    content = read_only(raw)
    lines = [] if content is None else content.pages[CLIENTS].lines
    found = (line.cells.get(name) for line in lines for name in TYPED)
    return frozenset(value for value in found if isinstance(value, str))


def _unknown(page: Page) -> Counter[str]:
    """What stands in rows without an id, with one of another team, or with one that stands twice.

    Nobody can say by the id which rows of the store they are.
    """
    known = by_id(page)
    lines = (n for n in page.lines if n.row_id not in known or not belongs(FAMILY, str(n.row_id)))
    return Counter(str(value) for line in lines for value in line.cells.values())


def _alike(one: Line, other: Line) -> bool:
    """Whether two rows agree on enough to be taken for each other: the number, or two fields."""
    if one.cells.get("id") == other.cells.get("id") is not None:
        return True
    return sum(one.cells.get(n) == other.cells.get(n) is not None for n in STRONG) > 1


def _is_over(one: Line, other: Line) -> bool:
    """Whether every key and the name that a row had are others where its number stands now."""
    number = one.cells.get("id")
    if number is None or other.row_id is not None or other.cells.get("id") != number:
        return False
    return all(one.cells[n] != other.cells.get(n) for n in STRONG if n in one.cells)


def _tells(line: Line) -> bool:
    """Whether a row says enough to be known without its id."""
    return sum(name in line.cells for name in STRONG) > 1
