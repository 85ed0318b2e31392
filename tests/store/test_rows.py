from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from model.records import ROW_MARK, Stamped
from model.values import Fault, Value
from store import Store, Writer
from tests.store.conftest import NOON, batch_of

EVERY_TYPE: dict[str, Value] = {
    "text": "ООО «Ромашка»\nи К°\t=1+1",
    "typed like a number": "n:5",
    "zero byte": "a\x00b",
    "half a pair": "smile \ud83d",
    "money": Decimal("1234567.89"),
    "huge": Decimal("1E+30"),
    "small": Decimal("-0.000001"),
    "tick": True,
    "no tick": False,
    "day": date(2026, 3, 12),
    "moment": datetime(2026, 3, 12, 14, 40, 5),  # noqa: DTZ001  # a cell has no zone
    "hour": time(9, 5),
    "fault": Fault("#N/A"),
}


def test_a_hundred_rows_of_every_type_come_back_equal(writer: Writer, by: Stamped) -> None:
    wanted = {
        f"r{n}": {f"{field} {n}": value for field, value in EVERY_TYPE.items()} for n in range(100)
    }
    writer.put_many("deals", wanted, by=by)
    writer.set_base("book", "deals", wanted)
    assert {k: r.values for k, r in writer.rows("deals").items()} == wanted
    assert writer.bases("book") == {"deals": wanted}
    one = writer.get("deals", "r7")
    assert one is not None
    assert one.values == wanted["r7"]
    assert {type(v) for v in one.values.values()} == {type(v) for v in EVERY_TYPE.values()}


def test_put_sets_the_given_fields_and_leaves_the_others(writer: Writer, by: Stamped) -> None:
    """
    before   amount 100 | stage КП   | note x
    put      amount 120 | stage None
    after    amount 120 |            | note x
    """
    writer.put("deals", "d", {"amount": Decimal(100), "stage": "КП", "note": "x"}, by=by)
    record = writer.put("deals", "d", {"amount": Decimal(120), "stage": None}, by=by)
    assert record.values == {"amount": Decimal(120), "note": "x"}
    assert writer.get("deals", "d") == record


def test_what_put_returns_is_what_the_store_holds(writer: Writer, by: Stamped) -> None:
    made = writer.put("deals", "d", {"amount": Decimal("1.50")}, links={"client": "k"}, by=by)
    assert writer.rows("deals") == {"d": made}
    assert (made.created_at, made.changed_at, made.number) == (by.at, by.at, 1)


def test_a_row_knows_when_it_last_moved(writer: Writer, by: Stamped) -> None:
    writer.put("deals", "d", {"stage": "КП"}, by=by)
    later, latest = batch_of(writer), batch_of(writer)
    writer.put("deals", "d", {"stage": "Счёт"}, by=later)
    record = writer.put("deals", "d", {"stage": "Счёт"}, by=latest)
    assert (record.created_at, record.changed_at) == (by.at, later.at)
    assert writer.get("deals", "d") == record


def test_a_link_goes_and_the_text_stays(writer: Writer, by: Stamped) -> None:
    writer.put("deals", "d", {"client": "Ромашка"}, links={"client": "k", "who": "m"}, by=by)
    record = writer.put("deals", "d", {}, links={"client": None}, by=by)
    assert (record.values, record.links) == ({"client": "Ромашка"}, {"who": "m"})


def test_numbers_go_up_per_table_and_are_never_given_twice(writer: Writer, by: Stamped) -> None:
    assert [writer.put("deals", key, {}, by=by).number for key in "abc"] == [1, 2, 3]
    assert writer.put("clients", "k", {}, by=by).number == 1
    writer.bury("deals", "c", by=by)
    assert writer.put("deals", "d", {}, by=by).number == 4
    buried = writer.find_number("deals", 3)
    assert buried is not None
    assert (buried.row_id, buried.deleted) == ("c", True)
    assert writer.find_number("deals", 99) is None


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ({"a": 7}, {"a": 7, "b": 8, "c": 9}),
        ({"c": 2}, {"a": 3, "b": 4, "c": 2}),
        ({"a": 5, "b": 5}, {"a": 5, "b": 6, "c": 7}),
        ({"a": 0, "b": -3}, {"a": 1, "b": 2, "c": 3}),
    ],
)
def test_an_asked_number_is_given_while_it_is_free(
    writer: Writer, by: Stamped, asked: dict[str, int], given: dict[str, int]
) -> None:
    rows = writer.put_many("deals", {"a": {}, "b": {}, "c": {}}, numbers=asked, by=by)
    assert {key: record.number for key, record in rows.items()} == given


def test_a_taken_number_is_not_given_again(writer: Writer, by: Stamped) -> None:
    writer.put("deals", "a", {}, number=5, by=by)
    assert writer.put("deals", "b", {}, number=5, by=by).number == 6
    assert writer.put("deals", "a", {"x": "y"}, number=9, by=by).number == 5


def test_a_buried_row_is_out_of_sight_and_comes_back_whole(writer: Writer, by: Stamped) -> None:
    before = writer.put("deals", "d", {"stage": "КП"}, links={"client": "k"}, by=by)
    writer.bury("deals", "d", by=by)
    assert writer.rows("deals") == {}
    assert writer.rows("deals", deleted=True)["d"].deleted
    writer.revive("deals", "d", by=by)
    assert writer.rows("deals") == {"d": before}


