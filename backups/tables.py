"""The tables of the file of copies, and how an older file gets them.

`contents` holds files as they came. `folds` holds those that were folded: `parts` are their
unpacked members, each kept whole (a key) or as what differs from a key, never from a delta.
`marks` tells that no line of `copies` was changed, added or lost past this program.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from hashlib import sha256

from backups.copies import Copy

VERSION = 2
_FIRST = """
CREATE TABLE contents (
    sha256 TEXT PRIMARY KEY,
    raw BLOB NOT NULL
);
CREATE TABLE copies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    book TEXT NOT NULL,
    at TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES contents (sha256),
    size INTEGER NOT NULL,
    why TEXT NOT NULL
);
CREATE INDEX copies_by_book ON copies (book, id);
CREATE INDEX copies_by_content ON copies (sha256, id);
"""
"""As it was made before copies could be folded."""
_SECOND = """
CREATE TABLE lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    book TEXT NOT NULL,
    at TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    why TEXT NOT NULL
);
INSERT INTO lines SELECT id, book, at, sha256, size, why FROM copies;
DROP TABLE copies;
ALTER TABLE lines RENAME TO copies;
CREATE INDEX copies_by_book ON copies (book, id);
CREATE INDEX copies_by_content ON copies (sha256, id);
CREATE TABLE parts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    base INTEGER REFERENCES parts (id),
    packed BLOB NOT NULL,
    book TEXT NOT NULL,
    name TEXT NOT NULL
);
CREATE INDEX parts_by_name ON parts (book, name, id) WHERE base IS NULL;
CREATE INDEX parts_by_base ON parts (base) WHERE base IS NOT NULL;
CREATE TABLE folds (
    sha256 TEXT PRIMARY KEY,
    anatomy INTEGER NOT NULL REFERENCES parts (id),
    glue INTEGER REFERENCES parts (id),
    exact INTEGER NOT NULL
);
CREATE TABLE uses (
    sha256 TEXT NOT NULL REFERENCES folds (sha256) ON DELETE CASCADE,
    part INTEGER NOT NULL REFERENCES parts (id),
    PRIMARY KEY (sha256, part)
) WITHOUT ROWID;
CREATE INDEX uses_by_part ON uses (part);
CREATE TABLE judged (
    sha256 TEXT PRIMARY KEY,
    strange TEXT NOT NULL
);
CREATE TABLE told (
    sha256 TEXT PRIMARY KEY,
    report TEXT NOT NULL
);
CREATE TABLE packs (
    number INTEGER NOT NULL,
    place TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (place, number)
);
CREATE TABLE packed (
    place TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (place, kind, key)
) WITHOUT ROWID;
CREATE TABLE marks (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    count INTEGER NOT NULL,
    sum TEXT NOT NULL
);
"""
COPY = "SELECT id, book, at, sha256, size, why FROM copies"


def prepare(connection: sqlite3.Connection, version: int) -> None:
    """The tables of this version, made or added; one transaction."""
    if version == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("VACUUM")
    connection.execute("BEGIN IMMEDIATE")
    known = connection.execute("PRAGMA user_version").fetchone()[0]
    for number, tables in ((1, _FIRST), (2, _SECOND)):
        if known < number:
            for statement in tables.split(";"):
                connection.execute(statement)
    if known < VERSION:
        rows = [copy_of(row) for row in connection.execute(COPY)]
        values = (len(rows), _hex(sum(map(mark_of, rows))))
        connection.execute("INSERT INTO marks VALUES (1, ?, ?)", values)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def mark_of(copy: Copy) -> int:
    """A number that any other line would not have."""
    words = f"{copy.id}|{copy.book}|{copy.at.isoformat()}|{copy.sha256}|{copy.size}|{copy.why}"
    return int.from_bytes(sha256(words.encode()).digest())


def move_marks(connection: sqlite3.Connection, copy: Copy, sign: int) -> None:
    """Count a line that came (1) or went (-1)."""
    count, total = marks(connection)
    values = (count + sign, _hex(total + sign * mark_of(copy)))
    connection.execute("UPDATE marks SET count = ?, sum = ? WHERE id = 1", values)


def marks(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many lines there must be, and the sum of their marks."""
    row = connection.execute("SELECT count, sum FROM marks WHERE id = 1").fetchone()
    return (-1, 0) if row is None else (row[0], int(row[1], 16))


def marks_agree(connection: sqlite3.Connection) -> bool:
    """Whether exactly the lines stand there that this program left."""
    rows = [copy_of(row) for row in connection.execute(COPY)]
    return marks(connection) == (len(rows), sum(map(mark_of, rows)) % MODULUS)


MODULUS = 1 << 256


def _hex(total: int) -> str:
    return f"{total % MODULUS:x}"


def copy_of(row: tuple[int, str, str, str, int, str]) -> Copy:
    """The line as a value; raises ValueError when it is none."""
    number, book, at, token, size, why = row
    return Copy(number, book, datetime.fromisoformat(at), token, size, why)
