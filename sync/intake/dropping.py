"""The drop folder «Входящие»: what lies there comes in by itself and is put away.

A file is taken when it looked the same twice, for others may still be writing it. What it is, its
content tells. It then goes to «Обработано», or to «Карантин» with a note that says why; a file that
looks cut off gets a few minutes first. Taken twice after a crash it adds nothing. Whatever is wrong
with one file, the next one is taken.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import PurePath

from model.errors import CannotRead, CrmError, ExitCode, HalfCopied, LeaseLost, UnreadableInput
from model.texts import say
from sync.exchange import reason
from sync.importing import ImportResult, import_file
from sync.importing.run import INBOX, QUARANTINE, REFUSED
from sync.reports.pages import write_bytes
from sync.team import Team
from sync.world import Disk, FileMark, World

LOG = logging.getLogger("sheetcrm")
DONE = INBOX / "Обработано"
WHY = " - почему.txt"
_OURS = frozenset({DONE.name, QUARANTINE.name})
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".download")
_PATIENCE = timedelta(minutes=2)
"""A file that looks cut off may still be on its way so long."""
_TWINS = 1_000
_BUG = "внутренняя ошибка при разборе; файл цел, покажите его разработчику"


@dataclass(frozen=True, slots=True)
class Dropped:
    """What became of a file."""

    name: str
    result: ImportResult | None = None
    reason: str = ""
    """Why it lies in quarantine, in words."""


@dataclass(slots=True)
class Looks:
    """How the files looked the last time."""

    marks: dict[str, FileMark] = field(default_factory=dict)
    unread: bool = False
    """Whether the folder could not be looked through then: it is told of once."""


def take_in(team: Team, world: World, looks: Looks) -> tuple[Dropped, ...]:
    """The files that stood still since the last look, each brought in and put away.

    Raises CannotRead when the folder cannot be looked through: nothing of it is taken then.
    """
    folder = team.settings.folder / INBOX
    found = dict(_files(world.disk, folder))
    still = [name for name, mark in found.items() if looks.marks.get(name) == mark]
    looks.marks = found
    return tuple(_taken(team, world, looks, still))


def take_all(team: Team, world: World) -> tuple[Dropped, ...]:
    """The files that stand still now: looked at twice, the settling time apart."""
    looks = Looks()
    take_in(team, world, looks)
    if not looks.marks:
        return ()
    world.settle()
    return take_in(team, world, looks)


def retry(team: Team, world: World) -> tuple[Dropped, ...]:
    """The files of the quarantine once more; those that are taken now leave it."""
    folder = team.settings.folder / QUARANTINE
    out: list[Dropped] = []
    for name, _ in _files(world.disk, folder):
        if name.endswith(WHY) or PurePath(name).stem.endswith(REFUSED):
            continue
        dropped = _one(team, world, folder / name)
        if dropped is not None and dropped.result is not None:
            _put_away(world, folder / name, team.settings.folder / DONE)
            with suppress(OSError):
                world.disk.unlink(folder / f"{name}{WHY}")
        elif dropped is not None:
            _note(world.disk, folder / f"{name}{WHY}", dropped.reason)
        out += [dropped] if dropped is not None else []
    return tuple(out)


def _files(disk: Disk, folder: PurePath) -> Iterator[tuple[str, FileMark]]:
    """Names that may be files of others, with their marks; raises CannotRead."""
    try:
        names = sorted(disk.names(folder)) if disk.exists(folder) else []
    except OSError as error:
        raise CannotRead(name=folder.name, reason=reason(error, reads=True)) from error
    for name in names:
        hidden = name.startswith((".", "~$")) or name.casefold().endswith(_UNFINISHED)
        if hidden or name in _OURS:
            continue
        with suppress(OSError):
            yield name, disk.stat(folder / name)


def _taken(team: Team, world: World, looks: Looks, names: list[str]) -> Iterator[Dropped]:
    folder = team.settings.folder / INBOX
    for name in names:
        dropped = _one(team, world, folder / name, mark=looks.marks[name])
        if dropped is None:
            continue
        try:
            _away(team, world, folder / name, dropped)
        except OSError as failure:
            LOG.warning("intake: a file could not be put away: %s", type(failure).__name__)
            continue
        del looks.marks[name]
        yield dropped


def _away(team: Team, world: World, path: PurePath, dropped: Dropped) -> None:
    if dropped.result is not None:
        _put_away(world, path, team.settings.folder / DONE)
        return
    place = _put_away(world, path, team.settings.folder / QUARANTINE)
    _note(world.disk, place.with_name(f"{place.name}{WHY}"), dropped.reason)


def _one(
    team: Team, world: World, path: PurePath, *, mark: FileMark | None = None
) -> Dropped | None:
    """What became of a file; None: not now, it will be looked at again."""
    try:
        _refuse_links(world.disk, path)
        result = import_file(team, None, path, world=world)
    except LeaseLost:
        raise
    except CrmError as error:
        if _comes_later(error, mark, world.now()):
            return None
        LOG.info("intake: a file was refused: %s", type(error).__name__)
        return Dropped(path.name, reason=say(error.text, **error.facts))
    except Exception as bug:  # noqa: BLE001  # a stranger's file must not stop the next one
        LOG.error("intake: %s while reading a file", type(bug).__name__)  # noqa: TRY400  # its text may be the file's
        return Dropped(path.name, reason=_BUG)
    token = sha256(path.name.encode()).hexdigest()[:8]
    LOG.info("intake: file %s, %s: %s taken", token, result.kind.value, result.taken)
    return Dropped(path.name, result)


def _comes_later(error: CrmError, mark: FileMark | None, now: datetime) -> bool:
    """Whether waiting may help: a full disk, a busy store, a file that is still being copied."""
    if error.exit_code is not ExitCode.BUSY:
        return False
    if not isinstance(error, HalfCopied) or mark is None:
        return not isinstance(error, HalfCopied)
    written = datetime.fromtimestamp(mark.mtime_ns / 1e9, UTC)
    return now - written < _PATIENCE


def _refuse_links(disk: Disk, path: PurePath) -> None:
    """A link may point at anything on the machine: only files that lie here are read."""
    try:
        if disk.resolve(path) != disk.resolve(path.parent) / path.name:
            raise UnreadableInput(name=path.name, reason="это ссылка на другой файл, а не файл")
    except OSError as error:
        raise UnreadableInput(name=path.name, reason="файл не открывается") from error


def _put_away(world: World, path: PurePath, folder: PurePath) -> PurePath:
    """Where the file went; never over another one."""
    world.disk.make_folder(folder)
    for number in range(1, _TWINS):
        tail = "" if number == 1 else f" ({number})"
        place = folder / f"{path.stem}{tail}{path.suffix}"
        try:
            world.disk.place(path, place)
        except FileExistsError:
            continue
        return place
    raise FileExistsError(folder.name)


def _note(disk: Disk, place: PurePath, reason: str) -> None:
    text = f"{reason}\n\nИсправьте файл и положите его снова в папку «Входящие», или:\n"
    write_bytes(disk, place, f"{text}    sheetcrm import --retry\n".encode("utf-8-sig"))
