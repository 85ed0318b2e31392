"""Intake needs the store and the settings of a team, not its books."""

from __future__ import annotations

import pytest

from sync.settings import FILE_NAME, write_settings
from sync.team import Team
from tests.sync.ledger import Ledger


@pytest.fixture
def team(ledger: Ledger) -> Team:
    """A team of two without workbooks: founding them costs more than all tests of the folder."""
    write_settings(ledger.team.state / FILE_NAME, ledger.team.settings)
    return ledger.team
