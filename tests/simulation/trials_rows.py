"""Trials of rows: identity, copies, deletions (MERGE_SPEC sections 4 and 6)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from model.records import QuestionKind
from model.row_ids import new_row_id
from model.values import Value, encode
from tests.simulation.pages import Line
from tests.simulation.shape import CLIENTS, MEMO, SCOPE, SUM, TYPED
from tests.simulation.trial import Change, Trial, line_of, typing


def a_copy_is_a_new_row(t: Trial) -> None:
    """The copy that was edited is the new row, wherever it stands."""
    (row_id,) = t.plant()
    before, note = t.rows(), t.token("note")
    edited = t.rng.random() < 0.7

    def copy(lines: list[Line]) -> None:
        twin = line_of(lines, row_id).copy()
        if edited:
            twin.cells["note"] = note
        lines.insert(t.rng.randrange(len(lines) + 1), twin)

    t.save(t.owner, copy)
    t.settle()
    (fresh,) = _fresh(t, before, "R2", 1)
    t.holds("R2", row_id, **before[row_id][1])
    t.holds("R2", fresh, **{**before[row_id][1], **({"note": note} if edited else {})})


def strong_fields_tell_the_original(t: Trial) -> None:
    """Of two copies, the one with another INN is the new row, not the one with another note."""
    (row_id,) = t.plant()
    inn, note, stage = t.token("inn"), t.token("note"), t.token("stage")

    def copy(lines: list[Line]) -> None:
        line = line_of(lines, row_id)
        twin = line.copy()
        line.cells["inn"] = inn
        twin.cells["note"] = note
        lines.insert(t.rng.choice((0, len(lines))), twin)

    before = t.rows()
    t.save(t.owner, copy)
    t.settle()
    (fresh,) = _fresh(t, before, "R2", 1)
    t.holds("R2", row_id, note=note, inn=before[row_id][1]["inn"])
    t.holds("R2", fresh, inn=inn)
    t.fact(fresh, stage=stage)
    t.settle()


def _fresh(t: Trial, before: object, rule: str, count: int) -> list[str]:
    assert isinstance(before, dict)  # rows as they were
    fresh = sorted(t.rows().keys() - before.keys())
    t.must(rule, f"{len(fresh)} new rows, not {count}", hold=len(fresh) == count)
    return fresh


def a_new_row_counts_once(t: Trial) -> None:
    """A row typed while the book stays open is one row, whatever is edited in it meanwhile."""
    before = t.rows()
    name, inn, note = t.token("name"), t.token("inn"), t.token("note")
    with t.open_elsewhere(t.seller):
        t.save(t.seller, lambda lines: lines.append(Line(None, {"name": name, "inn": inn})))
        t.once()

        def edit(lines: list[Line]) -> None:
            lines[-1].cells |= {"note": note, "inn": t.token("inn")}

        t.save(t.seller, edit)
        t.once()
    t.settle()
    (fresh,) = _fresh(t, before, "I4", 1)
    t.holds("I4", fresh, name=name, note=note, **{SCOPE: t.seller.name})


def a_program_that_never_closes(t: Trial) -> None:
    """A new row got its id on the disk; its program shows it without, whatever happened since."""
    (other,) = t.plant()
    before, note = t.rows(), t.token("note")
    cells = {"name": t.token("name"), "inn": t.token("inn")}
    since, was = t.rng.choice(("a fact", "handed over", "taken back")), dict[str, Value]()

    def add(lines: list[Line]) -> None:
        lines.append(Line(None, dict(cells)))
        if since == "taken back":
            line = line_of(lines, other)
            was.update(line.cells)
            line.cells |= {n: t.token(n) for n in ("phone", "note", "stage")}

    first = t.save(t.seller, add)
    t.settle()
    (fresh,) = _fresh(t, before, "I4", 1)
    if since == "a fact":
        t.fact(fresh, stage=t.token("stage"))
    if since == "handed over":
        t.save(t.owner, typing(fresh, **{SCOPE: t.owner.name}))
    t.settle()

    def edit(lines: list[Line]) -> None:
        lines[-1].cells["note"] = note
        if was:
            line_of(lines, other).cells = dict(was)

    t.save(t.seller, edit, on=first)
    t.settle()
    _fresh(t, before, "I4", 1)
    t.holds("I4", fresh, note=note, **cells)


def a_copy_in_a_program_that_never_closes(t: Trial) -> None:
    """It shows the id of its original in every save; so the others of its rows are known, too."""
    (row_id,) = t.plant()
    before, note = t.rows(), t.token("note")
    cells: dict[str, Value] = {n: t.token(n) for n in ("name", "inn", "stage")}

    def add(lines: list[Line]) -> None:
        twin = line_of(lines, row_id).copy()
        twin.cells["phone"] = t.token("phone")
        lines += [twin, Line(None, dict(cells))]

    first = t.save(t.seller, add)
    t.settle()
    (fresh,) = (i for i in _fresh(t, before, "I4", 2) if t.rows()[i][1]["name"] == cells["name"])

    def edit(lines: list[Line]) -> None:
        lines[-1].cells |= {"note": note, "stage": t.token("stage")}

    t.save(t.seller, edit, on=first)
    t.settle()
    _fresh(t, before, "I4", 2)
    t.holds("I4", fresh, note=note)


def a_new_row_and_its_copy(t: Trial) -> None:
    """Copied before its id could be written, and both typed on: one old row and one new."""
    before = t.rows()
    cells: dict[str, Value] = {n: t.token(n) for n in ("name", "inn", "note", "stage")}
    with t.open_elsewhere(t.seller):
        t.save(t.seller, lambda lines: lines.append(Line(None, dict(cells))))
        t.once()
        (first,) = _fresh(t, before, "I4", 1)

        def double(lines: list[Line]) -> None:
            lines.append(Line(None, cells | {"stage": t.token("stage")}))
            lines[-2].cells["note"] = t.token("note")

        t.save(t.seller, double)
        t.once()
    t.settle()
    fresh = _fresh(t, before, "I4", 2)
    t.must("R3", f"{first} is neither of them", hold=first in fresh and first in t.live())


def a_new_row_that_moved_up(t: Trial) -> None:
    """The one above it was deleted, and it was typed on: it is itself, not the deleted one."""
    before = t.rows()
    there = t.content(t.seller).pages[CLIENTS].columns
    both = {n: t.token(n) for n in ("note", "stage") if n in there}
    cells = [both | {n: t.token(n) for n in ("name", "inn")} for _ in range(2)]
    with t.open_elsewhere(t.seller):
        t.save(t.seller, lambda lines: lines.extend(Line(None, dict(c)) for c in cells))
        t.once()
        fresh = _fresh(t, before, "I4", 2)
        gone, left = sorted(fresh, key=lambda i: t.rows()[i][1]["name"] == cells[1]["name"])

        def edit(lines: list[Line]) -> None:
            del lines[-2]
            lines[-1].cells["name"] = cells[1]["name"] = t.token("name")

        t.save(t.seller, edit)
        t.once()
    t.settle()
    _fresh(t, before, "I4", 2)
    t.holds("R3", left, **cells[1])
    t.must("R3", f"{gone} was deleted and stands", hold=gone not in t.live())


def a_lost_id_is_known_again(t: Trial) -> None:
    """A row without its id, or with one of another team, is still the same row."""
    (row_id,) = t.plant()
    before, note = t.rows(), t.token("note")
    foreign = new_row_id("another-family", t.rng.randbytes)
    other = t.rng.choice((None, foreign))

    def lose(lines: list[Line]) -> None:
        line = line_of(lines, row_id)
        line.row_id = other
        line.cells["note"] = note

    t.save(t.rng.choice((t.owner, t.seller)), lose)
    t.settle()
    before[row_id][1]["note"] = note
    t.same(before, "R3", "a row without its id was not known")


def a_lost_column_tells_no_rows_apart(t: Trial) -> None:
    """A row still without its id is known though a column went and another stands in its place."""
    before = t.rows()
    name, other, note = t.token("name"), t.token("name"), t.token("note")
    cells = {"name": name, "inn": t.token("inn"), "note": note, "stage": t.token("stage")}
    with t.open_elsewhere(t.seller):
        t.save(t.seller, lambda lines: lines.append(Line(None, dict(cells))))
        t.once()
        content = t.content(t.seller)
        page = content.pages[CLIENTS]
        page.columns.remove("stage")
        for line in page.lines:
            line.cells.pop("stage", None)
        page.lines.insert(len(page.lines) - 1, Line(None, {"name": other, "note": note}))
        t.write(t.seller, content)
        t.once()
    t.settle()
    fresh = _fresh(t, before, "I4", 2)
    (same,) = (i for i in fresh if t.rows()[i][1].get("inn") == cells["inn"])
    t.holds("R3", same, name=name, stage=cells["stage"])
    t.must("R3", f"{name} is in history twice", hold=t.history(same, "name") == [name])


def a_colleagues_id_is_foreign(t: Trial) -> None:
    """The row of a colleague pasted into a person's book edits nothing of the colleague's."""
    (row_id,) = t.plant()
    colleague = next((p for p in t.life.people[1:] if p is not t.seller), None)
    if colleague is None:
        return
    theirs = line_of(t.content(t.seller).pages[CLIENTS].lines, row_id).copy()
    theirs.cells["note"] = t.token("note")
    del theirs.cells[SCOPE]
    before = t.rows()
    t.save(colleague, lambda lines: lines.append(theirs))
    t.settle()
    t.holds("R4", row_id, **before[row_id][1])
    (fresh,) = _fresh(t, before, "R4", 1)
    t.holds("R4", fresh, note=theirs.cells["note"], **{SCOPE: colleague.name})


def another_client_over_a_row(t: Trial) -> None:
    """Every key and the name changed: the text has a new id, the old client lies in the basket."""
    (row_id,) = t.plant()
    before = t.rows()
    typed = {name: t.token(name) for name in TYPED}
    t.save(t.owner, typing(row_id, **typed))
    t.settle()
    (fresh,) = _fresh(t, before, "R9", 1)
    t.holds("R9", fresh, **typed)
    t.must("R9", f"{row_id} still counts", hold=t.rows()[row_id][0])
    t.must("R9", f"{row_id} lost what it held", hold=t.rows()[row_id][1] == before[row_id][1])
    asked = t.asked("I15", QuestionKind.REPLACED, row_id)
    if t.rng.random() < 0.5:
        t.answer(asked, "Да")
        t.settle()
        t.holds("R9", row_id, **typed)


def another_client_in_an_open_program(t: Trial) -> None:
    """It shows the old id beside the new client, and saves once more: the same new client."""
    (row_id,) = t.plant()
    first: list[bytes] = []

    def save(change: Change) -> None:
        first.append(t.save(t.seller, change, on=first[0] if first else None))

    _typed_over(t, row_id, save)


def another_client_in_a_displaced_file(t: Trial) -> None:
    """Its program writes in place, into the file that the write with the new id displaced."""
    (row_id,) = t.plant()
    inode = t.life.disk.open(t.owner.path)
    inode.watched += 1
    _typed_over(t, row_id, lambda change: t.save_in_place(inode, change, inode.raw))
    inode.watched -= 1
    t.settle()


def _typed_over(t: Trial, row_id: str, save: Callable[[Change], object]) -> None:
    """Another client is typed over a row, then one more cell of it, perhaps once «Это тот же»."""
    before, note = t.rows(), t.token("note")
    keys = {n: t.token(n) for n in ("name", "inn", "phone")}
    save(typing(row_id, **keys))
    t.settle()
    (fresh,) = _fresh(t, before, "R9", 1)
    stays, gone = fresh, row_id
    if t.rng.random() < 0.5:
        t.answer(t.asked("I15", QuestionKind.REPLACED, row_id), "Да")
        t.settle()
        stays, gone = row_id, fresh
    save(typing(row_id, note=note))
    t.settle()
    _fresh(t, before, "R9", 1)
    t.holds("R9", stays, note=note, **keys)
    t.must("R9", f"{gone} came back", hold=gone not in t.live())


def new_numbers_are_no_new_client(t: Trial) -> None:
    """Phone and INN changed, the name stayed: an edit."""
    (row_id,) = t.plant()
    before = t.rows()
    typed = {name: t.token(name) for name in ("inn", "phone")}
    t.save(t.owner, typing(row_id, **typed))
    t.settle()
    before[row_id][1].update(typed)
    t.same(before, "R9", "a new phone and INN were taken for another client")


def a_total_is_no_row(t: Trial) -> None:
    """A total, a note in a column of numbers: kept where they stand, never imported."""
    t.plant(2)
    before = t.rows()
    foreign = t.rng.choice(
        (Line(None, {"name": "Итого", SUM: Decimal(500)}), Line(None, {SUM: "по данным склада"}))
    )
    t.save(t.owner, lambda lines: lines.append(foreign.copy()))
    t.settle()
    t.same(before, "R13", "a total was imported")
    lines = t.content(t.owner).pages[CLIENTS].lines
    t.must("R13", "a total was overwritten", hold=foreign in lines)
    t.save(t.owner, lambda lines: lines.remove(foreign))
    t.settle()


def a_deleted_row_lies_in_the_basket(t: Trial) -> None:
    """Gone from both books, live again when it is asked for or put back."""
    (row_id,) = t.plant()
    values, kept = t.rows()[row_id][1], Line()

    def delete(lines: list[Line]) -> None:
        line = line_of(lines, row_id)
        kept.row_id, kept.cells = line.row_id, dict(line.cells)
        lines.remove(line)

    person = t.rng.choice((t.owner, t.seller))
    t.save(person, delete)
    t.settle()
    t.must("R11", f"{row_id} still counts", hold=t.rows()[row_id] == (True, values))
    asked = t.asked("I15", QuestionKind.TRASH, row_id)
    if t.rng.random() < 0.5:
        t.answer(asked, "Да")
    else:
        t.save(person, lambda lines: lines.append(kept.copy()))
    t.settle()
    t.holds("R5", row_id, **values)
    t.not_asked("I15", row_id)


def deleted_here_edited_there(t: Trial) -> None:
    """A person's edit wins against the deletion, in either order, and is asked about."""
    (row_id,) = t.plant()
    note = t.token("note")
    first, second = t.rng.sample((t.owner, t.seller), 2)
    t.save(first, lambda lines: lines.remove(line_of(lines, row_id)))
    t.save(second, typing(row_id, note=note))
    t.settle()
    t.holds("R11", row_id, note=note)
    if first is t.seller:  # the owner's book is merged first: the edit met the deletion
        t.asked("I15", QuestionKind.TRASH, row_id, bury="1")


