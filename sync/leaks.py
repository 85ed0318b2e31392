"""Words of foreign rows in the files of a person: what `access --matrix` looks for in real books.

A foreign word is a name, phone, address or number of a row that the person may not see, or of a
hidden cell of one that may be seen, and that stands in nothing the person sees. Each part of the
file is looked through as it is: rows, shared texts, names, lists, caches, remarks and properties.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import unescape

from model.blueprint import ID_FIELD, Blueprint, Kind, Role, RowMaker, Table
from model.values import Value, plain
from store import Reader
from sync.rights import PAYMENTS, Access, owned
from sync.scene import fold, text

TELLING = frozenset({Kind.NAME, Kind.PHONE, Kind.EMAIL, Kind.INN})
_CORE = re.compile('[«"“„]([^»"”“]+)[»"”“]')
"""The name of a firm without its form."""
SHORT = 6
"""Shorter words stand in other words by chance."""
LAST_DIGITS = 10
TABLES = ("clients", "leads", "contacts", "payments", "deals", "documents", "letters")


@dataclass(frozen=True, slots=True)
class Leak:
    """A word where it must not stand; the word itself is not kept."""

    part: str
    table: str
    row_id: str
    field: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """What must not stand in a person's files: each word with where it comes from."""

    words: Mapping[str, tuple[str, str, str]]

    def in_file(self, raw: bytes, name: str) -> Iterator[Leak]:
        """Foreign words in a workbook or a page."""
        for part, content in _parts(raw, name):
            for word, (table, row_id, key) in self.words.items():
                if word in content:
                    yield Leak(part, table, row_id, key)


def foreign_words(reader: Reader, blueprint: Blueprint, access: Access) -> Foreign:
    """The words of everything that a person may not see."""
    mine = [text(record, "fio") for record in reader.rows("staff").values()]
    others: dict[str, tuple[str, str, str]] = {}
    for key in (k for k in TABLES if k in blueprint.tables):
        table = blueprint.tables[key]
        if table.makes_rows is RowMaker.DAEMON:
            continue
        for row_id, record in reader.rows(key, deleted=True).items():
            values = owned(reader, record)
            seen = {} if record.deleted else _seen(access, table, values)
            mine += [str(value) for value in seen.values() if value is not None]
            if not seen:
                others[row_id] = (key, row_id, ID_FIELD)
            for key_, word in _telling(table, record.values):
                if seen.get(key_) != record.values.get(key_):
                    others.setdefault(word, (key, row_id, key_))
    known = "\n".join(mine) + "\n".join(_digits(one) for one in mine)
    folded = known.casefold()
    return Foreign({w: where for w, where in others.items() if w.casefold() not in folded})


def _seen(access: Access, table: Table, values: Mapping[str, Value]) -> Mapping[str, Value]:
    """The row as the person's files may show it; a salesperson's book lists own clients' money."""
    if access.sees(table, values):
        return access.shown(table, values)
    lists_money = access.rights.role is Role.MANAGER and table.key == PAYMENTS
    return values if lists_money and fold(values.get("manager")) == access.who.name else {}


def _telling(table: Table, values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Cells that tell whom a row is about, as files write them."""
    for column in table.columns:
        value = values.get(column.key)
        if value is None or column.kind not in TELLING:
            continue
        said = plain(value) if isinstance(value, Decimal) else str(value)
        word = " ".join(said.split())
        core = _CORE.search(word)
        for one in (word, core[1] if core else ""):
            if len(one) >= SHORT:
                yield column.key, one
        if column.kind is Kind.PHONE and len(_digits(word)) >= LAST_DIGITS:
            yield column.key, _digits(word)[-LAST_DIGITS:]


def _digits(word: str) -> str:
    return "".join(c for c in word if c.isdigit())


def _parts(raw: bytes, name: str) -> Iterator[tuple[str, str]]:
    """Every part of a file as text, with its markup undone."""
    if not zipfile.is_zipfile(io.BytesIO(raw)):
        yield name, unescape(raw.decode("utf-8", "replace"))
        return
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for member in archive.namelist():
            content = archive.read(member).decode("utf-8", "replace")
            yield f"{name}/{member}", unescape(content)
