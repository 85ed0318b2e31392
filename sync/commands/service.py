"""What `service install`, `service status` and `service remove` say and do."""

from __future__ import annotations

import sys
from pathlib import Path, PurePath

from model.errors import ExitCode, ServiceUnknown
from sync.commands.said import Said, plain_letters
from sync.commands.status import working_words
from sync.oslock import LOCK_FILE, Holding, holder
from sync.service import Keeper, Service, Shell, Standing
from sync.service.launchd import Launchd
from sync.service.systemd import Systemd
from sync.service.tasks import Tasks
from sync.store_place import share_or_cloud
from sync.team import Team
from sync.world import World
from sync.world.real_shell import RealShell

ROOF = Path(__file__).parents[2] / "cli.py"
"""In the checkout, or in `sheetcrm/_app`."""
WINDOWLESS = "pythonw.exe"
ENDINGS = {
    0: "само, без ошибки",
    2: "код 2: неверная команда. Поставьте службу заново: sheetcrm service install",
    3: "код 3: настройки или папка команды не читаются",
    4: "код 4: с командой работает другой, диск полон или нет сети",
    5: "код 5: нужен человек",
    70: "код 70: внутренняя ошибка",
}


def service_of(team: Team, *, python: str = sys.executable, roof: Path = ROOF) -> Service:
    """The daemon of a team as the system should run it."""
    folder, state = team.settings.folder.absolute(), team.state.absolute()
    root = state.parent
    words = (python, "-X", "utf8", str(roof), "sync", str(folder), "--watch", "--state", str(root))
    family = team.settings.family
    return Service(f"sheetcrm-{family.lower()}", f"SheetCRM: {folder.name}", words, state)


def keeper_of(
    team: Team, world: World, system: str = sys.platform, shell: Shell | None = None
) -> Keeper:
    """Whoever keeps services on this system; raises ServiceUnknown."""
    shell = shell or RealShell()
    if system.startswith("linux"):
        return Systemd(shell)
    if system == "darwin":
        return Launchd(shell)
    if system == "win32":
        machine = world.network.machine()
        return Tasks(shell, on_share=bool(share_or_cloud(team.settings.folder, machine)))
    raise ServiceUnknown(system=system)


def this_python(system: str = sys.platform) -> str:
    """The Python that runs us; on Windows the one without a window, where it is."""
    beside = PurePath(sys.executable).with_name(WINDOWLESS)
    return str(beside) if system == "win32" and Path(beside).is_file() else sys.executable


def install(team: Team, world: World, keeper: Keeper, *, dry_run: bool) -> Said:
    """The daemon runs from now on by itself; `dry_run` shows what the system would be told."""
    service = service_of(team, python=this_python())
    unit = keeper.unit(service)
    if dry_run:
        lines = (f"Положил бы в {unit.path}:", "", *unit.text.splitlines())
        return Said(lines, {"path": str(unit.path), "unit": unit.text, "dry_run": True})
    before = holder(world.process, team.state / LOCK_FILE)
    standing = keeper.install(service)
    lines = (
        f"Служба {service.name} установлена, {_start(standing)}.",
        "Упадёт - поднимется сама. Журнал: " + str(team.state / "sheetcrm.log"),
        *_other(before),
        "Дальше: sheetcrm service status",
    )
    return Said(tuple(map(plain_letters, lines)), _facts(service, standing) | {"dry_run": False})


def status(team: Team, world: World, keeper: Keeper) -> Said:
    """Whether the service stands and works; code 1 when it does not."""
    service = service_of(team)
    standing = keeper.standing(service)
    working = holder(world.process, team.state / LOCK_FILE)
    lines = (*stand_words(standing), working_words(working))
    fine = standing.installed and standing.running
    facts = _facts(service, standing) | {"working": working}
    code = ExitCode.DONE if fine else ExitCode.PROBLEMS
    return Said(tuple(map(plain_letters, lines)), facts, code)


def remove(team: Team, keeper: Keeper, *, dry_run: bool) -> Said:
    """The service ends and does not come back; books, store and copies stay as they are."""
    service = service_of(team)
    standing = keeper.standing(service)
    facts = {"name": service.name, "was": standing.installed, "dry_run": dry_run}
    if not standing.installed:
        return Said((f"Службы {service.name} нет, убирать нечего.",), facts)
    if dry_run:
        return Said((f"Убрал бы службу {service.name}. Это проверка: ничего не менял.",), facts)
    keeper.remove(service)
    lines = (
        f"Служба {service.name} остановлена и убрана. Книги, база и копии на месте.",
        "Следить дальше вручную: sheetcrm sync --watch",
    )
    return Said(lines, facts)


def stand_words(standing: Standing) -> tuple[str, ...]:
    """How a service stands; below, what to do when it does not run."""
    if not standing.installed:
        return "Служба не установлена.", "Чтобы работало само: sheetcrm service install"
    if standing.running:
        pid = f", процесс {standing.pid}" if standing.pid else ""
        return (f"Служба установлена и работает{pid}, {_start(standing)}.",)
    ended = ""
    if standing.code is not None:
        words = ENDINGS.get(standing.code, f"код {standing.code}")
        ended = f" Последний запуск окончился: {words}."
    return (
        f"Служба установлена, но сейчас не работает.{ended}",
        "Почему, скажет конец sheetcrm.log. Поставить заново: sheetcrm service install",
    )


def _start(standing: Standing) -> str:
    return (
        "начинает вместе с компьютером" if standing.boot else "начинает, когда вы входите в систему"
    )


def _other(before: Holding | None) -> tuple[str, ...]:
    if before is None:
        return ()
    words = f"С командой ещё работает процесс {before.pid} ({before.way}): закройте его окно."
    return (words, "Служба подождёт и начнёт сама.")


def _facts(service: Service, standing: Standing) -> dict[str, object]:
    return {"name": service.name, "standing": standing}