def deleted_here_respelt_there(t: Trial) -> None:
    """A phone in another spelling is no edit: the deletion stands in both books."""
    (row_id,) = t.plant()
    phone = str(t.rows()[row_id][1]["phone"])
    first, second = t.rng.sample((t.owner, t.seller), 2)
    t.save(first, lambda lines: lines.remove(line_of(lines, row_id)))
    t.save(second, typing(row_id, phone=f"8 {phone[2:5]} {phone[5:]}"))
    t.settle()
    t.must("R6", f"{row_id} rose from the dead", hold=t.rows()[row_id][0])
    t.asked("I15", QuestionKind.TRASH, row_id)


def deleted_here_a_fact_there(t: Trial) -> None:
    """A fact raises no row from the dead; it is told."""
    (row_id,) = t.plant()
    stage = t.token("stage")
    t.save(t.seller, lambda lines: lines.remove(line_of(lines, row_id)))
    t.fact(row_id, stage=stage)
    t.settle()
    t.must("R11", f"{row_id} rose from the dead", hold=t.rows()[row_id][0])
    t.asked("I15", QuestionKind.TRASH, row_id, value=encode(stage) or "")


def content_that_moved_past_its_ids(t: Trial) -> None:
    """All visible cells moved together and the hidden ones stayed: the ids follow, no edit."""
    ids = t.plant(6)
    before, changes = t.rows(), t.changes()

    def turn(lines: list[Line]) -> None:
        rows = [line_of(lines, row_id) for row_id in ids]
        cells = [{k: v for k, v in row.cells.items() if k != MEMO} for row in rows]
        for row, moved in zip(rows, cells[1:] + cells[:1], strict=True):
            row.cells = moved | {MEMO: row.cells[MEMO]}

    t.save(t.owner, turn)
    t.settle()
    t.held(t.owner, hold=False)
    t.same(before, "R10a", "rows that moved as a whole were edited")
    t.must("R10a", "rows that moved as a whole are in history", hold=t.changes() == changes)


