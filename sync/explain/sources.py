"""Rows behind figures as people know them: visible number, name, sum, day, cell."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from formulas.pay.rules import RuleRow
from model.explaining import Rule, Source
from model.figures import Measure, Period
from model.payslips import Piece
from model.texts.numbers import money, number
from sync.explain.places import Places
from sync.figures.earning import client_name
from sync.figures.plans import METRICS
from sync.figures.rules import TABLE
from sync.scene import Scene, amount, fold, text

MAIN = {"payments": "amount", "deals": "amount", "absences": "from", TABLE: "component"}
"""The cell of a row that one wants to look at."""
COLUMNS = (("start", "от"), ("rate", "ставка"), ("factor", "×"), ("cap", "не больше"))


def source(scene: Scene, places: Places, piece: Piece, *, field: str = "") -> Source:
    """A row as a person finds it again; a row that is gone says so."""
    record = scene.rows.get(piece.table, {}).get(piece.row_id)
    at = places.row(piece.table, piece.row_id, field or MAIN.get(piece.table, "id"))
    if record is None:
        return Source("", "строки больше нет", piece.amount, piece.day, piece.note, at)
    what = text(record, "who") or client_name(scene, record)
    shown = scene.number(piece.table, piece.row_id)
    if not scene.blueprint.tables[piece.table].prefix:
        shown = ""
    return Source(shown, what, piece.amount, piece.day, piece.note, at)


def sources(
    scene: Scene, places: Places, pieces: Iterable[Piece], *, field: str = ""
) -> tuple[Source, ...]:
    """Every row."""
    return tuple(source(scene, places, piece, field=field) for piece in pieces)


def rules(places: Places, rows: Iterable[RuleRow]) -> tuple[Rule, ...]:
    """Rows of «Мотивация» in words."""
    return tuple(_rule(places, row) for row in rows)


def _rule(places: Places, row: RuleRow) -> Rule:
    said = [row.component, row.base] if row.base else [row.component]
    for key, word in COLUMNS:
        value: Decimal | None = getattr(row, key)
        if value is not None:
            whole = value == value.to_integral_value()
            said.append(f"{word} {money(value) if whole else number(value, places=2)}")
    if row.since is not None:
        said.append(f"с {row.since:%d.%m.%Y}")
    at = places.row(TABLE, row.row_id, MAIN[TABLE])
    line = None if at is None else int("".join(c for c in at.cell if c.isdigit()))
    return Rule(", ".join(said), line, at)


def plan_rows(scene: Scene, who: str, measure: Measure, month: Period) -> tuple[Piece, ...]:
    """Rows of «Планы» that hold somebody's plan of a month."""
    key = f"m{month.start.month:02}"
    return tuple(
        Piece("plans", row_id, month.start, value, text(record, "metric"))
        for row_id, record in scene.rows["plans"].items()
        if fold(record.values.get("who")) == fold(who)
        and METRICS.get(fold(record.values.get("metric"))) is measure
        and (value := amount(record, key)) is not None
    )


MEASURE_WORDS = {
    Measure.MONEY: "Оплаты",
    Measure.WON: "Закрытые сделки, руб.",
    Measure.INVOICED: "Счета, руб.",
    Measure.DEALS: "Выигранные сделки",
    Measure.NEW_CLIENTS: "Новые клиенты",
    Measure.CALLS: "Звонки",
    Measure.OFFERS: "КП",
}
