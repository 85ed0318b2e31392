"""`python -m bench.backup`: what a hundred saves of a 10 MB workbook take on the disk.

Two lives of the same book, 100,000 rows on three sheets. In the first each save changes five cells
(`kept_mb`); in the second every tenth one also has a row inserted in the middle of a sheet, which
renumbers everything below it (`kept_inserted_mb`). Each save is taken and folded as the program
does it. restic keeps the same files beside it, in the same run, where it is installed. Restores of
copies by chance must be byte for byte what was taken. Times are of the processor; `take_s` is what
a pass waits for, `fold_s` what follows when nobody waits.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median

import xlsxwriter

from backups import SqliteBackups
from bench.books import FOLDER
from bench.timing import timed
from sync.ooxml.deflate import deflate

BOOK = FOLDER / "backup-2.xlsx"
SHEETS = ("Сделки", "Клиенты", "Звонки")
ROWS, COLUMNS = 33_334, 18
CELLS = 5
EVERY = 10
"""Saves from one inserted row to the next."""
START = datetime(2026, 3, 12, 9, tzinfo=UTC)
MB = 1_000_000
RESTORES = 10
WORDS = ("Поставка", "Монтаж", "Сервис", "Аренда", "Проект", "Обучение", "Ремонт", "Запчасти")
_NUMBER = re.compile(rb'<c r="[A-Z]+\d+"><v>(\d+)</v>')
_PLACE = re.compile(rb'r="([A-Z]*)(\d+)"')


@dataclass(slots=True)
class Kept:
    """What one life left on the disk."""

    ours: float = 0.0
    restic: float = 0.0
    naive: float = 0.0
    takes: list[float] = field(default_factory=list)
    folds: list[float] = field(default_factory=list)
    restores: list[float] = field(default_factory=list)


def main() -> int:
    """Print the figures; 1 when a copy did not come back."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="bench-backup-") as folder:
        plain = lived(Path(folder) / "plain", options.saves, with_restic=options.restic)
        moved = lived(
            Path(folder) / "moved", options.saves, inserted=True, with_restic=options.restic
        )
    print(f"book_mb: {book().stat().st_size / MB:.1f}")
    print(f"naive_mb: {plain.naive:.1f}")
    for name, kept in (("", plain), ("_inserted", moved)):
        if options.restic:
            print(f"restic{name}_mb: {kept.restic:.1f}")
    print(f"take_s: {median(plain.takes):.3f}")
    print(f"fold_s: {median(plain.folds):.2f}")
    print(f"restore_s: {median(plain.restores):.2f}")
    print(f"kept_inserted_mb: {moved.ours:.1f}")
    print(f"kept_mb: {plain.ours:.1f}")
    return 0


def lived(place: Path, saves: int, *, inserted: bool = False, with_restic: bool = False) -> Kept:
    """A life of so many saves after the first, all kept."""
    place.mkdir()
    kept, keeper = Kept(), SqliteBackups.open(place / "copies.sqlite3")
    restic = Restic(place) if with_restic else None
    digests = dict[int, int]()
    for number, raw in enumerate(contents(saves, inserted=inserted)):
        at = START + timedelta(minutes=20 * number)
        take = partial(keeper.take, "owner", raw, at=at, why="read")
        kept.takes.append(timed(take))
        kept.folds.append(timed(lambda: [keeper.fold(token) for token in keeper.waiting()]))
        kept.naive += len(raw) / MB
        digests[keeper.list()[0].id] = hash(raw)
        if restic is not None:
            restic.keep(raw)
    dice = random.Random(3)
    for copy_id in dice.sample(sorted(digests), min(RESTORES, len(digests))):
        kept.restores.append(timed(lambda: digests.update({0: hash(keeper.read(copy_id))})))  # noqa: B023
        assert digests[0] == digests[copy_id]
    kept.ours = keeper.size() / MB
    kept.restic = restic.size() if restic is not None else 0.0
    shutil.rmtree(place)
    return kept