def hidden_cells_go_with_their_rows(t: Trial) -> None:
    """A sort of the visible columns and the ids left the hidden cells behind: no edit."""
    ids = t.plant(6)
    before = t.rows()

    def sort(lines: list[Line]) -> None:
        rows = [line_of(lines, row_id) for row_id in ids]
        places = [lines.index(row) for row in rows]
        memos = [row.cells[MEMO] for row in rows]
        turned = [row.copy() for row in rows[1:] + rows[:1]]
        for place, row, memo in zip(places, turned, memos, strict=True):
            row.cells[MEMO] = memo
            lines[place] = row

    t.save(t.owner, sort)
    t.settle()
    t.held(t.owner, hold=False)
    t.same(before, "R10a", "hidden cells were mixed")


ROWS = (
    a_copy_is_a_new_row,
    strong_fields_tell_the_original,
    a_new_row_counts_once,
    a_program_that_never_closes,
    a_copy_in_a_program_that_never_closes,
    a_new_row_and_its_copy,
    a_new_row_that_moved_up,
    a_lost_id_is_known_again,
    a_lost_column_tells_no_rows_apart,
    a_colleagues_id_is_foreign,
    another_client_over_a_row,
    another_client_in_an_open_program,
    another_client_in_a_displaced_file,
    new_numbers_are_no_new_client,
    a_total_is_no_row,
    a_deleted_row_lies_in_the_basket,
    deleted_here_edited_there,
    deleted_here_respelt_there,
    deleted_here_a_fact_there,
    content_that_moved_past_its_ids,
    hidden_cells_go_with_their_rows,
)
