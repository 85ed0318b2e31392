"""What happens to a generated team: rows change hands with edits under way, a word is planted."""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from model.blueprint import Role
from model.values import Value
from sync.ooxml import BookFile, SetValue, col_letter, patch
from tests.access.leaks import leaks
from tests.access.teams import OWNER, Bundle, Firm, Maker, Word, drawn_once, made

PARTS = (
    "xl/sharedStrings.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
    "docProps/custom.xml",
    "docProps/core.xml",
    "xl/worksheets/sheet1.xml",
    "xl/comments1.xml",
)
"""Where a foreign word is planted: texts, names, looks, properties, rows, remarks."""


@dataclass(frozen=True, slots=True)
class Move:
    """A client that went to another seller, and whether anything of it was lost."""

    bundle: Bundle
    lost: Callable[[], Iterator[str]]


def moved(firm: Firm, *, but: Bundle | None = None) -> Move:
    """A client goes to another seller while the old one's book holds an edit that nobody read."""
    sellers = sorted({bundle.owner for bundle in firm.bundles})
    everybody = sorted(name for name in firm.pay if len(firm.pay[name]) > 1)
    bundle = firm.chance.choice([one for one in firm.bundles if one is not but])
    taker = firm.chance.choice([name for name in everybody if name != bundle.owner])
    giver = bundle.owner
    assert giver in sellers
    word = Maker(firm.chance).word()
    path = firm.book(Role.MANAGER, giver)
    deal = bundle.rows["deals"][0]
    typed_in(firm, path, Role.MANAGER, ("deals", deal, "note"), word)
    old = next(w for w in bundle.words if (w.table, w.field) == ("deals", "note"))
    bundle.words[bundle.words.index(old)] = Word("deals", "note", (word,))
    if firm.by_hand:
        given_by_hand(firm, bundle, taker)
    else:
        firm.give(bundle, taker)

    def check() -> Iterator[str]:
        with firm.team.store.read() as reader:
            record = reader.get("deals", deal)
        if record is None or record.values.get("note") != word:
            yield f"правка уходящего потеряна: {word}"
        if record is not None and record.values.get("owner") != taker:
            yield f"сделка не перешла: {record.values.get('owner')}"

    return Move(bundle, check)


def given_by_hand(firm: Firm, bundle: Bundle, taker: str) -> None:
    """The owner types the new manager in the own book; what hangs on the client is not touched."""
    path = firm.book(Role.OWNER, OWNER)
    for table in ("clients", "deals"):
        for row_id in bundle.rows[table]:
            typed_in(firm, path, Role.OWNER, (table, row_id, "owner"), taker)
    bundle.givers.add(bundle.owner)
    bundle.owner = taker


def typed_in(firm: Firm, path: Path, role: Role, where: tuple[str, str, str], value: Value) -> None:
    """A person types a value into a cell (table, row id, field) and saves the book."""
    table, row_id, key = where
    file = BookFile.open(path.read_bytes(), name=path.name)
    loaded = firm.team.books.load(
        file, book="x", name=path.name, blueprint=firm.team.blueprint, role=role
    )
    read = loaded.snapshot.tables[table]
    row = next(row for row in read.rows if row.row_id == row_id)
    cell = f"{col_letter(read.places[key])}{row.row}"
    before = row.cells[key].value if key in row.cells else None
    patched = patch(file, [SetValue(read.sheet, cell, before, value)])
    path.write_bytes(patched.raw)


def planted(path: Path, part: str, word: str) -> None:
    """The file with a word in one of its parts, as a faulty program would leave it."""
    raw, out = path.read_bytes(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content + f"<!--{word}-->".encode() if name == part else content)
        if part not in old.namelist():
            new.writestr(part, f"<a>{word}</a>")
    path.write_bytes(out.getvalue())


def foreign_word(firm: Firm, person: str) -> str:
    """A word of a client of somebody else."""
    other: Bundle = next(b for b in firm.bundles if b.owner != person)
    return other.words[0].spellings[0]


def plant(seed: int = 0) -> int:
    """A word planted into each part of a book in turn is found each time."""
    place = Path(tempfile.mkdtemp(prefix="access-"))
    try:
        with drawn_once():
            firm = made(place, seed, boards=False)
            firm.sync()
        missed = list(unseen(firm, seed))
        found = len(PARTS) - len(missed)
        sys.stdout.write(f"planted: {len(PARTS)}\nfound: {found}\n")
        firm.team.store.close()
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return 1 if missed else 0


def unseen(firm: Firm, seed: int) -> Iterator[str]:
    """Parts in which a planted word was not found."""
    person = firm.bundles[0].owner
    path = firm.book(Role.MANAGER, person)
    whole, word = path.read_bytes(), foreign_word(firm, person)
    for part in PARTS:
        planted(path, part, word)
        found = [leak for leak in leaks(firm, seed) if leak.person == person]
        if not any(leak.place.endswith(part) for leak in found):
            yield part
        path.write_bytes(whole)
