"""Text tables: encoding, delimiter and quotes found out, never assumed."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections import Counter
from collections.abc import Sequence

from charset_normalizer import from_bytes

from model.errors import UnreadableInput
from sync.imports.raw import MAX_CELLS, Line, RawTable, head_and_rows

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CYRILLIC = ("cp1251", "koi8-r", "cp866")
_FREQUENT = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
"""Russian letters, the most frequent first: the right decoding has many of the first ones."""
_DELIMITERS = (";", "\t", ",", "|")
_WESTERN = ["cp1252", "cp1250", "cp1254"]
_FEW = 50
"""One broken letter in so many is a damaged UTF-8 file, not another encoding."""
_SAMPLE_BYTES, _SAMPLE_LINES = 65_536, 100
_RUNAWAY = 50
"""A cell of so many lines in a row too short is a quote that somebody forgot to close."""


def read_csv(raw: bytes, *, name: str) -> RawTable:
    """The table of a text file; raises UnreadableInput."""
    text, encoding = decode_text(raw)
    text, told = _told_delimiter(text)
    delimiter = told or sniff_delimiter(text)
    lines = _lines(text, delimiter, name, quoting=csv.QUOTE_MINIMAL)
    if any(_is_runaway(row, lines[0]) for row in lines):
        lines = _lines(text, delimiter, name, quoting=csv.QUOTE_NONE)
    headers, rows = head_and_rows(lines)
    if not headers:
        raise UnreadableInput(name=name, reason="в файле нет ни одной заполненной строки")
    return RawTable(name, headers, rows, encoding=encoding, delimiter=delimiter)


def _is_runaway(row: Line, first: Line) -> bool:
    """Whether a cell swallowed the rows after it, with their delimiters."""
    long = any(isinstance(cell, str) and cell.count("\n") > _RUNAWAY for cell in row.cells)
    return long and len(row.cells) < len(first.cells)


def decode_text(raw: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding; every file has one, at worst a wrong one."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace"), encoding
    if raw[1:_SAMPLE_BYTES:2].count(0) > len(raw[:_SAMPLE_BYTES]) // 4:
        return raw.decode("utf-16-le", errors="replace"), "utf-16-le"
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text = raw.decode("utf-8", errors="replace")
    broken, letters = text.count("\ufffd"), sum(c > "\x7f" for c in text)
    if broken * _FEW < letters:
        return text, "utf-8"
    encoding = _eight_bit(raw[:_SAMPLE_BYTES])
    return raw.decode(encoding, errors="replace"), encoding


def _eight_bit(sample: bytes) -> str:
    """The likeliest one-byte encoding: Russian when the high bytes stand together, as in words."""
    high = [byte >= 0x80 for byte in sample]
    together = sum(a and b for a, b in itertools.pairwise(high))
    if together * 2 >= sum(high):
        return max(_CYRILLIC, key=lambda encoding: _russian(sample, encoding))
    best = from_bytes(sample, cp_isolation=_WESTERN).best()
    return best.encoding if best else "latin-1"


def _russian(sample: bytes, encoding: str) -> float:
    """How much a decoding reads like Russian."""
    text = sample.decode(encoding, errors="replace")
    weights = {letter: 1 / (rank + 3) for rank, letter in enumerate(_FREQUENT)}
    letters = sum(weights.get(c, 0) * n for c, n in Counter(text.casefold()).items())
    humps = sum(a.islower() and b.isupper() for a, b in itertools.pairwise(text))
    frames = sum("\u2500" <= c <= "\u25ff" or c == "\ufffd" for c in text)
    return letters - humps - frames


def _told_delimiter(text: str) -> tuple[str, str]:
    """Excel's own first line `sep=;` taken off, and what it says."""
    head, _, rest = text.partition("\n")
    head = head.strip().strip('"')
    if head.casefold().startswith("sep=") and len(head) == 5:
        return rest, head[-1]
    return text, ""


def sniff_delimiter(text: str) -> str:
    """The delimiter that gives most columns in most lines; a comma when nothing divides."""
    sample = "\n".join(text.splitlines()[:_SAMPLE_LINES])
    scores = {delimiter: _evenness(sample, delimiter) for delimiter in _DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else ","


def _evenness(sample: str, delimiter: str) -> float:
    """Share of rows that have the usual width, times how wide that is."""
    try:
        rows = list(csv.reader(io.StringIO(sample), delimiter=delimiter))
    except csv.Error:
        return 0.0
    widths = [len(row) for row in rows if row]
    wide = Counter(w for w in widths if w > 1)
    if not wide:
        return 0.0
    width, count = max(wide.items(), key=lambda pair: (pair[1], pair[0]))
    return count / len(widths) * (1 + math.log2(width))


def _lines(text: str, delimiter: str, name: str, *, quoting: int) -> Sequence[Line]:
    quoted = quoting == csv.QUOTE_MINIMAL
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        skipinitialspace=quoted,
    )
    lines: list[Line] = []
    cells = 0
    try:
        for row in reader:
            cells += len(row)
            if cells > MAX_CELLS:
                raise UnreadableInput(name=name, reason=f"больше {MAX_CELLS} ячеек")
            lines.append(Line(reader.line_num, tuple(row)))
    except csv.Error as error:
        reason = f"строка {reader.line_num} не делится на столбцы"
        raise UnreadableInput(name=name, reason=reason) from error
    return lines
