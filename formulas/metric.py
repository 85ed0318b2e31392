"""What a metric of the registry is: its name, inputs, function, live cell, unit and rounding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from formulas.adapters.reading import Reader

Answer = Mapping[str, object]


class Measured(Enum):
    """What the main output of a metric is measured in."""

    MONEY = "money"
    PERCENT = "percent"
    RATIO = "ratio"
    COUNT = "count"
    DAYS = "days"
    MINUTES = "minutes"
    MONTHS = "months"
    POINTS = "points"
    DATE = "date"
    WORD = "word"


class Rounding(Enum):
    """How the main output is rounded."""

    NONE = "none"
    R0 = "r0"
    R1 = "r1"
    R2 = "r2"
    R4 = "r4"
    CEIL = "ceil"


class Where(Enum):
    """Who shows a figure (the mark after its name in METRICS.md): a live cell, the daemon, both."""

    CELL = "F"
    DAEMON = "D"
    BOTH = "F/D"


@dataclass(frozen=True, slots=True)
class Metric:
    """One entry of the registry.

    `python` computes from the given inputs; `cell`, where a live formula exists, is its template
    over defined names: `{plan}` stands for the name or address of the input `plan`. A figure of
    many outputs has an entry for each live one under its own name: `pf.summary.pct`.
    """

    name: str
    inputs: tuple[str, ...]
    python: Callable[[Reader], object]
    unit: Measured
    rounding: Rounding = Rounding.R2
    cell: str | None = None
    where: Where = Where.DAEMON
