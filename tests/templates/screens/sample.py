"""The example of UX.md section 4 as figures, and a small book with the sheets the screens read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import Slot, SlotKind
from model.figures import (
    Counted,
    Light,
    Measure,
    PayLine,
    Period,
    PersonFigures,
    PlanFact,
    SchemeBlock,
    Step,
)
from model.values import Value
from templates.blueprint.deals import DEALS
from templates.screens.deal_columns import DEAL_COLUMNS
from tests.office import office

D = Decimal
ASOF = date(2026, 3, 12)
NOW = datetime(2026, 3, 12, 14, 32)  # noqa: DTZ001  # days of the trade are local
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
STAGES = (
    ("Новая", 10, ""),
    ("КП отправлено", 40, ""),
    ("Переговоры", 50, ""),
    ("Договор", 80, ""),
    ("Счёт выставлен", 90, ""),
    ("Успешно", 100, "успешно"),
    ("Отказ", 0, "отказ"),
)
DEAL_FIELDS = (
    "client_id",
    "stage",
    "amount",
    "next_step",
    "step_on",
    "step_at",
    "expected_on",
    "paid",
    "prob",
)


def day(number: int, month: int = 3) -> date:
    return date(2026, month, number)


def deals() -> list[tuple[object, ...]]:
    """Three deals are awaited: 919 000 in all, 640 600 with probability."""
    return [
        ("Стройтехно ООО", "КП отправлено", 640000, None, None, None, day(25), None, None),
        ("Дом-Сервис", "Договор", 1200000, "Подписать", None, None, day(30), None, None),
        ("ИП Ковалёв", "Новая", 85000, "Перезвонить", day(10), time(11), None, None, None),
        (
            "Альфа-Маркет",
            "Счёт выставлен",
            310000,
            "Напомнить об оплате",
            day(11),
            time(10),
            day(11),
            58000,
            None,
        ),
        (
            "Вектор",
            "Переговоры",
            450000,
            "Встреча у них",
            day(16),
            time(15),
            day(10, 4),
            None,
            None,
        ),
        (
            "Гранит-Юг",
            "КП отправлено",
            275000,
            "Созвон по КП",
            day(12),
            time(16),
            day(27),
            None,
            None,
        ),
        ("Медснаб", "Новая", None, "Отправить КП", day(12), None, None, None, None),
        (
            "Орион Плюс",
            "Договор",
            980000,
            "Забрать подписанный",
            day(13),
            time(12),
            day(20),
            490000,
            None,
        ),
        (
            "Пекарня № 1",
            "Счёт выставлен",
            154000,
            "Проверить оплату",
            day(16),
            None,
            day(16),
            None,
            None,
        ),
        (
            "Лесторг",
            "Переговоры",
            720000,
            "Отправить образцы",
            day(17),
            None,
            day(3, 4),
            None,
            None,
        ),
        ("Техноком", "Успешно", 400000, None, None, None, day(5), 400000, None),
        ("Радуга", "Отказ", 190000, None, None, None, day(20), None, None),
    ]


def scheme() -> SchemeBlock:
    return SchemeBlock(
        base=D(40000),
        tiers=((D(0), D("0.03")), (D(1000000), D("0.04"))),
        multiplier=(),
        linear_multiplier=False,
        new_clients=D(6000),
        penalty=D(1000),
        sentences=(
            "Оклад 40 000 руб. за полный месяц, по отработанным дням",
            "3 % с оплат до 1 000 000 руб., с каждого рубля свыше - 4 %",
            "За каждого нового клиента 3 000 руб. после первой оплаты",
            "Просроченный шаг: три в месяц прощаются, дальше 500 руб. за каждый. Оклад не трогаем",
            "Действует с 01.01.26, утвердил Орлов",
        ),
    )


def plan_fact(who: str = "Иванов Пётр") -> tuple[PlanFact, ...]:
    def line(measure: Measure, light: Light, *numbers: str) -> PlanFact:
        plan, fact, pct, expected, deviation, runrate, per_day, pace = map(D, numbers)
        return PlanFact(
            who,
            measure,
            plan,
            fact,
            pct,
            expected,
            deviation,
            runrate,
            per_day,
            pace,
            light,
            D("12.4"),
            D("31.0"),
        )

    return (
        line(
            Measure.MONEY,
            Light.GREEN,
            "1250000",
            "548000",
            "43.84",
            "476190.48",
            "71809.52",
            "1438500",
            "54000",
            "68500",
        ),
        line(Measure.DEALS, Light.YELLOW, "9", "3", "33.33", "3.43", "-0.43", "7.88", "1", "0.4"),
        line(Measure.NEW_CLIENTS, Light.GREEN, "4", "2", "50", "1.52", "0.48", "5.25", "1", "0.3"),
        line(
            Measure.CALLS, Light.YELLOW, "420", "131", "31.19", "160", "-29", "343.88", "23", "16.4"
        ),
        line(Measure.OFFERS, Light.RED, "40", "12", "30", "15.24", "-3.24", "31.5", "3", "1.5"),
    )


def three(code: str, title: str, now: int, likely: int, everything: int, how: str) -> PayLine:
    return PayLine(code, title, D(now), D(likely), D(everything), how)


def ivanov() -> PersonFigures:
    return PersonFigures(
        name="Иванов Пётр",
        month=MARCH,
        asof=ASOF,
        written_at=NOW,
        scheme=scheme(),
        basis=(D(548000), D(1188600), D(1467000)),
        pay=(D(61440), D(82544), D(93680)),
        lines=(
            three("base", "Оклад", 40000, 40000, 40000, "21 рабочий день из 21"),
            three("tier_1", "3 % с первых 1 000 000 оплат", 16440, 30000, 30000, "548 000 × 3 %"),
            three(
                "tier_2",
                "4 % с оплат свыше 1 000 000",
                0,
                7544,
                18680,
                "до ступени 452 000; дальше с каждой 1 000 - 40 руб. вместо 30",
            ),
            three(
                "new_clients",
                "Новые клиенты",
                6000,
                6000,
                6000,
                "2 × 3 000: Орион Плюс, Альфа-Маркет",
            ),
            three(
                "penalty",
                "Депремирование",
                -1000,
                -1000,
                -1000,
                "5 просроченных шагов, 3 прощаются, 2 × 500. Оклад не трогаем",
            ),
        ),
        paid_count=2,
        expected_count=3,
        expected_rest=D(919000),
        expected_likely=D(640600),
        since_yesterday=D(17700),
        since_yesterday_why="Орион Плюс, 490 000 × 3 %, новый клиент",
        plan_fact=plan_fact(),
        days_total=21,
        days_left=13,
        steps=(Step("Просрочено на 2 дн.", "ИП Ковалёв: перезвонить", "С-99", date(2026, 3, 10)),),
        not_counted=(
            Counted(
                date(2026, 3, 11), "ООО «Рассвет»", D(54000), "нет такого клиента, «Вопросы» № 24"
            ),
            Counted(None, "Дом-Сервис", D(1200000), "у шага нет даты"),
            Counted(None, "Стройтехно ООО", D(640000), "нет следующего шага"),
            Counted(None, "Альфа-Маркет", D(252000), "дата оплаты прошла"),
            Counted(None, "Медснаб", None, "нет суммы"),
        ),
        counted=(
            Counted(date(2026, 3, 4), "Альфа-Маркет", D(58000), "", D("0.03"), D(1740)),
            Counted(date(2026, 3, 11), "Орион Плюс", D(490000), "", D("0.03"), D(14700)),
        ),
        changes=(
            Counted(date(2026, 3, 11), "Орион Плюс", D(14700), "оплата 490 000 × 3 %"),
            Counted(date(2026, 3, 11), "Орион Плюс", D(3000), "новый клиент"),
            Counted(date(2026, 3, 10), "ИП Ковалёв", D(-500), "просрочен шаг"),
            Counted(date(2026, 3, 4), "Альфа-Маркет", D(4740), "оплата 58 000 × 3 %, новый клиент"),
        ),
        promised=D(78400),
        accrued_before=D(79120),
        last_month_pay=D(79120),
        head="Орлов",
        helper="Олег, 8 916 000-00-00",
    )


def service_sheet(book: Workbook) -> None:
    sheet = book.create_sheet("_service")
    moments: dict[str, str | date | None] = {
        "asof": ASOF,
        "now": NOW,
        "written_at": NOW,
        "stop_text": None,
        "helper": "Олег",
    }
    for row, (name, value) in enumerate(moments.items(), start=2):
        sheet.cell(row, 3, value)
        book.defined_names[name] = DefinedName(name, attr_text=f"'_service'!$C${row}")
    for row, stage in enumerate(STAGES, start=20):
        for col, part in enumerate(stage, start=3):
            sheet.cell(row, col, part)
    for letter, name in zip("CDE", ("name", "prob", "outcome"), strict=True):
        key = f"stages_{name}"
        book.defined_names[key] = DefinedName(
            key, attr_text=f"'_service'!${letter}$20:${letter}$40"
        )
    sheet.sheet_state = "hidden"


def deals_sheet(book: Workbook, rows: list[tuple[object, ...]] | None = None) -> None:
    """«Сделки» with the live columns, headings in row 3, rows from row 4 on."""
    sheet = book.create_sheet("Сделки")
    first = (DEALS.column(key) for key in ("stage_kind", "stage_prob"))
    live = {column.key: column.live or "" for column in (*first, *DEAL_COLUMNS)}
    fields = (*DEAL_FIELDS, *live)
    letters = {field: chr(ord("C") + place) for place, field in enumerate(fields)}
    for field, letter in letters.items():
        sheet[f"{letter}3"] = field
        name = f"deals_{field}"
        book.defined_names[name] = DefinedName(
            name, attr_text=f"'Сделки'!${letter}$4:${letter}$504"
        )
    for number, deal in enumerate(rows if rows is not None else deals(), start=4):
        for field, typed in zip(DEAL_FIELDS, deal, strict=True):
            sheet[f"{letters[field]}{number}"] = typed
        cells = {field: f"{letter}{number}" for field, letter in letters.items()}
        for field, template in live.items():
            sheet[f"{letters[field]}{number}"] = template.format(row=number, **cells)


def pour(sheet: Worksheet, slots: tuple[Slot, ...], filled: Mapping[str, Value]) -> None:
    """Write the values where the slots stand, as the daemon would."""
    for slot in slots:
        if slot.kind is SlotKind.FACT and slot.key in filled:
            sheet.cell(*slot.at).value = filled[slot.key]  # type: ignore[assignment]


def recalculated(book: Workbook, folder: Path) -> Workbook:
    """The book as LibreOffice calculates it; cells hold results."""
    source = folder / "book.xlsx"
    book.save(source)
    shown = office().convert(source, "xlsx", folder / "out", recalc=True)
    return load_workbook(shown, data_only=True)
