"""What a cell that should identify a firm says: INN and KPP, read without guessing.

A cell is never changed: a `Reading` stands beside it and says what it means (`values`, tidy forms)
and how sure that is (`status`). Only OK and FIX may be used as keys. Conventions of the tidy form:
an INN is 10 or 12 digits with right check digits, a KPP is 9 characters, a list keeps the order of
the cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from model.problems import Code
from model.values import Fault, Value, plain


class Status(Enum):
    """How sure a reading is."""

    OK = "ok"
    FIX = "fix"
    """Unambiguous, but another spelling is the tidy one."""
    ASK = "ask"
    """A person must say; `values` hold the suggestion."""
    REJECT = "reject"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell means. `hint` names what it looks like instead: ogrn, kpp, placeholder."""

    status: Status
    values: tuple[str, ...] = ()
    code: Code | None = None
    kpp: str = ""
    hint: str = ""

    @property
    def sure(self) -> tuple[str, ...]:
        """The values that may serve as keys: none unless the cell was unambiguous."""
        return self.values if self.status in {Status.OK, Status.FIX} else ()


EMPTY = Reading(Status.EMPTY)
_FIRM = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_PERSON_1 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_PERSON_2 = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_KPP = re.compile(r"\d{4}[0-9A-Z]{2}\d{3}", re.ASCII)
_KPP_AFTER = re.compile(r"\b\d{4}[0-9A-Z]{2}\d{3}\b", re.ASCII)
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?[eе]\+?(\d{1,2})", re.IGNORECASE | re.ASCII)
_FLOAT_TAIL = re.compile(r"(\d)[.,]0+$", re.ASCII)
LOOK_ALIKES = str.maketrans("ОоOoЗзЗIlІБбВ", "0000333111668")
"""Letters that stand for a digit when a person or a scanner slips."""


@dataclass(frozen=True, slots=True)
class Inn:
    """A taxpayer number that passes its check digits; valid by existing."""

    digits: str

    @staticmethod
    def parse(text: str) -> Inn | Code:
        """The INN of clean digits, or the code of what is wrong with them."""
        if len(text) not in {10, 12} or not _is_digits(text):
            return Code.INN_LENGTH
        if not text.strip("0"):
            return Code.INN_ZEROS
        return Inn(text) if _checks(text) else Code.INN_CHECKSUM

    @property
    def is_person(self) -> bool:
        """Whether it belongs to a sole trader."""
        return len(self.digits) == 12


@dataclass(frozen=True, slots=True)
class Kpp:
    """A branch code of nine characters; valid by existing."""

    text: str

    @staticmethod
    def parse(text: str) -> Kpp | Code:
        """The KPP of a clean text, or the code of what is wrong."""
        tidy = text.upper()
        return Kpp(tidy) if _KPP.fullmatch(tidy) else Code.KPP_SHAPE


def read_inn(value: Value) -> Reading:
    """What an INN cell says."""
    if isinstance(value, Decimal):
        return _from_number(plain(value))
    if not isinstance(value, str):
        return _not_text(value, Code.INN_LENGTH)
    if isinstance(Inn.parse(value), Inn):
        return Reading(Status.OK, (value,))
    text = squeeze(value)
    if not any(c.isdigit() for c in text):
        return EMPTY
    whole = from_scientific(text)
    if whole is not None:
        return _from_number(whole) if whole else Reading(Status.REJECT, code=Code.INN_LENGTH)
    return _from_text(_FLOAT_TAIL.sub(r"\1", text))


def read_kpp(value: Value) -> Reading:
    """What a KPP cell says."""
    if isinstance(value, Decimal):
        digits = plain(value)
        found = Kpp.parse(digits.rjust(9, "0") if len(digits) == 8 else digits)
        return _kpp_reading(found, changed=True)
    if not isinstance(value, str):
        return _not_text(value, Code.KPP_SHAPE)
    text = _FLOAT_TAIL.sub(r"\1", squeeze(value)).upper()
    if not any(c.isdigit() for c in text):
        return EMPTY
    tidy = re.sub(r"КПП|[\s:'’.-]", "", text)
    return _kpp_reading(Kpp.parse(tidy), changed=tidy != value)


