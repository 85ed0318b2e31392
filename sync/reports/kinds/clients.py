"""«Клиенты»: how many pay, who came, who came back, who left, and who brings the most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from formulas.clients import (
    AUDIT_ACTIVE_DAYS,
    WINDOW_DAYS,
    Audit,
    ClientState,
    RfmBounds,
    Segment,
    audit_of,
    client_state,
    rfm_of,
)
from formulas.rounding import ZERO, ceil, pct
from model.figures import Cut, Measure, Period
from store.cuts import Habit, Spans
from sync.reports.facts import HUNDRED, Facts
from sync.reports.sheet import Card, Cell, Clients, Form, Line, Sheet, Table
from sync.reports.spans import DAY
from sync.scene import text

TOP = 15
ONE = 100
"""A whole payment in the sums; parts of one that people share count as one."""
FIFTHS = (20, 40, 60, 80)
"""Money has no bounds of its own: they are the fifths of what clients paid in a year."""
SEGMENTS = {
    Segment.BEST: "Лучшие: часто и недавно",
    Segment.NEW: "Новые: одна недавняя оплата",
    Segment.LOYAL: "Постоянные: платили за 90 дней",
    Segment.AT_RISK: "Под угрозой: платили часто, но давно",
    Segment.SLEEPING: "Спят: 91-180 дней без оплат",
    Segment.LOST: "Потеряны: больше 180 дней",
}
STATES = {
    ClientState.NEW: "Новые: первая оплата за 90 дней",
    ClientState.ACTIVE: "Платят",
    ClientState.SLEEPING: "Спят: больше 90 дней без оплат",
    ClientState.LOST: "Потеряны: больше 180 дней без оплат",
}
Sums = Mapping[str, Decimal]
Paid = Mapping[str, tuple[str, date, Decimal]]
"""By client: what a line of clients shows of it: row id, last payment, the sum of a year."""
K = TypeVar("K")


def clients(facts: Facts) -> Sheet:
    """The base of clients by their payments."""
    known = _habits(facts)
    now, year = _net(facts, facts.days), _net(facts, _window(facts, WINDOW_DAYS))
    paid = {one.key: (one.key, one.last, year.get(one.key, ZERO)) for one in known}
    moved = _Moves(known, facts.days)
    return Sheet(
        kind="clients",
        title="Клиенты",
        days=facts.chosen.title,
        cards=_cards(moved, paid),
        tables=(
            _movement(moved, paid),
            *_largest(facts, known, now),
            _segments(facts, known, paid),
            _states(facts, known, paid),
        ),
        notes=(
            f"Действующий клиент - с оплатой за последние {AUDIT_ACTIVE_DAYS} дней.",
            "Сумма за год - оплаты за 365 дней за вычетом возвратов.",
        ),
    )


def _window(facts: Facts, days: int) -> Period:
    end = facts.days.end
    return Period(end - days * DAY, end)


def _habits(facts: Facts) -> list[Habit]:
    start = facts.days.start
    spans = Spans(
        was=Period(start - AUDIT_ACTIVE_DAYS * DAY, start),
        now=_window(facts, AUDIT_ACTIVE_DAYS),
        window=_window(facts, WINDOW_DAYS),
    )
    return facts.reader.habits(Cut.CLIENT, Measure.INCOME, spans, facts.manager)


def _net(facts: Facts, days: Period) -> Sums:
    found = facts.reader.sums_by(Cut.CLIENT, (Measure.MONEY,), days, facts.manager)
    return {key: Decimal(amount) / HUNDRED for (_, key), amount in found.items()}


class _Moves:
    """The base before and after, and which clients moved which way."""

    def __init__(self, known: Sequence[Habit], days: Period) -> None:
        fresh = [one.first in days for one in known]
        self.audit: Audit = audit_of(
            (one.was, one.is_now, new) for one, new in zip(known, fresh, strict=True)
        )
        together = list(zip(known, fresh, strict=True))
        self.start = [one for one in known if one.was]
        self.end = [one for one in known if one.is_now]
        self.new = [one for one, new in together if one.is_now and new]
        self.returned = [one for one, new in together if one.is_now and not (one.was or new)]
        self.lost = [one for one in known if one.was and not one.is_now]


def _cell(found: Sequence[Habit], paid: Paid) -> Cell:
    lines = tuple([paid[one.key] for one in found])
    return Cell(Decimal(len(found)), Form.COUNT, Clients(lines))


def _cards(moved: _Moves, paid: Paid) -> tuple[Card, ...]:
    audit = moved.audit
    change = Cell(audit.dynamics_pct, Form.DELTA)
    return (
        Card("Действующих клиентов", _cell(moved.end, paid), f"на начало {audit.start}"),
        Card("База изменилась", change, f"{audit.start} - {audit.end}"),
        Card("Новых", _cell(moved.new, paid), f"вернулось {audit.returned}"),
        Card("Ушло", _cell(moved.lost, paid), _churn(audit)),
    )


def _churn(audit: Audit) -> str:
    if audit.churn is None:
        return ""
    return f"{Cell(audit.churn * HUNDRED, Form.PERCENT).shown} от базы"


def _movement(moved: _Moves, paid: Paid) -> Table:
    rows = (
        ("Действующих на начало", moved.start),
        ("Пришли новые", moved.new),
        ("Вернулись", moved.returned),
        ("Ушли", moved.lost),
        ("Действующих на конец", moved.end),
    )
    return Table(
        title="Движение базы",
        titles=("Клиенты", "Сколько"),
        lines=tuple(Line(name, (_cell(found, paid),)) for name, found in rows),
    )


def _grouped(known: Iterable[Habit], group: Callable[[Habit], K]) -> Mapping[K, list[Habit]]:
    out: dict[K, list[Habit]] = defaultdict(list)
    for one in known:
        out[group(one)].append(one)
    return out


def _segments(facts: Facts, known: Sequence[Habit], paid: Paid) -> Table:
    ordered = sorted(paid[one.key][2] for one in known if one.recent)
    limits = RfmBounds(money=tuple(_percentile(ordered, share) for share in FIFTHS))
    asof = facts.days.end - DAY

    def segment(one: Habit) -> Segment:
        often = -(-one.recent // ONE)
        return rfm_of((asof - one.last).days, often, paid[one.key][2], limits).segment

    found = _grouped(known, segment)
    return _shares("Сегменты: как давно, как часто и сколько платят", SEGMENTS, found, paid)


def _percentile(ordered: Sequence[Decimal], share: int) -> Decimal:
    """Nearest rank; nothing paid at all: no bound is reached."""
    if not ordered:
        return Decimal("Infinity")
    return ordered[max(ceil(Decimal(share * len(ordered)) / HUNDRED), 1) - 1]


def _states(facts: Facts, known: Sequence[Habit], paid: Paid) -> Table:
    asof = facts.days.end - DAY
    found = _grouped(known, lambda one: client_state(asof, one.first, one.last))
    return _shares("Состояние клиентов", STATES, found, paid)


def _shares(
    title: str, names: Mapping[K, str], found: Mapping[K, list[Habit]], paid: Paid
) -> Table:
    count = sum(map(len, found.values()))
    sums = {key: sum([paid[one.key][2] for one in own], ZERO) for key, own in found.items()}
    whole = sum(sums.values(), ZERO)
    lines = []
    for key, name in names.items():
        own = found.get(key, [])
        amount = sums.get(key, ZERO)
        lines.append(
            Line(
                name,
                (
                    _cell(own, paid),
                    Cell(pct(Decimal(len(own)), Decimal(count)), Form.PERCENT),
                    Cell(amount, Form.MONEY),
                    Cell(pct(amount, whole), Form.PERCENT),
                ),
            )
        )
    return Table(
        title=title,
        titles=("Группа", "Клиентов", "Доля", "Оплаты за год, руб.", "Доля оплат"),
        lines=tuple(lines),
    )


def _largest(facts: Facts, known: Sequence[Habit], now: Sums) -> Iterator[Table]:
    order = sorted((key for key in now if now[key] > 0), key=lambda key: (-now[key], key))[:TOP]
    if not order:
        return
    records = facts.reader.some("clients", order)
    whole = facts.total(Measure.MONEY)
    firsts = {one.key: one.first in facts.days for one in known}
    lines = []
    for key in order:
        record = records.get(key)
        name = text(record, "name") if record is not None else ""
        cite = facts.cite(Measure.MONEY, cut=Cut.CLIENT, keys=(key,))
        lines.append(
            Line(
                f"{name}, новый" if firsts.get(key) else name,
                (Cell(now[key], Form.MONEY, cite), Cell(pct(now[key], whole), Form.PERCENT)),
            )
        )
    yield Table(
        title=f"Больше всех заплатили, первые {len(lines)}",
        titles=("Клиент", "Оплаты, руб.", "Доля"),
        lines=tuple(lines),
    )
