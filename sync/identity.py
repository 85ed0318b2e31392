"""Foreign phones checked by a library, where the digits alone do not tell.

`model.phones` reads Russian and neighbouring numbers by their shape; a number of another country
only looks right there, so the plans of the countries have the last word. The answer is remembered
for the run: the library is slow.
"""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

from model.identity import Reading, Status
from model.phones import phone_of, quick_phone, read_phone
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
    if all(v.startswith("+7") or _is_valid(v) for v in reading.sure):
        return reading
    return Reading(Status.ASK, reading.values, Code.PHONE_SHAPE)


def _is_valid(tidy: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(phone_of(tidy).number))
    except phonenumbers.NumberParseException:
        return False
