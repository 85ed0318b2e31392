"""Second files of one book: found by their stamp, never by their name.

The file at the registered path is the book. A copy with its stamp (a cloud disk's conflicted copy,
«Копия …», somebody's safety copy that was worked in) is read and never written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import PurePath

from model.errors import CrmError
from sync.books.opened import Opened
from sync.desk import Beside, Desk
from sync.looking import token_of
from sync.place import is_file
from sync.team import Team
from sync.world import Disk, FileMark, World

NOT_OURS = ("~$", ".")
"""Beginnings of names that programs give to files of their own."""


def find_beside(
    team: Team,
    world: World,
    desks: Sequence[Desk],
    judged: dict[PurePath, FileMark],
    *,
    freeze: bool,
) -> None:
    """Put new second files on the desks of their books; `judged` files need no second look."""
    by_book = {desk.state.book: desk for desk in desks}
    own: set[PurePath] = {team.path(d.state) for d in desks if is_file(d.state)}
    for path, mark in _files(world.disk, {path.parent for path in own}):
        if path in own or judged.get(path) == mark:
            continue
        found = _open(team, world.disk, path)
        stamp = None if found is None else team.books.stamp(found[1])
        desk = None if stamp is None else by_book.get(stamp.book)
        strange = stamp is None or stamp.family != team.settings.family
        if found is None or desk is None or strange or _is_known(team, desk, found[0]):
            judged[path] = mark
            continue
        if freeze:
            team.backups.take(desk.state.book, found[0], at=world.now().astimezone(UTC), why="copy")
        if not _put(team, desk, path, found[1]):
            judged[path] = mark


def _files(disk: Disk, folders: set[PurePath]) -> Iterator[tuple[PurePath, FileMark]]:
    for folder in sorted(folders):
        try:
            names = [n for n in sorted(disk.names(folder)) if _may_be_book(n)]
            found = [(folder / name, disk.stat(folder / name)) for name in names]
        except OSError:
            continue
        yield from found


def _may_be_book(name: str) -> bool:
    return name.endswith(".xlsx") and not name.startswith(NOT_OURS)


def _open(team: Team, disk: Disk, path: PurePath) -> tuple[bytes, Opened] | None:
    try:
        raw = disk.read(path)
        return raw, team.books.open(raw, name=path.name)
    except (OSError, CrmError):
        return None


def _is_known(team: Team, desk: Desk, raw: bytes) -> bool:
    """Whether these very bytes were merged already, or are a plain copy of the book."""
    token = token_of(raw)
    with team.store.read() as reader:
        return bool(reader.kept(desk.state.book, token=token))


def _put(team: Team, desk: Desk, path: PurePath, file: Opened) -> bool:
    try:
        loaded = team.books.load(
            file,
            book=desk.state.book,
            name=path.name,
            blueprint=team.blueprint,
            role=desk.role,
        )
    except CrmError:
        return False
    desk.beside.append(Beside(path.name, loaded))
    return True
