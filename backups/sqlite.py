"""Copies in one SQLite file beside the store: equal bytes are kept once, under their hash.

`take` keeps the bytes as they came, which is quick. `fold` takes them apart afterwards, when there
is time: parts that did not change are kept once, others as what changed (`backups.folding`).

Fully synchronised: when `take` returns, a power cut cannot take the bytes away. Every call opens
the file anew, so threads and commands may share one keeper; within `held` a thread has it open.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

from backups import folding, packs
from backups.anatomy import Anatomy, taken_apart
from backups.connecting import Connecting
from backups.copies import Copy
from backups.deltas import Damaged
from backups.judging import Strange, judged
from backups.retention import Label, Retention, labels
from backups.tables import COPY, VERSION, copy_of, marks_agree, move_marks, prepare
from model.errors import BackupDamaged, CannotWrite, StoreTooNew, WrongPlace
from model.texts import Text

Plain = Callable[[bytes], bytes | None]
"""The workbook in the bytes, uncovered; None when no key fits."""
Parts = tuple[Anatomy, Mapping[str, bytes], bytes]
OWNER_ONLY = 0o600
PATIENCE = 30.0
"""Seconds that a writer waits for another one."""
SHRUNK_PAST = 0.1
"""Share of empty pages from which a file that cannot give them back one by one is rewritten."""


class SqliteBackups:
    """Keeper of copies in one file.

    `plain` uncovers a workbook that asks for a password, so that it is not taken for noise.
    """

    def __init__(
        self, path: Path, *, patience: float = PATIENCE, plain: Plain | None = None
    ) -> None:
        self.path = path
        self._connecting = Connecting(path, patience)
        self._plain = plain

    @classmethod
    def open(cls, path: Path, *, patience: float = PATIENCE, plain: Plain | None = None) -> Self:
        """The keeper over a file, which is made when there is none."""
        _make_private(path)
        keeper = cls(path, patience=patience, plain=plain)
        with keeper._connecting.connection() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise StoreTooNew(path=path)
            if version < VERSION:
                prepare(connection, version)
        return keeper

    def held(self) -> AbstractContextManager[None]:
        """Until the block ends the calls of this thread go through one connection."""
        return self._connecting.held()

    def take(self, book: str, raw: bytes, *, at: datetime, why: str) -> Copy:
        """The copy, durable before this returns; the newest one when nothing differs from it."""
        if at.tzinfo is None:
            raise ValueError(at.isoformat())
        token = sha256(raw).hexdigest()
        with self._writing() as connection:
            newest = _first(connection, f"{COPY} WHERE book = ? ORDER BY id DESC LIMIT 1", book)
            _keep_content(connection, token, raw)
            if newest is not None and (newest.sha256, newest.why) == (token, why):
                return newest
            moment = at.astimezone(UTC)
            key = connection.execute(
                "INSERT INTO copies (book, at, sha256, size, why) VALUES (?, ?, ?, ?, ?)",
                (book, moment.isoformat(), token, len(raw), why),
            ).lastrowid
            copy = Copy(key or 0, book, moment, token, len(raw), why)
            move_marks(connection, copy, 1)
        return copy

    def put(self, copy: Copy, raw: bytes) -> None:
        """A copy with the number that it had in another file of copies."""
        with self._writing() as connection:
            _keep_content(connection, copy.sha256, raw)
            values = (copy.id, copy.book, copy.at.isoformat(), copy.sha256, copy.size, copy.why)
            connection.execute("INSERT INTO copies VALUES (?, ?, ?, ?, ?, ?)", values)
            move_marks(connection, copy, 1)

    def settle(self) -> None:
        """Everything in the one file, with nothing beside it."""
        with self._connecting.connection() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()

    def list(self, book: str | None = None) -> tuple[Copy, ...]:
        """Copies, newest first; of every book when none is named."""
        with self._connecting.connection() as connection:
            return _list(connection, book)

    def find(self, sha256: str, book: str | None = None) -> Copy | None:
        """The newest copy with these very bytes."""
        wanted = f"{COPY} WHERE sha256 = ? AND (? IS NULL OR book = ?) ORDER BY id DESC LIMIT 1"
        with self._connecting.connection() as connection:
            return _first(connection, wanted, sha256, book, book)

    def read(self, copy_id: int) -> bytes:
        """The bytes that were taken; raises WrongPlace or BackupDamaged.

        An older save of a program whose packing cannot be repeated comes back as a workbook of the
        same parts.
        """
        with self._reading() as connection:
            copy = _first(connection, f"{COPY} WHERE id = ?", copy_id)
            if copy is None:
                raise WrongPlace(what=Text.A_COPY, value=copy_id)
            raw = _content(connection, copy.sha256)
            if raw is not None and sha256(raw).hexdigest() == copy.sha256:
                return raw
            try:
                raw = folding.unfolded(connection, copy.sha256)
            except Damaged:
                raw = None
        if raw is None:
            raise BackupDamaged(path=self.path, detail=f"{copy_id}: {copy.sha256[:12]}")
        return raw

    def verify(self, copy_id: int) -> bool:
        """Whether a copy gives back what was taken; raises WrongPlace."""
        try:
            self.read(copy_id)
        except BackupDamaged:
            return False
        return True

    def is_sound(self) -> bool:
        """Whether the file is whole and no line of it was changed, added or lost."""
        try:
            with self._connecting.connection() as connection:
                said = connection.execute("PRAGMA integrity_check(1)").fetchone()
                return said == ("ok",) and marks_agree(connection)
        except BackupDamaged:
            return False

    def waiting(self) -> tuple[str, ...]:
        """Fingerprints of what is to be folded, oldest first."""
        wanted = (
            "SELECT sha256 FROM contents"
            " WHERE sha256 NOT IN (SELECT sha256 FROM folds WHERE NOT exact)"
            " ORDER BY (SELECT min(id) FROM copies WHERE copies.sha256 = contents.sha256)"
        )
        with self._connecting.connection() as connection:
            return tuple(row[0] for row in connection.execute(wanted))

    def fold(self, token: str, *, whole: frozenset[str] = frozenset()) -> bool:
        """Take one file apart and keep its parts; False when it, or a part, went meanwhile.

        Its own bytes stay as well as long as they could not be made again and it is the newest of
        its book, or was taken for a reason in `whole`.
        """
        with self._reading() as connection:
            copy = _first(connection, f"{COPY} WHERE sha256 = ? ORDER BY id DESC LIMIT 1", token)
            raw = _content(connection, token)
            if copy is None or raw is None or sha256(raw).hexdigest() != token:
                return False
            parts = taken_apart(raw, folding.newest(connection, copy.book))
            fold = folding.folded(connection, copy.book, token, parts)
            connection.execute("COMMIT")
            strange = Strange.NO if _is_ours(copy.book) else self._judged(raw, parts)
            connection.execute("BEGIN IMMEDIATE")
            if not folding.keep(connection, fold, copy.book):
                return False  # it waits on; what was begun is rolled back
            connection.execute("INSERT OR REPLACE INTO judged VALUES (?, ?)", (token, strange))
            _drop_whole(connection, whole)
            connection.execute("COMMIT")
            connection.executescript("PRAGMA incremental_vacuum")
        return True

    def _judged(self, raw: bytes, parts: Parts) -> Strange:
        """What is strange about a save; under a password of the team its inside is judged."""
        plain = raw if self._plain is None else self._plain(raw)
        if plain is not None and plain is not raw:
            parts = taken_apart(plain, None)
        return judged(parts[0], parts[1])

    def strange(self) -> dict[int, Strange]:
        """Copies that look like damage, and what is strange about them."""
        wanted = "SELECT c.id, j.strange FROM copies c JOIN judged j USING (sha256) WHERE strange"
        with self._connecting.connection() as connection:
            found = connection.execute(f"{wanted} != ''").fetchall()
        return {number: Strange(word) for number, word in found}

    def tell(self, token: str, report: str) -> None:
        """Remember what was read out of a file when it was fresh."""
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO told VALUES (?, ?)", (token, report))

    def told(self, token: str) -> str | None:
        """What was read out of a file when it was fresh; None when nobody said it."""
        with self._connecting.connection() as connection:
            row = connection.execute("SELECT report FROM told WHERE sha256 = ?", (token,))
            found = row.fetchone()
        return None if found is None else str(found[0])

    def stays(self, rule: Retention) -> dict[int, tuple[Label, ...]]:
        """Copies that the rule keeps, book by book, and for which reasons."""
        copies, strange = self.list(), frozenset(self.strange())
        found = dict[int, tuple[Label, ...]]()
        for book in {copy.book for copy in copies}:
            found |= labels((copy for copy in copies if copy.book == book), rule, strange)
        return found

    def prune(self, rule: Retention) -> int:
        """Number of copies let go by the rule, book by book; bytes that none needs go too."""
        newest = max((copy.id for copy in self.list()), default=0)
        stay = self.stays(rule)
        with self._writing() as connection:
            copies = _list(connection, None)
            gone = [copy for copy in copies if copy.id not in stay and copy.id <= newest]
            for copy in gone:
                connection.execute("DELETE FROM copies WHERE id = ?", (copy.id,))
                move_marks(connection, copy, -1)
            _drop_unused(connection)
        self._shrink()
        return len(gone)

    def unsent(self, place: str) -> packs.Pack:
        """What a second place lacks, as much as one pack holds; empty when it has everything."""
        with self._reading() as connection:
            return packs.unsent(connection, place)

    def sent(self, place: str, pack: packs.Pack, sent: packs.Sent) -> None:
        """Remember that the place has the pack."""
        with self._writing() as connection:
            packs.remember(connection, place, pack, sent)

    def forget_place(self, place: str) -> None:
        """The place has nothing of ours any more."""
        with self._writing() as connection:
            for table in ("packs", "packed"):
                connection.execute(f"DELETE FROM {table} WHERE place = ?", (place,))  # noqa: S608

    def sent_to(self, place: str) -> tuple[packs.Sent, ...]:
        """The packs of a place, first ones first."""
        with self._connecting.connection() as connection:
            return packs.sent_to(connection, place)

    def take_in(self, pack: packs.Pack) -> int:
        """Number of copies that a pack of a second place brought."""
        with self._writing() as connection:
            fresh = packs.take_in(connection, pack)
            for copy in fresh:
                move_marks(connection, copy, 1)
        return len(fresh)

    def size(self) -> int:
        """Bytes that the copies take on the disk."""
        with self._connecting.connection() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return self.path.stat().st_size

    def _shrink(self) -> None:
        """Give empty pages back to the disk."""
        with self._connecting.connection() as connection:
            if connection.execute("PRAGMA auto_vacuum").fetchone()[0]:
                connection.executescript("PRAGMA incremental_vacuum")
                return
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            empty = connection.execute("PRAGMA freelist_count").fetchone()[0]
            if empty > pages * SHRUNK_PAST:
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
                connection.execute("PRAGMA temp_store = FILE")  # the whole file passes through it
                connection.execute("VACUUM")
                connection.execute("PRAGMA temp_store = MEMORY")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Everything read is of one moment, and the file is locked once, not at each line."""
        with self._connecting.connection() as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connecting.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")  # an exception goes past it; closing rolls back


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
        path.chmod(OWNER_ONLY)
    except OSError as failure:
        raise CannotWrite(name=path.name, reason=failure.strerror) from failure


