"""Files that came whole are folded: taken apart, and each part kept once or as a difference.

A key is the newest whole part of the same name in the same book. A part becomes a key itself when
its difference is a fifth of the key, or when all differences from the key weigh as much as it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from backups import deltas
from backups.anatomy import GLUE, Anatomy, digest_of, loaded, put_together, same_parts
from backups.deltas import Damaged

ANATOMY = "\0anatomy"
"""Name under which the list of parts is kept."""
SHARE_OF_KEY = 0.2
LEAST_KEY = 4_096
"""Packed bytes under which a difference from a key is kept whatever its share."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part ready to be kept."""

    digest: str
    size: int
    base: int | None
    packed: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Fold:
    """A file ready to be kept as parts; `known` are those that are there already."""

    sha256: str
    exact: bool
    anatomy: str
    glue: str | None
    fresh: tuple[Piece, ...]
    known: frozenset[str]


def newest(connection: sqlite3.Connection, book: str) -> Anatomy | None:
    """Of which parts the newest folded file of the book is made."""
    found = connection.execute(
        "SELECT f.sha256 FROM copies c JOIN folds f USING (sha256)"
        " WHERE c.book = ? ORDER BY c.id DESC LIMIT 1",
        (book,),
    ).fetchone()
    try:
        return None if found is None else anatomy_of(connection, found[0])
    except Damaged:
        return None


def folded(
    connection: sqlite3.Connection,
    book: str,
    token: str,
    whole: tuple[Anatomy, Mapping[str, bytes], bytes],
) -> Fold:
    """What is to be kept of a file; reads the keys, writes nothing."""
    anatomy, bodies, glue = whole
    named = [(part.digest, part.name, bodies[part.digest]) for part in anatomy.parts]
    shape = anatomy.dumped()
    named.append((digest_of(shape), ANATOMY, shape))
    if anatomy.exact and glue:
        named.append((digest_of(glue), GLUE, glue))
    fresh, known = dict[str, Piece](), set[str]()
    for digest, name, plain in named:
        if digest in fresh or digest in known:
            continue
        if _is_kept(connection, digest):
            known.add(digest)
        else:
            fresh[digest] = _piece(connection, book, digest, name, plain)
    glued = digest_of(glue) if anatomy.exact and glue else None
    pieces = tuple(fresh.values())
    return Fold(token, anatomy.exact, digest_of(shape), glued, pieces, frozenset(known))


def keep(connection: sqlite3.Connection, fold: Fold, book: str) -> bool:
    """Write a fold down, within a transaction of the caller.

    False, with nothing written, when parts that it leans on were let go of since it was made.
    """
    leans = {("id", p.base) for p in fold.fresh if p.base is not None}
    for name, value in leans | {("digest", digest) for digest in fold.known}:
        wanted = f"SELECT 1 FROM parts WHERE {name} = ?"  # noqa: S608  # one of the two
        if connection.execute(wanted, (value,)).fetchone() is None:
            return False
    for piece in fold.fresh:
        connection.execute(
            "INSERT INTO parts (digest, size, base, packed, book, name) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (digest) DO UPDATE SET (size, base, packed) ="
            " (excluded.size, NULL, excluded.packed) WHERE excluded.base IS NULL",
            (piece.digest, piece.size, piece.base, piece.packed, book, piece.name),
        )
    number = "(SELECT id FROM parts WHERE digest = ?)"
    connection.execute("DELETE FROM folds WHERE sha256 = ?", (fold.sha256,))
    connection.execute(
        f"INSERT INTO folds VALUES (?, {number}, {number}, ?)",  # noqa: S608  # no value in it
        (fold.sha256, fold.anatomy, fold.glue, int(fold.exact)),
    )
    used = [(fold.sha256, d) for d in {*(p.digest for p in fold.fresh), *fold.known}]
    connection.executemany(f"INSERT OR IGNORE INTO uses VALUES (?, {number})", used)  # noqa: S608
    return True


def unfolded(connection: sqlite3.Connection, token: str) -> bytes | None:
    """The file: its very bytes where its packing can be repeated; None when it was not folded.

    Raises Damaged when a part is not what it was.
    """
    anatomy = anatomy_of(connection, token)
    if anatomy is None:
        return None
    found = connection.execute("SELECT glue FROM folds WHERE sha256 = ?", (token,)).fetchone()
    glue = b"" if found[0] is None else _plain(connection, found[0])
    bodies = {part.digest: body(connection, part.digest) for part in anatomy.parts}
    try:
        raw = put_together(anatomy, bodies.__getitem__, glue)
        if sha256(raw).hexdigest() == anatomy.sha256:
            return raw
        return same_parts(anatomy, bodies.__getitem__)  # packed otherwise on this machine
    except (ValueError, IndexError) as failure:
        raise Damaged(token) from failure


def anatomy_of(connection: sqlite3.Connection, token: str) -> Anatomy | None:
    """Of which parts a folded file is made; None when it was not folded. Raises Damaged."""
    found = connection.execute("SELECT anatomy FROM folds WHERE sha256 = ?", (token,)).fetchone()
    if found is None:
        return None
    try:
        anatomy = loaded(_plain(connection, found[0]))
    except ValueError as failure:
        raise Damaged(token) from failure
    if anatomy.exact and anatomy.sha256 != token:
        raise Damaged(token)
    return anatomy


def body(connection: sqlite3.Connection, digest: str) -> bytes:
    """The unpacked bytes of a part; raises Damaged."""
    found = connection.execute("SELECT id FROM parts WHERE digest = ?", (digest,)).fetchone()
    if found is None:
        raise Damaged(digest)
    return _plain(connection, found[0])


def _is_kept(connection: sqlite3.Connection, digest: str) -> bool:
    """Whether a part is there and whole; a damaged one is kept anew."""
    try:
        body(connection, digest)
    except Damaged:
        return False
    return True


def _piece(
    connection: sqlite3.Connection, book: str, digest: str, name: str, plain: bytes
) -> Piece:
    key = connection.execute(
        "SELECT p.id, length(p.packed), (SELECT total(length(packed)) FROM parts WHERE base = p.id)"
        " FROM parts p WHERE book = ? AND name = ? AND base IS NULL ORDER BY id DESC LIMIT 1",
        (book, name),
    ).fetchone()
    lost = connection.execute("SELECT 1 FROM parts WHERE digest = ?", (digest,)).fetchone()
    if key is not None and lost is None:
        number, weight, all_since = key
        try:
            packed = deltas.pack(plain, _plain(connection, number))
        except Damaged:
            packed = None
        if packed is not None and _stays(len(packed), weight, all_since):
            return Piece(digest, len(plain), number, packed, name)
    return Piece(digest, len(plain), None, deltas.pack(plain), name)


def _stays(difference: int, key: int, all_since: float) -> bool:
    """Whether a difference is kept rather than a new key."""
    if difference < LEAST_KEY and difference < key:
        return True
    return difference <= key * SHARE_OF_KEY and all_since + difference <= key


def _plain(connection: sqlite3.Connection, number: int) -> bytes:
    row = connection.execute(
        "SELECT digest, size, base, packed FROM parts WHERE id = ?", (number,)
    ).fetchone()
    if row is None:
        raise Damaged(str(number))
    digest, size, base, packed = row
    key = None if base is None else _plain(connection, base)
    plain = deltas.unpack(packed, size, key)
    if digest_of(plain) != digest:
        raise Damaged(digest)
    return plain
