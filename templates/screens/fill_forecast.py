"""Values for «Мой прогноз» and the hidden sheet behind it: every cell that the daemon writes.

None clears a cell. An undefined figure of a line that is shown is a dash.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from model.figures import Counted, Light, PayLine, PersonFigures, PlanFact, SchemeBlock
from model.values import Value
from templates.screens import room, words
from templates.screens.words import DASH, money, signed

REST = "rest"
"""Code of the line that folds what has no row of its own."""


def fill_forecast(p: PersonFigures) -> dict[str, Value]:
    """Values of every written cell of «Мой прогноз»."""
    return {
        "forecast.title": f"{p.name} · {words.month(p.month.start)}",
        "forecast.note": _note(p),
        "forecast.basis": "Оплаты, с которых считаем" if p.scheme else None,
        **_cards(p),
        **_metrics(p.plan_fact),
        **_left_out(p.not_counted),
        **_counted(p),
        **_changes(p.changes),
        **_rules(p.scheme),
        "forecast.promised": _promised(p),
    }


def fill_service_forecast(p: PersonFigures) -> dict[str, Value]:
    """Values of every written cell of the hidden figures sheet of a salesperson's book."""
    filled: dict[str, Value] = {
        "fig.from": p.month.start,
        "fig.to": words.last_day(p.month),
        "fig.fact": p.basis[0],
        "fig.paid": _paid(p),
        "fig.yesterday": _yesterday(p),
    }
    pays = p.pay or (None, None, None)
    for key, value in zip(("now", "likely", "all"), pays, strict=True):
        filled[f"fig.pay_{key}"] = value
    filled |= _scheme(p.scheme)
    filled |= _lines(p.lines if p.scheme else ())
    return filled


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
    return "   ·   ".join(parts)


