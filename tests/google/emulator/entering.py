"""What Google makes of a typed text, and how it shows a value."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from model.values import Fault
from tests.google.emulator.state import Cell, Scalar, decimal_of

EPOCH = date(1899, 12, 30)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_DOTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})")
_SLASH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})")


def raw(cell: Cell, value: Scalar) -> Cell:
    """A cell after a value was stored as it is; an empty text empties it."""
    return replace(cell, value=None if value == "" else value, formula=None)


def entered(cell: Cell, value: Scalar, locale: str) -> Cell:
    """A cell after somebody typed a text into it."""
    if not isinstance(value, str) or value == "":
        return raw(cell, value)
    if value.startswith("="):
        return replace(cell, value=None, formula=value[1:].strip())
    if value.startswith("'"):
        return raw(cell, value[1:])
    if _pattern(cell.format) == "@":
        return raw(cell, value)
    if value.casefold() in {"true", "false", "истина", "ложь"}:
        return raw(cell, value.casefold() in {"true", "истина"})
    number, pattern = _number(value.strip(), locale)
    if number is None:
        number, pattern = _moment(value.strip(), locale)
    if number is None:
        return raw(cell, value)
    found = raw(cell, number)
    if pattern and cell.format is None:
        kind = "DATE" if "y" in pattern else "PERCENT" if "%" in pattern else "NUMBER"
        found = replace(found, format={"numberFormat": {"type": kind, "pattern": pattern}})
    return found


def _number(text: str, locale: str) -> tuple[Scalar, str]:
    mark = decimal_of(locale)
    group = "," if mark == "." else "[ \u00a0\u202f]"
    whole = rf"[+-]?(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)"
    match = re.fullmatch(rf"({whole})(?:{re.escape(mark)}(\d+))?(\s*%)?", text)
    if match is None:
        return None, ""
    digits = re.sub(r"[^\d+-]", "", match[1])
    number = float(f"{digits}.{match[2]}") if match[2] else int(digits)
    grouped = digits.lstrip("+-") != match[1].lstrip("+-")
    decimals = len(match[2] or "")
    if match[3]:
        return number / 100, "0.00%" if decimals else "0%"
    if grouped:
        return number, "#,##0.00" if decimals else "#,##0"
    return number, ""


def _moment(text: str, locale: str) -> tuple[Scalar, str]:
    if match := _ISO.fullmatch(text):
        day = _day(int(match[1]), int(match[2]), int(match[3]))
        if day is None or not match[4]:
            return day, "yyyy-mm-dd"
        at = timedelta(hours=int(match[4]), minutes=int(match[5]), seconds=int(match[6] or 0))
        return day + at / timedelta(days=1), "yyyy-mm-dd hh:mm:ss"
    if (match := _DOTS.fullmatch(text)) and decimal_of(locale) == ",":
        return _day(_year(match[3]), int(match[2]), int(match[1])), "dd.mm.yyyy"
    if (match := _SLASH.fullmatch(text)) and decimal_of(locale) == ".":
        return _day(_year(match[3]), int(match[1]), int(match[2])), "m/d/yyyy"
    return None, ""


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day(year: int, month: int, day: int) -> int | None:
    try:
        return (date(year, month, day) - EPOCH).days
    except ValueError:
        return None


def _pattern(looks: Any) -> str:
    number = (looks or {}).get("numberFormat") or {}
    if number.get("type") == "TEXT":
        return "@"
    if number.get("pattern"):
        return str(number["pattern"])
    defaults = {"DATE": "yyyy-mm-dd", "DATE_TIME": "yyyy-mm-dd hh:mm:ss", "TIME": "hh:mm:ss"}
    return defaults.get(number.get("type", ""), "")


def is_moment(looks: Any) -> bool:
    """Whether a number format shows days or hours."""
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]', "", _pattern(looks))
    return bool(re.search(r"[dyhs]", bare)) and bare != "General"


def shown(value: Scalar | Fault, looks: Any, locale: str) -> str:
    """The text that a person sees in the cell."""
    if isinstance(value, Fault):
        return value.text
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    pattern = _pattern(looks)
    if is_moment(looks):
        return _as_moment(value, pattern)
    text = _as_number(value, pattern)
    if decimal_of(locale) == ",":
        text = text.translate(str.maketrans(",.", "\u00a0,"))
    return text


def _as_moment(value: float, pattern: str) -> str:
    seconds = round(value * 86_400)
    at = datetime.combine(EPOCH, time()) + timedelta(seconds=seconds)
    words = {
        "yyyy": f"{at:%Y}", "yy": f"{at:%y}", "mm": f"{at:%m}", "m": str(at.month),
        "dd": f"{at:%d}", "d": str(at.day), "hh": f"{at:%H}", "h": str(at.hour), "ss": f"{at:%S}",
    }  # fmt: skip
    out, hour = [], False
    for token in re.findall(r"yyyy|yy|mm|m|dd|d|hh|h|ss|.", pattern):
        if token in {"mm", "m"} and hour:
            out.append(f"{at:%M}")
        else:
            out.append(words.get(token, token))
        hour = (hour and token in {":", "mm"}) or token in {"hh", "h"}
    return "".join(out)


def _as_number(value: float, pattern: str) -> str:
    first = pattern.split(";", maxsplit=1)[0]
    if match := re.fullmatch(r"(#,##)?0(\.(0+))?(%)?", first):
        number = Decimal(str(value)) * (100 if match[4] else 1)
        decimals = Decimal(1).scaleb(-len(match[3] or ""))
        number = number.quantize(decimals, ROUND_HALF_UP)
        return f"{number:,f}{match[4] or ''}" if match[1] else f"{number:f}{match[4] or ''}"
    number = Decimal(str(value))
    if number == number.to_integral_value() and abs(number) < Decimal("1e15"):
        return f"{number:.0f}"
    text = f"{number.quantize(Decimal('1e-10'), ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".")
