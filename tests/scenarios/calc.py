"""LibreOffice Calc in the hands of a person, as tests order it about."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.office import SYSTEM_PYTHON, tool

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale"
  oor:op="fuse"><value>ru-RU</value></prop></item>
</oor:items>
"""
"""A fresh profile in Russian; everything else as LibreOffice comes."""
GONE = "DisposedException"
"""What UNO says when LibreOffice is there no more."""
Step = dict[str, Any]


class Calc:
    """A running LibreOffice with a profile of its own; one that crashed is started anew."""

    def __init__(self, profile: Path) -> None:
        user = profile / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        self._profile = profile
        self._child = self._start()

    def _start(self) -> subprocess.Popen[str]:
        hand = Path(__file__).with_name("calc_hand.py")
        return subprocess.Popen(
            [SYSTEM_PYTHON, str(hand), str(self._profile), str(tool("soffice"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TZ": "Europe/Moscow"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        if self._child.stdin is not None:
            self._child.stdin.close()
        self._child.wait(60)
        if self._child.stdout is not None:
            self._child.stdout.close()

    def edit(self, path: Path, *steps: Step, password: str = "") -> list[Any]:
        """Open a book, do the steps, store it as xlsx in its place, under its password."""
        return self._order(path, steps, store=True, password=password)

    def show(self, path: Path, *steps: Step) -> list[Any]:
        """Open a book, look, close it unsaved."""
        return self._order(path, steps, store=False)

    def _order(
        self, path: Path, steps: Sequence[Step], *, store: bool, password: str = ""
    ) -> list[Any]:
        asked = {"path": str(path), "steps": list(steps), "store": store, "password": password}
        order = json.dumps(asked)
        before = path.read_bytes()
        answer = self._ask(order)
        if GONE in answer.get("fault", ""):
            self._end()
            path.write_bytes(before)
            self._child = self._start()
            answer = self._ask(order)
        assert "fault" not in answer, answer["fault"]
        seen: list[Any] = answer["seen"]
        return seen

    def _ask(self, order: str) -> dict[str, Any]:
        out, back = self._child.stdin, self._child.stdout
        assert out is not None
        assert back is not None
        out.write(order + "\n")
        out.flush()
        line = back.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"fault": GONE}
        return answer
