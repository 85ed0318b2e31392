"""What our tests assume, asked of the real programs.

    python -m tests.assumptions google --key KEY.json --sheet ADDRESS [--point NAME] [--record FILE]
    python -m tests.assumptions excel [--point NAME] [--by-hand]

Ends with 0 when all is as assumed, 1 when something is not, 4 where the program is not there: then
it says what it would have asked. `--by-hand` asks points for which a person must press keys.
"""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

from tests.assumptions import excel
from tests.google import unknowns

ABSENT = 4


def main(words: list[str] | None = None) -> int:
    """Run from the command line."""
    given = list(sys.argv[1:] if words is None else words)
    if given[:1] == ["google"]:
        return unknowns.main(given[1:])
    asked = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    asked.add_argument("program", choices=("google", "excel"))
    asked.add_argument("--point", action="append", default=[])
    asked.add_argument("--by-hand", action="store_true")
    return _excel(asked.parse_args(given))


def _excel(given: Namespace) -> int:
    known = (*excel.POINTS, *(excel.BY_HAND if given.by_hand else ()))
    points = tuple(one for one in known if not given.point or one.__name__ in given.point)
    with tempfile.TemporaryDirectory() as place:
        try:
            with excel.excel_with(Path(place) / "sheetcrm-проба.xlsx") as desk:
                odd = 0
                for name, found in excel.asked(desk, points):
                    print(f"{name}: {found}")
                    odd += found != excel.OK
        except excel.ExcelAbsent as absent:
            print(f"refused: {absent}. Where Excel is, this asks:")
            for one in points:
                print(f"  {one.__name__}: {(one.__doc__ or '').splitlines()[0]}")
            return ABSENT
    return 1 if odd else 0


if __name__ == "__main__":
    sys.exit(main())
