"""Simulated workbooks: what their bytes hold, how they are read and how a plan is written in."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256

from model.snapshot import CellRead, RowRead, Snapshot, Stamp, TableRead
from model.values import Value
from sync.write_plan import WritePlan
from tests.simulation import xlsx_pages
from tests.simulation.shape import BLUEPRINT

FIRST_ROW = 4
ID = "row_id"
MAGIC = b"book:"
WHOLE = b":whole"
REMEMBERED = 512
"""Saves that are not parsed again: a life has some dozens."""


@dataclass(slots=True)
class Line:
    """One row: its id, if it has one, and its non-empty cells."""

    row_id: str | None = None
    cells: dict[str, Value] = field(default_factory=dict)

    def copy(self) -> Line:
        """Another row with the same cells."""
        return Line(self.row_id, dict(self.cells))


@dataclass(slots=True)
class Page:
    """A sheet: its columns from left to right and its rows from top to bottom."""

    columns: list[str]
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Content:
    """All that one save of a workbook holds."""

    stamp: Stamp | None
    pages: dict[str, Page]
    raw: bytes | None = None
    """The real workbook that this was read from; None for a simulated one."""
    saved: int = 0
    """The moment that every program writes into its saves: no two are equal byte for byte."""

    def copy(self) -> Content:
        """The same content in other hands."""
        pages = {
            key: Page(list(p.columns), [one.copy() for one in p.lines])
            for key, p in self.pages.items()
        }
        return Content(self.stamp, pages, self.raw, self.saved)

    def texts(self) -> Iterator[str]:
        """Every text that stands in a cell."""
        for page in self.pages.values():
            for line in page.lines:
                yield from (v for v in line.cells.values() if isinstance(v, str))


def empty(stamp: Stamp | None) -> Content:
    """A workbook as it is founded."""
    pages = {key: Page([c.key for c in t.columns]) for key, t in BLUEPRINT.tables.items()}
    return Content(stamp, pages)


def to_bytes(content: Content) -> bytes:
    """The bytes of a save."""
    if content.raw is not None:
        return xlsx_pages.saved(content)
    stamp = content.stamp
    told = (
        None if stamp is None else (stamp.family, stamp.book, stamp.generation),
        [
            (key, page.columns, [(one.row_id, sorted(one.cells.items())) for one in page.lines])
            for key, page in content.pages.items()
        ],
        content.saved,
    )
    return MAGIC + pickle.dumps(told, protocol=5) + WHOLE


def from_bytes(raw: bytes) -> Content | None:
    """What a save holds, to be worked on; None for bytes that are not a whole workbook."""
    content = read_only(raw)
    return None if content is None else content.copy()


@lru_cache(maxsize=REMEMBERED)
def read_only(raw: bytes) -> Content | None:
    """What a save holds, shared by all who only look at it; None if it is no whole workbook."""
    if raw.startswith(xlsx_pages.MAGIC):
        return xlsx_pages.opened(raw)
    if not raw.startswith(MAGIC) or not raw.endswith(WHOLE):
        return None
    stamp, pages, saved = pickle.loads(raw[len(MAGIC) : -len(WHOLE)])
    return Content(
        None if stamp is None else Stamp(*stamp),
        {key: Page(cols, [Line(i, dict(c)) for i, c in lines]) for key, cols, lines in pages},
        saved=saved,
    )


@lru_cache(maxsize=REMEMBERED)
def snapshot(raw: bytes, *, book: str) -> Snapshot:
    """A whole workbook as the engine's reader would tell it."""
    content = read_only(raw)
    assert content is not None  # it was opened before
    tables = {key: _table(key, page) for key, page in content.pages.items()}
    return Snapshot(book, sha256(raw).hexdigest(), content.stamp, tables)


def _table(key: str, page: Page) -> TableRead:
    rows = [
        RowRead(
            at, line.row_id, {k: CellRead(v) for k, v in line.cells.items() if k in page.columns}
        )
        for at, line in enumerate(page.lines, start=FIRST_ROW)
        if line.row_id or line.cells
    ]
    table = BLUEPRINT.tables[key]
    places = {name: at for at, name in enumerate(page.columns, start=1)}
    return TableRead(
        table=key,
        sheet=table.title.ru,
        places=places,
        titles={name: name for name in page.columns},
        rows=tuple(rows),
        last_row=max((row.row for row in rows), default=FIRST_ROW - 1),
        header_row=FIRST_ROW - 1,
    )


def written(content: Content, plan: WritePlan, stamp: Stamp) -> tuple[Content, int]:
    """The workbook after a plan, and the number of cells that were not what the plan expected."""
    new = replace(content.copy(), stamp=stamp)
    refused = 0
    for put in plan.cells:
        line = _line(new.pages[put.table], put.row)
        have = line.row_id if put.field == ID else line.cells.get(put.field)
        if have != put.expected and not (have in (None, "") and put.expected in (None, "")):
            refused += 1
        else:
            _set(line, put.field, put.value)
    for row in plan.rows:
        page = new.pages[row.table]
        line = _line(page, row.row)
        line.row_id = row.row_id
        values = {k: v for k, v in row.values.items() if k in page.columns}
        for name, value in values.items():
            _set(line, name, value)
    return new, refused


def _line(page: Page, row: int) -> Line:
    while len(page.lines) <= row - FIRST_ROW:
        page.lines.append(Line())
    return page.lines[row - FIRST_ROW]


def _set(line: Line, name: str, value: Value) -> None:
    if name == ID:
        line.row_id = None if value is None else str(value)
    elif value is None:
        line.cells.pop(name, None)
    else:
        line.cells[name] = value


def by_id(page: Page) -> Mapping[str, Line]:
    """Rows that stand once under an id."""
    seen: dict[str, list[Line]] = {}
    for line in page.lines:
        if line.row_id:
            seen.setdefault(line.row_id, []).append(line)
    return {row_id: lines[0] for row_id, lines in seen.items() if len(lines) == 1}
