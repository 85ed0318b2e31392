"""How two clients stand to each other, and why.

INNs decide: both valid and different are never one client, whatever the phone. Toll-free numbers
and common mailboxes of free hosts say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from model.identity import Inn, read_inn, read_kpp
from model.keys import company_key, same_person
from model.phones import phone_of
from model.records import Record
from model.values import Value
from sync.duplicates.matching import Pair, Tie
from sync.duplicates.numbers import CONTACT, FOR_GOOD, packed, text_number
from sync.identity import email_keys, phone_keys

SAME, NAME_SAME, NAME_SURE, NAME_ALIKE = 100, 95, 88, 70
"""Ratio of names, in per cent: one name by itself, one name beside a shared contact, likely one."""
INITIALS = 80
"""Ratio that stands for initials which fit the full name."""
MOBILE = "+79"
RARE_WORDS = 3
"""A name of so many words, in one town, is of one firm."""
INN_LENGTHS, SLIPS = {10, 12}, 2
"""Whole INNs that differ in more digits are two INNs, valid or not."""
BY_INN, BY_NAME = 1_000, 1
"""Strength of a tie by INN, and by name and town; contacts lie between."""
NONE: frozenset[str] = frozenset()
_PHONE, _EMAIL = ("телефон совпал",), ("e-mail совпал",)
_BOTH = (*_PHONE, *_EMAIL)
_ONE_INN = "ИНН есть только у одного"
REPEAT_WITHIN = timedelta(hours=24)
"""Requests with one phone inside this time are one request."""


@dataclass(frozen=True, slots=True)
class Card:
    """The keys of one client."""

    row_id: str
    inns: tuple[str, ...] = ()
    kpp: str = ""
    phones: frozenset[str] = frozenset()
    """Tidy forms, with extensions."""
    emails: frozenset[str] = frozenset()
    name: str = ""
    city: str = ""
    typed_inn: str = ""
    """Digits of an INN that does not pass its check: a slip is likely."""
    numbers: frozenset[str] = field(init=False, compare=False)
    """The phones without their extensions; the very same set where there are none."""
    lines: tuple[tuple[str, str], ...] = field(init=False, compare=False, repr=False)
    """Number and extension of each phone; empty where no phone has an extension."""
    marks: bytes = field(init=False, compare=False, repr=False)
    """The INNs, numbers and e-mails as packed numbers of keys."""

    def __post_init__(self) -> None:
        told = [phone_of(phone) for phone in self.phones]
        lines = (
            tuple((p.number, p.extension) for p in told) if any(p.extension for p in told) else ()
        )
        numbers = frozenset(number for number, _ in lines) if lines else self.phones
        object.__setattr__(self, "numbers", numbers)
        object.__setattr__(self, "lines", lines)
        marks = [text_number(inn, FOR_GOOD) for inn in self.inns]
        marks += [text_number(contact, CONTACT) for contact in self.contacts]
        object.__setattr__(self, "marks", packed(marks))

    @property
    def contacts(self) -> frozenset[str]:
        """Numbers and e-mails."""
        return self.numbers | self.emails if self.emails else self.numbers


def card_of(client: Record) -> Card:
    """The keys of a client's row; doubtful cells give none."""
    values = client.values
    inn = read_inn(values.get("inn"))
    kpp = read_kpp(values.get("kpp")).sure
    name = company_key(_text(values.get("name")))
    return Card(
        row_id=client.row_id,
        inns=inn.sure,
        kpp=kpp[0] if kpp else inn.kpp,
        phones=frozenset(phone_keys(values.get("phone"))),
        emails=frozenset(email_keys(values.get("email"))),
        name=name.core,
        city=company_key(_text(values.get("city"))).core,
        typed_inn="" if inn.sure else _digits(values.get("inn")),
    )


