"""Live formulas of table columns, written for the places where the columns stand now."""

from __future__ import annotations

import re
from collections.abc import Mapping

from model.blueprint import Column

_FIELD = re.compile(r"\{(\w+)\}")


def cell_formula(column: Column, places: Mapping[str, int], row: int | str) -> str:
    """The formula, without equals sign, of a live column in a row; KeyError for a lost field.

    `row` may be a placeholder such as `{row}` for templates of spare rows.
    """

    def place(match: re.Match[str]) -> str:
        key = match[1]
        return str(row) if key == "row" else f"${letter(places[key])}{row}"

    return _FIELD.sub(place, column.live or "").removeprefix("=")


def fields_of(column: Column) -> frozenset[str]:
    """Fields of its row that the formula of a live column needs."""
    return frozenset(_FIELD.findall(column.live or "")) - {"row"}


def letter(number: int) -> str:
    """Column letters of a number: 28 -> AB."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
