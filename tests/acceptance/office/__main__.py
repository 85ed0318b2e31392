"""`python -m tests.acceptance.office --sessions N [--first S] [--resume FILE]`.

A person opens a book of a small team in a real LibreOffice, does random things and saves; the real
daemon makes its pass. What the document itself showed at the moment of saving must then be in the
store and in the book, or be asked about; every part and cell that is not the daemon's must be what
LibreOffice saved; the pass after it must write nothing. Prints `name: value` lines and
`N passed, N failed`. `--resume` keeps the number of the next session in a file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.acceptance.office.session import Lives

EVERY = 20
"""Sessions that one team lives through before another is founded."""


def main() -> int:
    """Print what was found."""
    options = _options()
    first = options.first
    if options.resume is not None and options.resume.exists():
        first = int(options.resume.read_text(encoding="utf-8"))
    done: Counter[str] = Counter()
    held = failed = 0
    with (
        tempfile.TemporaryDirectory(prefix="office-") as folder,
        Lives(Path(folder), EVERY) as all_,
    ):
        for number in range(first, first + options.sessions):
            seen = all_.session(number)
            done.update(seen.done)
            held += seen.held
            failed += bool(seen.wrong)
            for line in seen.wrong[:6]:
                print(f"session {number}: {line}", flush=True)
            if seen.wrong:
                print(f"    {seen.done}", flush=True)
            if options.resume is not None:
                options.resume.write_text(str(number + 1), encoding="utf-8")
    print(f"sessions: {options.sessions}, from {first}")
    print(f"held: {held}")
    print(f"did: {', '.join(f'{name} {count}' for name, count in done.most_common())}")
    print(f"{options.sessions - failed} passed, {failed} failed")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--resume", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
