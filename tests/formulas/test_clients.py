"""Deals, leads, channels, clients, contests."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.clients import audit, client_state
from formulas.deals import Task, deal_light
from formulas.lights import Light
from formulas.owners import NOT_STATED
from formulas.periods import PeriodType, bounds
from formulas.ratings import prizes, rank, score
from formulas.registry import REGISTRY, compute

rub = Decimal
NOON = datetime(2026, 3, 10, 12)  # noqa: DTZ001 - local time
NIGHT = datetime(2026, 3, 11)  # noqa: DTZ001 - local time
MARCH = bounds(PeriodType.MONTH, date(2026, 3, 1))
days = st.dates(date(2025, 6, 1), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("due", "now", "light"),
    [
        (date(2026, 3, 10), NOON, Light.GREEN),  # due at the end of the day
        (date(2026, 3, 10), NIGHT, Light.YELLOW),
        (NOON, NOON, Light.GREEN),
        (NOON, NIGHT, Light.YELLOW),
        (None, NOON, Light.RED),
    ],
)
def test_a_step_without_an_hour_is_due_at_the_end_of_its_day(due, now, light):
    assert deal_light("open", [Task(due)], now) is light


def test_a_task_without_a_date_is_never_overdue():
    assert not Task(None).overdue(NOON)


def test_the_step_of_a_row_is_a_task_too():
    row = {"status": "open", "now": "2026-03-10T12:00"}
    assert compute("deal.light", {**row, "due": "2026-03-09"})["light"] == "yellow"
    assert compute("deal.light", {**row, "due": date(2026, 3, 10)})["light"] == "green"
    assert compute("deal.light", {**row, "due": NIGHT})["light"] == "green"
    assert compute("deal.light", {**row, "due": None})["light"] == "red"


def test_a_plan_for_today_saves_a_quiet_deal():
    quiet = {"status": "open", "asof": "2026-03-15", "last_activity": "2026-03-01"}
    assert compute("deal.stale", quiet) == {"overdue": False, "abandoned": True}
    planned = {**quiet, "next_task": "2026-03-15", "expected_on": "2026-03-15"}
    assert compute("deal.stale", planned) == {"overdue": False, "abandoned": False}
    assert compute("deal.stale", {**quiet, "abandon_days": 15})["abandoned"] is False
    assert compute("deal.stale", {**quiet, "last_activity": None})["abandoned"] is False


def test_an_unknown_stage_reaches_nothing():
    deals = [
        {"max_stage": "что-то", "status": "lost"},
        {"max_stage": None, "status": "lost"},
        {"max_stage": "лид", "status": "won"},
    ]
    answer = compute("funnel.cohort", {"stages": ["лид", "won"], "deals": deals})
    assert answer["reached"] == [1, 1]
    assert answer["total_conv"] == rub("0.3333")
    assert answer["lost_at"] == {"что-то": 1, NOT_STATED: 1}


def test_repeat_visits_to_a_stage_add_up():
    history = [
        {"stage": "кп", "entered": "2026-03-11"},
        {"stage": "лид", "entered": "2026-03-01"},
        {"stage": "лид", "entered": "2026-03-13"},
    ]
    limits = {"лид": 5, "кп": None}
    given_ = {"history": history, "closed_on": "2026-03-20", "asof": "2026-03-31", "limits": limits}
    assert compute("funnel.stage_time", given_) == {"days": {"лид": 17, "кп": 2}, "over": ["лид"]}
    nothing = {"history": [], "asof": "2026-03-31"}
    assert compute("funnel.stage_time", nothing) == {"days": {}, "over": []}


def test_a_funnel_that_closes_in_a_day_divides_by_one():
    given_ = {"open": 2, "won": 1, "lost": 1, "won_amounts": ["100", None], "cycles": [0]}
    answer = compute("funnel.velocity", given_)
    assert answer == {"win_rate": rub("0.5"), "avg_check": 100, "cycle": 0, "velocity": 100}
    assert compute("funnel.velocity", {**given_, "open": None})["velocity"] is None
    assert compute("funnel.velocity", {**given_, "cycles": []})["velocity"] is None


PEOPLE = [
    {"id": "a", "open": 5, "assigned": 10, "weight": "1"},
    {"id": "b", "open": 3, "assigned": 12, "weight": "2", "limit": 3},
    {"id": "c", "open": 3, "assigned": 4, "weight": "0.5", "absent": True},
    {"id": "d", "open": 5, "assigned": 9, "weight": "0.5"},
]


@pytest.mark.parametrize(
    ("changes", "manager", "why"),
    [
        ({"mode": "load"}, "a", "load"),
        ({"mode": "weighted"}, "a", "weighted"),
        ({"mode": "round_robin", "last": "a"}, "d", "round_robin"),
        ({"mode": "round_robin", "last": "d"}, "a", "round_robin"),
        ({"mode": "round_robin", "last": "gone"}, "a", "round_robin"),
        ({"mode": "load", "owner": "b"}, "b", "sticky"),  # the limit is not checked
        ({"mode": "load", "owner": "c"}, "a", "load"),
        ({"mode": "load", "lead": {"city": "Уфа"}}, "d", "rule"),
        ({"mode": "load", "lead": {"city": "Омск"}}, None, "queue"),
        ({"mode": "load", "lead": {"city": "Тула"}}, "a", "load"),
        ({"mode": "load", "managers": []}, None, "queue"),
    ],
)
def test_a_lead_finds_its_salesperson(changes, manager, why):
    rules = [
        {"when": {"city": "Уфа"}, "to": ["d", "b"]},
        {"when": {"city": "Омск"}, "to": ["c"]},
    ]
    given_ = {"managers": PEOPLE, "rules": rules, **changes}
    assert compute("lead.assign", given_) == {"manager": manager, "why": why}


TOUCHES = [
    {"channel": "сайт", "at": "2026-03-01T10:00"},
    {"channel": "реклама", "at": "2026-03-05T18:00"},
    {"channel": "", "at": "2026-03-05T09:00"},
    {"channel": "поздно", "at": "2026-03-09"},
]


@pytest.mark.parametrize(
    ("mode", "parts"),
    [
        ("first", {"сайт": rub(100)}),
        ("last", {"реклама": rub(100)}),  # of one day, the one listed earlier
        ("linear", {"сайт": rub("33.34"), "реклама": rub("33.33"), NOT_STATED: rub("33.33")}),
    ],
)
def test_revenue_belongs_to_the_touches_before_the_deal_was_won(mode, parts):
    given_ = {"mode": mode, "revenue": "100", "touches": TOUCHES, "won_at": "2026-03-08"}
    assert compute("channel.attribute", given_) == {"parts": parts}


def test_a_channel_without_costs_has_no_costs_per_lead():
    answer = compute("channel.econ", {"cost": None, "leads": 5, "revenue": "10", "deals": 2})
    assert answer["cpl"] is None
    assert answer["romi"] is None
    assert answer["avg_check"] == 5
    free = compute("channel.econ", {"cost": "0", "leads": 5, "margin": "10"})
    assert (free["cpl"], free["romi"]) == (0, None)


@pytest.mark.parametrize(
    ("last", "state"),
    [
        ("2026-03-31", "active"),
        ("2025-12-31", "active"),
        ("2025-12-30", "sleeping"),
        ("2025-10-02", "sleeping"),
        ("2025-10-01", "lost"),
    ],
)
def test_state_of_a_client(last, state):
    asof = date(2026, 3, 31)
    assert client_state(asof, date(2024, 1, 1), date.fromisoformat(last)).value == state


@pytest.mark.parametrize(
    ("payments", "points", "segment"),
    [
        ([("2026-03-31", n) for n in range(6)] + [("2026-03-31", 10)], (5, 4, 1), "best"),
        ([("2026-03-01", 5), ("2026-02-01", 5)], (5, 2, 1), "loyal"),
        ([("2026-01-01", 5)], (3, 1, 1), "loyal"),
        ([("2025-11-01", 5), ("2025-10-01", 5), ("2025-09-01", 5)], (2, 3, 1), "at_risk"),
        ([("2025-11-01", 500)], (2, 1, 4), "at_risk"),
        ([("2025-11-01", 5)], (2, 1, 1), "sleeping"),
        ([("2025-04-01", 5)], (1, 1, 1), "lost"),
        ([("2026-04-01", 5), (None, 5), ("2026-03-01", None)], (None, None, None), "lead"),
    ],
)
def test_segments(payments, points, segment):
    rows = [{"date": day, "amount": amount} for day, amount in payments]
    bounds_ = ["50", "100", "500", "1000"]
    answer = compute("client.rfm", {"asof": "2026-03-31", "m": bounds_, "payments": rows})
    assert ((answer["r"], answer["f"], answer["m"]), answer["segment"]) == (points, segment)


@given(st.dictionaries(st.text(max_size=2), st.lists(days, max_size=5), max_size=8))
def test_the_audit_of_clients_always_balances(clients):
    seen = audit(clients, MARCH, 60)
    assert seen.start + seen.new + seen.returned - seen.lost == seen.end


def test_value_of_a_client_is_undefined_without_one_of_its_parts():
    sums = {"revenue": "100", "margin": None, "payments_n": 2, "clients_n": 0, "months": 1}
    answer = compute("client.ltv", {**sums, "churn_month": "0.1"})
    assert (answer["avg_check"], answer["freq"], answer["ltv"]) == (50, None, None)
    assert compute("client.lifetime", {"asof": "2026-03-31", "clients": []}) == {"months": None}


def test_an_invalid_field_of_a_card_is_not_filled():
    fields = {
        "ИНН": {"weight": "1", "value": "1", "valid": False},
        "Телефон": {"weight": "3", "value": None},
        "Имя": {"weight": "4", "value": 0},
    }
    answer = compute("client.card", {"fields": fields})
    assert answer == {"score": 50, "missing": ["Телефон", "ИНН"]}


def debt(*payments: tuple[str | None, str], due: str | None = "2026-03-31") -> list[str]:
    """Debt, overdue, expected and advance of two invoices of 100 after the payments."""
    answer = compute(
        "client.debt",
        {
            "asof": "2026-03-15",
            "period_to": "2026-03-31",
            "invoices": [
                {"id": 1, "due": due, "amount": "100"},
                {"id": 2, "due": "2026-02-01", "amount": "100"},
                {"id": 3, "due": "2026-02-01", "amount": None},
            ],
            "payments": [
                {"invoice": invoice, "date": "2026-03-01", "amount": amount}
                for invoice, amount in payments
            ]
            + [{"date": None, "amount": "5"}],
        },
    )
    return [str(answer[name]) for name in ("debt", "overdue", "expected", "advance")]


def test_who_owes_what():
    assert debt() == ["200", "100", "100", "0"]
    assert debt((None, "150")) == ["50", "0", "50", "0"]
    assert debt(("1", "150")) == ["50", "50", "0", "0"]
    assert debt((None, "50"), (None, "-80")) == ["200", "100", "100", "0"]
    assert debt(("1", "-80"), (None, "20")) == ["180", "80", "100", "0"]
    assert debt(("9", "250")) == ["0", "0", "0", "50"]
    assert debt((None, "150"), due=None) == ["50", "0", "0", "0"]


def test_ages_of_a_debt():
    dues = {"a": "2026-03-14", "b": "2026-02-13", "c": "2026-01-14", "d": "2025-12-14"}
    invoices = [{"id": name, "due": due, "amount": "1"} for name, due in dues.items()]
    given_ = {"asof": "2026-03-15", "period_to": "2026-03-31", "invoices": invoices}
    ageing = compute("client.debt", given_)["ageing"]
    assert ageing == {"1-30": 2, "31-60": 1, "61-90": 0, "90+": 1}


def test_nobody_asked_nothing_known():
    assert compute("client.survey", {"csat": [None]}) == {"csat": None, "nps": None}
    assert compute("mail.chain", {"steps": []}) == {"steps": [], "chain_conv": None, "best": None}


def test_of_equal_letters_the_earliest_is_the_best():
    letter = {"sent": 10, "delivered": 0, "opened": 0, "clicked": 0, "replied": 0, "deals": 1}
    answer = compute("mail.chain", {"steps": [{**letter, "sent": 0}, letter, letter]})
    assert (answer["best"], answer["chain_conv"]) == (1, None)


def test_an_unanswered_lead_is_late_when_its_time_is_up():
    leads = [
        {"created": "2026-03-03T12:00", "responded": "2026-03-03T11:00"},
        {"created": "2026-03-03T12:00", "responded": None},
    ]
    given_ = {"leads": leads, "sla_minutes": 15, "calendar": "RU", "day_start": "10:00"}
    in_time = compute("lead.response", {**given_, "now": "2026-03-03T12:15", "day_end": 1080})
    assert (in_time["minutes"], in_time["in_sla"], in_time["late"]) == ([0, None], 1, 0)
    late = compute("lead.response", {**given_, "now": "2026-03-03T12:16", "short": []})
    assert (late["in_sla"], late["late"]) == (rub("0.5"), 1)


def test_places_prizes_and_scores():
    values = {"a": rub(3), "b": None, "c": rub(1)}
    assert compute("rating.rank", {"values": values, "better": "less"})["ranks"] == {
        "a": 2,
        "b": None,
        "c": 1,
    }
    assert rank({}) == {}
    assert prizes(values, [rub(10)], rub(4)) == {"a": 0, "b": 0, "c": 0}
    assert score([]) == {}


def test_a_measure_in_which_nobody_has_anything_is_left_out():
    measures = [
        {"weight": "1", "values": {"a": "0", "b": "-5"}},
        {"weight": "1", "values": {"a": "0", "b": None}, "better": "less"},
    ]
    assert compute("rating.score", {"measures": measures}) == {"scores": {"a": None, "b": None}}
    measures.append({"weight": "1", "values": {"a": "0", "b": "4", "c": "2"}, "better": "less"})
    measures.append({"weight": "1", "values": {"a": "-1", "b": "4"}})
    answer = compute("rating.score", {"measures": measures})
    assert answer == {"scores": {"a": 50, "b": 75, "c": 50}}


@given(st.dictionaries(st.text(max_size=2), st.integers(0, 5).map(rub), max_size=6))
def test_all_prizes_are_given_while_there_are_people(values):
    awards = [rub(100), rub("50.01"), rub("0.05")]
    assert sum(prizes(values, awards).values()) == sum(awards[: len(values)])


def test_every_metric_is_measured_in_something_and_has_inputs():
    assert all(metric.inputs and metric.name == name for name, metric in REGISTRY.items())
    with pytest.raises(KeyError):
        compute("pf.nothing", {})
