"""The roof: arguments in, words and exit codes out.

Everything heavy is imported inside the command that needs it, so that help is instant. This is the
only place that prints, and the one that binds the engine to this machine (`sync.world.real`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from sync.commands.care_options import (
    Base,
    Clients,
    Giver,
    OfField,
    OfPerson,
    OfSegment,
    Taker,
)
from sync.commands.console import log_to, plain_streams, progress, stopped_by_signals
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
from sync.commands.intake_options import (
    Add,
    ArrivalNumber,
    Confirm,
    Drop,
    FilesFrom,
    Folders,
    Host,
    KindName,
    KindOf,
    Networks,
    OneArrival,
    PerMinute,
    Port,
    Renew,
    Signed,
    SourceZone,
    User,
)
from sync.commands.office_options import OfficeExcel, OfficeProfile, OfficePython
from sync.commands.options import (
    AnswerWords,
    AtMoment,
    BatchNumber,
    BookName,
    CardOf,
    CellPlace,
    CheckPlace,
    ClientNumber,
    CopyNumber,
    CopyNumberOrNone,
    CutName,
    CutOf,
    Demo,
    DryRun,
    Everything,
    Explained,
    EyesOf,
    FetchTo,
    FieldName,
    File,
    FirstDay,
    Folder,
    From,
    GoogleEmail,
    GoogleKey,
    GoogleSheet,
    Helper,
    HtmlFile,
    Join,
    Json,
    KnownPhrase,
    LastDay,
    LeavePlace,
    Manager,
    Matrix,
    Micros,
    Month,
    MonthCount,
    MonthToApprove,
    NewFolder,
    OldFile,
    OneBook,
    OnlyCell,
    OnlyClient,
    OnlyRow,
    OnlySheet,
    OtherClient,
    OtherCopy,
    Owner,
    PayWords,
    People,
    PersonName,
    Place,
    Plan,
    Quarter,
    QuestionNumber,
    Repair,
    ReportOf,
    Retry,
    SchemeFile,
    SpanName,
    SpanOf,
    StateOption,
    TeamOption,
    To,
    ToFile,
    TwinsPage,
    Watch,
    What,
    Whose,
    WhoseBook,
    WithRows,
    Year,
    Yes,
    Zone,
    refuse_unclear,
    report_words,
)

if TYPE_CHECKING:
    from sync.commands.said import Said
    from sync.team import Team
    from sync.world import World

APP = "sheetcrm"
LOG_FILE = "sheetcrm.log"

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
plans = typer.Typer(
    help="Планы: факт к плану, подсказка, разбор до звонков в день, нормативы.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(plans, name="plan")
google = typer.Typer(
    help="Google Таблицы: ключ, перенос книг, кто их видит.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(google, name="google")
office = typer.Typer(
    help="Открытые книги: писать прямо в них, а не ждать, пока закроют.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(office, name="office")
service = typer.Typer(
    help="Служба: следит за книгами сама, с запуска компьютера.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(service, name="service")
intake = typer.Typer(
    help="Заявки, звонки и письма, которые приходят сами.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(intake, name="intake")


@dataclass(frozen=True, slots=True)
class Desk:
    """An opened team and the world of one command."""

    team: Team
    world: World


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

    way = "3" if one else None
    said = {"owner": owner, "way": way, "pay": pay, "plan": plan, "helper": helper}
    given = {key: words for key, words in said.items() if words is not None}
    asking = sys.stdin.isatty() and not (yes or demo or as_json)
    answer = begin(
        Wishes(folder, given, people, old, demo=demo, zone=zone, dry_run=dry_run),
        state_root(state, os.environ),
        world=real_world(ZoneInfo(zone), 0),
        tell=(lambda _: None) if as_json else _line,
        ask=_ask if asking else None,
    )
    _tell(answer, as_json=as_json)


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

    with _opened(folder or team, state, patient=not watch, stays=watch) as desk:
        if watch:
            with stopped_by_signals() as stop:
                watching(desk.team, desk.world, stop=stop, tell=_line)
            return
        said = once(desk.team, desk.world, dry_run=dry_run)
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
        said = run(desk.team, desk.world)
    _tell(said, as_json=as_json)


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
    with _opened(place or team, state) as desk:
        said = run(desk.team, wanted, world=desk.world, dry_run=dry_run)
    _tell(said, as_json=as_json)


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

    with _opened(team, state) as desk:
        why = Why(what.value)
        said = run(desk.team, why, whose, month, world=desk.world, everything=everything)
    _tell(said, as_json=as_json)


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

    with _opened(team, state) as desk:
        said = run(
            desk.team,
            query,
            world=desk.world,
            html=html,
            everything=everything,
            dry_run=dry_run,
            eyes=eyes,
        )
    _tell(said, as_json=as_json)


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

    with _opened(team, state) as desk:
        said = run(desk.team, month, world=desk.world, dry_run=dry_run)
    _tell(said, as_json=as_json)


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

    with _opened(team, state) as desk:
        said = run(desk.team, scheme, months, world=desk.world)
    _tell(said, as_json=as_json)


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

    with _opened(folder or team, state) as desk:
        said = run_upgrade(desk.team, desk.world, dry_run=dry_run)
    _tell(said, as_json=as_json)


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
    with _opened(team, state, patient=yes or dry_run) as desk:
        said = erased(desk.team, desk.world, client, ask=_ask, yes=yes, dry_run=dry_run)
    _tell(said, as_json=as_json)


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

    with _opened(team, state) as desk:
        if trace is not None:
            said = traced(desk.team, desk.world, trace)
        elif listed:
            said = list_exports(desk.team, desk.world)
        elif who is None or sheet is None:
            raise typer.BadParameter("назовите человека и лист", param_hint="КТО ЛИСТ")
        else:
            said = exported(desk.team, desk.world, who, sheet, out=out, dry_run=dry_run)
    _tell(said, as_json=as_json)


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

    with _opened(team, state, patient=False) as desk:
        if book is None:
            said = list_protected(desk.team)
        else:
            said = protected(
                desk.team,
                desk.world,
                book,
                ask=_ask_password,
                off=off,
                in_file=in_file,
                dry_run=dry_run,
            )
    _tell(said, as_json=as_json)


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

    with _opened(folder or team, state) as desk:
        said = run(desk.team, desk.world)
    _tell(said, as_json=as_json)


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

    with _opened(folder or team, state) as desk:
        machine = around(desk.team, desk.world)
        said = run(desk.team, desk.world, version=__version__, repair=repair, around=machine)
    _tell(said, as_json=as_json)


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

    with _opened(folder or team, state) as desk:
        said = told(desk.team, matrix=matrix)
    _tell(said, as_json=as_json)


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

    with _opened(team, state) as desk:
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
    _tell(said, as_json=as_json)


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

    with _opened(team, state) as desk:
        asked = Asked(kind, file, retry=retry, micros=micros, dry_run=dry_run)
        said = run(desk.team, desk.world, asked)
    _tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm history Клиенты!D17    или: sheetcrm history К-123 Телефон")
def history(
    place: CellPlace,
    field: FieldName = None,
    *,
    book: BookName = None,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Кто, когда и что менял в ячейке или строке."""
    from sync.commands.past import history as run

    with _opened(team, state) as desk:
        said = run(desk.team, place, field, book=book, now=desk.world.now())
    _tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm batches")
