"""An erased client goes out of a database: from its rows, from history, from every text in it.

It works on any file of the program (the store of any version, the landing file, a kept copy of the
store), by the tables that it finds. What was deleted is overwritten, and the file is written anew
afterwards, so that no page keeps it.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import PurePath

from model.erasing import GONE, Tokens
from model.searching import joined
from store.engine import PATIENCE
from store.facts import HIDDEN, hidden_key

Rows = Mapping[str, Collection[str]]
"""Ids by table."""
CleanBytes = Callable[[bytes], bytes]
"""Bytes of strangers without the client; empty when it cannot be taken out of them."""
ORDER = "erasing"
"""Meta key under which an erasure that has begun stands: it is the last to go."""
AT_ONCE = 256
"""Rows that are looked through together before each is."""
Line = tuple[object, ...]
_TOKEN = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be erased: rows, the fields that go in each table, what tells the client."""

    rows: Rows
    fields: Mapping[str, frozenset[str]]
    kept: Mapping[str, str]
    """Encoded values that took the place of others, by field: they may stand in history."""
    tokens: Tokens
    moved: Mapping[str, str] = field(default_factory=dict)
    """Fingerprints of files that were rewritten: before to after."""


def erase(
    connection: sqlite3.Connection,
    order: Order,
    clean: CleanBytes,
    *,
    spare: Collection[str] = (),
) -> int:
    """Number of lines that were changed, in one transaction; tables in `spare` stay."""
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("BEGIN IMMEDIATE")
    tables = [
        str(name)
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    ]
    count = 0
    if "changes" in tables:
        count += _history(connection, order)
    if "rows" in tables:
        count += _rows(connection, order)
    if "facts" in tables:
        count += _facts(connection, order)
    for table in tables:
        if table not in spare:
            count += _texts(connection, table, order, clean)
    connection.execute("COMMIT")
    return count


def erase_file(
    path: PurePath, order: Order, clean: CleanBytes, *, spare: Collection[str] = ()
) -> int:
    """Number of lines changed in a database file, which is written anew after."""
    with closing(sqlite3.connect(str(path), timeout=PATIENCE)) as connection:
        connection.isolation_level = None
        count = erase(connection, order, clean, spare=spare)
        if not spare:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return count


