"""Damage to a whole column is known by what it did; the same in a few rows is a person's edit."""

from __future__ import annotations

import pytest

from tests.sync.merge.told import play

FIELDS = "fields name | phone | inn | amount | note | stage\n"
STAGES = ("Новая", "КП", "Договор", "Успешно")
ALL, TOO_MANY, ALLOWED = 30, 21, 20


def cells(n: int) -> dict[str, str]:
    return {
        "name": f"Фирма {n}",
        "phone": f"7916{n:07}",
        "inn": f"05{n:08}",
        "amount": str(n * 1000 + 7),
        "note": f"Позвонить утром {n}",
        "stage": STAGES[n % 4],
    }


def line(what: str, n: int, **other: str) -> str:
    return f"{what} Д-{n} | " + " | ".join({**cells(n), **other}.values())


def harm(n: int, change: dict[str, str]) -> dict[str, str]:
    """Columns as templates over the old cells, `n` and the note in another encoding."""
    odd = cells(n)["note"].encode().decode("cp1251", "replace")
    return {key: text.format(n=n, odd=odd, **cells(n)) for key, text in change.items()}


def story(harmed: int, change: dict[str, str], outcome: str = "") -> str:
    numbers = range(1, ALL + 1)
    told = {n: harm(n, change) if n <= harmed else {} for n in numbers}
    out = [FIELDS, *(line("base", n) for n in numbers)]
    out += [line("workbook", n, **told[n]) for n in numbers]
    return "\n".join([*out, outcome or "\n".join(line("expect", n, **told[n]) for n in numbers)])


@pytest.mark.parametrize(
    ("change", "hold"),
    [
        ({"name": "{note}", "note": "{name}"}, "swapped name, note"),
        ({"phone": "7.916E+10"}, "numbers phone"),
        ({"inn": "5{n:08}"}, "numbers inn"),
        ({"amount": "{amount}00"}, "scaled amount"),
        ({"amount": "{amount}000"}, "scaled amount"),
        ({"note": "{odd}"}, "garbled note"),
        ({"stage": "Отказ"}, "flat stage"),
        ({"amount": "0"}, "flat amount"),
    ],
)
def test_a_column_damaged_in_every_row_is_held(change: dict[str, str], hold: str) -> None:
    play(story(ALL, change, f"hold {hold}"))


@pytest.mark.parametrize(
    "change",
    [{"amount": "{amount}00"}, {"note": "{odd}"}, {"stage": "Отказ"}],
)
def test_twenty_rows_are_a_persons_edits(change: dict[str, str]) -> None:
    play(story(ALLOWED, change))


@pytest.mark.parametrize(
    "change",
    [
        {"note": "Позвонить вечером {n}"},
        {"amount": "{n}4321"},
        {"note": "Позвонить вечером {n}", "amount": "{n}4321"},
        {"stage": "Отказ"},
        {"stage": ""},
        {"note": "#N/A"},
        {"note": "{name}", "stage": "КП"},
        {"amount": "по запросу"},
    ],
)
def test_one_row_more_of_an_ordinary_kind_is_no_damage_of_a_column(change: dict[str, str]) -> None:
    """Notes typed anew, other sums, a stage over two thirds of the rows; cleared cells, errors and
    texts are counted by the brake itself."""
    numbers = range(1, ALL + 1)
    told = {n: harm(n, change) if n <= TOO_MANY else {} for n in numbers}
    outcome = "\n".join(line("expect", n, **told[n]) for n in numbers)
    if "" in change.values():
        outcome = f"hold deleted 0, changed 0, cleared 21 of {ALL}"
    elif "по запросу" in change.values():
        outcome = f"hold deleted 0, changed 0, cleared 0, spoilt 21 of {ALL}"
    elif "#N/A" in change.values():
        outcome = "\n".join(
            [*(line("expect", n) for n in numbers)]
            + [f"problem formula-fault | Д-{n} | note" for n in range(1, TOO_MANY + 1)]
        )
    play(story(TOO_MANY, change, outcome))


def test_phones_written_another_way_are_the_same_phones() -> None:
    numbers = range(1, ALL + 1)
    outcome = "\n".join(line("expect", n) for n in numbers)
    play(story(ALL, {"phone": "8 (916) {n:07}"}, outcome))


def test_a_column_that_said_two_things_may_say_one() -> None:
    """A flag cleared for everybody is a decision, not damage."""
    numbers = range(1, ALL + 1)
    out = [FIELDS, *(line("base", n, stage=STAGES[n % 2]) for n in numbers)]
    out += [line("workbook", n, stage="Отказ") for n in numbers]
    out += [line("expect", n, stage="Отказ") for n in numbers]
    play("\n".join(out))
