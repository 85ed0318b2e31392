"""Locks put back into a workbook: where they belong, with all else as it stood."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from sync.ooxml import BookFile
from sync.ooxml.locking import is_locked, is_shut, relocked
from templates.locks import lock, sheet_lock, shut, structure_lock
from tests.office import Office

TAGS = re.compile(rb"<(?:\w+:)?(?:sheet|workbook)Protection\b[^>]*/>")


def workbook(*, locked: bool) -> bytes:
    """Two sheets with a rule, a merged area and a validation behind the rows."""
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Зарплата"
    first["A1"], first["B2"] = "Иванов", 5
    first.merge_cells("D1:E1")
    first.auto_filter.ref = "A1:B2"
    book.create_sheet("Вопросы")["A1"] = "x"
    lock(first, "слово")
    shut(book, "слово")
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue() if locked else stripped(raw.getvalue())


def stripped(raw: bytes) -> bytes:
    """The file as a script leaves it that takes all protection off."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, TAGS.sub(b"", old.read(name)))
    return out.getvalue()


def test_a_lock_comes_back_as_it_was_drawn() -> None:
    bare = BookFile.open(workbook(locked=False), name="x.xlsx")
    assert not is_locked(bare, "Зарплата")
    assert not is_shut(bare)
    book = relocked(bare, {"Зарплата": sheet_lock("Зарплата", "слово")}, structure_lock("слово"))
    assert is_locked(book, "Зарплата")
    assert is_shut(book)
    assert not is_locked(book, "Вопросы")
    was = openpyxl.load_workbook(io.BytesIO(workbook(locked=True)))
    now = openpyxl.load_workbook(io.BytesIO(book.raw))
    for key in ("sheet", "hashValue", "saltValue", "spinCount", "algorithmName", "sort"):
        drawn = getattr(was["Зарплата"].protection, key)
        assert getattr(now["Зарплата"].protection, key) == drawn
    assert now.security.workbookHashValue == was.security.workbookHashValue
    assert now.security.lockStructure is True
    assert now["Зарплата"].merged_cells.ranges == was["Зарплата"].merged_cells.ranges


def test_a_lock_without_its_tick_is_replaced_not_doubled() -> None:
    raw = workbook(locked=True)
    with zipfile.ZipFile(io.BytesIO(raw)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b' sheet="1"', b' sheet="0"')
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for part, content in parts.items():
            new.writestr(part, content)
    book = BookFile.open(out.getvalue(), name="x.xlsx")
    assert not is_locked(book, "Зарплата")
    again = relocked(book, {"Зарплата": sheet_lock("Зарплата", "")})
    assert is_locked(again, "Зарплата")
    assert again.sheet_xml("Зарплата").count(b"sheetProtection") == 1


def test_other_parts_are_the_very_bytes() -> None:
    bare = BookFile.open(workbook(locked=False), name="x.xlsx")
    book = relocked(bare, {"Зарплата": sheet_lock("Зарплата", "слово")})
    with zipfile.ZipFile(io.BytesIO(bare.raw)) as old, zipfile.ZipFile(io.BytesIO(book.raw)) as new:
        moved = {n for n in old.namelist() if old.read(n) != new.read(n)}
    assert moved == {"xl/worksheets/sheet1.xml"}


@pytest.mark.system("soffice")
def test_libreoffice_opens_the_locked_file(libreoffice: Office, tmp_path: Path) -> None:
    """It asks nothing, shows the cells and keeps the lock."""
    bare = BookFile.open(workbook(locked=False), name="x.xlsx")
    path = tmp_path / "x.xlsx"
    locks = {"Зарплата": sheet_lock("Зарплата", "слово")}
    path.write_bytes(relocked(bare, locks, structure_lock("слово")).raw)
    again = openpyxl.load_workbook(libreoffice.convert(path, "xlsx", tmp_path / "out"))
    assert again["Зарплата"]["B2"].value == 5
    assert again["Зарплата"].protection.sheet is True
