"""The sheet «Журнал»: the newest changes of all books, for the owner who switched it on.

It moves with every edit, so it is written only together with something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from model.blueprint import Role
from model.records import ROW_MARK, Change
from model.texts.history import SOURCES, row_word
from model.texts.values import shown
from model.values import Value
from store import Reader
from sync.scene import Scene
from sync.tabs import is_on
from sync.write_plan import WritePlan

JOURNAL = "journal"
LINES = 500


def journal_rows(reader: Reader, scene: Scene, role: Role) -> dict[str, dict[str, Value]]:
    """Rows of «Журнал» by id, newest first; none while it is switched off."""
    if role is not Role.OWNER or JOURNAL not in scene.blueprint.tables or not is_on(scene, JOURNAL):
        return {}
    numbers: dict[str, Mapping[str, int | None]] = {}
    rows: dict[str, dict[str, Value]] = {}
    for change in reader.newest_changes(LINES):
        table = scene.blueprint.tables.get(change.table)
        if table is None or not (change.field == ROW_MARK or table.has(change.field)):
            continue
        if change.table not in numbers:
            found = reader.rows(change.table, deleted=True).values()
            numbers[change.table] = {r.row_id: r.number for r in found}
        number = numbers[change.table].get(change.row_id) if table.prefix else None
        rows[f"J{change.batch}-{len(rows)}"] = {
            "at": change.at.astimezone(scene.zone).replace(tzinfo=None, microsecond=0),
            "who": change.who or "программа",
            "source": SOURCES[change.source],
            "place": table.title.ru,
            "number": None if number is None else f"{table.prefix}-{number}",
            "id": Decimal(change.batch),
            **_moved(
                change, "" if change.field == ROW_MARK else table.column(change.field).title.ru
            ),
        }
    return rows


def _moved(change: Change, heading: str) -> dict[str, Value]:
    if change.field == ROW_MARK:
        return {"field": f"строка {row_word(change.before, change.after)}"}
    return {
        "field": heading,
        "before": shown(change.before) or None,
        "after": shown(change.after) or None,
    }


def beside_others(plan: WritePlan) -> WritePlan:
    """The plan without «Журнал» when nothing else is to be written."""
    cells = tuple(put for put in plan.cells if put.table != JOURNAL)
    rows = tuple(put for put in plan.rows if put.table != JOURNAL)
    live = tuple(put for put in plan.live if put.table != JOURNAL)
    rest = replace(plan, cells=cells, rows=rows, live=live)
    return plan if rest else rest
