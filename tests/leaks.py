"""Leaked parts of books and exports, and whether the trace names where each came from.

`python -m tests.leaks --trials 1000 [--share 0.3] [--seed 1]`: a team of four people, and two
exports for each of two others; each trial takes a random share of the rows of one place, in another
order, with phones written otherwise, and asks the trace.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from model.blueprint import Blueprint, Role
from model.records import BatchKind, BookState, Source, Stamped
from model.values import Value
from store import Reader, Store
from sync.exporting.files import as_csv
from sync.exporting.gathering import gathered
from sync.exporting.ledger import Entry, write_down
from sync.exporting.tracing import traced
from sync.imports.csv_file import read_csv
from sync.team import OWNER_BOOK, book_key
from templates.blueprint import load

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)
OWNER = "Орлова Мария"
SELLERS = ("Иванов Пётр", "Петрова Анна", "Сидоров Олег", "Кузнецова Вера")
HEAD = "Громов Илья"
WORDS = ("Верба", "Гранит", "Дюна", "Ель", "Залив", "Искра", "Купол", "Лоза", "Мост", "Нива")
Cells = list[list[str]]


@dataclass(frozen=True, slots=True)
class Leak:
    """A place and everything that can leak from it."""

    name: str
    rows: Cells


def plant(store: Store, chance: random.Random, *, clients: int) -> dict[str, dict[str, Value]]:
    """A team with its clients; every book holds the rows of its person."""
    with store.write() as writer:
        batch = writer.start_batch(BatchKind.INIT, OWNER, AT)
        by = Stamped(AT, OWNER, Source.PERSON, None, batch)
        staff: dict[str, dict[str, Value]] = {
            name: {"fio": name, "role": "менеджер", "department": "Продажи"} for name in SELLERS
        }
        staff[HEAD] = {"fio": HEAD, "role": "руководитель", "department": "Продажи"}
        writer.put_many("staff", staff, by=by)
        rows: dict[str, dict[str, Value]] = {}
        for n in range(clients):
            rows[f"C{n}"] = {
                "name": f"ООО «{chance.choice(WORDS)} {n}»",
                "phone": f"+7 9{chance.randrange(10**9):09d}",
                "inn": f"{chance.randrange(10**10):010d}",
                "city": chance.choice(("Москва", "Тверь", "Пермь")),
                "owner": SELLERS[chance.randrange(len(SELLERS))],
            }
        writer.put_many("clients", rows, by=by)
        for book, mine in books(rows).items():
            person = book.removeprefix("m:") if book != OWNER_BOOK else OWNER
            role = Role.OWNER if book == OWNER_BOOK else Role.MANAGER
            state = BookState(book, f"{person}.xlsx", role.value, person)
            writer.put_book(state)
            writer.set_base(book, "clients", mine)
    return rows


def books(rows: dict[str, dict[str, Value]]) -> dict[str, dict[str, dict[str, Value]]]:
    """Rows of each book."""
    found = {OWNER_BOOK: rows}
    for name in SELLERS:
        found[book_key(name)] = {i: row for i, row in rows.items() if row["owner"] == name}
    return found


def export(store: Store, blueprint: Blueprint, who: str, chance: random.Random) -> Leak:
    """An export as the command makes it, read back from its file."""
    with store.write() as writer:
        found = gathered(writer, blueprint, who, "clients", owner=OWNER, chance=chance.randbytes)
        raw = as_csv(found.columns, found.rows)
        entry = Entry(
            0, AT, who, found.role.value, "clients", len(found.row_ids),
            sha256(raw).hexdigest(), "test", found.canaries, found.row_ids,
        )  # fmt: skip
        number = write_down(writer, entry, note=who, owner=OWNER)
    table = read_csv(raw, name="leak.csv")
    return Leak(f"export {number}", [[str(c or "") for c in row.cells] for row in table.rows])


def places(store: Store, blueprint: Blueprint, chance: random.Random, clients: int) -> list[Leak]:
    """Everything that can leak."""
    rows = plant(store, chance, clients=clients)
    found = [
        Leak(f"book {book}", [[str(v) for v in row.values()] for row in mine.values()])
        for book, mine in books(rows).items()
    ]
    found += [export(store, blueprint, who, chance) for who in (HEAD, OWNER, HEAD, OWNER)]
    return found


def leaked(place: Leak, share: float, chance: random.Random) -> Cells:
    """A random part in another order, with phones in another spelling."""
    rows = chance.sample(place.rows, max(1, round(len(place.rows) * share)))
    return [[cell.replace("+7 9", "8 9") if chance.random() < 0.5 else cell for cell in row]
            for row in rows]  # fmt: skip


def named(reader: Reader, blueprint: Blueprint, cells: Cells) -> str:
    """What the trace says, as the places are called here."""
    found = traced(reader, blueprint, cells).places
    if not found:
        return "nothing"
    first = found[0]
    return f"book {first.book}" if first.book else f"export {first.export}"


def tried(
    store: Store, blueprint: Blueprint, everything: list[Leak], chance: random.Random,
    *, trials: int, share: float,
) -> Counter[str]:  # fmt: skip
    """How many leaks were named right, by kind of place."""
    count: Counter[str] = Counter()
    with store.read() as reader:
        for _ in range(trials):
            place = chance.choice(everything)
            said = named(reader, blueprint, leaked(place, share, chance))
            kind = place.name.partition(" ")[0]
            count[f"{kind} right" if said == place.name else f"{kind} wrong"] += 1
    return count


def main() -> None:
    """Run the trials and print what came of them."""
    import tempfile
    from pathlib import Path

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--share", type=float, default=0.3)
    parser.add_argument("--clients", type=int, default=800)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance, blueprint = random.Random(given.seed), load(len(SELLERS))
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "store.sqlite3")
        everything = places(store, blueprint, chance, given.clients)
        count = tried(store, blueprint, everything, chance, trials=given.trials, share=given.share)
        store.close()
    right = sum(n for kind, n in count.items() if kind.endswith("right"))
    print(dict(sorted(count.items())))
    print(f"named right: {right} of {given.trials} ({right / given.trials:.2%})")


if __name__ == "__main__":
    main()