def squeeze(text: str) -> str:
    """A text without outer spaces of any width, a text mark in front, and invisible marks."""
    return text.replace("\ufeff", "").replace("\u200b", "").strip().lstrip("'’").strip()


def from_scientific(text: str) -> str | None:
    """Digits of 7.701234560E+09; '' when digits were lost; None when it is no such number."""
    match = _SCIENTIFIC.fullmatch(text.replace(" ", ""))
    if match is None:
        return None
    digits = match[1] + (match[2] or "")
    return digits if len(digits) == int(match[3]) + 1 else ""


def _from_number(digits: str) -> Reading:
    found = Inn.parse(digits)
    if isinstance(found, Inn):
        return Reading(Status.FIX, (digits,))
    if len(digits) in {9, 11} and isinstance(Inn.parse("0" + digits), Inn):
        return Reading(Status.FIX, ("0" + digits,), Code.INN_LOST_ZERO)
    return _refused(digits, found)


def _from_text(text: str) -> Reading:
    runs = re.findall(r"\d+", text)
    whole = [run for run in runs if len(run) in {10, 12}]
    if len(whole) > 1:
        return _several(whole)
    if whole:
        found = Inn.parse(whole[0])
        if isinstance(found, Code):
            return Reading(Status.REJECT, code=found)
        return Reading(Status.FIX, (found.digits,), kpp=_kpp_beside(text, found.digits))
    return _from_pieces(text, "".join(runs))


def _from_pieces(text: str, digits: str) -> Reading:
    found = Inn.parse(digits)
    if isinstance(found, Inn):
        return Reading(Status.FIX, (digits,))
    repaired = re.sub(r"\W|_", "", text.translate(LOOK_ALIKES))
    if isinstance(Inn.parse(repaired), Inn):
        return Reading(Status.ASK, (repaired,), Code.INN_LENGTH)
    padded = Inn.parse("0" + digits)
    if isinstance(padded, Inn) and not digits.endswith("001"):
        return Reading(Status.ASK, (padded.digits,), Code.INN_LOST_ZERO)
    return _refused(digits, found)


def _several(runs: list[str]) -> Reading:
    valid = tuple(dict.fromkeys(run for run in runs if isinstance(Inn.parse(run), Inn)))
    if not valid:
        return Reading(Status.REJECT, code=Code.INN_CHECKSUM)
    if len(set(runs)) == 1:
        return Reading(Status.FIX, valid)
    return Reading(Status.ASK, valid, Code.INN_LENGTH)


def _kpp_beside(text: str, inn: str) -> str:
    match = _KPP_AFTER.search(text.upper().replace(inn, " ", 1))
    return match[0] if match else ""


def _refused(digits: str, code: Inn | Code) -> Reading:
    hints = {9: "kpp", 13: "ogrn", 15: "ogrn"}
    wrong = code if isinstance(code, Code) else Code.INN_LENGTH
    return Reading(Status.REJECT, code=wrong, hint=hints.get(len(digits), ""))


def _kpp_reading(found: Kpp | Code, *, changed: bool) -> Reading:
    if isinstance(found, Code):
        return Reading(Status.REJECT, code=found)
    return Reading(Status.FIX if changed else Status.OK, (found.text,))


def _not_text(value: Value, code: Code) -> Reading:
    if value is None or isinstance(value, Fault):
        return EMPTY
    return Reading(Status.REJECT, code=code)


def _checks(digits: str) -> bool:
    if len(digits) == 10:
        return _check_digit(digits, _FIRM) == digits[9]
    tail = _check_digit(digits, _PERSON_1) + _check_digit(digits, _PERSON_2)
    return tail == digits[10:]


def _check_digit(digits: str, weights: tuple[int, ...]) -> str:
    total = sum(int(d) * w for d, w in zip(digits, weights, strict=False))
    return str(total % 11 % 10)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
