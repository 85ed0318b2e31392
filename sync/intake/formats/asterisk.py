"""Logs of Asterisk (`Master.csv`, without headings) and of everything built on it.

Templates order the columns as they like under one file name, so content tells which is which: the
disposition by its words, times by their shape and order, channels by their shape, the rest by what
agrees with these. Times are local to the exchange and carry no zone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sync.imports import ImportKind, Refused
from sync.imports.csv_file import decode_text
from sync.imports.headings import folded
from sync.imports.raw import clean_text
from sync.intake.formats.legs import IN, OUT, Leg, joined
from sync.intake.formats.reading import Clock, Merging, Reading, Wish, source_of, unreadable

DISPOSITIONS = frozenset({"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION", "UNKNOWN", ""})
SAMPLE = 400
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?")
_CHANNEL = re.compile(r"(?:[A-Za-z][\w.]*/\S+-[0-9a-fA-F]{6,}(?:;[12])?|Local/\S+)")
_UNIQUE = re.compile(r"(?:[\w-]+-)?\d{9,10}\.\d+")
_NUMBER = re.compile(r"[+*#\w-]{1,24}")
_CLID = re.compile(r'.*<([^<>]*)>\s*|"?[+\d]+"?')
_PEER = re.compile(r"[^/]+/([^/@]+?)(?:@[^/]*)?-[0-9a-fA-F]{6,}")
_EXTENSION = re.compile(r"\d{2,5}")
_APPS = frozenset(
    {"dial", "hangup", "queue", "playback", "background", "voicemail", "congestion", "busy", "wait"}
    | {"answer", "echo", "confbridge", "appdial", "read", "agi", "goto", "gosub", "busy", "set"}
)
HEADED: Mapping[str, str] = {
    "calldate": "start", "start": "start", "answer": "answer", "end": "end", "src": "src",
    "dst": "dst", "channel": "channel", "dstchannel": "dstchannel", "lastapp": "lastapp",
    "lastdata": "lastdata", "duration": "duration", "billsec": "billsec", "clid": "clid",
    "disposition": "disposition", "uniqueid": "uniqueid", "linkedid": "linkedid",
    "recordingfile": "record",
}  # fmt: skip
"""Headings of the database table that many exchanges export."""
NEEDED = ("start", "src", "dst", "channel", "billsec", "disposition", "uniqueid")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column stands."""

    at: Mapping[str, int]

    def of(self, cells: Sequence[str], name: str) -> str:
        """A cell by the name of its column; blank where the file has no such column."""
        place = self.at.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""


def read_asterisk(raw: bytes, name: str, wish: Wish) -> Reading | None:
    """Calls of a log of Asterisk."""
    if not any(word in raw for word in (b"ANSWERED", b"NO ANSWER", b"BUSY", b"FAILED")):
        return None
    text, _ = decode_text(raw)
    sample = list(islice(_records(text), SAMPLE))
    columns, headed = columns_of(sample)
    if columns is None:
        return None
    lacking = [needed for needed in NEEDED if needed not in columns.at]
    if lacking:
        raise unreadable(name, f"похоже на журнал Asterisk, но нет столбцов: {', '.join(lacking)}")
    notes = () if "linkedid" in columns.at else ("В журнале нет linkedid: звонки по uniqueid.",)
    return Reading(
        kind=ImportKind.CALLS,
        format="asterisk",
        title="Журнал звонков Asterisk",
        source=source_of(ImportKind.CALLS, "asterisk"),
        rows=joined(_legs(text, columns, wish.clock("asterisk"), skip=int(headed))),
        merging=Merging.JOINED,
        headers=tuple(f"Столбец {n}" for n in range(1, max(map(len, sample)) + 1)),
        notes=notes,
    )


def _records(text: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))


def _delimiter(text: str) -> str:
    head = text[:4000]
    return max(",;\t", key=head.count)


def columns_of(sample: Sequence[Sequence[str]]) -> tuple[Columns | None, bool]:
    """The columns of a log and whether a row of headings names them; None: no log of Asterisk."""
    rows = [row for row in sample if any(row)]
    if not rows:
        return None, False
    named = {HEADED.get(folded(cell)): at for at, cell in enumerate(rows[0])}
    if {"src", "dst", "disposition", "billsec"} <= named.keys():
        return Columns({n: at for n, at in named.items() if n}), True
    width = max(map(len, rows))
    cells = [[row[at].strip() if at < len(row) else "" for row in rows] for at in range(width)]
    found = _by_content(cells)
    return (Columns(found) if found else None), False


