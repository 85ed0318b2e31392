"""The files of a team without an erased client: live books, files beside them, pages, the log."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC
from pathlib import PurePath

from model.errors import BooksNotWritten, CrmError
from model.records import BookState, KeptKind
from sync.erasure.begun import Begun
from sync.erasure.files import Cleaner
from sync.exchange import new_name, write_back
from sync.looking import look, token_of
from sync.place import files_of, is_file
from sync.reports.pages import write_bytes
from sync.team import Team
from sync.walking import files_under
from sync.world import Disk, World

DATABASES = (".sqlite3", ".sqlite3-wal", ".sqlite3-shm")
"""They are cleaned by their own steps."""
KEPT = frozenset({"passwords.json", "copies.key", "sheetcrm.toml", "sources.toml"})
CHANCE = 6


def clean_books(team: Team, world: World, begun: Begun, cleaner: Cleaner) -> None:
    """What no pass writes goes out of the live books: orphaned strings, comments, own columns."""
    with team.store.read() as reader:
        states = tuple(s for s in reader.books() if "#" not in s.book)
    for state in files_of(states):
        _clean_book(team, world, state, begun, cleaner)
    if len(files_of(states)) < len(states):
        begun.leave("Google Таблицы: своя история версий у Google и столбцы людей")


def clean_folders(team: Team, world: World, begun: Begun, cleaner: Cleaner) -> None:
    """All other files of the team folder and of the state, rewritten or removed."""
    books = _paths(team)
    for path in files_under(world.disk, team.settings.folder):
        if path not in books:
            _clean_file(world.disk, path, begun, cleaner)
    for path in files_under(world.disk, team.state):
        if path.name not in KEPT and not path.name.endswith(DATABASES):
            _clean_file(world.disk, path, begun, cleaner)


def shown_in(team: Team, world: World, cleaner: Cleaner) -> tuple[list[str], int]:
    """Files in which the client can still be read, and how many were searched.

    Of the databases the pages are searched as they lie on the disk, and each copy as it comes back.
    The order itself, which goes last, is left out.
    """
    found, searched = [], 0
    folders = (team.settings.folder, team.state)
    for path in (p for folder in folders for p in files_under(world.disk, folder)):
        if path.name.endswith(DATABASES):
            continue
        searched += 1
        if cleaner.shows(world.disk.read(path)):
            found.append(path.name)
    for copy in team.backups.list():
        searched += 1
        with suppress(CrmError):
            if cleaner.shows(team.backups.read(copy.id)):
                found.append(f"копия {copy.id}")
    return found, searched


def _clean_book(team: Team, world: World, state: BookState, begun: Begun, cleaner: Cleaner) -> None:
    path, disk = team.path(state), world.disk
    if not disk.exists(path):
        return
    raw = disk.read(path)
    clean = cleaner.cleaned(raw)
    if clean == raw:
        return
    if not clean:
        begun.leave(f"книга {path.name}: не читается")
        return
    held = look(disk, state, path, now=world.now())
    if held.held_by is not None:
        raise BooksNotWritten(names=path.name)
    before, after = token_of(raw), token_of(clean)
    temp = new_name(world.random_bytes(CHANCE).hex())
    done = write_back(disk, path, clean, expected_sha=before, temp_name=temp)
    if done.raced:
        raise BooksNotWritten(names=path.name)
    disk.unlink(done.displaced)
    begun.moved[before] = after
    begun.count("books")
    with team.store.write() as writer:
        at = world.now().astimezone(UTC)
        writer.put_book(replace(state, token=after))
        writer.keep(state.book, state.generation, after, KeptKind.WROTE, at=at)
    team.backups.take(state.book, clean, at=at, why="write")


def _clean_file(disk: Disk, path: PurePath, begun: Begun, cleaner: Cleaner) -> None:
    try:
        raw = disk.read(path)
        clean = cleaner.cleaned(raw)
        if clean == raw:
            return
        if clean:
            write_bytes(disk, path, clean)
            begun.moved[token_of(raw)] = token_of(clean)
            begun.count("files")
        else:
            disk.unlink(path)
            begun.count("removed")
    except (OSError, CrmError):
        begun.leave(f"файл {path.name}: не даётся")


def _paths(team: Team) -> frozenset[PurePath]:
    with team.store.read() as reader:
        return frozenset(team.path(s) for s in reader.books() if is_file(s))
