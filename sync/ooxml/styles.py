"""Which cell styles show a number as a date or a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.ooxml.tree import Node

# ECMA-376 18.8.30: 14-22 and 45-47 everywhere; 27-36 and 50-58 are dates in East Asian locales.
_BUILT_IN = frozenset({*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)})
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_DATE_CODE = re.compile(r"[dmyhs]|\[(?:h+|m+|s+)\]", re.IGNORECASE)


def date_styles(root: Node | None) -> frozenset[int]:
    """The numbers of the cell styles whose format is a date or a time."""
    if root is None:
        return frozenset()
    formats = root.first("numFmts")
    custom = {
        node.attributes.get("numFmtId", ""): shows_date(node.attributes.get("formatCode", ""))
        for node in (formats.all("numFmt") if formats else ())
    }
    looks = root.first("cellXfs")
    return frozenset(
        index
        for index, node in enumerate(looks.all("xf") if looks else ())
        if _is_date(node.attributes.get("numFmtId", "0"), custom)
    )


def shows_date(code: str) -> bool:
    """Whether a number format writes days or hours: `dd.mm.yyyy`, `[h]:mm`, not `0.00" дн"`."""
    first = code.split(";", maxsplit=1)[0]
    if first.lower() == "general":
        return False
    return _DATE_CODE.search(_NOT_CODE.sub("", first)) is not None


def _is_date(number: str, custom: dict[str, bool]) -> bool:
    if number in custom:
        return custom[number]
    return number.isdigit() and int(number) in _BUILT_IN
