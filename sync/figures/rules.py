"""The rows of «Мотивация» as the arithmetic reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from formulas.pay.rules import Faults, Reading, RuleRow, read_rules, rows_of
from formulas.pay.scheme import Scheme
from model.records import Record
from model.values import Fault, Value
from sync.scene import Scene, amount, day, fold, text

DEFAULT_SCHEME = "Основная"
TABLE = "pay_rules"
NUMBERS = ("start", "rate", "factor", "cap")


def rule_rows(rows: Mapping[str, Record]) -> tuple[RuleRow, ...]:
    """Every row that says anything, in the order of the list."""
    return tuple(rule_row(row_id, r) for row_id, r in rows.items() if _says(r))


def _says(record: Record) -> bool:
    return any(text(record, key) for key in ("component", "rate", "start", "factor", "cap"))


def rule_row(row_id: str, record: Record) -> RuleRow:
    """One row: words folded, cells that hold no number or day told apart."""
    return RuleRow(
        row_id=row_id,
        scheme=fold(record.values.get("scheme")),
        component=fold(record.values.get("component")),
        base=fold(record.values.get("base")),
        start=amount(record, "start"),
        rate=amount(record, "rate"),
        factor=amount(record, "factor"),
        cap=amount(record, "cap"),
        since=day(record, "since"),
        note=fold(record.values.get("note")),
        faults=_faults(record),
    )


def _faults(record: Record) -> Faults:
    found = [
        (key, _typed(record.values.get(key)))
        for key in NUMBERS
        if text(record, key) and amount(record, key) is None
    ]
    if text(record, "since") and day(record, "since") is None:
        found.append(("since", _typed(record.values.get("since"))))
    return tuple(found)


def _typed(value: Value) -> str:
    return value.text if isinstance(value, Fault) else " ".join(str(value).split())


def reading_of(scene: Scene, person: str, month: date) -> Reading | None:
    """What the rows in force on the first day of a month say of a person; None without rows."""
    return reading_among(rule_rows(scene.rows[TABLE]), scene, person, month)


def reading_among(
    rows: tuple[RuleRow, ...], scene: Scene, person: str, month: date
) -> Reading | None:
    """The same among any rows."""
    employee = scene.person(person)
    wanted = fold((employee.scheme if employee else "") or DEFAULT_SCHEME)
    reading = read_rules(rows_of(rows, wanted, fold(person), month))
    return reading if reading.rows else None


def scheme_of(scene: Scene, person: str, month: date) -> Scheme | None:
    """The rules in force on the first day of a month; None when the person has no scheme."""
    reading = reading_of(scene, person, month)
    return None if reading is None else reading.scheme
