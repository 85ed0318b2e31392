"""What a phone cell says: numbers in E.164, with extensions, several in a cell.

The tidy form of one number is `+74951234567` or `+74951234567;ext=204`; of a cell, these joined by
`|`. A text that is only digits and separators takes a fast path. Numbers of countries that this
module does not know by length are checked by a library in `sync.identity`.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from decimal import Decimal

from model.identity import EMPTY, LOOK_ALIKES, Reading, Status, from_scientific, squeeze
from model.problems import Code
from model.values import Fault, Value, plain

_SEPARATORS = str.maketrans("", "", " ()-\u00a0\u2011\u2013\u202f.")
_NATIONAL = frozenset("346789")
"""First digits of numbers inside +7: cities 3, 4 and 8, mobiles 9, Kazakhstan 6 and 7."""
_NO_CODES = ("79", "89")
"""Ten digits that start so are eleven with one lost: no town has such a code."""
_ABROAD = {"375": 12, "380": 12, "998": 12, "996": 12, "995": 12, "994": 12, "992": 12, "374": 11}
"""Neighbours whose numbers come without a plus, with their full length."""
_EXTENSION = re.compile(
    r"[\s,;(]*(?:доб(?:авочный)?|внутр?(?:енний)?|вн|ext(?:ension)?|[#*xх])[.=:\s]*(\d{1,6})\)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[,;|\n\r/\\]|:::|\s(?:и|или)\s")
_RANGE = re.compile(r"(\d)\s*/\s*(\d{1,4})(?!\d|[\s()-]*\d)")
_RUSSIAN = re.compile(r"(?:\+7|8|7)(?:[\s().\-]*\d){10}(?!\d)")
_LETTER_INSIDE = re.compile(r"(?<=[\d\s()-])[OoОоЗзІIlБб](?=[\d\s()-])")


@dataclass(frozen=True, slots=True)
class Phone:
    """One number in E.164 with its extension; valid by existing."""

    number: str
    extension: str = ""

    @staticmethod
    def parse(text: str) -> Phone | Code:
        """The only number of a text, or the code of what is wrong with it."""
        reading = read_phone(text)
        if len(reading.sure) == 1:
            return phone_of(reading.sure[0])
        return reading.code or Code.PHONE_SHAPE

    @property
    def is_key(self) -> bool:
        """Whether two clients with it may be the same: not so for toll-free numbers."""
        return not self.number.startswith(("+7800", "+7804"))

    @property
    def tidy(self) -> str:
        """The tidy form: `+74951234567;ext=204`."""
        return f"{self.number};ext={self.extension}" if self.extension else self.number


def phone_of(tidy: str) -> Phone:
    """The number of a tidy form."""
    number, _, extension = tidy.partition(";ext=")
    return Phone(number, extension)


def pretty_phone(tidy: str) -> str:
    """A tidy form as people write it: `+7 916 123-45-67 доб. 12`."""
    phone = phone_of(tidy)
    digits, tail = phone.number[2:], f" доб. {phone.extension}" if phone.extension else ""
    if not phone.number.startswith("+7"):
        return phone.number + tail
    return f"+7 {digits[:3]} {digits[3:6]}-{digits[6:8]}-{digits[8:]}{tail}"


def read_phone(value: Value, *, city: str = "") -> Reading:
    """What a phone cell says; `city` is the code of the team's town for short numbers."""
    if isinstance(value, Decimal) and value >= 0 and value == int(value):
        return _from_number(plain(value))
    if not isinstance(value, str):
        empty = value is None or isinstance(value, Fault)
        return EMPTY if empty else Reading(Status.REJECT, code=Code.PHONE_DAMAGED)
    quick = quick_phone(value)
    if quick:
        return Reading(Status.OK, (quick,))
    text = squeeze(value)
    if not any(c.isdigit() for c in text):
        return EMPTY
    whole = from_scientific(text)
    if whole is not None:
        return _from_number(whole) if whole else Reading(Status.REJECT, code=Code.PHONE_DAMAGED)
    if re.fullmatch(r"\+?\d+[.,]0", text):
        return _from_number(text[:-2].lstrip("+"))
    reading = _from_text(text, city)
    marked = value.lstrip().startswith(("'", "’"))
    return _with_status(reading, Status.FIX) if marked and reading.sure else reading


def quick_phone(text: str) -> str:
    """The number of a clean Russian shape, '' for anything that needs a closer look."""
    digits = text.translate(_SEPARATORS)
    if digits.startswith("+7"):
        digits = digits[1:]
    if not (digits.isascii() and digits.isdigit()):
        return ""
    if len(digits) == 11 and digits[0] in "78":
        digits = digits[1:]
    return f"+7{digits}" if len(digits) == 10 and _is_national(digits) else ""


