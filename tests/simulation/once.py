"""What a person typed into a new row stands once: in the store, and in each book that shows it.

No value is ever typed twice, so that a row is known by any of its values. Left out are values of
which people themselves made two, and those whose row they parted from its id: nobody can say how
often these must stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from model.row_ids import belongs
from tests.simulation.broken import Broken
from tests.simulation.ledger import Ledger, Save
from tests.simulation.pages import Content, Line
from tests.simulation.shape import CLIENTS, TYPED

KEYS = ("inn", "phone", "name")
"""What tells one client from another."""


@dataclass(slots=True)
class RowLedger(Ledger):
    """A ledger that also knows of each new row how people saved it."""

    family: str = ""
    added: set[str] = field(default_factory=set)
    """Values of rows that were typed as new ones."""
    named: set[str] = field(default_factory=set)
    """Values that people saw in a row with an id."""
    told_by: dict[str, frozenset[object]] = field(default_factory=dict)
    """By a value of a new row, what told the row from others when the value came into it."""
    doubled: set[str] = field(default_factory=set)
    """Values in two rows of one save, of a row that lost its id, of one put back, or of one whose
    every key was typed over: that is another client (R9)."""
    dropped: set[str] = field(default_factory=set)
    """Values that somebody took away or typed over."""

    @override
    def saved(self, save: Save) -> None:
        Ledger.saved(self, save)
        was, now = _lines(save.opened), _lines(save.content)
        self.dropped |= was.keys() - now.keys()
        seen = () if save.seen is None else _lines(save.seen).items()
        self.doubled |= {t for t, lines in (*now.items(), *seen) if len(lines) > 1}
        self.named |= {t for t, lines in was.items() if any(line.row_id for line in lines)}
        for token, lines in now.items():
            ids = {line.row_id for line in (*was.get(token, ()), *lines)}
            if token not in was and ids == {None}:
                (self.doubled if token in self.named else self.added).add(token)
            if ids - {None}:
                self.named.add(token)
            if len(lines) == 1 and not self._is_told(token, lines[0]):
                self.doubled.add(token)
            if save.travelled or len(ids) > 1 or not _ours(ids, self.family):
                self.doubled.add(token)

    def _is_told(self, token: str, line: Line) -> bool:
        """Whether a row still holds any of the keys that it had with the value."""
        held = frozenset(v for k in KEYS if (v := line.cells.get(k)) is not None)
        first = self.told_by.setdefault(token, held)
        return not first or not first.isdisjoint(held)

    def beside(self, content: Content) -> None:
        """A content was laid beside its book under another name."""
        self.doubled |= _lines(content).keys()

    def single(self) -> set[str]:
        """Values of new rows that cannot stand twice."""
        return self.added - self.doubled

    def standing(self) -> set[str]:
        """Those among them that must stand: the daemon had them, and nobody took them away."""
        return set() if self.answered else self.single() & self.had - self.dropped


def _ours(ids: Iterable[str | None], family: str) -> bool:
    return all(row_id is None or belongs(family, row_id) for row_id in ids)


def _lines(content: Content) -> dict[str, list[Line]]:
    """By what people typed, the rows in which it stands."""
    found: dict[str, list[Line]] = {}
    for line in content.pages[CLIENTS].lines:
        for name in TYPED:
            value = line.cells.get(name)
            if isinstance(value, str):
                found.setdefault(value, []).append(line)
    return found


def rows_once(
    ledger: RowLedger,
    rows: Iterable[Mapping[str, Any]],
    books: Mapping[str, Content],
    copied: Collection[str],
) -> None:
    """Each new row stands once in the store and at most once in a book; raises Broken.

    `copied`: what need not stand: only copies hold it, or rows that people deleted.
    """
    stored = Counter(v for values in rows for v in {values.get(name) for name in TYPED})
    for token in sorted(ledger.single()):
        if stored[token] > 1:
            raise Broken("I4", f"{token} stands in {stored[token]} rows")
        for name, content in books.items():
            count = len(_lines(content).get(token, ()))
            if count > 1:
                raise Broken("I4", f"{token} stands in {count} rows of {name}")
    for token in sorted(ledger.standing().difference(copied)):
        if not stored[token]:
            raise Broken("I4", f"{token} was typed into a new row that is gone")
