"""Facts arrive once: a row is new, known, or known with new content (MERGE_SPEC section 9).

A source's number alone does not make two rows one: two programs both count from 1. A row that
shares the number and nothing that names the thing is another fact.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from model.canon import canon
from model.records import Fact
from model.values import Value, decode, encode
from sync.imports import ImportKind, Incoming
from sync.imports.headings import FIELDS

NAMING: Mapping[ImportKind, tuple[str, ...]] = {
    ImportKind.CLIENTS: ("name", "inn", "phone"),
    ImportKind.DEALS: ("title", "client_id", "created_at", "phone"),
    ImportKind.LEADS: ("phone", "email"),
    ImportKind.CALLS: ("at", "number"),
    ImportKind.STAFF: ("fio",),
    ImportKind.PAYMENTS: ("date", "amount", "payer_inn"),
}
"""Fields of which one must agree, where both rows have any, for one number to be one thing."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row of the file with the key and the text that its fact is kept under."""

    key: str
    row: Incoming
    payload: str
    before: Fact | None = None


@dataclass(slots=True)
class Arrivals:
    """The rows of a file by what they are to the store."""

    fresh: list[Arrival] = field(default_factory=list)
    changed: list[Arrival] = field(default_factory=list)
    known: int = 0


def sorted_out(kind: ImportKind, rows: Iterable[Incoming], facts: Mapping[str, Fact]) -> Arrivals:
    """Each row as fresh, changed or known."""
    out = Arrivals()
    for row in rows:
        payload = payload_of(kind, row)
        key, before = row.key, facts.get(row.key)
        if before is not None and not _same_thing(kind, before, row):
            key = f"{row.key}|{hashlib.sha256(payload.encode()).hexdigest()[:16]}"
            before = facts.get(key)
        if before is None:
            out.fresh.append(Arrival(key, row, payload))
        elif before.payload == payload:
            out.known += 1
        else:
            out.changed.append(Arrival(key, row, payload, before))
    return out


def payload_of(kind: ImportKind, row: Incoming) -> str:
    """Canonical text of a row, its own columns included."""
    cells = {name: _text(kind, name, value) for name, value in sorted(row.values.items())}
    cells |= {f"+{header}": text for header, text in sorted(row.extra.items())}
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))


def values_of(payload: str) -> dict[str, Value]:
    """The declared values in the text of a fact, canonical."""
    cells: dict[str, str] = json.loads(payload)
    return {name: decode(text) for name, text in cells.items() if not name.startswith("+")}


def _text(kind: ImportKind, name: str, value: Value) -> str | None:
    return encode(canon(FIELDS[kind][name].kind, value))


def _same_thing(kind: ImportKind, before: Fact, row: Incoming) -> bool:
    was: dict[str, str | None] = json.loads(before.payload)
    now = {name: _text(kind, name, row.values.get(name)) for name in NAMING[kind]}
    both = [name for name in NAMING[kind] if was.get(name) and now[name]]
    return not both or any(was[name] == now[name] for name in both)
