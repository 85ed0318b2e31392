"""One contract for every place of a book, lived through with an adversary.

    python -m tests.books.contract --place libreoffice --rounds 20

Between any two calls to the outside the person types, adds, sorts, inserts, deletes or takes back,
and our process may die and start anew; the child that speaks with a program may be killed at any
point of a write. When all is quiet: what the person typed last is live, or
in history where the row is gone; people's own cells are untouched; each fact stands once; the store
and the book agree, and a further pass writes nothing.
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
from pathlib import Path

from model.errors import CrmError, ExitCode, LiveUnsettled
from sync.importing import import_file
from sync.imports import ImportKind
from tests.books import grounds
from tests.books.grounds import Ground
from tests.sync.teams import HIS, IVANOV, Office, close, copy_office, few_spare_rows, found_office

PLACES = ("file", "memory", "excel", "google", "libreoffice")
FIELDS = ("note", "city", "contact")
MOST = 14
MOST_EFFECTS = 40
OWN = "моё, не трогать"


class Died(BaseException):
    """Our process ends here."""


@dataclass
class Life:
    """What the person did, kept by nobody else."""

    ground: Ground
    chance: random.Random
    meddles: float = 0.12
    dies: float = 0.03
    cuts: float = 0.15
    """How often the child that speaks with the program is killed inside a write."""
    typed: dict[tuple[str, str], str] = field(default_factory=dict)
    """By row id and field, what the person typed last."""
    added: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    busy: bool = False

    def word(self) -> str:
        self.told["words"] += 1
        return f"слово {self.told['words']}"

    def begin(self) -> None:
        """The person's own cell, and passes until all is quiet."""
        self.ground.hand.note("clients", OWN)
        self.rest()

    def deed(self) -> None:
        """The person does something."""
        deeds = [self.put] * 8 + [self.add] * 2 + [self.sort, self.insert, self.ground.save]
        self.busy = True
        try:
            self.chance.choice(deeds)()
        finally:
            self.busy = False

    def put(self) -> None:
        rows = sorted(self.ground.hand.rows("clients"))
        row_id, key, word = self.chance.choice(rows), self.chance.choice(FIELDS), self.word()
        self.ground.hand.put("clients", row_id, **{key: word})
        self.typed[row_id, key] = word

    def add(self) -> None:
        word = self.word()
        self.ground.hand.add("clients", name=f"ООО «{word}»", note=word)
        self.added.append(word)

    def sort(self) -> None:
        key = self.chance.choice(("name", "note", "row_id"))
        self.ground.hand.sort("clients", key, down=self.chance.random() < 0.5)
        self.told["sorts"] += 1

    def insert(self) -> None:
        self.ground.hand.insert("clients", self.chance.randrange(4, 9))
        self.told["inserted"] += 1

    def fact(self, place: Path) -> None:
        """A row of another program's table, delivered twice."""
        word = self.word()
        inn = f"77{len(self.facts):08}"
        path = place / f"{len(self.facts)}.csv"
        path.write_text(
            f"Название;Город;Менеджер\nООО «Факт {word} {inn}»;{word};{IVANOV}\n", "utf-8"
        )
        for _ in range(2):
            import_file(
                self.ground.office.team,
                ImportKind.CLIENTS,
                path,
                world=self.ground.office.world(),
                dry_run=False,
            )
        self.facts.append(f"ООО «Факт {word} {inn}»")

    def meddle(self, do: str) -> None:
        """Around a call: the person acts, or our process ends."""
        if self.busy:
            return
        if do == "write" and self.ground.cut is not None and self.chance.random() < self.cuts:
            self.told["cut"] += 1
            self.ground.cut(self.chance.randrange(MOST_EFFECTS))
        if self.chance.random() < self.meddles:
            self.told["meddled"] += 1
            self.deed()
        if self.chance.random() < self.dies:
            self.told["died"] += 1
            raise Died

    def round(self, place: Path) -> None:
        """Some deeds, a fact, passes under the adversary's hands, then rest."""
        for _ in range(3):
            self.deed()
        if self.chance.random() < 0.5:
            self.fact(place)
        self.ground.around.append(self.meddle)
        for _ in range(3):
            try:
                self._pass()
            except Died:
                self.ground.anew()
        self.ground.around.clear()
        if self.ground.cut is not None:
            self.ground.cut(None)
        self.rest()
        self.told["rounds"] += 1

    def rest(self) -> None:
        for _ in range(MOST):
            if self._pass():
                return
        raise AssertionError("the passes do not come to rest")

    def _pass(self) -> bool:
        report = self.ground.office.sync()
        self.told["passes"] += 1
        for book in report.books:
            assert not book.held, book.held
            fine = book.fault is None or book.fault.exit_code is ExitCode.BUSY
            assert fine, repr(book.fault)
            self.told["unsettled"] += isinstance(book.fault, LiveUnsettled)
        return report.quiet

    def broken(self) -> list[str]:
        """What the contract forbids."""
        office, hand = self.ground.office, self.ground.hand
        shown, found = hand.shown("clients"), []
        store = office.rows("clients")
        for (row_id, key), word in self.typed.items():
            for where, rows in (
                ("book", shown),
                ("store", {i: r.values for i, r in store.items()}),
            ):
                live = rows.get(row_id, {}).get(key)
                if live != word:
                    found.append(f"{row_id} {key}: typed {word}, the {where} has {live}")
        names = Counter(str(row.get("name", "")) for row in shown.values())
        notes = Counter(str(row.get("note", "")) for row in shown.values())
        typed_over = {i for i, key in self.typed if key == "note"}
        notes.update(
            w for w in self.added if names[f"ООО «{w}»"] == 1 and not notes[w] and typed_over
        )
        found += [f"added {w}: stands {notes[w]} times" for w in self.added if notes[w] != 1]
        found += [f"{f}: stands {names[f]} times" for f in self.facts if names[f] != 1]
        if hand.noted("clients") != OWN:
            found.append(f"own cell: {hand.noted('clients')}")
        switches = self.ground.extra["shelf"].switches if "shelf" in self.ground.extra else {}
        found += [f"the program's {name} stayed off" for name, on in switches.items() if not on]
        if set(shown) != set(store):
            found.append(f"rows differ: {set(shown) ^ set(store)}")
        if not office.sync().quiet:
            found.append("a further pass is not quiet")
        return found


