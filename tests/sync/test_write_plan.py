"""What the daemon wants to write: only what does not show yet, each cell with what it expects."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from model.blueprint import (
    Blueprint,
    BookPlan,
    Kind,
    Role,
    Sheet,
    Slot,
    SlotKind,
    Title,
)
from model.snapshot import CellRead, GridRead, RowRead, Snapshot, TableRead
from model.values import Fault, Value
from sync.write_plan import (
    CellPut,
    Desired,
    LivePut,
    LiveSlot,
    RowPut,
    SlotPut,
    WritePlan,
    plan_writes,
)
from tests.sync.merge.told import DEALS, QUESTIONS, STAGES

BOARD = Sheet(
    "board",
    Title("Табло", "Board"),
    slots=(
        Slot("r1", "c1", SlotKind.FACT, "sum", Kind.MONEY),
        Slot("r2", "c1", SlotKind.LIVE, formula="=C1*2"),
        Slot("r9", "c1", SlotKind.FACT, "gone"),
        Slot("r9", "c1", SlotKind.LIVE, formula="=1"),
        Slot("r3", "c1", SlotKind.INPUT, "note"),
    ),
)
TABLES = {t.key: t for t in (DEALS, STAGES, QUESTIONS)}
SHEETS = {
    "deals": Sheet("deals", Title("Сделки", "Deals"), ("deals",)),
    "stages": Sheet("stages", Title("Этапы", "Stages"), ("stages",)),
    "questions": Sheet("questions", Title("Вопросы", "Questions"), ("questions",)),
    "board": BOARD,
}
SHAPE = Blueprint(1, TABLES, SHEETS, {Role.OWNER: BookPlan(Role.OWNER, tuple(SHEETS))})
Cells = dict[str, CellRead]
LIVE = CellRead("", "IF(1)")


def cells(**values: Value | CellRead) -> Cells:
    return {k: v if isinstance(v, CellRead) else CellRead(v) for k, v in values.items()}


def table(
    key: str, *rows: RowRead, fields: tuple[str, ...], foreign: tuple[int, ...] = ()
) -> TableRead:
    places = {f: n for n, f in enumerate(("row_id", *fields), start=1)}
    last = rows[-1].row if rows else 3
    return TableRead(key, key, places, {}, rows, last, 3, foreign_rows=foreign)


def plan(
    read: TableRead,
    places: Mapping[str, int],
    wanted: Mapping[str, Mapping[str, Value]],
) -> WritePlan:
    snapshot = Snapshot("owner", "", None, {read.table: read})
    return plan_writes(
        snapshot, {read.table: places}, Desired({read.table: wanted}), SHAPE, Role.OWNER
    )


FIELDS = ("id", "name", "phone", "amount", "paid", "signal")


def deal(row: int, row_id: str | None, **values: Value | CellRead) -> RowRead:
    return RowRead(row, row_id, cells(**{"signal": LIVE, **values}))


def test_a_book_that_shows_everything_is_left_alone() -> None:
    read = table("deals", deal(4, "Д-1", amount=Decimal(5)), fields=FIELDS)
    nothing = plan(read, {"Д-1": 4}, {"Д-1": {"amount": Decimal(5)}})
    assert not nothing
    assert len(nothing) == 0


def test_another_spelling_of_the_same_value_stays() -> None:
    read = table("deals", deal(4, "Д-1", phone="8 (916) 111 22 33"), fields=FIELDS)
    assert not plan(read, {"Д-1": 4}, {"Д-1": {"phone": "+7 916 111-22-33"}})


def test_each_write_carries_what_it_expects() -> None:
    read = table("deals", deal(4, "Д-1", amount=Decimal(5), paid=Decimal(1)), fields=FIELDS)
    found = plan(read, {"Д-1": 4}, {"Д-1": {"amount": Decimal(7), "name": "Альфа"}})
    assert set(found.cells) == {
        CellPut("deals", 4, "amount", Decimal(5), Decimal(7)),
        CellPut("deals", 4, "name", None, "Альфа"),
        CellPut("deals", 4, "paid", Decimal(1), None),
    }


def test_a_new_id_is_written_beside_its_row() -> None:
    read = table("deals", deal(4, None, name="Альфа"), fields=FIELDS)
    found = plan(read, {"Д-1": 4}, {"Д-1": {"name": "Альфа"}})
    assert found.cells == (CellPut("deals", 4, "row_id", None, "Д-1"),)


def test_a_persons_formula_and_error_stay_and_ours_comes_back() -> None:
    row = deal(
        4,
        "Д-1",
        amount=CellRead(Decimal(5), "B1*2"),
        name=Fault("#N/A"),
        phone=Fault("merged"),
        paid=CellRead(Decimal(9), "1+8"),
    )
    wanted: dict[str, Value] = {
        "amount": Decimal(7),
        "name": "Альфа",
        "phone": "1",
        "paid": Decimal(9),
    }
    found = plan(table("deals", row, fields=FIELDS), {"Д-1": 4}, {"Д-1": wanted})
    assert found.cells == (CellPut("deals", 4, "paid", Decimal(9), Decimal(9)),)


def test_nothing_is_written_under_a_merged_range() -> None:
    row = deal(4, "Д-1", paid=Fault("merged"))
    read = table("deals", row, fields=FIELDS)
    assert not plan(read, {"Д-1": 4}, {"Д-1": {"paid": Decimal(9)}})


def test_a_live_cell_that_lost_its_formula_gets_it_again() -> None:
    read = table("deals", deal(4, "Д-1", signal="руками"), fields=FIELDS)
    assert plan(read, {"Д-1": 4}, {"Д-1": {}}).live == (LivePut("deals", 4, "signal"),)


def test_a_row_that_leaves_is_cleared_and_its_formulas_stay() -> None:
    row = deal(4, "Д-1", name="Альфа", amount=CellRead(Decimal(5), "B1*2"))
    found = plan(table("deals", row, fields=FIELDS), {"Д-1": 4}, {})
    assert set(found.cells) == {
        CellPut("deals", 4, "row_id", "Д-1", None),
        CellPut("deals", 4, "name", "Альфа", None),
    }


def test_a_row_without_content_that_kept_its_id_loses_it() -> None:
    read = table("deals", RowRead(4, "Д-1", cells(paid=Decimal(3))), fields=FIELDS)
    assert [put.field for put in plan(read, {}, {}).cells] == ["row_id", "paid"]


def test_totals_and_notes_are_nobodys_business() -> None:
    rows = (RowRead(4, "Д-9", cells(name="Итого")), RowRead(5, None, cells(name="заметка")))
    assert not plan(table("deals", *rows, fields=FIELDS, foreign=(4,)), {}, {})


def test_new_rows_stand_below_the_last_one() -> None:
    read = table("deals", deal(4, "Д-1", name="Альфа"), fields=FIELDS)
    wanted = {"Д-1": {"name": "Альфа"}, "Д-2": {"name": "Бета"}, "Д-3": {"name": "Гамма"}}
    found = plan(read, {"Д-1": 4}, wanted)
    assert found.rows == (
        RowPut("deals", 5, "Д-2", {"name": "Бета"}),
        RowPut("deals", 6, "Д-3", {"name": "Гамма"}),
    )


def test_a_column_that_is_gone_is_not_written() -> None:
    read = table("deals", deal(4, "Д-1", name="Альфа"), fields=("name", "signal"))
    assert not plan(read, {"Д-1": 4}, {"Д-1": {"name": "Альфа", "amount": Decimal(5)}})


def test_a_list_row_carries_no_id() -> None:
    read = table("stages", RowRead(4, None, cells(name="КП")), fields=("name", "prob"))
    found = plan(read, {"кп": 4}, {"кп": {"name": "КП", "prob": Decimal(40)}})
    assert found.cells == (CellPut("stages", 4, "prob", None, Decimal(40)),)


def question(row: int, row_id: str, about: str) -> RowRead:
    return RowRead(row, row_id, cells(about=about))


def test_questions_are_listed_anew_from_the_top() -> None:
    rows = (question(4, "Q1", "Дубль"), question(5, "Q2", "ИНН"), question(6, "Q3", "Долг"))
    read = table("questions", *rows, fields=("about", "answer"))
    wanted = {"Q2": {"about": "ИНН"}, "Q4": {"about": "Этап"}}
    found = plan(read, {"Q1": 4, "Q2": 5, "Q3": 6}, wanted)
    assert [(p.row, p.field, p.value) for p in found.cells] == [
        (4, "row_id", "Q2"),
        (4, "about", "ИНН"),
        (5, "row_id", "Q4"),
        (5, "about", "Этап"),
        (6, "row_id", None),
        (6, "about", None),
    ]


def test_more_questions_than_rows_go_below() -> None:
    read = table("questions", question(4, "Q1", "Дубль"), fields=("about", "answer"))
    found = plan(read, {"Q1": 4}, {"Q1": {"about": "Дубль"}, "Q2": {"about": "ИНН"}})
    assert (found.cells, [r.row for r in found.rows]) == ((), [5])


def test_the_same_questions_stay_where_a_person_sorted_them() -> None:
    rows = (question(4, "Q2", "ИНН"), question(5, "Q1", "Дубль"))
    read = table("questions", *rows, fields=("about", "answer"))
    wanted = {"Q1": {"about": "Дубль"}, "Q2": {"about": "ИНН"}}
    assert not plan(read, {"Q2": 4, "Q1": 5}, wanted)


def board(found: dict[tuple[str, str], CellRead], **slots: Value) -> WritePlan:
    grid = GridRead("Табло", {"r1": 4, "r2": 5, "r3": 6}, {"c1": 3}, found)
    snapshot = Snapshot("owner", "", None, {}, {"board": grid})
    return plan_writes(
        snapshot, {}, Desired({"deals": {}}, {"board": slots, "hidden": {}}), SHAPE, Role.OWNER
    )


def test_a_board_gets_the_facts_that_changed_and_its_lost_formulas() -> None:
    stale = board({("r1", "c1"): CellRead(Decimal(5))}, sum=Decimal(7))
    assert stale.slots == (SlotPut("board", "r1", "c1", Decimal(5), Decimal(7)),)
    assert stale.live_slots == (LiveSlot("board", "r2", "c1"),)


def test_a_board_that_shows_everything_is_left_alone() -> None:
    formula = CellRead(Decimal(14), "C1*2")
    assert not board({("r1", "c1"): CellRead(""), ("r2", "c1"): formula}, sum=None)
    theirs = CellRead(Decimal(1), "SUM(A1)")
    assert not board({("r1", "c1"): theirs, ("r2", "c1"): formula}, sum=Decimal(7))
