"""The canonical form of a value: what the merge compares. Equal forms mean that nobody edited.

Pure, total, idempotent. What cannot be read as its kind stays as it is, so that it differs. A text
that carries more than its kind needs (a name beside the phone) keeps all of it: an edit of the name
is an edit. No day is needed, so «15.03» stays a text, only tidied.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from model.blueprint import Kind
from model.identity import Status
from model.phones import quick_phone, read_phone
from model.spoken import clock_of, moment_of, number_of
from model.values import Fault, Value, from_serial, plain

_FIRST_DAY, _LAST_DAY = Decimal(36_526), Decimal(73_050)
"""Serial numbers of 2000-01-01 and 2099-12-31: a number in a date column is a day between them."""
_REMEMBERED = 20_000
_SERIAL_ZERO = date(1899, 12, 31)
_SEPARATORS = str.maketrans("", "", " \u00a0\u202f'’-")
_SHORT_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.?", re.ASCII)
_PHONE_WORDS = re.compile(r"доб(?:авочный)?|внутр?|вн|ext|тел", re.IGNORECASE)
_YES = frozenset({"да", "yes", "истина", "true", "+", "x", "х", "v"})
_NO = frozenset({"нет", "no", "ложь", "false", "-"})


def canon(kind: Kind, value: Value) -> Value:
    """The form of a value in which equal means unedited."""
    if value is None or isinstance(value, Fault):
        return value
    if isinstance(value, str):
        text = tidy_text(value)
        return _OF_TEXT[kind](text) if text else None
    return _OF_TYPED[kind](value)


def tidy_text(text: str) -> str:
    """A text in NFC with outer space trimmed and line ends as LF."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


def _digits_of_text(text: str) -> Value:
    if text.isdigit() or text.startswith("-"):
        return text
    bare = text.translate(_SEPARATORS)
    bare = bare.removesuffix(".0")
    return bare if bare.isascii() and bare.isdigit() else text


def _kpp_of_text(text: str) -> Value:
    bare = _digits_of_text(text)
    return bare.upper() if isinstance(bare, str) else bare


def _phone_of_text(text: str) -> Value:
    quick = quick_phone(text)
    if quick:
        return quick
    return _unclean_phone(text)


@lru_cache(maxsize=_REMEMBERED)
def _unclean_phone(text: str) -> str:
    """Remembered, since the same odd spellings are compared pass after pass."""
    if any(c.isalpha() for c in _PHONE_WORDS.sub("", text)):
        return text
    return "|".join(read_phone(text).sure) or text


def _phone_of_typed(value: Value) -> Value:
    if isinstance(value, Decimal) and (value < 0 or value != int(value)):
        return value
    reading = read_phone(value)
    if reading.status in {Status.OK, Status.FIX}:
        return "|".join(reading.values)
    return _plain_number(value)


def _plain_number(value: Value) -> Value:
    return plain(value) if isinstance(value, Decimal) else value


def _number_of_text(text: str) -> Value:
    number = number_of(text)
    return text if number is None else number


def _percent_of_text(text: str) -> Value:
    if not text.endswith("%"):
        return _number_of_text(text)
    number = number_of(text[:-1].rstrip())
    return text if number is None else number / 100


def _date_of_text(text: str) -> Value:
    moment = moment_of(text)
    if moment:
        return _date_of_typed(moment)
    short = _SHORT_DAY.fullmatch(text)
    return f"{int(short[1]):02}.{int(short[2]):02}" if short else text


def _date_of_typed(value: Value) -> Value:
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, Decimal) and _FIRST_DAY <= value <= _LAST_DAY:
        return _date_of_typed(from_serial(value))
    return value


def _moment_of_text(text: str) -> Value:
    return moment_of(text) or text


def _moment_of_typed(value: Value) -> Value:
    day = _date_of_typed(value)
    if isinstance(day, date) and not isinstance(day, datetime):
        return datetime.combine(day, time())
    return day


def _time_of_text(text: str) -> Value:
    clock = clock_of(text)
    return text if clock is None else clock


def _time_of_typed(value: Value) -> Value:
    if isinstance(value, datetime) and value.date() <= _SERIAL_ZERO:
        return value.time()
    if not isinstance(value, Decimal):
        return value
    if 0 <= value < 1:
        moment = from_serial(value)
        return moment.time() if moment else value
    return time(int(value)) if 1 <= value < 24 and value == int(value) else value


def _yesno_of_text(text: str) -> Value:
    word = text.casefold()
    if word in _YES:
        return True
    return False if word in _NO else text


def _yesno_of_typed(value: Value) -> Value:
    return bool(value) if value in {0, 1} else value


def _same(value: Value) -> Value:
    return value


def _folded(text: str) -> Value:
    return text.casefold()


_TEXTS = (Kind.TEXT, Kind.NAME, Kind.CHOICE, Kind.REF, Kind.CODE)
_NUMBERS = (Kind.MONEY, Kind.NUMBER, Kind.COUNT)
_OF_TEXT: Mapping[Kind, Callable[[str], Value]] = {
    **dict.fromkeys(_TEXTS, _same),
    **dict.fromkeys(_NUMBERS, _number_of_text),
    Kind.INN: _digits_of_text,
    Kind.KPP: _kpp_of_text,
    Kind.PHONE: _phone_of_text,
    Kind.EMAIL: _folded,
    Kind.PERCENT: _percent_of_text,
    Kind.DATE: _date_of_text,
    Kind.TIME: _time_of_text,
    Kind.MOMENT: _moment_of_text,
    Kind.YESNO: _yesno_of_text,
}
_OF_TYPED: Mapping[Kind, Callable[[Value], Value]] = {
    **dict.fromkeys((*_TEXTS, Kind.INN, Kind.KPP, Kind.EMAIL), _plain_number),
    **dict.fromkeys((*_NUMBERS, Kind.PERCENT), _same),
    Kind.PHONE: _phone_of_typed,
    Kind.DATE: _date_of_typed,
    Kind.TIME: _time_of_typed,
    Kind.MOMENT: _moment_of_typed,
    Kind.YESNO: _yesno_of_typed,
}
