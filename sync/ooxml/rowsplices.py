"""Drafts of cells as splices of a sheet's part: cells put in, rows made, blocks laid below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from sync.ooxml.markup import attributes
from sync.ooxml.tree import Splice
from sync.ooxml.xmltext import escape

if TYPE_CHECKING:
    from sync.ooxml.appending import Block
    from sync.ooxml.drafts import Draft
    from sync.ooxml.grid import Grid, RowAt

_SPANS = re.compile(rb"""\sspans\s*=\s*(?:"[^"]*"|'[^']*')""")
_ROW_LOOK = ("s", "customFormat", "ht", "customHeight")


def row_splices(
    grid: Grid,
    drafts: Mapping[int, Mapping[int, Draft]],
    new_rows: Mapping[int, str],
    blocks: Mapping[int, Block],
) -> list[Splice]:
    """What is to be put where among the rows; `new_rows` are looks of rows to make."""
    found: list[Splice] = []
    for number in sorted({*drafts, *new_rows, *blocks}):
        if number in blocks:
            at = grid.insertion(number)
            found.append(Splice(at, at, blocks[number].markup))
        else:
            cells = drafts.get(number, {})
            wanted = [cells[col] for col in sorted(cells)]
            found += _row(grid, number, wanted, new_rows.get(number, ""))
    frame = grid.frame
    return [_opened_data(grid, found)] if frame.opened == frame.end and found else found


def row_look(tag: str) -> str:
    """The attributes of a row that one made like it takes over."""
    given = attributes(tag)
    return "".join(f' {name}="{escape(given[name])}"' for name in _ROW_LOOK if name in given)


def _row(grid: Grid, number: int, drafts: list[Draft], look: str) -> Iterator[Splice]:
    row, prefix = grid.row(number), grid.words.prefix
    if row is not None and not row.empty:
        yield from _cells(grid, row, drafts)
        return
    inner = b"".join(draft.markup(prefix) for draft in drafts)
    closing = f"</{prefix}row>".encode()
    if row is None:
        at = grid.insertion(number)
        tag = f'<{prefix}row r="{number}"{look}>'.encode()
        yield Splice(at, at, tag + inner + closing)
    else:
        old = grid.content[row.start : row.end]
        tag = _SPANS.sub(b"", old).rstrip(b"/> \t\r\n") + b">"
        yield Splice(row.start, row.end, tag + inner + closing)


def _cells(grid: Grid, row: RowAt, drafts: Iterable[Draft]) -> Iterator[Splice]:
    standing = grid.cells(row)
    after_cells = standing[-1].end if standing else row.opened
    spans = _SPANS.search(grid.content, row.start, row.opened)
    for draft in drafts:
        markup = draft.markup(grid.words.prefix)
        if draft.at is not None:
            yield Splice(draft.at.start, draft.at.end, markup)
            continue
        at = next((cell.start for cell in standing if cell.col > draft.col), after_cells)
        yield Splice(at, at, markup)
        if spans is not None:
            yield Splice(spans.start(), spans.end(), b"")
            spans = None


def _opened_data(grid: Grid, rows: list[Splice]) -> Splice:
    frame = grid.frame
    name = f"{frame.prefix}sheetData".encode()
    tag = grid.content[frame.start : frame.end].rstrip(b"/> \t\r\n") + b">"
    inner = b"".join(s.new for s in rows)
    return Splice(frame.start, frame.end, tag + inner + b"</" + name + b">")
