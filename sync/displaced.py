"""Files that writes left beside the workbooks, looked after until nobody writes into them any more.

A program that had the workbook open may write into the file that we displaced. So it stays until
two later cycles find it unchanged; what is written into it meanwhile is a save: its bytes are
frozen, and `sync.late` merges them (MERGE_SPEC section 8, points 3 and 4).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from model.records import BookState, Displaced, Intent
from sync.desk import Desk
from sync.exchange import beside, is_ours, place, sha256_of
from sync.looking import token_of
from sync.team import Team

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


def tend(team: Team, states: tuple[BookState, ...]) -> tuple[LateSave, ...]:
    """Saves found in displaced files; those that stayed unchanged long enough are removed."""
    with team.store.read() as reader:
        known = reader.displaced()
    late: list[LateSave] = []
    moved: list[tuple[Displaced, Displaced | None]] = []
    for state in states:
        mine = {file.name: file for file in known if file.book == state.book}
        others = {Path(file.name).stem for file in known if file.book != state.book}
        for file in _looked_after(team, state, mine, others):
            after, raw = _look(team, state, file)
            if after is not None and raw:
                late.append(LateSave(after, raw))
            moved += [(file, after)] if after != file else []
        for name, file in mine.items():
            if not _path(team, state, name).exists():
                moved.append((file, None))
    if moved:
        with team.store.write() as writer:
            for before, after in moved:
                if after is None:
                    writer.forget_displaced(before.book, before.name)
                else:
                    writer.put_displaced(after)
    return tuple(late)


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


def bring_back(live: Path, intent: Intent) -> None:
    """Put a workbook back that a crash left aside, between leaving its name and the new one."""
    if live.exists() or not intent.temp_name:
        return
    stem = Path(intent.temp_name).stem
    for path in beside(live):
        if path.name.startswith((f"{stem}-aside", f"{stem}-old")):
            with suppress(OSError):
                place(path, live.resolve())
            return


def never_swapped(live: Path, intent: Intent) -> None:
    """Remove the new bytes of a write that did not come to its exchange."""
    if intent.temp_name:
        _unlink_if(live.resolve().with_name(intent.temp_name), intent.new_token)


def keep_own(team: Team, desk: Desk, now: datetime) -> None:
    """The bytes that a write is going to displace are among the copies before it begins."""
    assert desk.loaded is not None  # noqa: S101  # by `usable`
    file = desk.loaded.file
    if team.backups.find(file.sha256, desk.state.book) is None:
        team.backups.take(desk.state.book, file.raw, at=now.astimezone(UTC), why=WRITTEN)


def has_writer(path: Path) -> bool:
    """Whether some program has the file open for writing, as far as the system tells."""
    if not sys.platform.startswith("linux"):
        return False  # Windows refuses to remove an open file by itself
    import fcntl  # noqa: PLC0415  # not there on Windows

    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:  # no leases on this file system, or not our file
        return False
    finally:
        os.close(handle)
    return False


def _looked_after(
    team: Team, state: BookState, known: Mapping[str, Displaced], others: Collection[str]
) -> list[Displaced]:
    """The files that lie beside a workbook, ours of earlier runs too, less those of other books."""
    return [
        known.get(p.name) or _stray(state, p, known)
        for p in beside(team.path(state))
        if p.name in known or not any(p.name.startswith(stem) for stem in others)
    ]


def _stray(state: BookState, path: Path, known: Mapping[str, Displaced]) -> Displaced:
    """What is known of a file without a line of its own: a part of a write that was cut off."""
    whole = next((f for f in known.values() if path.name.startswith(Path(f.name).stem)), None)
    if whole is not None:
        return replace(whole, name=path.name, seen="", quiet=0)
    return Displaced(state.book, path.name, was=state.token)


def _look(team: Team, state: BookState, file: Displaced) -> tuple[Displaced | None, bytes]:
    """A file as it stands after one more look, None when it is gone; the bytes of a save in it."""
    path = _path(team, state, file.name)
    try:
        raw = path.read_bytes()
        token = token_of(raw)
        quiet = file.quiet + 1 if token == file.seen else 0
        file = replace(file, seen=token, quiet=quiet)
        known = token in {file.was, file.ours} or not raw
        if known and quiet >= LOOKS and not has_writer(path):
            return (None, b"") if _unlink_if(path, token) else (replace(file, quiet=0), b"")
    except FileNotFoundError:
        return None, b""
    except OSError:  # locked by its program, or the share is away: the next cycle looks again
        return replace(file, quiet=0), b""
    return file, b"" if known else raw


def _path(team: Team, state: BookState, name: str) -> Path:
    if not is_ours(name):
        raise ValueError(name)
    return team.path(state).resolve().with_name(name)


def _unlink_if(path: Path, token: str) -> bool:
    """Whether the file held these bytes; it is removed then. One that is gone is as well."""
    try:
        if sha256_of(path) != token:
            return False
        path.unlink()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
