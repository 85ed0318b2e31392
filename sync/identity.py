"""The keys of cells: the one place where spellings of an INN, a phone or an e-mail become one.

Whatever looks for a client takes its keys from here: the search for duplicates, links of calls,
leads, deals and payments, imports. Cells that must be asked about give no keys.

Foreign phones are checked by a library, where the digits alone do not tell. `model.phones` reads
Russian and neighbouring numbers by their shape; a number of another country only looks right there,
so the plans of the countries have the last word. The answer is remembered for the run: the library
is slow.
"""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

from model.emails import is_strong_email, read_email
from model.identity import Reading, Status, read_inn
from model.phones import phone_of, quick_phone, read_phone
from model.problems import Code
from model.values import Value

_REMEMBERED = 20_000


def inn_keys(value: Value) -> tuple[str, ...]:
    """The INNs of a cell."""
    return read_inn(value).sure


def phone_keys(value: Value) -> tuple[str, ...]:
    """The numbers of a cell in tidy form, with extensions; toll-free numbers are no keys."""
    return tuple(p for p in read_any_phone(value).sure if phone_of(p).is_key)


def number_keys(value: Value) -> tuple[str, ...]:
    """The numbers of a cell without extensions; toll-free numbers are no keys."""
    return tuple(dict.fromkeys(phone_of(tidy).number for tidy in phone_keys(value)))


def numbers_in(value: Value) -> tuple[str, ...]:
    """The numbers of a cell without extensions, toll-free ones too: for telling calls apart."""
    return tuple(dict.fromkeys(phone_of(tidy).number for tidy in read_any_phone(value).sure))


def email_keys(value: Value) -> tuple[str, ...]:
    """The addresses of a cell; desks of free hosts are no keys."""
    return tuple(address for address in read_email(value).sure if is_strong_email(address))


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
