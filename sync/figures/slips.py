"""Closed months in the store, and any frozen value as text and back.

A slip is a row of its own table, so that history knows it and `undo` takes it back with the
approval that made it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from formulas.pay.basis import BasisKind, BasisRule
from formulas.pay.parts import Member, Refund, TeamMode
from model.payslips import Slip
from model.records import Record, Stamped
from model.values import Value, plain
from store import Reader, Writer
from sync.scene import fold, text

TABLE = "payslips"
T = TypeVar("T")
_NAMES: dict[str, Any] = {
    "Decimal": Decimal,
    "date": date,
    "Mapping": Mapping,
    "BasisKind": BasisKind,
    "BasisRule": BasisRule,
    "TeamMode": TeamMode,
    "Member": Member,
    "Refund": Refund,
    "Fraction": Fraction,
}
"""Names that modules of arithmetic import for the type checker only."""


def slip_id(person: str, month: date) -> str:
    """Row of a person's month."""
    return f"{month:%Y-%m}|{fold(person)}"


def slips_of(rows: Mapping[str, Record]) -> dict[tuple[str, date], Slip]:
    """Every closed month, by folded name and first day."""
    found = (unpacked(Slip, str(r.values["slip"])) for r in rows.values() if text(r, "slip"))
    return {(fold(slip.person), slip.month): slip for slip in found}


def stored(reader: Reader) -> Mapping[str, Record]:
    """The rows of closed months."""
    return reader.rows(TABLE)


def keep(writer: Writer, slip: Slip, *, by: Stamped) -> None:
    """Closes a month."""
    row_id = slip_id(slip.person, slip.month)
    if (before := writer.get(TABLE, row_id)) is not None and before.deleted:
        writer.revive(TABLE, row_id, by=by)
    values: dict[str, Value] = {"who": slip.person, "month": slip.month, "slip": packed(slip)}
    writer.put(TABLE, row_id, values, by=by)


def open_again(writer: Writer, person: str, month: date, *, by: Stamped) -> None:
    """Opens a month."""
    writer.bury(TABLE, slip_id(person, month), by=by)


def packed(value: object) -> str:
    """A frozen value as text."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def unpacked(shape: type[T], said: str) -> T:
    """The value that was packed."""
    value: T = _of(shape, json.loads(said))
    return value


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value


@cache
def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape, localns=_NAMES)


def _of(shape: Any, raw: Any) -> Any:
    """A value of a declared type from its plain form."""
    origin, inner = get_origin(shape), get_args(shape)
    if origin in {Union, UnionType}:
        return (
            None if raw is None else _of_any([one for one in inner if one is not type(None)], raw)
        )
    if origin is tuple:
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_of(inner[0], one) for one in raw)
        return tuple(_of(one, part) for one, part in zip(inner, raw, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {key: _of(inner[1], one) for key, one in raw.items()}
    if is_dataclass(shape):
        hints = _hints(shape)  # type: ignore[arg-type]  # a dataclass is a type here
        given = {f.name: _of(hints[f.name], raw[f.name]) for f in fields(shape) if f.name in raw}
        return shape(**given)  # type: ignore[operator]  # and not an instance of one
    if shape is Decimal:
        return Decimal(raw)
    if shape is Fraction:
        return Fraction(raw)
    if shape is date:
        return date.fromisoformat(raw)
    return shape(raw) if isinstance(shape, type) and issubclass(shape, Enum) else raw


def _of_any(shapes: list[Any], raw: Any) -> Any:
    """Of several types the first that the plain form fits: a day, else a word of an enum."""
    for shape in shapes[:-1]:
        try:
            return _of(shape, raw)
        except ValueError:
            continue
    return _of(shapes[-1], raw)
