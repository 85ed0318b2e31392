"""Pay of people month by month: closed months as they were approved, open ones as rows stand today.

A month takes from the ones before it what is carried, the balance of a guarantee, corrections of
closed months and the year's income for the tax. A correction stands in the first month after the
closed one that is still open, and never twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import reduce

from formulas.pay.components import Around
from formulas.pay.lines import MonthPay
from formulas.pay.ndfl import Rates, Tax, TaxYear, ndfl
from formulas.pay.outlook import month_pay
from formulas.pay.rules import (
    CLIFF,
    GATE,
    KPI,
    NO_PLAN,
    PERCENT,
    PLAN,
    PRIZE,
    RETURNS,
    SCALE,
    TEAM,
    Reading,
    RuleRow,
    read_rules,
)
from formulas.pay.scheme import Given
from formulas.pay.total import Correction, Draw
from formulas.periods import PeriodType, bounds
from formulas.rounding import r4
from model.figures import Measure, Period
from model.payslips import Piece, Slip
from model.records import Record
from sync.figures.earning import Carried, Earned, Ground, earn, given_of
from sync.figures.parts import PAID_FOR, TABLES
from sync.figures.plans import MONEY
from sync.figures.rules import reading_among, rule_rows
from sync.figures.slips import slips_of, unpacked
from sync.figures.standing import KnownFigures
from sync.plans.rates import tax_rates
from sync.remembered import Once
from sync.scene import Person, fold

ZERO = Decimal(0)
DAY = timedelta(days=1)
MONTHS_BACK = 24
"""How far back a balance is followed where no month was closed."""
CORRECTED_MONTHS = 12
"""How many closed months are looked over for later changes of their facts."""
SETTLED = ("pay_rules", "plans", "staff", "absences", "general", "calendar", "card_fields")
IN_ORDER = tuple(sorted(PAID_FOR, key=lambda measure: measure.value))
_WIDE = frozenset({KPI, GATE, PRIZE, TEAM, RETURNS})
_OF_PAYMENTS = frozenset({"оплаты", "оплата", PLAN, CLIFF, NO_PLAN})


@dataclass(frozen=True, slots=True)
class Said:
    """What a closed month was counted from."""

    rules: tuple[RuleRow, ...]
    given: Given
    around: Around


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """A person's pay of a month with everything that it follows from."""

    name: str
    month: Period
    reading: Reading
    given: Given
    around: Around
    pay: MonthPay
    pieces: Mapping[str, tuple[Piece, ...]]
    slip: Slip | None = None
    """The closed month; None while it is open."""

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """What closed months turned out to be later."""
        return self.given.extras.corrections

    @property
    def main(self) -> Decimal:
        """Base of the income tax without the regional part."""
        return self.pay.total.accrued + sum((c.main for c in self.corrections), ZERO)

    @property
    def regional(self) -> Decimal:
        """The regional part."""
        return self.pay.total.regional_amount + sum((c.regional for c in self.corrections), ZERO)

    @property
    def rate(self) -> Decimal:
        """Effective rate of the commission."""
        basis = self.pay.basis
        return r4(Fraction(self.pay.total.com) / Fraction(basis)) if basis else ZERO


def first_of(day: date) -> date:
    """First day of the month."""
    return day.replace(day=1)


def before(month: date) -> date:
    """First day of the month before."""
    return first_of(month - DAY)


def after(month: date) -> date:
    """First day of the month after."""
    return (month.replace(day=28) + 4 * DAY).replace(day=1)


def month_at(day: date) -> Period:
    """The month of a day."""
    found = bounds(PeriodType.MONTH, day)
    return Period(found.start, found.end)


