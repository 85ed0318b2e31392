"""Find the references of a formula, and move them.

These work on any formula, portable or not: only the addresses are rewritten, every other character
stays. Addresses inside texts are no references.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from formulas.cells.syntax import MAX_COL, MAX_ROW
from formulas.cells.tokens import (
    Kind,
    Token,
    column_letters,
    column_number,
    corner,
    sheet_name,
    tokenise,
)

Move = Callable[[str | None, int, int], tuple[int, int] | None]
"""Where a cell stands now (sheet as written or None, row, column); None: it is gone."""

LOST = "#REF!"


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference in a formula's text, from `start` up to `end`.

    A range of cells has an `area` (top, left, bottom, right as written), a defined name has `name`.
    `sheet` is the sheet named in front of it.
    """

    start: int
    end: int
    sheet: str | None
    area: tuple[int, int, int, int] | None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """One address with its marks; None for the row of a whole column and the other way round."""

    row: int | None
    col: int | None
    row_fixed: bool
    col_fixed: bool

    def text(self) -> str:
        col = "" if self.col is None else "$" * self.col_fixed + column_letters(self.col)
        row = "" if self.row is None else "$" * self.row_fixed + str(self.row)
        return col + row


@dataclass(frozen=True, slots=True)
class _Found:
    """A reference cut into its places; one place for a single cell, else two."""

    start: int
    end: int
    sheet: str | None
    places: tuple[_Place, ...]
    name: str | None = None


def references(formula: str) -> tuple[Ref, ...]:
    """Every reference and defined name of a formula, in the order of its text."""
    return tuple(_as_ref(found) for found in _find(tokenise(formula)))


def rewrite(formula: str, move: Move) -> str:
    """The formula after its cells have moved; a reference to a cell that is gone says #REF!.

    A range follows its two corners, a whole column its first cell.
    """

    def moved(sheet: str | None, place: _Place) -> _Place | None:
        target = move(sheet, place.row or 1, place.col or 1)
        return None if target is None else _at(place, *target)

    return _replace(formula, moved)


def translate(formula: str, d_row: int, d_col: int) -> str:
    """The formula as copied that many rows down and columns to the right."""

    def shifted(_sheet: str | None, place: _Place) -> _Place | None:
        row = place.row if place.row is None or place.row_fixed else place.row + d_row
        col = place.col if place.col is None or place.col_fixed else place.col + d_col
        return _at(place, 1 if row is None else row, 1 if col is None else col)

    return _replace(formula, shifted)


def relative(formula: str, row: int, col: int) -> str:
    """The formula's shape seen from its cell: equal for all cells of a filled-down column."""
    pieces = []
    done = 0
    for found in _find(tokenise(formula)):
        if found.name is None:
            shape = ":".join(_shape(place, row, col) for place in found.places)
            pieces += [formula[done : found.start], shape]
            done = found.end
    return "".join([*pieces, formula[done:]])


def only_own_row(formula: str, row: int) -> bool:
    """Whether the digits of `row` stand in a formula only where it means its own row.

    Then the formula with these digits taken out is the same in every row of a filled-down column.
    """
    places = [place for found in _find(tokenise(formula)) for place in found.places]
    floating = [place.row for place in places if place.row is not None and not place.row_fixed]
    return all(one == row for one in floating) and formula.count(str(row)) == len(floating)


def _replace(formula: str, moved: Callable[[str | None, _Place], _Place | None]) -> str:
    pieces = []
    done = 0
    for found in _find(tokenise(formula)):
        if found.name is None:
            targets = [moved(found.sheet, place) for place in found.places]
            texts = [LOST if target is None else target.text() for target in targets]
            pieces += [formula[done : found.start], LOST if LOST in texts else ":".join(texts)]
            done = found.end
    return "".join([*pieces, formula[done:]])


def _find(tokens: tuple[Token, ...]) -> Iterator[_Found]:
    """The references among the tokens; the span of a qualified one starts after its sheet."""
    sheet: str | None = None
    skip = 0
    for index, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        if token.kind is Kind.SHEET:
            sheet = sheet_name(token.text)
            continue
        if token.kind is Kind.CELL:
            second = _second_corner(tokens[index : index + 3])
            skip = 0 if second is None else 2
            places = (_place(token.text), *(() if second is None else (_place(second.text),)))
            yield _Found(token.start, (second or token).end, sheet, places)
        elif token.kind in {Kind.COLUMNS, Kind.ROWS}:
            yield _Found(token.start, token.end, sheet, _whole(token))
        elif token.kind is Kind.NAME and token.text.upper() not in {"TRUE", "FALSE"}:
            yield _Found(token.start, token.end, sheet, (), token.text)
        sheet = None


def _second_corner(tokens: tuple[Token, ...]) -> Token | None:
    """The last of `A1`, `:`, `B2` standing together."""
    if len(tokens) < 3 or tokens[1].text != ":" or tokens[2].kind is not Kind.CELL:
        return None
    touching = tokens[0].end == tokens[1].start and tokens[1].end == tokens[2].start
    return tokens[2] if touching else None


def _place(address: str) -> _Place:
    return _Place(*corner(address))


def _whole(token: Token) -> tuple[_Place, ...]:
    ends = token.text.split(":")
    if token.kind is Kind.ROWS:
        return tuple(_Place(int(end.strip("$")), None, "$" in end, False) for end in ends)  # noqa: FBT003  # the mark of a missing column
    return tuple(_Place(None, column_number(end.strip("$")), False, "$" in end) for end in ends)  # noqa: FBT003  # the mark of a missing row


def _at(place: _Place, row: int, col: int) -> _Place | None:
    if not (1 <= row <= MAX_ROW and 1 <= col <= MAX_COL):
        return None
    return _Place(
        None if place.row is None else row,
        None if place.col is None else col,
        place.row_fixed,
        place.col_fixed,
    )


def _shape(place: _Place, row: int, col: int) -> str:
    """R1C1 text in braces, which stand nowhere outside the texts of a portable formula."""
    down = place.row or 0
    right = place.col or 0
    rows = f"R{down}" if place.row_fixed or place.row is None else f"R[{down - row}]"
    cols = f"C{right}" if place.col_fixed or place.col is None else f"C[{right - col}]"
    return f"{{{rows}{cols}}}"


def _as_ref(found: _Found) -> Ref:
    if found.name is not None:
        return Ref(found.start, found.end, found.sheet, None, found.name)
    first, last = found.places[0], found.places[-1]
    area = (first.row or 1, first.col or 1, last.row or MAX_ROW, last.col or MAX_COL)
    return Ref(found.start, found.end, found.sheet, area)
