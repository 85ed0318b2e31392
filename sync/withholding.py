"""Phones and mails of private persons stay out of Google (RELIABILITY, law on personal data).

Unless the settings allow it, a spreadsheet shows such a cell empty. What a person typed there
themselves stays as long as it is what the store holds; the program carries nothing there. A row is
of a private person unless it says otherwise: by an INN, a legal form in its name, or its type.
Texts of the program's own, as in questions, lose the numbers and addresses that are withheld.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from model.blueprint import Blueprint, Kind, RowMaker, Table
from model.canon import canon
from model.records import Record
from model.snapshot import TableRead
from model.values import Value
from store import Reader
from sync.write_plan import Rows, Values

PRIVATE = frozenset({Kind.PHONE, Kind.EMAIL})
HIDDEN = "скрыто"
"""Stands in a text where a number or an address was."""
BUSINESS_TYPES = frozenset({"юрлицо", "ип"})
NAMES = ("name", "client", "company", "payer")
_FORMS = re.compile(
    r"\b(?:ООО|ОАО|ПАО|ЗАО|НАО|АО|ИП|ГУП|МУП|ФГУП|ГБУ|МБУ|НКО|АНО|ТСЖ|СНТ|КФХ|LLC|Ltd|GmbH|Inc)\b",
    re.IGNORECASE,
)
PHONES = re.compile(r"(?<![\w-])\+?\d(?:[\s().\u00a0-]*\d){6,14}(?![\w-])")
MAILS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LAST = 10
"""So many last digits tell two phones apart, however they are written."""


def is_business(values: Mapping[str, Value]) -> bool:
    """Whether a row is of a company or an entrepreneur."""
    if values.get("inn") or str(values.get("type") or "").casefold() in BUSINESS_TYPES:
        return True
    return any(_FORMS.search(str(values.get(name) or "")) for name in NAMES)


def private_fields(table: Table) -> tuple[str, ...]:
    """The fields of a table that are withheld of private persons."""
    return tuple(c.key for c in table.columns if c.kind in PRIVATE)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What may not stand in a text: last digits of phones, addresses."""

    digits: frozenset[str]
    mails: frozenset[str]

    def masked(self, text: str) -> str:
        """The text without them."""
        text = PHONES.sub(lambda m: HIDDEN if _digits(m[0]) in self.digits else m[0], text)
        return MAILS.sub(lambda m: HIDDEN if m[0].casefold() in self.mails else m[0], text)

    def of(self, value: Value) -> Value:
        """A value without them."""
        return self.masked(value) if isinstance(value, str) else value


def secrets_of(reader: Reader, blueprint: Blueprint) -> Secrets:
    """Everything that is withheld, whoever's row it stands in."""
    texts: list[str] = []
    for key, table in blueprint.tables.items():
        fields = private_fields(table)
        if fields and table.makes_rows is not RowMaker.DAEMON:
            texts += _texts(reader.rows(key, deleted=True).values(), fields)
    digits = frozenset(_digits(m[0]) for text in texts for m in PHONES.finditer(text))
    mails = frozenset(m[0].casefold() for text in texts for m in MAILS.finditer(text))
    return Secrets(digits, mails)


def _texts(records: Iterable[Record], fields: tuple[str, ...]) -> Iterator[str]:
    for record in records:
        if not is_business(record.values):
            yield from (str(v) for f in fields if (v := record.values.get(f)) is not None)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())[-LAST:]


@dataclass(frozen=True, slots=True)
class Withheld:
    """Rows of a table as a spreadsheet in Google may show them."""

    rows: Rows
    table: Table
    secrets: Secrets
    stands: Mapping[str, Mapping[str, Value]]
    """What the spreadsheet shows in the withheld fields now, by row id."""

    def __getitem__(self, row_id: str) -> Values:
        values = dict(self.rows[row_id])
        if self.table.makes_rows is RowMaker.DAEMON:
            return {key: self.secrets.of(value) for key, value in values.items()}
        if is_business(values):
            return values
        shown = self.stands.get(row_id, {})
        for column in self.table.columns:
            if column.kind in PRIVATE and column.key in values:
                have, want = shown.get(column.key), values[column.key]
                if have is None or canon(column.kind, have) != canon(column.kind, want):
                    del values[column.key]
        return values

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, row_id: object) -> bool:
        return row_id in self.rows


def withheld(
    tables: Mapping[str, Rows],
    blueprint: Blueprint,
    secrets: Secrets,
    reads: Mapping[str, TableRead],
    places: Mapping[str, Mapping[str, int]],
) -> dict[str, Rows]:
    """The tables of a book without what may not stand in Google."""
    out: dict[str, Rows] = dict(tables)
    for key, rows in tables.items():
        table = blueprint.tables[key]
        fields = private_fields(table)
        if fields or table.makes_rows is RowMaker.DAEMON:
            stands = _stands(reads.get(key), places.get(key, {}), fields)
            out[key] = Withheld(rows, table, secrets, stands)
    return out


def _stands(
    read: TableRead | None, places: Mapping[str, int], fields: tuple[str, ...]
) -> dict[str, dict[str, Value]]:
    if read is None or not fields:
        return {}
    by_row = {row.row: row for row in read.rows}
    return {
        row_id: {field: by_row[row].value(field) for field in fields}
        for row_id, row in places.items()
        if row in by_row
    }
