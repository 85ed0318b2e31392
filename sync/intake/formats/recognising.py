"""What bytes are: the content tells, never the name."""

from __future__ import annotations

import re

from sync.intake.formats.asterisk import read_asterisk
from sync.intake.formats.bank1c import read_1c
from sync.intake.formats.letters import read_letters
from sync.intake.formats.reading import Format, Reading, Wish, unreadable
from sync.intake.formats.requests import read_request
from sync.intake.formats.tables import TITLES, read_lines, read_table_file

_BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_HEAD = 2_000
STRANGERS: tuple[tuple[str, bytes], ...] = (
    ("выписка белорусского клиент-банка (^Type=…^), а не 1С", rb"\*{5} *\^Type=|\[OUT_PARAM\]"),
    ("выписка SWIFT MT940, а не 1С", rb"(?m)^(?:\{1:F01|:20:[^\r\n]*\r?\n(?s:.{0,400}):60F:)"),
    ("выписка ISO 20022 (camt.053), а не 1С", rb"urn:iso:std:iso:20022:tech:xsd:camt"),
    ("выписка iBank 2, а не 1С", rb"^\$OPERS_LIST|^Content-Type=doc/"),
    ("выписка OFX, а не 1С", rb"^OFXHEADER:|<OFX>"),
    ("выписка QIF, а не 1С", rb"^!Type:"),
    ("архив rar", rb"^Rar!\x1a\x07"),
    ("архив 7z", rb"^7z\xbc\xaf\x27\x1c"),
    ("архив gzip", rb"^\x1f\x8b"),
    ("документ PDF", rb"^%PDF"),
    ("картинка", rb"^(?:\x89PNG|\xff\xd8\xff|GIF8)"),
    ("программа", rb"^(?:MZ|\x7fELF)"),
    ("страница HTML, хотя названа книгой", rb"(?i)^\s*(?:<!doctype html|<html|<table|<head|<meta)"),
    ("документ XML", rb"^\s*<\?xml"),
)
"""What is told by its name and not taken: a file of another bank must not be half understood."""
_ADVICE = {
    "выписка": "попросите у банка выгрузку «для 1С»",
    "страница": "откройте в Excel и сохраните как xlsx",
    "архив": "распакуйте",
}
_FORMATS: tuple[Format, ...] = (
    read_1c,
    read_letters,
    read_lines,
    read_request,
    read_asterisk,
)


def recognised(raw: bytes, name: str, wish: Wish | None = None) -> Reading:
    """The rows of bytes whose kind nobody knows, or was named in the wish.

    Raises UnreadableInput, ColumnsNotFound and what broken workbooks raise, each with a reason
    that a person understands. Bytes of strangers are to be read through `sync.intake.apart`.
    """
    asked = wish or Wish()
    if not raw.strip():
        raise unreadable(name, "файл пустой")
    if raw.startswith(_BOOKS):
        return read_table_file(raw, name, asked)
    _refuse_strangers(raw, name)
    for read in _FORMATS:
        reading = read(raw, name, asked)
        if reading is not None:
            return _as_asked(reading, name, asked)
    return read_table_file(raw, name, asked)


def _refuse_strangers(raw: bytes, name: str) -> None:
    head = raw[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if b"1CClientBankExchange" in head:
        return
    for title, pattern in STRANGERS:
        if re.search(pattern, head):
            advice = _ADVICE.get(title.split()[0], "")
            raise unreadable(name, f"это {title}{f'; {advice}' if advice else ''}")


def _as_asked(reading: Reading, name: str, wish: Wish) -> Reading:
    """The reading, if its rows are what a person said they are."""
    if wish.kind is None or wish.kind is reading.kind:
        return reading
    there = f"это {reading.title}, а не {TITLES[wish.kind]}"
    raise unreadable(name, f"{there}: import {reading.kind.value}")
