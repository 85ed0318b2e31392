"""`python -m tests.live.dropped [--data DIR]`: real lists through «Входящие» of a running daemon.

A team of two is founded, its owner types a rule for the base into the book, and the daemon is
started as the scheduler starts it. Then the people, accounts and deals of the Maven data set and
the list of Russian suppliers are laid into the folder one after another, and the base is given out.
In the end each row of the files stands in the store once, each client has a manager by a rule, and
each client stands in its manager's book. Prints `name: value` lines and `N passed, N
failed`; exit 1 when anything failed.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from model.blueprint import Role
from model.records import Record
from sync.importing.run import INBOX, QUARANTINE
from sync.intake.dropping import DONE
from sync.opening import opened
from sync.scene import amount, text
from sync.settle.deals import CLIENT
from sync.team import Team, find_state
from tests.live.hand import Hand, renamed
from tests.live.keeper import Keeper, ask, keeping, until
from tests.live.office import Office, settle_in
from tests.live.parent import ROOT
from tests.sync.small_team import ZONE, FakeWorld, founded

PEOPLE, ACCOUNTS, DEALS = "maven_sales_teams.csv", "maven_accounts.csv", "maven_sales_pipeline.csv"
SUPPLIERS = "ru_building_suppliers_cp1251.csv"
FILES = (PEOPLE, ACCOUNTS, DEALS, SUPPLIERS)
COUNTS = {"people": 35, "accounts": 85, "suppliers": 541, "deals": 8_800, "unlinked": 1_425}
"""Rows of the files, and deals of the set that name no account."""
WON = Decimal(10_005_534)
RULE = {"name": "База всем", "kind": "база", "whom": "все", "way": "по очереди", "active": "да"}
TAKEN_WITHIN, SHOWN_WITHIN = 900.0, 2_400.0
STEP = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """What the store and the books hold in the end."""

    counts: dict[str, int]
    won: Decimal
    without_rule: int
    wrong_books: tuple[str, ...]
    in_quarantine: tuple[str, ...]

    @property
    def checks(self) -> dict[str, bool]:
        """What must hold."""
        counted = {f"{name} once": self.counts[name] == many for name, many in COUNTS.items()}
        return {
            **counted,
            "money of won deals": self.won == WON,
            "every client has a manager by a rule": self.without_rule == 0,
            "every client stands in its manager's book": not self.wrong_books,
            "nothing in quarantine": not self.in_quarantine,
        }


def run(ground: Path, place: Path, data: Path, told: Callable[[str], object]) -> Found:
    """One run over a copy of a founded team."""
    office = settle_in(ground, place / "office")
    look = Look(office)
    before = {table: frozenset(look.rows(table)) for table in ("clients", "deals", "staff")}
    office.owner.add("routing", RULE, renamed)
    with keeping(office.folder, office.root, place / "said.txt") as keeper:
        for name in FILES:
            told(f"{name}: {_dropped(office, data / name, keeper):.0f} s")
        given = ask("assign", "--base", "--team", str(office.folder), root=office.root, cwd=place)
        assert given.returncode == 0, given.stdout + given.stderr
        began = time.monotonic()
        until(lambda: not look.wrong_books(), "books", keeper, patience=SHOWN_WITHIN, every=STEP)
        told(f"books: {time.monotonic() - began:.0f} s")
        assert keeper.end() == 0, keeper.words
    return _found(look, before, _names(data / ACCOUNTS))


def _dropped(office: Office, source: Path, keeper: Keeper) -> float:
    """Seconds until a file was put away; it is laid down whole, as a program does it."""
    folder, began = office.folder / INBOX, time.monotonic()
    folder.mkdir(exist_ok=True)
    beside = folder / f"{source.name}.part"
    beside.write_bytes(source.read_bytes())
    beside.rename(folder / source.name)
    until(lambda: _away(office, source.name), source.name, keeper, patience=TAKEN_WITHIN)
    return time.monotonic() - began


def _away(office: Office, name: str) -> bool:
    return any((office.folder / place / name).exists() for place in (DONE, QUARANTINE))


def _names(accounts: Path) -> frozenset[str]:
    with accounts.open(encoding="utf-8", newline="") as lines:
        return frozenset(row["account"] for row in csv.DictReader(lines))


@dataclass(slots=True)
class Look:
    """The store and the books of a team that a daemon works with."""

    office: Office
    hands: dict[str, Hand] = field(default_factory=dict)

    @contextmanager
    def team(self) -> Iterator[Team]:
        office = self.office
        with opened(find_state(office.folder, office.root, office.folder)) as team:
            yield team

    def rows(self, table: str) -> Mapping[str, Record]:
        """Living rows of a table."""
        with self.team() as team, team.store.read() as reader:
            return dict(reader.rows(table))

    def wrong_books(self) -> tuple[str, ...]:
        """People whose book does not show every client that the store gives them."""
        theirs: dict[str, set[str]] = {}
        for row_id, client in self.rows("clients").items():
            theirs.setdefault(str(client.values.get("owner")), set()).add(row_id)
        self._meet()
        return tuple(who for who, rows in theirs.items() if not rows <= self._shown(who))

    def _meet(self) -> None:
        """Whoever has an own-rows book by now."""
        with self.team() as team, team.store.read() as reader:
            for book in reader.books():
                if book.role == Role.MANAGER.value and book.person not in self.hands:
                    self.hands[book.person] = Hand(book, team.path(book), team.blueprint)

    def _shown(self, who: str) -> set[str]:
        hand = self.hands.get(who)
        rows = () if hand is None else hand.look().tables["clients"].rows
        return {row.row_id for row in rows if row.row_id}


def _found(look: Look, before: Mapping[str, frozenset[str]], accounts: frozenset[str]) -> Found:
    fresh = {
        table: [row for i, row in look.rows(table).items() if i not in known]
        for table, known in before.items()
    }
    known = sum(text(row, "name") in accounts for row in fresh["clients"])
    won = [amount(row, "amount") for row in fresh["deals"] if text(row, "stage") == "Успешно"]
    return Found(
        counts={
            "people": len(fresh["staff"]),
            "accounts": known,
            "suppliers": len(fresh["clients"]) - known,
            "deals": len(fresh["deals"]),
            "unlinked": sum(CLIENT not in row.links for row in fresh["deals"]),
        },
        won=sum((value for value in won if value is not None), Decimal(0)),
        without_rule=sum(
            not (text(row, "owner") and text(row, "rule")) for row in fresh["clients"]
        ),
        wrong_books=look.wrong_books(),
        in_quarantine=tuple(p.name for p in (look.office.folder / QUARANTINE).glob("*")),
    )


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    asked = parser.parse_args(words)
    data = asked.data / "inputs" / "crm"
    if not data.is_dir():
        print(f"skipped: no real files at {data}")
        return 0
    with tempfile.TemporaryDirectory(prefix="dropped") as place:
        ground = Path(place) / "ground"
        founded(ground, FakeWorld(now=datetime.now(ZONE)))
        found = run(ground, Path(place), data, lambda line: print(line, flush=True))
    for name, count in found.counts.items():
        print(f"{name}: {count}")
    print(f"won: {found.won}\nwithout_rule: {found.without_rule}")
    for name in (*found.wrong_books, *found.in_quarantine):
        print(f"wrong: {name}")
    failed = [name for name, holds in found.checks.items() if not holds]
    for name in failed:
        print(f"failed: {name}")
    print(f"{len(found.checks) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
