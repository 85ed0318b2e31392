"""Pay: components, steps of a month, and the outlook."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.pay.lines import CommissionRule
from formulas.pay.ndfl import Tax, TaxYear, ndfl
from formulas.pay.outlook import engine_of, month_pay, outlook, pay_fund, what_if
from formulas.pay.parts import (
    Gate,
    Member,
    PenaltyItem,
    Refund,
    TeamMode,
    base_pay,
    clawback,
    gated,
    penalty,
    team_parts,
)
from formulas.pay.scheme import Extras, Given, OpenDeal, PenaltyRule, Scheme
from formulas.pay.tiers import (
    MultiplierMode,
    Point,
    Scale,
    ScaleBy,
    ScaleMode,
    Tier,
    multiplier,
    tiered,
)
from formulas.pay.total import Draw, Tally, total
from formulas.registry import compute

rub = Decimal
TODAY = date(2026, 3, 12)
END = date(2026, 3, 31)

money = st.decimals(0, 5_000_000, places=2)
rates = st.decimals(0, Decimal("0.2"), places=4)


@st.composite
def growing_tiers(draw: st.DrawFn) -> tuple[Tier, ...]:
    """A scale of one to four tiers from 0 up."""
    starts = draw(st.lists(st.integers(1, 3_000_000), max_size=3, unique=True).map(sorted))
    return tuple(Tier(rub(start), draw(rates)) for start in [0, *starts])


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    """Any scheme the owner can set."""
    return Scheme(
        base=draw(money),
        scale=draw(growing_tiers()),
        by=draw(st.sampled_from(ScaleBy)),
        mode=draw(st.sampled_from(ScaleMode)),
        no_plan_rate=draw(st.none() | rates),
        multiplier=draw(
            st.sampled_from([(), (Point(rub(0), rub("0.5")), Point(rub(100), rub("1.2")))])
        ),
        multiplier_mode=draw(st.sampled_from(MultiplierMode)),
        new_client_bonus=draw(st.sampled_from([rub(0), rub(1500)])),
        new_client_min=rub(20_000),
        penalty=draw(st.sampled_from([(), (PenaltyRule("late", rub("500.50"), 1),)])),
        cap=draw(st.none() | money),
        guarantee=draw(money),
        draw=draw(st.sampled_from(Draw)),
        regional=draw(st.sampled_from([rub(1), rub("1.15")])),
    )


@st.composite
def months(draw: st.DrawFn) -> Given:
    """Anything that can happen to a person in a month."""
    deals = st.builds(
        OpenDeal,
        rest=money,
        p=st.decimals(0, 1, places=2),
        expected_on=st.dates(TODAY, date(2026, 4, 5)),
        step_on=st.just(TODAY),
    )
    return Given(
        fact=draw(money),
        plan=draw(st.none() | st.just(rub(0)) | st.just(rub(1_250_000))),
        worked=draw(st.integers(0, 21)),
        norm=21,
        asof=TODAY,
        to=END,
        first_payments=(rub(20_000), rub(19_999)),
        penalty_counts={"late": draw(st.integers(0, 20))},
        deals=tuple(draw(st.lists(deals, max_size=4))),
        extras=Extras(
            kpi=draw(money),
            gate_factor=draw(st.sampled_from([rub(1), rub("0.5")])),
            clawback=draw(money),
            draw_balance=draw(money),
        ),
    )


@settings(deadline=None)
@given(schemes(), months())
def test_the_lines_add_up_to_the_pay_in_every_column(scheme, month):
    seen = outlook(scheme, month)
    assert sum(line.now for line in seen.lines) == seen.pay.now
    assert sum(line.likely for line in seen.lines) == seen.pay.likely
    assert sum(line.all for line in seen.lines) == seen.pay.all
    alone = month_pay(scheme, month)
    assert alone.pay == seen.pay.now
    assert sum(line.amount for line in alone.lines) == alone.pay


PLAIN = st.builds(
    Scheme,
    base=money,
    scale=growing_tiers(),
    by=st.sampled_from(ScaleBy),
    no_plan_rate=st.none() | rates,
    multiplier=st.sampled_from([(), (Point(rub(0), rub("0.5")), Point(rub(100), rub("1.2")))]),
    multiplier_mode=st.sampled_from(MultiplierMode),
    penalty=st.sampled_from([(), (PenaltyRule("late", rub("500.50"), 1),)]),
)
"""Marginal schemes without a cap or a gate: nothing in them may make more sales pay less."""


@settings(deadline=None)
@given(PLAIN, months(), money)
def test_pay_never_falls_when_sales_rise(scheme, month, add):
    ungated = replace(month, extras=Extras())
    assert what_if(scheme, ungated, add).gain >= 0


@settings(deadline=None)
@given(PLAIN, months())
def test_now_is_below_likely_is_below_all(scheme, month):
    seen = outlook(scheme, replace(month, extras=Extras()))
    assert seen.basis.now <= seen.basis.likely <= seen.basis.all
    assert seen.pay.now <= seen.pay.likely <= seen.pay.all


@settings(deadline=None)
@given(growing_tiers(), st.sampled_from(ScaleMode), st.decimals(-1000, 5_000_000, places=2))
def test_slices_of_a_scale_are_the_whole_amount_and_the_whole_commission(tiers, mode, amount):
    answer = tiered(amount, None, Scale(tiers, mode=mode))
    assert sum(piece.basis for piece in answer.slices) == Fraction(amount)
    assert sum(piece.amount for piece in answer.slices) == answer.commission


ATTAINED = (Tier(rub(0), rub("0.01")), Tier(rub(80), rub("0.03")), Tier(rub(100), rub("0.05")))


def test_without_a_plan_the_rate_without_a_plan_or_that_of_the_whole_plan_holds():
    scale = Scale(ATTAINED, ScaleBy.ATTAINMENT)
    assert tiered(rub(1000), None, scale).commission == 50
    assert tiered(rub(1000), rub(0), replace(scale, no_plan_rate=rub("0.02"))).commission == 20
    low = replace(scale, tiers=ATTAINED[:2])
    assert tiered(rub(1000), None, low).commission == 30


def test_refunds_above_payments_take_commission_at_the_first_rate():
    scale = Scale(ATTAINED, ScaleBy.ATTAINMENT, ScaleMode.CLIFF, rub("0.9"))
    answer = tiered(rub(-1000), None, scale)
    assert answer.commission == -10
    assert answer.rate == rub("0.01")


def test_a_line_of_the_rate_without_a_plan():
    scheme = Scheme(rub(0), ATTAINED, ScaleBy.ATTAINMENT, no_plan_rate=rub("0.02"))
    month = Given(rub(1000), None, 21, 21, TODAY, END)
    lines = {line.code: line for line in month_pay(scheme, month).lines}
    assert lines["no_plan"].amount == 20
    assert lines["tier_2"].facts == ("", "", "")


POINTS = (Point(rub(50), rub("0.5")), Point(rub(100), rub(1)))


@pytest.mark.parametrize(
    ("attained", "mode", "expected"),
    [
        (Fraction(49), MultiplierMode.STEP, "0"),
        (Fraction(49), MultiplierMode.LINEAR, "0"),
        (Fraction(75), MultiplierMode.STEP, "0.5"),
        (Fraction(75), MultiplierMode.LINEAR, "0.75"),
        (Fraction(200, 3), MultiplierMode.LINEAR, "0.6667"),
        (Fraction(100), MultiplierMode.LINEAR, "1"),
        (None, MultiplierMode.LINEAR, "1"),
    ],
)
def test_multiplier(attained, mode, expected):
    assert multiplier(attained, POINTS, mode) == rub(expected)


def test_the_multiplier_has_its_line():
    scheme = Scheme(rub(0), (Tier(rub(0), rub("0.1")),), multiplier=POINTS)
    month = Given(rub(60_000), rub(100_000), 21, 21, TODAY, END)
    lines = {line.code: line for line in month_pay(scheme, month).lines}
    assert lines["multiplier"].amount == -3000
    assert lines["multiplier"].rate == rub("0.5")
    assert lines["multiplier"].facts == ("100000",)
    unplanned = month_pay(scheme, replace(month, plan=None))
    assert unplanned.pay == 6000
    assert CommissionRule(scheme.rule.scale).multiplier_at(rub(1), rub(1)) == 1


def test_base_is_never_more_than_the_salary():
    assert base_pay(rub(50_000), 25, 21) == 50_000
    assert base_pay(rub(50_000), 5, 0) == 0


def test_a_gate_without_a_value_fails():
    assert gated(rub(100), [Gate(None, rub(1), rub("0.333"))]) == (rub("33.3"), 1)
    assert gated(rub(100), [Gate(rub(1), rub(1))]) == (rub(100), 0)


def test_a_team_with_no_result_gets_nothing():
    members = [Member(rub(-5), 0), Member(rub(0), 0)]
    assert team_parts(rub(100), TeamMode.SHARE, members) == (rub(0), rub(0))
    one = [*members, Member(rub(1), 1)]
    assert team_parts(rub(100), TeamMode.SHARE, one) == (rub(0), rub(0), rub(100))


@settings(deadline=None)
@given(money, st.decimals(-100_000, 1_000_000, places=2), st.integers(0, 500))
def test_a_penalty_never_touches_the_salary(base, variable, count):
    answer = penalty(base, variable, [PenaltyItem(count, rub(500), 3)])
    assert 0 <= answer.amount <= answer.raw
    assert answer.amount <= max(variable, 0)


@pytest.mark.parametrize(
    ("paid", "refunded", "expected"),
    [
        ("2026-03-02", "2026-03-31", 0),  # already lowers the basis
        ("2026-03-31", "2026-04-01", 50),
        ("2025-12-31", "2026-01-01", 50),
        ("2026-01-01", "2026-04-01", 50),  # exactly 90 days
        ("2026-01-01", "2026-04-02", 0),
    ],
)
def test_a_refund_in_a_later_month_takes_its_commission_back(paid, refunded, expected):
    days = (date.fromisoformat(paid), date.fromisoformat(refunded))
    assert clawback([Refund(rub(-1000), *days, rub("0.05"))]) == expected


YEAR = TaxYear(2026)


def tax(income: int, before: TaxYear = YEAR, regional: int = 0) -> Tax:
    """Tax of a month."""
    return ndfl(rub(income), rub(regional), rub(0), before)


@pytest.mark.parametrize(
    ("income", "expected"),
    [
        (2_400_000, 312_000),
        (5_000_000, 312_000 + 390_000),
        (20_000_000, 702_000 + 2_700_000),
        (50_000_000, 3_402_000 + 6_000_000),
        (60_000_000, 9_402_000 + 2_200_000),
        (-1000, 0),
    ],
)
def test_tax_of_a_year_by_its_brackets(income, expected):
    assert tax(income).tax == expected


def test_the_regional_base_has_brackets_of_its_own():
    answer = tax(0, regional=6_000_000)
    assert (int(answer.tax_main), int(answer.tax_regional)) == (0, 800_000)
    assert tax(0, TaxYear(2026, regional=rub(5_000_000)), 1_000_000).tax == 150_000


@settings(deadline=None)
@given(st.lists(st.integers(0, 9_000_000), min_size=1, max_size=12))
def test_monthly_taxes_add_up_to_the_tax_of_the_year(incomes):
    before = [TaxYear(2026, rub(sum(incomes[:number]))) for number in range(len(incomes))]
    paid = [tax(income, year).tax for income, year in zip(incomes, before, strict=True)]
    assert sum(paid) == tax(sum(incomes)).tax


@pytest.mark.parametrize(
    ("year", "income", "expected"),
    [
        (2016, 9_000_000, 1_170_000),
        (2020, 9_000_000, 1_170_000),
        (2021, 5_000_000, 650_000),
        (2021, 6_000_000, 800_000),
        (2024, 9_000_000, 1_250_000),
    ],
)
def test_earlier_years_have_the_rates_of_their_time(year, income, expected):
    assert tax(income, TaxYear(year)).tax == expected


def test_the_regional_part_was_taxed_with_the_rest_until_2024():
    answer = tax(4_000_000, TaxYear(2024), regional=2_000_000)
    assert answer == Tax(rub(800_000), rub(800_000), rub(0))
    before = TaxYear(2023, rub(5_000_000), rub(600_000), rub(100_000), rub(13_000))
    assert tax(100_000, before).tax == 650_000 + 30_000 - 613_000
    assert ndfl(rub(1000), rub(0), rub(0), TaxYear(2018, resident=False)).tax == 300


def test_a_cap_and_a_regional_coefficient():
    answer = total(rub(50_000), Tally(base=rub(30_000), cap=rub(20_000), regional=rub("1.15")))
    assert answer.capped == -30_000
    assert answer.gross == rub(57_500)
    assert answer.net is None


def test_tax_of_a_month_knows_the_regional_part():
    given_ = {
        "base": "100000",
        "commission": "0",
        "regional": "1.15",
        "ndfl": {"year": 2026, "deductions": "1400"},
    }
    answer = compute("pay.total", given_)
    assert answer["tax"] == 12_818 + 1_950
    assert answer["net"] == 115_000 - 14_768


def test_a_draw_is_given_and_taken_back():
    tally = Tally(base=rub(30_000), guarantee=rub(50_000), draw=Draw.RECOVERABLE)
    short = total(rub(5_000), tally)
    assert (int(short.topup), int(short.draw_balance)) == (15_000, 15_000)
    good = total(rub(28_000), replace(tally, draw_balance=short.draw_balance))
    assert (int(good.recovered), int(good.draw_balance), int(good.gross)) == (8_000, 7_000, 50_000)


def test_the_fund_of_pay_and_its_share():
    assert pay_fund([rub(60), rub(40)], rub(1000)) == (rub(100), rub(10))
    assert pay_fund([], None) == (rub(0), None)
    answer = compute("pay.fund", {"pays": ["60", None, "40"], "payments": "1000"})
    assert answer == {"fund": 100, "share": 10}


def test_what_if_and_forecast_know_the_multiplier_of_a_scheme():
    scheme: dict[str, object] = {
        "base": "10000",
        "scale": [{"from": "0", "rate": "0.1"}],
        "by": "amount",
        "mode": "marginal",
        "multiplier": [{"at": "0", "k": "0.5"}, {"at": "100", "k": "1"}],
    }
    given_ = {"fact": "50000", "add": "50000", "plan": "100000", "scheme": scheme}
    assert compute("pay.what_if", given_) == {"before": 12_500, "after": 20_000, "gain": 7_500}
    scheme["multiplier"] = {"points": scheme["multiplier"], "mode": "linear"}
    assert compute("pay.what_if", given_) == {"before": 13_750, "after": 20_000, "gain": 6_250}


def test_an_engine_pays_more_than_base_and_commission():
    scheme = Scheme(rub(1000), (Tier(rub(0), rub("0.1")),), new_client_bonus=rub(500))
    month = Given(rub(100), None, 21, 21, TODAY, END, first_payments=(rub(100),))
    engine = engine_of(scheme, month)
    assert (int(engine.simple_pay(rub(100))), int(engine.pay(rub(100)).pay)) == (1010, 1510)


BASIS = {
    "from": "2026-03-01",
    "to": "2026-03-31",
    "deals": [
        {"id": "A", "amount": "1000", "margin": "300", "status": "won", "closed_on": "2026-03-20"},
        {"id": "B", "amount": None, "margin": "300", "status": "won", "closed_on": "2026-04-02"},
        {"id": "C", "amount": "500", "margin": None, "status": "open", "closed_on": None},
    ],
}


def basis(
    kind: str, records: str = "payments", *, won: bool = False, net: bool = False
) -> list[str]:
    """Basis and held sum of the records below."""
    rows = [
        {"deal": "A", "date": "2026-02-10", "amount": "122", "vat": "0.22"},
        {"deal": "A", "date": "2026-03-10", "amount": "61", "vat": "0.22"},
        {"deal": "A", "date": None, "amount": "7"},
        {"deal": "A", "date": "2026-03-10", "amount": None},
        {"deal": "B", "date": "2026-03-10", "amount": "10"},
        {"deal": "C", "date": "2026-04-01", "amount": "20"},
        {"deal": None, "date": "2026-03-31", "amount": "5"},
    ]
    given_ = {**BASIS, "kind": kind, "requires_won": won, "net_of_vat": net, records: rows}
    answer = compute("pay.basis", given_)
    return [str(answer["basis"]), str(answer["held"])]


def test_basis_of_payments():
    assert basis("paid") == ["76", "0"]
    assert basis("paid", net=True) == ["65.00", "0"]
    assert basis("paid", won=True) == ["183", "15"]
    assert basis("paid", won=True, net=True) == ["150.00", "15.00"]


def test_basis_of_margin_leaves_out_deals_without_an_amount_or_a_margin():
    assert basis("margin") == ["18.30", "0"]
    assert basis("margin", won=True) == ["54.90", "0"]


def test_basis_of_shipments_invoices_and_won_deals():
    assert basis("shipped", "shipments") == ["76", "0"]
    assert basis("invoiced", "invoices") == ["76", "0"]
    assert basis("won") == ["1000", "0"]


def test_kpi_counts_only_so_far_and_no_further():
    items = [
        {"plan": "10", "fact": None, "weight": "1"},
        {"plan": "10", "fact": "0", "weight": "1", "better": "less"},
        {"plan": "10", "fact": "-5", "weight": "1", "floor": "-9"},
        {"plan": "0", "fact": "5", "weight": "1"},
        {"plan": "10", "fact": "30", "weight": "1", "cap": "1.5"},
    ]
    answer = compute("pay.kpi", {"fund": "1000", "items": items})
    assert answer["scores"] == [0, rub("1.2"), 0, None, rub("1.5")]
    assert answer["bonus"] == 675
