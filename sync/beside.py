"""Second files of one book: found by their stamp, never by their name.

The file at the registered path is the book. A copy with its stamp (a cloud disk's conflicted copy,
«Копия …», somebody's safety copy that was worked in) is read and never written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from model.errors import CrmError
from sync.books.read import load
from sync.books.stamp import stamp_of
from sync.desk import Beside, Desk
from sync.looking import token_of
from sync.ooxml import BookFile
from sync.team import Team

Mark = tuple[int, int]
"""Size and time of a file that was looked into."""
NOT_OURS = ("~$", ".")
"""Beginnings of names that programs give to files of their own."""


def find_beside(
    team: Team, desks: Sequence[Desk], judged: dict[Path, Mark], now: datetime, *, freeze: bool
) -> None:
    """Put new second files on the desks of their books; `judged` files need no second look."""
    by_book = {desk.state.book: desk for desk in desks}
    own = {team.path(desk.state) for desk in desks}
    for path, mark in _files({path.parent for path in own}):
        if path in own or judged.get(path) == mark:
            continue
        found = _open(path)
        stamp = None if found is None else stamp_of(found[1])
        desk = None if stamp is None else by_book.get(stamp.book)
        strange = stamp is None or stamp.family != team.settings.family
        if found is None or desk is None or strange or _is_known(team, desk, found[0]):
            judged[path] = mark
            continue
        if freeze:
            team.backups.take(desk.state.book, found[0], at=now.astimezone(UTC), why="copy")
        if not _put(team, desk, path, found[1]):
            judged[path] = mark


def _files(folders: set[Path]) -> Iterator[tuple[Path, Mark]]:
    for folder in sorted(folders):
        try:
            names = sorted(folder.glob("*.xlsx"))
            marks = [(path, path.stat()) for path in names if not path.name.startswith(NOT_OURS)]
        except OSError:
            continue
        yield from ((path, (stat.st_size, stat.st_mtime_ns)) for path, stat in marks)


def _open(path: Path) -> tuple[bytes, BookFile] | None:
    try:
        raw = path.read_bytes()
        return raw, BookFile.open(raw, name=path.name)
    except (OSError, CrmError):
        return None


def _is_known(team: Team, desk: Desk, raw: bytes) -> bool:
    """Whether these very bytes were merged already, or are a plain copy of the book."""
    token = token_of(raw)
    with team.store.read() as reader:
        return any(k.token == token for k in reader.kept(desk.state.book))


def _put(team: Team, desk: Desk, path: Path, file: BookFile) -> bool:
    try:
        loaded = load(
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
