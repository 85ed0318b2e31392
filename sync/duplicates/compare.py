"""How two clients stand to each other, and why.

INNs decide: both valid and different are never one client, whatever the phone. Toll-free numbers
and common mailboxes of free hosts say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from model.emails import is_strong_email, read_email
from model.identity import read_inn, read_kpp
from model.keys import company_key, same_person
from model.phones import phone_of
from model.records import Record
from model.values import Value
from sync.identity import read_any_phone

NAME_SAME, NAME_SURE, NAME_ALIKE = 95, 88, 70
"""Ratio of names, in per cent: one name by itself, one name beside a shared contact, likely one."""
INITIALS = 80
"""Ratio that stands for initials which fit the full name."""
REPEAT_WITHIN = timedelta(hours=24)
"""Requests with one phone inside this time are one request."""


class Tie(Enum):
    """What two clients have in common."""

    INN = "inn"
    BRANCH = "branch"
    CONTACT = "contact"
    """The same phone or e-mail and nothing against it."""
    PHONE = "phone"
    """The same phone, and a name or an INN against it."""
    NAME = "name"


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


@dataclass(frozen=True, slots=True)
class Pair:
    """Two clients, the tie between them, the reasons in words; `sure` needs nobody's eye."""

    left: str
    right: str
    tie: Tie
    reasons: tuple[str, ...]
    sure: bool = False

    @property
    def key(self) -> str:
        """The same for the same two rows, in either order."""
        return "|".join(("duplicate", "clients", *sorted((self.left, self.right))))


def card_of(client: Record) -> Card:
    """The keys of a client's row; doubtful cells give none."""
    values = client.values
    inn = read_inn(values.get("inn"))
    kpp = read_kpp(values.get("kpp")).sure
    phones = read_any_phone(values.get("phone")).sure
    name = company_key(_text(values.get("name")))
    return Card(
        row_id=client.row_id,
        inns=inn.sure,
        kpp=kpp[0] if kpp else inn.kpp,
        phones=frozenset(p for p in phones if phone_of(p).is_key),
        emails=frozenset(e for e in read_email(values.get("email")).sure if is_strong_email(e)),
        name=name.core,
        city=company_key(_text(values.get("city"))).core,
        typed_inn="" if inn.sure else _digits(values.get("inn")),
    )


def compare(left: Card, right: Card, dull: frozenset[str] = frozenset()) -> Pair | None:
    """The tie between two clients; `dull` are phones and e-mails of so many that they say nothing.

    None when they have nothing in common that counts.
    """
    phone = shared_phone(left, right, dull)
    email = bool((left.emails & right.emails) - dull)
    if left.inns and right.inns:
        return (
            _by_inn(left, right)
            if set(left.inns) & set(right.inns)
            else _apart(left, right, phone=phone)
        )
    return _by_contact(left, right, phone=phone, email=email)


def shared_phone(left: Card, right: Card, dull: frozenset[str] = frozenset()) -> bool:
    """Whether two clients share a number; two different extensions of it are two phones."""
    theirs = {p.number: p.extension for p in map(phone_of, right.phones)}
    return any(
        phone.number not in dull
        and phone.number in theirs
        and _one_line(phone.extension, theirs[phone.number])
        for phone in map(phone_of, left.phones)
    )


def _one_line(ours: str, theirs: str) -> bool:
    return ours == theirs or not ours or not theirs


def is_repeat(earlier: datetime, later: datetime) -> bool:
    """Whether two requests with the same phone are one press of the button and its echo."""
    return abs(later - earlier) <= REPEAT_WITHIN


def name_ratio(left: Card, right: Card) -> int:
    """How alike two names are, in per cent; 0 when one is blank."""
    if not left.name or not right.name:
        return 0
    initials = INITIALS if same_person(left.name, right.name) else 0
    as_typed = fuzz.ratio(left.name, right.name)
    by_words = fuzz.token_sort_ratio(left.name, right.name)
    return int(max(initials, as_typed, by_words))


def _by_inn(left: Card, right: Card) -> Pair:
    if left.kpp and right.kpp and left.kpp != right.kpp:
        return Pair(left.row_id, right.row_id, Tie.BRANCH, ("ИНН один, КПП разные",))
    return Pair(left.row_id, right.row_id, Tie.INN, ("одинаковый ИНН",), sure=True)


def _apart(left: Card, right: Card, *, phone: bool) -> Pair | None:
    """Two taxpayers: a shared phone may be worth a look, never a merge."""
    if not phone:
        return None
    return Pair(left.row_id, right.row_id, Tie.PHONE, ("общий телефон, ИНН разные",))


def _by_contact(left: Card, right: Card, *, phone: bool, email: bool) -> Pair | None:
    ratio = name_ratio(left, right)
    one_blank = bool(left.inns) != bool(right.inns)
    if not phone and not (email and ratio >= NAME_ALIKE):
        return _by_name(left, right, ratio)
    shared = tuple(
        word for word, has in (("телефон совпал", phone), ("e-mail совпал", email)) if has
    )
    blank = ("ИНН есть только у одного",) if one_blank else ()
    said = (f"название похоже на {ratio} %",) if ratio >= NAME_ALIKE else ("названия разные",)
    if ratio < NAME_ALIKE and not email:
        return Pair(left.row_id, right.row_id, Tie.PHONE, ("общий телефон, названия разные",))
    nothing_against = not one_blank and not left.typed_inn and not right.typed_inn
    return Pair(
        left.row_id,
        right.row_id,
        Tie.CONTACT,
        (*shared, *blank, *said),
        sure=ratio >= NAME_SURE and nothing_against,
    )


def _by_name(left: Card, right: Card, ratio: int) -> Pair | None:
    """One name: worth a question where the towns do not differ or the INN is a slip."""
    if ratio < NAME_SURE:
        return None
    if _is_slip(left, right):
        reasons = ("название одно, ИНН отличается на цифру",)
        return Pair(left.row_id, right.row_id, Tie.NAME, reasons)
    if ratio < NAME_SAME or (left.city and right.city and left.city != right.city):
        return None
    said = "название одно" if left.name == right.name else f"название похоже на {ratio} %"
    town = ", город тоже" if left.city and left.city == right.city else ""
    return Pair(left.row_id, right.row_id, Tie.NAME, (said + town,))


def _is_slip(left: Card, right: Card) -> bool:
    ours = left.typed_inn or "".join(left.inns[:1])
    theirs = right.typed_inn or "".join(right.inns[:1])
    return bool(ours and theirs) and Levenshtein.distance(ours, theirs) <= 1


def _digits(value: Value) -> str:
    return "".join(c for c in str(value) if c.isdigit()) if value is not None else ""


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
