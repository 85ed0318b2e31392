"""Options that many commands share, with their help; light, for help must be instant."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ImportOf(StrEnum):
    """What a file holds: the words of `sync.imports.ImportKind`, which is heavy to import."""

    CLIENTS = "clients"
    LEADS = "leads"
    DEALS = "deals"
    STAFF = "staff"
    CALLS = "calls"
    PAYMENTS = "payments"


class SpanOf(StrEnum):
    """Lengths of a period."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


class CutOf(StrEnum):
    """What plan and fact are cut by."""

    PEOPLE = "people"
    DEPARTMENTS = "departments"
    MARKET = "market"
    PRODUCT = "product"
    CHANNEL = "channel"


class WhyOf(StrEnum):
    """What `explain` takes apart."""

    SALARY = "salary"
    PLAN = "plan"
    SIGNAL = "signal"


Explained = Annotated[
    WhyOf,
    typer.Argument(metavar="ЧТО", help="salary зарплата, plan план и факт, signal сигнал сделки."),
]
Whose = Annotated[
    str, typer.Argument(metavar="КТО", help="Фамилия, а для signal - номер сделки: С-97.")
]
MonthToApprove = Annotated[
    str, typer.Argument(metavar="ГГГГ-ММ", help="Какой месяц утвердить: он уже закончился.")
]
SchemeFile = Annotated[
    Path,
    typer.Option("--scheme", metavar="ФАЙЛ", help="xlsx или csv со столбцами «Мотивации»."),
]
MonthCount = Annotated[
    int, typer.Option("--months", metavar="N", min=1, max=24, help="Сколько прошлых месяцев.")
]
Folder = Annotated[
    Path | None, typer.Argument(metavar="ПАПКА", help="Папка команды.", show_default=False)
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
Watch = Annotated[
    bool, typer.Option("--watch", help="Не выходить: следить за книгами, пока не остановят.")
]
Month = Annotated[
    str | None, typer.Option("--month", metavar="ГГГГ-ММ", help="Месяц; без него - текущий.")
]
REPORTS = ("channels", "funnel", "clients", "activity", "managers")
"""The words of `sync.reports.kinds.Kind`, which is heavy to import."""
ReportOf = Annotated[
    str | None,
    typer.Argument(
        metavar="ЧТО",
        help="channels каналы, funnel воронка, clients клиенты, activity активность, "
        "managers менеджеры; без слова - весь отчёт. Здесь же можно указать папку.",
        show_default=False,
    ),
]
_DAY = ["%Y-%m-%d", "%d.%m.%Y"]
Quarter = Annotated[
    str | None, typer.Option("--quarter", metavar="ГГГГ-Q1", help="Квартал: 2026-Q1.")
]
Year = Annotated[str | None, typer.Option("--year", metavar="ГГГГ", help="Год.")]
From = Annotated[
    datetime | None, typer.Option("--from", metavar="ДЕНЬ", formats=_DAY, help="Первый день.")
]
To = Annotated[
    datetime | None,
    typer.Option("--to", metavar="ДЕНЬ", formats=_DAY, help="Последний день; без него - сегодня."),
]
Manager = Annotated[
    str | None, typer.Option("--manager", metavar="ИМЯ", help="Только этот менеджер.")
]
Repair = Annotated[bool, typer.Option("--repair", help="Пересчитать суммы заново по строкам.")]
WithRows = Annotated[
    bool, typer.Option("--rows", help="Показать строки, из которых сложилась каждая цифра.")
]


def report_words(what: str | None, folder: Path | None) -> tuple[str | None, Path | None]:
    """The subject and the folder: a first word that names no subject is the folder."""
    if what is None or what in REPORTS:
        return what, folder
    if folder is not None:
        raise typer.BadParameter(f"{what}: есть {', '.join(REPORTS)}", param_hint="ЧТО")
    return None, Path(what)


FirstDay = Annotated[
    datetime,
    typer.Argument(
        metavar="С", formats=["%Y-%m-%d", "%d.%m.%Y"], help="Первый день.", show_default=False
    ),
]
LastDay = Annotated[
    datetime | None,
    typer.Argument(
        metavar="ПО",
        formats=["%Y-%m-%d", "%d.%m.%Y"],
        help="Последний день; без него - сегодня.",
        show_default=False,
    ),
]
Everything = Annotated[bool, typer.Option("--all", help="Показать всё, а не только начало.")]
QuestionNumber = Annotated[
    int | None, typer.Argument(metavar="№", help="Номер вопроса.", show_default=False)
]
AnswerWords = Annotated[
    str | None,
    typer.Argument(
        metavar="ОТВЕТ",
        help="да, нет, позже, отменить или № другого клиента.",
        show_default=False,
    ),
]
What = Annotated[
    ImportOf,
    typer.Argument(
        metavar="ЧТО",
        help="clients клиенты, deals сделки, leads заявки, payments оплаты, "
        "calls звонки, staff сотрудники.",
    ),
]
File = Annotated[Path, typer.Argument(metavar="ФАЙЛ", help="xlsx или csv; он не изменится.")]
CellPlace = Annotated[str, typer.Argument(metavar="МЕСТО", help="Лист!Ячейка или номер: К-123.")]
FieldName = Annotated[
    str | None, typer.Argument(metavar="СТОЛБЕЦ", help="Только столбец.", show_default=False)
]
BookName = Annotated[
    str | None, typer.Option("--book", metavar="КНИГА", help="Чья книга: фамилия или имя файла.")
]
BatchNumber = Annotated[int, typer.Argument(metavar="№", help="Номер из sheetcrm batches.")]
ClientNumber = Annotated[str, typer.Argument(metavar="КЛИЕНТ", help="Номер карточки: К-204.")]
OtherClient = Annotated[
    str, typer.Argument(metavar="ВТОРОЙ", help="Карточка, которая уйдёт под первую: К-377.")
]
Join = Annotated[bool, typer.Option("--join", help="Объединить то, что точно одно и то же.")]
TwinsPage = Annotated[
    bool,
    typer.Option(
        "--page",
        help="Записать «Похожие клиенты.html» рядом с книгой руководителя: карточки рядом.",
    ),
]
CopyNumber = Annotated[int, typer.Argument(metavar="№", help="Номер из sheetcrm backup list.")]
NewFolder = Annotated[Path, typer.Argument(metavar="ПАПКА", help="Новая или пустая папка.")]
Owner = Annotated[
    str | None, typer.Option("--owner", metavar="ИМЯ", help="Руководитель: Орлов Олег.")
]
People = Annotated[
    str | None, typer.Option("--people", metavar="ИМЕНА", help="Кто продаёт, через запятую.")
]
PayWords = Annotated[
    str | None,
    typer.Option("--pay", metavar="ОКЛАД ПРОЦЕНТ", help="Оклад и процент с оплат: 40000 3."),
]
Plan = Annotated[
    str | None,
    typer.Option("--plan", metavar="СУММА", help="План оплат на месяц на человека: 1000000."),
]
SpanName = Annotated[
    SpanOf, typer.Option("--period", metavar="ПЕРИОД", help="month, quarter, half, year.")
]
CutName = Annotated[
    CutOf,
    typer.Option(
        "--by",
        metavar="РАЗРЕЗ",
        help="people люди, departments отделы, market рынки, product товары, channel источники.",
    ),
]
PersonName = Annotated[
    str, typer.Argument(metavar="КТО", help="Фамилия; «Отдел» - все вместе.", show_default=False)
]
Helper = Annotated[
    str | None, typer.Option("--helper", metavar="КТО", help="Кого звать, если что.")
]
OneBook = Annotated[bool, typer.Option("--one", help="Я работаю один: одна книга.")]
Demo = Annotated[bool, typer.Option("--demo", help="Учебный отдел продаж с выдуманными данными.")]
OldFile = Annotated[
    Path | None, typer.Option("--from", metavar="ФАЙЛ", help="Старый список клиентов.")
]
Zone = Annotated[str, typer.Option("--zone", metavar="ПОЯС", help="Часовой пояс команды.")]
Yes = Annotated[bool, typer.Option("--yes", help="Ничего не спрашивать.")]
