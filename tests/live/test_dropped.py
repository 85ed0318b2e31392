"""Real lists through «Входящие» of a running daemon: minutes of real processes."""

from pathlib import Path

import pytest

from tests.live.dropped import run

pytestmark = pytest.mark.soak


def test_real_lists_come_in_are_given_out_and_stand_in_the_books(
    ground: Path, tmp_path: Path, shared_data: Path
) -> None:
    found = run(ground, tmp_path, shared_data / "inputs" / "crm", lambda _: None)
    assert [name for name, holds in found.checks.items() if not holds] == []
