"""«Активность»: calls, offers and invoices of each person and of each day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from formulas.owners import NOT_STATED
from formulas.rounding import pct, r2
from model.figures import Measure, Period
from sync.figures.plans import TEAM
from sync.reports.facts import HUNDRED, Facts
from sync.reports.sheet import Card, Cell, Chart, Cite, Form, Line, Shape, Sheet, Table
from sync.reports.spans import DAY

SECONDS = 60
SHOWN = (
    Measure.TRIES,
    Measure.CALLS,
    Measure.TALK,
    Measure.OFFERS,
    Measure.INVOICES,
    Measure.LEADS,
    Measure.STARTED,
)
TITLES = ("Набрано", "Разговоров", "Минут", "КП", "Счетов", "Заявок", "Новых сделок")
WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
LONG = 45
"""More days than this are shown by weeks."""
Values = Mapping[Measure, Decimal]


def activity(facts: Facts) -> Sheet:
    """What everybody did, by the events themselves; nobody fills in a daily report."""
    whole = {measure: facts.total(measure) for measure in SHOWN}
    people = _people(facts, whole)
    return Sheet(
        kind="activity",
        title="Активность",
        days=facts.chosen.title,
        cards=_cards(facts, whole),
        tables=(people, _days(facts)),
        notes=(
            "Звонки - из телефонии; разговор - от 10 секунд. КП и счета - первый переход сделки "
            "на свой этап. Вписывать вручную ничего не нужно.",
        ),
    )


def _cards(facts: Facts, whole: Values) -> tuple[Card, ...]:
    dials = whole[Measure.TRIES] + whole[Measure.CALLS]
    days = facts.calendar.workdays(facts.days.start, facts.days.end - DAY)
    a_day = r2(whole[Measure.CALLS] / days).quantize(Decimal("0.1")) if days else None
    reach = pct(whole[Measure.CALLS], dials)
    return (
        Card("Разговоров", _cell(facts, whole, Measure.CALLS, None)),
        Card("Дозвон", Cell(reach, Form.PERCENT), f"из {Cell(dials, Form.COUNT).shown} набранных"),
        Card("Разговоров в день", Cell(a_day, Form.COUNT), f"рабочих дней {days}"),
        Card("КП отправлено", _cell(facts, whole, Measure.OFFERS, None)),
    )


def _cell(
    facts: Facts, values: Values, measure: Measure, who: str | None, days: Period | None = None
) -> Cell:
    """A figure of a person or a day; dialled numbers are talks and attempts together."""
    measures = (Measure.TRIES, Measure.CALLS) if measure is Measure.TRIES else (measure,)
    value = sum((values.get(one, Decimal(0)) for one in measures), Decimal(0))
    if measure is Measure.TALK:
        return Cell(r2(value / SECONDS).quantize(Decimal(1)), Form.COUNT)
    span = ((who if who is not None else facts.manager, days or facts.days),)
    return Cell(value, Form.COUNT, Cite(measures, span))


def _people(facts: Facts, whole: Values) -> Table:
    names = [*facts.people(), ""]
    sums = {measure: facts.by_manager(measure) for measure in SHOWN}
    lines = []
    for who in names:
        own = {measure: sums[measure].get(who, Decimal(0)) for measure in SHOWN}
        if who or any(own.values()):
            cells = tuple(_cell(facts, own, measure, who) for measure in SHOWN)
            lines.append(Line(who or NOT_STATED, cells))
    if facts.manager is None:
        cells = tuple(_cell(facts, whole, measure, None) for measure in SHOWN)
        lines.append(Line(TEAM, cells, total=True))
    return Table("По менеджерам", ("Менеджер", *TITLES), tuple(lines))


def _days(facts: Facts) -> Table:
    """Each day with its events, or each week of a long time."""
    found: dict[Measure, Mapping[date, int]] = {
        measure: facts.reader.sums_by_day(measure, facts.manager, facts.days) for measure in SHOWN
    }
    long = (facts.days.end - facts.days.start).days > LONG
    spans = _weeks(facts.days) if long else _each(facts.days)
    lines = []
    for span in spans:
        own = {m: _sum(amount for day, amount in found[m].items() if day in span) for m in SHOWN}
        if any(own.values()):
            cells = tuple(_cell(facts, own, measure, None, span) for measure in SHOWN)
            lines.append(Line(_span_name(span), cells))
    return Table(
        title="По неделям" if long else "По дням",
        titles=("Неделя" if long else "День", *TITLES),
        lines=tuple(lines),
        chart=Chart("Разговоров", Shape.COLUMNS, (1,)),
    )


def _sum(amounts: Iterable[int]) -> Decimal:
    return Decimal(sum(amounts)) / HUNDRED


def _each(days: Period) -> list[Period]:
    length = (days.end - days.start).days
    return [Period(days.start + at * DAY, days.start + (at + 1) * DAY) for at in range(length)]


def _weeks(days: Period) -> list[Period]:
    spans, start = [], days.start
    while start < days.end:
        end = min(start + (7 - start.weekday()) * DAY, days.end)
        spans.append(Period(start, end))
        start = end
    return spans


def _span_name(span: Period) -> str:
    last = span.end - DAY
    if span.start == last:
        return f"{last:%d.%m} {WEEKDAYS[last.weekday()]}"
    return f"{span.start:%d.%m} - {last:%d.%m}"
