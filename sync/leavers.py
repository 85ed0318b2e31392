"""Books of people who left: moved to the owner's folder once everything in them was taken.

A book goes when «Сотрудники» says that its person works no more or has another role. It is moved
only while nobody has it open, nothing in it waits and its content is the one that was merged last,
so that no edit goes with it. Rows, history and copies stay where they are.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath, PurePosixPath

from model.blueprint import Role
from model.errors import CrmError
from model.records import BookState
from store import Reader
from sync.desk import NEXT
from sync.founding.layout import safe
from sync.looking import look, read_bytes, token_of
from sync.place import is_file
from sync.rights import is_active, role_of
from sync.scene import fold
from sync.team import HEAD_FOLDER, Team
from sync.world import World

LEAVERS_FOLDER = "Ушедшие"


def let_go(team: Team, world: World) -> tuple[BookState, ...]:
    """The books that were moved away, where they stand now."""
    with team.store.read() as reader:
        gone = [state for state in reader.books() if _has_left(reader, state, team)]
        busy = {file.book for file in reader.displaced()}
    moved = [_moved(team, world, state) for state in gone if state.book not in busy]
    return tuple(state for state in moved if state is not None)


def _has_left(reader: Reader, state: BookState, team: Team) -> bool:
    """Whether «Сотрудники» names the person as gone, or as somebody of another role."""
    if state.role == Role.OWNER.value or state.book.endswith(NEXT) or not is_file(state):
        return False
    who = fold(state.person)
    for record in reader.rows("staff").values():
        if fold(record.values.get("fio")) == who:
            role = role_of(record.values, team.settings.owner)
            other = role is not None and role.value != state.role
            return other or not is_active(record.values)
    return False


def _moved(team: Team, world: World, state: BookState) -> BookState | None:
    """The book in the folder of leavers; None while it must stay."""
    path, disk = team.path(state), world.disk
    if state.waiting or state.held or not _is_quiet(world, state, path):
        return None
    place = _free(team, world, state)
    target = team.settings.folder / place
    try:
        disk.make_folder(target.parent)
        disk.place(path, target)
        for page in team.pages(state):
            if disk.exists(page):
                disk.unlink(page)
    except OSError:
        return None
    with team.store.write() as writer:
        for book in (state.book, state.book + NEXT):
            for table, rows in writer.bases(book).items():
                writer.set_base(book, table, dict.fromkeys(rows), [])
            writer.drop_book(book)
    return replace(state, path=str(place))


def _is_quiet(world: World, state: BookState, path: PurePath) -> bool:
    """Whether the file is free and holds what was merged last."""
    try:
        if look(world.disk, state, path, now=world.now()).held_by is not None:
            return False
        return token_of(read_bytes(world, path)) == state.token
    except CrmError:
        return False


def _free(team: Team, world: World, state: BookState) -> PurePosixPath:
    """A place in the folder of leavers where nothing lies."""
    folder = PurePosixPath(HEAD_FOLDER) / LEAVERS_FOLDER / safe(state.person)
    first = folder / PurePosixPath(state.path).name
    place, count = first, 1
    while world.disk.exists(team.settings.folder / place):
        count += 1
        place = first.with_stem(f"{first.stem} {count}")
    return place
