"""The roof: arguments in, words and exit codes out.

Everything heavy is imported inside the command that needs it, so that help is instant. This is the
only place that looks at the clock, asks for chance and prints.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sync.commands.said import Said
    from sync.cycle import World
    from sync.team import Team

APP = "sheetcrm"
LOG_FILE = "sheetcrm.log"
SLOW = 1.0
"""Seconds after which a terminal is told that work goes on."""
USAGE, BUG = 2, 70

app = typer.Typer(
    name=APP,
    help="CRM в ваших таблицах: следит за книгами отдела продаж и считает план, факт и зарплату.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
backup = typer.Typer(help="Копии книг.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(backup, name="backup")

Folder = Annotated[
    Path | None, typer.Argument(metavar="[ПАПКА]", help="Папка команды.", show_default=False)
]
TeamOption = Annotated[
    Path | None,
    typer.Option("--team", metavar="ПАПКА", help="Папка команды; без неё - та, где вы находитесь."),
]
StateOption = Annotated[
    Path | None,
    typer.Option(
        "--state", metavar="ПАПКА", help="Где лежат данные программы (или SHEETCRM_STATE)."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Ответ для программ: JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Проверить и показать, ничего не меняя.")]


@dataclass(frozen=True, slots=True)
class Desk:
    """An opened team and the world of one command."""

    team: Team
    world: World


@app.command(epilog="Пример: sheetcrm sync D:\\Продажи --watch")
def sync(
    folder: Folder = None,
    *,
    watch: Annotated[
        bool, typer.Option("--watch", help="Не выходить: следить за книгами, пока не остановят.")
    ] = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Прочитать книги, сверить, посчитать и записать."""
    from sync.commands.running import once, watching

    with _opened(folder or team, state, patient=not watch) as desk:
        if watch:
            with _stopped_by_signals() as stop:
                watching(desk.team, desk.world, stop=stop, pid=os.getpid(), tell=_line)
            return
        said = once(desk.team, desk.world, pid=os.getpid(), dry_run=dry_run)
    _tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm status")
def status(
    folder: Folder = None,
    *,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Кто работает, что с книгами и копиями, что дальше."""
    from sync.commands.status import status as run

    with _opened(folder or team, state) as desk:
        said = run(desk.team, now=desk.world.now())
    _tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm report --month 2026-03")
def report(
    folder: Folder = None,
    *,
    month: Annotated[
        str | None, typer.Option("--month", metavar="ГГГГ-ММ", help="Месяц; без него - текущий.")
    ] = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Отчёт за месяц: таблица здесь, html и xlsx в папке руководителя."""
    from sync.commands.months import report as run

    with _opened(folder or team, state) as desk:
        said = run(desk.team, month, world=desk.world, dry_run=dry_run)
    _tell(said, as_json=as_json)


@contextmanager
def _opened(folder: Path | None, state: Path | None, *, patient: bool = True) -> Iterator[Desk]:
    """The team meant, opened for one command; its log is open too, and a wait is shown."""
    from zoneinfo import ZoneInfo

    from sync.opening import opened
    from sync.team import find_state, state_root

    with _progress() if patient else nullcontext():
        place = find_state(folder, state_root(state, os.environ), Path.cwd())
        _log_to(place / LOG_FILE)
        with opened(place) as team:
            yield Desk(team, _world(ZoneInfo(team.settings.zone), team.settings.settle_seconds))


def _world(zone: tzinfo, settle_seconds: float) -> World:
    from sync.cycle import World

    pause = threading.Event()
    return World(
        now=lambda: datetime.now(zone),
        random_bytes=os.urandom,
        settle=lambda: (pause.wait(settle_seconds), None)[1],
    )


def _tell(said: Said, *, as_json: bool) -> None:
    """Print an answer and leave with its code."""
    from sync.commands.said import dumped

    if as_json:
        typer.echo(dumped(said.facts))
    else:
        for line in said.lines:
            _line(line)
    for line in said.warnings:
        typer.echo(line, err=True)
    if said.code:
        raise typer.Exit(int(said.code))


def _line(text: str) -> None:
    typer.echo(text)


@contextmanager
def _progress() -> Iterator[None]:
    """A turning line on a terminal, from the second second on."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    turning = Console(stderr=True).status("Считаю...", spinner="line")
    timer = threading.Timer(SLOW, turning.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        turning.stop()


def _log_to(path: Path) -> None:
    from logging.handlers import RotatingFileHandler

    log = logging.getLogger(APP)
    for old in [h for h in log.handlers if isinstance(h, RotatingFileHandler)]:
        log.removeHandler(old)
        old.close()
    handler = RotatingFileHandler(
        path, maxBytes=1 << 20, backupCount=5, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set."""
    import signal

    stop = threading.Event()
    names = [signal.SIGINT, signal.SIGTERM]
    before = {name: signal.signal(name, lambda *_: stop.set()) for name in names}
    try:
        yield stop
    finally:
        for name, old in before.items():
            signal.signal(name, old)


def main(args: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is for the scheduler that started it (STYLE section 6)."""
    from model.errors import CrmError
    from model.texts import say

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    command = typer.main.get_command(app)
    try:
        command.main(args=None if args is None else list(args), prog_name=APP)
    except CrmError as error:
        typer.echo(say(error.text, **error.facts), err=True)
        return int(error.exit_code)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except Exception as failure:  # noqa: BLE001  # a bug: the log has it, the person a sentence
        return _bug(failure)
    return 0


def _bug(failure: Exception) -> int:
    from logging.handlers import RotatingFileHandler

    log = logging.getLogger(APP)
    files = [h.baseFilename for h in log.handlers if isinstance(h, RotatingFileHandler)]
    log.error("unexpected", exc_info=failure)
    where = f"журнал: {files[0]}" if files else "журнала ещё нет"
    typer.echo(f"Внутренняя ошибка, книги не тронуты; {where}", err=True)
    return BUG


if __name__ == "__main__":
    raise SystemExit(main())
