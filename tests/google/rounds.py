"""A team lives in Google: rounds of edits by several people, failures on the way, and the ledger.

    python -m tests.google.rounds --rounds 50 [--seed 1] [--mixed]

Every round people type, sort, insert, delete, copy and rename in spreadsheets (and with `--mixed`
in the owner's file, too); while the pass works, others go on editing between any two requests, and
requests fail in every way that the emulator knows. Then passes run until nothing moves. What was
typed must be in the store, in its history or in a question; the books must show what the store
holds; sums must be right. A cell that somebody types into in the moment between our last look and
our write cannot be saved by anybody: such cells are counted apart.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from model.canon import canon
from model.errors import GoogleAway, GoogleUnsettled, WorkbookChanged
from model.records import Stance
from model.values import Fault
from tests.google.emulator.faults import Call, Kind
from tests.google.office import Cloudy, Hand, few_rows
from tests.sync.teams import HEAD, HIS, close, few_spare_rows, found_office

MOST_PASSES = 30
FAULTS_A_ROUND = 2
MEANWHILE = 0.15
"""Chance that somebody edits before a request."""
FORGIVEN = (GoogleAway, GoogleUnsettled, WorkbookChanged)
TYPED = {"clients": ("note", "phone", "city"), "deals": ("next_step", "note")}


@dataclass
class Typed:
    """One value that a person typed."""

    book: str
    table: str
    row_id: str
    field: str
    value: str
    in_window: bool = False


@dataclass
class Life:
    """A team, its people and what they typed."""

    cloudy: Cloudy
    chance: random.Random
    books: tuple[str, ...]
    """Those that are spreadsheets."""
    typed: list[Typed] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    numbers: int = 0

    def text(self) -> str:
        """A text that nobody typed before."""
        self.numbers += 1
        return f"слово {self.numbers}"

    def deed(self, *, in_window: bool = False) -> None:
        """Somebody does something in a spreadsheet."""
        book = self.chance.choice(self.books)
        hand = self.cloudy.hand(book)
        deeds: list[tuple[int, Callable[[Hand, str, bool], None]]] = [
            (12, self._put),
            (3, self._add),
            (2, self._sort),
            (2, self._insert),
            (1, self._delete),
            (1, self._unlock),
            (1, self._rename),
        ]
        work = self.chance.choices([d for _, d in deeds], [w for w, _ in deeds])[0]
        work(hand, book, in_window)

    def _table(self) -> str:
        return self.chance.choice(sorted(TYPED))

    def _put(self, hand: Hand, book: str, in_window: bool) -> None:
        table = self._table()
        _, keys = hand.tab(table)
        fields = [f for f in TYPED[table] if f in keys]
        rows = sorted(hand.rows(table))
        if not rows or not fields:
            return
        row_id, name, value = self.chance.choice(rows), self.chance.choice(fields), self.text()
        hand.put(table, row_id, **{name: value})
        self._typed(Typed(book, table, row_id, name, value, in_window))

    def _typed(self, one: Typed) -> None:
        """Typed over by the same hands before any pass saw it: the older word is given up."""
        self.typed.append(one)
        self.told["cells typed"] += 1

    def _add(self, hand: Hand, book: str, in_window: bool) -> None:
        value = self.text()
        hand.add("clients", name=f"ООО «{value}»", note=value)
        self._typed(Typed(book, "clients", "", "note", value, in_window))
        self.told["rows added"] += 1

    def _sort(self, hand: Hand, book: str, in_window: bool) -> None:
        hand.sort(self._table(), self.chance.choice(("row_id", "note")), down=self._coin())
        self.told["sorts"] += 1

    def _insert(self, hand: Hand, book: str, in_window: bool) -> None:
        hand.insert(self._table(), self.chance.randrange(3, 9))
        self.told["rows inserted"] += 1

    def _delete(self, hand: Hand, book: str, in_window: bool) -> None:
        table = self._table()
        rows = sorted(hand.rows(table))
        if len(rows) > 4:
            row_id = self.chance.choice(rows)
            self._give_up(book, table, row_id)
            hand.delete(table, row_id)
            self.told["rows deleted"] += 1

    def _give_up(self, book: str, table: str, row_id: str) -> None:
        """What nobody but the one who deletes the row has ever read is theirs to delete."""
        words = self._words()
        for one in list(self.typed):
            place = (one.book, one.table, one.row_id) == (book, table, row_id)
            if place and one.value not in words:
                self.typed.remove(one)
                self.told["deleted unread"] += 1

    def _unlock(self, hand: Hand, book: str, in_window: bool) -> None:
        tab, _ = hand.tab(self._table())
        tab.protections.clear()
        self.cloudy.google.cloud.touched(hand.book.id)
        self.told["locks removed"] += 1

    def _rename(self, hand: Hand, book: str, in_window: bool) -> None:
        hand.rename("clients", f"Клиенты {self.chance.randrange(100)}")
        self.told["tabs renamed"] += 1

    def _coin(self) -> bool:
        return self.chance.random() < 0.5

    def round(self, deeds: int) -> None:
        """Edits, failures, and passes until all is quiet."""
        faults = self.cloudy.google.faults
        for _ in range(deeds):
            self.deed()
        if self.told["rounds"] % 5 == 4 and HEAD not in self.books:
            self._in_file()
        for _ in range(FAULTS_A_ROUND):
            after = self.chance.randrange(6)
            faults.add(self.chance.choice(list(Kind)), _nth(after))
        faults.between = self._meanwhile
        self._rest(busy=True)
        faults.between = None
        faults.waiting.clear()
        self._rest(busy=False)
        self.told["rounds"] += 1

    def _in_file(self) -> None:
        office = self.cloudy.office
        rows = sorted(office.rows("clients"))
        row_id, value = self.chance.choice(rows), self.text()
        shown = office.shown(HEAD, "clients")
        if row_id in shown:
            with office.edit(HEAD) as pen:
                pen.put("clients", row_id, note=value)
            self._typed(Typed(HEAD, "clients", row_id, "note", value))
            self.told["edits in the file"] += 1

    def _meanwhile(self, call: Call) -> None:
        if call.path != "/token" and self.chance.random() < MEANWHILE:
            self.told["edits between requests"] += 1
            self.deed(in_window=not call.is_read)

    def _rest(self, *, busy: bool) -> None:
        office = self.cloudy.office
        for number in range(MOST_PASSES):
            if busy and number == 4:
                return
            report = office.sync()
            self.told["passes"] += 1
            wrong = [b.fault for b in report.books if b.fault and not isinstance(b.fault, FORGIVEN)]
            assert not wrong, wrong
            if any(b.held for b in report.books):
                raise AssertionError([b.held for b in report.books])
            if report.quiet:
                return
        raise AssertionError("the passes do not come to rest")

    def lost(self) -> list[Typed]:
        """What is nowhere any more."""
        words = self._words()
        with self.cloudy.office.team.store.read() as reader:
            asked = " ".join(
                f"{q.wrong} {q.proposal} {q.payload}" for q in reader.questions(stances=set(Stance))
            )
        last: dict[tuple[str, str, str, str], Typed] = {}
        for one in self.typed:
            last[one.book, one.table, one.row_id or one.value, one.field] = one
        kept = {id(one) for one in last.values()}
        return [
            one
            for one in self.typed
            if id(one) in kept and one.value not in words and one.value not in asked
        ]

    def _words(self) -> set[str]:
        """Every value of the store, of now and of before."""
        with self.cloudy.office.team.store.read() as reader:
            words = {
                str(v)
                for change in reader.newest_changes(1_000_000)
                for v in (change.before, change.after)
            }
            for table in TYPED:
                for record in reader.rows(table, deleted=True).values():
                    words |= {str(v) for v in record.values.values()}
        return words

    def apart(self) -> list[str]:
        """Cells of the spreadsheets that do not show what the store holds."""
        office = self.cloudy.office
        found = []
        for book in self.books:
            hand = self.cloudy.hand(book)
            for table, fields in TYPED.items():
                _, keys = hand.tab(table)
                rows, shown = office.rows(table), hand.shown(table)
                columns = {c.key: c for c in office.team.blueprint.tables[table].columns}
                for row_id, cells in shown.items():
                    for name in fields:
                        if name not in keys or row_id not in rows:
                            continue
                        want, have = rows[row_id].values.get(name), cells.get(name)
                        kind = columns[name].kind
                        if isinstance(want, Fault) or canon(kind, want) == canon(kind, have):
                            continue
                        found.append(f"{book} {table} {row_id}.{name}: {have!r}, store {want!r}")
                if book == HEAD and set(shown) != set(rows):
                    found.append(f"{book} {table}: {len(shown)} rows, store {len(rows)}")
        return found

    def wrong_sums(self) -> int:
        """Sums that differ from what the rows add up to."""
        with self.cloudy.office.team.store.read() as reader:
            return reader.wrong_sums()


def _nth(after: int) -> Callable[[Call], bool]:
    left = [after]

    def struck(call: Call) -> bool:
        left[0] -= 1
        return left[0] < 0 and call.path != "/token"

    return struck


@contextmanager
def life(place: Path, seed: int, *, mixed: bool) -> Iterator[Life]:
    """A founded team; both books in Google, or the owner's in a file."""
    with few_spare_rows(), few_rows():
        cloudy = Cloudy(found_office(place, seed=seed))
        cloudy.office.rest()
        books = (HIS,) if mixed else (HEAD, HIS)
        cloudy.move_in(*books)
        cloudy.office.rest()
        yield Life(cloudy, random.Random(seed), books)
        close(cloudy.office)


