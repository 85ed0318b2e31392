"""`python -m bench.read`: a large workbook read again after a one-row edit, against reading it.

The reference is a full read by python-calamine of the same book in the same run. `full` is our own
first read of every cell, `again` the second read that builds on it, `ours` the second read after
our own write of a hundred cells. Every figure comes from a process of its own, the best of
`--runs`; times are of the processor, so that a busy machine disturbs the ratio less.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import resource
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

from bench.books import DEALS, SIZES, crm_book, deal_count
from bench.writeback import edits
from sync.ooxml import ANY, BookFile, Edit, Lines, Result, SetValue, patch, read_lines

KB = 1024
KINDS = ("calamine", "full", "again", "ours")


def main() -> int:
    """Print the figures; 1 when a second read gave anything else than a first one."""
    options = _options()
    if options.only:
        print(json.dumps(measured(options.only, options.size)))
        return 0
    subprocess.check_output(_child("build", options.size))
    found = {kind: _best(kind, options.size, options.runs) for kind in KINDS}
    reference = found["calamine"][0]
    print(f"book_mb: {crm_book(options.size).stat().st_size / KB / KB:.1f}")
    for kind, (seconds, peak) in found.items():
        print(f"{kind}_s: {seconds:.3f}")
        print(f"{kind}_peak_mb: {peak:.0f}")
    print(f"full_ratio: {found['full'][0] / reference:.2f}")
    print(f"own_write_ratio: {found['ours'][0] / reference:.2f}")
    print(f"ratio: {found['again'][0] / reference:.2f}")
    return 0


def measured(kind: str, size: str) -> tuple[float, float]:
    """Seconds and peak megabytes of one way to read the book, in this process."""
    path = crm_book(size)
    match kind:
        case "calamine":
            seconds = _calamine(path, size)
        case "full":
            start = time.process_time()
            read_all(path.read_bytes(), None)
            seconds = time.process_time() - start
        case "again":
            one: list[Edit] = [SetValue(DEALS, f"G{deal_count(size) // 2}", ANY, Decimal(7))]
            seconds = _again(path, one)
        case "ours":
            seconds = _again(path, [*edits(size)])
        case _:
            seconds = 0.0
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB


def read_all(
    raw: bytes, known: tuple[BookFile, dict[str, Lines]] | None
) -> tuple[BookFile, dict[str, Lines]]:
    """Every filled cell of the book, built on its earlier state if there is one."""
    gc.disable()
    book = BookFile.open(raw, name="книга.xlsx", known=known[0] if known else None)
    found = {}
    for sheet in book.sheets:
        before = (known[0], known[1][sheet.name]) if known else None
        found[sheet.name] = read_lines(book, sheet.name, before)
    gc.enable()
    return book, found


def _again(path: Path, asked: list[Edit]) -> float:
    known = read_all(path.read_bytes(), None)
    done = patch(known[0], asked)
    assert all(o.result is Result.APPLIED for o in done.receipt.outcomes)
    start = time.process_time()
    new = read_all(done.raw, known)
    seconds = time.process_time() - start
    assert new[1][DEALS] == read_all(done.raw, None)[1][DEALS]
    return seconds


def _calamine(path: Path, size: str) -> float:
    from python_calamine import CalamineWorkbook

    raw = path.read_bytes()
    start = time.process_time()
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    rows = sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
    seconds = time.process_time() - start
    assert rows > deal_count(size)
    return seconds


def _best(kind: str, size: str, runs: int) -> tuple[float, float]:
    found = [json.loads(subprocess.check_output(_child(kind, size))) for _ in range(runs)]
    return min(f[0] for f in found), max(f[1] for f in found)


def _child(kind: str, size: str) -> list[str]:
    return [sys.executable, "-m", "bench.read", "--size", size, "--only", kind]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="L")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=("build", *KINDS))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
