"""The daemon as a process of its own, started the way the scheduler starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TypeVar

from model.errors import CrmError
from tests.live.parent import ROOT, SAID_AT_ONCE, Child, Parent

PATIENCE = 60.0
LOOK_EVERY, QUICK_LOOK = 0.1, 0.01
T = TypeVar("T")


def command(*words: str, root: Path) -> list[str]:
    """The words of one call of the program."""
    return [sys.executable, str(ROOT / "cli.py"), *words, "--state", str(root)]


def ask(*words: str, root: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """One command run to its end."""
    return subprocess.run(
        command(*words, root=root),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        cwd=cwd,
        timeout=PATIENCE * 5,
        check=False,
    )


class Keeper:
    """`sheetcrm sync --watch` over a team folder; what it says goes to a file.

    With a parent it is a fork of that: kill it often, and starts cost nothing.
    """

    def __init__(
        self, folder: Path, root: Path, said: Path, *, parent: Parent | None = None
    ) -> None:
        self._words = command("sync", str(folder), "--watch", root=root)
        self._said = said
        self._root = root
        self._parent = parent
        self._process: subprocess.Popen[bytes] | Child | None = None

    def start(self) -> None:
        """A new process; waits until it has the team."""
        before = self.words.count("слежу за папкой")
        self._process = self._started()
        until(
            lambda: self.words.count("слежу за папкой") > before,
            "the daemon to start",
            self,
            every=QUICK_LOOK,
        )

    def _started(self) -> subprocess.Popen[bytes] | Child:
        if self._parent is not None:
            return self._parent.start(self._words[2:], self._said)
        with self._said.open("ab") as stream:
            return subprocess.Popen(
                self._words,
                stdout=stream,
                stderr=stream,
                cwd=self._said.parent,
                env={**os.environ, **SAID_AT_ONCE},
            )

    @property
    def words(self) -> str:
        """Everything said so far, by all processes."""
        return self._said.read_text(encoding="utf-8") if self._said.exists() else ""

    @property
    def faults(self) -> str:
        """What went wrong inside by the log, empty when nothing did."""
        logs = [path.read_text(encoding="utf-8") for path in self._root.glob("*/sheetcrm.log")]
        return "\n".join(log for log in logs if " ERROR " in log)

    @property
    def pid(self) -> int:
        """Number of the process."""
        assert self._process is not None
        return self._process.pid

    @property
    def code(self) -> int | None:
        """The exit code, None while it runs."""
        return None if self._process is None else self._process.poll()

    def kill(self) -> None:
        """As when the power goes."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(PATIENCE)

    def end(self) -> int:
        """Asked to leave; its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE)

    def gone(self) -> None:
        """No process stays behind a test."""
        if self._process is not None and self._process.poll() is None:
            self.kill()


@contextmanager
def keeping(
    folder: Path, root: Path, said: Path, *, parent: Parent | None = None
) -> Iterator[Keeper]:
    """A running daemon that is gone at the end whatever happens."""
    keeper = Keeper(folder, root, said, parent=parent)
    try:
        keeper.start()
        yield keeper
    finally:
        keeper.gone()


def until(
    look: Callable[[], T | None],
    what: str,
    keeper: Keeper,
    *,
    patience: float = PATIENCE,
    every: float = LOOK_EVERY,
) -> T:
    """The first true answer of a look; AssertionError after the deadline, with what was said.

    A look at a file that is half written or just being exchanged counts as no answer.
    """
    deadline, pause = time.monotonic() + patience, Event()
    trouble: Exception | None = None
    while time.monotonic() < deadline:
        try:
            found = look()
        except (CrmError, OSError) as error:
            trouble, found = error, None
        if found:
            return found
        assert keeper.code is None, f"the daemon left with {keeper.code}: {keeper.words}"
        assert not keeper.faults, keeper.faults
        pause.wait(every)
    raise AssertionError(f"waited {patience:.0f} s for {what}; last {trouble!r}\n{keeper.words}")
