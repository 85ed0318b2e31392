"""What `doctor` says: one line for each check, with what to do; code 1 when something is wrong."""

from __future__ import annotations

import platform
import shutil
import socket
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from model.errors import ExitCode, ServiceUnknown
from model.texts.numbers import counted
from sync.commands.folder_rights import examine_folders
from sync.commands.said import Said, plain_letters
from sync.commands.service import keeper_of, service_of
from sync.doctor import examine
from sync.finding import Around, Finding
from sync.service import Standing
from sync.team import Team
from sync.world import World

NAMES = {
    "folder": "Папка",
    "state": "Данные",
    "lock": "Работа",
    "store": "Хранилище",
    "sums": "Суммы",
    "books": "Книги",
    "clock": "Часы",
    "place": "Место",
    "version": "Версия",
    "copies": "Копии",
    "queue": "Очередь",
    "rights": "Права",
    "intake": "Приход",
    "google": "Google",
    "service": "Служба",
}
WIDTH = max(map(len, NAMES.values()))


APP = "sheetcrm"
KNOCK = 2.0
"""Seconds that a port of this machine may take to answer."""


def doctor(
    team: Team, world: World, *, version: str, repair: bool, around: Around | None = None
) -> Said:
    """Every check; raises nothing that a check can say."""
    about = Finding("version", fine=True, words=f"Программа {version}")
    found = (
        about,
        *examine(team, world, around=around, repair=repair),
        *examine_folders(team),
    )
    wrong = sum(not one.fine for one in found)
    closing = (
        f"Не в порядке: {counted(wrong, 'проверка', 'проверки', 'проверок')}."
        if wrong
        else "Всё в порядке."
    )
    lines = (*(line for one in found for line in _lines(one)), closing)
    facts: dict[str, object] = {
        "fine": not wrong,
        "version": version,
        "checks": found,
    }
    code = ExitCode.PROBLEMS if wrong else ExitCode.DONE
    return Said(tuple(map(plain_letters, lines)), facts, code)


def _lines(one: Finding) -> tuple[str, ...]:
    mark = "ок" if one.fine else "НЕТ"
    first = f"{mark:<4}{NAMES[one.check]:<{WIDTH}}  {one.words}"
    return (first, " " * (WIDTH + 6) + one.todo) if one.todo else (first,)


def around(team: Team, world: World) -> Around:
    """What this machine tells of itself."""
    return Around(
        free=_free(team.state),
        python=platform.python_version(),
        lacking=tuple(lacking(_wanted())),
        standing=_standing(team, world),
        open_port=is_open,
    )


def _standing(team: Team, world: World) -> Standing | None:
    try:
        return keeper_of(team, world).standing(service_of(team))
    except ServiceUnknown:
        return None


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _wanted() -> list[str]:
    """What the installed program wants; a checkout that was never installed wants nothing."""
    try:
        return metadata.requires(APP) or []
    except metadata.PackageNotFoundError:
        return []


def lacking(wanted: Iterable[str]) -> Iterator[str]:
    """Requirements of this system and this Python that no installed library meets."""
    for line in wanted:
        one = Requirement(line)
        if one.marker is not None and not one.marker.evaluate({"extra": ""}):
            continue
        try:
            there = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            yield str(one.name)
            continue
        if not one.specifier.contains(there, prereleases=True):
            yield f"{one.name} {there}"


def is_open(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        with socket.create_connection((host, port), timeout=KNOCK):
            return True
    except OSError:
        return False
