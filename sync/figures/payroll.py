"""«Зарплата» of any month: rows, what is approved, which month is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from model.figures import PayLine, PayrollMonth, PayrollRow
from model.texts.numbers import MONTHS, day_month, month_name
from sync.figures.month import Month
from sync.figures.pay_words import line_words
from sync.figures.paybook import PaidMonth, before, month_at
from sync.figures.people import as_closed, names_of
from sync.figures.plans import money_measure
from sync.scene import Scene, fold
from sync.settle.inputs import EVERYBODY, Input, Inputs, inputs_of

ZERO = Decimal(0)
YES = "да"
OPEN = "Предварительно: месяц не утверждён"
_NUMBERS = re.compile(
    r"(?:(\d{4})[-./](\d{1,2})(?:[-./]\d{1,2})?|(\d{1,2})[-./](\d{4}))(?: .*)?", re.ASCII
)
_WORDS = re.compile(r"([а-яё]+)\.?(?:\s+(\d{4}))?(?:\s*г\.?)?")
_STEM = 3
"""Letters that tell a month."""


def payroll_rows(month: Month, start: date, inputs: Inputs) -> tuple[PayrollRow, ...]:
    """A row for each person with a scheme who works, sold something then or has a closed month."""
    names = [p.name for p in month.earners() if p.active or _sold(month, p.name, start)]
    closed = sorted(s.person for s in month.book.slips.values() if s.month == start)
    names += [name for name in closed if fold(name) not in {fold(known) for known in names}]
    paid = (month.book.month(name, start) for name in names)
    return tuple(_row(month, one, inputs) for one in paid if one is not None)


def _sold(month: Month, name: str, start: date) -> bool:
    """Whether somebody who works no more brought in money in a month."""
    measure = money_measure(month.scene)
    return bool(month.book.ground.parts.of(measure, name, month_at(start)))


def pay_lines(scene: Scene, paid: PaidMonth) -> tuple[PayLine, ...]:
    """The lines of a month in words."""
    if paid.slip is not None:
        return tuple(map(as_closed, paid.slip.lines))
    out = []
    for line in paid.pay.lines:
        title, how = line_words(line, paid.reading.scheme, paid.given, names_of(scene, paid))
        out.append(PayLine(line.code, title, line.amount, line.amount, line.amount, how, line.rate))
    return tuple(out)


def _row(month: Month, paid: PaidMonth, inputs: Inputs) -> PayrollRow:
    amounts = {line.code: line.amount for line in paid.pay.steps}
    percent = sum(
        (
            amount
            for code, amount in amounts.items()
            if code.startswith("tier_") or code in {"no_plan", "multiplier"}
        ),
        ZERO,
    )
    gross, cut = paid.pay.pay, -amounts["penalty"]
    tax = month.book.tax(paid).tax
    return PayrollRow(
        name=paid.name,
        base=amounts["base"],
        worked=paid.given.worked,
        percent=percent,
        bonuses=gross - amounts["base"] - percent + cut,
        penalty=cut,
        gross=gross,
        tax=tax,
        net=gross - tax,
        lines=pay_lines(month.scene, paid),
        question=inputs.said(Input.OBJECTION, paid.name),
    )


def approved_words(month: Month, payroll: Sequence[PayrollRow], inputs: Inputs) -> str:
    """«Утверждён 03.04, Орлов» once everybody's pay is approved, with the day of the last one."""
    days = [
        inputs.since(Input.APPROVED, row.name)
        for row in payroll
        if fold(inputs.said(Input.APPROVED, row.name)) == YES
    ]
    known = [at for at in days if at is not None]
    if not payroll or len(known) < len(payroll):
        return ""
    return f"Утверждён {day_month(max(known).astimezone(month.scene.zone))}, {month.scene.owner}"


def payroll_month(month: Month) -> PayrollMonth:
    """The month that the owner picked, else the one of the figures."""
    said = month.inputs.said(Input.PAYROLL_MONTH, EVERYBODY)
    today = month.planner.asof
    start = picked_month(said, today)
    shown = start or month.period.start
    inputs = month.inputs if shown == month.period.start else inputs_of(month.reader, shown)
    rows = payroll_rows(month, shown, inputs)
    state = approved_words(month, rows, inputs)
    if said and start is None:
        example = f"{before(today):%m.%Y}"
        state = f"Не понял месяц «{said}»: впишите, например, {example}. {state or OPEN}"
    elif not state:
        state = f"{OPEN}{_waits(month, shown)}"
    return PayrollMonth(
        month=month_at(shown),
        rows=rows,
        state=state,
        approved={row.name: inputs.said(Input.APPROVED, row.name) for row in rows},
        picked=said,
    )


def _waits(month: Month, shown: date) -> str:
    """The month before, when its pay is not approved yet."""
    last = before(month.planner.asof)
    people = [person.name for person in month.earners() if person.active]
    names = {fold(name) for name in people if month.book.month(name, last) is not None}
    first = [month.book.first(name) for name in people]
    began = min((day for day in first if day is not None), default=None)
    closed = {who for who, start in month.book.slips if start == last}
    if shown == last or began is None or last < began or names <= closed:
        return ""
    return f". Ждёт утверждения {month_name(last)}: впишите в «Месяц» {last:%m.%Y}"


def picked_month(said: str, today: date) -> date | None:
    """First day of the month that words mean, never one to come: «02.2026», «февраль»."""
    words = fold(said)
    numbers = _NUMBERS.fullmatch(words)
    if numbers is not None:
        year, number = int(numbers[1] or numbers[4]), int(numbers[2] or numbers[3])
        return _past(year, number, today)
    named = _WORDS.fullmatch(words)
    if named is None or len(named[1]) < _STEM:
        return None
    fits = [n for n, name in enumerate(MONTHS, start=1) if name[:_STEM] == named[1][:_STEM]]
    if not fits:
        return None
    year = int(named[2]) if named[2] else today.year - (fits[0] > today.month)
    return _past(year, fits[0], today)


def _past(year: int, number: int, today: date) -> date | None:
    if not 1 <= number <= 12 or not 2000 <= year <= today.year:
        return None
    start = date(year, number, 1)
    return start if start <= today else None
