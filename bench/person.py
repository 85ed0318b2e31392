"""What stands outside the daemon in `bench.cycle`, each call a process of its own.

`python -m bench.person type BOOK ROW` types into the comment of a deal and saves; `python -m
bench.person read BOOK` prints the seconds of the processor that python-calamine takes to read it.
"""

from __future__ import annotations

import io
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.books import DEALS
from sync.ooxml import ANY, BookFile, Result, SetValue, col_letter, patch, read_lines

READS = 2
"""The first read of a process is slower than the others."""


def main() -> int:
    """Do what the first argument names to the book of the second."""
    verb, path, *row = sys.argv[1:]
    if verb == "type":
        type_and_save(Path(path), int(row[0]))
    else:
        print(calamine_seconds(Path(path).read_bytes()))
    return 0


def type_and_save(path: Path, row: int) -> None:
    """Another comment stands in the row of «Сделки»."""
    book = BookFile.open(path.read_bytes(), name=path.name)
    keys = read_lines(book, DEALS).rows[1]
    (col,) = (c for c, cell in keys.items() if cell.text == "deals.note")
    text = f"Позвонить после обеда {datetime.now(UTC)}"
    done = patch(book, [SetValue(DEALS, f"{col_letter(col)}{row}", ANY, text)])
    assert done.receipt.outcomes[0].result is Result.APPLIED, done.receipt.outcomes
    path.write_bytes(done.raw)


def calamine_seconds(raw: bytes) -> float:
    """Seconds of the processor for a full read, the quickest of a few."""
    from python_calamine import CalamineWorkbook

    def read() -> float:
        start = time.process_time()
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        assert all(book.get_sheet_by_name(name).to_python() or True for name in book.sheet_names)
        return time.process_time() - start

    return min(read() for _ in range(READS))


if __name__ == "__main__":
    sys.exit(main())
