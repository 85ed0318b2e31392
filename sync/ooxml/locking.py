"""Sheets and the list of tabs under lock again, where somebody took the lock off.

Nothing but the elements of protection moves; that is proven before the book is handed out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from model.errors import CrmError, OddWorkbook
from sync.ooxml.book import BookFile
from sync.ooxml.frame import Frame
from sync.ooxml.sheetproof import damage, shape
from sync.ooxml.tree import Node, Splice, parse, splice
from sync.ooxml.xmltext import escape

SHEET, BOOK = "sheetProtection", "workbookProtection"
_BEFORE_BOOK = ("fileVersion", "fileSharing", "workbookPr")
"""What stands before the protection of a workbook (ECMA-376 18.2.27)."""
_LOCKED = re.compile(rb"<(?:\w+:)?sheetProtection\b[^>]*\ssheet=[\"'](?:1|true)[\"']")
_SHUT = re.compile(rb"<(?:\w+:)?workbookProtection\b[^>]*\slockStructure=[\"'](?:1|true)[\"']")
Attributes = Mapping[str, str]


def is_locked(book: BookFile, sheet: str) -> bool:
    """Whether a tab is protected; looked for in its bytes, since it is asked for at every write."""
    if sheet not in book.tabs_protected:
        book.tabs_protected[sheet] = _LOCKED.search(book.sheet_xml(sheet)) is not None
    return book.tabs_protected[sheet]


def is_shut(book: BookFile) -> bool:
    """Whether tabs can be neither added nor removed."""
    return _SHUT.search(book.workbook_xml) is not None


def relocked(
    book: BookFile, sheets: Mapping[str, Attributes], shut: Attributes | None = None
) -> BookFile:
    """The book with these tabs protected, and its list of tabs; raises OddWorkbook."""
    try:
        changed = {book.member(tab).name: _locked(book, tab, how) for tab, how in sheets.items()}
        if shut is not None:
            changed[book.workbook.name] = _shut(book, shut)
        places = {m.name: i for i, m in enumerate(book.package.members)}
        raw = book.package.rebuild({places[name]: part for name, part in changed.items()})
        after = BookFile.open(raw, name=book.name)
        _prove(book, after, sheets)
    except OddWorkbook:
        raise
    except (CrmError, ValueError, KeyError, IndexError) as error:
        raise OddWorkbook(name=book.name, detail=f"защиту не поставить: {error}") from error
    return after


def _locked(book: BookFile, tab: str, how: Attributes) -> bytes:
    """The part of a tab with its protection: in place of an old one, else below the rows."""
    frame, content = book.frame(tab), book.sheet_xml(tab)
    new = _element(frame.prefix, SHEET, how)
    for node in frame.root.all(SHEET):
        return splice(content, [Splice(frame.place(node.start), frame.place(node.end), new)])
    behind = frame.root.first("sheetCalcPr")
    at = frame.end if behind is None else frame.place(behind.end)
    return splice(content, [Splice(at, at, new)])


def _shut(book: BookFile, how: Attributes) -> bytes:
    content = book.workbook_xml
    root = parse(content, label=book.name, part="workbook")
    prefix = root.raw_tag.removesuffix("workbook")
    new = _element(prefix, BOOK, how)
    for node in root.all(BOOK):
        return splice(content, [Splice(node.start, node.end, new)])
    above = [node.end for node in root.children if node.tag in _BEFORE_BOOK]
    at = max(above, default=root.open_end)
    return splice(content, [Splice(at, at, new)])


def _element(prefix: str, tag: str, how: Attributes) -> bytes:
    given = " ".join(f'{name}="{escape(value)}"' for name, value in how.items())
    return f"<{prefix}{tag} {given}/>".encode()


def _prove(before: BookFile, after: BookFile, sheets: Mapping[str, Attributes]) -> None:
    """Rows byte for byte, all else but the protection node for node."""
    if [ref.name for ref in before.sheets] != [ref.name for ref in after.sheets]:
        raise damage(before.name, "листы")
    for tab in sheets:
        was, now = before.frame(tab), after.frame(tab)
        if _rows(before, tab, was) != _rows(after, tab, now) or not is_locked(after, tab):
            raise damage(before.name, f"строки листа «{tab}»")
        if _rest(was.root, SHEET) != _rest(now.root, SHEET):
            raise damage(before.name, f"лист «{tab}»")
    if _rest(before.workbook_tree, BOOK) != _rest(after.workbook_tree, BOOK):
        raise damage(before.name, "книга")


def _rows(book: BookFile, tab: str, frame: Frame) -> bytes:
    return book.sheet_xml(tab)[frame.opened : frame.closed]


def _rest(root: Node, tag: str) -> list[tuple[object, ...]]:
    kept = replace(root, children=[node for node in root.children if node.tag != tag])
    return list(shape(kept, frozenset()))
