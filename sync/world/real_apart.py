"""Work on bytes of strangers in a process of its own, with limits of memory and time.

The child sets its limits before it imports anything of ours: on POSIX `setrlimit`, on Windows the
parent puts it into a job. It gets the bytes through its input, so it opens no file. A wait that
lasts too long ends it from outside.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer

from sync.world import Broke, Limits
from sync.world.real_job import Job, job_of

ROOT = Path(__file__).parents[2]
"""Where the rooms lie: the checkout, or `sheetcrm/_app`."""
NO_MEMORY, TOO_LONG = 17, 18
"""Codes with which the child says why it ended."""
_REARM = 2_000
"""Lines after which a wait counts anew: who reads them may be slower than who writes."""
_KILLED = {-9: "memory", -24: "time", NO_MEMORY: "memory", TOO_LONG: "time"}
_CHILD = f"""
import os, sys
root, work, memory, seconds = sys.argv[1:5]
try:
    import resource, signal
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    late = max(int(float(seconds)), 1)
    resource.setrlimit(resource.RLIMIT_CPU, (late, late + 5))
    signal.signal(signal.SIGXCPU, lambda *_: os._exit({TOO_LONG}))
except ImportError:
    pass
sys.path.insert(0, root)
try:
    from importlib import import_module
    module, name = work.split(":")
    source, out = sys.stdin.buffer, sys.stdout.buffer
    size = int(source.readline())
    asked = source.read(size)
    for line in getattr(import_module(module), name)(asked, source.read()):
        out.write(line)
    out.flush()
    os._exit(0)
except MemoryError:
    os._exit({NO_MEMORY})
"""


@contextmanager
def apart(work: str, asked: bytes, raw: bytes, limits: Limits) -> Iterator[Iterator[bytes]]:
    """The lines of the work; leaving the block ends its process."""
    command = [sys.executable, "-c", _CHILD, str(ROOT), work, str(limits.memory)]
    child = subprocess.Popen(  # noqa: S603  # our own interpreter with our own words
        [*command, str(limits.seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    job = job_of(child, limits)
    try:
        yield _lines(child, (str(len(asked)).encode() + b"\n", asked, raw), limits)
    finally:
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        child.wait()
        _close(job)


def _close(job: Job | None) -> None:
    if job is not None:
        job.close()


def _lines(
    child: subprocess.Popen[bytes], said: tuple[bytes, ...], limits: Limits
) -> Iterator[bytes]:
    late: list[bool] = []

    def stop() -> None:
        late.append(True)
        child.kill()

    def armed() -> Timer:
        timer = Timer(limits.seconds, stop)
        timer.daemon = True
        timer.start()
        return timer

    timer = armed()
    try:
        _feed(child, said)
        for number, line in enumerate(child.stdout or (), 1):
            yield line
            if number % _REARM == 0:
                timer.cancel()
                timer = armed()
        code = child.wait()
    finally:
        timer.cancel()
    if late or code:
        raise Broke("time" if late else _KILLED.get(code, "crash"))


def _feed(child: subprocess.Popen[bytes], said: tuple[bytes, ...]) -> None:
    """The question and the bytes; a child that ends before it heard all tells by its code."""
    if child.stdin is None:
        return
    with suppress(OSError):
        for part in said:
            child.stdin.write(part)
        child.stdin.close()
