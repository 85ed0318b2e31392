"""Every system call of the write path that touches a file of the team fails once.

`python -m tests.faults.syscalls [--sample N] [--only KIND] [--resume FILE] [--block N]`:
one pass of a tiny team (see, freeze, commit, write back, confirm, pages) runs in a process of its
own under `strace`. Each call is hit once by kill -9 and once each by EIO, ENOSPC and EACCES.
Afterwards each live book is whole, every token that people typed is kept, and the next runs end
exactly where an uncut run ends.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.errors import CrmError
from tests.faults.ground import Ground, lost, prepare, run, settled, torn
from tests.faults.quick import remembering
from tests.faults.slices import Tally, blocks, with_slices

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
        ["-o", os.devnull, "-e", f"inject={point.call}:{what}:when={point.nth}"],
    )
    words = [f"lost: {token}" for token in lost(ground)]
    aside = any(ground.place.rglob(".sheetcrm-*-aside*"))
    words += [] if aside else [f"torn: {name}" for name in torn(ground)]
    found = apart(lambda: settled(ground))
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


def apart(work: Callable[[], Any]) -> Any:
    """The answer of a work done in a process of its own; words when it failed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _end(work, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as said:
        raw = said.read()
    os.waitpid(child, 0)
    answer, raised = pickle.loads(raw) if raw else (None, "killed")
    return raised or answer


def _end(work: Callable[[], object], writer: int) -> None:
    """The end of a child: its answer, or the class of what it raised, goes into the pipe."""
    said: tuple[object, str] = (None, "")
    try:
        said = (work(), "")
    except BaseException as error:  # noqa: BLE001  # everything is an answer here
        kind = "" if isinstance(error, CrmError) else "!"
        said = (None, f"{kind}{type(error).__name__}: {error}"[:300])
        if os.environ.get("FAULTS_TRACE"):
            traceback.print_exc()
    finally:
        with suppress(BaseException), os.fdopen(writer, "wb") as stream:
            pickle.dump(said, stream)
        os._exit(0)


def _wanted() -> str:
    return ",".join(f"?{call}" for call in CALLS)


def _plain(text: str) -> str:
    """Paths as they are written: strace shows letters beyond ASCII in octal."""
    raw = re.sub(r"\\([0-7]{1,3})", lambda m: chr(int(m[1], 8)), text)
    return raw.encode("latin-1", "replace").decode("utf-8", "replace")


def _where(rest: str, ground: Ground) -> str:
    found = re.search(re.escape(str(ground.place)) + r"/?([^\">]*)", rest)
    return Path(found[1]).name if found else ""


def measure(
    sample: int | None, kinds: Sequence[str], *, seed: int = 1
) -> tuple[int, list[Outcome]]:
    """Number of points, and what came of each fault (of a random sample of them when told)."""
    root = Path(tempfile.mkdtemp(prefix="faults-"))
    try:
        with remembering():
            ground = prepare(root)
            points = points_of(ground)
            faults = [(point, kind) for kind in kinds for point in points]
            if sample is not None:
                faults = random.Random(seed).sample(faults, min(sample, len(faults)))
            return len(points), [strike(ground, point, kind) for point, kind in faults]
    finally:
        shutil.rmtree(root, ignore_errors=True)


def sliced(file: Path | None, block: int | None, kinds: Sequence[str], seed: int) -> int:
    """The next faults of all of them, shuffled once for all by the seed; 1 when any was bad."""
    root = Path(tempfile.mkdtemp(prefix="faults-"))
    try:
        with remembering():
            ground = prepare(root)
            points = points_of(ground)
            faults = [(point, kind) for kind in kinds for point in points]
            random.Random(seed).shuffle(faults)
            tally = Tally.read(file, len(faults))
            for numbers in blocks(tally.next(block), STEP):
                began = time.perf_counter()
                outcomes = [strike(ground, *faults[number]) for number in numbers]
                took = time.perf_counter() - began
                counts = Counter(outcome.kind.lower() for outcome in outcomes)
                tally.add(len(numbers), took, counts, [told(o) for o in outcomes if o.words])
    finally:
        shutil.rmtree(root, ignore_errors=True)
    code = tally.told()
    print(f"{tally.done - len(tally.bad)} passed, {len(tally.bad)} failed")
    return code


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
    asked = parser.parse_args(words)
    if asked.resume is not None or asked.block is not None:
        kinds = (asked.only,) if asked.only else KINDS
        return sliced(asked.resume, asked.block, kinds, asked.seed)
    began = time.perf_counter()
    points, outcomes = measure(
        asked.sample, (asked.only,) if asked.only else KINDS, seed=asked.seed
    )
    took = time.perf_counter() - began
    bad = [outcome for outcome in outcomes if outcome.words]
    for outcome in bad:
        print(f"bad: {told(outcome)}")
    print(f"points: {points}")
    print(f"faults: {len(outcomes)}")
    for kind in KINDS:
        print(f"{kind.lower()}: {sum(outcome.kind == kind for outcome in outcomes)}")
    print(f"stopped_in_our_words: {sum(bool(o.raised) and o.raised[0] != '!' for o in outcomes)}")
    print(f"stopped_in_foreign_words: {sum(o.raised.startswith('!') for o in outcomes)}")
    foreign = Counter(o.raised[1:].partition(":")[0] for o in outcomes if o.raised.startswith("!"))
    for name, count in foreign.most_common():
        print(f"  {name}: {count}")
    print(f"ms_a_fault: {took * 1000 / max(len(outcomes), 1):.0f}")
    print(f"{len(outcomes) - len(bad)} passed, {len(bad)} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
