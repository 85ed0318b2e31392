from __future__ import annotations

import pytest

from tests.sync.merge.told import play


@pytest.fixture
def story(request: pytest.FixtureRequest) -> None:
    """Plays the table in the docstring of the test: the outcome must be what is told."""
    play(request.function.__doc__)
