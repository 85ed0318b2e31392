"""Tax tables by year: the owner's sheet «Ставки», seeded once from the law as it is known.

A kind that the sheet does not hold at all is taken from the built-in table, so that an emptied
sheet never means no tax.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from formulas.pay.ndfl import RATES, Brackets, Rates
from formulas.taxes import VAT
from model.values import Value
from sync.scene import Scene, amount, fold, text

TABLE = "rates"
MAIN, REGIONAL, NON_RESIDENT, VALUE_ADDED = "НДФЛ", "НДФЛ районный", "НДФЛ нерезидент", "НДС"
HUNDRED = 100
Scales = Mapping[str, Mapping[int, Brackets]]


def seed_rows() -> Iterator[Mapping[str, Value]]:
    """Rows of the sheet as the law stands."""
    for rates in RATES:
        scales = ((MAIN, rates.main), (REGIONAL, rates.regional))
        for kind, scale in (*scales, (NON_RESIDENT, rates.non_resident)):
            for bound, rate in scale or ():
                yield _row(kind, rates.since, bound, rate)
    for since, rate in VAT.items():
        yield _row(VALUE_ADDED, since, 0, rate)


def tax_rates(scene: Scene) -> tuple[Rates, ...]:
    """Scales of income tax, the oldest first, as «Ставки» says."""
    scales = _scales(scene)
    if not scales.get(MAIN) or not scales.get(NON_RESIDENT):
        return RATES
    years = sorted(
        {year for kind in (MAIN, REGIONAL, NON_RESIDENT) for year in scales.get(kind, {})}
    )
    found = [_of_year(scales, year) for year in years]
    return tuple(one for one in found if one is not None) or RATES


def vat_rate(scene: Scene, year: int) -> Fraction:
    """Value added tax of a year as a fraction."""
    known = {since: scale[0][1] for since, scale in _scales(scene).get(VALUE_ADDED, {}).items()}
    table = known or VAT
    past = [since for since in table if since <= year]
    return table[max(past)] if past else Fraction(0)


def _of_year(scales: Scales, year: int) -> Rates | None:
    main, others = _upto(scales, MAIN, year), _upto(scales, NON_RESIDENT, year)
    if main is None or others is None:
        return None
    return Rates(year, main, _upto(scales, REGIONAL, year), others)


def _upto(scales: Scales, kind: str, year: int) -> Brackets | None:
    """The scale of a kind that is in force in a year."""
    past = [since for since in scales.get(kind, {}) if since <= year]
    return scales[kind][max(past)] if past else None


def _scales(scene: Scene) -> dict[str, dict[int, Brackets]]:
    """Scales by kind and first year; a row that lacks its rate is left out."""
    found: dict[str, dict[int, dict[int, Fraction]]] = {}
    names = {fold(kind): kind for kind in (MAIN, REGIONAL, NON_RESIDENT, VALUE_ADDED)}
    for record in scene.rows.get(TABLE, {}).values():
        kind, rate = names.get(fold(text(record, "kind"))), amount(record, "rate")
        if kind is not None and rate is not None:
            year, start = int(amount(record, "year") or 0), int(amount(record, "start") or 0)
            found.setdefault(kind, {}).setdefault(year, {})[start] = Fraction(rate) / HUNDRED
    return {
        kind: {year: tuple(sorted(scale.items())) for year, scale in years.items() if 0 in scale}
        for kind, years in found.items()
    }


def _row(kind: str, since: int, bound: int, rate: Fraction) -> Mapping[str, Value]:
    per_cent = Decimal(rate.numerator * HUNDRED) / Decimal(rate.denominator)
    return {
        "kind": kind,
        "year": Decimal(since),
        "start": Decimal(bound),
        "rate": per_cent,
    }