def compare(left: Card, right: Card, dull: frozenset[str] = NONE) -> Pair | None:
    """The tie between two clients; `dull` are phones and e-mails of so many that they say nothing.

    None when they have nothing in common that counts.
    """
    if left.inns and right.inns:
        if left.inns == right.inns or not set(left.inns).isdisjoint(right.inns):
            return _by_inn(left, right)
        numbers = shared_numbers(left, right, dull)
        return _apart(left, right) if numbers else None
    numbers = shared_numbers(left, right, dull)
    emails = left.emails & right.emails
    if dull:
        emails -= dull
    if not numbers and not emails:
        return _by_name(left, right)
    return _by_contact(left, right, numbers, emails)


def _one_town(left: Card, right: Card) -> bool:
    return bool(left.city) and left.city == right.city


def _towns_differ(left: Card, right: Card) -> bool:
    return bool(left.city and right.city) and left.city != right.city


def shared_numbers(left: Card, right: Card, dull: frozenset[str] = NONE) -> frozenset[str]:
    """Numbers of both clients; two different extensions of one number are two phones."""
    common = left.numbers & right.numbers
    if dull:
        common -= dull
    if not common or not left.lines or not right.lines:
        return common
    theirs = dict(right.lines)
    return frozenset(
        number
        for number, extension in left.lines
        if number in common and _one_line(extension, theirs[number])
    )


def _one_line(ours: str, theirs: str) -> bool:
    return ours == theirs or not ours or not theirs


def is_repeat(earlier: datetime, later: datetime) -> bool:
    """Whether two requests with the same phone are one press of the button and its echo."""
    return abs(later - earlier) <= REPEAT_WITHIN


def likeness(left: Card, right: Card, least: int = 0) -> int:
    """How alike two names are as written, in per cent; 0 when one is blank, or below the least."""
    ours, theirs = left.name, right.name
    if not ours or not theirs:
        return 0
    if ours == theirs:
        return 100
    found = fuzz.ratio(ours, theirs, score_cutoff=least)
    if " " in ours or " " in theirs:
        found = max(found, fuzz.token_sort_ratio(ours, theirs, score_cutoff=least))
    return int(found)


def name_ratio(left: Card, right: Card) -> int:
    """How alike two names are, in per cent, initials counted as nearly the full name."""
    return _with_initials(left, right, likeness(left, right))


def _with_initials(left: Card, right: Card, alike: int) -> int:
    fit = (
        alike < INITIALS and _may_fit(left.name, right.name) and same_person(left.name, right.name)
    )
    return INITIALS if fit else alike


def _may_fit(ours: str, theirs: str) -> bool:
    """Whether two unlike names may be one person's: initials stand for the words but the first."""
    return ours[:1] == theirs[:1] != "" and ours.count(" ") == theirs.count(" ")


def _by_inn(left: Card, right: Card) -> Pair:
    if left.kpp and right.kpp and left.kpp != right.kpp:
        return Pair(left.row_id, right.row_id, Tie.BRANCH, ("ИНН один, КПП разные",))
    reasons = ("одинаковый ИНН",)
    return Pair(left.row_id, right.row_id, Tie.INN, reasons, sure=True, strength=BY_INN)


def _apart(left: Card, right: Card) -> Pair | None:
    """Two taxpayers on one phone: a question where names are alike or one is a person."""
    unlike = bool(left.name and right.name) and name_ratio(left, right) < NAME_ALIKE
    of_two_kinds = Inn(left.inns[0]).is_person != Inn(right.inns[0]).is_person
    if unlike and not of_two_kinds:
        return None
    return Pair(left.row_id, right.row_id, Tie.PHONE, ("общий телефон, ИНН разные",))


