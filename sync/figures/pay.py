"""Pay of one person in the three columns: the scheme, what happened, and every line in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from formulas.pay.components import Around
from formulas.pay.led import outlook_led
from formulas.pay.outlook import Awaited, Outlook, outlook
from formulas.pay.scheme import Given, OpenDeal, Scheme, StepState, tally_of
from formulas.pay.tiers import MultiplierMode, ScaleBy, ScaleMode, in_money
from formulas.pay.total import Draw
from model.figures import PayLine, SchemeBlock
from model.records import Record
from sync.figures.pay_words import line_words, sentences
from sync.figures.standing import Standing
from sync.scene import StageKind, amount, day, text

HUNDRED = Decimal(100)


def pay_outlook(
    scheme: Scheme, given: Given, names: Sequence[str]
) -> tuple[Outlook, tuple[PayLine, ...]]:
    """The three columns and their lines in words; `names` are the new clients'."""
    return _in_words(outlook(scheme, given), scheme, given, names)


def pay_outlook_led(
    scheme: Scheme, given: Given, around: Around, awaited: Awaited, names: Sequence[str]
) -> tuple[Outlook, tuple[PayLine, ...]]:
    """The same of who is paid for what others sell and await."""
    return _in_words(outlook_led(scheme, given, around, awaited), scheme, given, names)


def _in_words(
    result: Outlook, scheme: Scheme, given: Given, names: Sequence[str]
) -> tuple[Outlook, tuple[PayLine, ...]]:
    lines = []
    for line in result.lines:
        title, how = line_words(line, scheme, given, names)
        lines.append(PayLine(line.code, title, line.now, line.likely, line.all, how, line.rate))
    return result, tuple(lines)


def block_of(scheme: Scheme, given: Given, *, leads: bool = False) -> SchemeBlock:
    """The scheme as plain numbers for the live formulas: bounds in money, sums of this month."""
    tally = tally_of(scheme, given)
    guaranteed = tally.guarantee if tally.draw is not Draw.NONE else None
    return SchemeBlock(
        base=tally.base,
        tiers=tuple((t.start, t.rate) for t in in_money(scheme.rule.scale, given.plan)),
        multiplier=tuple((p.at, p.k) for p in scheme.multiplier),
        linear_multiplier=scheme.multiplier_mode is MultiplierMode.LINEAR,
        new_clients=tally.new_clients,
        penalty=sum((rule.charged * rule.each for rule in tally.penalties), Decimal(0)),
        cliff=scheme.mode is ScaleMode.CLIFF,
        by_attainment=scheme.by is ScaleBy.ATTAINMENT,
        cap=scheme.cap,
        sentences=sentences(scheme, leads=leads),
        plan=given.plan,
        max_drop=tally.max_drop_pct,
        kpi=tally.kpi,
        gate=tally.gate_factor,
        extra=tally.spiff + tally.team - tally.clawback - tally.carry_in,
        guarantee=guaranteed,
        draw_balance=tally.draw_balance if tally.draw is Draw.RECOVERABLE else Decimal(0),
        regional=tally.regional,
        correction=sum((one.amount for one in tally.corrections), Decimal(0)),
    )


def open_deals(
    standing: Standing, paid: Mapping[str, Decimal], person: str
) -> list[tuple[Record, OpenDeal]]:
    """Deals of a person that may still bring money, as the forecast takes them."""
    out: list[tuple[Record, OpenDeal]] = []
    for deal, stage in standing.of(person):
        value = amount(deal, "amount")
        rest = None if value is None else max(value - paid.get(deal.row_id, Decimal(0)), Decimal(0))
        if rest == 0:
            continue
        own = amount(deal, "prob")
        probability = stage.probability if own is None else (own / HUNDRED if own > 1 else own)
        won = stage.kind is StageKind.WON
        step: date | StepState | None = StepState.NOT_NEEDED
        if not won:
            step = day(deal, "step_on")
            if step is None and text(deal, "next_step"):
                step = StepState.UNDATED
        p = probability if not won or probability else Decimal(1)
        out.append((deal, OpenDeal(rest, p, day(deal, "expected_on"), step)))
    return out
