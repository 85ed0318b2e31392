"""A short life of a team in a file and in Google at once; `tests.google.rounds` lives long ones."""

from __future__ import annotations

import random

from tests.google.office import Cloudy
from tests.google.rounds import Life
from tests.sync.teams import HIS


def test_a_file_and_a_spreadsheet_come_to_the_same(cloudy: Cloudy) -> None:
    lived = Life(cloudy, random.Random(4), (HIS,))
    lived.told["rounds"] = 4  # the round in which the owner types into the file
    lived.round(3)
    assert lived.told["edits in the file"] == 1
    assert [one for one in lived.lost() if not one.in_window] == []
    assert (lived.apart(), lived.wrong_sums()) == ([], 0)
