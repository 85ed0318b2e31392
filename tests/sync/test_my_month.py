"""What «Мой прогноз» says of a month, day by day."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from model.figures import PersonFigures
from model.records import DayOutlook
from tests.sync.ledger import IVANOV, ZONE, Ledger


def remember(ledger: Ledger, day: date, now: int, likely: int) -> None:
    outlook = DayOutlook(IVANOV, day, Decimal(now), Decimal(likely), Decimal(likely))
    with ledger.team.store.write() as writer:
        writer.remember_outlook(outlook)


def figures(ledger: Ledger, year: int, month: int, day: int) -> PersonFigures:
    ledger.now = datetime(year, month, day, 12, tzinfo=ZONE)
    found = ledger.thought().of(IVANOV)
    assert found is not None
    return found


def pay(ledger: Ledger, row_id: str, on: date, amount: int) -> None:
    ledger.put("clients", "k1", name="ООО «Альфа»", owner=IVANOV)
    ledger.put("payments", row_id, date=on, amount=amount, payer="Альфа", client_id_to="k1")


def test_monday_is_compared_with_friday(ledger: Ledger) -> None:
    remember(ledger, date(2026, 3, 13), 30_000, 30_000)
    pay(ledger, "p1", date(2026, 3, 14), 100_000)
    mine = figures(ledger, 2026, 3, 16)
    assert mine.pay is not None
    assert mine.since_yesterday == mine.pay[0] - 30_000
    assert mine.since_yesterday_why.replace("\xa0", " ") == "ООО «Альфа», 100 000"


def test_a_new_month_is_not_compared_with_the_old_one(ledger: Ledger) -> None:
    remember(ledger, date(2026, 3, 31), 90_000, 95_000)
    assert figures(ledger, 2026, 4, 1).since_yesterday is None


def test_the_promise_of_a_twelfth_that_was_a_sunday_is_that_of_the_friday(ledger: Ledger) -> None:
    for day, now, likely in ((10, 40_000, 70_000), (17, 50_000, 80_000), (30, 60_000, 60_000)):
        remember(ledger, date(2026, 4, day), now, likely)
    mine = figures(ledger, 2026, 5, 4)
    assert mine.promised == 70_000
    assert mine.accrued_before == 60_000