@contextmanager
def ground_of(place: str, office: Office, folder: Path) -> Iterator[Ground]:
    """A ground of a kind."""
    if place == "libreoffice":
        with grounds.libreoffice(office, folder) as ground:
            yield ground
    elif place == "google":
        from tests.google.office import Cloudy, few_rows

        with few_rows():
            cloudy = Cloudy(office)
            cloudy.move_in(HIS)
            office.rest()
            yield grounds.google(cloudy)
    else:
        kinds: dict[str, Callable[[Office], Ground]] = {
            "file": grounds.file,
            "memory": grounds.memory,
            "excel": grounds.excel,
        }
        yield kinds[place](office)


def lived(ground: Ground, folder: Path, *, seed: int, rounds: int) -> Life:
    """A life of so many rounds, lived to its rest."""
    life = Life(ground, random.Random(seed), *ground.extra.get("rates", (0.12, 0.03)))
    life.begin()
    for _ in range(rounds):
        life.round(folder)
    return life


def main() -> int:
    """Run the contract over a place from the command line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--place", choices=PLACES, default="memory")
    asked.add_argument("--rounds", type=int, default=10)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, few_spare_rows():
        ground = Path(folder)
        office = found_office(ground / "team")
        office.rest()
        copy = copy_office(office, ground / "copy")
        with ground_of(given.place, copy, ground) as stand:
            try:
                life = lived(stand, ground, seed=given.seed, rounds=given.rounds)
            except CrmError as error:
                print(repr(error))
                return 1
            broken = life.broken()
        close(copy)
        close(office)
    print(given.place, dict(life.told), f"facts {len(life.facts)}", "broken:", len(broken))
    for line in broken:
        print("  ", line)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
