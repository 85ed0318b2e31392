"""What `report` says: the table of the month and where its files lie."""

from __future__ import annotations

from sync.commands.passes import native
from sync.commands.said import Said, plain_letters
from sync.reporting import month_of_text, report_month
from sync.reports.terminal import month_table
from sync.team import Team
from sync.world import World


def report(team: Team, month: str | None, *, world: World, dry_run: bool) -> Said:
    """The month's report; without a month the current one."""
    made = report_month(
        team, month_of_text(month, world.now().date()), world=world, dry_run=dry_run
    )
    shown = month_table(made.report)
    folder = team.settings.folder
    files = [native(path.relative_to(folder).as_posix()) for path in made.paths]
    closing = f"Файлы: {', '.join(files)}" if files else "Это проверка: файлы не записаны."
    return Said(
        tuple(map(plain_letters, (*shown.lines, closing))),
        {
            "month": f"{made.report.month.start:%Y-%m}",
            "status": made.report.status,
            "measure": made.report.measure,
            "verdict": made.report.verdict,
            "people": made.report.people,
            "accuracy": made.report.accuracy,
            "files": made.paths,
        },
    )
