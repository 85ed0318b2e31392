"""Which row is which (R1-R3, R10a-R13), deletions and their return, one story for each rule."""

from __future__ import annotations

import pytest

from tests.sync.merge.told import seen_of

pytestmark = pytest.mark.usefixtures("story")


def test_sorted_rows_are_no_edit() -> None:
    """
    base      Д-1 | 100 | КП
    base      Д-2 | 200 | Счёт
    base      Д-3 | 300 | КП
    workbook  Д-3 | 300 | КП
    workbook  Д-1 | 100 | КП
    workbook  Д-2 | 200 | Счёт
    expect    Д-1 | 100 | КП
    expect    Д-2 | 200 | Счёт
    expect    Д-3 | 300 | КП
    """


def test_a_sorted_row_takes_its_edit_along() -> None:
    """
    base      Д-1 | 100 | КП
    base      Д-2 | 200 | Счёт
    workbook  Д-2 | 250 | Счёт
    workbook  Д-1 | 100 | КП
    expect    Д-1 | 100 | КП
    expect    Д-2 | 250 | Счёт
    """


def test_of_copied_rows_the_one_most_like_the_base_keeps_the_id() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 500 | Новая
    workbook  Д-1 | 100 | КП
    expect    Д-1 | 100 | КП
    expect    +1 | 500 | Новая
    copied    +1 | Д-1
    """


def test_a_strong_key_counts_double_among_copies() -> None:
    """
    fields    inn | amount | stage
    base      Д-1 | 7701234567 | 100 | КП
    workbook  Д-1 | 5001234567 | 100 | Новая
    workbook  Д-1 | 7701234567 | 300 | Новая
    expect    Д-1 | 7701234567 | 300 | Новая
    expect    +1 | 5001234567 | 100 | Новая
    copied    +1 | Д-1
    """


def test_of_equal_copies_the_first_keeps_the_id_and_none_is_dropped() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 100 | КП
    workbook  Д-1 | 100 | КП
    workbook  Д-1 | 100 | КП
    expect    Д-1 | 100 | КП
    expect    +1 | 100 | КП
    expect    +2 | 100 | КП
    copied    +1 | Д-1
    copied    +2 | Д-1
    """


def test_a_copy_of_a_lost_row_is_not_taken_for_it() -> None:
    """
    fields    name | inn
    base      Д-1 | Альфа | 7701234567
    base      Д-2 | Альфа | 7701234567
    workbook  Д-1 | Альфа | 7701234567
    workbook  Д-1 | Альфа | 7701234567
    expect    Д-1 | Альфа | 7701234567
    expect    +1 | Альфа | 7701234567
    copied    +1 | Д-1
    """


def test_a_row_typed_below_is_new() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 100 | КП
    workbook      | 300 | Новая
    expect    Д-1 | 100 | КП
    expect    +1 | 300 | Новая
    """


def test_a_row_that_lost_its_id_is_known_by_its_visible_number() -> None:
    """
    fields    id | amount
    base      Д-1 | Д-1 | 100
    workbook      | Д-1 | 120
    expect    Д-1 | | 120
    """


def test_a_row_that_lost_its_id_is_known_by_two_fields() -> None:
    """
    fields    name | inn | amount
    base      Д-1 | Альфа | 7701234567 | 100
    workbook      | Альфа | 7701234567 | 120
    expect    Д-1 | Альфа | 7701234567 | 120
    """


def test_one_field_alone_is_not_enough() -> None:
    """
    fields    name | inn | amount
    base      Д-1 | Альфа | 7701234567 | 100
    workbook      | Альфа | | 120
    expect    +1 | Альфа | | 120
    """


def test_two_lost_rows_that_fit_alike_are_not_guessed() -> None:
    """
    fields    name | inn | amount
    base      Д-1 | Альфа | 7701234567 | 100
    base      Д-2 | Альфа | 7701234567 | 200
    workbook      | Альфа | 7701234567 | 300
    expect    +1 | Альфа | 7701234567 | 300
    """


def test_two_rows_that_claim_one_lost_row_are_both_new() -> None:
    """
    fields    name | inn | amount
    base      Д-1 | Альфа | 7701234567 | 100
    workbook      | Альфа | 7701234567 | 200
    workbook      | Альфа | 7701234567 | 300
    expect    +1 | Альфа | 7701234567 | 200
    expect    +2 | Альфа | 7701234567 | 300
    """


def test_a_foreign_id_never_makes_a_link() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 100 | КП
    workbook  ?X9 | 300 | Новая
    expect    Д-1 | 100 | КП
    expect    +1 | 300 | Новая
    """


