"""Options that many commands share, with their help; light, for help must be instant."""

from __future__ import annotations

from collections.abc import Sequence
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
    COSTS = "costs"
    LETTERS = "letters"


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
    QUALITY = "quality"


Explained = Annotated[
    WhyOf,
    typer.Argument(
        metavar="ЧТО",
        help="salary зарплата, plan план и факт, signal сигнал сделки, quality полнота карточек.",
    ),
]
Whose = Annotated[
    str,
    typer.Argument(
        metavar="КТО", help="Фамилия; для signal номер сделки: С-97; для quality и номер карточки."
    ),
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
WhoseBook = Annotated[
    str, typer.Argument(metavar="КТО", help="Чья книга: фамилия.", show_default=False)
]
GoogleKey = Annotated[
    Path | None,
    typer.Option("--key", metavar="ФАЙЛ", help="Ключ сервисного аккаунта, скачанный JSON."),
]
GoogleSheet = Annotated[
    str | None,
    typer.Option("--sheet", metavar="АДРЕС", help="Адрес пустой таблицы, открытой программе."),
]
GoogleEmail = Annotated[
    str | None,
    typer.Option("--email", metavar="ПОЧТА", help="Кому открыть таблицу для правки."),
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
EyesOf = Annotated[
    str | None,
    typer.Option("--for", metavar="ФИО", help="Только то, что можно видеть этому сотруднику."),
]
Matrix = Annotated[
    bool,
    typer.Option("--matrix", help="Искать чужое в самих файлах и проверить права папок."),
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


def refuse_unclear(
    number: int | None, at: str | None, *, parts: Sequence[str | None], to: Path | None
) -> None:
    """Refuse what leaves open which copy or which part of it is meant."""
    if (number is None) == (at is None):
        raise typer.BadParameter("назовите копию: № или --at", param_hint="№")
    asked = sum(part is not None for part in parts)
    if asked > 1:
        raise typer.BadParameter("выберите одно", param_hint="--sheet, --row, --client")
    if asked and to is not None:
        raise typer.BadParameter("в файл возвращается вся книга", param_hint="--to")


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
    str | None,
    typer.Argument(
        metavar="[ЧТО]",
        help="clients клиенты, deals сделки, leads заявки, payments оплаты, calls звонки, "
        "staff сотрудники, costs расходы на рекламу, letters письма. Без него - по содержанию.",
        show_default=False,
    ),
]
File = Annotated[
    Path | None,
    typer.Argument(
        metavar="ФАЙЛ",
        help="Таблица, выписка 1С, выгрузка телефонии, CRM, письмо; он не изменится.",
        show_default=False,
    ),
]
Retry = Annotated[
    bool, typer.Option("--retry", help="Ещё раз то, что лежит в «Входящие», «Карантин».")
]
Micros = Annotated[
    bool, typer.Option("--micros", help="Расходы в миллионных долях рубля (Яндекс.Директ).")
]
CellPlace = Annotated[str, typer.Argument(metavar="МЕСТО", help="Лист!Ячейка или номер: К-123.")]
FieldName = Annotated[
    str | None, typer.Argument(metavar="СТОЛБЕЦ", help="Только столбец.", show_default=False)
]
BookName = Annotated[
    str | None, typer.Option("--book", metavar="КНИГА", help="Чья книга: фамилия или имя файла.")
]
BatchNumber = Annotated[int, typer.Argument(metavar="№", help="Номер из sheetcrm batches.")]
CardOf = Annotated[
    str,
    typer.Argument(metavar="КЛИЕНТ", help="Название или часть его, ИНН, телефон или № карточки."),
]
HtmlFile = Annotated[
    Path | None,
    typer.Option("--html", metavar="ФАЙЛ", help="Записать страницу: её можно распечатать."),
]
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
CopyNumberOrNone = Annotated[
    int | None,
    typer.Argument(metavar="№", help="Номер из sheetcrm backup list.", show_default=False),
]
OtherCopy = Annotated[
    int | None,
    typer.Argument(metavar="№", help="Вторая копия; без неё - то, что сейчас.", show_default=False),
]
AtMoment = Annotated[
    str | None,
    typer.Option("--at", metavar="КОГДА", help="Как было: «12.03 14:00», «вчера 18:00»."),
]
OnlySheet = Annotated[
    str | None, typer.Option("--sheet", metavar="ЛИСТ", help="Только лист: Клиенты.")
]
OnlyRow = Annotated[
    str | None, typer.Option("--row", metavar="НОМЕР", help="Только строку: С-97, К-123.")
]
OnlyClient = Annotated[
    str | None,
    typer.Option("--client", metavar="НОМЕР", help="Клиента с его сделками и оплатами: К-123."),
]
OnlyCell = Annotated[
    str | None,
    typer.Option("--cell", metavar="СТОЛБЕЦ", help="Только ячейку строки --row: Телефон."),
]
ToFile = Annotated[
    Path | None,
    typer.Option("--to", metavar="ФАЙЛ", help="Не в книгу, а в новый файл."),
]
Place = Annotated[
    Path | None,
    typer.Argument(metavar="ПАПКА", help="Папка или диск для вторых копий.", show_default=False),
]
CheckPlace = Annotated[bool, typer.Option("--check", help="Всё ли там на месте и цело.")]
LeavePlace = Annotated[bool, typer.Option("--off", help="Больше не отправлять.")]
FetchTo = Annotated[
    Path | None,
    typer.Option("--fetch", metavar="ФАЙЛ", help="Собрать копии из этой папки в новый файл."),
]
KnownPhrase = Annotated[
    bool, typer.Option("--phrase", help="Ввести фразу с листка: ключ другой машины.")
]
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
InitGoogle = Annotated[
    Path | None,
    typer.Option("--google", metavar="КЛЮЧ", help="Книги сразу в Google: ключ, скачанный JSON."),
]
InitSheets = Annotated[
    list[str] | None,
    typer.Option("--sheet", metavar="КТО=АДРЕС", help="Чья пустая таблица; можно повторять."),
]
Together = Annotated[
    bool,
    typer.Option("--one-book", help="Все в одной книге и видят всё; зарплаты в ней нет."),
]
Demo = Annotated[bool, typer.Option("--demo", help="Учебный отдел продаж с выдуманными данными.")]
OldFile = Annotated[
    Path | None, typer.Option("--from", metavar="ФАЙЛ", help="Старый список клиентов.")
]
Zone = Annotated[str, typer.Option("--zone", metavar="ПОЯС", help="Часовой пояс команды.")]
Yes = Annotated[bool, typer.Option("--yes", help="Ничего не спрашивать.")]