def contents(saves: int, *, inserted: bool) -> Iterator[bytes]:
    """The book as it was and after each save, packed as this program and others pack."""
    dice = random.Random(1)
    raw = book().read_bytes()
    yield raw
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    packed = {name: deflate(part) for name, part in parts.items()}
    sheets = [name for name in parts if name.startswith("xl/worksheets/sheet")]
    for number in range(1, saves + 1):
        touched = {dice.choice(sheets) for _ in range(2)}
        for name in touched:
            parts[name] = edited(parts[name], dice, CELLS - len(touched) + 1)
        if inserted and number % EVERY == 0:
            name = sheets[number // EVERY % len(sheets)]
            parts[name] = with_row(parts[name], ROWS // 2)
            touched.add(name)
        packed |= {name: deflate(parts[name]) for name in touched}
        yield zipped(parts, packed)


def edited(sheet: bytes, dice: random.Random, cells: int) -> bytes:
    """Some numbers typed over."""
    text = bytearray(sheet)
    for _ in range(cells):
        found = _NUMBER.search(text, dice.randrange(len(text) // 2))
        assert found is not None
        text[found.start(1) : found.end(1)] = str(dice.randrange(10**6)).encode()
    return bytes(text)


def with_row(sheet: bytes, row: int) -> bytes:
    """An empty row inserted: everything below has another number."""
    at = sheet.index(b'<row r="%d"' % row)
    below = _PLACE.sub(lambda m: b'r="%s%d"' % (m[1], int(m[2]) + 1), sheet[at:])
    return sheet[:at] + b'<row r="%d"></row>' % row + below


def zipped(parts: dict[str, bytes], packed: dict[str, bytes]) -> bytes:
    """A workbook of parts that are packed already."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, (2026, 3, 12, 9, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as member:
                member._compressor = _Ready(packed[name])  # type: ignore[attr-defined]  # noqa: SLF001
                member.write(part)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A compressor whose work is done."""

    packed: bytes

    def compress(self, _: bytes) -> bytes:
        return self.packed

    def flush(self) -> bytes:
        return b""


class Restic:
    """A restic repository of the same files."""

    def __init__(self, place: Path) -> None:
        self.file, self.repo = place / "book.xlsx", place / "restic"
        self._call("init")

    def keep(self, raw: bytes) -> None:
        """One more version."""
        self.file.write_bytes(raw)
        self._call("backup", str(self.file))

    def size(self) -> float:
        """Megabytes of the repository."""
        return sum(p.stat().st_size for p in self.repo.rglob("*") if p.is_file()) / MB

    def _call(self, *words: str) -> None:
        given = {**os.environ, "RESTIC_PASSWORD": "bench", "RESTIC_REPOSITORY": str(self.repo)}
        command = ("restic", "-q", "--no-cache", *words)
        subprocess.run(command, check=True, env=given, capture_output=True)


def book() -> Path:
    """The workbook, built when it is not there yet."""
    if not BOOK.exists():
        FOLDER.mkdir(exist_ok=True)
        fresh = BOOK.with_suffix(".part.xlsx")
        _build(fresh)
        with suppress(FileNotFoundError):
            fresh.replace(BOOK)
    return BOOK


def _build(path: Path) -> None:
    dice = random.Random(7)
    made = xlsxwriter.Workbook(str(path))
    for name in SHEETS:
        sheet = made.add_worksheet(name)
        for row in range(ROWS):
            sheet.write_row(row, 0, _row(row, dice))
    made.close()


def _row(row: int, dice: random.Random) -> list[object]:
    return [
        f"С-{row}",
        f"{dice.choice(WORDS)} {dice.randrange(500)}",
        dice.choice(WORDS),
        dice.randrange(10**6),
        dice.randrange(100),
        45_000 + row % 700,
        f"+79{dice.randrange(10**8, 10**9)}",
        *(dice.randrange(10**4) for _ in range(COLUMNS - 8)),
        "" if row % 4 else f"комментарий {row}",
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=100)
    parser.add_argument(
        "--restic",
        action=argparse.BooleanOptionalAction,
        default=shutil.which("restic") is not None,
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
