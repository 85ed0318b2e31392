"""Every system call of the write path that touches a file of the team fails once.

`python -m tests.faults.syscalls [--sample N] [--only KIND] [--resume FILE] [--block N]`:
one pass of a tiny team (see, freeze, commit, write back, confirm, pages) runs in a process of its
own under `strace`. Each call is hit once by kill -9 and once each by EIO, ENOSPC and EACCES.
Afterwards each live book is whole, every token that people typed is kept, and the next runs end
exactly where an uncut run ends. Each worker has a team of its own, on a file system in memory.
"""

from __future__ import annotations

import argparse
import gc
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from model.errors import CrmError
from tests.faults.ground import Ground, lost, prepare, run, settled, torn
from tests.faults.slices import Tally, blocks, with_slices
from tests.quick import remembering
from tests.simulation.office import memory_folder

KINDS = ("KILL", "EIO", "ENOSPC", "EACCES")
CALLS = (
    *("open", "openat", "creat", "read", "pread64", "readv", "write", "pwrite64", "writev"),
    *("fsync", "fdatasync", "rename", "renameat", "renameat2", "link", "linkat", "unlink"),
    *("unlinkat", "truncate", "ftruncate", "fallocate", "fcntl", "flock", "close", "stat"),
    *("fstat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "lseek"),
    *("chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "mkdir", "mkdirat", "rmdir"),
    *("getdents64", "mmap", "utimensat", "readlink", "readlinkat", "symlinkat"),
    *("copy_file_range", "sendfile"),
)
"""Calls that touch files; those that an architecture does not know are passed over."""
_CALL = re.compile(r"^(?:\[pid +\d+\] )?(\w+)\((.*)$")
PATIENCE = 120.0
STEP = 20
"""After so many faults the total is written down."""


@dataclass(frozen=True, slots=True)
class Point:
    """The nth call of a name since the pass began; `where` is what it touches."""

    call: str
    nth: int
    where: str


Fault = tuple[Point, str]
"""A call, and the kind of what hits it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one fault; no words mean that every promise held."""

    point: Point
    kind: str
    words: tuple[str, ...]
    raised: str = ""
    """Class of what left the pass; empty when it ended by itself or was killed."""


def points_of(ground: Ground) -> list[Point]:
    """Every call of an uncut pass that touches the team's files, in order."""
    ground.lay()
    with tempfile.NamedTemporaryFile("r", suffix=".strace") as said:
        traced(lambda: run(ground), ["-y", "-o", said.name, "-e", f"trace={_wanted()}"])
        lines = Path(said.name).read_text(encoding="utf-8", errors="replace").splitlines()
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        match = _CALL.match(line)
        if match is None:
            continue
        call, rest = match.groups()
        seen[call] += 1
        if str(ground.place) in _plain(rest):
            found.append(Point(call, seen[call], _where(_plain(rest), ground)))
    return found


def strike(ground: Ground, point: Point, kind: str) -> Outcome:
    """One fault at one point, and what is left of the team."""
    ground.lay()
    what = "signal=KILL" if kind == "KILL" else f"error={kind}"
    raised = traced(
        lambda: run(ground),
        ["-o", os.devnull, *_only(point.call, what, point.nth)],
    )
    words = [f"lost: {token}" for token in lost(ground)]
    aside = any(ground.place.rglob(".sheetcrm-*-aside*"))
    words += [] if aside else [f"torn: {name}" for name in torn(ground)]
    found = _settled(ground)
    if isinstance(found, str):
        words.append(f"no rest: {found}")
    else:
        words += [f"torn at rest: {name}" for name in torn(ground)]
        every = found.keys() | ground.uncut.keys()
        other = [key for key in sorted(every) if found.get(key) != ground.uncut.get(key)]
        words += [f"{k}: {ground.uncut.get(k)!r} -> {found.get(k)!r}" for k in other[:3]]
        left = [path.name for path in (ground.place / "team").rglob(".sheetcrm-*")]
        words += [f"left: {name}" for name in left]
    return Outcome(point, kind, tuple(words), raised)


def traced(work: Callable[[], object], options: Sequence[str]) -> str:
    """Class of what the work raised in a process of its own under strace; empty when nothing."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        os.write(writer, b"+")
        signal.sigwait({signal.SIGUSR1})
        _end(work, writer)
    os.close(writer)
    os.read(reader, 1)
    tracer = subprocess.Popen(
        ["strace", "-p", str(child), *options], stderr=subprocess.PIPE, text=True
    )
    assert tracer.stderr is not None
    first = tracer.stderr.readline()
    assert "attached" in first, first
    os.kill(child, signal.SIGUSR1)
    os.waitpid(child, 0)
    tracer.wait(PATIENCE)
    tracer.stderr.close()
    with os.fdopen(reader, "rb") as said:
        raw = said.read()
    return "" if not raw else str(pickle.loads(raw)[1])


def _settled(ground: Ground) -> Mapping[str, Any] | str:
    """Everything there is once the team has come to rest; words when it does not."""
    try:
        return settled(ground)
    except Exception as error:  # noqa: BLE001  # whatever is raised is a finding
        return _raised(error)


def _end(work: Callable[[], object], writer: int) -> None:
    """The end of a child: its answer, or the class of what it raised, goes into the pipe."""
    said: tuple[object, str] = (None, "")
    try:
        said = (work(), "")
    except BaseException as error:  # noqa: BLE001  # everything is an answer here
        said = (None, _raised(error))
    finally:
        with suppress(BaseException), os.fdopen(writer, "wb") as stream:
            pickle.dump(said, stream)
        os._exit(0)


def _only(call: str, what: str, nth: int) -> tuple[str, ...]:
    """Options of strace for one fault; calls of other names are not even looked at."""
    return "-e", f"trace={call}", "-e", f"inject={call}:{what}:when={nth}"


def _raised(error: BaseException) -> str:
    """Class and words of what was raised; a mark before what is not of our words."""
    if os.environ.get("FAULTS_TRACE"):
        traceback.print_exception(error)
    kind = "" if isinstance(error, CrmError) else "!"
    return f"{kind}{type(error).__name__}: {error}"[:300]


def _wanted() -> str:
    return ",".join(f"?{call}" for call in CALLS)


def _plain(text: str) -> str:
    """Paths as they are written: strace shows letters beyond ASCII in octal."""
    raw = re.sub(r"\\([0-7]{1,3})", lambda m: chr(int(m[1], 8)), text)
    return raw.encode("latin-1", "replace").decode("utf-8", "replace")


def _where(rest: str, ground: Ground) -> str:
    found = re.search(re.escape(str(ground.place)) + r"/?([^\">]*)", rest)
    return Path(found[1]).name if found else ""


@dataclass(frozen=True, slots=True)
class Stand:
    """A team to strike at, and every fault there is, in the order that the seed gives them."""

    ground: Ground
    points: int
    faults: Sequence[Fault]

    def strike(self, faults: Sequence[Fault]) -> list[Outcome]:
        """What came of some of the faults."""
        return [strike(self.ground, *fault) for fault in faults]


def turn(fault: Fault, seed: int) -> str:
    """Where a fault stands in the order of a seed, whichever other faults there are.

    Two passes differ by a page or two that the store writes, so a number would mean another fault
    in each process, and a run in slices would hit some twice and some never.
    """
    point, kind = fault
    return sha256(f"{seed} {kind} {point.call} {point.nth}".encode()).hexdigest()


def in_turn(points: Iterable[Point], kinds: Sequence[str], seed: int) -> list[Fault]:
    """Every kind of fault at every point, in the order of the seed."""
    faults = ((point, kind) for point in points for kind in kinds)
    return sorted(faults, key=partial(turn, seed=seed))


def after(reached: str, faults: Iterable[Fault], seed: int) -> list[Fault]:
    """The faults whose turn comes after the one that was reached."""
    return [fault for fault in faults if turn(fault, seed) > reached]


@contextmanager
def standing(kinds: Sequence[str], seed: int) -> Iterator[Stand]:
    """A team of this process; its folder is gone at the end."""
    root = memory_folder()
    try:
        with remembering():
            ground = prepare(root)
            points = points_of(ground)
            gc.collect()
            gc.freeze()  # a fork then copies less
            yield Stand(ground, len(points), in_turn(points, kinds, seed))
    finally:
        gc.unfreeze()
        shutil.rmtree(root, ignore_errors=True)


@cache
def _stand(kinds: Sequence[str], seed: int) -> Stand:
    """The team of a worker, until the worker ends."""
    stack = ExitStack()
    Finalize(None, stack.close, exitpriority=0)
    return stack.enter_context(standing(kinds, seed))


def _every(kinds: Sequence[str], seed: int) -> Sequence[Fault]:
    return _stand(kinds, seed).faults


def _struck(kinds: Sequence[str], seed: int, faults: Sequence[Fault]) -> list[Outcome]:
    return _stand(kinds, seed).strike(faults)


def measure(sample: int, kinds: Sequence[str], *, seed: int = 1) -> tuple[int, list[Outcome]]:
    """Number of points, and what came of a random sample of the faults."""
    with standing(kinds, seed) as stand:
        return stand.points, stand.strike(stand.faults[:sample])


def struck(  # what to do, and how much of it now
    kinds: Sequence[str],
    *,
    sample: int | None,
    file: Path | None,
    block: int | None,
    seed: int,
    workers: int,
) -> Tally:
    """The total with the next faults of all of them, or of a random sample."""
    with ProcessPoolExecutor(workers) as pool:
        tally = Tally.read(file, 0)
        rest = after(tally.reached, pool.submit(_every, kinds, seed).result(), seed)
        rest = rest if sample is None else rest[: max(sample - tally.done, 0)]
        tally.whole = tally.done + len(rest)
        now = rest if block is None else rest[:block]
        steps = [now[step.start : step.stop] for step in blocks(range(len(now)), STEP)]
        began = time.perf_counter()
        for step, outcomes in zip(
            steps, pool.map(partial(_struck, kinds, seed), steps), strict=True
        ):
            took, began = time.perf_counter() - began, time.perf_counter()
            bad = [told(outcome) for outcome in outcomes if outcome.words]
            reached = turn(step[-1], seed)
            tally.add(len(outcomes), took, _counts(outcomes), bad, reached=reached)
    return tally


def _counts(outcomes: Sequence[Outcome]) -> Counter[str]:
    """How many faults of each kind, and how the passes under them ended."""
    foreign = Counter(o.raised[1:].partition(":")[0] for o in outcomes if o.raised.startswith("!"))
    return Counter(
        {
            **Counter(outcome.kind.lower() for outcome in outcomes),
            "stopped_in_our_words": sum(o.raised[:1] not in {"", "!"} for o in outcomes),
            "stopped_in_foreign_words": foreign.total(),
            **{f"  {name}": count for name, count in foreign.items()},
        }
    )


def told(outcome: Outcome) -> str:
    """A fault that broke a promise."""
    at = outcome.point
    return f"{outcome.kind} at {at.call} {at.nth} of {at.where}: {'; '.join(outcome.words)}"


def main(words: Sequence[str] | None = None) -> int:
    """Print what came of the faults; 1 when a promise broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    with_slices(parser)
    parser.add_argument("--sample", type=int, help="so many random faults instead of every one")
    parser.add_argument("--only", choices=KINDS, help="one kind of fault")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(words)
    tally = struck(
        (asked.only,) if asked.only else KINDS,
        sample=asked.sample,
        file=asked.resume,
        block=asked.block,
        seed=asked.seed,
        workers=asked.workers,
    )
    code = tally.told()
    print(f"{tally.done - len(tally.bad)} passed, {len(tally.bad)} failed")
    return code


if __name__ == "__main__":
    sys.exit(main())
