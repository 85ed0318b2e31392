"""The markup of a sheet made fit for another book: texts in place, looks by the other's numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from sync.ooxml.markup import attributes
from sync.ooxml.xmltext import escape_cell

if TYPE_CHECKING:
    from sync.ooxml.scan import Texts

_CELL = re.compile(r"<c(\s[^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_LOOKS = (
    re.compile(r'(<c\s[^>]*?\bs=")(\d+)(")'),
    re.compile(r'(<row\s[^>]*?\bs=")(\d+)(")'),
    re.compile(r'(<col\s[^>]*?\bstyle=")(\d+)(")'),
)
_PLAIN = re.compile(r"<c(?!\s[^>]*\bs=)(?=\s|/?>)")
"""A cell without a look of its own: it has the first one, which differs from book to book."""
_RULES = re.compile(r'(<cfRule\s[^>]*?\bdxfId=")(\d+)(")')
_TABLE_RULES = re.compile(
    r'(\b(?:headerRow|data|totalsRow|headerRowBorder|tableBorder|totalsRowBorder)DxfId=")(\d+)(")'
)
_SELECTED = re.compile(r'(<sheetView(?:\s[^>]*?)?)\s+tabSelected="[^"]*"')
_VALUE = re.compile(r"<v>(\d+)</v>")


def fitted(
    text: str, strings: Texts, cell: Callable[[int], int], rule: Callable[[int], int]
) -> str:
    """The sheet with its shared texts put into the cells and its looks renumbered."""
    text = _CELL.sub(lambda m: _with_text(m, strings), text)
    for pattern in _LOOKS:
        text = _renumbered(pattern, text, cell)
    text = _PLAIN.sub(lambda m: _with_default(m, cell), text)
    text = _renumbered(_RULES, text, rule)
    return _SELECTED.sub(r"\1", text)


def fitted_table(text: str, number: int, rule: Callable[[int], int]) -> str:
    """The table with a number that is free in the other book."""
    text = re.sub(r'(<table\s[^>]*?\bid=")\d+(")', rf"\g<1>{number}\g<2>", text, count=1)
    return _renumbered(_TABLE_RULES, text, rule)


def looks_of(text: str) -> set[int]:
    """The numbers of the cell looks that a sheet uses."""
    return {int(m[2]) for pattern in _LOOKS for m in pattern.finditer(text)}


def _renumbered(pattern: re.Pattern[str], text: str, number: Callable[[int], int]) -> str:
    return pattern.sub(lambda m: f"{m[1]}{number(int(m[2]))}{m[3]}", text)


def _with_default(match: re.Match[str], cell: Callable[[int], int]) -> str:
    number = cell(0)
    return f'{match[0]} s="{number}"' if number else match[0]


def _with_text(match: re.Match[str], strings: Texts) -> str:
    given, body = attributes(match[1]), match[2]
    value = _VALUE.search(body or "")
    if given.get("t") != "s" or value is None:
        return match[0]
    tag = "".join(f' {k}="{v}"' for k, v in given.items() if k != "t")
    shown = escape_cell(strings[int(value[1])])
    return f'<c{tag} t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'
