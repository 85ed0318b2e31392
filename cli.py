"""The roof: arguments in, words and exit codes out.

The commands that stand alone; those of a kind are in `sync/commands/roof`, with what all of them
share. Everything heavy is imported inside the command that needs it, so that help is instant.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import typer

from sync.commands.console import plain_streams, stopped_by_signals
from sync.commands.guarding_options import (
    ErasedClient,
    ExportFor,
    ExportList,
    ExportSheet,
    ExportTo,
    GoOn,
    InFile,
    NoPassword,
    TraceFile,
)
from sync.commands.options import (
    AnswerWords,
    BookName,
    CardOf,
    Demo,
    DryRun,
    Everything,
    Explained,
    EyesOf,
    File,
    Folder,
    From,
    Helper,
    HtmlFile,
    InitGoogle,
    InitSheets,
    Json,
    Manager,
    Matrix,
    Micros,
    Month,
    MonthCount,
    MonthToApprove,
    NewFolder,
    OldFile,
    OneBook,
    Owner,
    PayWords,
    People,
    Plan,
    Quarter,
    QuestionNumber,
    Repair,
    ReportOf,
    Retry,
    SchemeFile,
    StateOption,
    TeamOption,
    To,
    Together,
    Watch,
    What,
    Whose,
    WithRows,
    Year,
    Yes,
    Zone,
    report_words,
)
from sync.commands.roof import backup, clients, google, intake, office, past, plan, service
from sync.commands.roof.desk import ask, ask_password, line, opened, tell

APP = "sheetcrm"

app = typer.Typer(
    name=APP,
    help="CRM в ваших таблицах: следит за книгами отдела продаж и считает план, факт и зарплату.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(backup.commands, name="backup")
app.add_typer(plan.commands, name="plan")
app.add_typer(google.commands, name="google")
app.add_typer(office.commands, name="office")
app.add_typer(service.commands, name="service")
app.add_typer(intake.commands, name="intake")


@app.command(epilog='Пример: sheetcrm init D:\\Продажи --from "Клиенты 2025.xlsx"')
def init(  # noqa: PLR0913  # each is a question of the first five minutes
    folder: NewFolder,
    *,
    owner: Owner = None,
    people: People = None,
    pay: PayWords = None,
    plan: Plan = None,
    helper: Helper = None,
    one: OneBook = False,
    google: InitGoogle = None,
    sheet: InitSheets = None,
    one_book: Together = False,
    demo: Demo = False,
    old: OldFile = None,
    zone: Zone = "Europe/Moscow",
    yes: Yes = False,
    dry_run: DryRun = False,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Создать папку команды с книгами: пять вопросов или их ответы в опциях."""
    from sync.commands.founding import Wishes, begin
    from sync.team import state_root
    from sync.world.real import real_world

    if one and one_book:
        raise typer.BadParameter("один человек или вся команда?", param_hint="--one-book")
    if one_book and google is not None:
        words = "в одной книге команда работает в файле: уберите --google или --one-book"
        raise typer.BadParameter(words, param_hint="--one-book")
    way = "3" if one else "1" if one_book else "2" if google is not None else None
    pay = "позже" if one_book else pay
    said = {"owner": owner, "way": way, "pay": pay, "plan": plan, "helper": helper}
    given = {key: words for key, words in said.items() if words is not None}
    asking = sys.stdin.isatty() and not (yes or demo or as_json)
    answer = begin(
        Wishes(
            folder,
            given,
            people,
            old,
            demo=demo,
            google=google,
            sheets=tuple(sheet or ()),
            zone=zone,
            dry_run=dry_run,
            together=one_book,
        ),
        state_root(state, os.environ),
        world=real_world(ZoneInfo(zone), 0),
        tell=(lambda _: None) if as_json else line,
        ask=ask if asking else None,
    )
    tell(answer, as_json=as_json)


