"""`python -m tests.acceptance.damage [--days N]`: mass damage against ordinary days.

Every kind of damage is done to every book of the demo team; the rule must hold it, or, where the
specification says so, take it without moving a value. Then so many ordinary days are lived; fewer
than one in a hundred may be held. Nothing is written. Prints `name: value` lines and
`N passed, N failed`; exit 1 when anything failed. `--words` shows what people read.
"""

from __future__ import annotations

import argparse
import sys
from random import Random

from tests.acceptance.damage.days import live
from tests.acceptance.damage.ground import Ground, grounds
from tests.acceptance.damage.kinds import KINDS, TAKEN, spoil
from tests.acceptance.damage.structure import STRUCTURES, struck

ALLOWED = 0.01


def main() -> int:
    """Print what was held and what was not."""
    options = _options()
    failed = passed = 0
    with grounds() as found:
        for kind in KINDS:
            wrong = _wrong(found, kind.name, options.seed)
            print(f"{kind.name}: {wrong or ('taken' if kind.words == TAKEN else 'held')}")
            passed, failed = passed + (not wrong), failed + bool(wrong)
            if options.words and kind.words != TAKEN and not wrong:
                print(f"    {_words(found[0], kind.name, options.seed)}")
        held = _days(found, options.days, options.seed)
    for name, wrong in struck(STRUCTURES if options.books else ()):
        print(f"{name}: {wrong or 'ok'}")
        passed, failed = passed + (not wrong), failed + bool(wrong)
    share = len(held) / max(options.days, 1)
    print(f"days: {options.days}")
    print(f"held_days: {len(held)}")
    for said in held[:10]:
        print(f"    {said}")
    passed, failed = passed + (share < ALLOWED), failed + (share >= ALLOWED)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def _wrong(found: tuple[Ground, ...], name: str, seed: int) -> str:
    kind = next(k for k in KINDS if k.name == name)
    for ground in found:
        if kind.owner_only and ground.state.role != "owner":
            continue
        said = spoil(ground, kind, Random(f"{seed} {name} {ground.state.book}"))
        if said:
            return f"{ground.state.book}: {said}"
    return ""


def _words(ground: Ground, name: str, seed: int) -> str:
    kind = next(k for k in KINDS if k.name == name)
    sides = ground.sides[kind.table]
    chance = Random(f"{seed} {name} {ground.state.book}")
    hold = ground.saved(kind.table, kind.harm(sides.read, chance)).hold
    return "" if hold is None else ground.words(hold)


def _days(found: tuple[Ground, ...], days: int, seed: int) -> list[str]:
    held = []
    for day in range(days):
        ground = found[day % len(found)]
        said = live(ground, Random(f"{seed} day {day}"))
        if said:
            held.append(f"day {day}, {ground.state.book}: {said}")
        if sys.stderr.isatty() and day % 50 == 0:
            print(f"\r{day}", end="", file=sys.stderr)
    return held


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--words", action="store_true", help="show what people read")
    parser.add_argument("--books", action=argparse.BooleanOptionalAction, default=True,
                        help="damage to real files too")  # fmt: skip
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
