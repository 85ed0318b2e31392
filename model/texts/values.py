"""How a value reads in a sentence."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from model.texts.numbers import day_year, moment, number
from model.values import Fault, Value


def shown(value: Value) -> str:
    """A value as a person would write it; empty for an empty cell."""
    match value:
        case None:
            return ""
        case bool():
            return "да" if value else "нет"
        case Decimal():
            return number(value, places=0 if value == value.to_integral_value() else 2)
        case datetime():
            return moment(value)
        case date():
            return day_year(value)
        case time():
            return f"{value:%H:%M}"
        case Fault():
            return value.text
        case str():
            return value