@app.command(epilog="Пример: sheetcrm sync D:\\Продажи --watch")
def sync(
    folder: Folder = None,
    *,
    watch: Watch = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Прочитать книги, сверить, посчитать и записать."""
    from sync.commands.running import once, watching

    with opened(folder or team, state, patient=not watch, stays=watch) as desk:
        if watch:
            with stopped_by_signals() as stop:
                watching(desk.team, desk.world, stop=stop, tell=line)
            return
        said = once(desk.team, desk.world, dry_run=dry_run)
    tell(said, as_json=as_json)


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

    with opened(folder or team, state) as desk:
        said = run(desk.team, desk.world)
    tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm report funnel --quarter 2026-Q1 --manager Иванов")
def report(  # noqa: PLR0913  # each is an option of the command
    what: ReportOf = None,
    folder: Folder = None,
    *,
    month: Month = None,
    quarter: Quarter = None,
    year: Year = None,
    first: From = None,
    last: To = None,
    manager: Manager = None,
    rows: WithRows = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Отчёт за месяц или другой период: таблица здесь, html и xlsx в папке руководителя."""
    from sync.commands.months import Wanted
    from sync.commands.months import report as run
    from sync.reports.spans import Asked

    kind, place = report_words(what, folder)
    days = [None if day is None else day.date() for day in (first, last)]
    wanted = Wanted(kind, Asked(month, quarter, year, *days), manager, rows=rows)
    with opened(place or team, state) as desk:
        said = run(desk.team, wanted, world=desk.world, dry_run=dry_run)
    tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm explain salary Иванов --month 2026-03")
def explain(  # noqa: PLR0913  # each is an option of the command
    what: Explained,
    whose: Whose,
    *,
    month: Month = None,
    everything: Everything = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Разобрать число по строкам: откуда взялось, по какому правилу, в какой ячейке."""
    from sync.commands.explaining import Why
    from sync.commands.explaining import explain as run

    with opened(team, state) as desk:
        why = Why(what.value)
        said = run(desk.team, why, whose, month, world=desk.world, everything=everything)
    tell(said, as_json=as_json)


@app.command(epilog='Пример: sheetcrm card "Вектор" --html Вектор.html')
def card(  # noqa: PLR0913  # each is an option of the command
    query: CardOf,
    *,
    html: HtmlFile = None,
    eyes: EyesOf = None,
    everything: Everything = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Всё об одном клиенте: сделки, оплаты, звонки, шаги, что было и когда звонить."""
    from sync.commands.carding import card as run

    with opened(team, state) as desk:
        said = run(
            desk.team,
            query,
            world=desk.world,
            html=html,
            everything=everything,
            dry_run=dry_run,
            eyes=eyes,
        )
    tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm approve 2026-03")
def approve(
    month: MonthToApprove,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Утвердить зарплату за месяц: числа закрепятся, поправки войдут в открытый месяц."""
    from sync.commands.paying import approve as run

    with opened(team, state) as desk:
        said = run(desk.team, month, world=desk.world, dry_run=dry_run)
    tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm simulate --scheme новая.xlsx --months 6")
def simulate(
    *,
    scheme: SchemeFile,
    months: MonthCount = 6,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Новая схема зарплаты на прошлых месяцах: кто получил бы больше, кто меньше."""
    from sync.commands.simulating import simulate as run

    with opened(team, state) as desk:
        said = run(desk.team, scheme, months, world=desk.world)
    tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm upgrade D:\\Продажи --dry-run")
def upgrade(
    folder: Folder = None,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Обновить вид книг до этой версии программы: новые столбцы и листы; вписанное не трогает."""
    from sync.commands.upgrading import run_upgrade

    with opened(folder or team, state) as desk:
        said = run_upgrade(desk.team, desk.world, dry_run=dry_run)
    tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm erase К-118 --dry-run")
def erase(  # noqa: PLR0913  # each is an option of the command
    client: ErasedClient = None,
    *,
    go_on: GoOn = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Стереть клиента отовсюду по требованию закона; остаётся акт. Не отменяется."""
    from sync.commands.erasing import erase as erased

    if (client is None) != go_on:
        raise typer.BadParameter("назовите клиента или --go-on", param_hint="КЛИЕНТ")
    with opened(team, state, patient=yes or dry_run) as desk:
        said = erased(
            desk.team, desk.world, client, ask=ask, yes=yes, dry_run=dry_run, say=desk.say
        )
    tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm export Сидорова Оплаты --out оплаты.xlsx")
def export(  # noqa: PLR0913  # each is an option of the command
    who: ExportFor = None,
    sheet: ExportSheet = None,
    *,
    out: ExportTo = None,
    listed: ExportList = False,
    trace: TraceFile = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Выгрузить строки листа по правам человека; список выгрузок; откуда утёк файл."""
    from sync.commands.exporting import export as exported
    from sync.commands.exporting import list_exports
    from sync.commands.exporting import trace as traced

    with opened(team, state) as desk:
        if trace is not None:
            said = traced(desk.team, desk.world, trace)
        elif listed:
            said = list_exports(desk.team, desk.world)
        elif who is None or sheet is None:
            raise typer.BadParameter("назовите человека и лист", param_hint="КТО ЛИСТ")
        else:
            said = exported(desk.team, desk.world, who, sheet, out=out, dry_run=dry_run)
    tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm protect --book Иванов")
def protect(  # noqa: PLR0913  # each is an option of the command
    *,
    book: BookName = None,
    off: NoPassword = False,
    in_file: InFile = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Пароль на открытие книги: поставить, сменить, снять; без --book - у каких он есть."""
    from sync.commands.protecting import list_protected
    from sync.commands.protecting import protect as protected

    with opened(team, state, patient=False) as desk:
        if book is None:
            said = list_protected(desk.team)
        else:
            said = protected(
                desk.team,
                desk.world,
                book,
                ask=ask_password,
                off=off,
                in_file=in_file,
                dry_run=dry_run,
            )
    tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm check && echo Всё сходится")
def check(
    folder: Folder = None,
    *,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Проверить книги, ничего не записывая; код 1, если есть замечания."""
    from sync.commands.asking import check as run

    with opened(folder or team, state) as desk:
        said = run(desk.team, desk.world)
    tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm doctor D:\\Продажи")
def doctor(
    folder: Folder = None,
    *,
    repair: Repair = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Всё ли в порядке: папка, книги, копии, приход, Google, служба; код 1, если нет."""
    from sheetcrm import __version__
    from sync.commands.doctoring import around
    from sync.commands.doctoring import doctor as run

    with opened(folder or team, state) as desk:
        machine = around(desk.team, desk.world)
        said = run(desk.team, desk.world, version=__version__, repair=repair, around=machine)
    tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm access D:\\Продажи --matrix")
def access(
    folder: Folder = None,
    *,
    matrix: Matrix = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Кто что видит, правит и выгружает; с --matrix проверит сами файлы и права папок."""
    from sync.commands.accessing import access as told

    with opened(folder or team, state) as desk:
        said = told(desk.team, matrix=matrix)
    tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm questions 21 да")
def questions(  # noqa: PLR0913  # each is an option of the command
    number: QuestionNumber = None,
    answer: AnswerWords = None,
    *,
    everything: Everything = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Вопросы программы и ответы на них."""
    from sync.commands.asking import give_answer, list_questions, show_question

    with opened(team, state) as desk:
        if number is None:
            said = list_questions(desk.team, everything=everything)
        elif answer is None:
            said = show_question(desk.team, number)
        else:
            said = give_answer(
                desk.team,
                number,
                answer,
                now=desk.world.now(),
                random_bytes=desk.world.random_bytes,
                dry_run=dry_run,
            )
    tell(said, as_json=as_json)


@app.command("import", epilog="Пример: sheetcrm import clients база.xlsx --dry-run")
def import_(  # noqa: PLR0913  # each is an option of the command
    kind: What = None,
    file: File = None,
    *,
    retry: Retry = False,
    micros: Micros = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Загрузить строки из файла; тот же файл ещё раз ничего не добавит."""
    from sync.commands.importing import Asked, run

    with opened(team, state) as desk:
        asked = Asked(kind, file, retry=retry, micros=micros, dry_run=dry_run)
        said = run(desk.team, desk.world, asked)
    tell(said, as_json=as_json)


for _group in (past, clients):
    app.registered_commands += _group.commands.registered_commands


def main(args: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is for the scheduler that started it (STYLE section 6)."""
    from model.errors import CrmError, ExitCode
    from model.texts import say

    plain_streams()
    command = typer.main.get_command(app)
    try:
        command.main(args=None if args is None else list(args), prog_name=APP)
    except CrmError as error:
        print(say(error.text, **error.facts), file=sys.stderr)
        return int(error.exit_code)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except Exception as bug:  # noqa: BLE001  # the log has the traceback, the person a sentence
        from sync.exchange import stopped_by

        log = "; ".join(getattr(bug, "__notes__", ()))
        refused = stopped_by(bug) if isinstance(bug, OSError) else None
        if refused is not None:
            print(say(refused.text, **refused.facts), log, file=sys.stderr)
            return int(refused.exit_code)
        where = log or f"{type(bug).__name__}: {bug}"
        print(f"Внутренняя ошибка, книги не тронуты; {where}", file=sys.stderr)
        return int(ExitCode.BUG)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
