"""Values for «Мой прогноз» and the hidden sheet behind it: every cell that the daemon writes.

None clears a cell. An undefined figure of a line that is shown is a dash.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from model.figures import Counted, PayLine, PersonFigures, PlanFact, SchemeBlock
from model.values import Value
from templates.screens import room, words
from templates.screens.blocks import numbered, or_dash
from templates.screens.service_forecast import SCHEME_SINGLES
from templates.screens.words import money, signed

PAIR = ("from", "rate")
LINE = ("code", "title", "how", "now", "likely", "all")
METRIC = ("title", "plan", "fact", "unit")
REST = "rest"
"""Code of the line that folds what has no row of its own."""


def fill_forecast(p: PersonFigures) -> dict[str, Value]:
    """Values of every written cell of «Мой прогноз»."""
    return {
        "forecast.title": f"{p.name} · {words.month(p.month.start)}",
        "forecast.note": _note(p),
        "forecast.basis": "Оплаты, с которых считаем" if p.scheme else None,
        **_cards(p),
        **numbered(
            "forecast.metric", METRIC, room.METRICS, room.fit(p.plan_fact, room.METRICS), _metric
        ),
        **_left_out(p.not_counted),
        **_counted(p.counted),
        **_changes(p.changes),
        **_rules(p.scheme),
        "forecast.promised": _promised(p),
        "forecast.next_tier": p.next_tier or None,
        "forecast.answer": p.answer or None,
    }


def fill_service_forecast(p: PersonFigures) -> dict[str, Value]:
    """Values of every written cell of the hidden figures sheet of a salesperson's book."""
    filled: dict[str, Value] = {
        "fig.from": p.month.start,
        "fig.to": words.last_day(p.month),
        "fig.fact": p.basis[0],
        "fig.paid": _paid(p),
        "fig.yesterday": _yesterday(p),
        "fig.days_total": Decimal(p.days_total),
        "fig.days_passed": Decimal(p.days_total - p.days_left),
        "fig.green": p.thresholds[0],
        "fig.yellow": p.thresholds[1],
    }
    pays = p.pay or (None, None, None)
    for key, value in zip(("now", "likely", "all"), pays, strict=True):
        filled[f"fig.pay_{key}"] = value
    filled |= _scheme(p.scheme)
    lines = folded(p.lines if p.scheme else ())
    return filled | numbered("fig.line", LINE, room.LINES, lines, _line)


def folded(lines: Sequence[PayLine]) -> tuple[PayLine, ...]:
    """At most six lines: those of nothing go first, then the tail is folded into «Остальное»."""
    if len(lines) > room.LINES:
        lines = [line for line in lines if line.now or line.likely or line.everything]
    if len(lines) <= room.LINES:
        return tuple(lines)
    kept, tail = lines[: room.LINES - 1], lines[room.LINES - 1 :]
    rest = PayLine(
        code=REST,
        title="Остальное",
        now=sum((line.now for line in tail), Decimal(0)),
        likely=sum((line.likely for line in tail), Decimal(0)),
        everything=sum((line.everything for line in tail), Decimal(0)),
        how="; ".join(f"{line.title} {signed(line.now)}" for line in tail),
    )
    return (*kept, rest)


def _note(p: PersonFigures) -> str:
    """The line under the title: what this is, and what is not set up."""
    parts = ["Прогноз, не расчётный лист"]
    if p.scheme is None:
        parts.append("Зарплата не настроена: «Настройки», «Мотивация»")
    if not any(line.plan is not None for line in p.plan_fact):
        month = words.MONTHS[p.month.start.month - 1]
        parts.append(f"Плана на {month} нет: его ставит {p.head} на листе «Планы»")
    if p.paid_count == 0:
        month = words.MONTHS_IN[p.month.start.month - 1]
        parts.append(f"Оплат в {month} ещё не было, пока только оклад")
    return "   ·   ".join([*parts, *([p.draft] if p.draft else [])])


def _cards(p: PersonFigures) -> dict[str, Value]:
    line = p.plan_fact[0] if p.plan_fact else None
    title = words.MEASURES[line.measure].removesuffix(", руб.") if line else "Оплаты"
    left = words.count(p.days_left, "рабочий день", "рабочих дня", "рабочих дней")
    pace = line.now_per_day if line else None
    days = f"Осталось {left} из {p.days_total}."
    return {
        "forecast.share.label": f"{title} к плану",
        "forecast.share.detail": _share_words(line),
        "forecast.daily.detail": days
        + (f" Сейчас {money(pace)} в день" if pace is not None else ""),
    }


def _share_words(line: PlanFact | None) -> str | None:
    if line is None or line.plan is None:
        return "План не поставлен"
    said = f"{money(line.fact)} из {money(line.plan)}."
    return said + (f" К сегодня надо {money(line.expected)}" if line.expected is not None else "")


def _yesterday(p: PersonFigures) -> str:
    """«Со вчера +17 700: …», ready to be followed by the live sentence."""
    if p.since_yesterday is None:
        return ""
    if not p.since_yesterday:
        return "Со вчера без изменений.\n"
    why = f": {p.since_yesterday_why.rstrip('.')}" if p.since_yesterday_why else ""
    return f"Со вчера {signed(p.since_yesterday)}{why}.\n"


def _paid(p: PersonFigures) -> str:
    if not p.paid_count:
        return "оплат ещё не было"
    return words.count(p.paid_count, "оплата", "оплаты", "оплат")


