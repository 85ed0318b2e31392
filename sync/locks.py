"""Locks of whole sheets, put on again where somebody took them off; against slips, not secrecy."""

from __future__ import annotations

from collections.abc import Iterator

from model.blueprint import Blueprint, Role
from model.records import BookState, Question, QuestionKind
from model.texts import questions as said
from sync.books.read import Loaded
from sync.ooxml import BookFile
from sync.ooxml.locking import is_locked, is_shut, relocked
from templates.locks import SHUT_ROLES, sheet_lock, structure_lock

STRUCTURE = "состав листов"


def taken_off(loaded: Loaded, blueprint: Blueprint) -> tuple[str, ...]:
    """Tabs of a workbook that ought to be protected and are not."""
    file = loaded.file
    if not isinstance(file, BookFile):
        return ()
    return tuple(
        tab
        for key, tab in loaded.homes.items()
        if blueprint.sheets[key].protected and not is_locked(file, tab)
    )


def is_open(loaded: Loaded, role: Role) -> bool:
    """Whether tabs of a book can be added that must not be."""
    return role in SHUT_ROLES and isinstance(loaded.file, BookFile) and not is_shut(loaded.file)


def locked_again(loaded: Loaded, blueprint: Blueprint, role: Role, password: str) -> BookFile:
    """The workbook with every lock that it lacks; the very one when it lacks none."""
    lost, opened = taken_off(loaded, blueprint), is_open(loaded, role)
    book = loaded.workbook
    if not lost and not opened:
        return book
    sheets = {tab: sheet_lock(tab, password) for tab in lost}
    shut = structure_lock(password) if opened else None
    return relocked(book, sheets, shut).made_of(book.sha256)


def lock_questions(
    loaded: Loaded, blueprint: Blueprint, state: BookState, *, save: str, owner: str
) -> Iterator[Question]:
    """What the owner reads about locks that were taken off in a save."""
    opened = is_open(loaded, Role(state.role))
    lost = [*taken_off(loaded, blueprint), *([STRUCTURE] if opened else [])]
    if lost:
        words = said.lock_taken_off(state.person, lost)
        yield Question(
            key=f"lock|{state.book}|{save}",
            kind=QuestionKind.NOTE,
            about=words.about,
            where="Вся книга",
            wrong=words.wrong,
            proposal=words.proposal,
            whom=owner,
        )
