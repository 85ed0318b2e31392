"""A reading as lines of JSON, the form in which it leaves the process that read the file.

No pickles: whoever takes a reading process over with a file can send wrong rows, not run code in
the daemon. The first line is the head, then one line a row, and the word that all was said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from model import errors
from model.errors import CrmError
from model.values import Fault, decode, encode
from sync.imports import Guess, ImportKind, Incoming, Refused
from sync.intake.formats.reading import Merging, Reading, Row, Wish

END = "end"
LONGEST_CELL = 40_000
"""Of a refused row as it is shown again."""


class Cut(Exception):
    """The lines ended before the word that all was said."""


def wish_line(name: str, wish: Wish) -> bytes:
    """What is asked of the reading process."""
    asked: dict[str, object] = {
        "name": name,
        "kind": None if wish.kind is None else wish.kind.value,
        "zone": wish.zone,
        "stages": wish.stages,
        "columns": dict(wish.columns),
        "profiles": wish.profiles,
        "zones": dict(wish.zones),
        "micros": wish.micros,
        "came": None if wish.came is None else wish.came.isoformat(),
    }
    return json.dumps(asked).encode()


def asked_of(line: bytes) -> tuple[str, Wish]:
    """The name of the file and the wish of a line."""
    found = json.loads(line)
    kind, came = found["kind"], found["came"]
    return found["name"], Wish(
        kind=None if kind is None else ImportKind(kind),
        zone=found["zone"],
        stages=tuple(found["stages"]),
        columns=found["columns"],
        profiles=tuple(found["profiles"]),
        zones=found["zones"],
        micros=found["micros"],
        came=None if came is None else datetime.fromisoformat(came),
    )


def lines_of(reading: Reading) -> Iterator[bytes]:
    """The lines of a reading."""
    yield _line(
        {
            "kind": reading.kind.value,
            "format": reading.format,
            "title": reading.title,
            "source": reading.source,
            "merging": reading.merging.value,
            "headers": reading.headers,
            "guesses": [
                [g.header, g.field, g.sample, g.filled_share, g.column] for g in reading.guesses
            ],
            "problems": reading.problems,
            "notes": reading.notes,
        }
    )
    for row in reading.rows:
        yield _line(_row(row))
    yield _line(END)


def error_line(error: CrmError) -> bytes:
    """An error as a line; its facts are texts from here on."""
    facts = {name: str(value) for name, value in error.facts.items()}
    return _line({"error": type(error).__name__, "facts": facts})


def reading_of(lines: Iterable[bytes]) -> Reading:
    """The reading of lines, its rows as they come; raises the error that stands there, and Cut."""
    rest = iter(lines)
    head = _loaded(next(rest, b""))
    if "error" in head:
        raise _error(head)
    return Reading(
        kind=ImportKind(head["kind"]),
        format=head["format"],
        title=head["title"],
        source=head["source"],
        rows=_rows(rest),
        merging=Merging(head["merging"]),
        headers=tuple(head["headers"]),
        guesses=tuple(Guess(*guess) for guess in head["guesses"]),
        problems=tuple(head["problems"]),
        notes=tuple(head["notes"]),
    )


def _rows(lines: Iterator[bytes]) -> Iterator[Row]:
    for line in lines:
        found = _loaded(line)
        if found == END:
            return
        if isinstance(found, dict):
            raise _error(found)
        yield _row_of(found)
    raise Cut


def _row(row: Row) -> list[object]:
    if isinstance(row, Refused):
        cells = [_cell(cell) for cell in row.cells]
        return [row.source_row, cells, row.reason, row.ours]
    values = {name: encode(value) for name, value in row.values.items()}
    return [row.source_row, row.key, values, dict(row.extra), row.partial]


def _cell(value: object) -> str | None:
    if isinstance(value, Fault):
        return encode(value)
    text = encode(value)  # type: ignore[arg-type]  # cells are values
    return text if text is None else text[:LONGEST_CELL]


def _row_of(found: Any) -> Row:
    if len(found) == 4:
        number, cells, reason, ours = found
        return Refused(int(number), tuple(decode(c) for c in cells), str(reason), ours=bool(ours))
    number, key, values, extra, partial = found
    typed = {str(name): decode(text) for name, text in values.items()}
    return Incoming(int(number), str(key), typed, dict(extra), bool(partial))


def _line(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _loaded(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise Cut from error


def _error(found: Mapping[str, Any]) -> CrmError:
    """The error by its name; a name that is none of ours is a file that cannot be read."""
    kind = getattr(errors, str(found["error"]), None)
    if isinstance(kind, type) and issubclass(kind, CrmError) and hasattr(kind, "text"):
        return kind(**found["facts"])
    raise Cut