def _from_number(digits: str) -> Reading:
    found = _number(digits)
    if isinstance(found, Reading):
        return found
    return Reading(Status.OK if len(digits) == 10 else Status.FIX, (found,))


def _from_text(text: str, city: str) -> Reading:
    ranged = _RANGE.search(text)
    if ranged and not _BETWEEN.search(text[: ranged.start()]):
        return _two_ends(text[: ranged.end(1)], ranged[2])
    repaired = _LETTER_INSIDE.sub(lambda m: m[0].translate(LOOK_ALIKES), text)
    if repaired != text:
        return _with_status(_from_text(repaired, city), Status.ASK)
    readings = [_part(part, city) for part in _parts(_EXTENSION.sub(r" ~\1 ", text))]
    readings = [r for r in readings if r.status is not Status.EMPTY]
    values = tuple(dict.fromkeys(v for r in readings for v in r.values))
    worst = max((r for r in readings), key=lambda r: _BADNESS[r.status], default=EMPTY)
    if worst.status is Status.REJECT and values:
        return Reading(Status.ASK, values, worst.code)
    return Reading(worst.status, values, worst.code, hint=worst.hint)


_BADNESS = {Status.EMPTY: 0, Status.OK: 1, Status.FIX: 2, Status.ASK: 3, Status.REJECT: 4}


def _parts(text: str) -> list[str]:
    """The pieces of a cell that hold one number each, with their `~extension`."""
    pieces: list[str] = []
    for piece in _BETWEEN.split(text):
        starts = [m.start() for m in _RUSSIAN.finditer(piece)]
        cuts = [0, *starts[1:], len(piece)]
        pieces += [piece[a:b] for a, b in itertools.pairwise(cuts)]
    return pieces


def _part(text: str, city: str) -> Reading:
    body, _, tail = text.partition("~")
    extension = re.sub(r"\D.*", "", tail.strip())
    digits = re.sub(r"\D", "", body)
    if not digits:
        return EMPTY
    if re.search(r"\+\s*8", body) and len(digits) == 11:
        return _with_status(_part(body.replace("+", ""), city), Status.ASK)
    found = _number(("+" if "+" in body else "") + digits)
    if isinstance(found, Reading):
        return _with_city(found, digits, city)
    return Reading(Status.OK, (Phone(found, extension).tidy,))


def _number(text: str) -> str | Reading:
    """E.164 of digits with an optional plus, or why there is none."""
    plus, digits = text.startswith("+"), text.lstrip("+")
    if not plus and digits.startswith("810") and len(digits) > 11:
        return _number("+" + digits[3:])
    if not plus and len(digits) == 11 and digits.startswith("80"):
        return Reading(Status.ASK, (f"+375{digits[2:]}",), Code.PHONE_SHAPE)
    if digits.startswith("7" if plus else ("7", "8")) and len(digits) == 11:
        return _russian(digits[1:])
    if plus or _ABROAD.get(digits[:3]) == len(digits):
        return _foreign(digits)
    if len(digits) == 10:
        return _russian(digits)
    short = 3 <= len(digits) <= 7
    return Reading(
        Status.ASK if short else Status.REJECT,
        code=Code.PHONE_NO_CODE if short else Code.PHONE_SHAPE,
    )


def _russian(digits: str) -> str | Reading:
    if _is_national(digits):
        return f"+7{digits}"
    return Reading(Status.REJECT, code=Code.PHONE_SHAPE, hint="placeholder")


def _foreign(digits: str) -> str | Reading:
    wanted = _ABROAD.get(digits[:3], 0)
    fits = len(digits) == wanted if wanted else 8 <= len(digits) <= 15
    if fits and digits[0] not in "07":
        return f"+{digits}"
    return Reading(Status.REJECT, code=Code.PHONE_SHAPE)


def _is_national(digits: str) -> bool:
    """Whether ten digits may be a number inside +7; 000… and 999… are placeholders."""
    if digits[0] not in _NATIONAL or digits.startswith(_NO_CODES):
        return False
    return digits[3:].strip("0") != "" and len(set(digits)) > 1


def _with_city(reading: Reading, digits: str, city: str) -> Reading:
    if reading.code is Code.PHONE_NO_CODE and len(city) + len(digits) == 10:
        return Reading(Status.ASK, (f"+7{city}{digits}",), Code.PHONE_NO_CODE)
    return reading


def _two_ends(first: str, ending: str) -> Reading:
    reading = _from_text(first, "")
    if len(reading.sure) != 1:
        return reading
    other = reading.values[0][: -len(ending)] + ending
    return Reading(Status.ASK, (reading.values[0], other), Code.PHONE_SHAPE)


def _with_status(reading: Reading, status: Status) -> Reading:
    if reading.status is Status.REJECT:
        return reading
    code = reading.code or (Code.PHONE_SHAPE if status is Status.ASK else None)
    return Reading(status, reading.values, code, hint=reading.hint)