def main(arguments: list[str]) -> int:
    """Lives that many rounds; what was lost, what shows otherwise, what went wrong on the way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--deeds", type=int, default=6)
    parser.add_argument("--mixed", action="store_true")
    given = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory() as place,
        life(Path(place), given.seed, mixed=given.mixed) as lived,
    ):
        for _ in range(given.rounds):
            lived.round(given.deeds)
            lived.cloudy.office.now += timedelta(minutes=20)
        lost, apart = lived.lost(), lived.apart()
        for name, count in sorted(lived.told.items()):
            print(f"{name}: {count}")
        struck = Counter(kind.value for kind in lived.cloudy.google.faults.struck)
        for name, count in sorted(struck.items()):
            print(f"failed on the way, {name}: {count}")
        print(f"typed within our round trip and overwritten: {sum(o.in_window for o in lost)}")
        print(f"lost: {sum(not o.in_window for o in lost)}")
        print(f"cells that show otherwise: {len(apart)}")
        print(f"wrong sums: {lived.wrong_sums()}")
        for one in [*(o for o in lost if not o.in_window), *apart][:10]:
            print(f"    {one}")
        bad = bool(apart) or lived.wrong_sums() or any(not o.in_window for o in lost)
    print("0 passed, 1 failed" if bad else "1 passed, 0 failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
