"""MERGE_SPEC section 4 line by line: which row is which, with the number of the rule."""

from __future__ import annotations

import pytest

from tests.sync.merge.told import play

BASE = """
    fields    name | inn | phone | amount
    base      Д-1 | Альфа | 7701234567 | +7 916 000-00-01 | 100
    base      Д-2 | Бета | 5001234567 | +7 916 000-00-02 | 200
    base      Д-3 | Гамма | 6601234567 | +7 916 000-00-03 | 300
"""
REST = """
    workbook  Д-2 | Бета | 5001234567 | +7 916 000-00-02 | 200
    workbook  Д-3 | Гамма | 6601234567 | +7 916 000-00-03 | 300
"""
EXPECTED_REST = """
    expect    Д-2 | Бета | 5001234567 | +7 916 000-00-02 | 200
    expect    Д-3 | Гамма | 6601234567 | +7 916 000-00-03 | 300
"""

STORIES = {
    "R1 a hidden or moved row is itself": f"""{BASE}{REST}
        workbook  Д-1 | Альфа | 7701234567 | +7 916 000-00-01 | 100
        expect    Д-1 | Альфа | 7701234567 | +7 916 000-00-01 | 100
        {EXPECTED_REST}""",
    "R2 of copies alike the one beside its neighbours keeps the id": """
        base      Д-1 | 100 | КП
        base      Д-2 | 200 | КП
        base      Д-3 | 300 | КП
        order     Д-1 | Д-2 | Д-3
        workbook  Д-2 | 200 | КП
        workbook  Д-1 | 100 | КП
        workbook  Д-2 | 200 | КП
        workbook  Д-3 | 300 | КП
        expect    Д-1 | 100 | КП
        expect    Д-2 | 200 | КП
        expect    Д-3 | 300 | КП
        expect    +1 | 200 | КП
        copied    +1 | Д-2""",
    "R2 without a known order the base tells the neighbours": """
        base      Д-1 | 100 | КП
        base      Д-2 | 200 | КП
        workbook  Д-2 | 200 | КП
        workbook      | 900 | Новая
        workbook  Д-1 | 100 | КП
        workbook  Д-2 | 200 | КП
        expect    Д-1 | 100 | КП
        expect    Д-2 | 200 | КП
        expect    +1 | 200 | КП
        expect    +2 | 900 | Новая
        copied    +1 | Д-2""",
    "R3 a row known by phone and name, its amount changed": f"""{BASE}{REST}
        workbook      | Альфа | | 8 916 000 00 01 | 150
        expect    Д-1 | Альфа | | +7 916 000-00-01 | 150
        {EXPECTED_REST}""",
    "R4 a foreign id goes to history and a lost row is found": f"""{BASE}{REST}
        workbook  ?Z  | Альфа | 7701234567 | +7 916 000-00-01 | 150
        expect    Д-1 | Альфа | 7701234567 | +7 916 000-00-01 | 150
        {EXPECTED_REST}
        strange   Д-1 | ?Z""",
    "R5 a tombstoned row put back returns, its cells are edits": """
        buried    Д-1 | 100 | КП
        workbook  Д-1 | 100 | Счёт
        expect    Д-1 | 100 | Счёт
        back      Д-1""",
    "R6 a stale copy of a deleted row stays deleted": """
        base      Д-1 | 100 | КП
        base      Д-2 | 200 | КП
        buried    Д-1 | 100 | КП
        workbook  Д-1 | 100 | КП
        workbook  Д-2 | 250 | КП
        expect    Д-2 | 250 | КП""",
    "R7 a row of another kind of sheet gets an id of its own": """
        base      Д-1 | 100 | КП
        workbook  Д-1 | 100 | КП
        workbook  К-7 | 500 | Новая
        expect    Д-1 | 100 | КП
        expect    +1 | 500 | Новая""",
    "R9 another client typed over a row": f"""{BASE}{REST}
        workbook  Д-1 | Омега | 2301234567 | +7 916 000-00-09 | 100
        {EXPECTED_REST}
        expect    +1 | Омега | 2301234567 | +7 916 000-00-09 | 100
        replaced  Д-1 | +1""",
    "R9 typed over with fewer keys": f"""{BASE}{REST}
        workbook  Д-1 | Омега | | | 100
        {EXPECTED_REST}
        expect    +1 | Омега | | | 100
        replaced  Д-1 | +1""",
    "R9 another spelling of the name with a new phone is the same client": f"""{BASE}{REST}
        workbook  Д-1 | ООО «Альфа» | 2301234567 | +7 916 000-00-09 | 100
        expect    Д-1 | ООО «Альфа» | 2301234567 | +7 916 000-00-09 | 100
        {EXPECTED_REST}""",
    "R9 a name corrected while the phone stands is an edit": f"""{BASE}{REST}
        workbook  Д-1 | Омега | 7701234567 | +7 916 000-00-09 | 100
        expect    Д-1 | Омега | 7701234567 | +7 916 000-00-09 | 100
        {EXPECTED_REST}""",
    "R9 a row whose keys are errors is the same row": f"""{BASE}{REST}
        workbook  Д-1 | Омега | #N/A | #N/A | 100
        expect    Д-1 | Омега | 7701234567 | +7 916 000-00-01 | 100
        {EXPECTED_REST}
        problem   formula-fault | Д-1 | inn
        problem   formula-fault | Д-1 | phone""",
    "R9 a row whose keys are cleared keeps its id": f"""{BASE}{REST}
        workbook  Д-1 | | | | 100
        expect    Д-1 | | | | 100
        {EXPECTED_REST}""",
    "R9 a name without any key is only renamed": """
        fields    name | inn | amount
        base      Д-1 | Альфа | | 100
        workbook  Д-1 | Бета | | 100
        expect    Д-1 | Бета | | 100""",
    "R9 another person's edit keeps the row that was typed over": f"""{BASE}{REST}
        workbook  Д-1 | Омега | 2301234567 | +7 916 000-00-09 | 100
        store     Д-1 | Альфа | 7701234567 | +7 916 000-00-01 | 170
        expect    Д-1 | Альфа | 7701234567 | +7 916 000-00-01 | 170
        {EXPECTED_REST}
        expect    +1 | Омега | 2301234567 | +7 916 000-00-09 | 100
        clash     edit_and_deletion | Д-1 | amount | 170 |
        replaced  Д-1 | +1""",
    "R10a a hidden cell that a sort left behind goes with its row": """
        fields    name | amount | deep
        base      Д-1 | Альфа | 100 | а
        base      Д-2 | Бета | 200 | б
        base      Д-3 | Гамма | 300 |
        order     Д-1 | Д-2 | Д-3
        workbook  Д-3 | Гамма | 300 | а
        workbook  Д-1 | Альфа | 150 | б
        workbook  Д-2 | Бета | 200 |
        expect    Д-1 | Альфа | 150 | а
        expect    Д-2 | Бета | 200 | б
        expect    Д-3 | Гамма | 300 |""",
    "R10a a hidden cell that was edited while others were sorted is an edit": """
        fields    name | amount | deep
        base      Д-1 | Альфа | 100 | а
        base      Д-2 | Бета | 200 | б
        order     Д-1 | Д-2
        workbook  Д-2 | Бета | 200 | б
        workbook  Д-1 | Альфа | 100 | новое
        expect    Д-1 | Альфа | 100 | новое
        expect    Д-2 | Бета | 200 | б""",
    "R10a a sort that put known content on rows without an id": """
        fields    name | amount
        base      Д-1 | Альфа | 100
        base      Д-2 | Бета | 200
        base      Д-3 | Гамма | 300
        base      Д-4 | Дельта | 400
        base      Д-5 | Ель | 500
        base      Д-6 | Жук | 600
        workbook  Д-1 | Омега | 900
        workbook  Д-2 | Альфа | 100
        workbook  Д-3 | Бета | 200
        workbook  Д-4 | Гамма | 300
        workbook  Д-5 | Дельта | 400
        workbook  Д-6 | Ель | 500
        workbook      | Жук | 600
        expect    Д-1 | Альфа | 100
        expect    Д-2 | Бета | 200
        expect    Д-3 | Гамма | 300
        expect    Д-4 | Дельта | 400
        expect    Д-5 | Ель | 500
        expect    Д-6 | Жук | 600
        expect    +1 | Омега | 900""",
    "R12 a row under nothing but a merged range is no row": """
        base      Д-1 | 100 | КП
        workbook  Д-1 | 100 | КП
        workbook      | (merged) | (merged)
        expect    Д-1 | 100 | КП""",
    "R13 a remark in a column of numbers is a foreign row": """
        base      Д-1 | 100 | КП
        workbook  Д-1 | 100 | КП
        workbook      | проверить в пятницу |
        expect    Д-1 | 100 | КП
        problem   foreign-row | row 5""",
    "R13 a remark beside a name is a row": """
        fields    name | amount
        base      Д-1 | Альфа | 100
        workbook  Д-1 | Альфа | 100
        workbook      | Бета | позже
        expect    Д-1 | Альфа | 100
        expect    +1 | Бета | позже""",
}