def _by_content(cells: Sequence[Sequence[str]]) -> dict[str, int]:
    """Name of each column that content tells."""
    stands = [at for at, column in enumerate(cells) if _all(column, DISPOSITIONS.__contains__)]
    stands = [at for at in stands if any(cells[at])]
    times = [at for at, column in enumerate(cells) if _all(column, _TIME.fullmatch, blank=True)]
    times = [at for at in times if any(cells[at])]
    if len(stands) != 1 or not times:
        return {}
    found = {"disposition": stands[0], **_times(cells, times)}
    found |= _two(cells, _CHANNEL, ("channel", "dstchannel"), by=_filled)
    found |= _seconds(cells, found)
    found |= _ids(cells)
    found |= _applications(cells)
    return found | _parties(cells, found)


def _all(column: Sequence[str], fits: Callable[[str], object], *, blank: bool = False) -> bool:
    return all(fits(cell) or (blank and not cell) for cell in column)


def _times(cells: Sequence[Sequence[str]], times: Sequence[int]) -> dict[str, int]:
    """Start is the earliest, end the latest, the answer lies between or is blank."""
    filled = [at for at in times if all(cells[at])]
    if not filled:
        return {}
    start = min(filled, key=lambda at: (tuple(cells[at]), at))
    end = max(filled, key=lambda at: (tuple(cells[at]), at))
    rest = [at for at in times if at not in {start, end}]
    return {"start": start, "end": end, **({"answer": rest[0]} if rest else {})}


def _filled(column: Sequence[str]) -> int:
    return sum(map(bool, column))


def _two(
    cells: Sequence[Sequence[str]],
    shape: re.Pattern[str],
    names: tuple[str, str],
    *,
    by: Callable[[Sequence[str]], int],
) -> dict[str, int]:
    """The columns of a shape under two names, the one with more of `by` first."""
    fits = [
        at
        for at, column in enumerate(cells)
        if any(column) and _all(column, shape.fullmatch, blank=True)
    ]
    fits.sort(key=lambda at: (-by(cells[at]), at))
    return dict(zip(names, fits, strict=False))


def _seconds(cells: Sequence[Sequence[str]], found: Mapping[str, int]) -> dict[str, int]:
    """The duration is end less start; billsec is another count that is never longer."""
    if "end" not in found:
        return {}
    whole = [at for at, column in enumerate(cells) if _all(column, str.isdecimal) and any(column)]
    spans = [
        _between(a, b) for a, b in zip(cells[found["start"]], cells[found["end"]], strict=True)
    ]

    def off(at: int) -> int:
        pairs = zip(cells[at], spans, strict=True)
        return sum(abs(int(cell) - span) > 1 for cell, span in pairs)

    ranked = sorted(whole, key=lambda at: (off(at), at))
    if not ranked or off(ranked[0]) * 2 > len(spans):
        return {}
    duration = ranked[0]
    under = [
        at
        for at in whole
        if at != duration
        and all(int(a) <= int(b) for a, b in zip(cells[at], cells[duration], strict=True))
    ]
    billed = min(under, key=lambda at: (off(at), at), default=duration)
    if cells[billed] == cells[duration] and billed != duration:
        return {"duration": min(duration, billed), "billsec": max(duration, billed)}
    return {"duration": duration, "billsec": billed}


def _between(start: str, end: str) -> int:
    moments = [datetime.fromisoformat(text) for text in (start, end)]
    return int((moments[1] - moments[0]).total_seconds())


def _ids(cells: Sequence[Sequence[str]]) -> dict[str, int]:
    """The number of a call is shared by more legs than that of a channel."""
    fits = [at for at, column in enumerate(cells) if _all(column, _UNIQUE.fullmatch)]
    if not fits:
        return {}
    fits.sort(key=lambda at: (-len(set(cells[at])), at))
    if len(fits) == 1:
        return {"uniqueid": fits[0]}
    return {"uniqueid": fits[0], "linkedid": fits[-1]}


def _applications(cells: Sequence[Sequence[str]]) -> dict[str, int]:
    for at, column in enumerate(cells):
        words = {cell.casefold() for cell in column if cell}
        if words and words <= _APPS:
            after = {"lastdata": at + 1} if at + 1 < len(cells) else {}
            return {"lastapp": at, **after}
    return {}


