"""Trials of damage: a column sorted alone, the brake, numbers as text (MERGE_SPEC section 6)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from model.records import QuestionKind
from tests.simulation.pages import Line
from tests.simulation.people import Person
from tests.simulation.shape import CLIENTS, SUM
from tests.simulation.trial import Trial, line_of

LEAST, SHARE = 20, 4
"""The brake as MERGE_SPEC section 2 says it."""


def a_column_sorted_alone_is_held(t: Trial) -> None:
    """Values at other rows than before: held, and put back after «Да»."""
    ids = t.plant(6)
    before, person = t.rows(), t.rng.choice((t.owner, t.seller))
    field = t.rng.choice(("note", "phone", "name"))

    def shift(lines: list[Line]) -> None:
        rows = [line_of(lines, row_id) for row_id in ids]
        values = [row.cells[field] for row in rows]
        for row, value in zip(rows, values[1:] + values[:1], strict=True):
            row.cells[field] = value

    t.save(person, shift)
    _stopped(t, person, before, "Да")
    t.same(before, "R10", "«Да» did not put the book back")


def a_day_of_edits_is_no_sort(t: Trial) -> None:
    """Six ordinary edits of one column go through."""
    ids = t.plant(6)
    typed = {row_id: t.token("note") for row_id in ids}

    def edit(lines: list[Line]) -> None:
        for row_id in ids:
            line_of(lines, row_id).cells["note"] = typed[row_id]

    t.save(t.owner, edit)
    t.settle()
    t.held(t.owner, hold=False)
    for row_id in ids:
        t.holds("I2", row_id, note=typed[row_id])


def the_brake(t: Trial, name: str) -> None:
    """One row past the limit waits, the limit itself does not; «Да» and «Нет» do what they say."""
    ids = t.plant(LEAST + 6)
    person = t.rng.choice((t.owner, t.seller))
    lines = [one for one in t.content(person).pages[CLIENTS].lines if one.row_id]
    limit = max(LEAST, len(lines) // SHARE)
    if limit >= len(ids):
        return
    past = t.rng.random() < 0.75
    hurt = ids[: limit + past]
    before, harm = t.rows(), HARMS[name]
    t.save(person, lambda lines: [harm(t, lines, row_id) for row_id in hurt])
    if not past:
        t.settle()
        t.held(person, hold=False)
        t.must("I12", f"{name}: nothing was taken", hold=t.rows() != before)
        return
    word = t.rng.choice(("Да", "Нет"))
    _stopped(t, person, before, word)
    if word == "Да":
        t.same(before, "I12", f"{name}: «Да» did not put the book back")
    else:
        t.must("I12", f"{name}: «Нет» did not take it", hold=t.rows() != before)


def _delete(_: Trial, lines: list[Line], row_id: str) -> None:
    lines.remove(line_of(lines, row_id))


def _rekey(t: Trial, lines: list[Line], row_id: str) -> None:
    line_of(lines, row_id).cells["inn"] = t.token("inn")


def _clear(t: Trial, lines: list[Line], row_id: str) -> None:
    """One cell or another, so that no column is emptied as a whole."""
    cells = line_of(lines, row_id).cells
    del cells[t.rng.choice([name for name in ("note", "stage") if name in cells])]


def _copy(_: Trial, lines: list[Line], row_id: str) -> None:
    lines.append(line_of(lines, row_id).copy())


HARMS = {"deleted": _delete, "re-keyed": _rekey, "cleared": _clear, "copied": _copy}


def numbers_turned_into_text(t: Trial) -> None:
    """Too many amounts that say nothing any more wait."""
    ids = t.plant(LEAST + 1)
    person = t.rng.choice((t.owner, t.seller))
    lines = [one for one in t.content(person).pages[CLIENTS].lines if one.row_id]
    if len(lines) // SHARE > LEAST:
        return
    for row_id in ids:
        t.fact(row_id, **{SUM: Decimal(t.rng.randrange(1, 10**6))})
    t.settle()
    before = t.rows()

    def spoil(lines: list[Line]) -> None:
        for n, row_id in enumerate(ids):  # each another text: one text for all is held as flat
            line_of(lines, row_id).cells[SUM] = f"{'#' * 5} {n}"

    t.save(person, spoil)
    _stopped(t, person, before, "Да")
    t.same(before, "I12", "«Да» did not put the amounts back")


def _stopped(t: Trial, person: Person, before: object, word: str) -> None:
    """The book is held, nothing moved; then the owner answers."""
    assert isinstance(before, dict)  # rows as they were
    t.once()
    t.once()
    t.held(person)
    t.same(before, "I12", "a held save moved rows")
    t.answer(t.asked("I12", QuestionKind.HOLD, book=person.book), word)
    t.settle()
    t.held(person, hold=False)


DAMAGE: tuple[Callable[[Trial], None], ...] = (
    a_column_sorted_alone_is_held,
    a_day_of_edits_is_no_sort,
    *(partial(the_brake, name=name) for name in HARMS),
    numbers_turned_into_text,
)
