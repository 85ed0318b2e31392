from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def inputs(shared_data: Path) -> Path:
    """Real files of other programs."""
    return shared_data / "inputs"
