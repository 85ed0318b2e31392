"""One salesperson's figures as lines ready to be shown, for the report and for «Мой прогноз».

While the month runs the three scenarios stand beside each other; once it is over, what is paid is
all there is, and one column is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from model.figures import Counted, Measure, PersonFigures, PlanFact
from model.texts.numbers import (
    DASH,
    GAP,
    counted,
    day_month,
    delta_percent,
    money,
    month_word,
    signed_money,
)
from sync.reports import words

SCENARIOS = ("На сегодня", "Скорее всего", "Если оплатят всё")
ROWS_ON_SHEET = 24
"""Printed lines under the cards of a person's A4 sheet, headings not counted."""
ROWS_LEFT_OUT = 5
ROWS_COUNTED = 3
"""Payments that are shown even beside the longest scheme."""
LONG_LINE = 70
"""An explanation longer than this takes two printed lines."""
NOT_SET_UP = "Зарплата не настроена: «Настройки», «Мотивация»"


@dataclass(frozen=True, slots=True)
class Figure:
    """A card in words: what it is, the figure, what stands behind it."""

    title: str
    value: str
    notes: tuple[str, ...]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class PayRow:
    """One line of the pay table; `kind` is empty, `basis` or `total`."""

    title: str
    sums: tuple[Decimal, ...]
    how: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """The rows that are shown, and a sentence about those that are not."""

    rows: tuple[Counted, ...]
    more: str


@dataclass(frozen=True, slots=True)
class PersonSheet:
    """A manager's own page of the monthly report."""

    name: str
    cards: tuple[Figure, ...]
    plan_fact: tuple[PlanFact, ...]
    pay_titles: tuple[str, ...]
    lines: tuple[PayRow, ...]
    counted: Cut
    left_out: Cut


def person_sheet(person: PersonFigures) -> PersonSheet:
    """One manager's page: pay, plan and fact, what entered and what did not."""
    titles = ("Начислено",) if is_over(person) else SCENARIOS
    lines = tuple(
        PayRow(row.title, row.sums[: len(titles)], row.how, row.kind) for row in pay_rows(person)
    )
    left_out = largest(person.not_counted, ROWS_LEFT_OUT)
    taken = len(person.plan_fact) + len(left_out.rows)
    taken += sum(2 if len(row.how) > LONG_LINE else 1 for row in lines)
    return PersonSheet(
        name=person.name,
        cards=_sheet_cards(person),
        plan_fact=person.plan_fact,
        pay_titles=titles,
        lines=lines,
        counted=largest(person.counted, max(ROWS_COUNTED, ROWS_ON_SHEET - taken)),
        left_out=left_out,
    )


def is_over(person: PersonFigures) -> bool:
    """True from the last day of the month on."""
    return person.asof >= person.month.end - timedelta(days=1)


def money_line(person: PersonFigures) -> PlanFact | None:
    """The line of plan and fact that pay follows: the first one in money."""
    return next((row for row in person.plan_fact if row.measure in words.MONEY_MEASURES), None)


def pay_rows(person: PersonFigures) -> tuple[PayRow, ...]:
    """The basis, each line of the scheme, the total; nothing when pay is not set up."""
    if person.pay is None:
        return ()
    line = money_line(person)
    title = words.TITLES[line.measure if line else Measure.MONEY]
    basis = PayRow(f"{title}, с которых считаем", person.basis, basis_words(person), "basis")
    lines = [
        PayRow(row.title, (row.now, row.likely, row.everything), row.how) for row in person.lines
    ]
    return (basis, *lines, PayRow("Итого до вычета НДФЛ", person.pay, "", "total"))


def basis_words(person: PersonFigures) -> str:
    """«2 оплаты; ждём ещё 3 на 919 000, с вероятностью 640 600»."""
    if not person.paid_count:
        start = f"Оплат в{GAP}этом месяце ещё не было"
    else:
        start = words.payments(person.paid_count)
    if not person.expected_count or is_over(person):
        return start
    rest = f"ждём ещё {person.expected_count} на{GAP}{money(person.expected_rest)}"
    return f"{start}; {rest}, с{GAP}вероятностью {money(person.expected_likely)}"


