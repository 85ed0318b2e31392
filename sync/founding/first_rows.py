"""The rows that every team begins with: stages, lists, general settings, people, pay, plans.

Rows of «Настройки» and «Планы» are known by their text, so their ids are made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain

from model.blueprint import Blueprint, Table
from model.row_ids import text_id
from model.values import Value
from sync.figures.earning import QUALITY_KEY, QUALITY_NORM
from sync.figures.rules import DEFAULT_SCHEME
from sync.founding.content import Rows
from sync.intake.joining import WINDOW, WINDOW_KEY
from sync.plans import calendar, rates
from sync.quality import fields
from sync.scene import fold
from sync.scheduling.monthly import DAY_KEY, FIRST, TO_KEY

STAGES = (
    ("Новая", 10, 2, None),
    ("КП отправлено", 40, 5, None),
    ("Переговоры", 50, 14, None),
    ("Договор", 80, 7, None),
    ("Счёт выставлен", 90, 10, None),
    ("Успешно", 100, None, "успешно"),
    ("Отказ", 0, None, "отказ"),
)
"""Name, probability in per cent, norm of days, how it ends (UX section 5)."""
LISTS: Mapping[str, tuple[str, ...]] = {
    "reasons": (
        "Дорого",
        "Выбрали других",
        "Нет бюджета",
        "Нет потребности",
        "Не отвечает",
        "Не наш профиль",
        "Спам",
    ),
    "sources": (
        "Сайт",
        "Яндекс Директ",
        "ВКонтакте",
        "Рекомендация",
        "Холодный звонок",
        "Выставка",
    ),
    "industries": (
        "Строительство",
        "Отделка и ремонт",
        "Торговля",
        "Производство",
        "Сельское хозяйство",
        "Госзаказ",
    ),
    "units": ("шт.", "м", "м²", "м³", "кг", "т", "упак."),
}
HIDDEN_SHEETS = (
    *("card", "calls", "tasks", "contacts", "letters", "documents", "complaints", "receipts"),
    *("journal", "rating", "norms", "calendar", "rates", "costs", "routing", "card_fields"),
    "access",
)
MONEY_METRIC = "Оплаты, руб."
PAYDAY, REPLY_MINUTES, GREEN_FROM, YELLOW_FROM = 10, 30, 95, 80
HOURS = "09:00-18:00"


@dataclass(frozen=True, slots=True)
class Pay:
    """What a person is paid for: salary, percent of payments by steps, and the smaller rules."""

    salary: Decimal
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()
    """From which sum of payments which per cent holds, the first from 0."""
    new_client: Decimal | None = None
    late_step: Decimal | None = None
    forgiven: int = 0


@dataclass(frozen=True, slots=True)
class NewPerson:
    """One person of a new team."""

    name: str
    department: str = ""
    pay: Pay | None = None
    plans: Mapping[str, tuple[Decimal | None, ...]] | None = None
    """Plan of each month by measure as «Планы» names it."""
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """What the settings rows need to know of a new team."""

    owner: str
    helper: str
    people: Sequence[NewPerson]
    year: int


def first_rows(ways: Ways, blueprint: Blueprint) -> dict[str, Rows]:
    """The rows of every settings table."""
    schemes = _schemes(ways.people)
    lines: dict[str, Iterable[Mapping[str, Value]]] = {
        "stages": _stages(),
        **{key: ({"name": name} for name in names) for key, names in LISTS.items()},
        "general": _general(ways),
        "sheets": (
            {"sheet": blueprint.sheets[key].title.ru, "shown": "нет"}
            for key in HIDDEN_SHEETS
            if key in blueprint.sheets
        ),
        "staff": _staff(ways, schemes),
        "pay_rules": _pay_rules(schemes, date(ways.year, 1, 1)),
        "plans": _plans(ways),
        "calendar": chain.from_iterable(
            calendar.seed_rows(year) for year in calendar.years_to_seed(date(ways.year, 1, 1))
        ),
        "rates": rates.seed_rows(),
        "card_fields": fields.seed_rows(blueprint, (stage[0] for stage in STAGES)),
    }
    return {key: text_rows(blueprint, key, rows) for key, rows in lines.items()}


def id_of(table: Table, values: Mapping[str, Value]) -> str:
    """Id of a row that is known by its text."""

    def said(field: str) -> str:
        value = values.get(field)
        return "" if value is None else str(value)

    return text_id(table.key_of(said))


def text_rows(blueprint: Blueprint, key: str, lines: Iterable[Mapping[str, Value]]) -> Rows:
    """Rows of a table whose rows are known by their text; of equal texts the first stays."""
    rows = Rows()
    for values in lines:
        row_id = id_of(blueprint.tables[key], values)
        if row_id not in rows.values:
            rows.add(row_id, values)
    return rows


def _stages() -> Iterable[Mapping[str, Value]]:
    for name, probability, norm, outcome in STAGES:
        yield {
            "name": name,
            "prob": Decimal(probability),
            "norm_days": None if norm is None else Decimal(norm),
            "outcome": outcome,
        }


def _general(ways: Ways) -> Iterable[Mapping[str, Value]]:
    lines = (
        (
            "Продажи считать по",
            "оплатам",
            "оплатам, закрытым сделкам или счетам: от этого план и зарплата",
        ),
        ("Год планов", str(ways.year), "какой год стоит на листе «Планы»"),
        ("Срок ответа на заявку, мин.", str(REPLY_MINUTES), "позже - красный сигнал «Опоздали»"),
        ("Часы работы", HOURS, "вне этих часов срок ответа не идёт"),
        (WINDOW_KEY, str(WINDOW), "кто пишет снова за это время, тот остаётся одной заявкой"),
        (
            "Зелёный от, %",
            str(GREEN_FROM),
            "сколько надо сделать к сегодня, чтобы строка была зелёной",
        ),
        ("Жёлтый от, %", str(YELLOW_FROM), "ниже - красная"),
        (
            QUALITY_KEY,
            str(QUALITY_NORM),
            "какая полнота карточек - вся норма; в зарплату входит, если есть в схеме",
        ),
        ("Дата выплаты", str(PAYDAY), "число месяца, когда платят за прошлый"),
        (
            DAY_KEY,
            str(FIRST),
            "по какому рабочему дню месяца делать отчёт за прошлый; «нет» - не делать",
        ),
        (TO_KEY, None, "адреса через запятую; почтовый сервер - в sheetcrm.toml"),
        ("Код города", None, "чтобы понимать короткие номера, например 495"),
        (
            "Кого звать",
            ways.helper or None,
            "имя и телефон: их видят все, когда что-то не обновилось",
        ),
    )
    return ({"key": key, "value": value, "note": note} for key, value, note in lines)


def _schemes(people: Sequence[NewPerson]) -> dict[Pay, str]:
    """A name for each different way of paying; the first is «Основная»."""
    names: dict[Pay, str] = {}
    for pay in (p.pay for p in people):
        if pay is not None and pay not in names:
            names[pay] = DEFAULT_SCHEME if not names else f"Схема {len(names) + 1}"
    return names


def _staff(ways: Ways, schemes: Mapping[Pay, str]) -> Iterable[Mapping[str, Value]]:
    if fold(ways.owner) not in {fold(person.name) for person in ways.people}:
        yield {"fio": ways.owner, "role": "руководитель", "active": "да"}
    for person in ways.people:
        yield {
            "fio": person.name,
            "role": "менеджер",
            "department": person.department or None,
            "scheme": None if person.pay is None else schemes[person.pay],
            "active": "да",
            "head": None if fold(person.name) == fold(ways.owner) else ways.owner,
            "ext": person.extension or None,
        }


def _pay_rules(schemes: Mapping[Pay, str], since: date) -> Iterable[Mapping[str, Value]]:
    for pay, name in schemes.items():
        for component, start, rate, note in _components(pay):
            yield {
                "scheme": name,
                "component": component,
                "start": start,
                "rate": rate,
                "since": since,
                "note": note,
            }


def _components(pay: Pay) -> Iterable[tuple[str, Decimal | None, Decimal, str]]:
    """Component, «Порог от», «Ставка», explanation."""
    yield "оклад", None, pay.salary, "за полный месяц, за неполный - по рабочим дням"
    if len(pay.tiers) == 1:
        yield "процент", Decimal(0), pay.tiers[0][1], "процент с оплат клиентов менеджера"
    elif pay.tiers:
        for start, rate in pay.tiers:
            yield "шкала", start, rate, "процент с той части оплат, что выше порога"
    if pay.new_client is not None:
        yield "новые клиенты", None, pay.new_client, "рублей за первую оплату нового клиента"
    if pay.late_step is not None:
        free = Decimal(pay.forgiven)
        yield (
            "депремирование",
            free,
            pay.late_step,
            "за просроченный шаг; порог - сколько прощается",
        )


def _plans(ways: Ways) -> Iterable[Mapping[str, Value]]:
    for person in ways.people:
        for metric, months in (person.plans or {}).items():
            cells = {f"m{n:02}": value for n, value in enumerate(months, start=1)}
            yield {"who": person.name, "metric": metric, **cells}


def whole_year(month: Decimal | None) -> dict[str, tuple[Decimal | None, ...]]:
    """The same plan of payments in every month; none when there is none yet."""
    return {} if month is None else {MONEY_METRIC: (month,) * 12}
