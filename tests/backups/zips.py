"""Small workbooks as different programs pack them."""

from __future__ import annotations

import random
import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

SHEET = "xl/worksheets/sheet1.xml"
DAY = (2026, 3, 12, 9, 0, 0)


def parts(*, rows: int = 200, seed: int = 1) -> dict[str, bytes]:
    """Unpacked parts with a sheet of numbers."""
    dice = random.Random(seed)
    lines = (f'<row r="{n}"><c r="A{n}"><v>{dice.random()}</v></c></row>' for n in range(1, rows))
    return {
        "[Content_Types].xml": b"<Types>" + b"<Default/>" * 60 + b"</Types>",
        "xl/workbook.xml": b"<workbook>" + b"<sheet/>" * 70 + b"</workbook>",
        SHEET: f"<worksheet>{''.join(lines)}</worksheet>".encode(),
    }


def typed(old: Mapping[str, bytes], row: int, value: object) -> dict[str, bytes]:
    """The same with one cell typed over."""
    start, _, rest = old[SHEET].partition(f'<c r="A{row}"><v>'.encode())
    _, _, end = rest.partition(b"</v>")
    cell = f'<c r="A{row}"><v>{value}</v>'.encode()
    return {**old, SHEET: start + cell + end}


def zipped(content: Mapping[str, bytes], *, level: int = 6) -> bytes:
    """As programs with zlib pack it."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, plain in content.items():
            archive.writestr(ZipInfo(name, DAY), plain, ZIP_DEFLATED, compresslevel=level)
    return out.getvalue()


def excel(content: Mapping[str, bytes]) -> bytes:
    """As a program packs it whose way nobody can repeat."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, plain in content.items():
            entry = ZipInfo(name, DAY)
            entry.compress_type = ZIP_DEFLATED
            with archive.open(entry, "w") as member:
                stream = zlib.compressobj(6, zlib.DEFLATED, -15, 8, zlib.Z_FIXED)
                member._compressor = stream  # type: ignore[attr-defined]
                member.write(plain)
    return out.getvalue()
