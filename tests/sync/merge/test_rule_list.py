"""The list of rules names what there is: each place exists and can be replaced by name."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "merge-rules.md"
PLACES = re.findall(r"^\| [^|]+ \| `([\w.]+)` \|", PAGE.read_text("utf-8"), re.M)


@pytest.mark.parametrize("place", PLACES)
def test_a_rule_stands_where_the_list_says(place: str) -> None:
    module, _, name = place.rpartition(".")
    parent, _, kind = module.rpartition(".")
    where = getattr(import_module(parent), kind) if kind[0].isupper() else import_module(module)
    assert callable(getattr(where, name))


def test_the_list_is_long_enough_to_be_the_spec() -> None:
    assert len(PLACES) == len(set(PLACES)) > 45
