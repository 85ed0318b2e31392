"""A process that remembers the store sees what a process sees that opens it anew."""

import random
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from model.figures import Measure, Period
from model.records import BatchKind, Contribution, Source, Stamped
from store import Reader, Store, Writer
from tests.store.conftest import NOON

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
TABLES, BOOKS, IDS = ("deals", "clients"), ("a", "b"), tuple(f"r{n}" for n in range(8))


def deed(writer: Writer, dice: random.Random) -> None:
    """One change of any kind."""
    table, book, row_id = dice.choice(TABLES), dice.choice(BOOKS), dice.choice(IDS)
    batch = writer.start_batch(BatchKind.SYNC, "", NOON)
    by = Stamped(NOON, "", Source.PERSON, None, batch)
    match dice.randrange(8):
        case 0 | 1:
            writer.put(table, row_id, {"n": Decimal(dice.randrange(9)), "s": "текст"}, by=by)
        case 2:
            (writer.bury if dice.random() < 0.5 else writer.revive)(table, row_id, by=by)
        case 3:
            rows = {i: dice.choice(({"n": Decimal(dice.randrange(9))}, None)) for i in IDS[:3]}
            writer.set_base(book, table, rows, dice.choice((None, IDS[:2], IDS[:3], IDS[2::-1])))
        case 4:
            writer.put(table, row_id, {}, by=by)
            day = MARCH.start + timedelta(days=dice.randrange(20))
            part = Contribution(Measure.MONEY, "Иванов", day, dice.randrange(1, 500))
            writer.set_contributions(table, row_id, dice.choice(((part,), ())))
        case 5:
            known = [i for i in IDS if i in writer.rows(table, deleted=True)]
            with suppress(ValueError):  # a circle
                if len(known) > 1:
                    writer.join(table, *dice.sample(known, 2), by=by)
        case 6:
            for other in writer.joined(table):
                writer.part(table, other, by=by)
        case _:
            writer.undo(dice.randrange(1, batch + 1), by=by)


def seen(reader: Reader) -> dict[str, object]:
    """Everything that is remembered, in its order."""
    found: dict[str, object] = {"sums": reader.sums(Measure.MONEY, MARCH)}
    for table in TABLES:
        found[table] = list(reader.rows(table).items())
        found[f"every {table}"] = list(reader.rows(table, deleted=True).items())
        found[f"parts {table}"] = reader.contributions_of(table)
        found[f"joined {table}"] = list(reader.joined(table).items())
    for book in BOOKS:
        base = reader.bases(book)
        found[book] = [(table, list(rows.items())) for table, rows in base.items()]
        found[f"order {book}"] = [reader.base_order(book, table) for table in TABLES]
    return found


@pytest.mark.parametrize("seed", range(6))
def test_what_is_remembered_is_what_stands(tmp_path: Path, seed: int) -> None:
    """Two processes write in turn; some transactions are taken back or fail."""
    dice, path = random.Random(seed), tmp_path / "store.sqlite3"
    ours, theirs = Store.open(path), Store.open(path)
    for _ in range(40):
        process = ours if dice.random() < 0.7 else theirs
        try:
            with process.write() as writer:
                for _ in range(dice.randrange(1, 4)):
                    deed(writer, dice)
                    if dice.random() < 0.5:
                        seen(writer)
                end = dice.random()
                if end < 0.15:
                    writer.cancel()
                elif end < 0.3:
                    raise ZeroDivisionError  # noqa: TRY301  # a failure in the midst
        except ZeroDivisionError:
            pass
        fresh = Store.open(path)
        with fresh.read() as reader, ours.read() as known, theirs.read() as other:
            assert seen(known) == seen(reader) == seen(other)
        fresh.close()
    ours.close()
    theirs.close()
