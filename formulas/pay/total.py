"""Pay of a month from its components, step by step (METRICS.md section 6.12)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.pay.ndfl import TaxYear, ndfl
from formulas.pay.parts import MAX_DROP_PCT, PenaltyItem, penalty
from formulas.rounding import ONE, ZERO, r2

if TYPE_CHECKING:
    from decimal import Decimal


class Draw(Enum):
    """Whether a guarantee is ignored, given, or given and taken back from later pay."""

    NONE = "none"
    FREE = "free"
    RECOVERABLE = "recoverable"


@dataclass(frozen=True, slots=True)
class Correction:
    """What a closed month turned out to lack or to have too much: its two bases of tax."""

    month: str
    """«2026-02»."""
    main: Decimal
    regional: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        """What the line of the open month shows."""
        return self.main + self.regional


@dataclass(frozen=True, slots=True)
class Tally:
    """Every component of a month but the commission itself; the guarantee is already prorated."""

    base: Decimal = ZERO
    multiplier: Decimal = ONE
    gate_factor: Decimal = ONE
    kpi: Decimal = ZERO
    new_clients: Decimal = ZERO
    spiff: Decimal = ZERO
    team: Decimal = ZERO
    clawback: Decimal = ZERO
    carry_in: Decimal = ZERO
    cap: Decimal | None = None
    penalties: tuple[PenaltyItem, ...] = ()
    max_drop_pct: Decimal = MAX_DROP_PCT
    guarantee: Decimal = ZERO
    draw: Draw = Draw.NONE
    draw_balance: Decimal = ZERO
    regional: Decimal = ONE
    tax_year: TaxYear | None = None
    tax_deductions: Decimal = ZERO
    corrections: tuple[Correction, ...] = ()
    """Lines below the month's own result, which they leave as it is."""


@dataclass(frozen=True, slots=True)
class Total:
    """Every step of a month's pay; tax and net are None when no tax was asked for."""

    com: Decimal
    gated: Decimal
    capped: Decimal
    variable: Decimal
    penalty: Decimal
    carry_out: Decimal
    topup: Decimal
    recovered: Decimal
    draw_balance: Decimal
    accrued: Decimal
    regional_amount: Decimal
    gross: Decimal
    tax: Decimal | None
    net: Decimal | None


def total(commission: Decimal, tally: Tally) -> Total:
    """Pay of a month from its commission and everything else."""
    com = r2(Fraction(commission) * Fraction(tally.multiplier))
    gated = r2(Fraction(com + tally.kpi) * Fraction(tally.gate_factor))
    earned = gated + tally.new_clients + tally.spiff + tally.team - tally.clawback - tally.carry_in
    variable = earned if tally.cap is None else min(earned, tally.cap)
    cut = penalty(tally.base, variable, tally.penalties, tally.max_drop_pct).amount
    kept = max(variable - cut, ZERO)
    before = tally.base + kept
    topup, recovered, balance = _guaranteed(before, tally)
    accrued = before + topup - recovered
    regional = r2(Fraction(accrued) * Fraction(tally.regional - ONE))
    gross = accrued + regional
    tax = _tax(accrued, regional, tally)
    return Total(
        com=com,
        gated=gated,
        capped=variable - earned,
        variable=kept,
        penalty=cut,
        carry_out=kept - (variable - cut),
        topup=topup,
        recovered=recovered,
        draw_balance=balance,
        accrued=accrued,
        regional_amount=regional,
        gross=gross,
        tax=tax,
        net=None if tax is None else gross - tax,
    )


def _guaranteed(accrued: Decimal, tally: Tally) -> tuple[Decimal, Decimal, Decimal]:
    """What is added up to the guarantee, what is taken back, and the balance after that."""
    balance = tally.draw_balance
    if tally.draw is Draw.NONE:
        return ZERO, ZERO, balance
    topup = max(ZERO, tally.guarantee - accrued)
    if tally.draw is Draw.FREE:
        return topup, ZERO, balance
    recovered = min(balance, max(ZERO, accrued - tally.guarantee))
    return topup, recovered, balance + topup - recovered


def _tax(accrued: Decimal, regional: Decimal, tally: Tally) -> Decimal | None:
    if tally.tax_year is None:
        return None
    return ndfl(accrued, regional, tally.tax_deductions, tally.tax_year).tax