def batches(*, team: TeamOption = None, state: StateOption = None, as_json: Json = False) -> None:
    """Последние действия: правки, загрузки, ответы. Каждое можно отменить."""
    from sync.commands.past import batches as run

    with _opened(team, state) as desk:
        said = run(desk.team, now=desk.world.now())
    _tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm diff 2026-03-01 2026-03-31")
def diff(
    first: FirstDay,
    last: LastDay = None,
    *,
    everything: Everything = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Что изменилось за период: новые, выигранные, проигранные, переданные, пропавшие."""
    from sync.commands.differing import diff as run

    with _opened(team, state) as desk:
        now = desk.world.now()
        until = now.date() if last is None else last.date()
        said = run(desk.team, first.date(), until, now=now, everything=everything)
    _tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm undo 12 --dry-run")
def undo(
    number: BatchNumber,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Отменить действие целиком; более поздние правки останутся."""
    from sync.commands.past import is_upgrade
    from sync.commands.past import undo as run

    with _opened(team, state) as desk:
        if is_upgrade(desk.team, number):
            from sync.commands.upgrading import run_back

            said = run_back(desk.team, desk.world, number, dry_run=dry_run)
        else:
            said = run(desk.team, number, now=desk.world.now(), dry_run=dry_run)
    _tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm dedupe --page; sheetcrm dedupe --join --dry-run")
def dedupe(  # noqa: PLR0913  # each is an option of the command
    *,
    join: Join = False,
    page: TwinsPage = False,
    everything: Everything = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Одинаковые клиенты: что одно и то же, о чём спросить; с --join объединить."""
    from sync.commands.joining import dedupe as run
    from sync.commands.joining import twins

    with _opened(team, state) as desk:
        now = desk.world.now()
        said = run(desk.team, join=join, now=now, dry_run=dry_run, everything=everything)
        if page:
            said = said.also(twins(desk.team, desk.world.disk, now=now, dry_run=dry_run))
    _tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm merge К-204 К-377")
def merge(
    main_client: ClientNumber,
    other: OtherClient,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Объединить двух клиентов: вторая карточка уходит под первую."""
    from sync.commands.joining import merge as run

    with _opened(team, state) as desk:
        said = run(desk.team, main_client, other, now=desk.world.now(), dry_run=dry_run)
    _tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm unmerge К-377")
def unmerge(
    client: ClientNumber,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Разъединить клиента: сделки, звонки и оплаты возвращаются к своим карточкам."""
    from sync.commands.joining import unmerge as run

    with _opened(team, state) as desk:
        said = run(desk.team, client, now=desk.world.now(), dry_run=dry_run)
    _tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm assign --base --dry-run")
def assign(
    *,
    base: Base = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Раздать заявки или базу по листу «Правила распределения»."""
    from sync.commands.assigning import assign as give_out

    with _opened(team, state) as desk:
        said = give_out(desk.team, desk.world, base=base, dry_run=dry_run)
    _tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm handover Иванов Петрова --dry-run")
def handover(  # noqa: PLR0913  # each is an option of the command
    giver: Giver,
    taker: Taker,
    *,
    client: Clients = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Передать клиентов, сделки и обещания: сначала срочное. Отменяется через undo."""
    from sync.commands.handing import handover as give

    with _opened(team, state) as desk:
        said = give(
            desk.team, desk.world, giver, taker, clients=tuple(client or ()), dry_run=dry_run
        )
    _tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm quality --person Иванов --field ИНН")
def quality(
    *,
    person: OfPerson = None,
    field: OfField = None,
    segment: OfSegment = None,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Как заполнены карточки: по людям, столбцам и отраслям, и какие поправить первыми."""
    from sync.commands.caring import quality as told

    with _opened(team, state) as desk:
        said = told(desk.team, desk.world, person=person, field=field, segment=segment)
    _tell(said, as_json=as_json)


@app.command(epilog="Пример: sheetcrm reconcile")
def reconcile(
    *,
    everything: Everything = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Сверить: оплаты без сделки, незнакомые номера, счета без клиента, сделки без оплаты."""
    from sync.commands.reconciling import reconcile as told

    with _opened(team, state) as desk:
        said = told(desk.team, desk.world, everything=everything)
    _tell(said, as_json=as_json)


@plans.command("show", epilog="Пример: sheetcrm plan show --period quarter --by market")
def plan_show(
    *,
    month: Month = None,
    period: SpanName = SpanOf.MONTH,
    by: CutName = CutOf.PEOPLE,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """План и факт: месяц, квартал, полугодие или год; по людям, отделам, рынкам, товарам."""
    from model.figures import Span
    from sync.commands.planning import Wish, show

    with _opened(team, state) as desk:
        said = show(desk.team, desk.world, Wish(month, Span(period.value), by.value))
    _tell(said, as_json=as_json)


@plans.command("suggest", epilog="Пример: sheetcrm plan suggest --month 2026-04")
def plan_suggest(
    *,
    month: Month = None,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Подсказать план на следующий месяц: среднее и сезон. В планы сама не попадёт."""
    from sync.commands.planning import suggest

    with _opened(team, state) as desk:
        said = suggest(desk.team, desk.world, month)
    _tell(said, as_json=as_json)


@plans.command("decompose", epilog="Пример: sheetcrm plan decompose Иванов --month 2026-04")
def plan_decompose(
    who: PersonName,
    *,
    month: Month = None,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Разобрать план на сделки, КП и звонки в день по своим переходам."""
    from sync.commands.planning import decompose

    with _opened(team, state) as desk:
        said = decompose(desk.team, desk.world, who, month)
    _tell(said, as_json=as_json)


@plans.command("norms", epilog="Пример: sheetcrm plan norms")
def plan_norms(
    *, team: TeamOption = None, state: StateOption = None, as_json: Json = False
) -> None:
    """Нормативы этого месяца: надо к сегодня, факт, отклонение."""
    from sync.commands.planning import norms

    with _opened(team, state) as desk:
        said = norms(desk.team, desk.world)
    _tell(said, as_json=as_json)


@backup.command("list", epilog="Пример: sheetcrm backup list --book Иванов")
def backup_list(
    *,
    book: BookName = None,
    everything: Everything = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Какие копии есть, новые сверху."""
    from sync.commands.copies import SHOWN, list_copies

    with _opened(team, state) as desk:
        limit = sys.maxsize if everything else SHOWN
        said = list_copies(desk.team, book=book, now=desk.world.now(), limit=limit)
    _tell(said, as_json=as_json)


@backup.command("show", epilog="Пример: sheetcrm backup show 341")
def backup_show(
    number: CopyNumber,
    *,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Одна копия: чья, когда, почему хранится, что в ней."""
    from sync.commands.copies import show_copy

    with _opened(team, state) as desk:
        said = show_copy(desk.team, number, now=desk.world.now())
    _tell(said, as_json=as_json)


@backup.command(
    "diff", epilog="Пример: sheetcrm backup diff 341    или: sheetcrm backup diff 341 350"
)
def backup_diff(
    number: CopyNumber,
    other: OtherCopy = None,
    *,
    everything: Everything = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Чем копия отличается от другой или от того, что сейчас."""
    from sync.commands.copies import SHOWN, diff_copies

    with _opened(team, state) as desk:
        limit = sys.maxsize if everything else SHOWN
        said = diff_copies(desk.team, number, other, now=desk.world.now(), limit=limit)
    _tell(said, as_json=as_json)


@backup.command("verify", epilog="Пример: sheetcrm backup verify --all")
def backup_verify(
    number: CopyNumberOrNone = None,
    *,
    everything: Everything = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Читаются ли копии; код 1, если какая-то повреждена."""
    from sync.commands.copies import verify_copies

    with _opened(team, state) as desk:
        said = verify_copies(desk.team, number, everything=everything)
    _tell(said, as_json=as_json)


@backup.command(
    "restore",
    epilog='Пример: sheetcrm backup restore --at "вчера 18:00" --row К-123 --cell Телефон',
)
def backup_restore(  # noqa: PLR0913  # each is an option of the command
    number: CopyNumberOrNone = None,
    *,
    at: AtMoment = None,
    book: BookName = None,
    sheet: OnlySheet = None,
    row: OnlyRow = None,
    client: OnlyClient = None,
    cell: OnlyCell = None,
    to: ToFile = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Вернуть из копии книгу, лист, строку, клиента или ячейку; возврат можно отменить."""
    from sync.commands.copies import save_copy
    from sync.commands.copies_parts import Asked, chosen_copy, restore_part, restore_whole

    asked = Asked(number, at, book, sheet, row, client, cell)
    refuse_unclear(number, at, parts=(sheet, row or cell, client), to=to)
    with _opened(team, state) as desk:
        if to is not None:
            copy = chosen_copy(desk.team, asked, now=desk.world.now())
            said = save_copy(desk.team, copy.id, to, dry_run=dry_run)
        elif asked.is_part:
            said = restore_part(desk.team, asked, world=desk.world, dry_run=dry_run)
        else:
            said = restore_whole(desk.team, asked, world=desk.world, dry_run=dry_run)
    _tell(said, as_json=as_json)


@backup.command("prune", epilog="Пример: sheetcrm backup prune --dry-run")
def backup_prune(
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Убрать копии, которые по правилу хранить не нужно."""
    from sync.commands.copies_keeping import prune_copies

    with _opened(team, state) as desk:
        said = prune_copies(desk.team, now=desk.world.now(), dry_run=dry_run)
    _tell(said, as_json=as_json)


@backup.command("rehearse", epilog="Пример: sheetcrm backup rehearse --all")
def backup_rehearse(
    *,
    everything: Everything = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Восстановить случайную копию понарошку и сверить; код 1, если не сошлось."""
    from sync.commands.copies_keeping import rehearse_copies

    with _opened(team, state) as desk:
        said = rehearse_copies(desk.team, desk.world, everything=everything)
    _tell(said, as_json=as_json)


@backup.command("seal", epilog="Пример: sheetcrm backup seal")
def backup_seal(
    *,
    phrase: KnownPhrase = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Сделать ключ для вторых копий; фраза к нему показывается один раз."""
    from sync.commands.copies_keeping import seal

    with _opened(team, state, patient=not phrase) as desk:
        words = _ask("Фраза с листка: ") if phrase else None
        said = seal(desk.team, desk.world, phrase=words, dry_run=dry_run)
    _tell(said, as_json=as_json)


@backup.command("place", epilog="Пример: sheetcrm backup place E:\\Копии")
def backup_place(  # noqa: PLR0913  # each is an option of the command
    folder: Place = None,
    *,
    check: CheckPlace = False,
    off: LeavePlace = False,
    fetch: FetchTo = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Вторые копии, запечатанные, в другой папке или на другом диске: отправить, сверить."""
    from sync.commands import copies_keeping as keeping

    if fetch is not None:
        if folder is None:
            raise typer.BadParameter("назовите папку со вторыми копиями", param_hint="ПАПКА")
        from sync.world.real import real_world

        world = real_world(ZoneInfo("UTC"), 0)
        said = keeping.fetch_place(world, folder, fetch, ask=_ask, dry_run=dry_run)
        _tell(said, as_json=as_json)
        return
    with _opened(team, state) as desk:
        if check:
            said = keeping.check_place(desk.team, desk.world)
        elif off:
            said = keeping.leave_place(desk.team, dry_run=dry_run)
        else:
            said = keeping.place_copies(desk.team, desk.world, folder, dry_run=dry_run)
    _tell(said, as_json=as_json)


@office.command("setup", epilog="Пример: sheetcrm office setup")
def office_setup(  # noqa: PLR0913  # each is an option of the command
    *,
    profile: OfficeProfile = None,
    python: OfficePython = None,
    excel: OfficeExcel = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Пустить программу в открытые книги LibreOffice или Excel, один раз."""
    from sync.commands.office import Asked, setup

    with _opened(team, state) as desk:
        said = setup(desk.team, Asked(profile, python, excel), dry_run=dry_run)
    _tell(said, as_json=as_json)


@office.command("status", epilog="Пример: sheetcrm office status")
def office_status(
    team: TeamOption = None, state: StateOption = None, *, as_json: Json = False
) -> None:
    """В какие открытые книги программа пишет прямо сейчас."""
    from sync.commands.office import status as stand

    with _opened(team, state, patient=False) as desk:
        said = stand(desk.team, desk.world)
    _tell(said, as_json=as_json)


@office.command("remove", epilog="Пример: sheetcrm office remove")
def office_remove(
    *,
    profile: OfficeProfile = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Больше не писать в открытые книги: пусть ждут, пока закроют."""
    from sync.commands.office import Asked, remove

    with _opened(team, state) as desk:
        said = remove(desk.team, Asked(profile), dry_run=dry_run)
    _tell(said, as_json=as_json)


@google.command("setup", epilog="Пример: sheetcrm google setup --key ключ.json")
def google_setup(
    *,
    key: GoogleKey = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """По шагам: получить ключ Google, проверить и сохранить его."""
    from sync.commands.google import setup

    with _opened(team, state) as desk:
        said = setup(desk.team, desk.world, key, dry_run=dry_run)
    _tell(said, as_json=as_json)


@google.command("share", epilog='Пример: sheetcrm google share Иванов --sheet "адрес таблицы"')
def google_share(  # noqa: PLR0913  # the facts of a book and of its person
    name: WhoseBook,
    *,
    sheet: GoogleSheet = None,
    email: GoogleEmail = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Перенести книгу человека в Google Таблицу и открыть её этому человеку."""
    from sync.commands.google import share

    with _opened(team, state) as desk:
        said = share(desk.team, desk.world, name, sheet=sheet, email=email, dry_run=dry_run)
    _tell(said, as_json=as_json)


@google.command("status", epilog="Пример: sheetcrm google status")
def google_status(
    *, team: TeamOption = None, state: StateOption = None, as_json: Json = False
) -> None:
    """Открываются ли таблицы, целы ли замки, кто ещё их видит."""
    from sync.commands.google import status as stand

    with _opened(team, state) as desk:
        said = stand(desk.team, desk.world)
    _tell(said, as_json=as_json)


@google.command("backup", epilog="Пример: sheetcrm google backup")
def google_backup(
    *, team: TeamOption = None, state: StateOption = None, as_json: Json = False
) -> None:
    """Положить таблицы целиком, книгами xlsx, в копии."""
    from sync.commands.google import backup as exported

    with _opened(team, state) as desk:
        said = exported(desk.team, desk.world)
    _tell(said, as_json=as_json)


@service.command("install", epilog="Пример: sheetcrm service install D:\\Продажи --dry-run")
def service_install(
    folder: Folder = None,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Поставить службу: работает сама, поднимается после сбоя и перезагрузки."""
    from sync.commands.service import install, keeper_of

    with _opened(folder or team, state) as desk:
        keeper = keeper_of(desk.team, desk.world)
        said = install(desk.team, desk.world, keeper, dry_run=dry_run)
    _tell(said, as_json=as_json)


@service.command("status", epilog="Пример: sheetcrm service status")
def service_status(
    folder: Folder = None,
    *,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Стоит ли служба и работает ли; код 1, если нет."""
    from sync.commands.service import keeper_of
    from sync.commands.service import status as stand

    with _opened(folder or team, state) as desk:
        said = stand(desk.team, desk.world, keeper_of(desk.team, desk.world))
    _tell(said, as_json=as_json)


@service.command("remove", epilog="Пример: sheetcrm service remove")
def service_remove(
    folder: Folder = None,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Убрать службу; книги, база и копии остаются."""
    from sync.commands.service import keeper_of, remove

    with _opened(folder or team, state) as desk:
        said = remove(desk.team, keeper_of(desk.team, desk.world), dry_run=dry_run)
    _tell(said, as_json=as_json)


@intake.command("sources", epilog="Пример: sheetcrm intake sources --add сайт --kind tilda")
def intake_sources(  # noqa: PLR0913  # each is an option of the command
    *,
    add: Add = None,
    renew: Renew = None,
    drop: Drop = None,
    kind: KindName = KindOf.FORM,
    signed: Signed = False,
    confirm: Confirm = "",
    networks: Networks = None,
    per_minute: PerMinute = None,
    zone: SourceZone = "",
    host: Host = "",
    user: User = "",
    folders: Folders = None,
    files_from: FilesFrom = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Кто может присылать; --add подключает и один раз показывает адрес и ключ."""
    from sync.commands.intake import (
        NewSource,
        add_source,
        drop_source,
        list_sources,
        renew_source,
    )
    from sync.intake.sources import SourceKind

    with _opened(team, state, patient=False) as desk:
        if add is not None:
            wish = NewSource(
                add,
                SourceKind(kind.value),
                signed,
                confirm,
                tuple(networks or ()),
                per_minute,
                zone,
                host,
                user,
                tuple(folders or ()),
                tuple(files_from or ()),
            )
            said = add_source(desk.team, desk.world, wish, _ask_secret, dry_run=dry_run)
        elif renew is not None:
            said = renew_source(desk.team, desk.world, renew, dry_run=dry_run)
        elif drop is not None:
            said = drop_source(desk.team, desk.world, drop, dry_run=dry_run)
        else:
            said = list_sources(desk.team, desk.world)
    _tell(said, as_json=as_json)


@intake.command("serve", epilog="Пример: sheetcrm intake serve --port 8765")
def intake_serve(
    *,
    port: Port = 0,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Принимать заявки и звонки по HTTP; разложит их следующий проход."""
    from sync.commands.intake import serve

    tell = _json_line if as_json else _line
    with _opened(team, state, patient=False, stays=True) as desk, stopped_by_signals() as stop:
        serve(desk.team, desk.world, stop, tell, port)


@intake.command("list", epilog="Пример: sheetcrm intake list")
def intake_list(
    *, team: TeamOption = None, state: StateOption = None, as_json: Json = False
) -> None:
    """Карантин: что пришло и не разобрано, с причиной."""
    from sync.commands.intake import list_quarantine

    with _opened(team, state) as desk:
        said = list_quarantine(desk.team, desk.world)
    _tell(said, as_json=as_json)


@intake.command("show", epilog="Пример: sheetcrm intake show 12")
def intake_show(
    number: OneArrival,
    *,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Что пришло, слово в слово."""
    from sync.commands.intake import show_arrival

    with _opened(team, state) as desk:
        said = show_arrival(desk.team, number)
    _tell(said, as_json=as_json)


@intake.command("retry", epilog="Пример: sheetcrm intake retry 12")
def intake_retry(
    number: ArrivalNumber = None,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Разобрать карантин ещё раз: одну запись или все."""
    from sync.commands.intake import retry

    with _opened(team, state) as desk:
        said = retry(desk.team, desk.world, number, dry_run=dry_run)
    _tell(said, as_json=as_json)


@contextmanager
def _opened(
    folder: Path | None, state: Path | None, *, patient: bool = True, stays: bool = False
) -> Iterator[Desk]:
    """The team meant, opened for one command; its log is open too, and a wait is shown.

    A command that stays turns the log over and writes down what ended it.
    """
    from sync.opening import opened
    from sync.team import find_state, state_root
    from sync.world.real import real_world

    with progress() if patient else nullcontext():
        place = find_state(folder, state_root(state, os.environ), Path.cwd())
        with log_to(place / LOG_FILE, stays=stays), opened(place) as team:
            zone = ZoneInfo(team.settings.zone)
            yield Desk(team, real_world(zone, team.settings.settle_seconds))


def _tell(said: Said, *, as_json: bool) -> None:
    """Print an answer and leave with its code."""
    from sync.commands.said import dumped

    if as_json:
        print(dumped(said.facts))
    else:
        for line in said.lines:
            _line(line)
    for line in said.warnings:
        print(line, file=sys.stderr)
    if said.code:
        raise typer.Exit(int(said.code))


def _line(text: str) -> None:
    print(text, flush=True)


def _json_line(text: str) -> None:
    import json

    _line(json.dumps({"said": text}, ensure_ascii=False))


def _ask(question: str) -> str:
    print(question, end="", flush=True)
    return sys.stdin.readline().rstrip("\n")


def _ask_secret(question: str) -> str:
    """A secret, unseen while it is typed; nobody is asked where nobody sits."""
    if not sys.stdin.isatty():
        return ""
    from getpass import getpass

    return getpass(question)


def _ask_password(question: str) -> str:
    """A password, unseen on a terminal; a script hands it in as a line of its input."""
    return _ask_secret(question) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


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
        where = "; ".join(getattr(bug, "__notes__", ())) or f"{type(bug).__name__}: {bug}"
        print(f"Внутренняя ошибка, книги не тронуты; {where}", file=sys.stderr)
        return int(ExitCode.BUG)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
