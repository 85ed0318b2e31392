"""`python -m tests.acceptance.hostile CELLS.csv FILES_DIR`: what strangers send to do harm.

Every cell of the list comes in as the text of a request, and a pass writes it into the head's
book. There it must stand as the same text, without a formula, in our file and in what LibreOffice
makes of it; only what no workbook can hold is taken out or refused with a reason. In a file of
refused rows it must not start like a formula. Every file of the folder must end in a named refusal
within a minute and 1.5 GB, and the file after it must be taken.
"""

from __future__ import annotations

import csv
import io
import json
import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from model.errors import CrmError
from model.texts import say
from sync.commands.running import once
from sync.importing import ImportResult, import_file
from sync.imports import Refused, refused_csv
from sync.ooxml import BookFile, too_long
from sync.opening import opened
from sync.team import Team
from sync.world import World
from sync.world.real_process import RealProcess
from tests.office import missing, office
from tests.sync.small_team import FakeWorld, founded
from tests.sync.teams import few_spare_rows

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]")
MOST_SECONDS, MOST_MB = 60.0, 1500
SHEET = "Заявки"
PHONE = 79_160_000_000
GOOD = "Имя;Телефон;Сообщение\nАнна;+7 903 {:07d};вопрос\n"


def texts(path: Path) -> Iterator[tuple[str, str, str]]:
    """Id, text and what is expected of a CSV export, of each cell of the list."""
    csv.field_size_limit(1 << 24)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = json.loads(row["value_json"]) * int(row["repeat"] or 1)
            yield row["id"], text, row.get("expect_csv_export", "")


def ends_as(text: str) -> set[str]:
    """How a text may stand in a cell: without what no cell can hold, and with line feeds only."""
    legal = ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    ways = {legal, legal.strip()}
    if legal.startswith("'"):
        ways.add(legal[1:])
    return ways


@contextmanager
def ground(place: Path) -> Iterator[tuple[Team, World]]:
    """A team whose strangers' files are read in a process of their own."""
    clock = FakeWorld()
    with few_spare_rows():
        state = founded(place, clock)
        with opened(state) as team:
            yield team, replace(clock.world(), process=RealProcess())


def check_cells(path: Path, place: Path) -> tuple[int, list[str]]:
    """How many cells stand as they should, and what is wrong with the others."""
    cells = list(texts(path))
    with ground(place) as (team, world):
        body = place / "cells.txt"
        lines = [
            json.dumps({"phone": f"+{PHONE + at}", "message": text})
            for at, (_, text, _) in enumerate(cells)
        ]
        body.write_text("\n".join(lines), encoding="utf-8")
        result = import_file(team, None, body, world=world)
        once(team, world, dry_run=False)
        book = team.settings.folder / "Руководитель" / "Отдел продаж.xlsx"
        files = [book, *_resaved(book, place)]
        found = [_standing(file) for file in files]
    refused = {row: why for row, why in result.refused}
    failed = []
    for at, (name, text, export) in enumerate(cells):
        wrong = _wrong(text, [one.get(f"{PHONE + at}") for one in found], refused.get(at + 1))
        wrong = wrong or _wrong_export(text, export)
        failed += [f"FAILED cell {name}: {wrong}"] if wrong else []
    print(f"cells: {len(cells)}\ncells_refused: {len(refused)}\nbooks_compared: {len(files)}")
    return len(cells) - len(failed), failed


def _resaved(book: Path, place: Path) -> list[Path]:
    """The book as LibreOffice opens and saves it, where there is one."""
    if missing(("soffice",)):
        return []
    out = place / "resaved"
    out.mkdir()
    return [office().convert(book, "xlsx", out, recalc=True)]


def _standing(path: Path) -> dict[str, tuple[str, bool]]:
    """By phone: the text that stands beside it, and whether it is a formula."""
    book = BookFile.open(path.read_bytes(), name=path.name)
    found: dict[str, tuple[str, bool]] = {}
    column = 0
    for row in book.rows(SHEET):
        cells = {cell.col: cell for cell in row.cells}
        heads = [c.col for c in row.cells if c.value() == "Что хочет"]
        column = heads[0] if heads else column
        phone = next(
            (re.sub(r"\D", "", str(c.value())) for c in row.cells if _is_phone(c.value())), ""
        )
        if phone and column in cells:
            cell = cells[column]
            found[phone] = (str(cell.value() or ""), cell.formula is not None)
        elif phone:
            found[phone] = ("", False)
    return found


def _is_phone(value: object) -> bool:
    return isinstance(value, str) and bool(
        re.fullmatch(r"\+?7916\d{7}", re.sub(r"[\s()-]", "", value))
    )


def _wrong(text: str, standing: Sequence[tuple[str, bool] | None], refused: str | None) -> str:
    if too_long(ILLEGAL.sub("", text)):
        return "" if refused else "too long for a cell, and not refused"
    if refused:
        return f"refused: {refused}"
    for where in standing:
        if where is None:
            return "is not in the book"
        if where[1]:
            return "is a live formula"
        if where[0] not in ends_as(text):
            return f"stands as {where[0][:60]!r}"
    return ""


def _wrong_export(text: str, expected: str) -> str:
    """What is wrong with the text in a file of refused rows."""
    raw = refused_csv(("А",), [Refused(1, (ILLEGAL.sub("", text),), "причина")])
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    if len(rows) != 2 or len(rows[1]) != 2:
        return "breaks out of its cell in a CSV"
    cell = rows[1][0]
    if expected.startswith("prefixed") and FORMULA.match(cell):
        return f"stands in a CSV as {cell[:40]!r}"
    if expected == "unchanged" and cell.strip() != ILLEGAL.sub("", text).strip():
        return f"was changed in a CSV to {cell[:40]!r}"
    return ""


def check_files(folder: Path, place: Path) -> tuple[int, list[str]]:
    """How many files end in a refusal, and what is wrong with the others."""
    failed = []
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with ground(place) as (team, world):
        for at, path in enumerate(paths):
            began = time.monotonic()
            words = _refusal(team, world, path)
            spent = time.monotonic() - began
            held = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            print(f"{path.name}: {words or 'TAKEN'}  ({spent:.1f} s)")
            wrong = "" if words else "was taken"
            if spent > MOST_SECONDS or held > MOST_MB:
                wrong = f"{spent:.0f} s, {held} MB"
            after = place / "good.csv"
            after.write_text(GOOD.format(at), encoding="utf-8")
            good = import_file(team, None, after, world=world)
            if good.taken != 1:
                wrong = wrong or "the file after it was not taken"
            failed += [f"FAILED file {path.name}: {wrong}"] if wrong else []
        print(f"files: {len(paths)}\nmost_mb_of_a_reader: {held if paths else 0}")
    return len(paths) - len(failed), failed


def _refusal(team: Team, world: World, path: Path) -> str:
    try:
        result: ImportResult = import_file(team, None, path, world=world)
    except CrmError as error:
        return say(error.text, **error.facts)
    return "" if result.taken or result.known else "; ".join(why for _, why in result.refused)


def main(cells: Path, folder: Path) -> int:
    """Print what is wrong, the counts, and the line of the result."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        right, wrong = check_cells(cells, Path(one))
        stood, fell = check_files(folder, Path(other))
    failed = wrong + fell
    print(*failed, sep="\n")
    print(f"{right + stood} passed, {len(failed)} failed")
    return int(bool(failed) or not right + stood)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2])))
