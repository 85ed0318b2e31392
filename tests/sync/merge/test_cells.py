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


def test_another_persons_edit_that_was_merged_first_stands() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 120 | КП
    store     Д-1 | 150 | КП
    author    Д-1 | amount | Смирнова
    expect    Д-1 | 150 | КП
    clash     came_second | Д-1 | amount | 150 | 120
    """


def test_ones_own_edit_in_another_book_gives_way_to_the_later_one() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 120 | КП
    store     Д-1 | 150 | КП
    author    Д-1 | amount | Иванов
    expect    Д-1 | 120 | КП
    clash     two_people | Д-1 | amount | 120 | 150
    """


def test_an_answer_or_a_rule_never_displaces_what_a_person_typed() -> None:
    """
    base      Д-1 | 100 | КП
    base      Д-2 | 100 | КП
    workbook  Д-1 | 120 | КП
    workbook  Д-2 | 130 | КП
    store     Д-1 | 150 | КП
    store     Д-2 | 150 | КП
    author    Д-1 | amount | answer
    author    Д-2 | amount | rule
    expect    Д-1 | 120 | КП
    expect    Д-2 | 130 | КП
    clash     two_people | Д-1 | amount | 120 | 150
    clash     two_people | Д-2 | amount | 130 | 150
    """


def test_an_import_into_a_persons_column_is_a_fact_all_the_same() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 120 | КП
    store     Д-1 | 150 | КП
    author    Д-1 | amount | import
    expect    Д-1 | 120 | КП
    clash     fact | Д-1 | amount | 120 | 150
    """


def test_a_formula_stands_even_against_a_colleague_who_was_first() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | =B9 > 120 | КП
    store     Д-1 | 150 | КП
    author    Д-1 | amount | Смирнова
    expect    Д-1 | 120 | КП
    clash     two_people | Д-1 | amount | 120 | 150
    """


def test_a_zero_that_a_program_cut_off_is_asked_about() -> None:
    """
    fields    name | number
    base      Д-1 | Альфа | 00451
    workbook  Д-1 | Альфа | 451
    expect    Д-1 | Альфа | 451
    clash     damaged | Д-1 | number | 451 | 00451
    """


def test_an_inn_without_its_zero_is_asked_about_by_the_inn_itself() -> None:
    """
    fields    name | inn
    base      Д-1 | Альфа | 0278081806
    workbook  Д-1 | Альфа | 278081806
    expect    Д-1 | Альфа | 278081806
    """


def test_a_phone_rounded_by_an_exponent_is_asked_about() -> None:
    """
    fields    name | phone
    base      Д-1 | Альфа | 79161234567
    base      Д-2 | Бета | 79161234568
    workbook  Д-1 | Альфа | 79161200000
    workbook  Д-2 | Бета | 7,91612E+10
    expect    Д-1 | Альфа | 79161200000
    expect    Д-2 | Бета | 7,91612E+10
    clash     damaged | Д-1 | phone | 79161200000 | 79161234567
    clash     damaged | Д-2 | phone | 7,91612E+10 | 79161234568
    """


def test_a_code_that_became_a_day_is_asked_about() -> None:
    """
    fields    name | number
    base      Д-1 | Альфа | 1-2
    workbook  Д-1 | Альфа | 01.02.2026
    expect    Д-1 | Альфа | 01.02.2026
    clash     damaged | Д-1 | number | 01.02.2026 | 1-2
    """


def test_another_code_is_just_another_code() -> None:
    """
    fields    name | number | note
    base      Д-1 | Альфа | 1234500 | 05
    workbook  Д-1 | Альфа | 1234600 | пять
    expect    Д-1 | Альфа | 1234600 | пять
    """


def test_fields_of_a_group_moved_on_one_side_are_worth_no_note() -> None:
    """
    fields    amount | stage | due | note
    base      Д-1 | 100 | КП | 15.03.2026 |
    workbook  Д-1 | 120 | Счёт | 15.03.2026 |
    store     Д-1 | 100 | КП | 15.03.2026 | звонить
    expect    Д-1 | 120 | Счёт | 15.03.2026 | звонить
    """


def test_what_a_rule_moved_in_a_group_is_worth_no_note() -> None:
    """
    fields    amount | stage
    base      Д-1 | 100 | КП
    workbook  Д-1 | 120 | КП
    store     Д-1 | 100 | Счёт
    author    Д-1 | stage | rule
    expect    Д-1 | 120 | Счёт
    """


def test_a_computation_lets_a_deleted_row_go_without_a_word() -> None:
    """
    base      Д-1 | 100 | КП
    workbook
    store     Д-1 | 100 | Счёт
    author    Д-1 | stage | rule
    """


def test_a_colleague_who_filled_an_empty_cell_keeps_the_row() -> None:
    """
    fields    amount | stage | note
    base      Д-1 | 100 | КП |
    workbook
    store     Д-1 | 100 | КП | важно
    author    Д-1 | note | Смирнова
    expect    Д-1 | 100 | КП | важно
    clash     edit_and_deletion | Д-1 | note | важно |
    """


def test_a_row_goes_with_the_name_that_its_author_was_put_down_with() -> None:
    """
    fields    amount | stage | manager
    base      Д-1 | 100 | КП |
    base      Д-2 | 200 | КП |
    workbook
    store     Д-1 | 100 | КП | Иванов
    store     Д-2 | 200 | КП | Смирнова
    author    Д-1 | manager | Иванов
    author    Д-2 | manager | Смирнова
    expect    Д-2 | 200 | КП | Смирнова
    clash     edit_and_deletion | Д-2 | manager | Смирнова |
    """


def test_what_is_typed_over_a_computed_cell_of_a_row_deleted_elsewhere_is_kept_too() -> None:
    """
    fields    amount | paid
    base      Д-1 | 100 | 40
    buried    Д-1 | 100
    workbook  Д-1 | 100 | 70
    clash     typed_over | Д-1 | paid | 40 | 70
    """
