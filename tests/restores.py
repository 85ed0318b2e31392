"""Random parts of random versions put back, each compared with what openpyxl read at that time.

`python -m tests.restores --restores 1000 [--resume FILE --block N] [--saves 12]`: a team lives
through some saves of two books with rows typed, changed, added and deleted. What each save held is
read by openpyxl when it is fresh. Then sheets, rows, clients and cells of random versions are put
into the store and compared with that reading; every restore is taken back. Each follows from its
number.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from model.values import Value
from store import Writer
from sync.copies.keeping import fold_waiting
from sync.copies.putting import CLIENTS, Wanted, client_wanted, put, returned
from sync.copies.reading import Opened, opened_copy, typed_fields
from tests.faults.slices import Tally, blocks, with_slices
from tests.quick import remembering
from tests.sync.teams import HEAD, HIS, Office, few_spare_rows, found_office

TABLES = ("clients", "deals")
WAYS = ("sheet", "row", "client", "cell")
CITIES = ("Москва", "Пермь", "Тверь", "Омск", None)
STEP = 25
Rows = dict[str, dict[str, object]]


@dataclass(slots=True)
class Past:
    """A team with its versions, and what stood in each."""

    office: Office
    seen: dict[str, dict[str, Rows]] = field(default_factory=dict)
    """By fingerprint of a version: table, row, field."""
    opened: list[Opened] = field(default_factory=list)


def lived(place: Path, *, saves: int, seed: int) -> Past:
    """So many saves by turns in two books, each read when it was fresh."""
    dice = random.Random(seed)
    past = Past(found_office(place, seed=seed))
    past.office.sync()
    for number in range(saves):
        book = (HIS, HEAD)[number % 2]
        _save(past.office, book, dice, number)
        past.office.sync()
        for one in (HIS, HEAD):
            raw = past.office.path(one).read_bytes()
            past.seen[_sha(raw)] = {table: _read(past.office, raw, table) for table in TABLES}
        if number % 3 == 0:
            fold_waiting(past.office.team)
    fold_waiting(past.office.team)
    copies = [c for c in past.office.team.backups.list() if c.sha256 in past.seen]
    past.opened = [opened_copy(past.office.team, copy) for copy in copies]
    return past


def _save(office: Office, book: str, dice: random.Random, number: int) -> None:
    shown = office.shown(book, "clients")
    deals = office.shown(book, "deals")
    with office.edit(book) as pen:
        for row_id in dice.sample(sorted(shown), min(3, len(shown))):
            pen.put("clients", row_id, city=dice.choice(CITIES), note=f"запись {number}")
        for row_id in dice.sample(sorted(deals), min(2, len(deals))):
            pen.put("deals", row_id, amount=dice.randrange(1_000, 900_000), note=f"шаг {number}")
        if dice.random() < 0.5:
            pen.add("clients", name=f"ООО «Новый {number}»", phone=f"+7 916 1{number:02d}-00-00")
        elif len(shown) > 4:
            pen.delete("clients", dice.choice(sorted(shown)))


def _read(office: Office, raw: bytes, table: str) -> Rows:
    """Rows of a table as openpyxl shows them, whatever the program thinks of them."""
    from tests.sync.teams import Pen

    pen = Pen(openpyxl.load_workbook(io.BytesIO(raw)), office)
    sheet, keys = pen.sheet(table)
    rows: Rows = {}
    for cells in sheet.iter_rows(min_row=4, values_only=True):
        row_id = cells[keys["row_id"] - 1]
        if row_id:
            rows[str(row_id)] = {key: alike(cells[at - 1]) for key, at in keys.items()}
    return rows


def alike(value: Any) -> object:
    """A value in the one form in which both readers write it."""
    match value:
        case None | "":
            return None
        case bool():
            return value
        case int() | float() | Decimal():
            return round(float(value), 6)
        case datetime() if value.time() == datetime.min.time():
            return value.date().isoformat()
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)


def tried(past: Past, number: int, seed: int) -> tuple[str, list[str]]:
    """The way of one restore, and what was wrong with it."""
    dice = random.Random(f"{seed}|{number}")
    opened, way = dice.choice(past.opened), dice.choice(WAYS)
    with past.office.team.store.write() as writer:
        bad = _restored(past, writer, opened, way, dice)
        writer.cancel()
    return way, [f"{number}: {way} in copy {opened.copy.id}: {words}" for words in bad]


def _restored(
    past: Past, writer: Writer, opened: Opened, way: str, dice: random.Random
) -> list[str]:
    then = past.seen[opened.copy.sha256]
    table = CLIENTS if way == "client" else dice.choice(TABLES)
    row_id = dice.choice(sorted(then[table]))
    fields = typed_fields(past.office.team.blueprint.tables[table], opened.snapshot.tables[table])
    only = dice.choice(sorted(fields)) if way == "cell" else None
    wanted = Wanted({table: None if way == "sheet" else {row_id}}, only)
    if way == "client":
        record = writer.get(CLIENTS, row_id)
        assert record is not None
        wanted = client_wanted(past.office.team, writer, opened, record)
    back = returned(past.office.team, writer, opened, wanted)
    put(writer, back, who="test", at=past.office.now, note="")
    rows = then[table] if way == "sheet" else {row_id: then[table][row_id]}
    return list(_differences(writer, table, rows, (only,) if only else fields))


def _differences(
    writer: Writer, table: str, rows: Mapping[str, Mapping[str, object]], fields: Sequence[str]
) -> list[str]:
    bad = []
    for row_id, cells in rows.items():
        record = writer.get(table, row_id)
        if record is None or record.deleted:
            bad.append(f"{row_id} is not there")
            continue
        for name in fields:
            held: Value = record.values.get(name)
            if alike(held) != cells.get(name):
                bad.append(f"{row_id} {name}: {alike(held)!r}, was {cells.get(name)!r}")
    return bad


def measure(
    restores: int, *, saves: int, seed: int = 1, file: Path | None = None, block: int | None = None
) -> Tally:
    """The total with the next restores of so many."""
    tally = Tally.read(file, restores)
    with tempfile.TemporaryDirectory() as folder, remembering(), few_spare_rows():
        past = lived(Path(folder), saves=saves, seed=seed)
        for step in blocks(tally.next(block), STEP):
            began = time.perf_counter()
            done = [tried(past, number, seed) for number in step]
            counts = Counter(way for way, _ in done)
            bad = [words for _, found in done for words in found]
            tally.add(len(done), time.perf_counter() - began, counts, bad)
    return tally


def _sha(raw: bytes) -> str:
    from hashlib import sha256

    return sha256(raw).hexdigest()


def main(words: Sequence[str] | None = None) -> int:
    """Print what came of the restores; 1 when one was not what was read then."""
    parser = argparse.ArgumentParser(description=__doc__)
    with_slices(parser)
    parser.add_argument("--restores", type=int, default=1000)
    parser.add_argument("--saves", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    tally = measure(
        asked.restores,
        saves=asked.saves,
        seed=asked.seed,
        file=asked.resume,
        block=asked.block,
    )
    code = tally.told()
    print(f"{tally.done} restored, {len(tally.bad)} bad")
    return code


if __name__ == "__main__":
    sys.exit(main())
