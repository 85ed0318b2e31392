"""The report of a month, made from the store as it stands, without a trace in it.

What follows from the latest edits is settled inside a transaction that is then taken back, so the
report never waits for a pass and never changes a figure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from formulas.periods import PeriodType, bounds
from model.errors import WrongMonth
from model.figures import Measure, Period
from model.records import BatchKind, Source, Stamped
from model.row_ids import new_row_id
from store import Writer
from sync.reports.html import render_month
from sync.reports.month import MonthReport, month_report
from sync.reports.pages import write_page
from sync.reports.xlsx import write_month_xlsx
from sync.scene import Scene, text
from sync.settle.everything import Settled, settle
from sync.team import Team
from sync.thinking import Thought, compute
from sync.world import Disk, World

KOPECKS = Decimal(100)
DAY = timedelta(days=1)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Reported:
    """A report and the files it was written to; none in a dry run."""

    report: MonthReport
    paths: tuple[Path, ...]


def month_of_text(value: str | None, today: date) -> Period:
    """The month of «2026-03», the current one for None; raises WrongMonth, also for the future."""
    if value is None:
        return _month_at(today)
    match = _MONTH.fullmatch(value.strip())
    if match is None or int(match[1]) < _FIRST_YEAR or not 1 <= int(match[2]) <= 12:
        raise WrongMonth(value=value)
    first = date(int(match[1]), int(match[2]), 1)
    if first > today:
        raise WrongMonth(value=value)
    return _month_at(first)


def _month_at(day: date) -> Period:
    found = bounds(PeriodType.MONTH, day)
    return Period(found.start, found.end)


def report_month(team: Team, month: Period, *, world: World, dry_run: bool = False) -> Reported:
    """The report as of the month's last day, or of today while the month runs."""
    now = world.now()
    asof = min(month.end - DAY, now.date())
    with team.store.write() as writer:
        settled = settled_now(team, writer, world, now)
        thought = compute(writer, settled, asof, states=writer.books())
        before = compute(writer, settled, month.start - DAY).team
        largest = _largest(writer, settled.scene, thought, month)
        writer.cancel()
    report = month_report(
        thought.team,
        thought.people,
        largest=largest,
        before=before,
        seconds=Decimal((world.now() - now).total_seconds()),
    )
    return Reported(report, () if dry_run else _written(team, world.disk, report))


def settled_now(team: Team, writer: Writer, world: World, now: datetime) -> Settled:
    """Everything that follows from the latest edits, inside a transaction to be taken back."""
    at = now.astimezone(UTC)
    batch = writer.version() or writer.start_batch(BatchKind.SYNC, "", at)
    by = Stamped(at, "", Source.RULE, None, batch)
    return settle(
        team, writer, now, {}, lambda: new_row_id(team.settings.family, world.random_bytes), by
    )


def _largest(
    writer: Writer, scene: Scene, thought: Thought, month: Period
) -> tuple[str, Decimal] | None:
    """The client behind the largest single payment (or deal) of the month, and its sum."""
    measure = thought.team.money_measure
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for table, row_id, part in writer.contributions(measure, month):
        sums[table, row_id] += part.amount
    if not sums:
        return None
    (table, row_id), amount = max(sums.items(), key=lambda found: found[1])
    return _named(scene, table, row_id, measure), Decimal(amount) / KOPECKS


def _named(scene: Scene, table: str, row_id: str, measure: Measure) -> str:
    record = scene.rows[table][row_id]
    client = scene.rows["clients"].get(record.links.get("client_id") or "")
    if client is not None:
        return text(client, "name")
    named = text(record, "payer" if measure is Measure.MONEY else "client_id")
    return named or scene.number(table, row_id)


def _written(team: Team, disk: Disk, report: MonthReport) -> tuple[Path, ...]:
    stem = team.reports / f"{report.month.start:%Y-%m} Отчёт"
    html, xlsx = stem.with_suffix(".html"), stem.with_suffix(".xlsx")
    write_page(disk, html, render_month(report))
    write_month_xlsx(disk, xlsx, report)
    return html, xlsx
