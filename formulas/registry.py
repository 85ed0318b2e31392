"""Every metric by its name, and one door to compute any of them from plain inputs.

The product calls the typed functions; `compute` serves the worked cases, the tests of live cells
and whoever has a metric's name and a mapping of inputs.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from formulas.adapters import calendars, deals, live, pay, people, plans, results
from formulas.adapters.reading import Reader, plain_answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from formulas.metric import Metric

REGISTRY: Mapping[str, Metric] = MappingProxyType(
    {
        metric.name: metric
        for section in (calendars, results, plans, live, pay, people, deals)
        for metric in section.METRICS
    }
)


def cell_of(metric: str, **inputs: str) -> str:
    """The live formula of a metric over the given cells and names; KeyError for a lacking one."""
    template = REGISTRY[metric].cell
    if template is None:
        raise KeyError(metric)
    return template.format_map(inputs)


def cells_of(metric: str) -> tuple[Metric, ...]:
    """The entries that show a figure in cells: its own, or one for each output."""
    within = f"{metric}."
    return tuple(
        one
        for name, one in REGISTRY.items()
        if one.cell is not None and (name == metric or name.startswith(within))
    )


def compute(metric: str, given: Mapping[str, object]) -> dict[str, object]:
    """Outputs of a metric; raises KeyError for an unknown one."""
    answer = REGISTRY[metric].python(Reader(given))
    return cast("dict[str, object]", plain_answer(answer))
