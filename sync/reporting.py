"""Reports made from the store as it stands, without a trace in it.

What follows from the latest edits is settled inside a transaction that is then taken back, so the
report never waits for a pass and never changes a figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from formulas.periods import PeriodType
from model.errors import UnknownManager
from model.figures import Measure, Period
from model.records import BatchKind, Source, Stamped
from model.row_ids import new_row_id
from model.texts.numbers import GAP, money
from store import Reader, Writer
from sync.figures.departments import departments
from sync.figures.plans import quotas
from sync.known import Known
from sync.plans.calendar import calendar_of
from sync.reports import words
from sync.reports.facts import Facts
from sync.reports.html import render_document, render_month
from sync.reports.kinds import NAMES, Kind, page
from sync.reports.month import MonthReport, month_report
from sync.reports.pages import write_page
from sync.reports.rows import Rows, behind
from sync.reports.sheet import Document, Sheet
from sync.reports.sheet_xlsx import write_document
from sync.reports.spans import Chosen
from sync.reports.xlsx import write_month_xlsx
from sync.scene import Scene, fold, text
from sync.settle.everything import Settled, link_and_count, settle
from sync.team import Team
from sync.thinking import Thought, compute, thresholds_of
from sync.world import Disk, World

KOPECKS = Decimal(100)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reported:
    """A report and the files it was written to; none in a dry run."""

    report: MonthReport
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A report of chosen days and the files it was written to; none in a dry run."""

    document: Document
    paths: tuple[Path, ...]


def report_pages(
    team: Team,
    kinds: Sequence[Kind],
    chosen: Chosen,
    *,
    world: World,
    manager: str | None = None,
    dry_run: bool = False,
) -> Made:
    """Some pages of a report of any days, of everybody or of one person; raises UnknownManager."""
    now = world.now()
    with team.store.write() as writer:
        scene = _counted(team, writer, world, now)
        who = None if manager is None else manager_of(scene, manager)
        facts = facts_of(writer, scene, chosen, who)
        pages = tuple(page(kind, facts) for kind in kinds)
        listed = Rows(writer, scene).listed(behind(pages))
        version = writer.version()
        writer.cancel()
    seconds = Decimal((world.now() - now).total_seconds())
    what = NAMES[kinds[0]] if len(kinds) == 1 else "Отчёт"
    of_whom = "" if who is None else f", {who}"
    document = Document(
        title=f"{what}, {chosen.title}{of_whom}",
        sheets=tuple(_of(sheet, who) for sheet in pages),
        listed=listed,
        footer=_footer(facts, version, now, seconds),
        version=version,
    )
    stem = team.reports / f"{chosen.slug} {what}{of_whom}"
    return Made(document, () if dry_run else _documents(world.disk, stem, document, now))


def facts_of(reader: Reader, scene: Scene, chosen: Chosen, manager: str | None = None) -> Facts:
    """What the pages of the chosen days are made of."""
    calendar = calendar_of(reader, chosen.asof.year)
    return Facts(
        reader=reader,
        scene=scene,
        chosen=chosen,
        calendar=calendar,
        quotas=quotas(scene, calendar),
        thresholds=thresholds_of(scene),
        manager=manager,
        departments=departments(reader, scene.rows["staff"], scene.zone),
    )


def manager_of(scene: Scene, said: str) -> str:
    """The one person of that name or surname; raises UnknownManager with those there are."""
    wanted = fold(said)
    names = [person.name for person in scene.people]
    exact = [name for name in names if fold(name) == wanted]
    found = exact or [name for name in names if fold(name).startswith(wanted)]
    if not wanted or len(found) != 1:
        raise UnknownManager(value=said, known=", ".join(found or names))
    return found[0]


def _of(sheet: Sheet, who: str | None) -> Sheet:
    return sheet if who is None else replace(sheet, days=f"{sheet.days}, {who}")


def _footer(facts: Facts, version: int, now: datetime, seconds: Decimal) -> tuple[str, ...]:
    by = words.BY_MONEY[facts.money]
    return (
        f"Считали {by}, данные на{GAP}{facts.chosen.asof:%d.%m.%Y}, "
        f"версия{GAP}{money(Decimal(version))}.",
        f"Собран {now:%d.%m.%Y} в{GAP}{now:%H:%M} за{GAP}{money(max(seconds, Decimal(1)))}{GAP}с.",
    )


def _documents(disk: Disk, stem: Path, document: Document, now: datetime) -> tuple[Path, ...]:
    html, xlsx = Path(f"{stem}.html"), Path(f"{stem}.xlsx")
    write_page(disk, html, render_document(document))
    write_document(disk, xlsx, document, at=now.replace(tzinfo=None))
    return html, xlsx


def report_month(team: Team, month: Period, *, world: World, dry_run: bool = False) -> Reported:
    """The report as of the month's last day, or of today while the month runs."""
    now = world.now()
    chosen = Chosen(month, now.date(), PeriodType.MONTH)
    with team.store.write() as writer:
        settled = settled_now(team, writer, world, now)
        thought = compute(writer, settled, chosen.asof, states=writer.books())
        before = compute(writer, settled, month.start - DAY).team
        largest = _largest(writer, settled.scene, thought, month)
        facts = facts_of(writer, settled.scene, chosen)
        pages = tuple(page(kind, facts) for kind in Kind)
        listed = Rows(writer, settled.scene).listed(behind(pages))
        writer.cancel()
    seconds = Decimal((world.now() - now).total_seconds())
    footer = _footer(facts, thought.team.version, now, seconds)
    document = Document(f"Отчёт, {chosen.title}", pages, listed, footer, thought.team.version)
    report = month_report(
        thought.team,
        thought.people,
        largest=largest,
        before=before,
        seconds=seconds,
        pages=document,
    )
    return Reported(report, () if dry_run else _written(team, world.disk, report))


def settled_now(team: Team, writer: Writer, world: World, now: datetime) -> Settled:
    """Everything that follows from the latest edits, inside a transaction to be taken back."""
    return settle(team, writer, now, {}, _ids(team, world), _by(writer, now))


def _counted(team: Team, writer: Writer, world: World, now: datetime) -> Scene:
    ids, by = _ids(team, world), _by(writer, now)
    return link_and_count(team, writer, now, {}, ids, by, known=Known()).scene


def _ids(team: Team, world: World) -> Callable[[], str]:
    return lambda: new_row_id(team.settings.family, world.random_bytes)


def _by(writer: Writer, now: datetime) -> Stamped:
    at = now.astimezone(UTC)
    batch = writer.version() or writer.start_batch(BatchKind.SYNC, "", at)
    return Stamped(at, "", Source.RULE, None, batch)


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