def test_a_mistyped_id_finds_its_row_again_by_content() -> None:
    """
    fields    name | phone | amount
    base      Д-1 | Альфа | +7 916 000-00-01 | 100
    workbook  ?Д-l | Альфа | 8 916 000 00 01 | 120
    expect    Д-1 | Альфа | +7 916 000-00-01 | 120
    strange   Д-1 | ?Д-l
    """


def test_a_new_row_keeps_its_id_while_its_book_stays_open() -> None:
    """
    fields    name | phone | amount
    waiting   Д-9 | 4 | Альфа | | 100
    workbook      | Альфа | +7 916 000-00-01 | 120
    expect    Д-9 | Альфа | +7 916 000-00-01 | 120
    """


def test_a_new_row_that_moved_before_its_id_was_written_is_known_by_all_it_held() -> None:
    """
    fields    name | phone | amount
    waiting   Д-8 | 4 | Альфа |
    waiting   Д-9 | 5 | Бета |
    workbook      | Гамма |
    workbook      | Альфа | +7 916 000-00-01 |
    workbook      | Бета | | 120
    expect    Д-8 | Альфа | +7 916 000-00-01
    expect    Д-9 | Бета | | 120
    expect    +1 | Гамма
    """


def test_another_row_in_the_place_of_a_new_one_does_not_take_its_id() -> None:
    """
    fields    name | phone | amount
    waiting   Д-9 | 4 | Альфа | +7 916 000-00-01 | 100
    workbook      | Гамма | | 100
    workbook      | Альфа | +7 916 000-00-01 | 100
    expect    Д-9 | Альфа | +7 916 000-00-01 | 100
    expect    +1 | Гамма | | 100
    """


def test_a_new_row_and_its_copy_both_typed_on_are_one_old_and_one_new() -> None:
    """
    fields    name | phone | amount | stage
    base      Д-1 | Зет | | |
    waiting   Д-9 | 5 | Альфа | +7 916 000-00-01 | 100 | КП
    workbook      | Альфа | +7 916 000-00-01 | 120 | КП
    workbook  Д-1 | Зет | | |
    workbook      | Альфа | +7 916 000-00-01 | 100 | Счёт
    expect    Д-1 | Зет
    expect    Д-9 | Альфа | +7 916 000-00-01 | 120 | КП
    expect    +1 | Альфа | +7 916 000-00-01 | 100 | Счёт
    """


def test_what_moved_into_the_place_of_a_deleted_new_row_is_itself() -> None:
    """
    fields    name | phone | amount
    waiting   Д-8 | 4 | Альфа | +7 916 000-00-01 | 100
    waiting   Д-9 | 5 | Бета | +7 916 000-00-01 | 200
    workbook      | Бета | +7 916 000-00-01 | 250
    expect    Д-9 | Бета | +7 916 000-00-01 | 250
    """


def test_a_column_taken_away_says_nothing_of_a_row_without_an_id() -> None:
    """
    fields    name | phone | stage
    base      Д-1 | Альфа | +7 916 000-00-01 | КП
    waiting   Д-9 | 5 | Бета | +7 916 000-00-02 | КП
    without   stage
    workbook  Д-1 | Альфа | +7 916 000-00-01 |
    workbook  Д-1 | Альфа | +7 916 000-00-02 |
    workbook      | Бета | +7 916 000-00-02 |
    expect    Д-1 | Альфа | +7 916 000-00-01 | КП
    expect    Д-9 | Бета | +7 916 000-00-02 | КП
    expect    +1 | Альфа | +7 916 000-00-02 |
    copied    +1 | Д-1
    """


