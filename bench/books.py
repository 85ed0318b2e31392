"""The large workbook of the benchmarks: the shape of a busy sales team's book, made from a seed.

Ten thousand clients, fifty thousand deals with live columns, a hundred thousand calls, twenty small
sheets of plans; tables, rules, formats and charts as people have them. Built once and kept in
`.bench/` of the working folder.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

SIZES = {"S": 100, "M": 10, "L": 1}
"""By what the full counts are divided."""
FOLDER = Path(".bench")
VERSION = 1
"""Raised when the shape changes, so that an old file is not taken for the new one."""

CLIENTS, DEALS, CALLS = "Клиенты", "Сделки", "Звонки"
STAGES = ("Новый", "Квалификация", "КП отправлено", "Договор", "Оплата", "Отказ")
SURNAMES = ("Иванов", "Петров", "Сидоров", "Кузнецов", "Смирнов", "Попов", "Васильев", "Соколов")
FIRST = ("Иван", "Пётр", "Анна", "Мария", "Олег", "Дмитрий", "Светлана", "Ольга")
CITIES = ("Москва", "Санкт-Петербург", "Казань", "Самара", "Пермь", "Уфа", "Омск")
SOURCES = ("Сайт", "Звонок", "Реклама", "Рекомендация")
START = datetime(2025, 1, 1)  # noqa: DTZ001  # a cell has no zone

CLIENT_HEADS = (
    "ID", "Название", "ИНН", "КПП", "Телефон", "Телефон 2", "E-mail", "Сайт", "Город", "Адрес",
    "Сегмент", "Источник", "Менеджер", "Дата создания", "Последний контакт", "Следующий шаг",
    "Дата шага", "Статус", "Оборот", "Скидка", "Контакт", "Должность", "Комментарий", "Тег",
    "Активен",
)  # fmt: skip
DEAL_HEADS = (
    "ID сделки", "ID клиента", "ИНН", "Название", "Менеджер", "Этап", "Сумма", "Вероятность",
    "Прогноз", "Дата создания", "Дата этапа", "План. закрытие", "Следующий шаг", "Дата шага",
    "Источник", "Продукт", "Кол-во", "Цена", "Итого", "Комментарий",
)  # fmt: skip
CALL_HEADS = (
    "ID", "Телефон", "Направление", "Менеджер", "Начало", "Длит., с", "Результат", "ID клиента",
    "Запись", "Источник",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looks:
    """The formats of the book."""

    day: Any
    moment: Any
    money: Any
    text: Any
    percent: Any
    bad: Any


def crm_book(size: str) -> Path:
    """The path of the book of that size, built when it is not there yet."""
    path = FOLDER / f"crm-{size}-{VERSION}.xlsx"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        fresh = path.with_suffix(".part.xlsx")
        _build(fresh, SIZES[size])
        fresh.replace(path)
    return path


def deal_count(size: str) -> int:
    """How many deals the book holds; they start in row 2."""
    return 50_000 // SIZES[size]


def product(deal: int) -> str:
    """What column P of a deal says, deals counted from 0."""
    return f"Товар {deal % 300}"


def quantity(deal: int) -> int:
    """What column Q of a deal says."""
    return deal % 17 + 1


def _build(path: Path, divisor: int) -> None:
    import xlsxwriter

    dice = random.Random(7)
    book = xlsxwriter.Workbook(str(path))
    looks = Looks(
        day=book.add_format({"num_format": "dd.mm.yyyy"}),
        moment=book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
        money=book.add_format({"num_format": '# ##0.00\\ "₽"'}),
        text=book.add_format({"num_format": "@"}),
        percent=book.add_format({"num_format": "0.0%"}),
        bad=book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"}),
    )
    people = [f"{dice.choice(SURNAMES)} {dice.choice(FIRST)[0]}." for _ in range(12)]
    sheets = [book.add_worksheet(name) for name in (CLIENTS, DEALS, CALLS)]
    clients, deals, calls = 10_000 // divisor, 50_000 // divisor, 100_000 // divisor
    inns = [_digits(dice, 10) for _ in range(clients)]
    _clients(sheets[0], looks, dice, inns, people)
    _deals(sheets[1], looks, dice, inns, people, deals)
    _calls(sheets[2], looks, dice, clients, people, calls)
    _plans(book, looks, people, deals)
    book.close()


def _digits(dice: random.Random, count: int) -> str:
    return "".join(dice.choice("0123456789") for _ in range(count))


def _row(sheet: Any, row: int, cells: Sequence[object], looks: Sequence[Any]) -> None:
    for col, (value, look) in enumerate(zip(cells, looks, strict=True)):
        match value:
            case "":
                continue
            case datetime():
                sheet.write_datetime(row, col, value, look)
            case bool():
                sheet.write_boolean(row, col, value, look)
            case str():
                sheet.write_string(row, col, value, look)
            case tuple():
                sheet.write_formula(row, col, value[0], look, value[1])
            case _:
                sheet.write_number(row, col, value, look)


def _table(sheet: Any, name: str, heads: Sequence[str], rows: int) -> None:
    columns = [{"header": head} for head in heads]
    sheet.add_table(0, 0, rows, len(heads) - 1, {"name": name, "columns": columns})
    sheet.freeze_panes(1, 2)


def _clients(
    sheet: Any, looks: Looks, dice: random.Random, inns: Sequence[str], people: Sequence[str]
) -> None:
    o = None
    shown = (o, o, looks.text, looks.text, looks.text, looks.text, o, o, o, o, o, o, o, looks.day,
             looks.moment, o, looks.day, o, looks.money, looks.percent, o, o, o, o, o)  # fmt: skip
    for r, inn in enumerate(inns):
        who = f"{dice.choice(SURNAMES)} {dice.choice(FIRST)}"
        cells = (
            f"C{r + 1:06d}", f"ООО «{dice.choice(SURNAMES)} и {dice.choice(SURNAMES)} {r}»", inn,
            _digits(dice, 9), f"+79{_digits(dice, 9)}", "" if r % 3 else f"+79{_digits(dice, 9)}",
            f"user{r}@firma{r % 977}.ru", f"firma{r % 977}.ru", CITIES[r % 7],
            f"ул. Ленина, д. {r % 200}", dice.choice("ABC"), dice.choice(SOURCES),
            dice.choice(people), START + timedelta(days=r % 600),
            START + timedelta(days=r % 650, minutes=r % 1440),
            dice.choice(("Позвонить", "Отправить КП", "Встреча", "")),
            START + timedelta(days=r % 700), dice.choice(STAGES), round(dice.random() * 1e6, 2),
            dice.random() * 0.2, who, dice.choice(("Директор", "Закупщик", "Бухгалтер")),
            "" if r % 4 else f"заметка {r}", dice.choice(("", "vip", "опт")), dice.random() > 0.2,
        )  # fmt: skip
        _row(sheet, r + 1, cells, shown)
    last = len(inns)
    _table(sheet, CLIENTS, CLIENT_HEADS, last)
    sheet.data_validation(1, 17, last, 17, {"validate": "list", "source": list(STAGES)})
    sheet.data_validation(1, 12, last, 12, {"validate": "list", "source": "=Справочник!$A$1:$A$12"})
    sheet.conditional_format(1, 2, last, 2, {"type": "duplicate", "format": looks.bad})
    late = '=AND($Q2<TODAY(),$R2<>"Оплата")'
    rule = {"type": "formula", "criteria": late, "format": looks.bad}
    sheet.conditional_format(1, 16, last, 16, rule)
    sheet.conditional_format(1, 18, last, 18, {"type": "data_bar", "data_bar_2010": True})


def _deals(  # the ingredients of one sheet
    sheet: Any,
    looks: Looks,
    dice: random.Random,
    inns: Sequence[str],
    people: Sequence[str],
    count: int,
) -> None:
    o = None
    shown = (o, o, looks.text, o, o, o, looks.money, looks.percent, looks.money, looks.day,
             looks.moment, looks.day, o, looks.day, o, o, o, looks.money, looks.money,
             o)  # fmt: skip
    for r in range(count):
        client, pieces, price = r % len(inns), quantity(r), 100 + r % 900
        amount, chance, line = pieces * price, (r % 11) / 10, r + 2
        cells = (
            f"D{r + 1:07d}", f"C{client + 1:06d}", inns[client], f"Поставка {r % 500}",
            people[r % 12], dice.choice(STAGES), amount, chance,
            (f"=G{line}*H{line}", amount * chance), START + timedelta(days=r % 600),
            START + timedelta(days=r % 610, minutes=r % 1440), START + timedelta(days=r % 700),
            dice.choice(("Позвонить", "КП", "Встреча")), START + timedelta(days=r % 720),
            dice.choice(SOURCES), product(r), pieces, price, (f"=Q{line}*R{line}", amount),
            "" if r % 5 else f"комментарий {r}",
        )  # fmt: skip
        _row(sheet, r + 1, cells, shown)
    _table(sheet, DEALS, DEAL_HEADS, count)
    sheet.data_validation(1, 5, count, 5, {"validate": "list", "source": list(STAGES)})
    sheet.conditional_format(1, 12, count, 12, {"type": "blanks", "format": looks.bad})
    sheet.conditional_format(1, 7, count, 7, {"type": "3_color_scale"})


def _calls(  # the ingredients of one sheet
    sheet: Any,
    looks: Looks,
    dice: random.Random,
    clients: int,
    people: Sequence[str],
    count: int,
) -> None:
    o = None
    shown = (o, looks.text, o, o, looks.moment, o, o, o, o, o)
    for r in range(count):
        cells = (
            f"L{r + 1:08d}", f"+79{_digits(dice, 9)}", "вх" if r % 2 else "исх", people[r % 12],
            START + timedelta(minutes=r * 7), r % 1800,
            dice.choice(("Успех", "Недозвон", "Перезвонить")), f"C{r % clients + 1:06d}",
            f"rec/{r:08d}.mp3", "АТС",
        )  # fmt: skip
        _row(sheet, r + 1, cells, shown)
    _table(sheet, CALLS, CALL_HEADS, count)


def _plans(book: Any, looks: Looks, people: Sequence[str], deals: int) -> None:
    names = book.add_worksheet("Справочник")
    for row, who in enumerate(people):
        names.write(row, 0, who)
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
    entry = book.add_format({"bg_color": "#FFF2CC", "locked": False})
    for number in range(19):
        title = f"Прогноз {number + 1}" if number < 12 else f"План {number - 11}"
        sheet = book.add_worksheet(title)
        sheet.write_row(0, 0, ["Показатель", "План", "Факт", "%", "Прогноз"], head)
        for row in range(1, 31):
            sums = (
                f"=SUMIFS(Сделки!$S$2:$S${deals + 1},Сделки!$E$2:$E${deals + 1},"
                f"Справочник!$A${number % 12 + 1},Сделки!$Q$2:$Q${deals + 1},{row % 17 + 1})"
            )
            cells = (
                f"Показатель {row}", row * 1000, (sums, 0),
                (f"=IF(B{row + 1}=0,0,C{row + 1}/B{row + 1})", 0),
                (f"=C{row + 1}/DAY(TODAY())*30", 0),
            )  # fmt: skip
            _row(sheet, row, cells, (None, entry, looks.money, looks.percent, looks.money))
        lights = {"type": "icon_set", "icon_style": "3_traffic_lights"}
        sheet.conditional_format(1, 3, 30, 3, lights)
        sheet.protect()
        sheet.set_column(0, 0, 30)
        if number < 3:
            chart = book.add_chart({"type": "column"})
            chart.add_series({"values": [title, 1, 1, 30, 1]})
            sheet.insert_chart("G2", chart)
    book.define_name("Менеджеры", "=Справочник!$A$1:$A$12")
