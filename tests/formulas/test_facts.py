"""What counts, when and for whom."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.events import Activity, Event, EventKind, EventMeasure, count
from formulas.facts import By, Deal, Fact, Payment, money, new_clients, won, won_count
from formulas.owners import NOT_STATED, DepartmentSince, Ownership, ShareSet
from formulas.periods import Period, PeriodType, bounds
from formulas.registry import compute

rub = Decimal
MARCH = bounds(PeriodType.MONTH, date(2026, 3, 1))
NOBODY = Ownership()


def march(day: int) -> date:
    return date(2026, 3, day)


def shares(since: date, **parts: int) -> ShareSet:
    return ShareSet(since, tuple((name, Decimal(part)) for name, part in parts.items()))


def test_a_payment_goes_to_the_share_set_in_force_on_its_day():
    owned = Ownership(
        deal_manager={"D": "Анна"},
        shares={
            "D": (shares(march(20), Вера=100), shares(march(10), Анна=50, Борис=50)),
        },
    )
    paid = [Payment("K", "D", march(day), rub(100)) for day in (5, 15, 25)]
    fact = money(paid, MARCH, owned, By.MANAGER)
    assert fact.rows == {"Анна": 150, "Борис": 50, "Вера": 100}


def test_a_share_set_of_zeros_loses_no_money():
    owned = Ownership(deal_manager={"D": "Анна"}, shares={"D": (shares(march(1), Вера=0),)})
    fact = money([Payment("K", "D", march(5), rub(100))], MARCH, owned, By.MANAGER)
    assert fact.rows == {"Анна": 100}


def test_a_payment_without_a_deal_counts_for_the_clients_manager():
    owned = Ownership(client_manager={"K": "Анна"})
    paid = [Payment("K", None, march(5), rub(7)), Payment("X", None, march(5), rub(3))]
    assert money(paid, MARCH, owned, By.MANAGER).rows == {"Анна": 7, NOT_STATED: 3}


def test_a_move_to_another_department_does_not_rewrite_the_past():
    owned = Ownership(
        client_manager={"K": "Анна"},
        departments={
            "Анна": (DepartmentSince(march(20), "Юг"), DepartmentSince(march(10), "Север"))
        },
    )
    paid = [Payment("K", None, march(day), rub(day)) for day in (5, 15, 25)]
    assert money(paid, MARCH, owned, By.DEPARTMENT).rows == {NOT_STATED: 5, "Север": 15, "Юг": 25}


def test_a_payment_without_a_date_belongs_to_no_period():
    paid = [Payment("K", None, None, None), Payment("K", None, march(1), None)]
    fact = money(paid, MARCH, NOBODY, By.MANAGER)
    assert fact == Fact({}, rub(0), 1)


def test_won_deals_count_by_amount_and_by_number():
    deals = [
        Deal("A", "won", march(31), rub(500)),
        Deal("B", "won", march(1), None),
        Deal("C", "won", date(2026, 4, 1), rub(9)),
        Deal("E", "won", None, rub(9)),
        Deal("F", "lost", march(5), rub(9)),
    ]
    fact = won(deals, MARCH, NOBODY, By.MANAGER)
    assert fact.total == 500
    assert fact.missing == 1
    assert won_count(deals, MARCH, NOBODY, By.MANAGER).total == 2


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        ([("K", 5, 100)], 1),
        ([("K", 5, 100), ("K", 20, -100)], 0),  # all paid back by the end
        ([("K", 5, 100), ("K", 32, -100)], 1),  # paid back later
        ([("K", -20, 1), ("K", 5, 100)], 0),  # known before
        ([("K", -20, -1), ("K", 5, 100)], 1),  # only a refund before
        ([(None, 5, 100)], 0),
        ([("K", 5, None)], 0),
        ([("K", None, 100)], 0),
        ([("K", 5, 1), ("M", 6, 1), ("K", 7, 1)], 2),
    ],
)
def test_new_clients(payments, expected):
    paid = [
        Payment(
            client,
            None,
            None if day is None else date.fromordinal(march(1).toordinal() + day - 1),
            None if amount is None else rub(amount),
        )
        for client, day, amount in payments
    ]
    fact = new_clients(paid, MARCH, NOBODY, By.MANAGER)
    assert fact.total == expected
    assert fact.missing == sum(amount is None for *_, amount in payments)


def test_a_new_client_is_credited_by_the_shares_of_the_first_payment():
    answer = compute(
        "pf.fact",
        {
            "measure": "new_clients",
            "from": "2026-03-01",
            "to": "2026-03-31",
            "by": "department",
            "deals": [{"id": "D", "manager": "Анна", "status": "open", "closed_on": None}],
            "payments": [{"client": "K", "deal": "D", "date": "2026-03-05", "amount": "10"}],
            "shares": [{"deal": "D", "from": "2026-01-01", "parts": {"Анна": "60", "Вера": "40"}}],
            "history": [{"manager": "Анна", "department": "Юг", "from": "2026-01-01"}],
        },
    )
    assert answer["rows"] == {"Юг": Decimal("0.6"), NOT_STATED: Decimal("0.4")}


def test_won_amounts_through_the_registry():
    deals = [{"id": "D", "manager": "А", "status": "won", "closed_on": "2026-03-05", "amount": "7"}]
    given_ = {"measure": "won", "from": "2026-03-01", "to": "2026-03-31", "deals": deals}
    assert compute("pf.fact", given_)["rows"] == {"А": 7}


payments = st.lists(
    st.builds(
        Payment,
        st.sampled_from(["K1", "K2"]),
        st.sampled_from(["A", "B", None]),
        st.dates(date(2026, 2, 1), date(2026, 4, 30)),
        st.decimals(-1000, 1000, places=2),
    ),
    max_size=30,
)
OWNED = Ownership(
    deal_manager={"A": "Анна", "B": "Борис"},
    shares={"B": (shares(march(10), Борис=33, Вера=67), shares(march(20), Вера=1, Анна=2))},
)


@settings(deadline=None)
@given(payments)
def test_daily_and_weekly_facts_add_up_to_the_month(paid):
    month = money(paid, MARCH, OWNED, By.MANAGER)
    daily = [Period.between(march(day), march(day)) for day in range(1, 32)]
    weekly = [
        Period(max(week.start, MARCH.start), min(week.end, MARCH.end))
        for week in {bounds(PeriodType.WEEK, march(day)) for day in range(1, 32)}
    ]
    for pieces in (daily, weekly):
        parts = [money(paid, piece, OWNED, By.MANAGER) for piece in pieces]
        assert sum(part.total for part in parts) == month.total
        for name, value in month.rows.items():
            assert sum(part.rows.get(name, 0) for part in parts) == value


def happened(
    kind: EventKind,
    day: int | None,
    client: str | None = "K",
    seconds: int = 60,
    manager: str | None = "Анна",
    document: str | None = None,
) -> Event:
    at = None if day is None else datetime(2026, 3, day, 12, 0)  # noqa: DTZ001 - local time
    return Event(manager, kind, at, seconds, client, document)


def counted(events: list[Event], measure: EventMeasure) -> Activity:
    return count(events, measure, MARCH)


def test_calls_dials_and_meetings():
    events = [
        happened(EventKind.CALL, 1),
        happened(EventKind.CALL, 1, seconds=0),
        happened(EventKind.MEETING, 2, manager=None),
        happened(EventKind.CALL, None),
    ]
    assert counted(events, EventMeasure.CALLS).rows == {"Анна": 1}
    assert counted(events, EventMeasure.DIALS).rows == {"Анна": 2}
    assert counted(events, EventMeasure.MEETINGS).rows == {NOT_STATED: 1}


def test_a_document_counts_once_for_its_first_sender():
    events = [
        happened(EventKind.OFFER, 20, manager="Борис", document="О-1"),
        happened(EventKind.OFFER, 10, document="О-1"),
        happened(EventKind.OFFER, 11, document="О-2"),
        happened(EventKind.OFFER, 12),
        happened(EventKind.OFFER, 12),
        happened(EventKind.INVOICE, 12, document="О-1"),
    ]
    assert counted(events, EventMeasure.OFFERS).rows == {"Анна": 4}
    assert counted(events, EventMeasure.INVOICES).total == 1


def test_a_document_first_sent_earlier_is_not_sent_again():
    february = Event("Анна", EventKind.OFFER, datetime(2026, 2, 27, 9), document="О-1")  # noqa: DTZ001 - local
    again = happened(EventKind.OFFER, 3, document="О-1")
    assert counted([again, february], EventMeasure.OFFERS).total == 0


def test_contacts_count_a_client_once_and_need_one():
    events = [
        happened(EventKind.MESSAGE, 1),
        happened(EventKind.MEETING, 2),
        happened(EventKind.MEETING, 3, manager=None),
        happened(EventKind.CALL, 3, client=None),
        happened(EventKind.CALL, 3, client="M", seconds=9),
    ]
    activity = counted(events, EventMeasure.CONTACTS)
    assert activity.rows == {"Анна": 1, NOT_STATED: 1}
    assert activity.total == 1
    assert counted([], EventMeasure.CONTACTS).total == 0
