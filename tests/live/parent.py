"""A parent that has imported the program once, so that a daemon costs a fork and no imports.

The parent opens no team and no database and starts no thread. Its child goes into a session of its
own and runs `cli.main` with the words of the command, to the end of the interpreter, as the command
does; a kill -9 of it is the death of a real process. The parent alone waits for its children, so
that the number of a dead one never names another process.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import cli  # noqa: TID251  # the child is the program itself

ROOT = Path(__file__).parents[2]
ROOMS = ("model", "formulas", "templates", "store", "backups", "sync")
FIRST_YEAR, MOST_PEOPLE = 2026, 3
SAID_AT_ONCE = {"PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}


@dataclass(slots=True)
class Child:
    """A daemon as its parent tells of it."""

    parent: Parent
    pid: int
    code: int | None = None

    def poll(self) -> int | None:
        """The exit code, None while it runs; minus the signal that ended it."""
        if self.code is None:
            self.code = self.parent.ask(do="look", pid=self.pid)["code"]
        return self.code

    def wait(self, timeout: float) -> int:
        """The exit code, once it has ended; raises TimeoutExpired."""
        code = self.parent.ask(do="wait", pid=self.pid, seconds=timeout)["code"]
        if code is None:
            raise subprocess.TimeoutExpired("the daemon", timeout)
        self.code = code
        return int(code)

    def send_signal(self, number: int) -> None:
        """The signal, if it still runs."""
        if self.poll() is None:
            self.parent.ask(do="signal", pid=self.pid, number=number)


def _tell(stream: IO[str], words: Mapping[str, Any]) -> None:
    """One line over the pipe, at once."""
    stream.write(json.dumps(words) + "\n")
    stream.flush()


class Parent:
    """The parent in a process of its own, ordered about over a pipe."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.live.parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **SAID_AT_ONCE},
        )

    def start(self, words: Sequence[str], said: Path) -> Child:
        """A child that runs the command; what it says is added to a file."""
        return Child(self, int(self.ask(do="start", words=list(words), said=str(said))["pid"]))

    def ask(self, **order: Any) -> dict[str, Any]:
        """What the parent answers to one order."""
        streams = self._process.stdin, self._process.stdout
        assert streams[0] is not None
        assert streams[1] is not None
        _tell(streams[0], order)
        line = streams[1].readline()
        assert line, "the parent of the daemons is gone"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def leave(self) -> None:
        """The parent ends with what it was told last, and its children with it."""
        self._process.communicate()


@contextmanager
def parenting() -> Iterator[Parent]:
    """A parent that is gone at the end."""
    parent = Parent()
    try:
        yield parent
    finally:
        parent.leave()


ELSEWHERE = ("migrations", ".children.")
"""What Alembic runs itself, and what runs in processes of its own beside other programs."""


def import_everything() -> None:
    """All modules of the program, and what a pass imports when it is needed."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for found in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not any(part in found.name for part in ELSEWHERE):
                importlib.import_module(found.name)
    importlib.import_module("formulas.russia").seed([FIRST_YEAR])  # it imports when it is asked
    for people in range(MOST_PEOPLE):
        importlib.import_module("templates.blueprint").load(people + 1)  # kept like a constant


def serve() -> list[str] | None:
    """Orders carried out until the pipe is closed: None; in a child the words of its command."""
    pids: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        pid = int(order.get("pid", 0))
        match order["do"]:
            case "start":
                pid = os.fork()
                if pid == 0:
                    _settle(Path(order["said"]))
                    return [str(word) for word in order["words"]]
                pids.add(pid)
                answer: dict[str, int | None] = {"pid": pid}
            case "signal":
                os.kill(pid, int(order["number"]))
                answer = {}
            case _:
                answer = {"code": _code(pid, float(order.get("seconds", 0)))}
                if answer["code"] is not None:
                    pids.discard(pid)
        _tell(sys.stdout, answer)
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return None


def _settle(said: Path) -> None:
    """The child lets go of the parent's session and pipes."""
    os.setsid()
    os.chdir(said.parent)
    for target, how in ((os.devnull, os.O_RDONLY), (said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)):
        opened = os.open(target, how, 0o666)
        for number in (0,) if how == os.O_RDONLY else (1, 2):
            os.dup2(opened, number)
        os.close(opened)


def _code(pid: int, seconds: float) -> int | None:
    """How a child ended; None when it still runs after so many seconds."""
    if seconds:
        signal.signal(signal.SIGALRM, _late)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        gone, status = os.waitpid(pid, 0 if seconds else os.WNOHANG)
    except TimeoutError:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return os.waitstatus_to_exitcode(status) if gone else None


def _late(*_: object) -> None:
    raise TimeoutError


def main() -> int:
    """The exit code of a child, or of the parent at its end."""
    import_everything()
    assert threading.active_count() == 1, "a fork would lose the other threads"
    gc.collect()
    gc.freeze()
    words = serve()
    if words is None:
        return 0
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    return cli.main(words)


if __name__ == "__main__":
    sys.exit(main())
