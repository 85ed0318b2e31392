"""Tables of rows in any order and with any blanks come in as each row would alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.importing import ImportResult, bring_reading
from sync.importing.asking import wish_of
from sync.imports import ImportKind, Incoming
from sync.intake.formats import Wish, recognised
from tests.sync.ledger import Ledger
from tests.worlds import world_of

HEADINGS = {
    "number": "id",
    "name": "Имя",
    "phone": "Телефон",
    "email": "E-mail",
    "source": "Источник",
    "text": "Комментарий",
}
WORDS = {
    "name": ("Анна", "ООО «Ромашка»", "О'Нил; сын"),
    "source": ("Сайт", "Реклама", "=1+1"),
    "text": ("песок, 5 т", "перезвонить\nзавтра", '"срочно"'),
}
"""What may stand in the cells that change from file to file."""
Row = dict[str, str]
Bring = Callable[[str], ImportResult]
RARE = st.integers(0, 2**32)


def person(number: int, run: int) -> Row:
    """What stays the same of somebody in all files."""
    return {
        "number": f"{run}-{number}",
        "phone": f"+7903{run:03}{number:04}",
        "email": f"p{number}@r{run}.test",
    }


def tables(seed: int, run: int) -> list[list[Row]]:
    """One to three files of some people, each with rows and blanks of its own."""
    dice = Random(seed)
    people = [person(number, run) for number in range(dice.randint(1, 6))]
    found = []
    for _ in range(dice.randint(1, 3)):
        chosen = dice.sample(people, dice.randint(1, len(people)))
        rows = [one | {name: dice.choice(words) for name, words in WORDS.items()} for one in chosen]
        found.append([_with_blanks(row, dice) for row in rows])
    return found


def _with_blanks(row: Row, dice: Random) -> Row:
    return {k: "" if k != "number" and dice.random() < 0.3 else v for k, v in row.items()}


def text_of(rows: Sequence[Row], seed: int) -> str:
    """A file of rows, its columns and rows in an order of its own."""
    dice = Random(seed)
    names, out = dice.sample(list(HEADINGS), len(HEADINGS)), io.StringIO()
    lines = csv.writer(out, delimiter=dice.choice(";,\t"))
    lines.writerow([HEADINGS[name] for name in names])
    lines.writerows([row[name] for name in names] for row in dice.sample(rows, len(rows)))
    return out.getvalue()


def reference(files: Sequence[Sequence[Row]]) -> dict[str, Row]:
    """Row by row: who can be reached comes in; what is filled goes over an earlier text."""
    found: dict[str, Row] = {}
    for row in (row for rows in files for row in rows):
        if row["phone"] or row["email"]:
            filled = {name: words for name, words in row.items() if words}
            found[row["number"]] = found.get(row["number"], {}) | filled
    return found


@pytest.fixture
def bring(ledger: Ledger) -> Bring:
    world = world_of(lambda: ledger.now, Random(1).randbytes)

    def taken(text: str) -> ImportResult:
        wish = wish_of(ledger.team, world.disk, ImportKind.LEADS)
        reading = recognised(text.encode(), "файл", wish)
        return bring_reading(ledger.team, reading, "файл", world=world)

    return taken


RUNS = count(1)
GENTLE = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@GENTLE
@given(RARE)
def test_files_in_any_order_of_rows_equal_the_rows_alone(ledger: Ledger, bring: Bring, seed: int):
    run = next(RUNS)
    files = tables(seed, run)
    for number, rows in enumerate(files):
        bring(text_of(rows, seed + number))
    assert _held(ledger, run) == reference(files)


def _held(ledger: Ledger, run: int) -> dict[str, Row]:
    with ledger.team.store.read() as reader:
        rows = [row.values for row in reader.rows("leads").values()]
    mine = [row for row in rows if str(row["number"]).startswith(f"{run}-")]
    return {str(row["number"]): _shown(row) for row in mine}


def _shown(row: Mapping[str, object]) -> Row:
    return {name: str(row[name]) for name in HEADINGS if row.get(name) not in {None, ""}}


@given(RARE)
@settings(max_examples=25)
def test_a_row_is_read_the_same_wherever_it_stands(seed: int) -> None:
    """Values, keys and refusals of a file are those of files of one row each."""
    rows = tables(seed, 1)[0]
    together = _read(text_of(rows, seed))
    alone = [one for number, row in enumerate(rows) for one in _read(text_of([row], seed + number))]
    assert sorted(together) == sorted(alone)


def _read(text: str) -> list[str]:
    wish = Wish(kind=ImportKind.LEADS, zone="Europe/Moscow")
    return [
        f"{one.key} {sorted(one.values.items())}" if isinstance(one, Incoming) else one.reason
        for one in recognised(text.encode(), "файл", wish).rows
    ]
