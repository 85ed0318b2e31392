"""Facts arrive once: a row is new, known, or known with new content (MERGE_SPEC section 9).

A source's number alone does not make two rows one: two programs both count from 1. A row of a
table that shares the number and nothing that names the thing is another fact. Of events
(`Merging.JOINED`) the number is the event's own, and its pieces are joined field by field, so that
the fact is the same in whatever order they come; a piece that says too little waits without a row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from model.canon import canon
from model.records import Fact
from model.values import Value, decode, encode
from sync.importing.pieces import joined_payload, joined_values
from sync.imports import ImportKind, Incoming
from sync.imports.headings import FIELDS
from sync.imports.prepare import lacks
from sync.intake.formats import Merging

NAMING: Mapping[ImportKind, tuple[str, ...]] = {
    ImportKind.CLIENTS: ("name", "inn", "phone"),
    ImportKind.DEALS: ("title", "client_id", "created_at", "phone"),
    ImportKind.LEADS: ("phone", "email"),
    ImportKind.CALLS: ("at", "number"),
    ImportKind.STAFF: ("fio",),
    ImportKind.PAYMENTS: ("date", "amount", "payer_inn"),
    ImportKind.COSTS: ("date",),
    ImportKind.LETTERS: ("at",),
}
"""Fields of which one must agree, where both rows have any, for one number to be one thing."""
Find = Callable[[Sequence[str]], Mapping[str, Fact]]
"""The known facts among some keys."""


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
    waiting: list[Arrival] = field(default_factory=list)
    """Pieces of events that make no row yet."""
    known: int = 0


def sorted_out(
    kind: ImportKind,
    rows: Sequence[Incoming],
    find: Find,
    merging: Merging = Merging.LATEST,
) -> Arrivals:
    """Each row as fresh, changed, waiting or known."""
    if merging is Merging.JOINED:
        return _events(kind, rows, find)
    return _rows(kind, rows, find)


def _rows(kind: ImportKind, rows: Iterable[Incoming], find: Find) -> Arrivals:
    named = [Arrival(row.key, row, payload_of(kind, row)) for row in rows]
    facts = find([one.key for one in named])
    others = [
        _another(one)
        for one in named
        if one.key in facts and not _same_thing(kind, facts[one.key], one.row)
    ]
    facts = {**facts, **find([one.key for one in others])} if others else facts
    out = Arrivals()
    for one in named:
        before = facts.get(one.key)
        if before is not None and not _same_thing(kind, before, one.row):
            one = _another(one)  # noqa: PLW2901  # the same row under another key
            before = facts.get(one.key)
        if before is None:
            out.fresh.append(one)
            continue
        payload = _over(before.payload, one.payload)
        if payload == before.payload:
            out.known += 1
        else:
            out.changed.append(Arrival(one.key, one.row, payload, before))
    return out


def _over(before: str, now: str) -> str:
    """The text of a fact after another arrival: a blank says nothing, so what was said stays."""
    if before == now:
        return now
    was, said = json.loads(before), json.loads(now)
    cells = {**was, **{name: text for name, text in said.items() if text or name not in was}}
    names = sorted(cells, key=lambda name: (name.startswith("+"), name))
    ordered = {name: cells[name] for name in names}
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":"))


def _another(one: Arrival) -> Arrival:
    """The row under a key of its own: its number names another thing already."""
    digest = hashlib.sha256(one.payload.encode()).hexdigest()[:16]
    return Arrival(f"{one.key}|{digest}", one.row, one.payload)


def _events(kind: ImportKind, rows: Sequence[Incoming], find: Find) -> Arrivals:
    facts = find([row.key for row in rows])
    whole: dict[str, Arrival] = {}
    out = Arrivals()
    for row in rows:
        before, sooner = facts.get(row.key), whole.get(row.key)
        told = sooner.payload if sooner else before.payload if before else None
        payload = payload_of(kind, row)
        if told is None:
            whole[row.key] = Arrival(row.key, row, payload, before)
            continue
        joined = told if payload == told else joined_payload(kind, told, payload)
        if joined == told:
            out.known += 1
            continue
        out.known += sooner is not None
        earlier = sooner.row.values if sooner else values_of(told)
        values = joined_values(kind, earlier, row.values, values_of(joined))
        merged = Incoming(row.source_row, row.key, values, extra_of(joined))
        whole[row.key] = Arrival(row.key, merged, joined, before)
    for one in whole.values():
        _place(kind, one, out)
    return out


def _place(kind: ImportKind, one: Arrival, out: Arrivals) -> None:
    """Put an event where it belongs, after all its pieces of this file."""
    if one.before is not None and one.before.row_id:
        out.changed.append(one)
    elif lacks(kind, one.row.values):
        out.waiting.append(one)
    else:
        out.fresh.append(Arrival(one.key, one.row, one.payload))


def payload_of(kind: ImportKind, row: Incoming) -> str:
    """Canonical text of a row, its own columns included."""
    cells = {name: _text(kind, name, value) for name, value in sorted(row.values.items())}
    cells |= {f"+{header}": text for header, text in sorted(row.extra.items())}
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))


def values_of(payload: str) -> dict[str, Value]:
    """The declared values in the text of a fact, canonical."""
    cells: dict[str, str] = json.loads(payload)
    return {name: decode(text) for name, text in cells.items() if not name.startswith("+")}


def extra_of(payload: str) -> dict[str, str]:
    """The columns without a field in the text of a fact."""
    cells: dict[str, str] = json.loads(payload)
    return {name[1:]: text for name, text in cells.items() if name.startswith("+")}


def _text(kind: ImportKind, name: str, value: Value) -> str | None:
    return encode(canon(FIELDS[kind][name].kind, value))


def _same_thing(kind: ImportKind, before: Fact, row: Incoming) -> bool:
    was: dict[str, str | None] = json.loads(before.payload)
    now = {name: _text(kind, name, row.values.get(name)) for name in NAMING[kind]}
    both = [name for name in NAMING[kind] if was.get(name) and now[name]]
    return not both or any(was[name] == now[name] for name in both)
