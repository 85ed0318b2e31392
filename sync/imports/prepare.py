"""Rows of a file as rows to bring in, each with the key that makes a second import add nothing.

A row is refused only when it cannot be a row at all, with a reason in words; everything else comes
in as it stands and is asked about later.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from model.blueprint import Kind
from model.canon import canon
from model.problems import Code, Place, Problem, Severity
from model.values import Fault, Value, encode, plain
from sync.imports.cells import stage_name, value_of
from sync.imports.columns import check_columns, guess_columns
from sync.imports.days import Order, order_of
from sync.imports.headings import (
    FIELDS,
    IGNORED,
    LAST_FILLED,
    LEGAL_FORM,
    SOURCE_ID,
    ImportKind,
    folded,
)
from sync.imports.raw import RawRow, RawTable, is_blank

LONGEST = 32_767
"""Characters that a cell of a workbook can hold."""
COST_KEY = ("date", "source", "medium", "campaign", "campaign_id")
_TOTALS = ("итого", "всего", "total", "grand total")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One row to bring in; `extra` are the columns that we have no field for."""

    source_row: int
    key: str
    values: Mapping[str, Value]
    extra: Mapping[str, str]
    partial: bool = False
    """Too little for a row of its own: it waits for another piece of the same fact."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that cannot be brought in, as it stood, and why."""

    source_row: int
    cells: tuple[Value, ...]
    reason: str
    ours: bool = True
    """Whether a person may want to mend it; False: it never was one of ours, only counted."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that a file brings."""

    kind: ImportKind
    headers: tuple[str, ...]
    rows: tuple[Incoming, ...]
    refused: tuple[Refused, ...] = ()
    problems: tuple[Problem, ...] = ()
    order: Order = Order.DAY_FIRST


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What the team decides about an import: its stages, and columns that a person named."""

    stages: tuple[str, ...] = ()
    columns: Mapping[str, str | None] = field(default_factory=dict)
    """Heading -> field, over the guess; None keeps the column as an own one."""


def prepare(kind: ImportKind, table: RawTable, ctx: ImportContext) -> Prepared:
    """The rows of a table as a kind of import; raises ColumnsNotFound."""
    return _Preparation(kind, table, ctx).done()


class _Preparation:
    """One run over a table: what its columns mean, and the keys given so far."""

    def __init__(self, kind: ImportKind, table: RawTable, ctx: ImportContext) -> None:
        self.kind, self.table = kind, table
        self.fields = [
            ctx.columns.get(guess.header, guess.field) for guess in guess_columns(kind, table)
        ]
        check_columns(kind, table, self.fields)
        self.own_stages = frozenset(" ".join(s.casefold().split()) for s in ctx.stages)
        self.order = order_of(
            table.column(at)
            for at, name in enumerate(self.fields)
            if name and FIELDS[kind][name].kind in {Kind.DATE, Kind.MOMENT}
        )
        self.by_id = self._ids_are_keys()
        self.counts: Counter[str] = Counter()

    def done(self) -> Prepared:
        rows: list[Incoming] = []
        refused: list[Refused] = []
        for raw in self.table.rows:
            values, extra = self._read(raw)
            reason = self._refusal(raw, values)
            if reason:
                refused.append(Refused(raw.number, raw.cells, reason))
            else:
                rows.append(Incoming(raw.number, self._key(values, extra), values, extra))
        return Prepared(
            self.kind,
            self.table.headers,
            tuple(rows),
            tuple(refused),
            tuple(_dirt(self.kind, self.table.rows)),
            self.order,
        )

    def _read(self, raw: RawRow) -> tuple[dict[str, Value], dict[str, str]]:
        found: defaultdict[str, list[Value]] = defaultdict(list)
        extra: dict[str, str] = {}
        for at, cell in enumerate(raw.cells):
            name = self.fields[at]
            if is_blank(cell) or folded(self.table.headers[at]) in IGNORED:
                continue
            if name is None:
                extra[self.table.headers[at]] = as_text(cell)
                continue
            value = value_of(FIELDS[self.kind][name].kind, cell, self.order)
            if value is not None:
                found[name].append(value)
        return self._finished({name: _one(name, cells) for name, cells in found.items()}), extra

    def _finished(self, values: dict[str, Value]) -> dict[str, Value]:
        form, name = values.pop(LEGAL_FORM, None), values.get("name")
        if isinstance(form, str) and isinstance(name, str):
            values["name"] = name if form in name.split() else f"{form} {name}"
        stage = values.get("stage")
        if isinstance(stage, str):
            values["stage"] = stage_name(stage, self.own_stages)
        return values

    def _refusal(self, raw: RawRow, values: Mapping[str, Value]) -> str:
        first = next((as_text(c).casefold() for c in raw.cells if not is_blank(c)), "")
        if first.rstrip(":").strip() in _TOTALS:
            return "это строка итогов"
        if any(isinstance(c, str) and too_long(c) for c in raw.cells):
            return f"в ячейке больше {LONGEST} знаков"
        if any(isinstance(v, Fault) for v in values.values()):
            return "в ячейке не значение, а сбой формулы"
        return lacks(self.kind, values)

    def _ids_are_keys(self) -> bool:
        """Whether the source's numbers are there in every row and never twice."""
        if SOURCE_ID not in self.fields:
            return False
        ids = [as_text(c) for c in self.table.column(self.fields.index(SOURCE_ID))]
        return all(ids) and len(set(ids)) == len(ids)

    def _key(self, values: Mapping[str, Value], extra: Mapping[str, str]) -> str:
        if self.by_id:
            return f"id:{as_text(values[SOURCE_ID])}"
        if natural := natural_key(self.kind, values):
            return natural
        body = content_digest(self.kind, values, extra)
        self.counts[body] += 1
        return f"row:{body}:{self.counts[body]}"


