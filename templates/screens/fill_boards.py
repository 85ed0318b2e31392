"""Values for «Сводка» and «Зарплата»."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from model.figures import FunnelStage, Lamp, Light, PayLine, PayrollRow, PlanFact, Span, TeamFigures
from model.values import Value
from templates.screens import room, words
from templates.screens.dashboard import MONEY
from templates.screens.fill_forecast import measured
from templates.screens.fill_team import TOTAL, people_of, team_size
from templates.screens.payroll import SUMS
from templates.screens.service_team import TOTAL_CODE
from templates.screens.words import DASH, money

ALL_FINE = "Всё в порядке"


def fill_dashboard(t: TeamFigures) -> dict[str, Value]:
    """Values of every written cell of «Сводка»."""
    name = words.month(t.month.start)
    return {
        "dashboard.title": f"Отдел продаж · {name}",
        "dashboard.note": _note(t),
        "dashboard.funnel": f"Воронка за {words.MONTHS[t.month.start.month - 1]}",
        "dashboard.history": f"{words.MEASURES[t.money_measure]}: двенадцать месяцев",
        **_lamps(t.lamps),
        **_people(t),
        **_funnel(t.funnel),
        **_money(t),
        **_history(t),
    }


def fill_payroll(t: TeamFigures) -> dict[str, Value]:
    """Values of every written cell of «Зарплата»."""
    state = t.approved or "Предварительно: месяц не утверждён"
    filled: dict[str, Value] = {
        "payroll.title": f"Зарплата · {words.month(t.month.start)}",
        "payroll.state": state[0].upper() + state[1:],
    }
    size = room.people_room(team_size(t))
    for number in range(1, size + 1):
        row = t.payroll[number - 1] if number <= len(t.payroll) else None
        filled |= {f"payroll.{number}.{part}": v for part, v in _pay_row(row).items()}
    for part in SUMS:
        if part != "worked":
            filled[f"payroll.total.{part}"] = _total(t.payroll, part)
    return filled


def _note(t: TeamFigures) -> str:
    lit = sum(lamp.level in {Light.RED, Light.YELLOW} for lamp in t.lamps)
    if not lit:
        return ALL_FINE
    return "Горит " + words.count(lit, "лампа", "лампы", "ламп") + ", нажмите на название"


def _lamps(lamps: Sequence[Lamp]) -> dict[str, Value]:
    shown = room.fit(lamps, room.LAMPS)
    filled: dict[str, Value] = {}
    for number in range(1, room.LAMPS + 1):
        lamp = shown[number - 1] if number <= len(shown) else None
        filled |= {f"dashboard.lamp.{number}.{part}": v for part, v in _lamp(lamp).items()}
    return filled


def _lamp(lamp: Lamp | None) -> dict[str, Value]:
    if lamp is None:
        return dict.fromkeys(("title", "sheet", "code", "count", "detail.1", "detail.2"))
    count: Value = Decimal(lamp.count) if lamp.count else "ок"
    if lamp.count is None:
        count = "нет данных"
    first, *more = (*lamp.detail, "", "")
    rest = ", ".join(part for part in more if part)
    return {
        "title": lamp.title,
        "sheet": lamp.sheet or None,
        "code": Decimal(words.LIGHT_CODES[lamp.level]),
        "count": count,
        "detail.1": first or None,
        "detail.2": rest or None,
    }


def _people(t: TeamFigures) -> dict[str, Value]:
    lines = t.plan_fact.get((Span.MONTH, t.money_measure), ())
    people = people_of(t, lines)
    rows = (*people, *(line for line in lines if line.who == TOTAL))
    filled: dict[str, Value] = {}
    for number in range(1, room.people_room(team_size(t)) + 2):
        line = rows[number - 1] if number <= len(rows) else None
        filled |= {f"dashboard.person.{number}.{k}": v for k, v in _person(t, line).items()}
    return filled


def _person(t: TeamFigures, line: PlanFact | None) -> dict[str, Value]:
    parts = ("plan", "fact", "pct", "expected", "deviation", "runrate")
    if line is None:
        return dict.fromkeys(("who", *parts, "pay", "code"))
    total = line.who == TOTAL
    pays = [sum(t.pay_forecast.values(), Decimal(0))] if total and t.pay_forecast else []
    pay = pays[0] if pays else t.pay_forecast.get(line.who)
    figures = measured(line)
    return {
        "who": line.who,
        **{part: figures[part] for part in parts},
        "pay": DASH if pay is None else pay,
        "code": Decimal(words.LIGHT_CODES[line.light] + (TOTAL_CODE if total else 0)),
    }


def _funnel(stages: Sequence[FunnelStage]) -> dict[str, Value]:
    rows = room.fit(stages, room.STAGES)
    filled: dict[str, Value] = {}
    for number in range(1, room.STAGES + 1):
        stage = rows[number - 1] if number <= len(rows) else None
        parts: dict[str, Value] = {
            "name": stage and stage.stage,
            "deals": Decimal(stage.deals) if stage else None,
            "amount": stage and stage.amount,
            "onward": _onward(stage),
            "code": Decimal(int(stage.worst)) if stage else None,
        }
        filled |= {f"dashboard.stage.{number}.{part}": v for part, v in parts.items()}
    return filled


def _onward(stage: FunnelStage | None) -> str | None:
    if stage is None or stage.onward is None:
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


def _history(t: TeamFigures) -> dict[str, Value]:
    points = t.history[-12:]
    filled: dict[str, Value] = {}
    for number in range(1, 13):
        point = points[number - 1] if number <= len(points) else None
        key = f"dashboard.month.{number}"
        filled[f"{key}.name"] = (
            f"{words.MONTHS[point.month.month - 1][:3]} {point.month:%y}" if point else None
        )
        filled[f"{key}.fact"] = point and point.fact
        filled[f"{key}.plan"] = point and point.plan
    return filled


def _pay_row(row: PayrollRow | None) -> dict[str, Value]:
    filled: dict[str, Value] = {part: _pay_sum(row, part) for part in SUMS}
    filled["name"] = row and row.name
    filled["question"] = (row.question or None) if row else None
    lines = _pay_lines(row.lines) if row else ()
    for number in range(1, room.PAY_LINES + 1):
        line = lines[number - 1] if number <= len(lines) else None
        filled[f"line.{number}.title"] = line and line.title
        filled[f"line.{number}.rate"] = (
            words.rate(line.rate) if line and line.rate is not None else None
        )
        filled[f"line.{number}.amount"] = line and line.now
        filled[f"line.{number}.how"] = line and line.how
    return filled


def _pay_sum(row: PayrollRow | None, part: str) -> Value:
    if row is None:
        return None
    value = getattr(row, part)
    if value is None:
        return DASH
    return Decimal(value)


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