def _keep_content(connection: sqlite3.Connection, token: str, raw: bytes) -> None:
    """Keeps the bytes; damaged ones under the same hash are mended by the way."""
    known = _content(connection, token)
    if known is None:
        connection.execute("INSERT INTO contents VALUES (?, ?)", (token, raw))
    elif known != raw:
        connection.execute("UPDATE contents SET raw = ? WHERE sha256 = ?", (raw, token))


def _content(connection: sqlite3.Connection, token: str) -> bytes | None:
    row = connection.execute("SELECT raw FROM contents WHERE sha256 = ?", (token,)).fetchone()
    return bytes(row[0]) if row is not None else None


def _list(connection: sqlite3.Connection, book: str | None) -> tuple[Copy, ...]:
    wanted = f"{COPY} WHERE ? IS NULL OR book = ? ORDER BY id DESC"
    return tuple(copy_of(row) for row in connection.execute(wanted, (book, book)))


def _first(connection: sqlite3.Connection, wanted: str, *values: str | int | None) -> Copy | None:
    row = connection.execute(wanted, values).fetchone()
    return copy_of(row) if row is not None else None


def _is_ours(book: str) -> bool:
    """Whether it is a file of the program, not a workbook."""
    return book.startswith("#")


def _drop_whole(connection: sqlite3.Connection, whole: frozenset[str]) -> None:
    """Lets go of bytes that their parts give again, and of older ones that are only alike."""
    slots = ", ".join("?" * len(whole))
    connection.execute(
        "DELETE FROM contents WHERE sha256 IN (SELECT sha256 FROM folds WHERE exact"  # noqa: S608
        " OR sha256 NOT IN (SELECT sha256 FROM copies"
        f" WHERE why IN ({slots}) OR id IN (SELECT max(id) FROM copies GROUP BY book)))",
        tuple(sorted(whole)),
    )


def _drop_unused(connection: sqlite3.Connection) -> None:
    """Lets go of everything that no copy needs."""
    for table in ("contents", "folds", "judged", "told"):
        connection.execute(
            f"DELETE FROM {table} WHERE sha256 NOT IN (SELECT sha256 FROM copies)"  # noqa: S608
        )
    connection.execute(
        "DELETE FROM parts WHERE id NOT IN (SELECT part FROM uses) AND base IS NOT NULL"
    )
    connection.execute(
        "DELETE FROM parts WHERE id NOT IN (SELECT part FROM uses)"
        " AND id NOT IN (SELECT base FROM parts WHERE base IS NOT NULL)"
    )
