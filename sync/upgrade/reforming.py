"""Row formulas of living tables that an older program wrote, and those that a person made.

A formula of the program's own, known by its shape, is exchanged for today's in every row, prepared
rows included; its result stays beside it until the pass has counted anew. A person's formula stays
and is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from formulas.cells.syntax import MAX_COL
from formulas.cells.tokens import Kind, tokenise
from model.blueprint import Blueprint, Column, Role
from model.snapshot import TableRead
from model.values import Value
from sync.books.read import Loaded
from sync.ooxml import BookFile, SetFormula, col_letter
from sync.upgrade.steps import Did, Left, Step, Why
from templates.live import cell_formula, fields_of
from templates.row_formulas import Places, is_former, likeness, shape, shape_of


@dataclass(frozen=True, slots=True)
class Outdated:
    """A live column whose formulas an older program wrote."""

    read: TableRead
    column: Column
    before: str
    """The shape that most of them have."""
    cells: tuple[tuple[int, Value], ...]
    """Rows with what their cells show."""

    @property
    def step(self) -> Step:
        """How the exchange is told and remembered."""
        return _step(self.read, self.column, self.before)


def outdated(
    loaded: Loaded, blueprint: Blueprint, role: Role
) -> tuple[tuple[Outdated, ...], tuple[Left, ...]]:
    """What is to be exchanged in a book, and formulas of people that stay."""
    found: list[Outdated] = []
    left: list[Left] = []
    for key, read in loaded.snapshot.tables.items():
        for column in blueprint.columns_of(role, key):
            if column.live is None or column.key not in read.places:
                continue
            one, own = _of_column(loaded, read, column)
            found += [one] if one is not None else []
            left += [own] if own is not None else []
    return tuple(found), tuple(left)


def exchanges(one: Outdated, file: BookFile, places: Places) -> Iterator[SetFormula]:
    """The edits that put today's formula into the rows; nothing where it would find no name."""
    if not fields_of(one.column) <= places.keys():
        return
    words = {t.text for t in tokenise(cell_formula(one.column, places, 1)) if t.kind is Kind.NAME}
    if words - {"TRUE", "FALSE"} <= file.names.keys():
        yield from written(one.read, one.column, one.cells, places)


def written(
    read: TableRead, column: Column, cells: tuple[tuple[int, Value], ...], places: Places
) -> Iterator[SetFormula]:
    """A formula in many rows, each with the result that stands there."""
    letter = col_letter(places[column.key])
    for row, value in cells:
        text = cell_formula(column, places, row)
        yield SetFormula(read.sheet, f"{letter}{row}", text, value)


def back_to(loaded: Loaded, read: TableRead, column: Column, before: str) -> Iterator[SetFormula]:
    """The formulas of before, where today's still stand."""
    today = shape_of(column, read.places)
    cells = [(row, value) for row, value, found in _shapes(loaded, read, column) if found == today]
    yield from written(read, replace(column, live=f"={before}"), tuple(cells), read.places)


def _of_column(
    loaded: Loaded, read: TableRead, column: Column
) -> tuple[Outdated | None, Left | None]:
    today = shape_of(column, _with_absent(column, read.places))
    others = [line for line in _shapes(loaded, read, column) if line[2] != today]
    ours = [line for line in others if is_former(read.table, column, line[2])]
    own = [row for row, _, found in others if not is_former(read.table, column, found)]
    told = Left(_step(read, column), Why.OWN, str(len(own))) if own else None
    if not ours:
        return None, told
    ((most, _),) = Counter(found for _, _, found in ours).most_common(1)
    cells = tuple((row, value) for row, value, _ in ours)
    return Outdated(read, column, most, cells), told


def _with_absent(column: Column, places: Places) -> dict[str, int]:
    """The places with some for fields that the book has not got yet: the upgrade brings them."""
    absent = sorted(fields_of(column) - places.keys())
    return {**{key: MAX_COL - at for at, key in enumerate(absent)}, **places}


def _shapes(loaded: Loaded, read: TableRead, column: Column) -> Iterator[tuple[int, Value, str]]:
    """Row, value and shape of every formula of a column, prepared rows included."""
    at, known = read.places[column.key], dict[str, str]()
    for row, line in loaded.sheets[read.sheet].rows.items():
        cell = line.get(at)
        if row <= read.header_row or cell is None or cell.formula is None:
            continue
        like = likeness(cell.formula, row)
        if like not in known:
            known[like] = shape(cell.formula, row, read.places)
        yield row, cell.value(), known[like]


def _step(read: TableRead, column: Column, before: str = "") -> Step:
    return Step(Did.FORMULAS, read.sheet, column.title.ru, read.table, column.key, before=before)
