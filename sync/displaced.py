"""Files that writes left beside the workbooks, looked after until nobody writes into them any more.

A program that had the workbook open may write into the file that we displaced. So it stays until
two later cycles find it unchanged; what is written into it meanwhile is a save: its bytes are
frozen, and `sync.late` merges them (MERGE_SPEC section 8, points 3 and 4).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePath

from model.records import BookState, Displaced, Intent
from sync.desk import Desk
from sync.exchange import beside, is_ours, left_aside
from sync.looking import token_of
from sync.team import Team
from sync.world import Disk, World

LOOKS = 2
"""Later cycles that must find a displaced file unchanged."""
LATE = "late save"
"""Why of the copy of what was written into a displaced file."""
UNREADABLE = "unreadable rest"
"""Why of the copy of bytes that stood still and are no workbook."""
WRITTEN = "written"
"""Why of the copy of our own write, taken before it is displaced."""


@dataclass(frozen=True, slots=True)
class LateSave:
    """A person's save in a file that is not live."""

    file: Displaced
    raw: bytes

    @property
    def token(self) -> str:
        """Fingerprint of the save."""
        return self.file.seen


def tend(team: Team, world: World, states: tuple[BookState, ...]) -> tuple[LateSave, ...]:
    """Saves found in displaced files; those that stayed unchanged long enough are removed.

    A workbook that a write left aside is none of them: it gets its name back.
    """
    with team.store.read() as reader:
        known, pending = reader.displaced(), {i.book: i.temp_name for i in reader.pending()}
    late: list[LateSave] = []
    moved: list[tuple[Displaced, Displaced | None]] = []
    for state in states:
        # a folder that is away now is looked at in the next cycle; the other books do not wait
        with suppress(OSError):
            saves, changes = _tended(team, world, state, known, pending)
            late += saves
            moved += changes
    if moved:
        with team.store.write() as writer:
            for before, after in moved:
                if after is None:
                    writer.forget_displaced(before.book, before.name)
                else:
                    writer.put_displaced(after)
    return tuple(late)


def _tended(
    team: Team,
    world: World,
    state: BookState,
    known: Iterable[Displaced],
    pending: Mapping[str, str],
) -> tuple[list[LateSave], list[tuple[Displaced, Displaced | None]]]:
    """Saves found beside one book, and its files whose line changed; None for one that is gone.

    `pending`: by book, the name of the new file of a write that is not confirmed yet.
    """
    live, temp_name = team.path(state), pending.get(state.book, "")
    aside = left_aside(world.disk, live, temp_name) if temp_name else None
    late: list[LateSave] = []
    moved: list[tuple[Displaced, Displaced | None]] = []
    mine = {file.name: file for file in known if file.book == state.book}
    theirs = [file.name for file in known if file.book != state.book]
    theirs += [name for book, name in pending.items() if name and book != state.book]
    others = {PurePath(name).stem for name in theirs}
    found = [path for path in beside(world.disk, live) if path != aside]
    for file in _looked_after(found, state, mine, others):
        after, raw = _look(team, world, state, file)
        if after is not None and raw:
            late.append(LateSave(after, raw))
        moved += [(file, after)] if after != file else []
    for name, file in mine.items():
        if not world.disk.exists(_path(team, world.disk, state, name)):
            moved.append((file, None))
    return late, moved


def expected(desk: Desk, intended: str, named: tuple[tuple[str, int, str], ...]) -> Displaced:
    """The file that a write will leave beside the workbook, as known before the exchange."""
    assert desk.loaded is not None and desk.patched is not None  # noqa: PT018, S101  # by `usable`
    return Displaced(
        book=desk.state.book,
        name=intended,
        was=desk.loaded.file.sha256,
        ours=desk.patched.receipt.sha_after,
        seen=desk.loaded.file.sha256,
        named=named,
    )


def bring_back(disk: Disk, live: PurePath, intent: Intent) -> None:
    """Put a workbook back that was left aside, between leaving its name and the new one."""
    with suppress(OSError):  # the journal keeps it open: the next pass tries again
        aside = left_aside(disk, live, intent.temp_name) if intent.temp_name else None
        if aside is not None:
            disk.place(aside, disk.resolve(live))


def never_swapped(disk: Disk, live: PurePath, intent: Intent) -> None:
    """Remove the new bytes of a write that did not come to its exchange."""
    if intent.temp_name:
        temp = disk.resolve(live).with_name(intent.temp_name)
        _unlink_if(disk, temp, lambda raw: token_of(raw) == intent.new_token)


def keep_own(team: Team, desk: Desk, now: datetime) -> None:
    """The bytes that a write is going to displace are among the copies before it begins."""
    assert desk.loaded is not None  # noqa: S101  # by `usable`
    file = desk.loaded.file
    if team.backups.find(file.sha256, desk.state.book) is None:
        team.backups.take(desk.state.book, file.raw, at=now.astimezone(UTC), why=WRITTEN)


def _looked_after(
    found: Iterable[PurePath],
    state: BookState,
    known: Mapping[str, Displaced],
    others: Collection[str],
) -> list[Displaced]:
    """The files that lie beside a workbook, ours of earlier runs too, less those of other books."""
    return [
        known.get(p.name) or _stray(state, p, known)
        for p in found
        if p.name in known or not any(p.name.startswith(stem) for stem in others)
    ]


def _stray(state: BookState, path: PurePath, known: Mapping[str, Displaced]) -> Displaced:
    """What is known of a file without a line of its own: a part of a write that was cut off."""
    whole = next((f for f in known.values() if path.name.startswith(PurePath(f.name).stem)), None)
    if whole is not None:
        return replace(whole, name=path.name, seen="", quiet=0)
    return Displaced(state.book, path.name, was=state.token)


def _look(
    team: Team, world: World, state: BookState, file: Displaced
) -> tuple[Displaced | None, bytes]:
    """A file as it stands after one more look, None when it is gone; the bytes of a save in it."""
    disk, path = world.disk, _path(team, world.disk, state, file.name)
    try:
        raw = disk.read(path)
        token = token_of(raw)
        quiet = file.quiet + 1 if token == file.seen else 0
        file = replace(file, seen=token, quiet=quiet)
        known = token in {file.was, file.ours} or not raw
        if known and quiet >= LOOKS and not world.office.has_writer(path):
            return (
                (None, b"") if _unlink_if(disk, path, raw.__eq__) else (replace(file, quiet=0), b"")
            )
    except FileNotFoundError:
        return None, b""
    except OSError:  # locked by its program, or the share is away: the next cycle looks again
        return replace(file, quiet=0), b""
    return file, b"" if known else raw


def _path(team: Team, disk: Disk, state: BookState, name: str) -> PurePath:
    if not is_ours(name):
        raise ValueError(name)
    return disk.resolve(team.path(state)).with_name(name)


def _unlink_if(disk: Disk, path: PurePath, is_known: Callable[[bytes], bool]) -> bool:
    """Whether the file held known bytes; it is removed then. One that is gone is as well."""
    try:
        if not is_known(disk.read(path)):
            return False
        disk.unlink(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
