"""Pictures of everything a team sees: `python -m tests.acceptance.pictures OUT_DIR TEAM_DIR`.

Every visible sheet of the owner's book and of the first manager's book, the html pages and the
newest monthly report become PNG files of few colours with the margins cut off. Prints the size of
each in kB, then how many were made and how many came out empty; exit 1 when any did.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image, ImageChops

from sync.commands.carding import card
from sync.ooxml import ANY, BookFile, SetSheetState, SetValue, patch
from sync.opening import opened
from sync.team import find_state, state_root
from sync.world.real import real_world
from templates.blueprint import load
from tests.cards import PICKER, tables
from tests.cards import SHEET as CARD
from tests.office import Office, chromium, missing, office, tool

LIMIT = 250_000
"""Bytes that one picture may take in the repository."""
DPI = 96
"""One pixel of a laptop's window is one pixel of the picture."""
WIDE, HIGH = 1320, 900
"""What such a window shows of a sheet."""
HEAD_ROWS, WINDOW_ROWS = 3, 40
"""Key row, strip and heading stay; so many rows follow. More would not fit on a page."""
COLOURS = (128, 64, 32, 16)
MARGIN = 12
TORN, GAP = 200, 6
"""Lines of a page's lower edge that are looked through for so many blank ones."""
ONE_PAGE_A_SHEET = 'pdf:calc_pdf_Export:{"SinglePageSheets":{"type":"boolean","value":"true"}}'
SHEET = re.compile(r'<sheet [^>]*name="([^"]+)"[^>]*/>')
ROW = re.compile(rb'<row [^>]*?r="(\d+)"[^>]*>')


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to be: a name and the PNG that a program drew."""

    name: str
    drawn: Path


def main(out: Path, team: Path) -> int:
    """Draw everything and print what came of it; 1 when a picture is empty."""
    absent = missing(("soffice", "pdftoppm", "chromium"))
    if absent:
        print(f"not on this machine: {', '.join(absent)} (make system)")
        return 1
    program = office()
    out.mkdir(parents=True, exist_ok=True)
    made = empty = 0
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        for shot in _shots(program, team, Path(folder)):
            size = save(shot.drawn, out / f"{shot.name}.png")
            print(f"{shot.name}: {size // 1000} kB" if size else f"empty: {shot.name}")
            made, empty = made + bool(size), empty + (not size)
    print(f"{made} passed, {empty} failed")
    return 1 if empty or not made else 0


def _shots(program: Office, team: Path, folder: Path) -> Iterator[Shot]:
    books = {
        "owner": sorted(team.glob("Руководитель/*.xlsx")),
        "manager": sorted(team.glob("Сотрудники/*/*.xlsx")),
    }
    client = ""
    for role, found in books.items():
        for book in found[:1]:
            client = busiest(book) or client
            yield from sheets(program, with_card(book, client, folder), role, folder)
    pages = {
        "page-dashboard": sorted(team.glob("Руководитель/Сводка.html")),
        "page-forecast": sorted(team.glob("Сотрудники/*/*.html")),
    }
    for name, found in pages.items():
        for page in found[:1]:
            yield screen(page, name, folder)
    yield screen(_card_page(team, client, folder), "page-card", folder)
    for report in sorted(team.glob("Руководитель/Отчёты/*.html"))[-1:]:
        yield paper(report, "report", folder)


def busiest(book: Path) -> str:
    """Number of a client of a salesperson's book with much to see; none in another book."""
    found = tables(book)
    if "receipts" not in found:
        return ""
    counts = Counter(row["client_no"] for row in found["receipts"].rows)
    talked = {row["client_no"] for row in found["calls"].rows if row["answered"]}
    opened = {row["client_no"] for row in found["deals"].rows if row["stage_kind"] == "open"}
    seen = [number for number, _ in counts.most_common() if number in talked & opened]
    return str(next(iter(seen), ""))


def with_card(book: Path, client: str, folder: Path) -> Path:
    """A copy of a book whose «Карточка» is switched on and shows a client."""
    if not client:
        return book
    file = BookFile.open(book.read_bytes(), name=book.name)
    edits = (SetSheetState(CARD, "visible"), SetValue(CARD, PICKER, ANY, client))
    copy = folder / book.name
    copy.write_bytes(patch(file, edits).raw)
    return copy