def test_burying_twice_is_one_change_and_an_unknown_row_none(writer: Writer, by: Stamped) -> None:
    writer.put("deals", "d", {}, by=by)
    for row_id in ("d", "d", "nobody"):
        writer.bury("deals", row_id, by=by)
    marks = [(change.before, change.after) for change in writer.history("deals", "d", ROW_MARK)]
    assert marks == [(True, False), (None, True)]
    assert writer.get("deals", "nobody") is None


def test_history_is_newest_first_and_names_who_when_and_where(writer: Writer, by: Stamped) -> None:
    writer.put("deals", "d", {"amount": Decimal(100), "stage": "КП"}, by=by)
    second = batch_of(writer, "Сидорова")
    writer.put("deals", "d", {"amount": Decimal(120), "stage": "КП"}, by=second)
    newest, *older = writer.history("deals", "d")
    assert (newest.field, newest.before, newest.after) == ("amount", Decimal(100), Decimal(120))
    assert (newest.who, newest.at, newest.book, newest.batch, newest.source) == (
        "Сидорова",
        second.at,
        "book",
        second.batch,
        second.source,
    )
    assert {change.field for change in older} == {ROW_MARK, "amount", "stage"}
    assert [change.after for change in writer.history("deals", "d", "amount")] == [120, 100]
    assert len(writer.history("deals", "d", limit=2)) == 2
    assert writer.history("deals", "d", "amount", limit=1)[0].after == 120
    assert writer.batch_changes(second.batch) == (newest,)


def test_an_equal_value_makes_no_history(writer: Writer, by: Stamped) -> None:
    first = writer.put("deals", "d", {"amount": Decimal("100.00"), "day": date(2026, 1, 1)}, by=by)
    again = writer.put(
        "deals", "d", {"amount": Decimal(100), "day": date(2026, 1, 1)}, by=batch_of(writer)
    )
    assert again == first
    assert len(writer.history("deals", "d")) == 3


def test_text_that_looks_like_a_number_is_another_value(writer: Writer, by: Stamped) -> None:
    writer.put("clients", "k", {"inn": Decimal(7707083893)}, by=by)
    writer.put("clients", "k", {"inn": "7707083893"}, by=by)
    assert len(writer.history("clients", "k", "inn")) == 2


def test_batches_are_numbered_and_the_newest_is_the_version(store: Store) -> None:
    with store.write() as writer:
        assert writer.version() == 0
        batch_of(writer)
        batch_of(writer, "Сидорова")
    with store.read() as reader:
        assert reader.version() == 2
        assert [batch.who for batch in reader.batches()] == ["Сидорова", "Орлов"]
        first = reader.batch(1)
        assert first is not None
        assert (first.at, first.who) == (NOON, "Орлов")
        assert reader.batch(9) is None


def test_a_change_needs_a_batch(store: Store) -> None:
    from sqlalchemy.exc import IntegrityError

    from model.records import Source

    with pytest.raises(IntegrityError), store.write() as writer:
        writer.put("deals", "d", {}, by=Stamped(NOON, "Орлов", Source.PERSON, None, 5))


def test_rows_that_lead_to_a_row_are_found_without_the_others(writer: Writer, by: Stamped) -> None:
    for deal, client in (("D1", "C1"), ("D2", "C2"), ("D3", "C1"), ("D4", None), ("D5", "C1")):
        writer.put("deals", deal, {"title": deal}, links={"client_id": client}, by=by)
    writer.bury("deals", "D5", by=by)
    assert list(writer.linking("deals", "client_id", {"C1", "C9"})) == ["D1", "D3"]
    assert writer.linking("deals", "client_id", set()) == {}
    assert writer.linking("payments", "client_id", {"C1"}) == {}


def test_payments_are_found_by_day_and_sum_whatever_else_they_say(
    writer: Writer, by: Stamped
) -> None:
    day, amount = date(2026, 3, 12), Decimal("1000.50")
    strange = '"date":"d:2026-03-12","amount":"n:1000.5"'
    payments: dict[str, dict[str, Value]] = {
        "P1": {"amount": amount, "purpose": strange, "date": day},
        "P2": {"purpose": strange, "date": date(2026, 3, 13), "amount": amount},
        "P3": {"date": day, "amount": Decimal("10000.5")},
        "P4": {"date": day, "amount": "1000.5"},
        "P5": {"purpose": strange},
        "P6": {"date": day, "amount": Decimal("1000.5"), "document": "7"},
    }
    writer.put_many("payments", payments, by=by)
    writer.put_many("deals", {"D1": payments["P1"]}, by=by)
    assert list(writer.paid({(day, Decimal("1000.5"))})) == ["P1", "P6"]
    assert list(writer.paid({(day, Decimal("10000.50")), (day, Decimal(1))})) == ["P3"]
    writer.bury("payments", "P1", by=by)
    assert list(writer.paid({(day, amount)})) == ["P6"]
    assert writer.paid(set()) == {}


def test_a_payment_is_found_without_a_look_at_the_others(writer: Writer) -> None:
    asked: list[tuple[str, Any]] = []
    connection = writer._connection
    event.listen(connection, "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
    writer.paid({(date(2026, 3, 12), Decimal(1))})
    ((statement, given), *_) = asked
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
    assert "USING INDEX ix_rows_paid" in str(plan)
