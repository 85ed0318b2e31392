"""Phones with the help of a library, where the digits alone do not tell.

`model.phones` reads Russian and neighbouring numbers by their shape. A foreign number that only
looks right is checked here against the plans of the countries, and a spelling that the shapes miss
gets a second chance. The answer is remembered for the run: the library is slow.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from model.identity import Reading, Status
from model.phones import Phone, phone_of, quick_phone, read_phone
from model.problems import Code
from model.values import Value

_REMEMBERED = 20_000


def read_any_phone(value: Value, *, city: str = "") -> Reading:
    """What a phone cell says, foreign numbers checked."""
    if isinstance(value, str) and not quick_phone(value):
        return _slowly(value, city)
    return read_phone(value, city=city)


@lru_cache(maxsize=_REMEMBERED)
def _slowly(text: str, city: str) -> Reading:
    reading = read_phone(text, city=city)
    if reading.status is Status.REJECT and reading.code is Code.PHONE_SHAPE and not reading.hint:
        return _second_chance(text) or reading
    doubtful = [v for v in reading.sure if not v.startswith("+7") and not _is_valid(v)]
    if doubtful:
        return Reading(Status.ASK, reading.values, Code.PHONE_SHAPE)
    return reading


def _second_chance(text: str) -> Reading | None:
    """The one number that the library sees in a text, when it takes all the digits."""
    try:
        found = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(found):
        return None
    number = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    taken = len(number) - 1 + len(found.extension or "")
    if taken < len(re.sub(r"\D", "", text)):
        return None
    return Reading(Status.ASK, (Phone(number, found.extension or "").tidy,), Code.PHONE_SHAPE)


def _is_valid(tidy: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(phone_of(tidy).number))
