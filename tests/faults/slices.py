"""Long runs in slices: a file keeps what was done, each call adds a block and tells the total.

What was done on other code does not count: then the run begins anew.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation.lived_on import whole_digest

HOUR = 3600


@dataclass(slots=True)
class Tally:
    """The total of all slices so far."""

    file: Path | None
    whole: int
    """How many the full run has."""
    done: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)
    reached: str = ""
    """What the last one done goes by, where a number may mean another one in the next process."""

    @classmethod
    def read(cls, file: Path | None, whole: int) -> Tally:
        """What earlier slices left; nothing without a file."""
        if file is None or not file.exists():
            return cls(file, whole)
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept.get("code") != whole_digest():
            print(f"the code has changed: {kept['done']} done before do not count")
            return cls(file, whole)
        counts = Counter({str(name): int(n) for name, n in kept["counts"].items()})
        reached = kept.get("reached", "")
        return cls(file, whole, kept["done"], kept["seconds"], counts, kept["bad"], reached)

    def next(self, block: int | None) -> range:
        """The numbers of the slice to do now."""
        most = self.whole if block is None else min(self.done + block, self.whole)
        return range(self.done, most)

    def add(  # one slice, as it is told
        self,
        done: int,
        seconds: float,
        counts: Mapping[str, int],
        bad: Iterable[str],
        *,
        reached: str = "",
    ) -> None:
        """A slice that was done; written down at once."""
        self.done += done
        self.seconds += seconds
        self.counts.update(counts)
        self.bad += bad
        self.reached = reached
        if self.file is not None:
            kept = {
                "done": self.done,
                "seconds": self.seconds,
                "counts": self.counts,
                "bad": self.bad,
                "reached": self.reached,
                "code": whole_digest(),
            }
            part = self.file.with_suffix(".part")
            part.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
            part.replace(self.file)

    def told(self) -> int:
        """Print the total; 1 when anything was bad."""
        for line in self.bad:
            print(f"bad: {line}")
        for name, count in self.counts.items():
            print(f"{name}: {count}")
        each = self.seconds / max(self.done, 1)
        print(f"done: {self.done} of {self.whole}")
        print(f"ms_each: {1000 * each:.0f}")
        print(f"hours_left: {each * (self.whole - self.done) / HOUR:.1f}")
        return 1 if self.bad else 0


def with_slices(parser: argparse.ArgumentParser) -> None:
    """The options of a run in slices."""
    parser.add_argument("--resume", type=Path, help="file that keeps the total between slices")
    parser.add_argument("--block", type=int, help="so many now; the next call goes on after them")


def blocks(numbers: range, size: int) -> Sequence[range]:
    """A slice in steps after each of which the total is written."""
    return [numbers[at : at + size] for at in range(0, len(numbers), size)]
