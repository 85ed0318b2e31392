"""Findings about a row: its cells, its references, and what the stage of a deal asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from model.blueprint import Column, Kind, Owner, Table
from model.canon import canon
from model.identity import read_inn
from model.problems import Code, Place, Problem
from model.records import Record
from model.values import Value
from sync.scene import Stage, StageKind, fold
from sync.validate.cells import Finding, as_day, check_cell, nearest, shown
from sync.validate.context import Context

NEGATIVE_IS_FINE = frozenset({"payments"})
"""Tables with refunds: a negative amount says something there."""
_NEEDS = (
    (Code.NO_AMOUNT, "amount", "кп отправлено", Decimal("0.4")),
    (Code.NO_INN, "client_id", "договор", Decimal("0.8")),
    (Code.NO_EXPECTED_DATE, "expected_on", "счёт выставлен", Decimal("0.9")),
)
"""Needed from the named stage on; where a team renamed it, from this probability on."""


def validate_record(table: Table, record: Record, ctx: Context) -> tuple[Problem, ...]:
    """Everything that is wrong in a row, cells first, in the order of the columns."""
    found: list[Problem] = []
    for column in table.columns:
        value = record.values.get(column.key)
        if column.owner not in {Owner.PERSON, Owner.IMPORT} or value is None or value == "":
            continue
        findings = _reference(column, record, ctx) or list(check_cell(column, value, ctx))
        found += [_placed(record, column.key, f, ctx) for f in findings if _counts(table, f)]
    if table.key == "deals":
        found += [_placed(record, key, f, ctx) for key, f in _deal(table, record, ctx)]
    return tuple(found)


def _placed(record: Record, key: str, finding: Finding, ctx: Context) -> Problem:
    place = Place(record.table, record.row_id, key, ctx.places.get(record.row_id))
    return Problem(finding.code, finding.severity, place, finding.values)


def _counts(table: Table, finding: Finding) -> bool:
    return not (finding.code is Code.AMOUNT_NEGATIVE and table.key in NEGATIVE_IS_FINE)


def _reference(column: Column, record: Record, ctx: Context) -> list[Finding]:
    typed = record.values.get(column.key)
    if column.ref is None or column.key in record.links or not isinstance(typed, str):
        return []
    if column.ref == "clients":
        return [Finding(Code.UNKNOWN_CLIENT, (shown(typed),))]
    if column.ref == "deals":
        return [Finding(Code.UNKNOWN_DEAL, (shown(typed),))]
    if column.ref == "staff" and fold(typed) not in {fold(name) for name in ctx.staff}:
        return [Finding(Code.UNKNOWN_PERSON, (shown(typed), nearest(typed, ctx.staff)))]
    return []


def _deal(table: Table, record: Record, ctx: Context) -> Iterator[tuple[str, Finding]]:
    stage = ctx.stages.get(fold(record.values.get("stage")))
    if stage is None:
        return
    if stage.kind is StageKind.LOST:
        if _blank(record, "lost_reason"):
            yield "lost_reason", Finding(Code.NO_LOST_REASON, (stage.name,))
        return
    if stage.kind is not StageKind.OPEN:
        return
    for code, key, first, probability in _NEEDS:
        if _is_due(stage, first, probability, ctx) and _lacks(code, key, record, ctx):
            yield key, Finding(code, (stage.name,))
    yield from _step(table, record, stage, ctx)
    yield from _expected(table, record, ctx)


def _is_due(stage: Stage, first: str, probability: Decimal, ctx: Context) -> bool:
    """Whether an open stage is the first one that needs a field, or a later one."""
    start = ctx.stages.get(first)
    return stage.probability >= probability if start is None else stage.order >= start.order


def _lacks(code: Code, key: str, record: Record, ctx: Context) -> bool:
    if code is Code.NO_INN:
        client = ctx.clients.get(record.links.get(key, ""))
        return client is not None and not read_inn(client.values.get("inn")).values
    return _blank(record, key)


def _step(
    table: Table, record: Record, stage: Stage, ctx: Context
) -> Iterator[tuple[str, Finding]]:
    step = record.values.get("next_step")
    if _blank(record, "next_step"):
        yield "next_step", Finding(Code.NO_NEXT_STEP, (stage.name,))
    elif _blank(record, "step_on"):
        yield "step_on", Finding(Code.NO_STEP_DATE, (shown(step),))
    else:
        day = _day(table, record, "step_on", ctx)
        if day and day < ctx.asof:
            late = str((ctx.asof - day).days)
            yield "step_on", Finding(Code.STEP_OVERDUE, (shown(step), shown(day), late))


def _expected(table: Table, record: Record, ctx: Context) -> Iterator[tuple[str, Finding]]:
    day = _day(table, record, "expected_on", ctx)
    if day and day < ctx.asof and not _is_paid(record):
        yield "expected_on", Finding(Code.EXPECTED_PASSED, (shown(day),))


def _is_paid(record: Record) -> bool:
    paid, amount = (_amount(record.values.get(key)) for key in ("paid", "amount"))
    return paid > 0 and paid >= amount


def _amount(value: Value) -> Decimal:
    number = canon(Kind.MONEY, value)
    return number if isinstance(number, Decimal) else Decimal(0)


def _day(table: Table, record: Record, key: str, ctx: Context) -> date | None:
    """The day of a cell; «завтра» counts from the day the row was last changed."""
    since = record.changed_at.date() if record.changed_at else ctx.asof
    kind = table.column(key).kind if table.has(key) else Kind.DATE
    return as_day(kind, record.values.get(key), since)


def _blank(record: Record, key: str) -> bool:
    value = record.values.get(key)
    return value is None or (isinstance(value, str) and not value.strip())