def content_digest(kind: ImportKind, values: Mapping[str, Value], extra: Mapping[str, str]) -> str:
    """Short text that is equal for rows of equal content."""
    digest = hashlib.sha256()
    for name, value in sorted(values.items()):
        shape = FIELDS[kind][name].kind
        digest.update(f"{name}={encode(canon(shape, value))}\x1f".encode())
    for header, text in sorted(extra.items()):
        digest.update(f"+{folded(header)}={text}\x1f".encode())
    return digest.hexdigest()[:32]


def natural_key(kind: ImportKind, values: Mapping[str, Value]) -> str:
    """What names a row that is counted anew each day: the day and the campaign of a cost."""
    if kind is not ImportKind.COSTS:
        return ""
    named = {name: values[name] for name in COST_KEY if name in values}
    return f"cost:{content_digest(kind, named, {})}"


def lacks(kind: ImportKind, values: Mapping[str, Value]) -> str:
    """Why values make no row of their kind; empty when they do."""
    return _LACKS[kind](values)


def too_long(text: str) -> bool:
    """Whether no cell can hold a text."""
    if 2 * len(text) <= LONGEST:
        return False
    from sync.ooxml import too_long as too_many_units  # noqa: PLC0415  # heavy, hardly ever asked

    return too_many_units(text)


def as_text(cell: Value) -> str:
    """A cell as trimmed text."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return plain(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell.text if isinstance(cell, Fault) else cell).strip()


def _one(name: str, cells: Sequence[Value]) -> Value:
    """The value of a field from all its columns."""
    if len(cells) == 1:
        return cells[0]
    if name in LAST_FILLED:
        return cells[-1]
    return ", ".join(dict.fromkeys(as_text(cell) for cell in cells))


def _dirt(kind: ImportKind, rows: Sequence[RawRow]) -> Iterator[Problem]:
    for row in rows:
        if row.dirt:
            place = Place(kind.value, None, None, row.number)
            yield Problem(Code.BAD_CHARACTERS, Severity.NOTICE, place, (str(row.dirt),))


def _no_name(values: Mapping[str, Value]) -> str:
    return "" if values.get("name") else "нет названия клиента"


def _no_deal(values: Mapping[str, Value]) -> str:
    said = {"title", "client_id", "amount", "stage", "phone", "email", SOURCE_ID} & set(values)
    return "" if said else "нет ни клиента, ни суммы, ни этапа"


def _no_lead(values: Mapping[str, Value]) -> str:
    return "" if {"phone", "email"} & set(values) else "нет ни телефона, ни почты"


def _no_call(values: Mapping[str, Value]) -> str:
    if not isinstance(values.get("at"), date):
        return "не разобрал дату звонка" if "at" in values else "нет даты звонка"
    return "" if values.get("number") else "нет номера"


def _no_person(values: Mapping[str, Value]) -> str:
    return "" if values.get("fio") else "нет имени сотрудника"


def _no_payment(values: Mapping[str, Value]) -> str:
    return _no_day_or_sum(values, "amount")


def _no_cost(values: Mapping[str, Value]) -> str:
    return _no_day_or_sum(values, "cost")


def _no_letter(values: Mapping[str, Value]) -> str:
    return "" if values.get("sender") or values.get("receiver") else "нет ни отправителя, ни адреса"


def _no_day_or_sum(values: Mapping[str, Value], sum_name: str) -> str:
    for name, what in (("date", "дату"), (sum_name, "сумму")):
        value = values.get(name)
        if value is None:
            return "нет даты" if name == "date" else "нет суммы"
        if not isinstance(value, date | Decimal):
            return f"не разобрал {what} «{as_text(value)}»"
    return ""


_LACKS = {
    ImportKind.CLIENTS: _no_name,
    ImportKind.DEALS: _no_deal,
    ImportKind.LEADS: _no_lead,
    ImportKind.CALLS: _no_call,
    ImportKind.STAFF: _no_person,
    ImportKind.PAYMENTS: _no_payment,
    ImportKind.COSTS: _no_cost,
    ImportKind.LETTERS: _no_letter,
}
