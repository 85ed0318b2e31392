"""Bases, books, the journal, facts, sums, forecasts: small things that must come back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from model.figures import Measure, Period
from model.records import (
    BookState,
    Contribution,
    DayOutlook,
    Fact,
    Intent,
    OutlookLine,
    Stamped,
)
from store import Writer
from tests.store.conftest import NOON

LATER = NOON + timedelta(hours=1)
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))


def test_a_base_changes_in_the_given_rows_only(writer: Writer) -> None:
    """
    before   d1 КП | d2 Счёт | d3 Лид
    set      d1 Счёт | d2 taken out
    after    d1 Счёт | d3 Лид
    """
    rows = {"d1": {"stage": "КП"}, "d2": {"stage": "Счёт"}, "d3": {"stage": "Лид"}}
    writer.set_base("a", "deals", rows, ["d3", "d1", "d2"])
    writer.set_base("b", "deals", rows)
    writer.set_base("a", "deals", {"d1": {"stage": "Счёт", "note": None}, "d2": None, "d9": None})
    assert writer.bases("a") == {"deals": {"d1": {"stage": "Счёт"}, "d3": {"stage": "Лид"}}}
    assert writer.bases("b") == {"deals": rows}
    assert writer.base_order("a", "deals") == ["d3", "d1", "d2"]
    writer.set_base("a", "deals", {}, ["d1", "d3"])
    assert writer.base_order("a", "deals") == ["d1", "d3"]
    assert writer.base_order("b", "deals") == []
    assert writer.bases("c") == {}


def test_a_base_of_more_rows_than_one_statement_takes(writer: Writer) -> None:
    rows = {f"d{n}": {"n": Decimal(n)} for n in range(1234)}
    writer.set_base("a", "deals", rows)
    writer.set_base("a", "deals", dict.fromkeys(list(rows)[:1200]))
    assert writer.bases("a")["deals"] == {f"d{n}": rows[f"d{n}"] for n in range(1200, 1234)}


def test_the_state_of_a_book_is_replaced_whole(writer: Writer) -> None:
    first = BookState("sales", "Продажи.xlsx", "manager", "Сидорова", seen_at=NOON, waiting=3)
    second = BookState(
        "sales", "Продажи.xlsx", "manager", "Сидорова", token="f00d", generation=7, held="Столбец"
    )
    writer.put_book(first)
    writer.put_book(BookState("owner", "Отдел.xlsx", "owner", "Орлов"))
    assert writer.book("sales") == first
    writer.put_book(second)
    assert writer.book("sales") == second
    assert [state.book for state in writer.books()] == ["owner", "sales"]
    assert writer.book("nothing") is None


def test_a_write_is_pending_until_it_is_finished(writer: Writer) -> None:
    first = writer.intend("sales", "aa", "bb", "~sales.tmp", NOON)
    second = writer.intend("owner", "cc", "dd", "~owner.tmp", LATER)
    assert writer.pending() == (
        Intent(first, "sales", "aa", "bb", "~sales.tmp", NOON),
        Intent(second, "owner", "cc", "dd", "~owner.tmp", LATER),
    )
    writer.finish(first, "done")
    assert [intent.number for intent in writer.pending()] == [second]


def test_a_fact_is_known_and_its_new_content_replaces_the_old(writer: Writer, by: Stamped) -> None:
    assert writer.fact_known("bank", "17") is None
    for payload in ("100", "120"):
        writer.add_fact(
            "bank", "17", kind="payment", payload=payload, row_id="p1", batch=by.batch, at=NOON
        )
    assert writer.fact_known("bank", "17") == "p1"
    assert writer.fact("bank", "17") == Fact("bank", "17", "payment", "120", "p1", by.batch, NOON)
    assert writer.fact_known("phone", "17") is None


def test_the_last_arrival_of_each_source(writer: Writer, by: Stamped) -> None:
    for source, key, at in (("bank", "1", LATER), ("bank", "2", NOON), ("phone", "1", NOON)):
        writer.add_fact(source, key, kind="x", payload="", row_id="r", batch=by.batch, at=at)
    assert writer.source_stats() == {"bank": LATER, "phone": NOON}


def money(manager: str, day: int, amount: int) -> Contribution:
    return Contribution(Measure.MONEY, manager, date(2026, 3, day), amount)


def test_sums_by_person_and_by_day(writer: Writer) -> None:
    """
    p1   1 марта   Орлов     100
    p2   1 марта   Сидорова   50
    p3   31 марта  Орлов      -30
    p4   1 апреля  Орлов      999
    """
    writer.set_contributions_many(
        "payments",
        {
            "p1": [money("Орлов", 1, 100)],
            "p2": [money("Сидорова", 1, 50)],
            "p3": [money("Орлов", 31, -30)],
            "p4": [Contribution(Measure.MONEY, "Орлов", date(2026, 4, 1), 999)],
        },
    )
    assert writer.sums(Measure.MONEY, MARCH) == {"Орлов": 70, "Сидорова": 50}
    assert writer.sums(Measure.CALLS, MARCH) == {}
    assert writer.sums_by_day(Measure.MONEY, "Орлов", MARCH) == {
        date(2026, 3, 1): 100,
        date(2026, 3, 31): -30,
    }
    assert writer.sums_by_day(Measure.MONEY, None, MARCH)[date(2026, 3, 1)] == 150


def test_the_rows_behind_a_sum(writer: Writer) -> None:
    writer.set_contributions("payments", "p2", [money("Орлов", 9, 7), money("Сидорова", 2, 1)])
    writer.set_contributions("deals", "d1", [money("Орлов", 3, 5)])
    assert writer.contributions(Measure.MONEY, MARCH, "Орлов") == (
        ("deals", "d1", money("Орлов", 3, 5)),
        ("payments", "p2", money("Орлов", 9, 7)),
    )
    assert len(writer.contributions(Measure.MONEY, MARCH)) == 3


def test_a_row_moves_its_whole_amount_to_another_person(writer: Writer) -> None:
    writer.set_contributions("payments", "p1", [money("Орлов", 1, 100)])
    writer.set_contributions("payments", "p1", [money("Сидорова", 2, 120)])
    assert writer.sums(Measure.MONEY, MARCH) == {"Сидорова": 120}


def test_a_buried_row_leaves_the_sums_at_once_and_returns(writer: Writer, by: Stamped) -> None:
    writer.put("payments", "p1", {}, by=by)
    writer.set_contributions("payments", "p1", [money("Орлов", 1, 100)])
    writer.bury("payments", "p1", by=by)
    assert writer.sums(Measure.MONEY, MARCH) == {}
    assert writer.contributions(Measure.MONEY, MARCH) == ()
    writer.set_contributions("payments", "p1", [money("Орлов", 1, 130)])
    assert writer.sums(Measure.MONEY, MARCH) == {}
    writer.revive("payments", "p1", by=by)
    assert writer.sums(Measure.MONEY, MARCH) == {"Орлов": 130}


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE rollups SET amount = amount + 1",
        "DELETE FROM rollups",
        "INSERT INTO rollups VALUES ('calls', '2026-03-05', 'Орлов', 4)",
    ],
)
def test_a_recount_finds_and_mends_wrong_sums(writer: Writer, harm: str) -> None:
    writer.set_contributions("payments", "p1", [money("Орлов", 1, 100)])
    writer._connection.execute(text(harm))
    assert writer.recount() == 1
    assert writer.recount() == 0
    assert writer.sums(Measure.MONEY, MARCH) == {"Орлов": 100}
    assert writer.sums(Measure.CALLS, MARCH) == {}


def outlook(day: int, likely: str) -> DayOutlook:
    line = OutlookLine("percent", Decimal("1.5"), Decimal(likely), Decimal(3))
    return DayOutlook(
        "Сидорова", date(2026, 3, day), Decimal("80000.25"), Decimal(likely), Decimal(3), (line,)
    )


def test_the_forecast_of_a_day_is_remembered_and_the_last_one_counts(writer: Writer) -> None:
    writer.remember_outlook(outlook(12, "100"))
    writer.remember_outlook(outlook(12, "110.10"))
    writer.remember_outlook(outlook(13, "120"))
    assert writer.outlook("Сидорова", date(2026, 3, 12)) == outlook(12, "110.10")
    assert writer.outlook("Орлов", date(2026, 3, 12)) is None
    days = writer.outlooks("Сидорова", date(2026, 3, 12), date(2026, 3, 13))
    assert days == (outlook(12, "110.10"), outlook(13, "120"))
    assert writer.outlooks("Сидорова", date(2026, 3, 14), date(2026, 3, 31)) == ()


def test_notes_and_jobs_keep_the_last_value(writer: Writer) -> None:
    assert (writer.meta("family"), writer.job_done("morning")) == (None, None)
    for value, at in (("a", NOON), ("b", LATER)):
        writer.set_meta("family", value)
        writer.mark_job("morning", at)
    assert (writer.meta("family"), writer.job_done("morning")) == ("b", LATER)
