"""What «Мой прогноз» says in words: the next tier, what moved the sum, what is not linked yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, tzinfo
from decimal import Decimal
from itertools import pairwise

from model.figures import Counted, PayLine, SchemeBlock
from model.records import DayOutlook, Question, QuestionKind, Stance
from model.texts.numbers import counted, day_month, money
from sync.figures.pay_words import OTHER
from sync.scene import fold

MOST_NAMED = 3
"""So many deals are named; a longer list is only counted."""
TITLES = {
    "base": "Оклад",
    "no_plan": "Процент",
    "multiplier": "Коэффициент за план",
    "kpi": "Показатели",
    "gate": "Порог",
    "new_clients": "Новые клиенты",
    "extra": "Премии и удержания",
    "cap": "Потолок",
    "penalty": "Депремирование",
    "topup": "Доплата до гарантии",
    "recovered": "Возврат гарантии",
    "regional": "Районный коэффициент",
}
"""Names of the lines of pay that are no tier."""


def next_tier(scheme: SchemeBlock, fact: Decimal, deals: Sequence[tuple[str, Decimal]]) -> str:
    """How far the next tier is and which awaited deals would reach it; empty above the last."""
    above = [bound for bound, _ in scheme.tiers if bound > fact]
    if not above:
        return ""
    gap, rate = min(above) - fact, dict(scheme.tiers)[min(above)]
    said = f"До ступени {_rate(rate)} не хватает {money(gap)} руб."
    ordered = sorted(deals, key=lambda deal: -deal[1])
    enough: list[tuple[str, Decimal]] = []
    for deal in ordered:
        if sum((rest for _, rest in enough), Decimal(0)) < gap:
            enough.append(deal)
    total = sum((rest for _, rest in enough), Decimal(0))
    if not enough:
        return f"{said} До конца месяца оплат пока не ждём"
    if total < gap:
        return f"{said} Всего, что ждём в этом месяце, не хватит: {money(total)}"
    return f"{said} Хватит: {_named(enough)}"


def _named(deals: Sequence[tuple[str, Decimal]]) -> str:
    if len(deals) > MOST_NAMED:
        total = sum((rest for _, rest in deals), Decimal(0))
        said = counted(len(deals), "крупнейшая сделка", "крупнейшие сделки", "крупнейших сделок")
        return f"{said} на {money(total)}"
    return ", ".join(f"{name} {money(rest)}" for name, rest in deals)


def _rate(rate: Decimal) -> str:
    share = (rate * 100).normalize()
    return f"{share:f}".replace(".", ",") + " %"


def changes(
    past: Sequence[DayOutlook], lines: Sequence[PayLine], counted_: Sequence[Counted]
) -> tuple[Counted, ...]:
    """How the sum of today moved from day to day, newest first: the lines that differ, and whose
    payments came that day."""
    titles = {line.code: line.title for line in lines}
    out: list[Counted] = []
    for earlier, later in pairwise(past):
        before = {line.code: line.now for line in earlier.lines}
        for line in later.lines:
            moved = line.now - before.pop(line.code, Decimal(0))
            if moved:
                named = (
                    titles.get(line.code)
                    or TITLES.get(line.code)
                    or OTHER.get(line.code, "Процент")
                )
                out.append(_change(later.day, named, line.code, moved, counted_))
        for code, was in before.items():
            if was:
                out.append(Counted(later.day, "", -was, TITLES.get(code, "Процент")))
    return tuple(reversed(out))


def _change(
    day: date, title: str, code: str, moved: Decimal, counted_: Sequence[Counted]
) -> Counted:
    paid = [c for c in counted_ if c.day == day] if code.startswith(("tier_", "no_plan")) else []
    why = ", ".join(f"{c.client} {money(c.amount)}" for c in paid[:MOST_NAMED])
    return Counted(day, title, moved, why)


def unlinked(questions: Sequence[Question], who: str) -> Iterator[Counted]:
    """Payments proposed for a person that nobody has confirmed yet."""
    for question in questions:
        waiting = question.stance in {Stance.OPEN, Stance.LATER}
        mine = fold(question.payload.get("person", "")) == fold(who)
        if waiting and mine and question.kind is QuestionKind.PAYMENT:
            why = f"оплата не привязана, «Вопросы» № {question.number}"
            yield Counted(None, question.where, question.money, why)


def answer_to(told: Sequence[Question], boss: str, zone: tzinfo) -> str:
    """What became of an objection, told once or more: passed on, or answered by whom and when."""
    if not told:
        return ""
    last = max(told, key=lambda q: q.number)
    if last.stance is Stance.GONE:
        return ""
    if last.stance in {Stance.OPEN, Stance.LATER}:
        return f"Передано: {boss}. Ответа ещё нет"
    on = "" if last.answered_at is None else f" {day_month(last.answered_at.astimezone(zone))}"
    return f"{boss} ответил{on}: {last.answer or 'прочитано'}"
