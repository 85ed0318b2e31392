"""What the report and the pages call things: measures, periods, the sentence about a lamp.

Pure numbers are worded in `model.texts.numbers`; here stand the words around them. Moments are
local and carry no zone: whoever fills the figures has turned them already.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from model.figures import Lamp, Measure, Period, PlanFact
from model.texts.numbers import (
    DASH,
    GAP,
    counted,
    delta_percent,
    moment,
    money,
    month_dative,
    number,
    percent,
    signed_money,
)

TEAM = "Отдел"
"""Shown name of the team's total in `TeamFigures.plan_fact`."""
HUNDRED = Decimal(100)
SMALL_COUNT = 50
"""A computed count below this keeps one place after the comma (UX section 2)."""

MONEY_MEASURES = frozenset({Measure.MONEY, Measure.WON, Measure.INVOICED})

TITLES = {
    Measure.MONEY: "Оплаты",
    Measure.WON: "Закрытые сделки",
    Measure.INVOICED: "Выставлено счетов",
    Measure.DEALS: "Выигранные сделки",
    Measure.NEW_CLIENTS: "Новые клиенты",
    Measure.CALLS: "Звонки от 10 секунд",
    Measure.OFFERS: "КП отправлено",
    Measure.TRIES: "Звонки без разговора",
    Measure.TALK: "Секунды разговоров",
    Measure.INVOICES: "Счета",
    Measure.LEADS: "Заявки",
    Measure.MARGIN: "Маржа",
    Measure.INCOME: "Поступления",
    Measure.STARTED: "Начатые сделки",
    Measure.STARTED_SUM: "Сумма начатых сделок",
    Measure.OPEN: "Открытые сделки",
    Measure.FINISHED: "Выигранные сделки целиком",
    Measure.LOST: "Проигранные сделки",
    Measure.CYCLE: "Дни до выигрыша",
    Measure.CHECK: "Чек",
    Measure.AD_COST: "Расходы на рекламу",
    Measure.AD_CLICKS: "Клики по рекламе",
}

BY_MONEY = {
    Measure.MONEY: "по оплатам",
    Measure.WON: "по закрытым сделкам",
    Measure.INVOICED: "по счетам",
}
WITHOUT_ONE = {
    Measure.MONEY: "одной оплаты",
    Measure.WON: "одной сделки",
    Measure.INVOICED: "одного счёта",
}
OF_MONEY = {
    Measure.MONEY: "от оплат",
    Measure.WON: "от закрытых сделок",
    Measure.INVOICED: "от счетов",
}


def measure_title(measure: Measure) -> str:
    """The heading of a measure, money with its mark: «Оплаты, руб.»."""
    title = TITLES[measure]
    return f"{title}, руб." if measure in MONEY_MEASURES else title


def amount(value: Decimal | None, measure: Measure) -> str:
    """A figure of a measure: a sum without kopecks, a small count with a place if it needs one."""
    if value is None:
        return DASH
    if measure in MONEY_MEASURES or value == value.to_integral_value() or abs(value) >= SMALL_COUNT:
        return money(value)
    return number(value, places=1)


def deviation(value: Decimal | None, measure: Measure) -> str:
    """A deviation with its sign, rounded as its figure is."""
    if value is None or measure in MONEY_MEASURES:
        return signed_money(value)
    text = amount(value, measure)
    return f"+{text}" if value > 0 and text.strip("0,") else text


def attainment(pct: Decimal | None) -> str:
    """Share of the plan; just under 100 keeps a place, so that nobody reads «выполнен»."""
    if pct is not None and HUNDRED - Decimal("0.5") <= pct < HUNDRED:
        return percent(min(pct, Decimal("99.9")), places=1)
    return percent(pct)


def to_previous_title(month: Period) -> str:
    """The heading of the comparison with the month before: «К февралю»."""
    return f"К{GAP}{month_dative(month.start - timedelta(days=1))}"


def to_last_year_title(month: Period) -> str:
    """The heading of the comparison with the year before: «К марту 2025»."""
    return f"К{GAP}{month_dative(month.start)}{GAP}{month.start.year - 1}"


def to_previous(share: Decimal | None, month: Period) -> str:
    """«+12 % к февралю»; without a base there is nothing to compare with."""
    if share is None:
        return "сравнить не с чем"
    return f"{delta_percent(share)} к{GAP}{month_dative(month.start - timedelta(days=1))}"


def when(at: datetime | None, today: date) -> str:
    """The hour of today's moment, the day and the hour of an older one, a dash for never."""
    if at is None:
        return DASH
    return f"{at:%H:%M}" if at.date() == today else moment(at)


def deals(count: int) -> str:
    """«14 сделок»."""
    return counted(count, "сделка", "сделки", "сделок")


def payments(count: int) -> str:
    """«3 оплаты»."""
    return counted(count, "оплата", "оплаты", "оплат")


def working_days(count: int) -> str:
    """«13 рабочих дней»."""
    return counted(count, "рабочий день", "рабочих дня", "рабочих дней")


def lamp_sentence(lamp: Lamp) -> str:
    """A lit lamp as one line of the report: «Просрочена оплата: 3 (418 тыс., Вектор 250)»."""
    detail = f" ({', '.join(lamp.detail)})" if lamp.detail else ""
    return f"{lamp.title}: {number(lamp.count)}{detail}."


def plan_line(row: PlanFact) -> str:
    """Fact out of plan in words: «548 000 из 1 250 000», without a plan the fact alone."""
    fact = amount(row.fact, row.measure)
    return fact if row.plan is None else f"{fact} из{GAP}{amount(row.plan, row.measure)}"
