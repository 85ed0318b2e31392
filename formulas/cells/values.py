"""Values inside formulas: how they turn into numbers and text, compare and calculate.

Numbers are exact decimals of 34 digits. Programs calculate in binary with about 15 digits, so
numbers are compared, rounded and printed as their first 15 digits, which hides 1/3*3 not being 1
here as it hides 0.1+0.2 not being 0.3 there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import (
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from types import MappingProxyType

from formulas.cells.environment import CellValue, Plain
from model.values import Fault, plain, to_serial

DIVIDED_BY_ZERO = Fault("#DIV/0!")
WRONG_VALUE = Fault("#VALUE!")
WRONG_REFERENCE = Fault("#REF!")
UNKNOWN_NAME = Fault("#NAME?")
WRONG_NUMBER = Fault("#NUM!")
NOT_AVAILABLE = Fault("#N/A")

LARGEST_EXPONENT = 307
"""A double ends at 1.8E+308; what is larger is #NUM! in every program, here from 1E+308 on."""
EXACT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emax=LARGEST_EXPONENT,
    Emin=-LARGEST_EXPONENT,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
SEEN_DIGITS = 15
SEEN = Context(prec=SEEN_DIGITS, rounding=ROUND_HALF_UP)
"""What a program shows of a number."""
Rank = tuple[int, Decimal, str, str]
"""The kind of a value (number, text, truth value) and its place among its kind."""
ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
NUMBER_TEXT = re.compile(
    r"\s*([+-]?)([0-9]+|[0-9]*([.,])[0-9]+|[0-9]+([.,]))(E[+-]?[0-9]{1,3})?(%?)\s*", re.I
)
DAY_TEXT = re.compile(r"\d{4}-\d\d-\d\d")


class Failure(Exception):  # no error of ours: it carries an error value out of a formula
    """The formula, or this part of it, has an error value."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Regional:
    """The two marks of numbers that depend on the language of the program.

    They matter where a number becomes text: after `&`, in FIXED, in TEXT with a group mark.
    """

    point: str = ","
    group: str = "\u00a0"

    def number(self, value: CellValue) -> Decimal:
        """The number an operator or a function reads from a value."""
        match value:
            case Decimal():
                return value
            case bool():
                return ONE if value else ZERO
            case None:
                return ZERO
            case Fault():
                raise Failure(value)
        number = self.spelled(value)
        if number is None:
            raise Failure(WRONG_VALUE)
        return number

    def spelled(self, text: str) -> Decimal | None:
        """The number that a text spells, such as `12`, `1,5`, `5%` or `2026-03-01`."""
        match = NUMBER_TEXT.fullmatch(text)
        if match is None:
            return _day_number(text)
        sign, digits, middle, last, exponent, percent = match.groups()
        if (middle or last or self.point) != self.point:
            return None
        number = Decimal(sign + digits.replace(",", ".") + (exponent or ""))
        if is_too_large(number):
            return None
        return EXACT.divide(number, HUNDRED) if percent else number

    def text(self, value: Plain) -> str:
        """The text that `&` and text functions read from a value."""
        match value:
            case str():
                return value
            case Decimal():
                return to_text(value, point=self.point)
            case bool():
                return "TRUE" if value else "FALSE"
        return ""


RUSSIAN = Regional()
ENGLISH = Regional(point=".", group=",")


def to_text(number: Decimal, *, point: str = ",") -> str:
    """A number in the General format: 15 digits, `1E+20` past 10^16 and below 10^-10."""
    seen = seen_as(number)
    exponent = seen.adjusted() if seen else 0
    if -10 <= exponent <= SEEN_DIGITS:
        return plain(seen).replace(".", point)
    digits = plain(seen.scaleb(-exponent)).replace(".", point)
    return f"{digits}E{'+' if exponent > 0 else '-'}{abs(exponent):02d}"


def is_too_large(number: Decimal) -> bool:
    """Whether no program can hold a number: past 1E+308, endless or no number at all."""
    return not number.is_finite() or number.adjusted() > LARGEST_EXPONENT


def _day_number(text: str) -> Decimal | None:
    if DAY_TEXT.fullmatch(text) is None:
        return None
    try:
        return to_serial(date.fromisoformat(text))
    except ValueError:
        return None


def truth(value: CellValue) -> bool:
    """Whether IF, NOT, AND and OR take a value for true; a text is an error."""
    match value:
        case bool():
            return value
        case Decimal():
            return value != 0
        case None:
            return False
    raise Failure(value if isinstance(value, Fault) else WRONG_VALUE)


def seen_as(number: Decimal) -> Decimal:
    """A number as programs show and compare it: its first 15 digits."""
    return SEEN.plus(number)


def floor(number: Decimal) -> Decimal:
    """The nearest whole number below; 2.99999999999999999 counts as 3."""
    return seen_as(number).to_integral_value(ROUND_FLOOR)


def whole(number: Decimal) -> int:
    """A number without its fraction, as functions read counts and positions."""
    return int(seen_as(number))


def fold(text: str) -> str:
    """The spelling under which two texts are equal for a program."""
    return text.lower()


def rank(value: Plain) -> Rank:
    """The place of a value in the order of all values; «ё» follows «е», a blank is 0."""
    match value:
        case bool():
            return 2, Decimal(value), "", ""
        case str():
            folded = fold(value)
            return 1, ZERO, folded.replace("ё", "е"), folded
    return 0, ZERO if value is None else seen_as(value), "", ""


def compare(left: Plain, right: Plain) -> int:
    """Below, equal or above as -1, 0, 1: numbers before texts before truth values.

    A blank counts as the zero, the empty text or the FALSE of the other side.
    """
    if type(left) is Decimal and type(right) is Decimal and left == right:
        return 0
    one, other = rank(_filled(left, right)), rank(_filled(right, left))
    return (one > other) - (one < other)


def same(left: Plain, right: Plain) -> bool:
    """Whether two values are equal for the operator `=`."""
    if type(left) is str and type(right) is str:
        return left == right or fold(left) == fold(right)
    return compare(left, right) == 0


def _filled(value: Plain, other: Plain) -> Plain:
    if value is not None:
        return value
    return "" if isinstance(other, str) else False if isinstance(other, bool) else ZERO


def add(left: Decimal, right: Decimal) -> Decimal:
    """The sum; what is left of two numbers that cancel out beyond 15 digits is zero."""
    total = EXACT.add(left, right)
    if total and total.adjusted() < left.adjusted() - SEEN_DIGITS:
        return ZERO
    return total


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """The difference, as `add` understands it."""
    return add(left, right.copy_negate())


def divide(left: Decimal, right: Decimal) -> Decimal:
    """The quotient."""
    if not right:
        raise Failure(DIVIDED_BY_ZERO)
    return EXACT.divide(left, right)


def power(left: Decimal, right: Decimal) -> Decimal:
    """The power as in Excel: no zero to zero, no root of a negative number."""
    if not left and right < 0:
        raise Failure(DIVIDED_BY_ZERO)
    return EXACT.power(left, right)


ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = MappingProxyType(
    {"+": add, "-": subtract, "*": EXACT.multiply, "/": divide, "^": power}
)


def calculate(sign: str, left: Decimal, right: Decimal) -> Decimal:
    """The result of an arithmetic operator."""
    try:
        return ARITHMETIC[sign](left, right)
    except DecimalException as error:
        raise Failure(WRONG_NUMBER) from error