def _scheme(scheme: SchemeBlock | None) -> dict[str, Value]:
    """Plain numbers of the scheme; all empty when there is none."""
    filled: dict[str, Value] = {f"fig.{key}": value for key, value in _singles(scheme).items()}
    tiers = room.fit(scheme.tiers if scheme else (), room.TIERS)
    points = room.fit(scheme.multiplier if scheme else (), room.POINTS)
    filled |= numbered("fig.scale", PAIR, room.TIERS, tiers, _pair)
    return filled | numbered("fig.point", PAIR, room.POINTS, points, _pair)


def _singles(s: SchemeBlock | None) -> dict[str, Value]:
    if s is None:
        return dict.fromkeys(SCHEME_SINGLES) | {"scheme": Decimal(0)}
    return {
        "scheme": Decimal(1),
        "base": s.base,
        "new": s.new_clients,
        "penalty": s.penalty,
        "drop": s.max_drop,
        "cap": s.cap,
        "cliff": Decimal(int(s.cliff)),
        "linear": Decimal(int(s.linear_multiplier)),
        "plan": s.plan,
        "by_plan": Decimal(int(s.by_attainment)),
        "kpi": s.kpi,
        "gate": s.gate,
        "extra": s.extra,
        "guarantee": s.guarantee,
        "draw": s.draw_balance,
        "regional": s.regional,
        "correction": s.correction or None,
    }


def _pair(pair: tuple[Decimal, Decimal]) -> dict[str, Value]:
    return dict(zip(PAIR, pair, strict=True))


def _line(line: PayLine) -> dict[str, Value]:
    return {
        "code": line.code,
        "title": line.title,
        "how": line.how,
        "now": line.now,
        "likely": line.likely,
        "all": line.everything,
    }


def _metric(line: PlanFact) -> dict[str, Value]:
    return {
        "title": words.MEASURES[line.measure],
        "unit": words.unit(line.measure),
        **measured(line),
    }


def measured(line: PlanFact) -> dict[str, Value]:
    """What the live figures of a plan-fact line are made of, as cells show it."""
    return {
        "plan": words.shown(line.plan, line.measure),
        "fact": words.shown(line.fact, line.measure),
    }


def _left_out(rows: Sequence[Counted]) -> dict[str, Value]:
    shown = _within(rows, room.LEFT_OUT, "смотрите «Сигнал» в «Сделках»")
    parts = ("client", "amount", "why")
    filled = numbered("forecast.left_out", parts, room.LEFT_OUT, shown, _left_out_row)
    if not rows:
        filled["forecast.left_out.1.client"] = "Всё вошло"
    return filled


def _left_out_row(row: Counted) -> dict[str, Value]:
    return {"client": row.client, "amount": or_dash(row.amount), "why": row.note}


def _counted(rows: Sequence[Counted]) -> dict[str, Value]:
    shown = _within(rows, room.COUNTED)
    parts = ("client", "day", "amount", "rate", "pay")
    filled = numbered("forecast.counted", parts, room.COUNTED, shown, _counted_row)
    if not rows:
        filled["forecast.counted.1.client"] = "Оплат пока нет"
    return filled


def _counted_row(row: Counted) -> dict[str, Value]:
    rate = None if row.rate is None else words.rate(row.rate)
    amount = or_dash(row.amount)
    return {"client": row.client, "day": row.day, "amount": amount, "rate": rate, "pay": row.pay}


def _changes(rows: Sequence[Counted]) -> dict[str, Value]:
    shown = _within(rows, room.COUNTED)
    parts = ("day", "amount", "why")
    filled = numbered("forecast.change", parts, room.COUNTED, shown, _change_row)
    if not rows:
        filled["forecast.change.1.why"] = "За 10 дней сумма не менялась"
    return filled


def _change_row(row: Counted) -> dict[str, Value]:
    why = ": ".join(part for part in (row.client, row.note) if part)
    return {"day": row.day, "amount": or_dash(row.amount), "why": why}


def _within(rows: Sequence[Counted], size: int, note: str = "") -> list[Counted]:
    """The rows, or as many as fit with the last one saying what is not shown."""
    if len(rows) <= size:
        return list(rows)
    kept = list(rows[: size - 1])
    return [*kept, _more(rows[size - 1 :], note)]


def _more(rows: Sequence[Counted], note: str) -> Counted:
    """The last row of a block that is too small: how many are not shown and what they sum to."""
    total = sum((row.amount for row in rows if row.amount is not None), Decimal(0))
    paid = [row.pay for row in rows if row.pay is not None]
    pay = sum(paid, Decimal(0)) if paid else None
    return Counted(None, f"и ещё {len(rows)}", total, note, pay=pay)


def _rules(scheme: SchemeBlock | None) -> dict[str, Value]:
    said = scheme.sentences if scheme else ("Зарплата не настроена: «Настройки», «Мотивация»",)
    if len(said) > room.SENTENCES:
        head, tail = said[: room.SENTENCES - 1], said[room.SENTENCES - 1 :]
        said = (*head, " ".join(tail))
    padded = (*said, *[None] * (room.SENTENCES - len(said)))
    return {f"forecast.rule.{number}": text for number, text in enumerate(padded, start=1)}


def _promised(p: PersonFigures) -> str:
    accrued = p.accrued_before if p.accrued_before is not None else p.last_month_pay
    if accrued is None:
        return "Прошлого месяца ещё нет"
    if p.promised is None:
        return f"Начислено {money(accrued)} руб."
    return f"12-го обещали {money(p.promised)} - начислено {money(accrued)} руб."