def _parties(cells: Sequence[Sequence[str]], found: Mapping[str, int]) -> dict[str, int]:
    """The caller is the number inside the caller's name; the called one the next such column."""
    taken = set(found.values())
    clids = [
        at
        for at, column in enumerate(cells)
        if at not in taken and any("<" in cell for cell in column)
        and _all(column, _CLID.fullmatch, blank=True)
    ]  # fmt: skip
    if not clids:
        return {}
    callers = [_inside(cell) for cell in cells[clids[0]]]
    numbers = [
        at
        for at, column in enumerate(cells)
        if at not in taken and at != clids[0] and any(column)
        and _all(column, _NUMBER.fullmatch, blank=True)
    ]  # fmt: skip

    def same(at: int) -> int:
        return sum(a == b for a, b in zip(cells[at], callers, strict=True))

    source = max(numbers, key=lambda at: (same(at), -at), default=None)
    if source is None or not same(source):
        return {}
    called = [at for at in numbers if at != source and any(map(_has_digit, cells[at]))]
    called = [at for at in called if not _is_count(cells[at])]
    dialled = cells[found["lastdata"]] if "lastdata" in found else [""] * len(callers)

    def named(at: int) -> int:
        return sum(len(a) > 1 and a in b for a, b in zip(cells[at], dialled, strict=True))

    target = max(called, key=lambda at: (_digits(cells[at]) + named(at), -at), default=None)
    return {"clid": clids[0], "src": source} | ({} if target is None else {"dst": target})


def _inside(clid: str) -> str:
    match = _CLID.fullmatch(clid)
    return (match[1] or clid.strip('"')) if match else ""


def _has_digit(cell: str) -> bool:
    return any(c.isdigit() for c in cell)


def _is_count(column: Sequence[str]) -> bool:
    """Whether a column counts the rows: small numbers, none twice."""
    if len(column) < 3 or len(set(column)) < len(column):
        return False
    return all(cell.isdecimal() and len(cell) < 10 for cell in column)


def _digits(column: Sequence[str]) -> int:
    """Cells that are numbers of telephones."""
    return sum(len(cell) > 1 and cell.lstrip("+*#").isdigit() for cell in column)


def _legs(text: str, columns: Columns, clock: Clock, *, skip: int) -> Iterator[Leg | Refused]:
    for line, cells in islice(enumerate(_records(text), 1), skip, None):
        if any(cells):
            yield _leg(line, cells, columns, clock)


def _leg(line: int, cells: Sequence[str], columns: Columns, clock: Clock) -> Leg | Refused:
    def of(name: str) -> str:
        return columns.of(cells, name)

    start = of("start")
    if not _TIME.fullmatch(start) or not of("billsec").isdecimal():
        shown = tuple(clean_text(cell) for cell in cells)
        return Refused(line, shown, "не разобрал время или длительность звонка")
    caller, called = of("src"), of("dst")
    ours, theirs = _peer(of("channel")), _peer(of("dstchannel"))
    outgoing = bool(_EXTENSION.fullmatch(ours or caller)) and not _EXTENSION.fullmatch(called)
    outgoing = outgoing and (bool(_EXTENSION.fullmatch(caller)) or ours == caller or not theirs)
    person = (ours or caller) if outgoing else _called(theirs, called, of("lastdata"))
    return Leg(
        line=line,
        call=of("linkedid") or of("uniqueid"),
        at=clock.local(datetime.fromisoformat(start)),
        number=_outer(called if outgoing else caller),
        way=OUT if outgoing else IN,
        person=person,
        talk=_talk(of("disposition"), of("billsec"), of("dstchannel")),
        record=of("record"),
        inner=bool(_EXTENSION.fullmatch(caller) and _EXTENSION.fullmatch(called)),
    )


def _talk(disposition: str, billed: str, target: str) -> int:
    """Seconds of talk with a person: not with a machine that answers, nor within the exchange."""
    if disposition != "ANSWERED" or not target or target.startswith("Local/"):
        return 0
    return int(billed)


def _peer(channel: str) -> str:
    match = _PEER.fullmatch(channel.partition(";")[0])
    return match[1] if match else ""


def _called(peer: str, called: str, dialled: str) -> str:
    """Whose telephone rang: the extension of the channel, or the one dialled through it."""
    if _EXTENSION.fullmatch(peer):
        return peer
    behind = re.search(rf"/(\d{{2,5}})@{re.escape(peer)}\b", dialled) if peer else None
    if behind:
        return behind[1]
    return called if _EXTENSION.fullmatch(called) else ""


def _outer(number: str) -> str:
    """A number as people dial it: 8107… is a Russian one that was sent as foreign."""
    return f"+7{number[4:]}" if number.startswith("8107") and len(number) == 14 else number