@pytest.mark.parametrize("told", STORIES.values(), ids=STORIES)
def test_identity(told: str) -> None:
    play(told)


NAMES = ("Альфа", "Бета", "Гамма", "Дельта", "Ель", "Жук", "Заря", "Игла", "Клён", "Лес")


def sorted_story(amounts: list[int], phones: list[int], outcome: str, *, count: int) -> str:
    lines = ["fields name | phone | amount"]
    lines += [
        f"base Д-{n} | {NAMES[n]} | +7 916 000-00-0{n} | {100 + n * n * 7}" for n in range(count)
    ]
    lines += [
        f"workbook Д-{n} | {NAMES[n]} | +7 916 000-00-0{phones[n]} | {100 + amounts[n] ** 2 * 7}"
        for n in range(count)
    ]
    return "\n".join([*lines, f"order {' | '.join(f'Д-{n}' for n in range(count))}", outcome])


def stands(amounts: list[int]) -> str:
    return "\n".join(
        f"expect Д-{n} | {NAMES[n]} | +7 916 000-00-0{n} | {100 + m * m * 7}"
        for n, m in enumerate(amounts)
    )


ROW = list(range(10))
MIXES = {
    "R10 one column sorted alone": (ROW[5::-1], ROW[:6], "hold amount", 6),
    "R10 two columns sorted alone": (ROW[5::-1], ROW[5::-1], "hold phone, amount", 6),
    "R10 two columns sorted by different keys": (
        [1, 2, 3, 4, 5, 0],
        ROW[5::-1],
        "hold phone, amount",
        6,
    ),
    "R10 five rows are enough": (ROW[:5], [1, 2, 3, 4, 0], "hold phone", 5),
    "R10 four rows are not: every cell may be meant": (
        [3, 2, 1, 0],
        ROW[:4],
        stands([3, 2, 1, 0]),
        4,
    ),
    "R10 phones sorted alone and one of them edited": (
        ROW,
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 1],
        "hold phone",
        10,
    ),
    "R10 a cell deleted from a column and the rest gone up": (
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 17],
        ROW,
        "hold amount",
        10,
    ),
    "R10 amounts that only grew alike are edits": (
        [1, 2, 3, 4, 5, 15, 6, 7, 8, 9],
        ROW,
        stands([1, 2, 3, 4, 5, 15, 6, 7, 8, 9]),
        10,
    ),
}


