"""Pure steps remembered by their input, so that a fault or a session costs the files, not sums.

What is remembered gives the same for the same input by what it is: a tree of equal bytes, a patch
of an equal file with equal edits, a statement compiled for the same database. Calls of the system
are never among it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from store import engine
from sync.books import port, read, xlsx
from sync.ooxml import BookFile, book, frame, partpatch, parts, patch, patching, tree
from tests.sync import teams

MOST = 4_000
"""Answers of one step that are kept; then all are forgotten."""


@contextmanager
def remembering() -> Iterator[None]:
    """Reading a workbook, laying a plan and patching cost once, and all that is small as well."""
    with small_things_remembered(), pytest.MonkeyPatch.context() as fixture:
        fixture.setattr(port, "lay", _once(xlsx.lay, _layer))
        fixture.setattr(port, "patch", _once(patch, lambda file, edits: (file.sha256, repr(edits))))
        loaded = _once(read.load, _loaded)
        for room in (port, teams):
            fixture.setattr(room, "load", loaded)
        yield


@contextmanager
def small_things_remembered() -> Iterator[None]:
    """Parts of a workbook are parsed once, statements of the store compiled once."""
    with pytest.MonkeyPatch.context() as fixture:
        parsed = _once(tree.parse, lambda content, **_: content)
        for room in (book, frame, partpatch, parts, patching):
            fixture.setattr(room, "parse", parsed)
        _share_statements(fixture)
        yield


def _share_statements(fixture: pytest.MonkeyPatch) -> None:
    """Engines of the store differ in nothing that a compiled statement could depend on."""
    compiled: dict[Any, Any] = {}

    def created(*given: Any, **named: Any) -> sqlalchemy.Engine:
        made = sqlalchemy.create_engine(*given, **named)
        made.update_execution_options(compiled_cache=compiled)
        return made

    fixture.setattr(engine, "create_engine", created)
    fixture.setattr(SQLiteDialect_pysqlite, "__eq__", _same_kind)
    fixture.setattr(SQLiteDialect_pysqlite, "__hash__", _kind)


def _same_kind(one: object, other: object) -> bool:
    return type(one) is type(other)


def _kind(one: object) -> int:
    return hash(type(one))


def _once(step: Callable[..., Any], key: Callable[..., object]) -> Callable[..., Any]:
    known: dict[object, Any] = {}

    def remembered(*given: Any, **named: Any) -> Any:
        under = key(*given, **named)
        if under not in known:
            if len(known) >= MOST:
                known.clear()
            known[under] = step(*given, **named)
        return known[under]

    return remembered


def _layer(layer: Any, plan: Any, stamp: Any) -> object:
    return (
        layer.loaded.file.sha256,
        layer.role,
        layer.now,
        repr(layer.touched),
        repr(plan),
        stamp,
    )


def _loaded(file: BookFile, **named: Any) -> object:
    return file.sha256, named["book"]
