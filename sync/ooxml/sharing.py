"""Shared formulas: one cell holds the text for all cells that share it.

When that cell is written, the next one below that shares the formula becomes its home; the others
do not move. Only a formula shared down one column moves so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync.ooxml.a1 import Area
from sync.ooxml.markup import Words, attributes
from sync.ooxml.xmltext import escape

if TYPE_CHECKING:
    from sync.ooxml.drafts import Draft


@dataclass(frozen=True, slots=True)
class Shared:
    """What a cell's formula element says of its sharing."""

    index: str
    area: Area | None
    """The cells that share it, told by their home only."""

    @property
    def movable(self) -> bool:
        """Whether the home may be given to a cell below."""
        return self.area is not None and self.area.left == self.area.right

    def below(self, row: int) -> Iterator[int]:
        """The rows of the area below a row."""
        if self.area is not None:
            yield from range(row + 1, self.area.bottom + 1)


def shared_of(formula: str, patterns: Words) -> Shared | None:
    """The sharing of a formula element; None when it is not shared."""
    match = patterns.formula.search(formula)
    given = attributes(match[1]) if match else {}
    if given.get("t") != "shared":
        return None
    area = Area.parse(given["ref"]) if "ref" in given else None
    return Shared(given.get("si", ""), area)


def heir_of(home: Draft, draft_at: Callable[[int, int], Draft], patterns: Words) -> Draft | None:
    """The cell below that shares the formula of a home, as its new home; None when none does."""
    shared = shared_of(home.formula, patterns)
    for row in shared.below(home.row) if shared is not None else ():
        draft = draft_at(row, home.col)
        theirs = shared_of(draft.formula, patterns)
        if shared is not None and theirs is not None and theirs.index == shared.index:
            return _settled(draft, shared, patterns)
    return None


def _settled(draft: Draft, shared: Shared, patterns: Words) -> Draft:
    bottom = shared.area.bottom if shared.area else draft.row
    ref = Area(draft.col, draft.row, draft.col, bottom).ref
    match = patterns.formula.search(draft.formula)
    given = {**attributes(match[1] if match else ""), "ref": ref}
    tag = "".join(f' {name}="{value}"' for name, value in given.items())
    p = patterns.prefix
    formula = f"<{p}f{tag}>{escape(draft.scan.formula or '')}</{p}f>"
    kind, value = draft.kind, draft.value
    if draft.at is not None and not draft.changed:
        kind = attributes(draft.at.tag).get("t", "")
        value = patterns.formula.sub("", draft.at.body or "", count=1)
    return replace(draft, formula=formula, kind=kind, value=value, changed=True)
