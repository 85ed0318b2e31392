"""Damage to real files, end to end; `python -m tests.acceptance.damage` does all kinds."""

from __future__ import annotations

import pytest

from tests.acceptance.damage.days import SPECIAL, USUAL
from tests.acceptance.damage.kinds import KINDS, TAKEN
from tests.acceptance.damage.structure import STRUCTURES, struck


@pytest.mark.soak
def test_damage_to_the_form_of_a_file_moves_no_value() -> None:
    assert [(name, wrong) for name, wrong in struck(STRUCTURES) if wrong] == []


def test_the_kinds_are_many_and_days_are_of_every_sort() -> None:
    assert len(KINDS) + len(STRUCTURES) > 30
    assert sum(kind.words != TAKEN for kind in KINDS) > 20
    assert {table: len(acts) + len(SPECIAL[table]) for table, acts in USUAL.items()} == {
        "clients": 13,
        "deals": 15,
    }
