"""The words of sheet XML as patterns, for the namespace prefix that the sheet uses.

A pattern is kept by its prefix; nearly all sheets use none. Tags hold no `>` inside: rows and cells
have only addresses, numbers and flags for attributes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_ATTRIBUTE = re.compile(r"""([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SHEET_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData(?:\s[^>]*?)?(/?)>")


@dataclass(frozen=True, slots=True)
class Words:
    """Patterns over bytes (`row`, `cell`) and over text (the rest)."""

    prefix: str
    row: re.Pattern[bytes]
    """Start tag of a row: attributes, closing slash."""
    cell: re.Pattern[bytes]
    """A whole cell: attributes, content (None for a closed tag)."""
    cell_tag: re.Pattern[bytes]
    """What the tag of a cell begins with; `<color` of a text in several looks is none."""
    usual: re.Pattern[str]
    """A cell as programs usually write it: column, other attributes, formula, value, its end.

    LibreOffice says of each formula that it need not always be calculated anew (`aca`).
    """
    cell_text: re.Pattern[str]
    formula: re.Pattern[str]
    """A formula: attributes, text."""
    value: re.Pattern[str]
    inline: re.Pattern[str]
    string: re.Pattern[str]
    """A shared string: its text when plain, else the whole element."""
    phonetic: re.Pattern[str]
    run: re.Pattern[str]
    row_text: re.Pattern[str]
    """`row` over text."""
    row_open: str
    row_end: str
    row_close: bytes
    cell_open: str
    cell_close: str


@cache
def words(prefix: str) -> Words:
    """The patterns for a namespace prefix with its colon, or for none."""
    p = re.escape(prefix)
    b = p.encode()
    element = rf"<{p}{{0}}((?:\s[^>]*?)?)(?:/>|>(.*?)</{p}{{0}}\s*>)"
    cell = rf"<{p}c((?:\s[^>]*?)?)(?:/>|>(.*?)</{p}c\s*>)"
    return Words(
        prefix=prefix,
        row=re.compile(rb"<" + b + rb"row((?:\s[^>]*?)?)(/?)>"),
        cell=re.compile(cell.encode(), re.DOTALL),
        cell_tag=re.compile(rb"<" + b + rb"c[\s/>]"),
        usual=re.compile(
            rf'<{p}c r="([A-Z]+)[0-9]+"([^>]*+)'
            rf"(?:(?<=/)>|>(?:<{p}f(?: aca=.false.)?>([^<]*+)</{p}f>)?"
            rf'(?:(?:<{p}v>|<{p}is><{p}t(?: xml:space="preserve")?>)'
            rf"([^<]*+)(</{p}v>|</{p}t></{p}is>))?</{p}c>)"
        ),
        cell_text=re.compile(cell, re.DOTALL),
        formula=re.compile(element.format("f"), re.DOTALL),
        value=re.compile(element.format("v"), re.DOTALL),
        inline=re.compile(element.format("is"), re.DOTALL),
        string=re.compile(
            rf"<{p}si>\s*<{p}t(?:\s[^>]*)?>([^<]*)</{p}t>\s*</{p}si>"
            rf"|(<{p}si(?:\s[^>]*)?(?:/>|>.*?</{p}si\s*>))",
            re.DOTALL,
        ),
        phonetic=re.compile(rf"<{p}rPh[\s>].*?</{p}rPh\s*>", re.DOTALL),
        run=re.compile(rf"<{p}t(?:\s[^>]*?)?(?:/>|>([^<]*)</{p}t\s*>)"),
        row_text=re.compile(rf"<{p}row((?:\s[^>]*?)?)(/?)>"),
        row_open=f"<{prefix}row",
        row_end=f"</{prefix}row>",
        row_close=f"</{prefix}row>".encode(),
        cell_open=f"<{prefix}c",
        cell_close=f"</{prefix}c>",
    )


def attributes(text: str) -> dict[str, str]:
    """The attributes of a start tag, values as written."""
    return {m[1]: m[2] if m[2] is not None else m[3] for m in _ATTRIBUTE.finditer(text)}


def sheet_data(content: bytes) -> re.Match[bytes] | None:
    """The start tag of sheetData: prefix, closing slash."""
    return _SHEET_DATA.search(content)
