"""Trials of cells: who wins, what is asked, what is no edit (MERGE_SPEC section 6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from model.records import QuestionKind
from model.values import Fault, encode
from tests.simulation.pages import Line
from tests.simulation.people import Person
from tests.simulation.trial import Trial, line_of, typing


def an_edit_is_live_everywhere(t: Trial) -> None:
    """A plain edit stands, moves nothing else and needs no word."""
    row_id, other = t.plant(2)
    person, note, before = t.rng.choice((t.owner, t.seller)), t.token("note"), t.rows()
    t.save(person, typing(row_id, note=note))
    t.settle()
    t.holds("I2", row_id, note=note)
    t.not_asked("I15", row_id)
    t.must("P4", f"{other} moved", hold=t.rows()[other] == before[other])
    before[row_id][1]["note"] = note
    t.same(before, "P4", "an edit of one cell moved more")


def a_value_put_back_is_an_edit(t: Trial) -> None:
    """The value that stood there before is typed again, and stays."""
    (row_id,) = t.plant()
    before = t.rows()[row_id][1]["note"]
    t.save(t.owner, typing(row_id, note=t.token("note")))
    t.settle()
    t.save(t.owner, typing(row_id, note=before))
    t.settle()
    t.holds("I2", row_id, note=before)
    t.not_asked("I15", row_id)


def a_value_put_back_under_one_stamp(t: Trial) -> None:
    """The same while the book is open all the time, so that no write of ours lies between."""
    (row_id,) = t.plant()
    before = t.rows()[row_id][1]["note"]
    with t.open_elsewhere(t.owner):
        t.save(t.owner, typing(row_id, note=t.token("note")))
        t.once()
        t.save(t.owner, typing(row_id, note=before, phone=t.token("phone")))
        t.once()
    t.settle()
    t.holds("I2", row_id, note=before)


def a_clearing_is_an_edit(t: Trial) -> None:
    """An emptied cell stays empty; history has what stood there."""
    (row_id,) = t.plant()
    before = t.rows()[row_id][1]["note"]
    t.save(t.seller, typing(row_id, note=None))
    t.settle()
    t.holds("I2", row_id, note=None)
    t.must("I1", f"{before} is not in history", hold=before in t.history(row_id, "note"))


def another_spelling_is_no_edit(t: Trial) -> None:
    """A phone written otherwise is the same phone; the text stays as typed."""
    (row_id,) = t.plant()
    before, changes = t.rows(), t.changes()
    phone = str(before[row_id][1]["phone"])
    respelt = f"8 ({phone[2:5]}) {phone[5:8]}-{phone[8:10]}-{phone[10:]}"
    t.save(t.owner, typing(row_id, phone=respelt))
    t.settle()
    t.same(before, "I7", "another spelling was an edit")
    t.must("I7", "another spelling is in history", hold=t.changes() == changes)
    shown = line_of(t.content(t.owner).pages["clients"].lines, row_id).cells["phone"]
    t.must("P4", f"{respelt} became {shown}", hold=shown == respelt)
    t.save(t.owner, typing(row_id, phone=phone))
    t.settle()


def two_people_one_cell(t: Trial) -> None:
    """The first merged stands, the other is asked about until both are equal."""
    (row_id,) = t.plant()
    first, second = t.token("note"), t.token("note")
    t.save(t.owner, typing(row_id, note=first))
    t.save(t.seller, typing(row_id, note=second))
    t.settle()
    t.holds("cells", row_id, note=first)
    asked = t.asked("I15", QuestionKind.CONFLICT, row_id, value=encode(second) or "")
    t.must("cells", f"«{asked.wrong}» names nobody", hold=t.owner.name in asked.wrong)
    t.must("I1", f"{second} is not in history", hold=second in t.history(row_id, "note"))
    match t.rng.randrange(3):
        case 0:
            t.save(t.owner, typing(row_id, note=second))
            t.settle()
            t.not_asked("I15", row_id)
        case 1:
            t.answer(asked, "Да")
            t.settle()
            t.holds("list", row_id, note=second)
            t.answer(asked, "Отменить")
            t.settle()
            t.holds("undo", row_id, note=first)
        case _:
            t.save(t.owner, typing(row_id, stage=t.token("stage")))
            t.settle()
            t.asked("I15", QuestionKind.CONFLICT, row_id, value=encode(second) or "")


def two_people_two_cells(t: Trial) -> None:
    """Edits of different cells go together, and nobody is asked."""
    (row_id,) = t.plant()
    note, phone = t.token("note"), t.token("phone")
    t.save(t.owner, typing(row_id, note=note))
    if t.rng.random() < 0.5:
        t.once()
    t.save(t.seller, typing(row_id, phone=phone))
    t.settle()
    t.holds("I10", row_id, note=note, phone=phone)
    t.not_asked("I15", row_id)


def disjoint_deeds_in_any_order(t: Trial) -> None:
    """Edits and facts that do not meet give the same in whatever order they come."""
    one, two = t.plant(2)
    want = {i: {n: t.token(n) for n in ("name", "phone", "stage")} for i in (one, two)}

    def typed(person: Person, row_id: str, name: str) -> None:
        t.save(person, typing(row_id, **{name: want[row_id][name]}))

    deeds: list[Callable[[], None]] = [
        lambda: typed(t.owner, one, "name"),
        lambda: typed(t.seller, one, "phone"),
        lambda: typed(t.seller, two, "name"),
        lambda: typed(t.owner, two, "phone"),
        lambda: t.fact(one, stage=want[one]["stage"]),
        lambda: t.fact(two, stage=want[two]["stage"]),
    ]
    t.rng.shuffle(deeds)
    for deed in deeds:
        deed()
        if t.rng.random() < 0.3:
            t.once()
    t.settle()
    for row_id, values in want.items():
        t.holds("I10", row_id, **values)
        t.not_asked("I10", row_id)


def the_clock_decides_nothing(t: Trial) -> None:
    """Who came first is told by what was merged first, whatever the clock says."""
    (row_id,) = t.plant()
    first, second = t.token("note"), t.token("note")
    old = t.raw(t.seller)
    t.save(t.owner, typing(row_id, note=first))
    t.once()
    t.life.now += timedelta(seconds=t.rng.randrange(-LEAP, LEAP))
    t.save(t.seller, typing(row_id, note=second), on=old)
    t.once()
    t.life.now += timedelta(seconds=t.rng.randrange(-LEAP, LEAP))
    t.settle()
    t.holds("I16", row_id, note=first)
    t.asked("I16", QuestionKind.CONFLICT, row_id, value=encode(second) or "")


LEAP = 400_000
"""Seconds by which the clock may jump."""


def a_person_and_a_fact(t: Trial) -> None:
    """What a person typed is live, the imported value is asked about."""
    (row_id,) = t.plant()
    typed, brought = t.token("stage"), t.token("stage")
    t.save(t.owner, typing(row_id, stage=typed))
    t.fact(row_id, stage=brought)
    t.settle()
    t.holds("I2", row_id, stage=typed)
    asked = t.asked("I15", QuestionKind.CONFLICT, row_id, value=encode(brought) or "")
    t.must("cells", f"«{asked.wrong}» blames a person", hold="в загрузке" in asked.wrong)


def a_fact_after_a_fact(t: Trial) -> None:
    """Cells that only facts moved follow them, whatever is saved beside: our write is a base."""
    (row_id,) = t.plant()
    t.fact(row_id, stage=t.token("stage"))
    t.settle()
    second, note = t.token("stage"), t.token("sum")
    t.fact(row_id, stage=second)
    t.save(t.owner, typing(row_id, name=note))
    t.settle()
    t.holds("I9", row_id, stage=second, name=note)
    t.not_asked("I15", row_id)


def both_moved_one_group(t: Trial) -> None:
    """A fact moves the stage while a person moves the note beside it: a note tells."""
    (row_id,) = t.plant()
    note, stage = t.token("note"), t.token("stage")
    t.save(t.owner, typing(row_id, note=note))
    t.fact(row_id, stage=stage)
    t.settle()
    t.holds("cells", row_id, note=note, stage=stage)
    t.asked("I15", QuestionKind.NOTE, row_id)


def an_error_is_unknown(t: Trial) -> None:
    """The last good value is kept; the cell stays as the person's program shows it."""
    (row_id,) = t.plant()
    before = t.rows()
    t.save(t.owner, typing(row_id, note=Fault("#N/A")))
    t.settle()
    t.same(before, "cells", "an error value was taken")
    shown = line_of(t.content(t.owner).pages["clients"].lines, row_id).cells.get("note")
    t.must("P4", f"the error became {shown!r}", hold=shown == Fault("#N/A"))
    note = t.token("note")
    t.save(t.owner, typing(row_id, note=note))
    t.settle()
    t.holds("I2", row_id, note=note)


