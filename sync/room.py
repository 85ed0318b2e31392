"""A team that has outgrown the figure sheets of the head's book: who is shown, who is named below.

The sheets have rows for so many people as they were drawn for. Nobody may vanish in silence: those
past the last row stand by name in the notes of the sheets, with the place where their figures are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from model.blueprint import Blueprint
from model.figures import Measure, PayrollMonth, PlanFact, Span, TeamFigures
from model.snapshot import Snapshot
from model.texts.numbers import counted
from model.values import Value
from templates.screens.fill_team import people_of

SHEET = "dashboard"
NOTES = (
    ("dashboard", "dashboard.note"),
    ("plan_fact", "plan_fact.undistributed"),
    ("payroll", "payroll.state"),
)
"""Where the sheets say who is not on them."""
Slots = dict[str, Mapping[str, Value]]


def people_rows(snapshot: Snapshot, blueprint: Blueprint) -> int | None:
    """For how many people a book's «Сводка» has rows; None when there is no such sheet."""
    grid = snapshot.grids.get(SHEET)
    if grid is None:
        return None
    rows = [
        slot
        for slot in blueprint.sheets[SHEET].slots
        if slot.key.startswith("dashboard.person.") and slot.key.endswith(".who")
    ]
    return sum(slot.row in grid.rows for slot in rows) - 1


def fitted(team: TeamFigures, rows: int | None) -> tuple[TeamFigures, tuple[str, ...]]:
    """The figures of those who have a row, the worst first, and the names of the rest."""
    lines = team.plan_fact.get((Span.MONTH, team.money_measure), ())
    names = [line.who for line in people_of(team, lines)]
    names += [row.name for row in team.payroll if row.name not in names]
    if team.payroll_month is not None:
        names += [row.name for row in team.payroll_month.rows if row.name not in names]
    gone = frozenset(names[rows:]) if rows is not None and rows > 0 else frozenset()
    if not gone:
        return team, ()
    shown = replace(
        team,
        plan_fact=_without(team.plan_fact, gone),
        past=_without(team.past, gone),
        payroll=tuple(row for row in team.payroll if row.name not in gone),
        payroll_month=_of_rest(team.payroll_month, gone),
    )
    return shown, tuple(name for name in names if name in gone)


def with_names(slots: Slots, gone: tuple[str, ...]) -> Slots:
    """The values of the sheets with the names of those who have no row."""
    if not gone:
        return slots
    people = counted(len(gone), "человек", "человека", "человек")
    said = f"Не поместились {people}: {', '.join(gone)}. Их цифры - в «Сводка.html» и в отчёте"
    out = dict(slots)
    for sheet, key in NOTES:
        if sheet in out:
            before = out[sheet].get(key)
            first = f"{str(before).rstrip('.')}. " if before else ""
            out[sheet] = {**out[sheet], key: first + said}
    return out


def _of_rest(shown: PayrollMonth | None, gone: frozenset[str]) -> PayrollMonth | None:
    if shown is None:
        return None
    return replace(shown, rows=tuple(row for row in shown.rows if row.name not in gone))


def _without(
    lines: Mapping[tuple[Span, Measure], tuple[PlanFact, ...]], gone: frozenset[str]
) -> dict[tuple[Span, Measure], tuple[PlanFact, ...]]:
    return {
        cut: tuple(line for line in found if line.who not in gone) for cut, found in lines.items()
    }
