"""`python -m tests.intake_facts --facts 1000000 [--first S]`: exactly once, many times over.

Facts of a telephony, a site and a bank come in blocks, each to a team of its own: every delivery
one to five times, in random order, with crashes in the middle of transactions. The block's store
must then hold what a team holds to which each delivery came once and in order. A block that does
not is named with the seed that replays it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import store.facts
import store.moves
import store.sums
from sync.importing import bring_reading
from sync.importing.asking import wish_of
from sync.intake.formats import recognised
from templates.blueprint import load
from tests.intake_events import Delivery, deliveries, state_of
from tests.sync.ledger import Ledger
from tests.worlds import world_of

BLOCK = 2_000
CRASHES = 0.1
"""Of deliveries that die somewhere inside, and come again."""
STEPS = ((store.facts, "add_many"), (store.moves, "move"), (store.sums, "replace"))


class Died(Exception):
    """The process was gone."""


@contextmanager
def crash(dice: Random) -> Iterator[None]:
    """One of the steps of a transaction dies, before it or after it."""
    module, name = dice.choice(STEPS)
    whole, late = getattr(module, name), dice.random() < 0.5

    def dies(*given, **named):
        if late:
            whole(*given, **named)
        raise Died

    setattr(module, name, dies)
    try:
        yield
    finally:
        setattr(module, name, whole)


class Team:
    """A team of one block."""

    def __init__(self, place: Path, seed: int) -> None:
        self.ledger = Ledger(place, load(2), departments=("Опт", "Розница"))
        self.world = world_of(lambda: self.ledger.now, Random(seed).randbytes)
        self.wish = wish_of(self.ledger.team, self.world.disk)

    def take(self, one: Delivery) -> None:
        reading = recognised(one.raw, one.name, self.wish)
        bring_reading(self.ledger.team, reading, one.name, world=self.world)

    def state(self) -> dict[str, list[str]]:
        with self.ledger.team.store.read() as reader:
            return state_of(reader)

    def close(self) -> None:
        self.ledger.team.store.close()


def differs(count: int, seed: int) -> tuple[str, int, int]:
    """What is otherwise after a block; how many deliveries and crashes there were."""
    brought, dice = deliveries(count, seed), Random(seed)
    again = [one for one in brought for _ in range(dice.randrange(1, 6))]
    crashes = 0
    with (
        tempfile.TemporaryDirectory() as one,
        tempfile.TemporaryDirectory() as other,
        closing(Team(Path(one), seed)) as straight,
        closing(Team(Path(other), seed)) as mixed,
    ):
        for delivery in brought:
            straight.take(delivery)
        for delivery in dice.sample(again, len(again)):
            if dice.random() < CRASHES:
                crashes += _dies(mixed, delivery, dice)
            mixed.take(delivery)
        left, right = straight.state(), mixed.state()
    wrong = [name for name in left if left[name] != right[name]]
    lost = [name for name, rows in left.items() if not rows]
    return ", ".join(wrong + lost), len(again), crashes


def _dies(team: Team, delivery: Delivery, dice: Random) -> int:
    try:
        with crash(dice):
            team.take(delivery)
    except Died:
        return 1
    return 0


def main(facts: int, first: int, block: int) -> int:
    """Print a line a block that is wrong, the counts, and the result."""
    done = delivered = crashes = failed = 0
    seed, began = first, time.monotonic()
    while done < facts:
        size = min(block, facts - done)
        wrong, times, died = differs(size, seed)
        if wrong:
            failed += 1
            print(f"FAILED {wrong}: python -m tests.intake_facts --facts {size} --first {seed}")
        done, delivered, crashes, seed = done + size, delivered + times, crashes + died, seed + 1
        print(f"{done} facts, {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"facts: {done}\ndeliveries: {delivered}\ncrashes: {crashes}")
    print(f"{seed - first - failed} passed, {failed} failed")
    return int(bool(failed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--facts", type=int, default=BLOCK)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--block", type=int, default=BLOCK)
    given = parser.parse_args()
    raise SystemExit(main(given.facts, given.first, given.block))
