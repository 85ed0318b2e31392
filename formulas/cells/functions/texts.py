"""Texts and numbers inside sentences.

Positions count characters; Excel counts a character outside the basic plane (an emoji) twice.
FIXED and TEXT write numbers with the marks of `Regional`: of the program's language, so a sentence
made by them reads differently in an English program, which is no difference in value.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from formulas.cells.environment import Plain
from formulas.cells.functions.maths import rounded
from formulas.cells.operands import Frame, Function
from formulas.cells.signatures import DIGITS
from formulas.cells.values import ONE, WRONG_VALUE, Failure, truth, whole
from model.values import plain

LONGEST_TEXT = 32_767
"""A cell holds no more."""
MOST_PLACES = 127
"""What FIXED takes in Excel."""


def left(frame: Frame, text: Plain, count: Plain = ONE) -> str:
    """LEFT."""
    return frame.book.regional.text(text)[: _count(frame, count)]


def right(frame: Frame, text: Plain, count: Plain = ONE) -> str:
    """RIGHT."""
    body = frame.book.regional.text(text)
    return body[max(0, len(body) - _count(frame, count)) :]


def middle(frame: Frame, text: Plain, start: Plain, count: Plain) -> str:
    """MID: so many characters from a position counted from 1."""
    first = _count(frame, start) - 1
    if first < 0:
        raise Failure(WRONG_VALUE)
    return frame.book.regional.text(text)[first : first + _count(frame, count)]


def length(frame: Frame, text: Plain) -> Decimal:
    """LEN."""
    return Decimal(len(frame.book.regional.text(text)))


def trim(frame: Frame, text: Plain) -> str:
    """TRIM: single spaces only; a no-break space stays."""
    return " ".join(word for word in frame.book.regional.text(text).split(" ") if word)


def repeat(frame: Frame, text: Plain, count: Plain) -> str:
    """REPT."""
    body = frame.book.regional.text(text)
    times = _count(frame, count)
    if len(body) * times > LONGEST_TEXT:
        raise Failure(WRONG_VALUE)
    return body * times


def substitute(frame: Frame, text: Plain, old: Plain, new: Plain, place: Plain = None) -> str:
    """SUBSTITUTE: all occurrences, or the one of a number counted from 1; case matters."""
    read = frame.book.regional.text
    body, wanted, instead = read(text), read(old), read(new)
    if place is None:
        return body.replace(wanted, instead) if wanted else body
    number = _count(frame, place)
    if number == 0:
        raise Failure(WRONG_VALUE)
    pieces = body.split(wanted) if wanted else [body]
    if number >= len(pieces):
        return body
    return wanted.join(pieces[:number]) + instead + wanted.join(pieces[number:])


def hyperlink(_frame: Frame, address: Plain, shown: Plain = None) -> Plain:
    """HYPERLINK: what the cell shows."""
    return address if shown is None else shown


def fixed(frame: Frame, number: Plain, places: Plain = Decimal(2), bare: Plain = None) -> str:
    """FIXED: a rounded number as text, thousands apart unless `bare`."""
    regional = frame.book.regional
    count = whole(regional.number(places))
    if abs(count) > MOST_PLACES:
        raise Failure(WRONG_VALUE)
    value = rounded(regional.number(number), count, ROUND_HALF_UP)
    return _spelled(value, max(0, count), "" if truth(bare) else regional.group, regional.point)


def text(frame: Frame, value: Plain, pattern: Plain) -> str:
    """TEXT with a pattern of digits; a text stays as it is."""
    regional = frame.book.regional
    if isinstance(value, str):
        return value
    match = DIGITS.fullmatch(regional.text(pattern))
    if match is None:
        raise Failure(WRONG_VALUE)
    grouped, zeros = match.groups()
    number = rounded(regional.number(value), 0, ROUND_HALF_UP)
    digits = plain(number.copy_abs()).rjust(len(zeros), "0")
    sign = "-" if number < 0 else ""
    return sign + (_grouped(digits, regional.group) if grouped else digits)


def _spelled(number: Decimal, places: int, group: str, point: str) -> str:
    digits, _, decimals = plain(number.copy_abs()).partition(".")
    sign = "-" if number < 0 else ""
    tail = point + decimals.ljust(places, "0") if places else ""
    return sign + _grouped(digits, group) + tail


def _grouped(digits: str, group: str) -> str:
    head = len(digits) % 3
    parts = [digits[:head], *(digits[at : at + 3] for at in range(head, len(digits), 3))]
    return group.join(part for part in parts if part)


def _count(frame: Frame, value: Plain) -> int:
    number = whole(frame.book.regional.number(value))
    if number < 0:
        raise Failure(WRONG_VALUE)
    return number


FUNCTIONS: Mapping[str, Function] = {
    "LEFT": left,
    "RIGHT": right,
    "MID": middle,
    "LEN": length,
    "TRIM": trim,
    "REPT": repeat,
    "SUBSTITUTE": substitute,
    "HYPERLINK": hyperlink,
    "FIXED": fixed,
    "TEXT": text,
}
