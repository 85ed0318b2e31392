"""What `reconcile` says: what belongs to nobody, and the answer that mends it."""

from __future__ import annotations

from decimal import Decimal

from model.records import Question, Stance
from model.texts.numbers import day_month, money
from store import Reader
from sync.commands.as_of import month_as_of
from sync.commands.said import Said, plain_letters, table
from sync.quality.reconciling import Finding, Gap, counts, gaps, unknown_callers
from sync.team import Team
from sync.world import World

SHOWN = 10
TITLES = {
    Gap.PAYMENT: "Оплаты без сделки",
    Gap.CALL: "Звонки с незнакомых номеров за две недели",
    Gap.INVOICE: "Счета без клиента",
    Gap.WON: "Закрыты успешно, а оплат нет",
}


def reconcile(team: Team, world: World, *, everything: bool = False) -> Said:
    """All four, with the number of the question that a finding waits under."""
    with month_as_of(team, world, world.now().date()) as (month, settled):
        found = [
            *gaps(month.scene),
            *unknown_callers(month.reader, month.scene, settled.clients),
        ]
    with team.store.read() as reader:
        asked = [_asked(reader, one.question) for one in found]
    lines: list[str] = []
    for gap, count in counts(found).items():
        own = [(one, q) for one, q in zip(found, asked, strict=True) if one.gap is gap]
        total = sum((one.amount or Decimal(0) for one, _ in own), Decimal(0))
        sums = f" на {money(total)} руб." if total else "."
        lines.append(f"{TITLES[gap]}: {count}{sums}" if count else f"{TITLES[gap]}: нет.")
        shown = own if everything else own[:SHOWN]
        if shown:
            rows: list[tuple[str, ...]] = [
                ("№", "Дата", "Менеджер", "Сумма", "Вопрос", "Предлагаю")
            ]
            lines += table([*rows, *(_row(one, q) for one, q in shown)], right=frozenset({3, 4}))
        if len(shown) < len(own):
            lines.append(f"и ещё {len(own) - len(shown)}: добавьте --all")
    if any(one is not None for one in asked):
        lines.append("Ответить: sheetcrm questions НОМЕР да")
    facts = {"findings": [_fact(one, q) for one, q in zip(found, asked, strict=True)]}
    return Said(tuple(map(plain_letters, lines)), facts)


def _asked(reader: Reader, question: Question) -> Question | None:
    known = reader.question_by_key(question.key)
    return known if known is not None and known.stance in {Stance.OPEN, Stance.LATER} else None


def _row(one: Finding, asked: Question | None) -> tuple[str, ...]:
    return (
        one.number,
        "-" if one.day is None else day_month(one.day),
        one.who or "-",
        "-" if one.amount is None else money(one.amount),
        "-" if asked is None else str(asked.number),
        one.question.proposal,
    )


def _fact(one: Finding, asked: Question | None) -> dict[str, object]:
    return {
        "gap": one.gap,
        "number": one.number,
        "day": one.day,
        "who": one.who,
        "amount": one.amount,
        "wrong": one.question.wrong,
        "proposal": one.question.proposal,
        "suggested": one.suggested,
        "question": None if asked is None else asked.number,
    }
