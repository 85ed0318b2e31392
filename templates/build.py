"""A workbook from the blueprint: empty tables with spare rows, painted screens, the stamp.

A book of one person is built from nothing; it never passes through another person's. The first
pass of the daemon fills it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import (
    FIRST_ROW,
    STRIP_ROW,
    Blueprint,
    Column,
    Role,
    Sheet,
)
from templates.blueprint.settings import FIXED_LISTS
from templates.draw import DrawContext
from templates.help import draw_help
from templates.screens import SCREENS, faces
from templates.service import draw_service
from templates.strips import STRIPS, freshness_formula
from templates.table_sheet import (
    Placed,
    add_native,
    colour_rows,
    draw_table,
    grey_where,
    set_view,
    strip,
    yellow_where,
)

TAB_COLOURS = {"work": "2F4B66", "questions": "D9822B", "figures": "1F6F50", "settings": "9AA5B1"}
BUILT = datetime(2026, 1, 1)  # noqa: DTZ001  # a fixed date, so that equal books are equal bytes
SPIN_COUNT = 100_000
FROZEN_AFTER = {
    "deals": "signal",
    "clients": "signal",
    "questions": "about",
    "leads": "row_id",
    "payments": "row_id",
    "plans": "metric",
    "calls": "row_id",
    "tasks": "row_id",
}
FIRST_SPARE = 2
"""Prepared rows of a fresh table; the first pass lays the rest together with its rows."""
BLOCK_ROWS = 60
"""Spare rows of a block of «Настройки»."""
DUE: dict[str, tuple[tuple[str, str], ...]] = {
    "deals": (
        ("next_step", 'AND({client_id}<>"",{stage_kind}="open",{next_step}="")'),
        ("step_on", 'AND({client_id}<>"",{stage_kind}="open",{step_on}="")'),
        ("lost_reason", 'AND({stage_kind}="lost",{lost_reason}="")'),
        ("amount", 'AND({signal}="Впишите сумму",{amount}="")'),
    ),
    "questions": (("answer", 'AND({code}>0,{answer}="")'),),
}
OVER = {
    "deals": 'AND({client_id}<>"",{stage_kind}<>"open")',
    "questions": 'AND({about}<>"",{code}=0)',
}


def build_book(  # the facts of one book
    blueprint: Blueprint,
    role: Role,
    *,
    stamp: str,
    people: int = 5,
    password: str = "",
) -> bytes:
    """The bytes of an empty book of a role; equal arguments give equal bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    titles = {k: s.title.ru for k, s in blueprint.sheets.items()}
    context = DrawContext(people=people, titles=titles)
    lists = _list_sources(blueprint, role)
    for key in blueprint.books[role].sheets:
        sheet = blueprint.sheets[key]
        ws = book.create_sheet(sheet.title.ru)
        ws.sheet_properties.tabColor = TAB_COLOURS[sheet.tab]
        ws.sheet_properties.pageSetUpPr = PageSetupProperties()
        _draw(ws, sheet, blueprint, role, context, lists)
        if sheet.hidden:
            ws.sheet_state = "hidden"
        if sheet.protected:
            _protect(ws, password)
    _fixed_lists(book)
    book.defined_names["sheetcrm_stamp"] = DefinedName(
        "sheetcrm_stamp", attr_text=f'"{stamp}"', hidden=True
    )
    properties: Any = book  # the stubs do not know custom properties
    properties.custom_doc_props.append(StringProperty(name="sheetcrm", value=stamp))
    book.calculation.fullCalcOnLoad = True
    return _saved(book)


def _draw(
    ws: Worksheet,
    sheet: Sheet,
    blueprint: Blueprint,
    role: Role,
    context: DrawContext,
    lists: dict[str, str],
) -> None:
    if sheet.key == "_crm":
        draw_service(ws, context)
        ws.cell(1, 1, "_crm.grid")
    elif sheet.key in SCREENS:
        SCREENS[sheet.key].draw(ws, context)
        ws.cell(1, 1, f"{sheet.key}.grid")
    elif sheet.key == "help":
        draw_help(ws)
    elif len(sheet.tables) > 1:
        _draw_blocks(ws, sheet, blueprint, role, lists)
    else:
        _draw_table(ws, sheet, blueprint, role, lists)


def _draw_table(
    ws: Worksheet, sheet: Sheet, blueprint: Blueprint, role: Role, lists: dict[str, str]
) -> None:
    key = sheet.tables[0]
    placed = Placed(blueprint.tables[key], blueprint.columns_of(role, key))
    draw_table(ws, placed, lists, spare=FIRST_SPARE)
    frozen = placed.places[FROZEN_AFTER[key]]
    set_view(ws, f"{get_column_letter(frozen + 1)}{FIRST_ROW}", placed.columns)
    for field, condition in DUE.get(key, ()):
        yellow_where(ws, placed, field, condition)
    colour_rows(ws, placed, "signal" if "signal" in placed.places else FROZEN_AFTER[key])
    if key in OVER:
        grey_where(ws, placed, OVER[key])
    add_native(ws, placed)
    left, right = STRIPS[key]
    first = next(i for i, c in enumerate(placed.columns, start=1) if not c.hidden)
    strip(ws, (first, left), (placed.places[right], freshness_formula()))


