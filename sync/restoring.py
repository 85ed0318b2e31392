"""A kept copy of a workbook put back in its place, as a person's order.

What stands there now is frozen first, so restoring is undone by restoring that copy. The old state
is what the person wants: its differences are merged as that person's edits, and the brake that
holds back mass deletions is off for this one save (`hold:` in the store, as after «Нет» to a hold).
Rows that the old copy does not have leave the sheets and are asked about on «Вопросы».
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from backups import Copy
from model.errors import GoogleRefused, WorkbookBusy, WorkbookGone, WrongPlace
from model.records import BookState
from model.texts import Text
from store import Writer
from sync.copies.reading import copy_numbered
from sync.delivery import TEMP_BYTES
from sync.exchange import new_name, write_back
from sync.looking import look, token_of
from sync.place import is_file
from sync.reports.pages import write_bytes
from sync.team import Team
from sync.world import World

BEFORE = "before restore"
"""Why of the copy that is taken of what was there."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A copy put back; `before` is the copy of what it replaced, None when the file was gone."""

    state: BookState
    copy: Copy
    before: Copy | None
    changed: bool


def restore(team: Team, copy_id: int, *, world: World, dry_run: bool = False) -> Restored:
    """Put a copy back; raises WrongPlace, WorkbookBusy, WorkbookChanged or BackupDamaged."""
    copy = copy_numbered(team, copy_id)
    raw = team.backups.read(copy_id)
    with team.store.read() as reader:
        state = reader.book(copy.book)
    if state is None:
        raise WrongPlace(what=Text.A_BOOK, value=copy.book)
    _refuse_online(state)
    live = _live(team, world, state)
    if dry_run or live == raw:
        return Restored(state, copy, None, changed=live != raw)
    before = None
    if live is not None:
        before = team.backups.take(state.book, live, at=world.now().astimezone(UTC), why=BEFORE)
    with team.store.write() as writer:
        writer.set_meta(f"hold:{state.book}", f"{token_of(raw)} no")
        _know_again(writer, copy, token_of(raw), world.now().astimezone(UTC))
    _put_back(team, world, state, raw, live)
    return Restored(state, copy, before, changed=True)


def _know_again(writer: Writer, copy: Copy, token: str, at: datetime) -> None:
    """A workbook made again of its parts stands for the content that it was."""
    kept = next(iter(writer.kept(copy.book, token=copy.sha256)), None)
    if kept is not None and token != copy.sha256:
        writer.keep(copy.book, kept.generation, token, kept.kind, at=at)


def _refuse_online(state: BookState) -> None:
    """Google brings older versions back itself; what it brings is merged like any edit."""
    if not is_file(state):
        reason = "прежнюю версию возвращает сам Google: «Файл», «История версий»"
        raise GoogleRefused(name=state.path.rpartition("/")[2], reason=reason)


def _live(team: Team, world: World, state: BookState) -> bytes | None:
    """The bytes that stand there; None when the file is gone. Raises WorkbookBusy."""
    path = team.path(state)
    try:
        held = look(world.disk, state, path, now=world.now()).held_by
        raw = world.disk.read(path)
    except (WorkbookGone, FileNotFoundError):
        return None
    if held is not None:
        raise WorkbookBusy(
            name=path.name, user=held.user, program=held.program, since=f"{held.since:%H:%M}"
        )
    return raw


def _put_back(team: Team, world: World, state: BookState, raw: bytes, live: bytes | None) -> None:
    path = team.path(state)
    if live is None:
        write_bytes(world.disk, path, raw)
        return
    temp_name = new_name(world.random_bytes(TEMP_BYTES).hex())
    write_back(world.disk, path, raw, expected_sha=token_of(live), temp_name=temp_name)
