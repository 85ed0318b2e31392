"""What `report` says: the table of the month or the pages asked for, and where the files lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from formulas.periods import PeriodType
from sync.commands.passes import native
from sync.commands.said import Said, plain_letters
from sync.reporting import report_month, report_pages
from sync.reports.kinds import Kind
from sync.reports.sheet import Document, Listed
from sync.reports.sheet_terminal import sheet_lines
from sync.reports.spans import Asked, chosen_of
from sync.reports.terminal import month_table
from sync.team import Team
from sync.world import World

CHECKED = "Это проверка: файлы не записаны."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report: of what, of which days, of whom; nothing at all is the current month."""

    kind: str | None = None
    asked: Asked = field(default_factory=Asked)
    manager: str | None = None
    rows: bool = False


def report(team: Team, wanted: Wanted, *, world: World, dry_run: bool) -> Said:
    """The report of a month, or the pages of other days, one person or one subject."""
    chosen = chosen_of(wanted.asked, world.now().date())
    whole = wanted.kind is None and wanted.manager is None and not wanted.rows
    if whole and chosen.kind is PeriodType.MONTH:
        return _month(team, wanted, world=world, dry_run=dry_run)
    kinds = tuple(Kind) if wanted.kind is None else (Kind(wanted.kind),)
    made = report_pages(team, kinds, chosen, world=world, manager=wanted.manager, dry_run=dry_run)
    lines = sheet_lines(made.document, rows=wanted.rows)
    facts = _facts(made.document, rows=wanted.rows) | {
        "from": chosen.period.start,
        "to": chosen.asof,
        "files": made.paths,
    }
    return Said(tuple(map(plain_letters, (*lines, _closing(team, made.paths)))), facts)


def _month(team: Team, wanted: Wanted, *, world: World, dry_run: bool) -> Said:
    chosen = chosen_of(wanted.asked, world.now().date())
    made = report_month(team, chosen.period, world=world, dry_run=dry_run)
    shown = month_table(made.report)
    return Said(
        tuple(map(plain_letters, (*shown.lines, _closing(team, made.paths)))),
        {
            "month": f"{made.report.month.start:%Y-%m}",
            "status": made.report.status,
            "measure": made.report.measure,
            "verdict": made.report.verdict,
            "people": made.report.people,
            "accuracy": made.report.accuracy,
            "files": made.paths,
        }
        | _facts(made.report.pages, rows=False),
    )


def _closing(team: Team, paths: Sequence[Path]) -> str:
    folder = team.settings.folder
    files = [native(path.relative_to(folder).as_posix()) for path in paths]
    return f"Файлы: {', '.join(files)}" if files else CHECKED


def _facts(document: Document, *, rows: bool) -> dict[str, object]:
    """The pages as data; each figure names the list of its rows, which follow when asked for."""
    marks = {one: at for at, one in enumerate(document.listed, start=1)}
    pages = [
        {
            "kind": sheet.kind,
            "cards": [
                {
                    "title": card.title,
                    "value": card.cell.value,
                    "note": card.note,
                    "rows": marks.get(card.cell.behind) if card.cell.behind else None,
                }
                for card in sheet.cards
            ],
            "tables": [
                {
                    "title": table.title,
                    "columns": table.titles,
                    "lines": [
                        {
                            "name": line.name,
                            "total": line.total,
                            "values": [cell.value for cell in line.cells],
                            "rows": [
                                marks.get(cell.behind) if cell.behind else None
                                for cell in line.cells
                            ],
                        }
                        for line in table.lines
                    ],
                }
                for table in sheet.tables
            ],
        }
        for sheet in document.sheets
    ]
    facts: dict[str, object] = {
        "title": document.title,
        "version": document.version,
        "pages": pages,
        "footer": document.footer,
    }
    if rows:
        facts["rows"] = {str(marks[one]): _listed(found) for one, found in document.listed.items()}
    return facts


def _listed(found: Listed) -> dict[str, object]:
    return {"title": found.title, "total": found.total, "lines": found.lines}