def _card_page(team: Path, client: str, folder: Path) -> Path:
    """The page of a client, as `card --html` makes it."""
    page = folder / "card.html"
    state = find_state(team, state_root(None, os.environ), team)
    with opened(state) as found:
        zone = ZoneInfo(found.settings.zone)
        card(found, client, world=real_world(zone, 0), html=page)
    return page


def sheets(program: Office, book: Path, role: str, folder: Path) -> Iterator[Shot]:
    """The first window of every visible sheet of a book."""
    keys = {sheet.title.ru: key for key, sheet in load().sheets.items()}
    with zipfile.ZipFile(book) as source:
        workbook = source.read("xl/workbook.xml").decode("utf-8")
    top = folder / f"{role}.xlsx"
    _hide_rows(book, top)
    pdf = program.convert(top, ONE_PAGE_A_SHEET, folder, recalc=True)
    for page, found in enumerate(SHEET.finditer(workbook), start=1):
        if 'state="hidden"' not in found[0]:
            name = f"{role}-{keys[found[1]]}".replace("_", "-")
            yield Shot(name, _page(pdf, folder / name, page, "-W", str(WIDE), "-H", str(HIGH)))


def screen(page: Path, name: str, folder: Path) -> Shot:
    """A page as it stands in a window."""
    target = folder / f"{name}.png"
    chromium(f"--screenshot={target}", f"--window-size={WIDE},{HIGH}", page.resolve().as_uri())
    with Image.open(target) as drawn:
        whole = drawn.crop((0, 0, drawn.width, clean_end(drawn)))
    whole.save(target)
    return Shot(name, target)


def clean_end(drawn: Image.Image) -> int:
    """The lowest line that cuts no text: the window ends in the middle of a row of the page."""
    grey = drawn.convert("L")
    for line in range(drawn.height, drawn.height - TORN, -1):
        darkest, lightest = grey.crop((0, line - GAP, drawn.width, line)).getextrema()
        if darkest == lightest:
            return line
    return drawn.height


def paper(page: Path, name: str, folder: Path) -> Shot:
    """The first printed page."""
    pdf = folder / f"{name}.pdf"
    address = page.resolve().as_uri()
    chromium("--no-pdf-header-footer", f"--print-to-pdf={pdf}", address)
    return Shot(name, _page(pdf, folder / name, 1))


def save(drawn: Path, target: Path) -> int:
    """Bytes of the picture, cut and of as few colours as the limit asks; 0 for an empty one."""
    picture = Image.open(drawn).convert("RGB")
    paper_colour = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    box = ImageChops.difference(picture, paper_colour).getbbox()
    if box is None:
        return 0
    left, top, right, bottom = box
    wide, high = picture.size
    cut = picture.crop((
        max(left - MARGIN, 0), max(top - MARGIN, 0),
        min(right + MARGIN, wide), min(bottom + MARGIN, high),
    ))  # fmt: skip
    for colours in COLOURS:
        cut.quantize(colours, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size <= LIMIT:
            break
    return target.stat().st_size


def _hide_rows(book: Path, target: Path) -> None:
    """A copy of the book in which the rows outside the window are hidden.

    Hidden, not cut: the formulas that look at the clock are calculated anew when it is drawn.
    """
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            raw = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                raw = ROW.sub(_hidden, raw)
            copy.writestr(name, raw, zipfile.ZIP_DEFLATED)


def _hidden(found: re.Match[bytes]) -> bytes:
    """A row below the window marked as hidden."""
    if int(found[1]) <= HEAD_ROWS + WINDOW_ROWS or b' hidden="1"' in found[0]:
        return found[0]
    return found[0].replace(b"<row ", b'<row hidden="1" ')


def _page(pdf: Path, stem: Path, number: int, *crop: str) -> Path:
    program = tool("pdftoppm") or "pdftoppm"
    page = ["-f", str(number), "-l", str(number), "-singlefile"]
    command = [program, "-png", "-r", str(DPI), *page, *crop, str(pdf), str(stem)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return stem.with_suffix(".png")


def run(arguments: Sequence[str]) -> int:
    """Take two folders from the command line; the exit code."""
    if len(arguments) != 2:
        print("python -m tests.acceptance.pictures OUT_DIR TEAM_DIR")
        return 2
    return main(Path(arguments[0]), Path(arguments[1]))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
