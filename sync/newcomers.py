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
from sync.founding.layout import books_of
from sync.ooxml import BookFile, patch
from sync.reports.pages import write_bytes
from sync.scene import Canonical, Person, fold, make_scene
from sync.team import Team
from sync.world import Disk, World
from templates.build import build_book


def add_books(
    team: Team, world: World, canonical: Canonical | None = None
) -> tuple[BookState, ...]:
    """The books made for salespeople who had none; raises CannotWrite.

    `canonical` keeps the rows of a running service.
    """
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
    missing = _missing(team, scene.sellers(), states)
    if not missing:
        return ()
    known = [s.person for s in states if s.role == Role.MANAGER.value]
    planned = books_of(team.settings.owner, [*known, *missing], one_book=False)
    fresh = [_placed(team, world.disk, book) for book in planned if book.person in missing]
    _write(team, world.disk, fresh, people=len(known) + len(missing))
    with team.store.write() as writer:
        for book in fresh:
            writer.put_book(book)
    return tuple(fresh)


def _missing(team: Team, sellers: Sequence[Person], states: Sequence[BookState]) -> list[str]:
    """Salespeople without a book; the owner works in the team's book."""
    known = {fold(state.person) for state in states} | {fold(team.settings.owner)}
    return [person.name for person in sellers if fold(person.name) not in known]


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
    """One empty book under as many stamps: building it anew would take seconds each."""
    family = team.settings.family
    raw = build_book(
        team.blueprint,
        Role.MANAGER,
        stamp=stamp_text(Stamp(family, books[0].book, 0)),
        people=people,
        password=team.settings.lock_password,
        owner=team.settings.owner,
    )
    empty = BookFile.open(raw, name=books[0].path)
    for book in books:
        raw = patch(empty, stamp_edits(Stamp(family, book.book, 0))).raw
        write_bytes(disk, team.path(book), raw)
