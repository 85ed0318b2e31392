"""The cell table of MERGE_SPEC section 6: one cell, three sides, one verdict."""

from __future__ import annotations

from dataclasses import dataclass

from model.blueprint import Column, Owner
from model.canon import canon
from model.records import Source
from model.values import Fault, Value
from sync.merge.damage import is_damaged
from sync.merge.result import ClashKind
from sync.merge.sides import Author

COVERED = "merged"
"""Fault of a cell under a merged range: unknown, and nothing to remark."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The three sides of one cell of what people type and facts bring."""

    column: Column
    base: Value
    work: Value
    store: Value
    formula: bool = False
    """A person's formula stands in the workbook; `work` is its result."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the workbook's value goes into the store, and what competes with what then stands."""

    take: bool
    clash: ClashKind | None = None
    live: Value = None
    other: Value = None


KEEP_STORE = Verdict(take=False)
TAKE_WORK = Verdict(take=True)


def merge_cell(cell: Cell, author: Author | None, me: str) -> Verdict:
    """What becomes of one cell; `author` moved the store's side last."""
    kind = cell.column.kind
    b, w, s = (canon(kind, value) for value in (cell.base, cell.work, cell.store))
    if is_unedited(b, w) and not (cell.formula and w != s):
        return KEEP_STORE
    if s in (b, w) and not isinstance(s, Fault):
        return _edited(cell)
    return clashing(cell, author, me)


def is_unedited(base: Value, work: Value) -> bool:
    """Whether the person left the cell alone: equal canonical forms, whatever the spelling."""
    return base == work


def _edited(cell: Cell) -> Verdict:
    """Only the person moved the cell, or both sides alike."""
    if is_damaged(cell.column, cell.base, cell.work):
        return Verdict(take=True, clash=ClashKind.DAMAGED, live=cell.work, other=cell.base)
    return TAKE_WORK


def clashing(cell: Cell, author: Author | None, me: str) -> Verdict:
    """All three differ, or another value wants to go over a person's formula."""
    if not cell.formula and first_stands(author, me):
        return Verdict(take=False, clash=ClashKind.CAME_SECOND, live=cell.store, other=cell.work)
    return Verdict(take=True, clash=kind_of(cell.column, author), live=cell.work, other=cell.store)


def first_stands(author: Author | None, me: str) -> bool:
    """Whether another person's edit was merged first: it stays, the later one is asked about."""
    return author is not None and author.source is Source.PERSON and author.who != me


def kind_of(column: Column, author: Author | None) -> ClashKind:
    """Whether a fact or a person stands on the other side."""
    if author is None:
        return ClashKind.FACT if column.owner is Owner.IMPORT else ClashKind.TWO_PEOPLE
    return ClashKind.FACT if author.source is Source.IMPORT else ClashKind.TWO_PEOPLE


def readable(value: Value, before: Value) -> Value:
    """The value of a cell; an error, or a formula without a result, leaves the last good one."""
    if isinstance(value, Fault):
        return before
    return None if value == "" else value


def is_remarked(value: Value) -> bool:
    """Whether an unknown value is worth a remark: a cell under a merged range is not."""
    return isinstance(value, Fault) and value.text != COVERED


def typed_over(column: Column, before: Value, after: Value) -> bool:
    """Whether a person typed into a computed cell: ours comes back, theirs is kept and shown."""
    return after is not None and canon(column.kind, before) != canon(column.kind, after)
