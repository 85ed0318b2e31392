"""A person at a workbook: reads it, types into it, saves it the way office programs do."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from model.blueprint import FIRST_ROW, Blueprint, Role
from model.records import BookState
from model.snapshot import RowRead, Snapshot
from model.values import Value
from sync.books.read import load
from sync.ooxml import BookFile, Result, SetValue, col_letter, patch

Save = Callable[[Path, bytes], None]


def renamed(path: Path, raw: bytes) -> None:
    """As Excel and LibreOffice save: a file beside the old one takes its name."""
    beside = path.with_name(f"{secrets.token_hex(4)}.tmp")
    beside.write_bytes(raw)
    beside.replace(path)


def in_place(path: Path, raw: bytes) -> None:
    """As simple programs save: the file is cut to nothing and written anew, piece by piece."""
    with path.open("wb") as stream:
        for start in range(0, len(raw), 1 << 16):
            stream.write(raw[start : start + (1 << 16)])
            stream.flush()
        os.fsync(stream.fileno())


class Hand:
    """Somebody who has one book of the team open for as long as a save takes."""

    def __init__(self, book: BookState, path: Path, blueprint: Blueprint) -> None:
        self.book = book
        self.path = path
        self._blueprint = blueprint
        self._seen: tuple[bytes, Snapshot] | None = None

    def look(self) -> Snapshot:
        """The book as it stands now; a half-written one is looked at again by the caller."""
        raw = self.path.read_bytes()
        if self._seen is None or self._seen[0] != raw:
            self._seen = (raw, self._read(raw))
        return self._seen[1]

    def add(self, table: str, values: Mapping[str, Value], save: Save) -> None:
        """Type a new row below the last one and save."""
        raw = self.path.read_bytes()
        last = self._read(raw).tables[table].last_row
        self._type(raw, table, max(last + 1, FIRST_ROW), values, save)

    def change(self, table: str, row: RowRead, values: Mapping[str, Value], save: Save) -> None:
        """Type over cells of a row wherever it stands by now (by place if it has no id)."""
        raw = self.path.read_bytes()
        rows = self._read(raw).tables[table].rows
        now = next(r for r in rows if (r.row_id == row.row_id if row.row_id else r.row == row.row))
        self._type(raw, table, now.row, values, save, before=now)

    def _type(
        self,
        raw: bytes,
        table: str,
        row: int,
        values: Mapping[str, Value],
        save: Save,
        before: RowRead | None = None,
    ) -> None:
        read = self._read(raw).tables[table]
        edits = [
            SetValue(
                read.sheet,
                f"{col_letter(read.places[field])}{row}",
                None if before is None else before.value(field),
                value,
            )
            for field, value in values.items()
        ]
        done = patch(BookFile.open(raw, name=self.path.name), edits)
        fates = {outcome.result for outcome in done.receipt.outcomes}
        assert fates == {Result.APPLIED}, done.receipt.outcomes
        save(self.path, done.raw)

    def _read(self, raw: bytes) -> Snapshot:
        return load(
            BookFile.open(raw, name=self.path.name),
            book=self.book.book,
            name=self.path.name,
            blueprint=self._blueprint,
            role=Role(self.book.role),
        ).snapshot