@pytest.mark.parametrize(("amounts", "phones", "outcome", "count"), MIXES.values(), ids=MIXES)
def test_columns_sorted_apart(
    amounts: list[int], phones: list[int], outcome: str, count: int
) -> None:
    play(sorted_story(amounts, phones, outcome, count=count))


def test_names_and_ids_sorted_past_the_rest_are_named_not_the_rest() -> None:
    lines = ["fields name | phone | amount | stage"]
    lines += [f"base Д-{n} | {NAMES[n]} | +7 916 000-00-0{n} | {n}7 | КП{n}" for n in range(6)]
    lines += [
        f"workbook Д-{5 - n} | {NAMES[5 - n]} | +7 916 000-00-0{5 - n} | {n}7 | КП{n}"
        for n in range(6)
    ]
    order = "order " + " | ".join(f"Д-{n}" for n in range(6))
    play("\n".join([*lines, order, "hold name, phone"]))


def test_a_row_typed_over_keeps_its_new_id_while_its_book_stays_open() -> None:
    play("""
        fields    name | inn | amount
        shown     +9 | 4 | Д-1 | Омега | 2301234567 | 100
        buried    Д-1 | Альфа | 7701234567 | 100
        workbook  Д-1 | Омега | 2301234567 | 150
        expect    +9 | Омега | 2301234567 | 150
    """)


def test_a_sort_apart_is_seen_beside_new_rows_and_other_spellings() -> None:
    lines = ["fields name | phone | amount"]
    lines += [f"base Д-{n} | {NAMES[n]} | +7 916 000-00-0{n} | {n}7" for n in range(6)]
    lines += [f"workbook Д-{n} | {NAMES[n]} | 8 (916) 000 00 0{n} | {5 - n}7" for n in range(6)]
    order = "order " + " | ".join(f"Д-{n}" for n in range(6))
    play("\n".join([*lines, "workbook | Новая | +7 916 000-00-99 | 5", order, "hold amount"]))


def test_of_two_that_look_like_a_row_that_waits_for_an_id_the_nearer_is_it() -> None:
    """A copy and its original, both typed on: with none of them the row would stand twice."""
    play("""
        fields    name | phone | amount
        waiting   Д-8 | 14 | Альфа | | 100
        workbook      | Альфа | +7 916 000-00-01 | 100
        workbook      | Альфа | +7 916 000-00-02 | 100
        expect    Д-8 | Альфа | +7 916 000-00-02 | 100
        expect    +1 | Альфа | +7 916 000-00-01 | 100
    """)