def _cards(p: PersonFigures) -> dict[str, Value]:
    line = p.plan_fact[0] if p.plan_fact else None
    title = words.MEASURES[line.measure].removesuffix(", руб.") if line else "Оплаты"
    left = words.count(p.days_left, "рабочий день", "рабочих дня", "рабочих дней")
    pace = line.now_per_day if line else None
    days = f"Осталось {left} из {p.days_total}."
    return {
        "forecast.share.label": f"{title} к плану",
        "forecast.share": _or_dash(line.pct if line else None),
        "forecast.share.detail": _share_words(line),
        "forecast.share.code": Decimal(words.LIGHT_CODES[line.light if line else Light.GREY]),
        "forecast.daily": _or_dash(line.per_day if line else None),
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
    s = scheme
    singles: dict[str, Value] = {
        "scheme": Decimal(1) if s else Decimal(0),
        "base": s and s.base,
        "new": s and s.new_clients,
        "penalty": s and s.penalty,
        "drop": s and s.max_drop,
        "cap": s and s.cap,
        "cliff": s and Decimal(int(s.cliff)),
        "linear": s and Decimal(int(s.linear_multiplier)),
        "plan": s and s.plan,
        "kpi": s and s.kpi,
        "gate": s and s.gate,
        "extra": s and s.extra,
        "guarantee": s and s.guarantee,
        "draw": s and s.draw_balance,
        "regional": s and s.regional,
    }
    filled = {f"fig.{key}": value for key, value in singles.items()}
    filled |= _pairs("scale", s.tiers if s else (), room.TIERS)
    return filled | _pairs("point", s.multiplier if s else (), room.POINTS)


def _pairs(key: str, pairs: Sequence[tuple[Decimal, Decimal]], size: int) -> dict[str, Value]:
    rows = room.fit(pairs, size)
    filled: dict[str, Value] = {}
    for number in range(1, size + 1):
        start, rate = rows[number - 1] if number <= len(rows) else (None, None)
        filled[f"fig.{key}.{number}.from"] = start
        filled[f"fig.{key}.{number}.rate"] = rate
    return filled


def _lines(lines: Sequence[PayLine]) -> dict[str, Value]:
    shown = folded(lines)
    filled: dict[str, Value] = {}
    for number in range(1, room.LINES + 1):
        line = shown[number - 1] if number <= len(shown) else None
        parts: dict[str, Value] = {
            "code": line and line.code,
            "title": line and line.title,
            "how": line and line.how,
            "now": line and line.now,
            "likely": line and line.likely,
            "all": line and line.everything,
        }
        filled |= {f"fig.line.{number}.{part}": value for part, value in parts.items()}
    return filled


def _metrics(lines: Sequence[PlanFact]) -> dict[str, Value]:
    rows = room.fit(lines, room.METRICS)
    filled: dict[str, Value] = {}
    for number in range(1, room.METRICS + 1):
        line = rows[number - 1] if number <= len(rows) else None
        filled |= {f"forecast.metric.{number}.{k}": v for k, v in _metric(line).items()}
    return filled


def _metric(line: PlanFact | None) -> dict[str, Value]:
    parts = ("title", "plan", "fact", "pct", "expected", "deviation", "runrate", "per_day", "code")
    if line is None:
        return dict.fromkeys(parts)
    return {
        "title": words.MEASURES[line.measure],
        "code": Decimal(words.LIGHT_CODES[line.light]),
        **measured(line),
    }


def measured(line: PlanFact) -> dict[str, Value]:
    """The seven figures of a plan-fact line as cells show them."""
    figures = {
        "plan": line.plan,
        "fact": line.fact,
        "expected": line.expected,
        "runrate": line.runrate,
        "per_day": line.per_day,
    }
    shown: dict[str, Value] = {k: words.shown(v, line.measure) for k, v in figures.items()}
    drift = words.drift(line.deviation, line.measure)
    return shown | {"pct": _or_dash(line.pct), "deviation": drift}


def _left_out(rows: Sequence[Counted]) -> dict[str, Value]:
    shown = list(rows)
    if len(shown) > room.LEFT_OUT:
        shown = shown[: room.LEFT_OUT - 1]
        shown.append(_more(rows[len(shown) :], "смотрите «Сигнал» в «Сделках»"))
    filled: dict[str, Value] = {}
    for number in range(1, room.LEFT_OUT + 1):
        row = shown[number - 1] if number <= len(shown) else None
        filled[f"forecast.left_out.{number}.client"] = row and row.client
        filled[f"forecast.left_out.{number}.amount"] = row and _or_dash(row.amount)
        filled[f"forecast.left_out.{number}.why"] = row and row.note
    if not rows:
        filled["forecast.left_out.1.client"] = "Всё вошло"
    return filled


def _counted(p: PersonFigures) -> dict[str, Value]:
    shown = list(p.counted)
    if len(shown) > room.COUNTED:
        shown = shown[: room.COUNTED - 1]
        shown.append(_more(p.counted[len(shown) :], ""))
    filled: dict[str, Value] = {}
    for number in range(1, room.COUNTED + 1):
        row = shown[number - 1] if number <= len(shown) else None
        parts: dict[str, Value] = {
            "client": row and row.client,
            "day": row and row.day,
            "amount": row and _or_dash(row.amount),
            "rate": words.rate(row.rate) if row and row.rate is not None else None,
            "pay": row and row.pay,
        }
        filled |= {f"forecast.counted.{number}.{part}": v for part, v in parts.items()}
    if not p.counted:
        filled["forecast.counted.1.client"] = "Оплат пока нет"
    return filled


def _changes(rows: Sequence[Counted]) -> dict[str, Value]:
    shown = list(rows)
    if len(shown) > room.COUNTED:
        shown = shown[: room.COUNTED - 1]
        shown.append(_more(rows[len(shown) :], ""))
    filled: dict[str, Value] = {}
    for number in range(1, room.COUNTED + 1):
        row = shown[number - 1] if number <= len(shown) else None
        why = ": ".join(part for part in (row.client, row.note) if part) if row else None
        filled[f"forecast.change.{number}.day"] = row and row.day
        filled[f"forecast.change.{number}.amount"] = row and _or_dash(row.amount)
        filled[f"forecast.change.{number}.why"] = why
    if not rows:
        filled["forecast.change.1.why"] = "За 10 дней сумма не менялась"
    return filled


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


def _or_dash(value: Decimal | None) -> Decimal | str:
    return DASH if value is None else value
