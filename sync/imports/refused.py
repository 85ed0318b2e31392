"""Rows that were not taken, written so that a person mends them in Excel and imports them again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from model.values import Value
from sync.imports.headings import REASON
from sync.imports.prepare import Refused, as_text

_RISKY = re.compile(r"[\s\u200b\ufeff]*[=+\-@\t\r＝＋－＠]")
_HONEST = re.compile(
    r"[+-]?[\d\s()\u00a0.,-]*%?"
    r"|@(?![A-Za-z]{1,3}\d+$)[A-Za-z]\w{2,31}"
    r"|[-+=][ \u00a0]+[^\W\d_]{2,}(?:[ \u00a0,.:;-]+(?:[^\W\d_]{2,}|\d+))*[.!?]*"
)
"""What starts like a formula and is none: a phone or a signed number, the name of a channel, words
after a dash. Cells, calls, operators between them and other sheets are not among these."""


def refused_csv(headers: Sequence[str], rows: Sequence[Refused]) -> bytes:
    """The rows with their own columns and the reason, as Excel opens it with a double click."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    kept = [at for at, header in enumerate(headers) if header != REASON]
    writer.writerow([*(safe(headers[at]) for at in kept), REASON])
    for row in rows:
        writer.writerow([*(safe(row.cells[at]) for at in kept), row.reason])
    return out.getvalue().encode("utf-8-sig")


def safe(cell: Value) -> str:
    """A cell as text that no program takes for a formula; import strips the apostrophe again."""
    text = as_text(cell)
    if _RISKY.match(text) and not _HONEST.fullmatch(text):
        return f"'{text}"
    return text
