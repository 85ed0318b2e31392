"""What every room's tests share: programs of the machine, real files, hypothesis profiles.

Tests that need LibreOffice, Chromium or poppler carry `@pytest.mark.system` with the names of the
programs (none named: all). A missing one skips the test with the reason, or fails it under
`--strict-system`, so that a green run of CI cannot hide a missing tool.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.google.told import Told
from tests.office import Office, missing, office

BESIDE = Path(__file__).parents[2] / "shared"

LONG = (
    "tests/acceptance/test_office.py",
    "tests/access",
    "tests/books/",
    "tests/faults",
    "tests/live",
    "tests/scenarios",
    "tests/simulation/test_full.py",
    "tests/simulation/test_quiet.py",
    "tests/sync/founding/test_from_list.py",
    "tests/sync/test_card_sheet.py",
    "tests/sync/test_doctor.py",
    "tests/sync/test_erasure.py",
    "tests/sync/test_inputs.py",
    "tests/sync/test_known.py",
    "tests/sync/test_live_faults.py",
    "tests/sync/test_protecting.py",
    "tests/sync/test_queue.py",
    "tests/sync/test_restoring.py",
    "tests/sync/test_saved_again.py",
    "tests/sync/test_tabs.py",
    "tests/sync/test_tampering.py",
    "tests/sync/upgrade",
    "tests/test_packaging.py",
)
"""Whole teams, real programs and processes at work: `make long`, part of every run of CI."""

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--strict-system",
        action="store_true",
        help="a missing LibreOffice, Chromium or pdftoppm fails its tests instead of skipping",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Told())
    if config.getoption("--strict-system"):
        settings.load_profile("ci")


@pytest.hookimpl(tryfirst=True)  # before the marks are asked for
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    root = Path(__file__).parents[1]
    for item in items:
        if item.path.relative_to(root).as_posix().startswith(LONG):
            item.add_marker("long")


def pytest_runtest_setup(item: pytest.Item) -> None:
    mark = item.get_closest_marker("system")
    if mark is None:
        return
    absent = missing(mark.args)
    if not absent:
        return
    reason = f"not on this machine: {', '.join(absent)} (make system)"
    if item.config.getoption("--strict-system"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)  # a machine without LibreOffice still runs the rest; strict: never here


@pytest.fixture(scope="session")
def libreoffice() -> Office:
    """LibreOffice with a profile of its own for every call; only for tests marked `system`."""
    return office()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real files that are not part of the repository; SHEETCRM_SHARED says where they lie."""
    place = Path(os.environ.get("SHEETCRM_SHARED", BESIDE)) / "data"
    if not place.is_dir():
        pytest.skip(f"no real files at {place}")  # not ours to put into the repository
    return place
