"""The line of a test run about Google's documents; a test that breaks them fails by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

from tests.google.emulator.checked import COUNTED, WRONG

MARK = "asks_wrongly"
KEY = "held against Google's documents"


class Told:
    """Adds up what the workers of a run counted."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """A wrong request fails its test, whatever the program made of the refusal."""
        before = len(WRONG)
        yield
        found, WRONG[before:] = WRONG[before:], []
        meant = item.get_closest_marker(MARK) is not None
        COUNTED["wrong"] += 0 if meant else len(found)
        if found and not meant:
            pytest.fail("\n".join(found), pytrace=False)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker hands its counts over."""
        given = getattr(session.config, "workeroutput", None)
        if given is None:
            self.counts += COUNTED
        else:
            given[KEY] = dict(COUNTED)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """What a worker counted."""
        self.counts += Counter(getattr(node, "workeroutput", {}).get(KEY, {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One line, where Google was asked at all."""
        said = self.counts
        if said["requests"]:
            terminalreporter.write_line(
                f"{KEY}: {said['requests']} requests, {said['answers']} answers, "
                f"{said['wrong']} wrong"
            )