@dataclass(frozen=True, slots=True)
class PayBook:
    """Pay of everybody, any month."""

    ground: Ground
    rules: tuple[RuleRow, ...]
    slips: Mapping[tuple[str, date], Slip]
    rows: Mapping[str, Record]
    """Of the closed months, as the store has them."""
    known: KnownFigures
    wide: bool
    """Whether some scheme looks into deals, at other people or at other measures."""

    def month(self, name: str, start: date) -> PaidMonth | None:
        """A person's month; None without a scheme."""
        once = self.known.months.setdefault((fold(name), start), Once())
        around = self._around(name, start)
        found: tuple[PaidMonth | None] = once.of(lambda: (self._month(name, start),), *around)
        return found[0]

    def _around(self, name: str, start: date) -> tuple[object, ...]:
        """Everything that a month is made of."""
        ground, period = self.ground, month_at(start)
        late = ground.late_now(name) if ground.asof in period else ()
        rows = ground.scene.rows
        parts: list[object] = [ground.parts.by.get((measure, name)) for measure in IN_ORDER]
        if self.wide:
            parts = [ground.parts, ground.reader.sums(Measure.CALLS, period)]
        return (
            ground.asof,
            self.rows,
            *parts,
            *(rows.get(table) for table in SETTLED),
            *(rows[table] if self.wide else None for table in (*TABLES, "clients")),
            *(piece.row_id for piece in late),
        )

    def _month(self, name: str, start: date) -> PaidMonth | None:
        slip = self.slips.get((fold(name), start))
        if slip is not None:
            return _closed(slip)
        reading = reading_among(self.rules, self.ground.scene, name, start)
        if reading is None:
            return None
        carried = self._carried(name, start, reading)
        period = month_at(start)
        earned = earn(self.ground, name, reading.scheme, period, carried, self.rate_at)
        return paid_month(name, period, reading, earned)

    def pays(self, person: Person) -> bool:
        """Whether somebody has pay: who sells, and who has a scheme."""
        named = bool(person.scheme) or any(row.scheme == fold(person.name) for row in self.rules)
        return person.sells or named

    def rate_at(self, name: str, day: date) -> Decimal:
        """Effective rate of the commission in the month of a day."""
        found = self.month(name, first_of(day))
        return ZERO if found is None else found.rate

    def tax(self, paid: PaidMonth) -> Tax:
        """Income tax of a month, cumulative from January."""
        if paid.slip is not None:
            slip = paid.slip
            return Tax(slip.tax_main + slip.tax_regional, slip.tax_main, slip.tax_regional)
        before = self.year_before(paid.name, paid.month.start)
        return ndfl(paid.main, paid.regional, ZERO, before, self._rates())

    def year_before(self, name: str, start: date) -> TaxYear:
        """What the year holds before a month: closed months, and open ones since the first sale."""
        first = self.first(name)
        months = (start.replace(month=number) for number in range(1, start.month))
        counted = (self.month(name, m) for m in months if first is not None and m >= first)
        paid = tuple(one for one in counted if one is not None)

        def together() -> TaxYear:
            year = TaxYear(start.year, withheld=ZERO, regional_withheld=ZERO)
            return reduce(self._added, paid, year)

        once = self.known.years.setdefault((name, start), Once())
        return once.of(together, self._rates(), *paid)

    def _rates(self) -> tuple[Rates, ...]:
        scene = self.ground.scene
        return self.known.rates.of(lambda: tax_rates(scene), scene.rows.get("rates"))

    def _added(self, year: TaxYear, paid: PaidMonth) -> TaxYear:
        if paid.slip is None:
            tax = ndfl(paid.main, paid.regional, ZERO, year, self._rates())
        else:
            tax = self.tax(paid)
        return replace(
            year,
            income=year.income + paid.main,
            withheld=(year.withheld or ZERO) + tax.tax_main,
            regional=year.regional + paid.regional,
            regional_withheld=(year.regional_withheld or ZERO) + tax.tax_regional,
        )

    def first(self, name: str) -> date | None:
        """The first month with a sale or an approved pay of a person; None without any.

        Who does not sell lives by the sales of others.
        """
        parts = self.ground.parts.by
        me = self.ground.scene.person(name)
        anybody = me is not None and not me.sells
        days = [
            found[0].day
            for (measure, who), found in parts.items()
            if (anybody or who == name) and found and measure in MONEY
        ]
        closed = [month for who, month in self.slips if who == fold(name)]
        months = [*(first_of(day) for day in days), *closed]
        return min(months, default=None)

    def _carried(self, name: str, start: date, reading: Reading) -> Carried:
        scheme = reading.scheme
        carried = Carried(corrections=self._corrections(name, start))
        last, first = before(start), self.first(name)
        keeps = scheme.carry or scheme.draw is Draw.RECOVERABLE
        if (
            not keeps
            or first is None
            or last < first
            or _months(last, self.ground.asof) > MONTHS_BACK
        ):
            return carried
        paid = self.month(name, last)
        if paid is None:
            return carried
        total = paid.pay.total
        return replace(carried, carry_in=total.carry_out, draw_balance=total.draw_balance)

    def _corrections(self, name: str, start: date) -> tuple[Correction, ...]:
        """Of the closed months after which this one is the first open one."""
        out = []
        month = before(start)
        for _ in range(CORRECTED_MONTHS):
            slip = self.slips.get((fold(name), month))
            if slip is None:
                break
            found = self._difference(slip)
            if found.main or found.regional:
                out.append(found)
            month = before(month)
        return tuple(reversed(out))

    def _difference(self, slip: Slip) -> Correction:
        """What the facts of a closed month make today, less what it and later ones paid."""
        then = _closed(slip)
        now = self.as_of_today(then)
        main = now.pay.total.accrued - then.pay.total.accrued
        regional = now.pay.total.regional_amount - then.pay.total.regional_amount
        label = f"{slip.month:%Y-%m}"
        for (who, month), later in self.slips.items():
            if who == fold(slip.person) and month > slip.month:
                for one in unpacked(Said, later.said).given.extras.corrections:
                    if one.month == label:
                        main, regional = main - one.main, regional - one.regional
        return Correction(label, main, regional)

    def as_of_today(self, then: PaidMonth) -> PaidMonth:
        """A closed month counted by its own rules from the rows as they stand today."""
        extras = then.given.extras
        carried = Carried(extras.carry_in, extras.draw_balance)
        scheme = then.reading.scheme
        earned = earn(
            self.ground,
            then.name,
            scheme,
            then.month,
            carried,
            self.rate_at,
            closed=then.around,
        )
        return paid_month(then.name, then.month, then.reading, earned)