def largest(rows: Sequence[Counted], most: int) -> Cut:
    """The largest rows in their order, and how many smaller ones for how much are not shown."""
    if len(rows) <= most:
        return Cut(tuple(rows), "")
    order = sorted(range(len(rows)), key=lambda place: (-(rows[place].amount or 0), place))
    kept = frozenset(order[:most])
    hidden = [row for place, row in enumerate(rows) if place not in kept]
    total = sum((row.amount or Decimal(0) for row in hidden), Decimal(0))
    count = counted(len(hidden), "строка", "строки", "строк")
    shown = tuple(row for place, row in enumerate(rows) if place in kept)
    return Cut(shown, f"И ещё {count} на{GAP}{money(total)}{GAP}руб.: книга, лист «Мой прогноз».")


def forecast_cards(person: PersonFigures) -> tuple[Figure, ...]:
    """The three cards of «Мой прогноз»."""
    return (_pay_card(person), _plan_card(person), _per_day_card(person))


def _pay_card(person: PersonFigures) -> Figure:
    title = "Уже ваши, если больше никто не заплатит"
    if person.pay is None:
        return Figure(title, DASH, (NOT_SET_UP,))
    now, likely, _ = person.pay
    notes = [_since(person), f"Скорее всего {money(likely)}" if likely != now else ""]
    return Figure(title, f"{money(now)}{GAP}руб.", tuple(filter(None, notes)), "good")


def _since(person: PersonFigures) -> str:
    change = person.since_yesterday
    if change is None:
        return ""
    if not change:
        return f"Со{GAP}вчера без изменений"
    why = f": {person.since_yesterday_why}" if person.since_yesterday_why else ""
    return f"Со{GAP}вчера {signed_money(change)}{why}"


def _plan_card(person: PersonFigures) -> Figure:
    line = money_line(person)
    title = f"{words.TITLES[line.measure if line else Measure.MONEY]} к{GAP}плану"
    if line is None or line.plan is None:
        month = month_word(person.month.start)
        return Figure(
            title, DASH, (f"Плана на{GAP}{month} нет: его ставит {person.head} на листе «Планы»",)
        )
    need = "" if line.expected is None else f"К{GAP}сегодня надо {money(line.expected)}"
    notes = (words.plan_line(line), "" if is_over(person) else need)
    return Figure(title, words.attainment(line.pct), tuple(filter(None, notes)), line.light.value)


def _per_day_card(person: PersonFigures) -> Figure:
    line = money_line(person)
    title = f"Нужно в{GAP}день до конца месяца"
    total = words.working_days(person.days_left)
    left = f"Осталось {total} из{GAP}{person.days_total}"
    if line is None or line.plan is None:
        return Figure(title, DASH, (left,))
    if line.fact >= line.plan:
        return Figure(title, "План выполнен", (left,), "good")
    value = DASH if line.per_day is None else f"{money(line.per_day)}{GAP}руб."
    pace = "" if line.now_per_day is None else f"Сейчас {money(line.now_per_day)} в{GAP}день"
    return Figure(title, value, tuple(filter(None, (left, pace))))


def _sheet_cards(person: PersonFigures) -> tuple[Figure, ...]:
    if not is_over(person):
        return forecast_cards(person)
    line = money_line(person)
    pay = DASH if person.pay is None else f"{money(person.pay[0])}{GAP}руб."
    note = NOT_SET_UP if person.pay is None else "до вычета НДФЛ"
    base = Figure(f"Зарплата за{GAP}{month_word(person.month.start)}", pay, (note,))
    if line is None:
        return (base,)
    year = Figure(
        words.to_last_year_title(person.month),
        delta_percent(line.to_last_year),
        (words.to_previous(line.to_previous, person.month),),
    )
    return (base, _plan_card(person), year)


def last_month_words(person: PersonFigures) -> str:
    """«Обещали 12.02: 78 900. Начислено 80 120.»; empty when neither is known."""
    before = person.month.start - timedelta(days=1)
    parts = []
    if person.promised is not None:
        parts.append(f"Обещали {day_month(before.replace(day=12))}: {money(person.promised)}.")
    if person.accrued_before is not None:
        parts.append(f"Начислено: {money(person.accrued_before)}.")
    return " ".join(parts)
