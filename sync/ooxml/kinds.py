"""What a file is, told from its first bytes: for the words of a refusal."""

from __future__ import annotations

from model.errors import CrmError, EncryptedWorkbook, HalfCopied, NotAWorkbook

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_TEXT_BYTES = frozenset({9, 10, 13, *range(32, 256)})


def refusal(raw: bytes, *, label: str) -> CrmError | None:
    """The error for bytes that are no zip archive; None for an archive."""
    if raw[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
        return None
    if not raw.strip(b"\x00"):
        return HalfCopied(name=label, detail="в нём пока нет данных")
    if raw.startswith(_OLE):
        if _ENCRYPTED_STREAM in raw:
            return EncryptedWorkbook(name=label)
        return NotAWorkbook(name=label, found="книга старого Excel (xls)")
    return NotAWorkbook(name=label, found=_looks_like(raw))


def archive_kind(names: frozenset[str], mimetype: bytes) -> str:
    """What an archive without a workbook part is, for people."""
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        return "таблица LibreOffice (ods)"
    if any(name.endswith("workbook.bin") for name in names):
        return "двоичная книга Excel (xlsb)"
    if any(name.startswith("word/") for name in names):
        return "документ Word"
    if any(name.startswith("ppt/") for name in names):
        return "презентация"
    return "архив zip"


def _looks_like(raw: bytes) -> str:
    head = raw[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    known = {
        b"%pdf": "документ PDF",
        b"{\\rtf": "документ RTF",
        b"<!doctype html": "веб-страница",
        b"<html": "веб-страница",
        b"<table": "веб-страница",
        b"<?xml": "файл XML",
        b"rar!": "архив rar",
        b"7z\xbc\xaf": "архив 7z",
    }
    for sign, name in known.items():
        if head.startswith(sign):
            return name
    if b"<html" in head or b"<table" in head:
        return "веб-страница"
    return "текст" if _TEXT_BYTES.issuperset(raw[:2000]) else "файл другой программы"