def _draw_blocks(
    ws: Worksheet, sheet: Sheet, blueprint: Blueprint, role: Role, lists: dict[str, str]
) -> None:
    """Small tables side by side, each with its title above."""
    left = 1
    columns: list[Column] = []
    for key in sheet.tables:
        placed = Placed(blueprint.tables[key], blueprint.columns_of(role, key), left)
        draw_table(ws, placed, lists, spare=BLOCK_ROWS)
        title = ws.cell(STRIP_ROW, left, placed.table.title.ru)
        title.font = Font(name="Calibri", size=12, bold=True, color=faces.INK)
        title.alignment = Alignment(vertical="center", indent=1)
        columns += placed.columns
        left += len(placed.columns) + 1
        ws.column_dimensions[get_column_letter(left - 1)].width = 3
    set_view(ws, f"A{FIRST_ROW}", columns)


def _list_sources(blueprint: Blueprint, role: Role) -> dict[str, str]:
    """Formula of each list for validations: a live range of the list's own column."""
    sources = {name: f"list_{name}" for name in FIXED_LISTS}
    known = blueprint.tables_of(role)
    for name, place in blueprint.lists.items():
        if place.partition(".")[0] in known:
            sources[name] = f"list_{name}"
    return sources


def _fixed_lists(book: Workbook) -> None:
    """Closed lists of the program's own words on a hidden sheet, and names over every list."""
    title = "_words"
    ws = book.create_sheet(title)
    ws.sheet_state = "hidden"
    for number, (name, words) in enumerate(FIXED_LISTS.items(), start=1):
        letter = get_column_letter(number)
        for row, word in enumerate(words, start=1):
            ws.cell(row, number, word)
        target = f"{title}!${letter}$1:${letter}${len(words)}"
        book.defined_names[f"list_{name}"] = DefinedName(f"list_{name}", attr_text=target)
    for name, column in (
        ("stages", "stages_name"),
        ("reasons", "reasons_name"),
        ("sources", "sources_name"),
        ("industries", "industries_name"),
        ("units", "units_name"),
        ("people", "staff_fio"),
    ):
        known = book.defined_names.get(column)
        if known is not None:
            target = _live_range(str(known.attr_text))
            book.defined_names[f"list_{name}"] = DefinedName(f"list_{name}", attr_text=target)
    if "stages_prob" in book.defined_names:
        target = str(book.defined_names["stages_prob"].attr_text)
        book.defined_names["stages_probability"] = DefinedName(
            "stages_probability", attr_text=target
        )


def _live_range(target: str) -> str:
    """`S!$A$4:$A$704` -> `S!$A$4:INDEX(S!$A$4:$A$704,MAX(1,COUNTA(...)))`: no empty tail."""
    sheet, _, area = target.rpartition("!")
    first = area.partition(":")[0]
    return f"{sheet}!{first}:INDEX({target},MAX(1,COUNTA({target})))"


def _protect(ws: Worksheet, password: str) -> None:
    """A lock against slips (not secrecy), salted with the sheet's own name."""
    lock = ws.protection
    lock.sheet = True
    lock.formatColumns = lock.formatRows = lock.autoFilter = lock.sort = False
    lock.insertRows = False
    if password:
        salt = hashlib.sha256(ws.title.encode()).digest()[:16]
        lock.algorithmName, lock.spinCount = "SHA-512", SPIN_COUNT
        lock.saltValue = base64.b64encode(salt).decode()
        lock.hashValue = _locked_hash(password, salt)


def _locked_hash(password: str, salt: bytes) -> str:
    """Hash of a sheet lock by ISO/IEC 29500 part 4, 14.1.1 (XLSX.md section 4.12)."""
    value = hashlib.sha512(salt + password.encode("utf-16-le")).digest()
    for spin in range(SPIN_COUNT):
        value = hashlib.sha512(value + spin.to_bytes(4, "little")).digest()
    return base64.b64encode(value).decode()


def _saved(book: Workbook) -> bytes:
    """The bytes with fixed dates, so that two builds are equal."""
    book.properties.creator = "SheetCRM"
    book.properties.created = book.properties.modified = BUILT
    first = io.BytesIO()
    book.save(first)
    return _with_fixed_dates(first.getvalue())


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def _with_fixed_dates(raw: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>2026-01-01T00:00:00Z", content)
            fixed = zipfile.ZipInfo(member.filename, (2026, 1, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, content)
    return out.getvalue()
