"""Values for «Сводка» and «Зарплата»."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from model.figures import (
    FunnelStage,
    Lamp,
    Light,
    MonthPoint,
    PayLine,
    PayrollRow,
    PlanFact,
    Span,
    TeamFigures,
)
from model.texts.numbers import clipped, counted, plural
from model.values import Value
from templates.screens import room, words
from templates.screens.blocks import numbered, or_dash
from templates.screens.dashboard import MONEY, MONTHS
from templates.screens.fill_forecast import measured
from templates.screens.fill_team import TOTAL, payroll_shown, people_of, team_size
from templates.screens.payroll import SUMS
from templates.screens.service_team import TOTAL_CODE
from templates.screens.words import DASH, money

LAMP = ("title", "sheet", "code", "count", "detail.1", "detail.2")
PERSON = ("who", "plan", "fact", "pay", "code")
STAGE = ("name", "deals", "amount", "onward", "code")
MONTH = ("name", "fact", "plan")
PAY_LINE = ("title", "rate", "amount", "how")
PAY_ROW = (
    "name",
    *SUMS,
    "question",
    *(f"line.{n}.{part}" for n in range(1, room.PAY_LINES + 1) for part in PAY_LINE),
)
TILE = 21
"""Characters that fit a line of a tile."""
ALL_FINE = "Всё в порядке"


def fill_dashboard(t: TeamFigures) -> dict[str, Value]:
    """Values of every written cell of «Сводка»."""
    name = words.month(t.month.start)
    return {
        "dashboard.title": f"Отдел продаж · {name}",
        "dashboard.note": ". ".join(filter(None, (_note(t), t.draft, _queue(t)))),
        "dashboard.funnel": f"Воронка за {words.MONTHS[t.month.start.month - 1]}",
        "dashboard.history": f"{words.MEASURES[t.money_measure]}: двенадцать месяцев",
        **numbered("dashboard.lamp", LAMP, room.LAMPS, room.fit(t.lamps, room.LAMPS), _lamp),
        **_people(t),
        **numbered("dashboard.stage", STAGE, room.STAGES, room.fit(t.funnel, room.STAGES), _stage),
        **_money(t),
        **numbered("dashboard.month", MONTH, MONTHS, t.history[-MONTHS:], _month),
    }


def fill_payroll(t: TeamFigures) -> dict[str, Value]:
    """Values of every written cell of «Зарплата»."""
    shown = payroll_shown(t)
    filled: dict[str, Value] = {
        "payroll.title": f"Зарплата · {words.month(shown.month.start)}",
        "payroll.state": shown.state[0].upper() + shown.state[1:],
        "payroll.month": shown.month.start,
    }
    size = room.people_room(team_size(t))
    filled |= numbered("payroll", PAY_ROW, size, shown.rows, _pay_row)
    for part in SUMS:
        if part != "worked":
            filled[f"payroll.total.{part}"] = _total(shown.rows, part)
    return filled


def _queue(t: TeamFigures) -> str:
    """«12 изменений ждут, пока книгу закроют: Иванов»."""
    if not t.queue:
        return ""
    count = sum(waiting for _, waiting in t.queue)
    changes = counted(count, "изменение", "изменения", "изменений")
    verb = plural(count, "ждёт", "ждут", "ждут")
    who = ", ".join(person.split()[0] for person, _ in t.queue)
    return f"{changes} {verb}, пока книгу закроют: {who}"


def _note(t: TeamFigures) -> str:
    lit = sum(lamp.level in {Light.RED, Light.YELLOW} for lamp in t.lamps)
    if not lit:
        return ALL_FINE
    verb = "Горит" if lit % 10 == 1 and lit != 11 else "Горят"
    return f"{verb} {words.count(lit, 'лампа', 'лампы', 'ламп')}: название ведёт на лист"


def _lamp(lamp: Lamp) -> dict[str, Value]:
    count: Value = Decimal(lamp.count) if lamp.count else "ок"
    if lamp.count is None:
        count = "нет данных"
    rest = ", ".join(part.rstrip(",") for part in lamp.detail[1:])
    return {
        "title": lamp.title,
        "sheet": lamp.sheet or None,
        "code": Decimal(words.LIGHT_CODES[lamp.level]),
        "count": count,
        "detail.1": clipped(lamp.detail[0], TILE) if lamp.detail else None,
        "detail.2": clipped(rest, TILE) or None,
    }


def _people(t: TeamFigures) -> dict[str, Value]:
    lines = t.plan_fact.get((Span.MONTH, t.money_measure), ())
    people = people_of(t, lines)
    totals = tuple(line for line in lines if line.who == TOTAL)
    pays = dict(t.pay_forecast)
    if pays:
        pays[TOTAL] = sum(pays.values(), Decimal(0))
    size = room.people_room(team_size(t)) + 1

    def values(line: PlanFact) -> dict[str, Value]:
        total = TOTAL_CODE if line.who == TOTAL else 0
        return measured(line) | {
            "who": line.who,
            "pay": or_dash(pays.get(line.who)),
            "code": Decimal(total),
        }

    rows = (
        *map(values, people),
        *(_paid_beside(who, pays[who]) for who in t.heads),
        *map(values, totals),
    )
    return numbered("dashboard.person", PERSON, size, rows, dict)


def _paid_beside(who: str, pay: Decimal) -> dict[str, Value]:
    """The line of somebody who has pay and no plan: a head, whose pay is in the total."""
    return {"who": who, "pay": pay, "code": Decimal(0)}


def _stage(stage: FunnelStage) -> dict[str, Value]:
    return {
        "name": stage.stage,
        "deals": Decimal(stage.deals),
        "amount": stage.amount,
        "onward": _onward(stage),
        "code": Decimal(int(stage.worst)),
    }


def _onward(stage: FunnelStage) -> str | None:
    if stage.onward is None:
        return None
    share = words.percent((stage.onward * 100).quantize(Decimal(1), ROUND_HALF_UP))
    return f"{share} - больше всего потерь" if stage.worst else share


def _money(t: TeamFigures) -> dict[str, Value]:
    sums = (t.money.paid, t.money.expected, *t.money.overdue, t.money.fund)
    filled: dict[str, Value] = {
        f"dashboard.money.{key}": value for key, value in zip(MONEY, sums, strict=True)
    }
    parts = []
    if t.money.fund_share is not None:
        parts.append(f"Фонд - {words.percent(t.money.fund_share)} от оплат")
    if t.unlinked_count:
        said = words.count(t.unlinked_count, "оплата", "оплаты", "оплат")
        parts.append(f"не привязано {said} на {money(t.unlinked_sum)} руб.")
    return filled | {"dashboard.money.note": "; ".join(parts) or None}


def _month(point: MonthPoint) -> dict[str, Value]:
    name = f"{words.MONTHS[point.month.month - 1][:3]} {point.month:%y}"
    return {"name": name, "fact": point.fact, "plan": point.plan}


def _pay_row(row: PayrollRow) -> dict[str, Value]:
    filled: dict[str, Value] = {part: _pay_sum(row, part) for part in SUMS}
    filled |= {"name": row.name, "question": row.question or None}
    lines = _pay_lines(row.lines)
    return filled | numbered("line", PAY_LINE, room.PAY_LINES, lines, _pay_line)


def _pay_line(line: PayLine) -> dict[str, Value]:
    rate = None if line.rate is None else words.rate(line.rate)
    return {"title": line.title, "rate": rate, "amount": line.now, "how": line.how}


def _pay_sum(row: PayrollRow, part: str) -> Value:
    value = getattr(row, part)
    return DASH if value is None else Decimal(value)


def _pay_lines(lines: Sequence[PayLine]) -> tuple[PayLine, ...]:
    """Every line, the tail folded into the last row when there are more than it holds."""
    if len(lines) <= room.PAY_LINES:
        return tuple(lines)
    kept, tail = lines[: room.PAY_LINES - 1], lines[room.PAY_LINES - 1 :]
    zero = Decimal(0)
    how = "; ".join(f"{line.title} {words.signed(line.now)}" for line in tail)
    now, likely = sum((x.now for x in tail), zero), sum((x.likely for x in tail), zero)
    everything = sum((x.everything for x in tail), zero)
    return (*kept, PayLine("rest", "Остальное", now, likely, everything, how))


def _total(rows: Sequence[PayrollRow], part: str) -> Value:
    """The sum of a column; a dash where somebody's figure is not known."""
    values = [getattr(row, part) for row in rows]
    if not values or any(value is None for value in values):
        return DASH
    return sum(values, Decimal(0))
