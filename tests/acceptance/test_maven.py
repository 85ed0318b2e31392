"""The team of the Maven files, as the acceptance runner checks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance import maven


@pytest.mark.soak
def test_a_team_made_from_the_maven_files_adds_up(shared_data: Path) -> None:
    source = shared_data / "inputs" / "crm"
    if not (source / f"{maven.DEALS}.csv").is_file():
        pytest.skip(f"no Maven files at {source}")  # not ours to put into the repository
    assert maven.main([str(source)]) == 0
