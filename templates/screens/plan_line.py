"""The live figures of a line of plan against fact, asked of the registry by their names.

A screen says where plan, fact and the working days stand; it writes no formula of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from formulas.registry import cell_of
from templates.screens.canvas import GREEN, RED, YELLOW

FIGURES: Mapping[str, str] = MappingProxyType(
    {
        "Выполнено": "pf.summary.pct",
        "Надо к сегодня": "pf.summary.expected",
        "Отклонение": "pf.summary.deviation",
        "Тем же темпом": "pf.summary.runrate",
        "Нужно в день": "pf.summary.per_day",
    }
)
"""Heading of a column -> the figure under it, on every screen."""
LABELS = ("План", "Факт", *FIGURES)
COUNTED, MONEY = "count", "money"
"""Units as the templates know them."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where the inputs of a line stand: cells or names."""

    plan: str
    fact: str
    expected: str
    """The cell of «Надо к сегодня», which the deviation is counted from."""
    total: str
    passed: str
    left: str
    unit: str

    def figure(self, metric: str) -> str:
        """The live formula of one figure of the line."""
        return cell_of(
            metric,
            plan=self.plan,
            fact=self.fact,
            expected=self.expected,
            total=self.total,
            passed=self.passed,
            left=self.left,
            unit=self.unit,
            green="fig_green",
            yellow="fig_yellow",
        )

    def under(self, heading: str) -> str:
        """The live formula under a heading."""
        return self.figure(FIGURES[heading])

    def light(self) -> str:
        """The live formula of the light: a word."""
        return self.figure("pf.summary.light")


def code_of(light: str) -> str:
    """Formula part: the colour code of a light, for the hidden column that looks read."""
    return f'IF({light}="red",{RED},IF({light}="yellow",{YELLOW},IF({light}="green",{GREEN},0)))'
