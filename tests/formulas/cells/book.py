"""A book made of a dictionary, for formulas in tests."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from formulas.cells import CellContent, CellValue, Evaluator, Regional
from formulas.cells.tokens import corner
from formulas.cells.values import RUSSIAN
from model.values import Value

HOME = "Лист"
NOW = Decimal("46094.5")  # 2026-03-12, noon


class Cells:
    """Cells such as {"A1": 5, "План!B2": "=A1"}; a text that starts with = is a formula."""

    def __init__(
        self, cells: Mapping[str, object] | None = None, names: Mapping[str, str] | None = None
    ) -> None:
        self._contents = dict(_content(place, value) for place, value in (cells or {}).items())
        self._names = dict(names or {})
        self.asked: list[tuple[str, int, int]] = []

    def cell(self, sheet: str, row: int, col: int) -> CellContent:
        self.asked.append((sheet, row, col))
        return self._contents.get((sheet, row, col), CellContent())

    def name(self, name: str) -> str | None:
        return self._names.get(name)

    def now(self) -> Decimal:
        return NOW


def row_of(*values: object, row: int = 1) -> dict[str, object]:
    """Values of a row as cells A, B, C and so on."""
    return {f"{chr(65 + col)}{row}": value for col, value in enumerate(values)}


def column_of(*values: object, col: str = "A") -> dict[str, object]:
    """Values of a column as cells 1, 2, 3 and so on."""
    return {f"{col}{row}": value for row, value in enumerate(values, 1)}


def shown(
    formula: str,
    cells: Mapping[str, object] | None = None,
    *,
    names: Mapping[str, str] | None = None,
    at: str = "Z99",
    regional: Regional = RUSSIAN,
) -> CellValue:
    """What a formula shows in a cell of such a book."""
    row, col, _, _ = corner(at)
    return Evaluator(Cells(cells, names), regional=regional).evaluate(formula, HOME, row, col)


def plain(value: CellValue) -> object:
    """A value as a test writes it: numbers as int or text, errors as their text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")
    return getattr(value, "text", value)


def _content(place: str, value: object) -> tuple[tuple[str, int, int], CellContent]:
    sheet, _, address = place.rpartition("!")
    row, col, _, _ = corner(address)
    return (sheet or HOME, row, col), _as_content(value)


def _as_content(value: object) -> CellContent:
    if isinstance(value, str) and value.startswith("="):
        return CellContent(None, value[1:])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return CellContent(Decimal(str(value)))
    if isinstance(value, CellContent):
        return value
    known: Value = value  # type: ignore[assignment]  # the rest are values already
    return CellContent(known)
