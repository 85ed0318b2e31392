"""The cell table of MERGE_SPEC section 6, one story for each line."""

from __future__ import annotations

import pytest

from tests.sync.merge.told import seen_of

pytestmark = pytest.mark.usefixtures("story")


def test_a_managers_amount_survives_an_import() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 120 | КП
    import    Д-1 | 100 | Счёт
    expect    Д-1 | 120 | Счёт
    mixed     Д-1 | stage, amount
    """


def test_an_untouched_cell_takes_what_the_store_has() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 100 | КП
    store     Д-1 | 150 | КП
    expect    Д-1 | 150 | КП
    """


def test_an_edit_goes_into_the_store() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 120 | КП
    expect    Д-1 | 120 | КП
    """


def test_both_sides_moved_to_the_same_value_and_nobody_is_asked() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 120 | КП
    store     Д-1 | 120 | КП
    expect    Д-1 | 120 | КП
    """


def test_of_two_people_the_one_in_the_workbook_stands_and_the_other_is_asked_about() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 120 | КП
    store     Д-1 | 150 | КП
    expect    Д-1 | 120 | КП
    clash     two_people | Д-1 | amount | 120 | 150
    """


def test_a_fact_never_displaces_what_a_person_typed() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 100 | Договор
    import    Д-1 | 100 | Счёт
    expect    Д-1 | 100 | Договор
    clash     fact | Д-1 | stage | Договор | Счёт
    """


def test_a_cleared_cell_is_an_edit_like_any_other() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 |     | КП
    expect    Д-1 |     | КП
    """


def test_a_cell_cleared_by_one_and_changed_by_another_is_asked_about() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 |     | КП
    store     Д-1 | 150 | КП
    expect    Д-1 |     | КП
    clash     two_people | Д-1 | amount |  | 150
    """


def test_another_spelling_of_a_phone_is_no_edit() -> None:
    """
    fields    phone | due
    base      Д-1 | +7 916 000-00-01 | 15.03.2026
    workbook  Д-1 | 8 (916) 000 00 01 | 15.03.2026
    expect    Д-1 | +7 916 000-00-01 | 15.03.2026
    """


def test_what_is_typed_over_a_computed_cell_is_kept_and_shown_not_merged() -> None:
    """
    fields    amount | paid
    base      Д-1 | 100 | 40
    workbook  Д-1 | 100 | 100
    expect    Д-1 | 100
    clash     typed_over | Д-1 | paid | 40 | 100
    """


def test_an_emptied_computed_cell_just_comes_back() -> None:
    """
    fields    amount | paid
    base      Д-1 | 100 | 40
    workbook  Д-1 | 100 |
    expect    Д-1 | 100
    """


def test_a_visible_number_typed_over_is_nobodys_edit() -> None:
    """
    fields    id | amount
    base      Д-1 | Д-1 | 100
    workbook  Д-1 | Д-7 | 100
    expect    Д-1 | | 100
    """


def test_what_stands_in_a_live_column_is_never_read() -> None:
    """
    fields    amount | signal
    base      Д-1 | 100 |
    workbook  Д-1 | 100 | Нет шага
    expect    Д-1 | 100 |
    """


def test_the_result_of_a_persons_formula_is_the_value() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | =B9*2 > 120 | КП
    expect    Д-1 | 120 | КП
    """


def test_a_fact_for_a_persons_formula_goes_to_the_list_and_the_result_stands() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 100 | =B9 > КП
    import    Д-1 | 100 | Счёт
    expect    Д-1 | 100 | КП
    clash     fact | Д-1 | stage | КП | Счёт
    """


def test_another_persons_value_for_a_formula_goes_to_the_list_too() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | =B9 > 100 | КП
    store     Д-1 | 150 | КП
    expect    Д-1 | 100 | КП
    clash     two_people | Д-1 | amount | 100 | 150
    """


def test_a_formula_without_a_result_is_unknown_not_empty() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | =B9*2 > ? | КП
    expect    Д-1 | 100 | КП
    problem   formula-fault | Д-1 | amount
    """


def test_an_error_value_leaves_the_last_good_one() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | #N/A | КП
    store     Д-1 | 150 | КП
    expect    Д-1 | 150 | КП
    problem   formula-fault | Д-1 | amount
    """


def test_an_error_in_a_computed_cell_is_not_worth_a_remark() -> None:
    """
    fields    amount | paid
    base      Д-1 | 100 | 40
    workbook  Д-1 | 100 | #REF!
    expect    Д-1 | 100
    """


def test_a_cell_under_a_merged_range_is_unknown_not_cleared() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | (merged) | КП
    expect    Д-1 | 100 | КП
    """


def test_a_text_where_a_number_is_due_is_stored_as_typed() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | сто двадцать | КП
    expect    Д-1 | сто двадцать | КП
    """


def test_a_text_where_a_date_is_due_is_stored_as_typed() -> None:
    """
    fields    name | due
    base      Д-1 | Альфа | 15.03.2026
    workbook  Д-1 | Альфа | после праздников
    expect    Д-1 | Альфа | после праздников
    """


def test_a_value_put_back_by_hand_is_an_edit_against_the_last_save() -> None:
    """
    base      Д-1 | 120 | КП
    workbook  Д-1 | 100 | КП
    store     Д-1 | 120 | КП
    expect    Д-1 | 100 | КП
    """


def test_edits_of_one_row_on_different_sides_live_together() -> None:
    """
    fields    name | amount | note | stage
    base      Д-1 | Альфа | 100 |  | КП
    workbook  Д-1 | Альфа | 120 | звонить | КП
    import    Д-1 | Альфа | 100 |  | Счёт
    expect    Д-1 | Альфа | 120 | звонить | Счёт
    mixed     Д-1 | stage, amount
    """


def test_the_next_base_is_what_was_seen_and_keeps_absent_columns() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 120 |
    without   stage
    expect    Д-1 | 120 | КП
    """
    seen = seen_of(test_the_next_base_is_what_was_seen_and_keeps_absent_columns.__doc__ or "")
    assert {k: str(v) for k, v in seen["Д-1"].items()} == {"amount": "120", "stage": "КП"}