def test_a_copy_whose_id_could_not_be_written_is_not_copied_again() -> None:
    """
    base      Д-1 | 100 | КП
    waiting   Д-9 | 5 | 100 | КП
    workbook  Д-1 | 100 | КП
    workbook  Д-1 | 150 | КП
    expect    Д-1 | 100 | КП
    expect    Д-9 | 150 | КП
    """


def test_new_rows_that_look_alike_are_told_by_their_place() -> None:
    """
    waiting   Д-8 | 4 | 100 | КП
    waiting   Д-9 | 5 | 100 | КП
    workbook      | 100 | КП
    workbook      | 100 | Счёт
    expect    Д-8 | 100 | КП
    expect    Д-9 | 100 | Счёт
    """


def test_ids_follow_content_that_moved_past_them() -> None:
    """
    fields    name | amount | stage
    base      Д-1 | Альфа | 100 | КП
    base      Д-2 | Бета | 200 | Счёт
    base      Д-3 | Гамма | 300 | КП
    workbook  Д-1 | Гамма | 300 | КП
    workbook  Д-2 | Альфа | 100 | КП
    workbook  Д-3 | Бета | 200 | Счёт
    expect    Д-1 | Альфа | 100 | КП
    expect    Д-2 | Бета | 200 | Счёт
    expect    Д-3 | Гамма | 300 | КП
    """


def test_a_row_moved_and_edited_in_one_save_keeps_both() -> None:
    """
    fields    name | inn | amount | stage
    base      Д-1 | Альфа | 7701234567 | 100 | КП
    base      Д-2 | Бета | 5001234567 | 200 | Счёт
    base      Д-3 | Гамма | 6601234567 | 300 | КП
    workbook  Д-1 | Гамма | 6601234567 | 300 | КП
    workbook  Д-2 | Альфа | 7701234567 | 150 | КП
    workbook  Д-3 | Бета | 5001234567 | 200 | Счёт
    expect    Д-1 | Альфа | 7701234567 | 150 | КП
    expect    Д-2 | Бета | 5001234567 | 200 | Счёт
    expect    Д-3 | Гамма | 6601234567 | 300 | КП
    """


def test_two_rows_exchanged_and_one_overwritten_stay_where_their_ids_are() -> None:
    """
    fields    name | amount | stage
    base      Д-1 | Альфа | 100 | КП
    base      Д-2 | Бета | 200 | Счёт
    base      Д-3 | Гамма | 300 | КП
    workbook  Д-1 | Бета | 200 | Счёт
    workbook  Д-2 | Альфа | 100 | КП
    workbook  Д-3 | Дельта | 900 | Новая
    expect    Д-1 | Бета | 200 | Счёт
    expect    Д-2 | Альфа | 100 | КП
    expect    Д-3 | Дельта | 900 | Новая
    """


def test_one_row_pasted_over_another_is_an_edit_of_that_row() -> None:
    """
    base      Д-1 | 100 | КП
    base      Д-2 | 200 | Счёт
    workbook  Д-1 | 200 | Счёт
    workbook  Д-2 | 200 | Счёт
    expect    Д-1 | 200 | Счёт
    expect    Д-2 | 200 | Счёт
    """


def test_a_blank_row_between_rows_is_neither_a_row_nor_the_end() -> None:
    """
    base      Д-1 | 100 | КП
    base      Д-2 | 200 | Счёт
    workbook  Д-1 | 100 | КП
    workbook      |     |
    workbook  Д-2 | 250 | Счёт
    expect    Д-1 | 100 | КП
    expect    Д-2 | 250 | Счёт
    """


def test_a_total_inside_the_table_is_reported_and_never_imported() -> None:
    """
    fields    name | amount
    base      Д-1 | Альфа | 100
    workbook  Д-1 | Альфа | 100
    workbook      | Итого: | 100
    expect    Д-1 | Альфа | 100
    problem   foreign-row | row 5
    """


def test_a_second_heading_inside_the_table_is_no_row() -> None:
    """
    base      Д-1 | 100 | КП
    workbook  Д-1 | 100 | КП
    workbook      | «amount» | «stage»
    expect    Д-1 | 100 | КП
    problem   foreign-row | row 5
    """


