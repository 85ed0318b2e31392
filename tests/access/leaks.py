"""Words of foreign rows in the files of a person, looked for in every part of every file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from typing_extensions import override

from model.blueprint import Role
from sync.team import OWN_PAGE
from tests.access.teams import Bundle, Firm, Word

CLIENT_NAMES = {("clients", "name")}
CONTACT_FIELDS = {"phone", "email"}
OF_MONEY = {"payments", "documents"}
SUMMED = ("payments", "amount")
"""Adds up to the sum of a department; its row is told by its other words."""
_RUNS = re.compile("[А-Яа-яЁё]{10,}|[-0-9+<> \u00a0]{7,}")


@dataclass(frozen=True, slots=True)
class Leak:
    """A word where it must not stand."""

    seed: int
    role: Role
    person: str
    place: str
    table: str
    field: str
    word: str

    @override
    def __str__(self) -> str:
        whose = f"{self.role.value} {self.person}"
        return f"{self.seed}: {whose}: {self.place}: {self.table}.{self.field} {self.word!r}"


def parts(path: Path) -> Iterator[tuple[str, str]]:
    """What every part of a file says: of a workbook each member, names of members as well."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield f"{path.name}/{name}", said(name.encode() + archive.read(name))
    else:
        yield path.name, said(path.read_bytes())


@lru_cache(maxsize=128)
def said(raw: bytes) -> str:
    """All runs of signs of which words are made, each once: any word in the bytes stands in one.

    A word of a cell has letters only, a number digits and what stands between them; both are as
    long as the shortest run that is kept.
    """
    return "\n".join(set(_RUNS.findall(raw.decode("utf-8", "replace"))))


def is_seen(word: Word) -> bool:
    """Whether every spelling of a word would stand in one run."""
    return all(_RUNS.fullmatch(spelling) is not None for spelling in word.spellings)


def may(firm: Firm, role: Role, person: str, word: Word, owner: str) -> bool:
    """Whether a word of somebody's row may stand in the files of a person (PRODUCT 2.2)."""
    match role:
        case Role.OWNER:
            return True
        case Role.HEAD:
            return firm.departments.get(owner) == firm.departments[person] and owner != person
        case Role.MANAGER:
            return owner == person
        case Role.MARKETING:
            return word.table == "leads" and word.field not in CONTACT_FIELDS
        case Role.ACCOUNTANT:
            return word.table in OF_MONEY or (word.table, word.field) in CLIENT_NAMES


def may_know_pay(firm: Firm, role: Role, person: str, word: Word, whose: str) -> bool:
    """Whether somebody's plan or salary may stand there."""
    match role:
        case Role.OWNER:
            return True
        case Role.ACCOUNTANT:
            return word.table == "pay_rules"
        case _:
            return may(firm, role, person, word, whose)


def words_of(firm: Firm) -> Iterator[tuple[Word, str, bool]]:
    """Every word of the firm, whose row it stands in, and whether it is of pay."""
    bundles: list[Bundle] = [*firm.bundles, *firm.leads]
    for bundle in bundles:
        for word in bundle.words:
            yield word, bundle.owner, False
    for name, words in firm.pay.items():
        for word in words:
            yield word, name, True


def counted(firm: Firm, department: str) -> set[Word]:
    """Sums of payments that a department made with people who went to another one since."""
    left = firm.left.get(department, set())
    return {
        word
        for bundle in firm.bundles
        if left & {bundle.owner, *bundle.givers}
        for word in bundle.words
        if (word.table, word.field) == SUMMED
    }


def leaks(firm: Firm, seed: int) -> Iterator[Leak]:
    """Foreign words in the folders of all people."""
    known = list(words_of(firm))
    assert all(is_seen(word) for word in (*firm.costs, *(word for word, _, _ in known)))
    for state in firm.books():
        role, person = Role(state.role), state.person
        path = firm.team.path(state)
        pages = firm.team.pages(state)
        files = [path] if role in {Role.MARKETING, Role.ACCOUNTANT} else [path, *pages]
        foreign = [
            word
            for word, owner, pay in known
            if not (may_know_pay if pay else may)(firm, role, person, word, owner)
        ]
        if role is Role.HEAD:
            sums = counted(firm, firm.departments[person])
            foreign = [word for word in foreign if word not in sums]
        if role not in {Role.OWNER, Role.HEAD, Role.MARKETING}:
            foreign += firm.costs
        for file in files:
            own = firm.pay[person] if role is Role.HEAD and file.name == OWN_PAGE else []
            for place, text in parts(file):
                for word in [word for word in foreign if word not in own]:
                    for spelling in word.spellings:
                        if spelling in text:
                            yield Leak(seed, role, person, place, word.table, word.field, spelling)


def missing(firm: Firm) -> Iterator[str]:
    """Words that ought to stand in a book and do not: the search must not look past things."""
    expected = {
        Role.OWNER: None,
        Role.HEAD: None,
        Role.MANAGER: None,
        Role.MARKETING: {"leads"},
        Role.ACCOUNTANT: OF_MONEY,
    }
    for state in firm.books():
        role, person = Role(state.role), state.person
        text = "\n".join(part for _, part in parts(firm.team.path(state)))
        tables = expected[role]
        for bundle in (*firm.bundles, *firm.leads):
            for word in bundle.words:
                if tables is not None and word.table not in tables:
                    continue
                if word.field in CONTACT_FIELDS and role is Role.MARKETING:
                    continue
                if may(firm, role, person, word, bundle.owner) and word.spellings[0] not in text:
                    yield f"{role.value} {person}: {word.table}.{word.field} {word.spellings[0]!r}"