def typed_into_grey(t: Trial) -> None:
    """Ours comes back into a computed cell; theirs is shown."""
    (row_id,) = t.plant()
    before, words = t.rows(), t.token("remark")
    t.save(t.owner, typing(row_id, remark=words))
    t.settle()
    t.same(before, "cells", "a computed cell went into the store")
    shown = line_of(t.content(t.owner).pages["clients"].lines, row_id).cells.get("remark")
    t.must("cells", f"{shown!r} stayed in the computed cell", hold=shown is None)
    asked = t.asked("I15", QuestionKind.TYPED_OVER, row_id)
    t.must("I1", f"{words} is not shown", hold=words in asked.wrong)


def a_lost_zero_is_asked_about(t: Trial) -> None:
    """A code that a program turned into a number is taken as it stands, and asked about."""
    (row_id,) = t.plant()
    code = f"0{t.rng.randrange(10**8, 10**9)}"
    t.save(t.owner, typing(row_id, note=code))
    t.settle()
    t.save(t.owner, typing(row_id, note=Decimal(code)))
    t.settle()
    t.holds("I2", row_id, note=Decimal(code))
    asked = t.asked("I15", QuestionKind.CONFLICT, row_id, value=encode(code) or "")
    t.answer(asked, "Да")
    t.settle()
    t.holds("list", row_id, note=code)


def moves_are_no_edits(t: Trial) -> None:
    """Rows sorted, columns moved, gaps: nothing in history, nothing asked."""
    t.plant(3)
    before, changes, asked = t.rows(), t.changes(), len(t.open_questions())
    person = t.rng.choice((t.owner, t.seller))

    def stir(lines: list[Line]) -> None:
        t.rng.shuffle(lines)
        lines.insert(t.rng.randrange(len(lines) + 1), Line())

    t.save(person, stir)
    t.settle()
    t.same(before, "I7", "a move was an edit")
    t.must("I7", "a move is in history", hold=t.changes() == changes)
    t.must("I7", "a move is asked about", hold=len(t.open_questions()) == asked)


CELLS = (
    an_edit_is_live_everywhere,
    a_value_put_back_is_an_edit,
    a_value_put_back_under_one_stamp,
    a_clearing_is_an_edit,
    another_spelling_is_no_edit,
    two_people_one_cell,
    two_people_two_cells,
    disjoint_deeds_in_any_order,
    the_clock_decides_nothing,
    a_person_and_a_fact,
    a_fact_after_a_fact,
    both_moved_one_group,
    an_error_is_unknown,
    typed_into_grey,
    a_lost_zero_is_asked_about,
    moves_are_no_edits,
)
