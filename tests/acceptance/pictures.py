"""Pictures of everything a team sees: `python -m tests.acceptance.pictures OUT_DIR TEAM_DIR`.

Every visible sheet of the owner's book and of the first manager's book, the html pages and the
newest monthly report become PNG files of few colours with the margins cut off. Prints the size of
each in kB, then how many were made and how many came out empty; exit 1 when any did.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

from templates.blueprint import load
from tests.office import Office, chromium, office, tool

LIMIT = 250_000
"""Bytes that one picture may take in the repository."""
DPI = 110
"""A4 on its side is then as wide as a laptop's window of cells."""
COLOURS = (128, 64, 32, 16)
MARGIN = 12
WINDOW = "1320,1600"
PAGE = '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
"""A4 on its side, as wide as the sheet."""
AFTER_MARGINS = re.compile(r"(<pageMargins[^>]*/>)(?:<pageSetup[^>]*/>)?")
SHEET = re.compile(r'<sheet [^>]*name="([^"]+)"[^>]*r:id="([^"]+)"[^>]*/>')


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to be: a name and the PNG that a program drew."""

    name: str
    drawn: Path


def main(out: Path, team: Path) -> int:
    """Draw everything and print what came of it; 1 when a picture is empty."""
    program = office()
    if program is None or tool("pdftoppm") is None or tool("chromium") is None:
        print("LibreOffice, Chromium or pdftoppm is missing: make system")
        return 1
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
    for role, found in books.items():
        for book in found[:1]:
            yield from sheets(program, book, role, folder)
    pages = {
        "page-dashboard": sorted(team.glob("Руководитель/Сводка.html")),
        "page-forecast": sorted(team.glob("Сотрудники/*/*.html")),
    }
    for name, found in pages.items():
        for page in found[:1]:
            yield screen(page, name, folder)
    for report in sorted(team.glob("Руководитель/Отчёты/*.html"))[-1:]:
        yield paper(report, "report", folder)


def sheets(program: Office, book: Path, role: str, folder: Path) -> Iterator[Shot]:
    """First page of every visible sheet of a book."""
    keys = {sheet.title.ru: key for key, sheet in load().sheets.items()}
    with zipfile.ZipFile(book) as source:
        listed = _plain(source.read("xl/workbook.xml"))
    for found in SHEET.finditer(listed):
        if "state=" in found[0]:
            continue
        name = f"{role}-{keys.get(found[1], found[1])}".replace("_", "-")
        alone = folder / f"{name}.xlsx"
        _leave_one(book, found[1], found[2], alone)
        pdf = program.convert(alone, "pdf", folder)
        yield Shot(name, _first_page(pdf, folder / name))


def screen(page: Path, name: str, folder: Path) -> Shot:
    """A page as it stands in a window."""
    target = folder / f"{name}.png"
    chromium(f"--screenshot={target}", f"--window-size={WINDOW}", page.resolve().as_uri())
    return Shot(name, target)


def paper(page: Path, name: str, folder: Path) -> Shot:
    """The first printed page."""
    pdf = folder / f"{name}.pdf"
    address = page.resolve().as_uri()
    chromium("--no-pdf-header-footer", f"--print-to-pdf={pdf}", address)
    return Shot(name, _first_page(pdf, folder / name))


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


def _leave_one(book: Path, title: str, link: str, target: Path) -> None:
    """A copy of the book that shows one sheet, set to print as wide as it is."""
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(target, "w") as copy:
        part = _part(source.read("xl/_rels/workbook.xml.rels").decode("utf-8"), link)
        for name in source.namelist():
            raw = source.read(name)
            if name == "xl/workbook.xml":
                raw = _hide_others(_plain(raw), title).encode("utf-8")
            elif name == part:
                raw = _fit(raw.decode("utf-8")).encode("utf-8")
            copy.writestr(name, raw, zipfile.ZIP_DEFLATED)


def _part(links: str, link: str) -> str:
    for one in re.findall(r"<Relationship [^>]*>", links):
        if f'Id="{link}"' in one:
            target = re.search(r'Target="([^"]+)"', one)
            if target is not None:
                return f"xl/{target[1].removeprefix('/xl/')}"
    raise KeyError(link)


def _plain(workbook: bytes) -> str:
    """The list of sheets, where only a hidden one has a state."""
    return workbook.decode("utf-8").replace(' state="visible"', "")


def _hide_others(workbook: str, title: str) -> str:
    names = [found[1] for found in SHEET.finditer(workbook)]
    shown = SHEET.sub(
        lambda found: (
            found[0]
            if found[1] == title or "state=" in found[0]
            else found[0].replace("<sheet ", '<sheet state="hidden" ')
        ),
        workbook,
    )
    shown = re.sub(r' (?:activeTab|firstSheet)="\d+"', "", shown)
    return shown.replace("<workbookView ", f'<workbookView activeTab="{names.index(title)}" ')


def _fit(sheet: str) -> str:
    sheet = re.sub(r"<pageSetUpPr[^>]*/>", '<pageSetUpPr fitToPage="1"/>', sheet)
    return AFTER_MARGINS.sub(rf"\1{PAGE}", sheet)


def _first_page(pdf: Path, stem: Path) -> Path:
    program = tool("pdftoppm") or "pdftoppm"
    command = [program, "-png", "-r", str(DPI), "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([*command, str(pdf), str(stem)], check=True, capture_output=True, timeout=120)
    return stem.with_suffix(".png")


def run(arguments: Sequence[str]) -> int:
    """Take two folders from the command line; the exit code."""
    if len(arguments) != 2:
        print("python -m tests.acceptance.pictures OUT_DIR TEAM_DIR")
        return 2
    return main(Path(arguments[0]), Path(arguments[1]))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
