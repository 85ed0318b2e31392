"""Lights of figures: green, yellow, red, and grey where nothing can be said; the good side."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

GREEN_FROM = 95
"""Per cent of the expected result from which a light is green, unless settings say otherwise."""
YELLOW_FROM = 80


class Light(Enum):
    """Colour of a figure; NONE means that no light is due."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"
    NONE = "none"


class Better(Enum):
    """Which side of a figure is the good one."""

    MORE = "more"
    LESS = "less"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Per cent from which a light is green or yellow."""

    green: Fraction = Fraction(GREEN_FROM)
    yellow: Fraction = Fraction(YELLOW_FROM)


USUAL = Thresholds()


def light_of(percentage: Fraction | None, thresholds: Thresholds = USUAL) -> Light:
    """Light of an unrounded percentage; grey when it is undefined."""
    if percentage is None:
        return Light.GREY
    if percentage >= thresholds.green:
        return Light.GREEN
    return Light.YELLOW if percentage >= thresholds.yellow else Light.RED
