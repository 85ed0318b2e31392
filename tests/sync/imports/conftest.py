import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[4] / "shared"


@pytest.fixture(scope="session")
def inputs() -> Path:
    """Real files that are not part of the repository; SHEETCRM_SHARED says where they lie."""
    place = Path(os.environ.get("SHEETCRM_SHARED", BESIDE)) / "data" / "inputs"
    if not place.is_dir():
        pytest.skip(f"no real files at {place}")
    return place
