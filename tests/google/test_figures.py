"""The screens of a salesperson show in Google what they showed in the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from model.blueprint import Role, SlotKind
from model.records import BookState
from model.values import Value
from sync.cycle import Memory, run_pass
from sync.moving_in import move_in
from sync.online import kept_bytes
from sync.place import is_file
from sync.team import Team
from tests.google.client import new_book
from tests.google.office import Cloudy, few_rows
from tests.sync.small_team import PEOPLE, FakeWorld, copied_team, founded
from tests.sync.teams import Office, few_spare_rows

CLOCK = {"written_at", "asof"}


def figures(team: Team, state: BookState) -> Mapping[tuple[str, str], Value]:
    """Every fact of the screens, by sheet and key."""
    raw = team.path(state).read_bytes() if is_file(state) else kept_bytes(team, state)
    role = Role(state.role)
    read = team.books.load(
        team.books.open(raw, name="книга"),
        book=state.book,
        name="книга",
        blueprint=team.blueprint,
        role=role,
    ).snapshot
    found = {}
    for name, grid in read.grids.items():
        for slot in team.blueprint.sheets[name].slots:
            if slot.kind is SlotKind.FACT and slot.key not in CLOCK:
                cell = grid.cells.get((slot.row, slot.col))
                value = None if cell is None or cell.value == "" else cell.value
                found[name, slot.key] = round(value, 6) if isinstance(value, Decimal) else value
    return found


@pytest.mark.soak
def test_figures_are_the_same_in_google_as_in_the_file(tmp_path: Path) -> None:
    clock = FakeWorld()
    with few_spare_rows(), few_rows():
        founded(tmp_path / "first", clock)
        (tmp_path / "second").mkdir()
        with copied_team(tmp_path / "first", tmp_path / "second") as team:
            run_pass(team, clock.world(), memory=Memory())
            state = _of(team, PEOPLE[0])
            before = figures(team, state)
            cloudy = Cloudy(Office(team, clock.now))
            moved = cloudy.office.team
            key = new_book(cloudy.google, "Книга")
            move_in(moved, cloudy.world(), state, key)
            for _ in range(3):
                cloudy.office.now += timedelta(seconds=1)
                run_pass(moved, cloudy.world(), memory=Memory())
            after = figures(moved, _of(moved, PEOPLE[0]))
    assert len(before) > 100
    assert {k: (v, after.get(k)) for k, v in before.items() if after.get(k) != v} == {}


def _of(team: Team, person: str) -> BookState:
    with team.store.read() as reader:
        return next(s for s in reader.books() if s.person == person)
