"""Short ways to write the template of a live cell, and the function beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formulas.adapters.reading import plain_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from formulas.adapters.reading import Reader

PICKED = "value"
"""Key of the one output of a live figure."""


def r2(formula: str) -> str:
    """The formula in kopecks, half away from zero (METRICS section 0)."""
    return f"ROUND(ROUND({formula},6),2)"


def r4(formula: str) -> str:
    """The formula as a share of four places."""
    return f"ROUND(ROUND({formula},6),4)"


def exact(formula: str) -> str:
    """A sum or difference of money, without the dust of binary floats."""
    return f"ROUND({formula},6)"


def unless(undefined: str, formula: str) -> str:
    """The formula, or an empty text where it is undefined."""
    return f'=IF({undefined},"",{formula})'


def lacks(*names: str) -> str:
    """Whether one of the inputs holds no number."""
    return f"COUNT({','.join('{' + name + '}' for name in names)})<{len(names)}"


def one_of(whole: Callable[[Reader], object], *path: str) -> Callable[[Reader], dict[str, object]]:
    """One output of a figure that has many."""

    def pick(given: Reader) -> dict[str, object]:
        found = plain_answer(whole(given))
        for part in path:
            found = found[part]  # type: ignore[index]  # an answer is mappings all the way
        return {PICKED: found}

    return pick


def value(compute: Callable[[Reader], object]) -> Callable[[Reader], dict[str, object]]:
    """The answer of a figure of one output."""
    return lambda given: {PICKED: compute(given)}
