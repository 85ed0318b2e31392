"""`python -m bench.writeback`: a hundred cells put into a large workbook, against reading it.

The reference is a full read by python-calamine of the same book in the same run. Every figure comes
from a process of its own, the best of `--runs`; ours covers open, patch, proof and write.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

from bench.books import DEALS, FOLDER, SIZES, crm_book, deal_count, product, quantity
from sync.ooxml import BookFile, Result, SetValue, patch

CELLS = 100
KB = 1024


def main() -> int:
    """Print the figures; 1 when the patch did not do what it was asked."""
    options = _options()
    if options.only:
        path = crm_book(options.size)
        print(json.dumps(measured(options.only, path, options.size)))
        return 0
    # a child begins with the peak of its parent, so the parent builds nothing itself
    subprocess.check_output(_child("build", options.size))
    path = crm_book(options.size)
    kinds = ["calamine", "ours", "rows"] + ["openpyxl"] * options.openpyxl
    figures = {kind: _best(kind, options.size, options.runs) for kind in kinds}
    print(f"book_mb: {path.stat().st_size / KB / KB:.1f}")
    for kind, (seconds, peak) in figures.items():
        print(f"{kind}_s: {seconds:.3f}")
        print(f"{kind}_peak_mb: {peak:.0f}")
    reference = figures["calamine"][0]
    if options.openpyxl:
        print(f"openpyxl_ratio: {figures['openpyxl'][0] / reference:.1f}")
    print(f"rows_ratio: {figures['rows'][0] / reference:.2f}")
    print(f"ratio: {figures['ours'][0] / reference:.2f}")
    print(f"peak_mb: {figures['ours'][1]:.0f}")
    return 0


def measured(kind: str, path: Path, size: str) -> tuple[float, float]:
    """Seconds and peak megabytes of one way to treat the book, in this process."""
    run = {
        "build": _built,
        "calamine": _calamine,
        "ours": _ours,
        "rows": _rows,
        "openpyxl": _openpyxl,
    }[kind]
    seconds = run(path, size)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB


def _best(kind: str, size: str, runs: int) -> tuple[float, float]:
    times = 1 if kind == "openpyxl" else runs
    found = [json.loads(subprocess.check_output(_child(kind, size))) for _ in range(times)]
    return min(f[0] for f in found), max(f[1] for f in found)


def _child(kind: str, size: str) -> list[str]:
    return [sys.executable, "-m", "bench.writeback", "--size", size, "--only", kind]


def _built(path: Path, size: str) -> float:
    assert path.exists(), size
    return 0.0


def _calamine(path: Path, size: str) -> float:
    from python_calamine import CalamineWorkbook

    start = time.perf_counter()
    book = CalamineWorkbook.from_path(path)
    rows = sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
    seconds = time.perf_counter() - start
    assert rows > deal_count(size)
    return seconds


def _ours(path: Path, size: str) -> float:
    target = FOLDER / "patched.xlsx"
    start = time.perf_counter()
    book = BookFile.open(path.read_bytes(), name=path.name)
    done = patch(book, edits(size))
    target.write_bytes(done.raw)
    seconds = time.perf_counter() - start
    results = [outcome.result for outcome in done.receipt.outcomes]
    assert results == [Result.APPLIED] * CELLS, results
    return seconds


def _rows(path: Path, size: str) -> float:
    """Every cell of the book read by our own scanner."""
    start = time.perf_counter()
    book = BookFile.open(path.read_bytes(), name=path.name)
    count = sum(len(row.cells) for sheet in book.sheets for row in book.rows(sheet.name))
    seconds = time.perf_counter() - start
    assert count > deal_count(size)
    return seconds


def _openpyxl(path: Path, size: str) -> float:
    import openpyxl

    start = time.perf_counter()
    book = openpyxl.load_workbook(path)
    for edit in edits(size):
        assert isinstance(edit.new, str | Decimal)
        book[edit.sheet][edit.cell] = edit.new
    book.save(FOLDER / "openpyxl.xlsx")
    return time.perf_counter() - start


def edits(size: str) -> list[SetValue]:
    """Texts and numbers all over the deals, each with the value that must still be there."""
    count = deal_count(size)
    asked = []
    for index in range(CELLS):
        deal = index * (count // CELLS)
        if index % 2:
            old, new = Decimal(quantity(deal)), Decimal(quantity(deal)) + Decimal("0.5")
            asked.append(SetValue(DEALS, f"Q{deal + 2}", old, new))
        else:
            asked.append(SetValue(DEALS, f"P{deal + 2}", product(deal), f"{product(deal)} новый"))
    return asked


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="L")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--openpyxl", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--only", choices=("build", "calamine", "ours", "rows", "openpyxl"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