def paid_month(name: str, period: Period, reading: Reading, earned: Earned) -> PaidMonth:
    """The pay of what a month holds."""
    if earned.around is None:
        raise ValueError(name)
    given = given_of(earned, reading.scheme)
    pay = month_pay(reading.scheme, given)
    return PaidMonth(name, period, reading, given, earned.around, pay, earned.pieces)


def _is_wide(rows: Iterable[RuleRow]) -> bool:
    """Whether rules look further than at one person's payments."""
    return any(
        row.component in _WIDE
        or (row.component in {PERCENT, SCALE} and not _OF_PAYMENTS.issuperset(row.words))
        for row in rows
    )


def _closed(slip: Slip) -> PaidMonth:
    said = unpacked(Said, slip.said)
    reading = read_rules(said.rules)
    pay = month_pay(reading.scheme, said.given)
    return PaidMonth(
        slip.person,
        month_at(slip.month),
        reading,
        said.given,
        said.around,
        pay,
        slip.pieces,
        slip,
    )


def _months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def make_book(ground: Ground, rows: Mapping[str, Record], known: KnownFigures) -> PayBook:
    """The pay of a team."""
    rules = rule_rows(ground.scene.rows["pay_rules"])
    slips = known.slips.of(lambda: slips_of(rows), rows)
    wide = known.wide.of(
        lambda: [
            _is_wide(rules),
            *(_is_wide(unpacked(Said, s.said).rules) for s in slips.values()),
        ],
        ground.scene.rows["pay_rules"],
        rows,
    )
    return PayBook(ground, rules, slips, rows, known, any(wide))
