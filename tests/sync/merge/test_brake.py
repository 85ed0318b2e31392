"""The brake: one save that deletes, re-keys or clears too much waits for a person's word."""

from __future__ import annotations

import pytest

from tests.sync.merge.told import play

INN = 7_700_000_000


def rows(what: str, numbers: range, cells: str = "Фирма {n} | {inn} | {n}") -> str:
    lines = (f"{what} Д-{n} | {cells.format(n=n, inn=INN + n)}" for n in numbers)
    return "\n".join(lines)


FIELDS = "fields name | inn | amount\n"


def told(base: int, changed: str, outcome: str) -> str:
    return "\n".join((FIELDS, rows("base", range(1, base + 1)), changed, outcome))


@pytest.mark.parametrize(("size", "limit"), [(30, 20), (80, 20), (200, 50)])
def test_more_deletions_than_the_brake_are_held(size: int, limit: int) -> None:
    left = range(limit + 2, size + 1)
    hold = f"hold deleted {limit + 1}, changed 0, cleared 0 of {size}"
    play(told(size, rows("workbook", left), hold))


@pytest.mark.parametrize(("size", "limit"), [(30, 20), (80, 20), (200, 50)])
def test_as_many_deletions_as_the_brake_allows_are_carried_out(size: int, limit: int) -> None:
    left = range(limit + 1, size + 1)
    play(told(size, rows("workbook", left), rows("expect", left)))


def test_keys_of_many_rows_changed_at_once_are_held() -> None:
    pasted = rows("workbook", range(1, 22), "Фирма {n} | 5{inn} | {n}")
    rest = rows("workbook", range(22, 31))
    play(told(30, f"{pasted}\n{rest}", "hold deleted 0, changed 21, cleared 0 of 30"))


def test_keys_filled_in_for_the_first_time_are_not() -> None:
    blank = "Фирма {n} |  | {n}"
    numbers = range(1, 31)
    story = (FIELDS, rows("base", numbers, blank), rows("workbook", numbers))
    play("\n".join((*story, rows("expect", numbers))))


def test_deleted_and_rekeyed_rows_count_together() -> None:
    pasted = rows("workbook", range(11, 22), "Фирма {n} | 5{inn} | {n}")
    rest = rows("workbook", range(22, 31))
    play(told(30, f"{pasted}\n{rest}", "hold deleted 10, changed 11, cleared 0 of 30"))


def test_a_block_cleared_by_a_slip_is_held() -> None:
    wiped = rows("workbook", range(1, 22), "Фирма {n} | {inn} |")
    rest = rows("workbook", range(22, 51))
    play(told(50, f"{wiped}\n{rest}", "hold deleted 0, changed 0, cleared 21 of 50"))


def test_a_smaller_block_is_cleared() -> None:
    wiped = "Фирма {n} | {inn} |"
    done, rest = range(1, 21), range(21, 51)
    workbook = f"{rows('workbook', done, wiped)}\n{rows('workbook', rest)}"
    play(told(50, workbook, f"{rows('expect', done, wiped)}\n{rows('expect', rest)}"))


def test_a_column_that_is_gone_counts_as_nothing_cleared() -> None:
    numbers = range(1, 51)
    play(
        told(
            50, f"{rows('workbook', numbers)}\nwithout inn\nwithout amount", rows("expect", numbers)
        )
    )


def test_without_the_brake_everything_is_carried_out() -> None:
    play(told(30, rows("workbook", range(29, 31)), rows("expect", range(29, 31))), brake=False)


def test_rows_that_the_daemon_lists_itself_know_no_brake() -> None:
    listed = "\n".join(f"base Q{n} | Дубль |" for n in range(1, 41))
    left = "workbook Q1 | Дубль |"
    play(f"table questions\nfields about | answer\n{listed}\n{left}\nexpect Q1")