def _by_contact(
    left: Card, right: Card, numbers: frozenset[str], emails: frozenset[str]
) -> Pair | None:
    """Two clients without a common INN that share phones, e-mails or both."""
    alike = likeness(left, right)
    ratio = alike if alike >= INITIALS else _with_initials(left, right, alike)
    blank = bool(left.inns) != bool(right.inns)
    if ratio < NAME_ALIKE and not (numbers and emails):
        return _one_phone(left, right, blank=blank) if numbers else None
    same = _BOTH if numbers and emails else _PHONE if numbers else _EMAIL
    said = _said(ratio)
    reasons = (*same, _ONE_INN, said) if blank else (*same, said)
    landline = _any_landline(numbers)
    if _is_sure(left, right, alike, office=landline or bool(emails) or not blank, line=landline):
        strength = ratio + len(numbers) + len(emails)
        return Pair(left.row_id, right.row_id, Tie.CONTACT, reasons, sure=True, strength=strength)
    return Pair(left.row_id, right.row_id, Tie.CONTACT, reasons)


def _any_landline(numbers: frozenset[str]) -> bool:
    for number in numbers:  # noqa: SIM110  # a generator costs more than all that it looks at
        if not number.startswith(MOBILE):
            return True
    return False


def _said(ratio: int) -> str:
    """What is said of two names."""
    if ratio >= NAME_ALIKE:
        return "название одно" if ratio == SAME else f"название похоже на {ratio} %"
    return "названия разные"


def _one_phone(left: Card, right: Card, *, blank: bool) -> Pair | None:
    """Two names on one phone: two firms of one building more often than one firm."""
    if _towns_differ(left, right) or (blank and not _one_town(left, right)):
        return None
    reasons = ("общий телефон, названия разные",)
    return Pair(left.row_id, right.row_id, Tie.PHONE, reasons)


def _is_sure(left: Card, right: Card, alike: int, *, office: bool, line: bool) -> bool:
    """Whether a name and a contact leave nothing to ask; `line` is a shared landline.

    `office`: a landline, an e-mail, or INNs that leave no doubt. With an INN on one side only a
    mobile is not enough: its owner may stand behind several firms.
    """
    if alike < NAME_ALIKE or _inns_differ(left, right):
        return False
    if alike >= NAME_SURE:
        return office or _one_town(left, right)
    return line and not _towns_differ(left, right)


def _by_name(left: Card, right: Card) -> Pair | None:
    """One name: worth a question where the towns do not differ or the INN is a slip."""
    ratio = likeness(left, right, NAME_SURE)
    if ratio < NAME_SURE:
        return None
    if _is_slip(left, right):
        reasons = ("название одно, ИНН отличается на цифру",)
        return Pair(left.row_id, right.row_id, Tie.NAME, reasons)
    if ratio < NAME_SAME or _towns_differ(left, right):
        return None
    same, town = left.name == right.name, _one_town(left, right)
    reasons = (_said(ratio) + (", город тоже" if town else ""),)
    rare = same and len(left.name.split()) >= RARE_WORDS
    sure = rare and town and not _inns_differ(left, right)
    strength = BY_NAME if sure else 0
    return Pair(left.row_id, right.row_id, Tie.NAME, reasons, sure=sure, strength=strength)


def _is_slip(left: Card, right: Card) -> bool:
    ours, theirs = _first_inn(left), _first_inn(right)
    return bool(ours and theirs) and Levenshtein.distance(ours, theirs) <= 1


def _inns_differ(left: Card, right: Card) -> bool:
    """Whether both typed an INN and more than a slip lies between them."""
    if not (left.inns or left.typed_inn) or not (right.inns or right.typed_inn):
        return False
    ours, theirs = _first_inn(left), _first_inn(right)
    whole = len(ours) in INN_LENGTHS and len(theirs) in INN_LENGTHS
    return whole and Levenshtein.distance(ours, theirs) > SLIPS


def _first_inn(card: Card) -> str:
    """The INN as typed, or the first of the valid ones; empty when there is none."""
    return card.typed_inn or (card.inns[0] if card.inns else "")


def one_party(left: Card, right: Card) -> bool:
    """Whether two rows plainly are one client entered twice."""
    if left.inns and right.inns:
        return bool(set(left.inns) & set(right.inns))
    return name_ratio(left, right) >= NAME_ALIKE


def _digits(value: Value) -> str:
    return "".join(c for c in str(value) if c.isdigit()) if value is not None else ""


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
