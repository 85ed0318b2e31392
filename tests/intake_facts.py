"""`python -m tests.intake_facts --facts 1000000 [--resume FILE] [--first S]`: exactly once.

Facts of a telephony, a site and a bank come in blocks, each to a team of its own: every piece one
to five times, as requests through the landing file and the inbox and as files in «Входящие», in
random order. Transactions are broken off, and the process that takes things in is killed at any of
the steps between the sender and the sums; a new one goes on. After a pass that settles everything
the store must hold what a team holds to which each piece came once and in order. A block that does
not is named with the seed that replays it.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import store.facts
import store.inbox
import store.moves
import store.sums
from model.arrivals import Landed
from model.blueprint import Blueprint
from store.landing import Landing
from sync.importing.run import INBOX, QUARANTINE
from sync.intake import arrival, dropping
from sync.intake.http.payload import FORM, key_of, payload_of
from sync.known import Known
from templates.blueprint import load
from tests.faults.slices import Tally, blocks, with_slices
from tests.intake_events import Delivery, state_of, story_of
from tests.sync.ledger import Ledger
from tests.worlds import world_of

BLOCK = 5_000
PORTION = 200
"""Deliveries between two looks of the daemon, which takes as many requests at once."""
BROKEN = 0.15
"""Of looks in which a transaction is broken off."""
KILLS = 4
"""Processes of a block that are killed; the next one may end in peace."""
DEPARTMENTS = ("Опт", "Розница")
STEPS: tuple[tuple[object, str], ...] = (
    (Landing, "land"),
    (Landing, "forget"),
    (store.inbox, "take"),
    (store.inbox, "settle"),
    (store.facts, "add_many"),
    (store.moves, "move"),
    (store.sums, "replace"),
)
KILLED = 9


class Died(BaseException):
    """A transaction was broken off; nothing of the program may catch it."""


def _break_off() -> None:
    raise Died


def _kill() -> None:
    os._exit(KILLED)


@contextmanager
def doomed(dice: Random, end: Callable[[], None]) -> Iterator[None]:
    """One of the steps ends everything, before it or after it, the first time or a later one."""
    owner, name = dice.choice(STEPS)
    whole, late = getattr(owner, name), dice.random() < 0.5
    spared = itertools.count(-dice.randrange(3))

    def ends(*given, **named):
        if next(spared) != 0:
            return whole(*given, **named)
        if late:
            whole(*given, **named)
        return end()

    setattr(owner, name, ends)
    try:
        yield
    finally:
        setattr(owner, name, whole)


class Office:
    """A team of one block, and what takes things in for it."""

    def __init__(self, ground: Path, place: Path, shape: Blueprint, chance: Random) -> None:
        if not place.exists():
            shutil.copytree(ground, place)
            (place / INBOX).mkdir()
        self.place = place
        self.ledger = Ledger(place, shape, departments=DEPARTMENTS, begun=True)
        self.world = world_of(lambda: self.ledger.now, chance.randbytes)
        self.landing = Landing.of(place)
        self.known, self.looks = Known(), dropping.Looks()
        self.files = itertools.count(1)

    def give(self, given: Sequence[Delivery]) -> None:
        """Requests are answered and files lie in the folder."""
        asked = [one for one in given if one.source]
        if asked:
            self.landing.land([self._landed(one) for one in asked])
        for one in given:
            if not one.source:
                name = f"{next(self.files)} {self.world.random_bytes(4).hex()} {one.name}"
                (self.place / INBOX / name).write_bytes(one.raw)

    def _landed(self, one: Delivery) -> Landed:
        key = key_of(payload_of(FORM, one.raw), one.raw)
        return Landed(one.source, key, self.ledger.now, FORM, one.raw)

    def take(self) -> None:
        """What the service does between two passes."""
        team = self.ledger.team
        arrival.take_in(team, self.world, self.landing, known=self.known)
        for _ in range(2):  # a file must look the same twice
            dropping.take_in(team, self.world, self.looks)

    def state(self) -> dict[str, list[str]]:
        """What the team holds after everything was linked, followed and counted."""
        self.ledger.link()
        with self.ledger.team.store.read() as reader:
            found = state_of(reader)
            waiting = reader.waiting_arrivals(limit=1)
            found["left"] = [str(row.number) for row in (*waiting, *reader.quarantine())]
        lying = [*(self.place / INBOX).glob("*.txt"), *(self.place / QUARANTINE).glob("*")]
        found["left"] += [path.name for path in lying]
        return found

    def close(self) -> None:
        self.landing.close()
        self.ledger.team.store.close()


@dataclass(slots=True)
class Block:
    """What a block showed."""

    wrong: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)


def block_of(ground: Path, shape: Blueprint, count: int, seed: int, *, kills: int = KILLS) -> Block:
    """A block of facts, to one team in order and to another one as it comes."""
    story, dice = story_of(count, seed), Random(seed)
    again = story.again(dice)
    with tempfile.TemporaryDirectory(prefix="facts") as place:
        straight = Office(ground, Path(place) / "straight", shape, Random(seed))
        straight.give(story.once())
        straight.take()
        left = straight.state()
        straight.close()
        lives = Lives(ground, Path(place) / "mixed", shape, again, seed)
        found = lives.all(kills)
        mixed = Office(ground, lives.place, shape, Random(f"{seed} end"))
        mixed.take()
        right = mixed.state()
        mixed.close()
    expected = {"calls": count * 6 // 10, "leads": count * 2 // 10, "left": 0}
    wrong = [name for name in left if left[name] != right[name]]
    wrong += [f"{name} at all" for name, most in expected.items() if len(left[name]) != most]
    found |= Counter(facts=count, deliveries=len(again))
    return Block(tuple(wrong), found)


@dataclass(slots=True)
class Lives:
    """The processes that take in a block, one after the death of another."""

    ground: Path
    place: Path
    shape: Blueprint
    given: Sequence[Delivery]
    seed: int
    done: int = 0
    """Portions whose senders heard that they were taken."""

    def all(self, kills: int) -> Counter[str]:
        """Crashes until everything was delivered; the last process is spared."""
        told: Counter[str] = Counter()
        for life in itertools.count():
            told += self._one(life, is_spared=life >= kills)
            if self.done * PORTION >= len(self.given):
                return told
        raise AssertionError  # lives have no end

    def _one(self, life: int, *, is_spared: bool) -> Counter[str]:
        """The crashes of one life; what it was told before its death is kept."""
        hears, says = os.pipe()
        child = os.fork()
        if not child:
            os.close(hears)
            self._live(life, says, is_spared=is_spared)
        os.close(says)
        with os.fdopen(hears) as lines:
            words = Counter(lines.read().split())
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code not in {0, KILLED}:
            raise RuntimeError(f"a process ended with {code}")
        self.done += words["taken"]
        return Counter(broken=words["broken"], killed=int(code == KILLED))

    def _live(self, life: int, says: int, *, is_spared: bool) -> None:
        """The work of a process, which never returns."""
        code = 1
        try:
            dice = Random(f"{self.seed} {life}")
            office = Office(self.ground, self.place, self.shape, dice)
            numbers = range(self.done, -(-len(self.given) // PORTION))
            end = numbers.stop if is_spared else self.done + dice.randint(0, len(numbers) // KILLS)
            for number in numbers:
                with doomed(dice, _kill) if number >= end else _peace():
                    self._portion(office, number, says, dice)
            office.close()
            code = 0
        finally:
            os._exit(code)

    def _portion(self, office: Office, number: int, says: int, dice: Random) -> None:
        given = self.given[number * PORTION : (number + 1) * PORTION]
        if dice.random() < BROKEN:
            try:
                with doomed(dice, _break_off):
                    office.give(given)
                    office.take()
            except Died:
                os.write(says, b"broken ")
                office.give(given)  # nobody was answered: sent again
        else:
            office.give(given)
        os.write(says, b"taken ")
        office.take()


@contextmanager
def _peace() -> Iterator[None]:
    yield


@contextmanager
def ground_of(shape: Blueprint) -> Iterator[Path]:
    """A founded team that has settled once, to be copied for each block."""
    with tempfile.TemporaryDirectory(prefix="ground") as place:
        ledger = Ledger(Path(place), shape, departments=DEPARTMENTS)
        ledger.link()
        ledger.team.store.close()
        yield Path(place)


def main(words: Sequence[str]) -> int:
    """Print the blocks that are wrong, the counts, and the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--facts", type=int, default=BLOCK)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--size", type=int, default=BLOCK, help="facts of one block")
    with_slices(parser)
    asked = parser.parse_args(words)
    tally = Tally.read(asked.resume, asked.facts)
    shape = load(2)
    with ground_of(shape) as ground:
        for part in blocks(tally.next(asked.block), asked.size):
            began, seed = _spent(), asked.first + part.start // asked.size
            found = block_of(ground, shape, len(part), seed)
            call = f"python -m tests.intake_facts --facts {len(part)} --first {seed}"
            bad = [f"{', '.join(found.wrong)}: {call}"] if found.wrong else []
            tally.add(len(part), _spent() - began, found.counts, bad)
            print(f"{tally.done} facts, {tally.seconds:.0f} s", file=sys.stderr)
    code = tally.told()
    print(f"{-(-tally.done // asked.size) - len(tally.bad)} passed, {len(tally.bad)} failed")
    return code


def _spent() -> float:
    """Seconds of the processor, of the ended processes too."""
    return sum(os.times()[:4])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
