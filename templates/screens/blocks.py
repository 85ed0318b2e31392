"""Numbered rows of a screen's block as keys and values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from model.values import Value
from templates.screens.words import DASH

Row = TypeVar("Row")


def numbered(
    prefix: str,
    parts: Sequence[str],
    size: int,
    rows: Sequence[Row],
    values: Callable[[Row], Mapping[str, Value]],
) -> dict[str, Value]:
    """Values of `prefix.1.part` and so on; rows past the last one are cleared."""
    filled: dict[str, Value] = {}
    for number in range(1, size + 1):
        shown = values(rows[number - 1]) if number <= len(rows) else {}
        filled |= {f"{prefix}.{number}.{part}": shown.get(part) for part in parts}
    return filled


def or_dash(value: Decimal | None) -> Decimal | str:
    """The figure, or a dash where it is not defined."""
    return DASH if value is None else value
