"""What `doctor` says: one line for each check, with what to do; code 1 when something is wrong."""

from __future__ import annotations

from model.errors import ExitCode
from model.texts.numbers import counted
from sync.commands.folder_rights import examine_folders
from sync.commands.said import Said, plain_letters
from sync.doctor import Finding, examine
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
    "version": "Версия",
    "copies": "Копии",
    "queue": "Очередь",
    "rights": "Права",
}
WIDTH = max(map(len, NAMES.values()))


def doctor(team: Team, world: World, *, version: str, repair: bool) -> Said:
    """Every check; raises nothing that a check can say."""
    about = Finding("version", fine=True, words=f"Программа {version}")
    found = (about, *examine(team, world, repair=repair), *examine_folders(team))
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
