"""Whatever happened to the rows, history explains what they are, and the sums add up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, time
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.figures import Measure, Period
from model.records import ROW_MARK, Contribution, Record
from model.values import Fault, Value
from store import Store, Writer
from tests.store.conftest import batch_of

K = TypeVar("K")
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
ids = st.sampled_from(["a", "b", "c"])
values: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=5),
    st.decimals(allow_nan=False, allow_infinity=False, places=3),
    st.dates(),
    st.datetimes().map(lambda at: at.replace(microsecond=0, fold=0)),
    st.times().map(lambda at: time(at.hour, at.minute, at.second)),
    st.builds(Fault, st.sampled_from(["#N/A", "#REF!"])),
)
cells = st.dictionaries(st.sampled_from(["amount", "stage", "client"]), values)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("batch")),
        st.tuples(st.just("put"), ids, cells),
        st.tuples(st.just("bury"), ids),
        st.tuples(st.just("revive"), ids),
    ),
    max_size=25,
)
parts = st.lists(
    st.builds(
        Contribution,
        st.sampled_from([Measure.MONEY, Measure.CALLS]),
        st.sampled_from(["Орлов", "Сидорова"]),
        st.sampled_from([date(2026, 1, 1), date(2026, 6, 30), date(2026, 12, 31)]),
        st.integers(-(10**12), 10**12),
    ),
    max_size=3,
)
sum_steps = st.lists(
    st.one_of(
        st.tuples(st.just("count"), ids, parts),
        st.tuples(st.just("bury"), ids),
        st.tuples(st.just("revive"), ids),
    ),
    max_size=20,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store.open(tmp_path_factory.mktemp("state") / "store.sqlite3")
    yield store
    store.close()


@contextmanager
def dry_run(store: Store) -> Iterator[Writer]:
    """Every example finds the store empty and leaves it so."""
    with store.write() as writer:
        assert writer.version() == 0
        yield writer
        writer.cancel()


def play(writer: Writer, story: list[tuple[object, ...]]) -> None:
    by = batch_of(writer)
    for verb, *rest in story:
        match verb, rest:
            case "batch", _:
                by = batch_of(writer)
            case "put", [str(row_id), dict(wanted)]:
                writer.put("deals", row_id, wanted, by=by)
            case "bury", [str(row_id)]:
                writer.bury("deals", row_id, by=by)
            case "revive", [str(row_id)]:
                writer.revive("deals", row_id, by=by)
            case _:
                raise AssertionError(verb)


def played(story: list[tuple[object, ...]]) -> dict[str, tuple[bool, dict[str, Value]]]:
    """The same story on plain dicts: row id to (deleted, cells)."""
    rows = dict[str, tuple[bool, dict[str, Value]]]()
    for verb, *rest in story:
        match verb, rest:
            case "put", [str(row_id), dict(wanted)]:
                deleted, before = rows.get(row_id, (False, {}))
                after = {k: v for k, v in {**before, **wanted}.items() if v is not None}
                rows[row_id] = (deleted, after)
            case (("bury" | "revive"), [str(row_id)]) if row_id in rows:
                rows[row_id] = (verb == "bury", rows[row_id][1])
    return rows


def seen(records: Mapping[str, Record]) -> dict[str, tuple[bool, dict[str, Value]]]:
    return {row_id: (record.deleted, dict(record.values)) for row_id, record in records.items()}


@settings(max_examples=60, deadline=None)
@given(story=steps)
def test_history_explains_every_present_value(
    shared: Store, story: list[tuple[object, ...]]
) -> None:
    with dry_run(shared) as writer:
        play(writer, story)
        records = writer.rows("deals", deleted=True)
        assert seen(records) == played(story)
        for row_id, record in records.items():
            told: dict[str, Value] = {}
            for change in reversed(writer.history("deals", row_id)):
                assert told.get(change.field) == change.before
                told[change.field] = change.after
            assert told.pop(ROW_MARK) is not record.deleted
            assert {k: v for k, v in told.items() if v is not None} == record.values


@settings(max_examples=40, deadline=None)
@given(before=steps, story=steps)
def test_undo_of_the_newest_batch_returns_every_living_row(
    shared: Store, before: list[tuple[object, ...]], story: list[tuple[object, ...]]
) -> None:
    with dry_run(shared) as writer:
        play(writer, before)
        rows = seen(writer.rows("deals"))
        play(writer, [step for step in story if step[0] != "batch"])
        writer.undo(writer.version(), by=batch_of(writer))
        assert seen(writer.rows("deals")) == rows


@settings(max_examples=60, deadline=None)
@given(story=sum_steps)
def test_sums_equal_a_recount_after_any_history(
    shared: Store, story: list[tuple[object, ...]]
) -> None:
    with dry_run(shared) as writer:
        by = batch_of(writer)
        writer.put_many("deals", {"a": {}, "b": {}, "c": {}}, by=by)
        living, counted = {"a", "b", "c"}, dict[str, list[Contribution]]()
        for verb, row_id, *rest in story:
            assert isinstance(row_id, str)
            match verb, rest:
                case "count", [list(wanted)]:
                    writer.set_contributions("deals", row_id, wanted)
                    counted[row_id] = wanted
                case "bury", _:
                    writer.bury("deals", row_id, by=by)
                    living.discard(row_id)
                case "revive", _:
                    writer.revive("deals", row_id, by=by)
                    living.add(row_id)
        for measure in (Measure.MONEY, Measure.CALLS):
            totals = Counter[str]()
            days: defaultdict[date, int] = defaultdict(int)
            for row_id in living:
                for part in counted.get(row_id, []):
                    if part.measure is measure:
                        totals[part.manager] += part.amount
                        days[part.day] += part.amount
            assert _without_zeros(writer.sums(measure, YEAR)) == _without_zeros(totals)
            assert _without_zeros(writer.sums_by_day(measure, None, YEAR)) == _without_zeros(days)
        assert writer.recount() == 0


def _without_zeros(amounts: Mapping[K, int]) -> dict[K, int]:
    return {key: amount for key, amount in amounts.items() if amount}
