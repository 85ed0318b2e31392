"""Plan and fact by market, product or source, from the deals that the money belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from model.figures import Measure, Period
from model.records import Record
from store import Reader
from sync.figures.plans import UNASSIGNED, Quotas
from sync.scene import Scene, fold, text

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class CutLine:
    """One market, product or source."""

    name: str
    plan: Decimal | None
    fact: Decimal


def facts_by(
    reader: Reader, scene: Scene, measure: Measure, period: Period, field: str
) -> dict[str, Decimal]:
    """Facts by a field of the deals; what belongs to no deal is named so."""
    out: dict[str, Decimal] = {}
    for table, row_id, part in reader.contributions(measure, period):
        deal = _deal_of(scene, table, row_id)
        name = (text(deal, field) if deal is not None else "") or UNASSIGNED
        out[name] = out.get(name, Decimal(0)) + Decimal(part.amount) / HUNDRED
    return out


def cut_lines(
    reader: Reader, scene: Scene, quotas: Quotas, measure: Measure, period: Period, field: str
) -> tuple[CutLine, ...]:
    """Everything that is planned or was done, the largest fact first."""
    facts = facts_by(reader, scene, measure, period, field)
    plans = quotas.of_cut(field, measure, period)
    names = {fold(name): name for name in facts}
    for record in scene.rows["plans"].values():
        if text(record, field):
            names.setdefault(fold(text(record, field)), text(record, field))
    sums: dict[str, Decimal] = {}
    for name, fact in facts.items():
        sums[fold(name)] = sums.get(fold(name), Decimal(0)) + fact
    lines = [
        CutLine(name, plans.get(key), sums.get(key, Decimal(0)))
        for key, name in names.items()
        if key in plans or key in sums
    ]
    return tuple(sorted(lines, key=lambda line: (-line.fact, line.name)))


def _deal_of(scene: Scene, table: str, row_id: str) -> Record | None:
    if table == "deals":
        return scene.rows["deals"].get(row_id)
    record = scene.rows.get(table, {}).get(row_id)
    linked = None if record is None else record.links.get("deal_id")
    return scene.rows["deals"].get(linked or "")
