"""The whole daemon under load, with people at its books: minutes of real processes."""

from pathlib import Path

import pytest

from tests.live.intake_load import Load, run

pytestmark = pytest.mark.soak


def test_every_accepted_request_is_one_lead(ground: Path, tmp_path: Path) -> None:
    found = run(ground, tmp_path, Load(rate=100, seconds=20.0))
    assert [name for name, holds in found.checks.items() if not holds] == []
