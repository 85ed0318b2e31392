"""Numbers, months and plurals as a salesperson would write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from model.figures import Light, Measure, Period, Span
from templates.screens.plan_line import COUNTED, MONEY

NBSP = "\u00a0"
DASH = "—"
MONTHS = (
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
)
MONTHS_TO = (
    "январю",
    "февралю",
    "марту",
    "апрелю",
    "маю",
    "июню",
    "июлю",
    "августу",
    "сентябрю",
    "октябрю",
    "ноябрю",
    "декабрю",
)
MONTHS_IN = (
    "январе",
    "феврале",
    "марте",
    "апреле",
    "мае",
    "июне",
    "июле",
    "августе",
    "сентябре",
    "октябре",
    "ноябре",
    "декабре",
)
MEASURES = {
    Measure.MONEY: "Оплаты, руб.",
    Measure.WON: "Закрытые сделки, руб.",
    Measure.INVOICED: "Счета, руб.",
    Measure.DEALS: "Выигранные сделки",
    Measure.NEW_CLIENTS: "Новые клиенты",
    Measure.CALLS: "Звонки от 10 секунд",
    Measure.OFFERS: "КП отправлено",
}
IN_MONEY = frozenset({Measure.MONEY, Measure.WON, Measure.INVOICED})
SPANS = {
    Span.MONTH: "Месяц",
    Span.QUARTER: "Квартал",
    Span.HALF: "Полугодие",
    Span.YEAR: "Год",
}
LIGHT_CODES = {Light.RED: 1, Light.YELLOW: 2, Light.GREEN: 4, Light.GREY: 0}


def unit(measure: Measure) -> str:
    """What the templates of live figures call the unit of a measure."""
    return MONEY if measure in IN_MONEY else COUNTED


def money(value: Decimal) -> str:
    """Whole roubles with thousands apart: 61 440."""
    whole = int(value.quantize(Decimal(1), ROUND_HALF_UP))
    return f"{whole:,}".replace(",", NBSP)


def signed(value: Decimal) -> str:
    """The same with a sign: +17 700."""
    return ("+" if value > 0 else "") + money(value)


def percent(value: Decimal) -> str:
    """A whole percent: 44 %."""
    return f"{money(value)}{NBSP}%"


def rate(value: Decimal) -> str:
    """A rate given as a fraction: 0.035 -> 3,5 %."""
    share = (value * 100).normalize()
    return f"{share:f}".replace(".", ",") + f"{NBSP}%"


def count(number: int, one: str, few: str, many: str) -> str:
    """A number with its noun: 1 день, 2 дня, 5 дней."""
    tens, units = number % 100, number % 10
    if tens // 10 == 1 or units == 0 or units > 4:
        return f"{number}{NBSP}{many}"
    return f"{number}{NBSP}{one if units == 1 else few}"


def month(day: date) -> str:
    """март 2026."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def period_name(span: Span, start: date) -> str:
    """март 2026, 1 квартал 2026, 1 полугодие 2026, 2026 год."""
    match span:
        case Span.MONTH:
            return month(start)
        case Span.QUARTER:
            return f"{(start.month + 2) // 3} квартал {start.year}"
        case Span.HALF:
            return f"{1 if start.month < 7 else 2} полугодие {start.year}"
        case Span.YEAR:
            return f"{start.year} год"


def to_previous(span: Span, start: date) -> str:
    """Heading of the comparison with the period before: К февралю."""
    match span:
        case Span.MONTH:
            return f"К {MONTHS_TO[start.month - 2]}"
        case Span.QUARTER:
            return f"К {(start.month + 8) // 3 % 4 + 1} кварталу"
        case Span.HALF:
            return f"К {2 if start.month < 7 else 1} полугодию"
        case Span.YEAR:
            return f"К {start.year - 1} году"


def to_last_year(span: Span, start: date) -> str:
    """Heading of the comparison with a year before: К марту 2025."""
    if span is Span.MONTH:
        return f"К {MONTHS_TO[start.month - 1]} {start.year - 1}"
    return f"К {start.year - 1} году"


def span_start(span: Span, month_start: date) -> date:
    """First day of the quarter, half or year that a month stands in."""
    length = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF: 6, Span.YEAR: 12}[span]
    first = (month_start.month - 1) // length * length + 1
    return date(month_start.year, first, 1)


def span_before(span: Span, start: date) -> date:
    """First day of the same span before."""
    length = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF: 6, Span.YEAR: 12}[span]
    months = start.year * 12 + start.month - 1 - length
    return date(months // 12, months % 12 + 1, 1)


def moment(at: datetime) -> str:
    """12.03 в 14:32."""
    return f"{at:%d.%m} в {at:%H:%M}"


def last_day(period: Period) -> date:
    """The last day that belongs to a period."""
    return date.fromordinal(period.end.toordinal() - 1)


def shown(value: Decimal | None, measure: Measure) -> Decimal | str:
    """A figure for a cell: kopecks kept, a count under fifty with one decimal, a dash for none."""
    if value is None:
        return DASH
    if measure in IN_MONEY:
        return value
    step = Decimal("0.1") if 0 < value < 50 else Decimal(1)
    return value.quantize(step, ROUND_HALF_UP)
