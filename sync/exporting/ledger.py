"""What was exported: who got what and when, how much, and what a leak of it is recognised by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from model.records import BatchKind
from store import Reader, Writer
from sync.exporting.canaries import Canary

KEY = "export:"
"""Start of the meta key of an export, before the number of its action."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One export."""

    number: int
    at: datetime
    who: str
    role: str
    table: str
    rows: int
    sha256: str
    """Of the file."""
    by: str
    """Account that ran the command."""
    canaries: tuple[Canary, ...]
    row_ids: frozenset[str]


def write_down(writer: Writer, entry: Entry, *, note: str, owner: str) -> int:
    """Number of the action under which an export stands for good."""
    number = writer.start_batch(BatchKind.EXPORT, owner, entry.at, note=note)
    said = asdict(entry) | {
        "number": number,
        "at": entry.at.isoformat(),
        "canaries": [asdict(canary) for canary in entry.canaries],
        "row_ids": sorted(entry.row_ids),
    }
    writer.set_meta(f"{KEY}{number}", json.dumps(said, ensure_ascii=False))
    return number


def entries(reader: Reader) -> Iterator[Entry]:
    """Every export, the newest first."""
    kept = map(json.loads, reader.metas(KEY).values())
    yield from map(_entry, sorted(kept, key=lambda said: -int(said["number"])))


def canary_names(reader: Reader) -> frozenset[str]:
    """Names of all invented contacts, folded: a file that brings them back brings nobody."""
    return frozenset(
        canary.name.casefold() for entry in entries(reader) for canary in entry.canaries
    )


def _entry(said: Mapping[str, Any]) -> Entry:
    return Entry(
        number=said["number"],
        at=datetime.fromisoformat(said["at"]),
        who=said["who"],
        role=said["role"],
        table=said["table"],
        rows=said["rows"],
        sha256=said["sha256"],
        by=said["by"],
        canaries=tuple(Canary(**one) for one in said["canaries"]),
        row_ids=frozenset(said["row_ids"]),
    )
