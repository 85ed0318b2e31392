"""Where books stand in the team folder, and what they are called.

Rights are given on folders, so each person has one (DESIGN section 2). Names are those of people;
what a file system forbids is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from model.blueprint import Role
from model.records import BookState
from sync.scene import fold
from sync.team import HEAD_FOLDER, OWNER_BOOK, PEOPLE_FOLDER, REPORTS_FOLDER, book_key

MONEY_FOLDER = "Бухгалтерия"
INBOX_FOLDER = "Входящие"
OWNER_FILE = "Отдел продаж.xlsx"
FOLDERS = (HEAD_FOLDER, f"{HEAD_FOLDER}/{REPORTS_FOLDER}", INBOX_FOLDER)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
"""What Windows takes in no file name."""
_DEVICES = frozenset({"con", "prn", "aux", "nul"})


def books_of(owner: str, people: Sequence[str], *, one_book: bool) -> tuple[BookState, ...]:
    """The books of a new team, the owner's first; a person alone has that one only."""
    head = BookState(OWNER_BOOK, f"{HEAD_FOLDER}/{OWNER_FILE}", Role.OWNER.value, owner)
    if one_book:
        return (head,)
    return (head, *(_own(name, place) for name, place in _places(people).items()))


def book_of(name: str, role: Role) -> BookState:
    """The book of somebody who is no salesperson; rights are given on its folder."""
    folder = f"{PEOPLE_FOLDER}/{safe(name)}"
    place = {
        Role.HEAD: f"{folder}/Отдел продаж {safe(_surname(name))}.xlsx",
        Role.MARKETING: f"{folder}/Маркетинг.xlsx",
        Role.ACCOUNTANT: f"{MONEY_FOLDER}/Бухгалтерия.xlsx",
    }[role]
    return BookState(book_key(name, role), place, role.value, name)


def _own(name: str, place: str) -> BookState:
    return BookState(book_key(name), place, Role.MANAGER.value, name)


def _places(people: Sequence[str]) -> dict[str, str]:
    """Path of each person's book; people of one surname have their initials in the file's name."""
    surnames = Counter(_key(_surname(name)) for name in people)
    folders: set[str] = set()
    places: dict[str, str] = {}
    for name in people:
        folder = _free(safe(name), folders)
        shown = _surname(name)
        if surnames[_key(shown)] > 1:
            shown = _initialled(name)
        places[name] = f"{PEOPLE_FOLDER}/{folder}/Продажи {safe(shown)}.xlsx"
    return places


def _free(name: str, taken: set[str]) -> str:
    """A folder's name that no other person has, also where case does not tell."""
    tried, count = name, 1
    while _key(tried) in taken:
        count += 1
        tried = f"{name} {count}"
    taken.add(_key(tried))
    return tried


def safe(name: str) -> str:
    """A name without what a file system forbids."""
    tidy = " ".join(_FORBIDDEN.sub(" ", name).split()).rstrip(". ")
    return f"{tidy}_" if not tidy or tidy.casefold() in _DEVICES else tidy


def _surname(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.split() else name


def _initialled(name: str) -> str:
    """«Иванов ПС» of «Иванов Пётр Сергеевич»: initials without dots, which end file names."""
    surname, *rest = name.split()
    return " ".join((surname, "".join(word[0].upper() for word in rest))).strip()


def _key(name: str) -> str:
    return fold(name).replace("ё", "е")
