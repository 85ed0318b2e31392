"""What commission is counted from: the rows of a month, each with the sum that counts of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from formulas.facts import WON
from formulas.pay.basis import BasisDeal, BasisKind, BasisRecord, BasisRule, counts_on, value_of
from formulas.periods import Period as Span
from formulas.rounding import split
from model.blueprint import Kind
from model.figures import Measure, Period
from model.payslips import Piece
from model.records import Record
from model.values import from_serial
from sync.figures.contribute import deal_shares
from sync.figures.parts import Part, Parts, piece
from sync.figures.plans import money_measure
from sync.scene import Scene, StageKind, amount, day
from sync.validate.cells import as_day

ZERO = Decimal(0)
OF_MEASURE = {
    Measure.MONEY: BasisKind.PAID,
    Measure.WON: BasisKind.WON,
    Measure.INVOICED: BasisKind.INVOICED,
}
MEASURE_OF = {kind: measure for measure, kind in OF_MEASURE.items()}


@dataclass(frozen=True, slots=True)
class Counting:
    """The basis of a month, what waits until its deal is won, refunds that are taken back."""

    pieces: tuple[Piece, ...]
    held: tuple[Piece, ...] = ()
    refunds: tuple[Refunded, ...] = ()

    @property
    def basis(self) -> Decimal:
        """What commission is counted from."""
        return sum((one.amount for one in self.pieces), ZERO)


@dataclass(frozen=True, slots=True)
class Refunded:
    """A person's part of a refund of an earlier month's payment."""

    part: Part
    paid_on: date


def rule_of(scene: Scene, rule: BasisRule | None) -> BasisRule:
    """The rule, or what stands as money for the whole team."""
    return rule or BasisRule(OF_MEASURE[money_measure(scene)])


def counting(
    scene: Scene,
    parts: Parts,
    person: str,
    period: Period,
    rule: BasisRule,
    *,
    clawback: bool = False,
) -> Counting:
    """The rows of a person that count in a period; with `clawback` late refunds stand apart."""
    if rule.kind is BasisKind.SHIPPED:
        return Counting(tuple(_shipped(scene, person, period)))
    if rule.kind in {BasisKind.WON, BasisKind.INVOICED}:
        return Counting(tuple(map(piece, parts.of(MEASURE_OF[rule.kind], person, period))))
    every = parts.until(Measure.MONEY, person, period.end)
    late = _late_refunds(scene, every) if clawback else {}
    counted, held = [], []
    for part in every:
        if part in late or (not rule.requires_won and part.day not in period):
            continue
        deal = _deal_of(scene, part)
        when = counts_on(rule, part.day, deal, Span(period.start, period.end))
        value = value_of(rule, _record(scene, part), deal)
        one = Piece(part.table, part.row_id, part.day, value, _note(rule, part, value, when))
        if when is None:
            held.append(one)
        elif when in period:
            counted.append(one)
    refunds = tuple(Refunded(part, paid) for part, paid in late.items() if part.day in period)
    return Counting(tuple(counted), tuple(held), refunds)


def _note(rule: BasisRule, part: Part, value: Decimal, when: date | None) -> str:
    if when is None:
        return "сделка ещё не закрыта"
    if rule.kind is BasisKind.MARGIN:
        return f"маржа с оплаты {part.amount}"
    return f"без НДС, всего {part.amount}" if value != part.amount else ""


def _late_refunds(scene: Scene, parts: tuple[Part, ...]) -> dict[Part, date]:
    """Refunds of payments of an earlier month than their own, with the day of the payment."""
    found: dict[Part, date] = {}
    for refund in parts:
        if refund.amount >= 0:
            continue
        target = _target(scene, refund)
        paid = [
            p.day
            for p in parts
            if p.amount > 0 and p.day <= refund.day and target and _target(scene, p) == target
        ]
        if paid and max(paid).replace(day=1) < refund.day.replace(day=1):
            found[refund] = max(paid)
    return found


def _target(scene: Scene, part: Part) -> str:
    """The deal of a payment, else its client."""
    record = scene.rows[part.table].get(part.row_id)
    if record is None:
        return ""
    return record.links.get("deal_id") or record.links.get("client_id") or ""


def _deal_of(scene: Scene, part: Part) -> BasisDeal | None:
    payment = scene.rows[part.table][part.row_id]
    deal = scene.rows["deals"].get(payment.links.get("deal_id") or "")
    return None if deal is None else basis_deal(scene, deal)


def basis_deal(scene: Scene, deal: Record) -> BasisDeal:
    """What the basis needs to know of a deal."""
    value, cost, stage = amount(deal, "amount"), amount(deal, "cost"), scene.stage(deal)
    margin = None if value is None or cost is None else value - cost
    won = stage is not None and stage.kind is StageKind.WON
    return BasisDeal(value, margin, WON if won else "open", day(deal, "closed_on"))


def _record(scene: Scene, part: Part) -> BasisRecord:
    """The person's part of a payment with its tax as a fraction."""
    payment = scene.rows[part.table][part.row_id]
    whole, tax = amount(payment, "amount"), amount(payment, "vat")
    vat = ZERO
    if tax is not None and tax > 0:
        vat = tax if tax < 1 else _fraction(whole, tax)
    return BasisRecord(payment.links.get("deal_id"), part.day, part.amount, vat)


def _fraction(whole: Decimal | None, tax: Decimal) -> Decimal:
    """A tax in roubles as a fraction of the sum without it."""
    without = abs(whole or ZERO) - tax
    return tax / without if without > 0 else ZERO


def _shipped(scene: Scene, person: str, period: Period) -> Iterator[Piece]:
    """Parts of deals shipped in the period: the day stands in «Исполнение»."""
    for deal in scene.rows["deals"].values():
        value, on = amount(deal, "amount"), shipped_on(deal, scene.asof)
        shares = (
            {} if value is None or on is None or on not in period else deal_shares(scene, deal, on)
        )
        if value is not None and person in shares:
            names = list(shares)
            parts = split(value, [shares[name] for name in names]) or ()
            part = dict(zip(names, parts, strict=False)).get(person, ZERO)
            yield Piece("deals", deal.row_id, on, part, "отгружено")


def shipped_on(deal: Record, today: date) -> date | None:
    """The day that «Исполнение» says; None for other words."""
    said = deal.values.get("fulfil")
    if isinstance(said, Decimal):
        moment = from_serial(said)
        return None if moment is None else moment.date()
    if isinstance(said, datetime | date):
        return said.date() if isinstance(said, datetime) else said
    return as_day(Kind.DATE, said, today) if isinstance(said, str) else None
