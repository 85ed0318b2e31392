"""One cell as a patch will leave it, and the rules that refuse a write."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync.ooxml.a1 import col_letter
from sync.ooxml.cells import CellKind, CellScan
from sync.ooxml.markup import Words, attributes
from sync.ooxml.reasons import Reason
from sync.ooxml.sharing import shared_of

if TYPE_CHECKING:
    from sync.ooxml.grid import CellAt
    from sync.ooxml.markup_out import Written

_KEPT = ("s", "ph")
"""Attributes that survive a new value; the type and the metadata belong to the old one."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A cell: where, what it shows, and the markup behind it. `at` is None for a new cell."""

    row: int
    col: int
    scan: CellScan
    look: dict[str, str]
    """Attributes of the tag but address and type, values as written."""
    kind: str = ""
    formula: str = ""
    """The formula element as markup, or nothing."""
    value: str = ""
    at: CellAt | None = None
    changed: bool = False

    def markup(self, prefix: str) -> bytes:
        """The cell as it goes into the sheet."""
        look = "".join(f' {name}="{value}"' for name, value in self.look.items())
        kind = f' t="{self.kind}"' if self.kind else ""
        tag = f'<{prefix}c r="{col_letter(self.col)}{self.row}"{look}{kind}'
        inner = self.formula + self.value
        return (f"{tag}>{inner}</{prefix}c>" if inner else f"{tag}/>").encode()

    def bare(self) -> Draft:
        """The cell without formula and value, its look kept."""
        look = {name: value for name, value in self.look.items() if name in _KEPT}
        return replace(self, look=look, kind="", formula="", value="", changed=True)


def draft_of(row: int, at: CellAt, scan: CellScan, patterns: Words) -> Draft:
    """The cell as it stands."""
    look = {name: v for name, v in attributes(at.tag).items() if name not in {"r", "t"}}
    match = patterns.formula.search(at.body or "")
    return Draft(row, at.col, scan, look, formula=match[0] if match else "", at=at)


def odd_content(at: CellAt, patterns: Words) -> Reason | None:
    """Why the content of a cell cannot be replaced, whatever the new one is."""
    if "vm" in attributes(at.tag):
        return Reason.RICH
    rest = at.body or ""
    for pattern in (patterns.formula, patterns.value, patterns.inline):
        rest = pattern.sub("", rest, count=1)
    return Reason.ODD_CELL if rest.strip() else None


def tied_formula(draft: Draft, patterns: Words) -> Reason | None:
    """Why the formula of a cell cannot be taken out: others hang on it."""
    match = patterns.formula.search(draft.formula)
    if match is None:
        return None
    given = attributes(match[1])
    if given.get("t") in {"array", "dataTable"} or "cm" in draft.look:
        return Reason.ARRAY
    shared = shared_of(draft.formula, patterns)
    if shared is not None and shared.area is not None and not shared.movable:
        return Reason.SHARED
    return None


def scan_of(new: Written, col: int, formula: str | None) -> CellScan:
    """The cell as the reader would give it."""
    kinds = {
        "str": CellKind.TEXT,
        "inlineStr": CellKind.TEXT,
        "b": CellKind.BOOL,
        "e": CellKind.ERROR,
    }
    if not new.inner:
        return CellScan(col, CellKind.EMPTY, "", formula, None, formula is None)
    text = re.sub(r"<[^>]*>", "", new.inner) if new.kind in {"", "b", "e"} else str(new.value)
    return CellScan(col, kinds.get(new.kind, CellKind.NUMBER), text, formula)
