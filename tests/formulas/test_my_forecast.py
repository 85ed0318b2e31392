"""«Мой прогноз» of UX.md section 4, to the kopeck."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from formulas.pay.outlook import Awaited, LeftOut, Three, month_pay, outlook, what_if, why_left_out
from formulas.pay.scheme import (
    NO_STEP_NEEDED,
    Given,
    OpenDeal,
    PenaltyRule,
    Scheme,
    StepState,
)
from formulas.pay.tiers import Tier
from formulas.periods import Period
from formulas.plan import summary
from formulas.progress import Unit
from formulas.registry import compute
from formulas.russia import seed

rub = Decimal
MARCH = Period.between(date(2026, 3, 1), date(2026, 3, 31))
TODAY = date(2026, 3, 12)
LATER = date(2026, 3, 25)

LATER_DEAL = {"expected_on": "2026-03-25", "step_on": "2026-03-12"}

SCHEME = Scheme(
    base=rub(40000),
    scale=(Tier(rub(0), rub("0.03")), Tier(rub(1_000_000), rub("0.04"))),
    new_client_bonus=rub(3000),
    penalty=(PenaltyRule("overdue_step", rub(500), 3),),
)
DEALS = (
    OpenDeal(rub(300_000), rub("0.8"), LATER, LATER),
    OpenDeal(rub(419_000), rub("0.6"), LATER, TODAY),
    OpenDeal(rub(200_000), rub("0.746"), TODAY, NO_STEP_NEEDED),
)
MONTH = Given(
    fact=rub(548_000),
    plan=rub(1_250_000),
    worked=21,
    norm=21,
    asof=TODAY,
    to=MARCH.last,
    first_payments=(rub(490_000), rub(58_000)),
    penalty_counts={"overdue_step": 5},
    deals=DEALS,
)


def test_the_three_columns_of_the_worked_example():
    seen = outlook(SCHEME, MONTH)
    assert seen.awaited == Awaited(3, rub(919_000), rub(640_600))
    assert seen.basis == Three(rub(548_000), rub(1_188_600), rub(1_467_000))
    assert seen.pay == Three(rub(61_440), rub(82_544), rub(93_680))
    shown = [(line.code, *map(int, (line.now, line.likely, line.all))) for line in seen.lines]
    assert shown == [
        ("base", 40_000, 40_000, 40_000),
        ("tier_1", 16_440, 30_000, 30_000),
        ("tier_2", 0, 7_544, 18_680),
        ("new_clients", 6_000, 6_000, 6_000),
        ("penalty", -1_000, -1_000, -1_000),
    ]


def test_the_lines_carry_the_numbers_of_their_sentences():
    lines = {line.code: line for line in outlook(SCHEME, MONTH).lines}
    assert lines["base"].facts == ("21", "21", "40000")
    assert (lines["tier_1"].basis, lines["tier_1"].rate) == (rub(548_000), rub("0.03"))
    assert lines["tier_2"].facts == ("1000000", "", "452000")
    assert lines["new_clients"].facts == ("2", "3000", "0")
    assert lines["penalty"].facts == ("overdue_step", "5", "3", "2", "500")


def test_a_payment_typed_into_the_what_if_cell():
    answer = what_if(SCHEME, MONTH, rub(300_000))
    assert [answer.before, answer.after, answer.gain] == [rub(61_440), rub(70_440), rub(9_000)]


def test_the_month_as_it_stands_is_the_first_column():
    month = month_pay(SCHEME, MONTH)
    assert month.pay == 61_440
    assert [line.code for line in month.lines] == [
        "base",
        "tier_1",
        "tier_2",
        "new_clients",
        "penalty",
    ]
    assert sum(line.amount for line in month.lines) == month.pay


def test_the_plan_fact_cards_of_the_worked_example():
    calendar = seed([2026])
    line = summary(rub(1_250_000), rub(548_000), MARCH, TODAY, Unit.MONEY, calendar)
    assert (line.days_total, line.days_passed, line.days_left) == (21, 8, 13)
    assert line.pct == rub("43.84")
    assert line.expected == rub("476190.48")
    assert line.per_day == 54_000
    assert line.now_per_day == 68_500


def test_the_same_example_through_the_registry():
    answer = compute(
        "pay.outlook",
        {
            "fact": "548000",
            "asof": "2026-03-12",
            "to": "2026-03-31",
            "plan": "1250000",
            "deals": [
                {**LATER_DEAL, "rest": "300000", "p": "0.8"},
                {**LATER_DEAL, "rest": "419000", "p": "0.6"},
                {"rest": "200000", "p": "0.746", "expected_on": "2026-03-12"},
                {"rest": "54000", "p": "1", "expected_on": "2026-03-25", "step_on": None},
                {"rest": "54000", "p": "1", "expected_on": "2026-03-11"},
            ],
            "scheme": {
                "base": "40000",
                "scale": [{"from": "0", "rate": "0.03"}, {"from": "1000000", "rate": "0.04"}],
                "by": "amount",
                "mode": "marginal",
            },
            "other": {
                "new_clients": "6000",
                "penalty": {"items": [{"count": 5, "free": 3, "each": "500"}]},
            },
        },
    )
    assert answer["basis"] == {"now": 548_000, "likely": 1_188_600, "all": 1_467_000}
    assert answer["pay"] == {"now": 61_440, "likely": 82_544, "all": 93_680}


@pytest.mark.parametrize(
    ("deal", "reason"),
    [
        (DEALS[0], None),
        (DEALS[2], None),
        (replace(DEALS[0], rest=None, expected_on=None), LeftOut.NO_AMOUNT),
        (replace(DEALS[0], expected_on=None, step_on=None), LeftOut.NO_DATE),
        (replace(DEALS[0], expected_on=date(2026, 3, 11), step_on=None), LeftOut.PAST_DATE),
        (replace(DEALS[0], expected_on=date(2026, 4, 1), step_on=None), LeftOut.AFTER_PERIOD),
        (replace(DEALS[0], step_on=None), LeftOut.NO_STEP),
        (replace(DEALS[0], step_on=StepState.UNDATED), LeftOut.UNDATED_STEP),
    ],
)
def test_a_deal_left_out_names_its_first_reason(deal, reason):
    assert why_left_out(deal, TODAY, MARCH.last) is reason


def test_absence_lowers_the_base_and_the_guarantee():
    scheme = replace(SCHEME, guarantee=rub(63_000))
    month = month_pay(scheme, replace(MONTH, worked=14))
    assert month.lines[0].amount == rub("26666.67")
