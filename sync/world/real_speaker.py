"""Children that answer lines with lines over a pipe, with a limit to each answer."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

from sync.world import Gone

ENDS_WITHIN = 5.0


class Spoken:
    """A running child; one that does not answer in time is killed."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self._child = subprocess.Popen(  # noqa: S603  # a program that the set-up named
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env={**os.environ, **(environment or {}), "PYTHONIOENCODING": "utf-8"},
        )
        self._lines: Queue[str] = Queue()
        Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        assert self._child.stdout is not None  # noqa: S101  # a pipe was asked for
        with self._child.stdout as said:
            for line in said:
                self._lines.put(line)
        self._lines.put("")

    def ask(self, line: str, /, *, within: float) -> str:
        """The answer to a line; raises Gone after so many seconds, or when the child ended."""
        try:
            assert self._child.stdin is not None  # noqa: S101  # a pipe was asked for
            self._child.stdin.write(line + "\n")
            self._child.stdin.flush()
            answer = self._lines.get(timeout=within)
        except (OSError, Empty) as error:
            self.end()
            raise Gone from error
        if not answer:
            self.end()
            raise Gone
        return answer

    def end(self) -> None:
        """The child is killed: what it speaks with goes on without it.

        Its last words are let go of by the thread that hears them.
        """
        self._child.kill()
        if self._child.stdin is not None:
            with suppress(OSError):
                self._child.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(ENDS_WITHIN)


def child(python: str, script: str, *words: str) -> Spoken:
    """A child of `sync.books.live.children` under some Python."""
    folder = Path(__file__).parents[1] / "books" / "live" / "children"
    return Spoken([python or sys.executable, "-X", "utf8", str(folder / script), *words])
