"""What `diff` finds: the old state with the difference put on is the new state, and its words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.records import BatchKind, Source, Stamped
from model.values import Value
from store import Store, Writer
from sync.commands.differing import diff
from sync.difference import difference
from sync.team import Team

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
FIELDS = ("name", "stage", "amount")
STATE = dict[str, tuple[bool, dict[str, Value]]]

moves = st.lists(
    st.tuples(
        st.sampled_from(("put", "put", "put", "bury", "revive")),
        st.sampled_from(("R1", "R2", "R3")),
        st.sampled_from(FIELDS),
        st.sampled_from((None, "а", "б", Decimal(1), Decimal(2))),
    ),
    max_size=14,
)


def by(writer: Writer, at: datetime, who: str = "Рогов") -> Stamped:
    batch = writer.start_batch(BatchKind.SYNC, who, at)
    return Stamped(at, who, Source.PERSON, None, batch)


def state_of(store: Store) -> STATE:
    with store.read() as reader:
        rows = reader.rows("deals", deleted=True)
    return {i: (not r.deleted, dict(r.values)) for i, r in rows.items()}


def play(store: Store, told: list[tuple[str, str, str, Value]], at: datetime) -> None:
    for what, row_id, field, value in told:
        with store.write() as writer:
            stamped = by(writer, at)
            if what == "put":
                writer.put("deals", row_id, {field: value}, by=stamped)
            else:
                getattr(writer, what)("deals", row_id, by=stamped)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=moves, during=moves, after=moves)
def test_the_difference_turns_the_old_state_into_the_new_one(
    tmp_path: Path,
    before: list[tuple[str, str, str, Value]],
    during: list[tuple[str, str, str, Value]],
    after: list[tuple[str, str, str, Value]],
) -> None:
    path = tmp_path / "store.db"
    path.unlink(missing_ok=True)
    store = Store.open(path)
    play(store, before, START)
    old = state_of(store)
    play(store, during, START + timedelta(days=1))
    new = state_of(store)
    play(store, after, START + timedelta(days=2))
    with store.read() as reader:
        found = difference(
            reader.changes(START + timedelta(hours=12), START + timedelta(days=1, hours=12))
        )
    store.close()
    made = {i: (alive, dict(cells)) for i, (alive, cells) in old.items()}
    for row in found:
        alive, cells = made.get(row.row_id, (None, {}))
        if row.was is not row.now:
            assert alive is row.was
            alive = row.now
        for field, (was, now) in row.cells.items():
            assert cells.pop(field, None) == was
            if now is not None:
                cells[field] = now
        made[row.row_id] = (bool(alive), cells)
    assert made == new


def test_the_words_are_those_of_a_sales_department(team: Team) -> None:
    now = START + timedelta(days=9)
    founding = datetime(2026, 2, 1, tzinfo=UTC)
    with team.store.write() as writer:
        rows = {f"d{n}": {"client_id": f"ООО «{n}»", "stage": "КП"} for n in range(3)}
        writer.put_many("deals", rows, by=by(writer, founding))
    with team.store.read() as reader:
        stages = [str(r.values["name"]) for r in reader.rows("stages").values()]
        won = next(
            str(r.values["name"])
            for r in reader.rows("stages").values()
            if r.values.get("outcome") == "успешно"
        )
        deals = reader.rows("deals")
    moved, sold, lost = (deals[f"d{n}"] for n in range(3))
    step = next(s for s in stages if s not in {won, moved.values["stage"]})
    at = START + timedelta(days=5)
    with team.store.write() as writer:
        stamped = by(writer, at)
        writer.put("deals", moved.row_id, {"stage": step, "amount": Decimal(555)}, by=stamped)
        writer.put("deals", sold.row_id, {"stage": won, "amount": Decimal(700)}, by=stamped)
        writer.bury("deals", lost.row_id, by=stamped)
        writer.put("clients", "new", {"name": "ООО «Новый»"}, by=stamped)
    day = date(2026, 3, 6)
    said = "\n".join(diff(team, day, day, now=now, everything=False).lines)
    assert f"-> {step}" in said
    assert "Выиграно: 1 сделка на 700 руб." in said
    assert "-> 555" in said
    assert "В корзине: 1 сделка" in said
    assert "Новых: 1 клиент" in said
    quiet = diff(team, date(2026, 3, 1), date(2026, 3, 2), now=now, everything=False)
    assert quiet.lines[-1] == "Ничего не изменилось."