def forget_order(path: PurePath) -> None:
    """The erasure has ended: its order is overwritten."""
    with closing(sqlite3.connect(str(path), timeout=PATIENCE)) as connection:
        connection.isolation_level = None
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("DELETE FROM meta WHERE key = ?", (ORDER,))
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def erase_bytes(raw: bytes, order: Order, clean: CleanBytes) -> bytes:
    """The bytes of a database without the client; the same ones when it was not in them."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(raw)
        connection.isolation_level = None
        if not erase(connection, order, clean):
            return raw
        connection.execute("VACUUM")
        return connection.serialize()


def _history(connection: sqlite3.Connection, order: Order) -> int:
    """Lines of the erased rows keep when, who and which field, not what."""
    count = 0
    for table, row_ids in order.rows.items():
        gone = order.fields.get(table, frozenset())
        for row_id in row_ids:
            lines = connection.execute(
                "SELECT seq, cells FROM changes WHERE table_key = ? AND row_id = ?",
                (table, row_id),
            ).fetchall()
            for seq, text in lines:
                moves = json.loads(text)
                clean = {
                    name: [_kept(order, name, one) for one in move] if name in gone else move
                    for name, move in moves.items()
                }
                if clean != moves:
                    line = (json.dumps(clean, ensure_ascii=False), seq)
                    connection.execute("UPDATE changes SET cells = ? WHERE seq = ?", line)
                    count += 1
    return count


def _kept(order: Order, name: str, value: str | None) -> str | None:
    return value if value is not None and order.kept.get(name) == value else None


def _rows(connection: sqlite3.Connection, order: Order) -> int:
    """Fields of the erased rows; a row of an older version of the store may still hold them."""
    count = 0
    for table, row_ids in order.rows.items():
        gone = order.fields.get(table, frozenset())
        for row_id in row_ids:
            found = connection.execute(
                "SELECT cells FROM rows WHERE table_key = ? AND row_id = ?", (table, row_id)
            ).fetchone()
            if found is None:
                continue
            cells = json.loads(found[0])
            clean = {name: text for name, text in cells.items() if name not in gone}
            clean |= {n: order.kept[n] for n in cells.keys() & gone & order.kept.keys()}
            if clean != cells:
                connection.execute(
                    "UPDATE rows SET cells = ? WHERE table_key = ? AND row_id = ?",
                    (json.dumps(clean, ensure_ascii=False), table, row_id),
                )
                count += 1
    return count


def _facts(connection: sqlite3.Connection, order: Order) -> int:
    """Facts of the erased rows keep that they came; the same ones coming again add nothing."""
    count = 0
    ids = {row_id for row_ids in order.rows.values() for row_id in row_ids}
    for row_id in sorted(ids):
        found = connection.execute(
            "SELECT source, key, payload FROM facts WHERE row_id = ?", (row_id,)
        ).fetchall()
        for source, key, payload in found:
            if not str(key).startswith(HIDDEN):
                line = (hidden_key(source, key), _veiled(payload), source, key)
                connection.execute(
                    "UPDATE facts SET key = ?, payload = ? WHERE source = ? AND key = ?", line
                )
                count += 1
    return count


def _veiled(payload: str) -> str:
    """A payload whose texts are gone; sums and days stay, the accounts need them."""
    content = json.loads(payload)
    if not isinstance(content, dict):
        return json.dumps({})
    veiled = {name: _veil(value) for name, value in content.items()}
    return json.dumps(veiled, ensure_ascii=False)


def _veil(value: object) -> object:
    if isinstance(value, str) and value[:2] not in {"n:", "d:", "m:", "t:", "b:"}:
        return f"s:{GONE}" if value.startswith("s:") else GONE
    return value


def _texts(connection: sqlite3.Connection, table: str, order: Order, clean: CleanBytes) -> int:
    """Every text and every piece of bytes of a table."""
    columns = [str(row[1]) for row in connection.execute(f'PRAGMA table_info("{table}")')]
    names = ", ".join(f'"{name}"' for name in columns)
    whole = [
        row[1]
        for row in connection.execute(f'PRAGMA table_xinfo("{table}")')
        if row[5] > 0  # a part of the primary key
    ]
    where = " AND ".join(f'"{name}" IS ?' for name in whole) or "0"
    count = 0
    rows = connection.execute(f'SELECT {names} FROM "{table}"').fetchall()  # noqa: S608
    for row in _worth_a_look(rows, order):
        if table == "meta" and row[0] == ORDER:
            continue
        fresh = [_cleaned(value, order, clean) for value in row]
        if list(row) == fresh:
            continue
        key = [row[columns.index(name)] for name in whole]
        changed = [(name, new) for name, old, new in zip(columns, row, fresh, strict=True)
                   if old != new]  # fmt: skip
        sets = ", ".join(f'"{name}" = ?' for name, _ in changed)
        values = [new for _, new in changed]
        try:
            connection.execute(f'UPDATE "{table}" SET {sets} WHERE {where}', (*values, *key))  # noqa: S608
        except sqlite3.IntegrityError:  # another line has become the same: one is enough
            connection.execute(f'DELETE FROM "{table}" WHERE {where}', key)  # noqa: S608
        count += 1
    return count


def _worth_a_look(rows: Sequence[Line], order: Order) -> Iterator[Line]:
    """Rows in which something may have to go: halves are asked until single rows answer."""
    if len(rows) > AT_ONCE:
        for start in range(0, len(rows), AT_ONCE):
            yield from _worth_a_look(rows[start : start + AT_ONCE], order)
    elif rows and _may_move(rows, order):
        if len(rows) == 1:
            yield from rows
        else:
            yield from _worth_a_look(rows[: len(rows) // 2], order)
            yield from _worth_a_look(rows[len(rows) // 2 :], order)


def _may_move(rows: Sequence[Line], order: Order) -> bool:
    """Whether something in these rows may have to go; they are looked through at once."""
    values = [value for row in rows for value in row]
    if any(isinstance(value, bytes) for value in values):
        return True
    text = joined(values)
    if "\\u" in text or order.tokens.may_stand_in(text):
        return True
    return any(token in text for token in order.moved)


def _cleaned(value: object, order: Order, clean: CleanBytes) -> object:
    if isinstance(value, bytes):
        return clean(value)
    if not isinstance(value, str):
        return value
    text = order.tokens.cleaned_json(value)
    if order.moved:
        text = _TOKEN.sub(lambda found: order.moved.get(found[0], found[0]), text)
    return text
