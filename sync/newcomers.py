"""Books for people who came after the founding: each gets an empty one, the next pass fills it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath, PurePosixPath

from model.blueprint import Role
from model.errors import CrmError
from model.records import BookState
from model.snapshot import Stamp
from sync.books.stamp import stamp_edits, stamp_of, stamp_text
from sync.founding.layout import book_of, books_of
from sync.ooxml import BookFile, patch
from sync.reports.pages import write_bytes
from sync.rights import is_active, role_of
from sync.scene import Canonical, Scene, fold, make_scene, text
from sync.team import Team
from sync.world import Disk, World
from templates.build import build_book

FOUNDED = frozenset({Role.HEAD, Role.MARKETING, Role.ACCOUNTANT})
"""Roles beside the salespeople that get a book once «Сотрудники» names somebody."""


def add_books(
    team: Team, world: World, canonical: Canonical | None = None
) -> tuple[BookState, ...]:
    """The books made for people of «Сотрудники» who had none; raises CannotWrite.

    `canonical` keeps the rows of a running service.
    """
    if team.settings.one_book:
        return ()
    with team.store.read() as reader:
        states = reader.books()
        scene = make_scene(
            reader,
            team.blueprint,
            now=world.now(),
            owner=team.settings.owner,
            helper=team.settings.helper,
            canonical=canonical,
        )
    planned = [*_sellers(team, scene, states), *_others(team, scene, states)]
    if not planned:
        return ()
    people = sum(s.role == Role.MANAGER.value for s in (*states, *planned))
    fresh = [_placed(team, world.disk, book) for book in planned]
    _write(team, world.disk, fresh, people=max(people, 1))
    with team.store.write() as writer:
        for book in fresh:
            writer.put_book(book)
    return tuple(fresh)


def _sellers(team: Team, scene: Scene, states: Sequence[BookState]) -> list[BookState]:
    """Books of salespeople without one; the owner works in the team's book."""
    owner = team.settings.owner
    known = [s.person for s in states if s.role == Role.MANAGER.value]
    has = {fold(name) for name in (*known, owner)}
    missing = [person.name for person in scene.sellers() if fold(person.name) not in has]
    planned = books_of(owner, [*known, *missing], one_book=False) if missing else ()
    return [book for book in planned if book.person in missing]


def _others(team: Team, scene: Scene, states: Sequence[BookState]) -> list[BookState]:
    """Books of heads beside the owner, of marketing and of accountants without one."""
    has = {(fold(state.person), state.role) for state in states}
    found: dict[str, BookState] = {}
    for record in scene.rows["staff"].values():
        name, role = text(record, "fio"), role_of(record.values, team.settings.owner)
        if role not in FOUNDED or not name or not is_active(record.values):
            continue
        if (fold(name), role.value) not in has:
            book = book_of(name, role)
            found.setdefault(book.book, book)
    return list(found.values())


def _placed(team: Team, disk: Disk, book: BookState) -> BookState:
    """The book where no file of somebody else lies."""
    place, count = PurePosixPath(book.path), 1
    while not _is_free(team, disk, book, team.settings.folder / place):
        count += 1
        place = PurePosixPath(book.path).with_stem(f"{PurePosixPath(book.path).stem} {count}")
    return replace(book, path=str(place))


def _is_free(team: Team, disk: Disk, book: BookState, path: PurePath) -> bool:
    """Nothing lies there, or our own empty book of a run that was cut off."""
    if not disk.exists(path):
        return True
    try:
        stamp = stamp_of(BookFile.open(disk.read(path), name=path.name))
    except (OSError, CrmError):
        return False
    return stamp == Stamp(team.settings.family, book.book, 0)


def _write(team: Team, disk: Disk, books: Sequence[BookState], *, people: int) -> None:
    """One empty book of each role under as many stamps: building one anew takes seconds."""
    family = team.settings.family
    empty: dict[str, BookFile] = {}
    for book in books:
        if book.role not in empty:
            raw = build_book(
                team.blueprint,
                Role(book.role),
                stamp=stamp_text(Stamp(family, book.book, 0)),
                people=people,
                password=team.settings.lock_password,
                owner=team.settings.owner,
            )
            empty[book.role] = BookFile.open(raw, name=book.path)
        raw = patch(empty[book.role], stamp_edits(Stamp(family, book.book, 0))).raw
        write_bytes(disk, team.path(book), raw)
