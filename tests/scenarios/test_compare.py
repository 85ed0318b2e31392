"""The comparer finds what it is there to find."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from model.blueprint import Role
from tests.scenarios.compare import Package
from tests.scenarios.ours import Allowed, trespasses
from tests.scenarios.story import Story
from tests.scenarios.team import BLUEPRINT, ROGOV


def changed(path: Path, part: str, change: Callable[[str], str]) -> bytes:
    """The file with one part rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            raw = source.read(name)
            if name == part:
                text = raw.decode()
                assert change(text) != text
                raw = change(text).encode()
            target.writestr(name, raw)
    return out.getvalue()


def part_of(story: Story, sheet: str) -> str:
    """Part of a sheet of the salesperson's book."""
    return Package(story.book(ROGOV)).sheets[sheet]


@pytest.mark.parametrize(
    ("part", "old", "new", "said"),
    [
        ("Сделки", "<v>100003</v>", "<v>100004</v>", "a person's cell"),
        ("Сделки", 'r="C4" s="', 'r="C4" s="1', "look"),
        ("Сделки", "<f>", "<f>1+", "strip"),
        ("Сделки", 'showErrorMessage="1"', 'showErrorMessage="0"', "dataValidations differs"),
        ("Сделки", "<cfRule ", '<cfRule stopIfTrue="1" ', "conditionalFormatting differs"),
        ("Сделки", '<row r="1"', '<row r="1" ht="9"', "row 1 was"),
        ("Сделки", "<cols><col ", '<cols><col hidden="1" ', "cols differs"),
        ("Помощь", "<t>", "<t>9", "not our sheet"),
        ("xl/styles.xml", "<cellXfs", "<!-- --><cellXfs", "part xl/styles.xml"),
        ("xl/workbook.xml", "<definedName ", '<definedName comment="x" ', ""),
        ("xl/workbook.xml", "<sheets>", "<!-- x --><sheets>", ""),
    ],
)
def test_a_trespass_is_named(story: Story, part: str, old: str, new: str, said: str) -> None:
    path = story.book(ROGOV)
    name = part if part.startswith("xl/") else part_of(story, part)
    after = changed(path, name, lambda text: text.replace(old, new, 1))
    found = trespasses(path, after, BLUEPRINT, Role.MANAGER)
    assert any(said in line for line in found) if said else found == []


def test_a_book_does_not_trespass_on_itself(story: Story) -> None:
    path = story.book(ROGOV)
    assert trespasses(path, path.read_bytes(), BLUEPRINT, Role.MANAGER, Allowed()) == []
