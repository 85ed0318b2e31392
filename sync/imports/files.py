"""One way in for every foreign table: the first bytes tell what a file is, never its name."""

from __future__ import annotations

from pathlib import PurePath

from model.errors import UnreadableInput
from sync.imports.csv_file import read_csv
from sync.imports.raw import MAX_BYTES, RawTable
from sync.world import Disk

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"{", b"%pdf")


def read_table(disk: Disk, path: PurePath) -> RawTable:
    """The table of a file; raises UnreadableInput with a reason that a person understands."""
    name = path.name
    size = disk.stat(path).size
    if size > MAX_BYTES:
        raise UnreadableInput(name=name, reason=f"файл больше {MAX_BYTES >> 20} МБ")
    return table_of(disk.read(path), name=name)


def table_of(raw: bytes, *, name: str) -> RawTable:
    """The table in the bytes of a file."""
    if not raw.strip():
        raise UnreadableInput(name=name, reason="файл пустой")
    if raw.startswith((_ZIP, _OLE)):
        from sync.imports.xlsx_file import read_xlsx  # noqa: PLC0415  # heavy, most files are text

        return read_xlsx(raw, name=name)
    head = raw[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(_MARKUP):
        raise UnreadableInput(name=name, reason="это не таблица, а страница или документ")
    return read_csv(raw, name=name)
