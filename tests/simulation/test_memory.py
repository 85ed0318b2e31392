"""The store in memory answers as the real one does, whatever both are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.records import BatchKind, Question, QuestionKind, Source, Stamped, Stance
from store import Store
from tests.simulation.memory import MemoryStore

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)
IDS, FIELDS, VALUES = ("R1", "R2", "R3"), ("name", "note"), (None, "а", "б")
Deed = Callable[[Any], object]


def _by(writer: Any) -> Stamped:
    return Stamped(
        AT, "Рогов", Source.PERSON, None, writer.start_batch(BatchKind.SYNC, "Рогов", AT)
    )


def _put(row: str, field: str, value: str | None) -> Deed:
    return lambda w: w.put("clients", row, {field: value}, by=_by(w)).values


def _mark(what: str, row: str) -> Deed:
    return lambda w: getattr(w, what)("clients", row, by=_by(w))


def _undo(back: int) -> Deed:
    return lambda w: w.undo(max(1, w.version() - back), by=_by(w)) if w.version() else 0


def _base(row: str, value: str | None) -> Deed:
    rows = {row: None if value is None else {"name": value}}
    return lambda w: w.set_base("b", "clients", rows, [row])


def _ask(key: str, kind: QuestionKind) -> Deed:
    asked = Question(key, kind, "о", "где", "что", "как", "Рогов")
    return lambda w: (w.ask(asked, at=AT).number, w.ask(asked, at=AT).stance)


def _settle(key: str, stance: Stance) -> Deed:
    def deed(writer: Any) -> object:
        known = writer.question_by_key(key)
        if known is not None:
            writer.settle(known.number, stance, answer="Да", at=AT, outcome="")
        return known is None

    return deed


KEYS = st.sampled_from(("k1", "k2"))
DEEDS = st.one_of(
    st.builds(_put, st.sampled_from(IDS), st.sampled_from(FIELDS), st.sampled_from(VALUES)),
    st.builds(_mark, st.sampled_from(("bury", "revive")), st.sampled_from(IDS)),
    st.builds(_undo, st.integers(0, 3)),
    st.builds(_base, st.sampled_from(IDS), st.sampled_from(VALUES)),
    st.builds(_ask, KEYS, st.sampled_from((QuestionKind.TRASH, QuestionKind.DUPLICATE))),
    st.builds(_settle, KEYS, st.sampled_from((Stance.DONE, Stance.KEPT, Stance.GONE))),
)


def _all_of(reader: Any) -> list[object]:
    rows = reader.rows("clients", deleted=True)
    return [
        {i: (r.number, dict(r.values), r.deleted) for i, r in rows.items()},
        sorted(
            (i, c.batch, c.field, str(c.before), str(c.after))
            for i in IDS
            for c in reader.history("clients", i)
        ),
        reader.bases("b"),
        reader.base_order("b", "clients"),
        [(q.number, q.key, q.stance, q.answer) for q in reader.questions()],
        reader.version(),
    ]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=st.lists(DEEDS, max_size=12))
def test_both_stores_answer_alike(tmp_path: Path, deeds: list[Deed]) -> None:
    path = tmp_path / "store.db"
    path.unlink(missing_ok=True)
    real, memory = Store.open(path), MemoryStore()
    for deed in deeds:
        with real.write() as one, memory.write() as other:
            assert deed(one) == deed(other)
    with real.read() as one, memory.read() as other:
        assert _all_of(one) == _all_of(other)
    real.close()
