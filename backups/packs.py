"""What goes to a second place: packs of copies and parts, each written once and never changed.

A pack names the one before it, so that a missing one is noticed. The packs alone are enough to
build the file of copies again.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backups.copies import Copy
from backups.tables import COPY, copy_of

MOST = 64_000_000
"""Bytes of parts in one pack."""
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part with its packed bytes; `base` is the digest of its key."""

    digest: str
    size: int
    base: str | None
    book: str
    name: str
    packed: bytes


@dataclass(frozen=True, slots=True)
class FoldLine:
    """A folded file: digests of its anatomy, its glue and everything that it uses."""

    sha256: str
    anatomy: str
    glue: str | None
    exact: bool
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """What one pack carries. Parts come before the folds that use them, keys before differences."""

    number: int
    before: str
    """SHA-256 of the sealed pack before it; empty for the first."""
    parts: tuple[PartLine, ...] = ()
    folds: tuple[FoldLine, ...] = ()
    copies: tuple[Copy, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send."""
        return not (self.parts or self.folds or self.copies)


@dataclass(frozen=True, slots=True)
class Sent:
    """A pack as this side remembers it."""

    number: int
    name: str
    sha256: str
    at: datetime


@dataclass(slots=True)
class Missing:
    """What is wrong in a second place, by name of the pack."""

    gone: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.gone or self.damaged)


def pack_name(family: str, number: int) -> str:
    """«sheetcrm-k3v9…-000001.pack»."""
    return f"sheetcrm-{family}-{number:06d}.pack"


def dumped(pack: Pack) -> bytes:
    """A pack as bytes."""
    parts = [[p.digest, p.size, p.base, p.book, p.name, len(p.packed)] for p in pack.parts]
    folds = [[f.sha256, f.anatomy, f.glue, f.exact, f.uses] for f in pack.folds]
    copies = [[c.id, c.book, c.at.isoformat(), c.sha256, c.size, c.why] for c in pack.copies]
    head = json.dumps([pack.number, pack.before, parts, folds, copies]).encode()
    return b"".join([_LENGTH.pack(len(head)), head, *(p.packed for p in pack.parts)])


def loaded(raw: bytes) -> Pack:
    """The pack of its bytes, which were sealed and so are what was written."""
    (length,) = _LENGTH.unpack_from(raw)
    at = _LENGTH.size + length
    number, before, parts, folds, copies = json.loads(raw[_LENGTH.size : at])
    lines = []
    for digest, size, base, book, name, weight in parts:
        lines.append(PartLine(digest, size, base, book, name, raw[at : at + weight]))
        at += weight
    folded = tuple(FoldLine(s, a, g, bool(e), tuple(u)) for s, a, g, e, u in folds)
    return Pack(number, before, tuple(lines), folded, tuple(map(copy_of, copies)))


def unsent(connection: sqlite3.Connection, place: str) -> Pack:
    """What the place lacks, as much as one pack holds."""
    last = connection.execute(
        "SELECT number, sha256 FROM packs WHERE place = ? ORDER BY number DESC LIMIT 1", (place,)
    ).fetchone() or (0, "")
    parts, weight = list[PartLine](), 0
    for line in _unsent_parts(connection, place):
        if parts and weight + len(line.packed) > MOST:
            return Pack(last[0] + 1, last[1], tuple(parts))
        parts.append(line)
        weight += len(line.packed)
    folds = tuple(_unsent_folds(connection, place))
    copies = connection.execute(
        f"{COPY} WHERE sha256 IN (SELECT sha256 FROM folds)"  # noqa: S608  # a constant
        " AND NOT EXISTS (SELECT 1 FROM packed"
        " WHERE place = ? AND kind = 'copy' AND key = CAST(copies.id AS TEXT)) ORDER BY id",
        (place,),
    )
    return Pack(last[0] + 1, last[1], tuple(parts), folds, tuple(map(copy_of, copies)))


def remember(connection: sqlite3.Connection, place: str, pack: Pack, sent: Sent) -> None:
    """The place has the pack; within a transaction of the caller."""
    connection.execute(
        "INSERT INTO packs VALUES (?, ?, ?, ?, ?)",
        (sent.number, place, sent.name, sent.sha256, sent.at.isoformat()),
    )
    known: list[tuple[str, Iterable[object]]] = [
        ("part", (line.digest for line in pack.parts)),
        ("fold", (line.sha256 for line in pack.folds)),
        ("copy", (copy.id for copy in pack.copies)),
    ]
    for kind, keys in known:
        rows = [(place, kind, str(key)) for key in keys]
        connection.executemany("INSERT OR IGNORE INTO packed VALUES (?, ?, ?)", rows)


def sent_to(connection: sqlite3.Connection, place: str) -> tuple[Sent, ...]:
    """The packs of a place, first ones first."""
    wanted = "SELECT number, name, sha256, at FROM packs WHERE place = ? ORDER BY number"
    found = connection.execute(wanted, (place,))
    return tuple(Sent(n, name, token, datetime.fromisoformat(at)) for n, name, token, at in found)


def take_in(connection: sqlite3.Connection, pack: Pack) -> list[Copy]:
    """Adds what a pack carries to a file of copies; the copies that were not there yet."""
    for line in pack.parts:
        connection.execute(
            "INSERT OR IGNORE INTO parts (digest, size, base, packed, book, name)"
            " VALUES (?, ?, (SELECT id FROM parts WHERE digest = ?), ?, ?, ?)",
            (line.digest, line.size, line.base, line.packed, line.book, line.name),
        )
    number = "(SELECT id FROM parts WHERE digest = ?)"
    for fold in pack.folds:
        connection.execute(
            f"INSERT OR IGNORE INTO folds VALUES (?, {number}, {number}, ?)",  # noqa: S608
            (fold.sha256, fold.anatomy, fold.glue, int(fold.exact)),
        )
        connection.executemany(
            f"INSERT OR IGNORE INTO uses VALUES (?, {number})",  # noqa: S608
            [(fold.sha256, digest) for digest in fold.uses],
        )
    fresh = []
    for copy in pack.copies:
        values = (copy.id, copy.book, copy.at.isoformat(), copy.sha256, copy.size, copy.why)
        done = connection.execute("INSERT OR IGNORE INTO copies VALUES (?, ?, ?, ?, ?, ?)", values)
        fresh += [copy] if done.rowcount else []
    return fresh


def _unsent_parts(connection: sqlite3.Connection, place: str) -> Iterator[PartLine]:
    """Keys come first: a part that was mended may be older than its key."""
    found = connection.execute(
        "SELECT p.digest, p.size, b.digest, p.book, p.name, p.packed FROM parts p"
        " LEFT JOIN parts b ON b.id = p.base WHERE NOT EXISTS (SELECT 1 FROM packed"
        " WHERE place = ? AND kind = 'part' AND key = p.digest)"
        " ORDER BY p.base IS NOT NULL, p.id",
        (place,),
    )
    for row in found:
        yield PartLine(*row)


def _unsent_folds(connection: sqlite3.Connection, place: str) -> Iterator[FoldLine]:
    found: list[Any] = connection.execute(
        "SELECT f.sha256, a.digest, g.digest, f.exact FROM folds f JOIN parts a ON a.id = f.anatomy"
        " LEFT JOIN parts g ON g.id = f.glue WHERE NOT EXISTS (SELECT 1 FROM packed"
        " WHERE place = ? AND kind = 'fold' AND key = f.sha256)",
        (place,),
    ).fetchall()
    for token, anatomy, glue, exact in found:
        used = connection.execute(
            "SELECT p.digest FROM uses u JOIN parts p ON p.id = u.part WHERE u.sha256 = ?", (token,)
        )
        yield FoldLine(token, anatomy, glue, bool(exact), tuple(row[0] for row in used))