def test_a_row_with_an_id_is_ours_whatever_it_says() -> None:
    """
    fields    name | amount
    base      Д-1 | Альфа | 100
    workbook  Д-1 | Итого | 100
    expect    Д-1 | Итого | 100
    """


def test_a_deleted_row_leaves() -> None:
    """
    base      Д-1 | 100 | КП
    base      Д-2 | 200 | Счёт
    workbook  Д-2 | 200 | Счёт
    expect    Д-2 | 200 | Счёт
    """


def test_a_row_emptied_by_hand_is_a_deleted_row_though_its_id_stayed() -> None:
    """
    base      Д-1 | 100 | КП
    base      Д-2 | 200 | Счёт
    workbook  Д-1 |     |
    workbook  Д-2 | 200 | Счёт
    expect    Д-2 | 200 | Счёт
    """


def test_a_persons_edit_wins_against_a_deletion() -> None:
    """
    base      Д-1 | 100 | КП
    workbook
    store     Д-1 | 150 | КП
    expect    Д-1 | 150 | КП
    clash     edit_and_deletion | Д-1 | amount | 150 |
    """


def test_a_fact_does_not_raise_a_deleted_row_and_is_asked_about() -> None:
    """
    base      Д-1 | 100 | КП
    workbook
    import    Д-1 | 100 | Счёт
    clash     fact_and_deletion | Д-1 | stage |  | Счёт
    """


def test_a_row_deleted_on_both_sides_is_gone_without_a_word() -> None:
    """
    base      Д-1 | 100 | КП
    buried    Д-1 | 100 | КП
    workbook
    """


def test_a_deleted_row_pasted_back_returns_with_its_edits() -> None:
    """
    buried    Д-1 | 100 | КП
    workbook  Д-1 | 120 | КП
    expect    Д-1 | 120 | КП
    back      Д-1
    """


def test_a_row_deleted_elsewhere_does_not_return_because_this_book_still_shows_it() -> None:
    """
    base      Д-1 | 100 | КП
    buried    Д-1 | 100 | КП
    workbook  Д-1 | 100 | КП
    """


def test_a_row_deleted_elsewhere_returns_when_a_person_edits_it_here() -> None:
    """
    base      Д-1 | 100 | КП
    buried    Д-1 | 100 | КП
    workbook  Д-1 | 120 | КП
    expect    Д-1 | 120 | КП
    back      Д-1
    """


def test_a_row_that_another_book_made_is_known_here() -> None:
    """
    store     Д-1 | 100 | КП
    workbook  Д-1 | 100 | КП
    expect    Д-1 | 100 | КП
    """


def test_a_column_that_is_gone_clears_nothing() -> None:
    """
    base      Д-1 | 100 | КП
    base      Д-2 | 200 | Счёт
    workbook  Д-1 | 120 |
    workbook  Д-2 | 200 |
    without   stage
    expect    Д-1 | 120 | КП
    expect    Д-2 | 200 | Счёт
    """


def test_a_list_row_is_known_by_its_text() -> None:
    """
    table     stages
    fields    name | prob
    base      кп | КП | 40
    base      счёт | Счёт | 90
    workbook      | Счёт | 95
    workbook      | КП  | 40
    workbook      | Договор | 80
    expect    кп | КП | 40
    expect    счёт | Счёт | 95
    expect    договор | Договор | 80
    """


def test_a_list_row_written_twice_stands_twice() -> None:
    """
    table     stages
    fields    name | prob
    base      кп | КП | 40
    workbook      | КП | 40
    workbook      | кп | 50
    expect    кп | КП | 40
    expect    кп#2 | кп | 50
    """


def test_a_question_is_the_daemons_and_its_answer_the_persons() -> None:
    """
    table     questions
    fields    about | answer
    base      Q1 | Дубль |
    base      Q2 | Нет ИНН |
    workbook  Q1 | Дубль | Да
    workbook  Q2 | Нет ИНН |
    expect    Q1 |  | Да
    expect    Q2
    """
    seen = seen_of(test_a_question_is_the_daemons_and_its_answer_the_persons.__doc__ or "")
    assert seen["Q2"] == {"about": "Нет ИНН"}
