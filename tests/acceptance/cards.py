"""Figures on clients' cards against the rows behind them, in LibreOffice, on the demo team.

`python -m tests.acceptance.cards --figures 200` opens books of the demo, types random clients into
the yellow cell as people would (name, short name, number, INN, phone in some spelling), and takes
that many figures of the cards. Each must be what the rows of the book add up to; besides, every
cell of each card must be what the daemon computes. It prints what differs, `name: value` lines and
`N passed, N failed`, and exits with 1 when anything failed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from shutil import copy
from zoneinfo import ZoneInfo

from bench.demo import DEMO, found_demo
from model.blueprint import Role
from model.records import BookState, Record
from sync.card.collect import Cards, cards_of
from sync.commands.as_of import month_as_of
from sync.commands.running import once
from sync.opening import opened
from sync.rights import plain_access
from sync.scene import Scene, fold, text
from sync.team import Team, find_state
from sync.thinking import compute
from sync.world.real import real_world
from tests.cards import differences, recounted, same, shown_cards, tables
from tests.scenarios.calc import Calc

BOOKS = 3
"""The head's book and two salespeople's."""
A_CARD = 5
"""Figures taken of one card."""
FIGURES = ("paid", "in_work", "debt", "deals", "payments", "tasks", "calls")
TOP = frozenset({"paid", "in_work", "debt"})


@dataclass(frozen=True, slots=True)
class Found:
    """One figure of a card and what its rows add up to."""

    where: str
    shown: object
    counted: float

    @property
    def right(self) -> bool:
        """Whether they are the same sum."""
        return same(self.shown, round(self.counted * 100) / 100) or same(
            self.shown, int(self.counted)
        )


def spelled(client: Record, number: str, chance: Random) -> str:
    """The client as a person may type it."""
    phone = "".join(c for c in text(client, "phone") if c.isdigit())[-10:]
    name = text(client, "name")
    ways = [name, number, text(client, "inn"), name.replace("«", "").replace("»", "")]
    if len(phone) == 10:
        ways += [f"8 ({phone[:3]}) {phone[3:6]}-{phone[6:8]}-{phone[8:]}", f"+7{phone}", phone]
    return chance.choice([way for way in ways if way])


def clients_of(scene: Scene, state: BookState, count: int, chance: Random) -> list[str]:
    """Clients of a book, such as one name, INN and phone tell apart."""
    rows = scene.rows["clients"]
    mine = [
        row_id
        for row_id, client in rows.items()
        if state.role == Role.OWNER.value or fold(client.values.get("owner")) == fold(state.person)
    ]
    seen: dict[tuple[str, str], int] = {}
    for client in rows.values():
        for field in ("name", "inn", "phone"):
            key = field, fold(client.values.get(field))
            seen[key] = seen.get(key, 0) + 1
    alone = [
        i
        for i in mine
        if all(
            not text(rows[i], f) or seen[f, fold(rows[i].values.get(f))] == 1
            for f in ("name", "inn", "phone")
        )
    ]
    return chance.sample(alone, min(count, len(alone)))


@dataclass(slots=True)
class Tally:
    """Figures taken, and what is wrong."""

    found: list[Found]
    apart: list[str]
    cards: int = 0

    @property
    def wrong(self) -> list[str]:
        """Everything that is not as it should be, in words."""
        figures = [
            f"{f.where}: {f.shown!r} shown, {f.counted} in rows" for f in self.found if not f.right
        ]
        return [*figures, *self.apart]


def look(calc: Calc, path: Path, cards: Cards, chosen: Sequence[str], chance: Random) -> Tally:
    """Cards of some clients in one book: figures against rows, cells against the daemon."""
    scene, tally = cards.scene, Tally([], [])
    rows = scene.rows["clients"]
    numbers = [scene.number("clients", i) for i in chosen]
    picks = [spelled(rows[i], n, chance) for i, n in zip(chosen, numbers, strict=True)]
    book = tables(path)
    for client, number, seen in zip(chosen, numbers, shown_cards(calc, path, picks), strict=True):
        tally.cards += 1
        tally.apart += differences(seen, cards.card(client))
        counted = recounted(book, number, scene.asof)
        for key in chance.sample(FIGURES, A_CARD):
            shown: object = seen.figure(key) if key in TOP else seen.count(key)
            tally.found.append(Found(f"{path.stem}, {number}, {key}", shown, counted[key]))
    return tally


def books_of(team: Team) -> list[BookState]:
    """The head's book and those of some salespeople."""
    with team.store.read() as reader:
        states = sorted(reader.books(), key=lambda s: (s.role != Role.OWNER.value, s.book))
    return [state for state in states if "#" not in state.book][:BOOKS]


def run(team: Team, figures: int, seed: int) -> Tally:
    """Look at enough cards of the team's books for that many figures."""
    chance, whole = Random(seed), Tally([], [])
    states, world = books_of(team), real_world(ZoneInfo(team.settings.zone), 0)
    each = -(-figures // (A_CARD * len(states)))
    today = world.now().date()
    with (
        tempfile.TemporaryDirectory(prefix="cards-") as folder,
        Calc(Path(folder) / "profile") as calc,
        month_as_of(team, world, today) as (month, settled),
    ):
        columns = compute(month.reader, settled, today).columns
        for state in states:
            path = Path(folder) / Path(state.path).name
            copy(team.path(state), path)
            role, who = Role(state.role), state.person
            cards = cards_of(month.reader, settled.scene, columns, plain_access(role, who))
            chosen = clients_of(settled.scene, state, each, chance)
            tally = look(calc, path, cards, chosen, chance)
            whole.found += tally.found
            whole.apart += tally.apart
            whole.cards += tally.cards
    return whole


def main(argv: Sequence[str] | None = None) -> int:
    """Take the figures; 1 when one of them is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.cards")
    parser.add_argument("--figures", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--team", type=Path, default=DEMO / "team")
    parser.add_argument("--state", type=Path, default=DEMO / "state")
    asked = parser.parse_args(argv)
    if asked.team == DEMO / "team":
        found_demo()
    with opened(find_state(asked.team, asked.state, Path.cwd())) as team:
        zone = ZoneInfo(team.settings.zone)
        once(team, real_world(zone, 0), dry_run=False)  # the books must be of today
        tally = run(team, asked.figures, asked.seed)
    wrong = tally.wrong
    for line in wrong:
        print(line)
    failed = sum(not figure.right for figure in tally.found)
    print(f"cards: {tally.cards}")
    print(f"figures: {len(tally.found)}")
    print(f"cells apart: {len(tally.apart)}")
    print(f"{len(tally.found) - failed} passed, {failed + len(tally.apart)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
