"""One workbook on the desk of a pass: looked at, read, merged, planned, written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from model.blueprint import ID_FIELD, Blueprint, Role, RowMaker
from model.errors import CrmError
from model.records import BookState
from model.values import Value
from sync.absorb import Absorbed
from sync.books.read import Loaded
from sync.looking import Look
from sync.merge.sides import MARKS
from sync.ooxml import Patched, Result
from sync.write_plan import Desired, WritePlan

NEXT = "#next"
"""Suffix of a book's key under which a planned base waits for its write to be confirmed."""
GONE = {"__gone__": True}
"""Mark of a row that the planned base no longer has."""
Rows = dict[str, dict[str, Value]]


@dataclass(frozen=True, slots=True)
class Beside:
    """A second file of one book: a cloud disk's conflicted copy, «Копия …», a copy on the side."""

    name: str
    loaded: Loaded


class Left(Enum):
    """How a document that we read in its program was closed over the file from which it came."""

    NOT = "not"
    """It was not: the file is another one, or no document was open."""
    CLEAN = "clean"
    """Nothing that a person typed into it is missing in the file."""
    UNSAVED = "unsaved"
    """The person closed it without saving; what was read of it is known and stays."""


@dataclass(slots=True)
class Desk:
    """What a pass knows of one workbook; filled step by step."""

    state: BookState
    look: Look | None = None
    raw: bytes = b""
    live_token: str = ""
    loaded: Loaded | None = None
    changed: bool = False
    absorbed: Absorbed | None = None
    plan: WritePlan = field(default_factory=WritePlan)
    patched: Patched | None = None
    intent: int = 0
    temp_name: str = ""
    fault: CrmError | None = None
    written: bool = False
    live: bool = False
    """Its content is that of the document which a program has open, and is written there."""
    left: Left = Left.NOT
    """Whether the file is the one from which a document was opened that was read until now."""
    raced: bool = False
    """Somebody saved between our look and our write: the save lies beside the book."""
    shaped: bool = False
    """It was given another form on its way in: it is written even with nothing else to say."""
    stop: str = ""
    save: str = ""
    """Fingerprint of the person's save that the file holds."""
    refused: int = 0
    beside: list[Beside] = field(default_factory=list)
    """Other files with the stamp of this book that were not merged yet."""

    @property
    def is_behind(self) -> bool:
        """Whether the file carries no stamp, or an older one than the last write gave."""
        stamp = None if self.loaded is None else self.loaded.snapshot.stamp
        return stamp is None or stamp.generation < self.state.generation

    @property
    def role(self) -> Role:
        """Role of the book."""
        return Role(self.state.role)

    @property
    def usable(self) -> bool:
        """Whether the book was read and may be planned for."""
        return self.loaded is not None and self.absorbed is not None and self.fault is None


def next_base(
    desk: Desk,
    blueprint: Blueprint,
    seen: Mapping[str, Mapping[str, Mapping[str, Value]]],
    wanted: Desired,
) -> dict[str, Rows]:
    """Rows of the base that a confirmed write changes, by table; `GONE` where a row leaves."""
    if desk.absorbed is None or desk.loaded is None:
        return {}
    out: dict[str, Rows] = {}
    for key in {p.table for p in desk.plan.cells} | {p.table for p in desk.plan.rows}:
        read = desk.loaded.snapshot.tables[key]
        table, old = blueprint.tables[key], seen.get(key, {})
        live = {c.key for c in table.columns if c.live is not None}
        rows = wanted.tables[key]
        if table.makes_rows is RowMaker.DAEMON:
            out[key] = {i: _kept(rows[i], read.places, live) for i in rows}
        else:
            out[key] = _touched(desk, key, old, live)
        places = desk.absorbed.places.get(key, {})
        out[key] |= {i: dict(GONE) for i in (*places, *old) if i not in rows}
    return out


def next_order(desk: Desk, table: str) -> list[str]:
    """Row ids of a table from top to bottom as a confirmed write leaves them."""
    assert desk.absorbed is not None  # noqa: S101  # by `usable`
    stand = {row: i for i, row in desk.absorbed.places.get(table, {}).items()}
    stand |= {put.row: put.row_id for put in desk.plan.rows if put.table == table}
    return [stand[row] for row in sorted(stand)]


def named_rows(desk: Desk) -> tuple[tuple[str, int, str], ...]:
    """Table, row and id of the rows of people that the planned write gives their ids."""
    return tuple(
        (put.table, put.row, str(put.value)) for put in desk.plan.cells if put.field == ID_FIELD
    )


def _touched(desk: Desk, key: str, old: Mapping[str, Mapping[str, Value]], live: set[str]) -> Rows:
    assert desk.absorbed is not None and desk.loaded is not None  # noqa: PT018, S101  # by `usable`
    ids = {row: i for i, row in desk.absorbed.places.get(key, {}).items()}
    places = desk.loaded.snapshot.tables[key].places
    rows: Rows = {}
    for put in desk.plan.cells:
        if put.table == key and put.row in ids and put.field in places:
            row_id = ids[put.row]
            rows.setdefault(row_id, dict(old.get(row_id, {})))
            if put.field == ID_FIELD:
                for mark in MARKS:
                    rows[row_id].pop(mark, None)
            else:
                rows[row_id][put.field] = put.value
    for row in desk.plan.rows:
        if row.table == key:
            rows[row.row_id] = _kept(row.values, places, live)
    return {i: {k: v for k, v in r.items() if v is not None} for i, r in rows.items()}


def _kept(
    values: Mapping[str, Value], places: Mapping[str, int], live: set[str]
) -> dict[str, Value]:
    return {k: v for k, v in values.items() if k in places and k not in live and v is not None}


def refusals(patched: Patched) -> int:
    """Cells that could not be written."""
    bad = {Result.CONFLICT, Result.REFUSED}
    return sum(outcome.result in bad for outcome in patched.receipt.outcomes)
