"""The report as lines of the terminal: plain letters, aligned, one currency mark in the heading.

Old Windows consoles know neither the long dash nor the no-break space, so both become plain.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.texts.numbers import DASH, GAP, delta_percent, money, month_name
from sync.reports import words
from sync.reports.month import MonthReport, PersonRow

BETWEEN = "  "


@dataclass(frozen=True, slots=True)
class TerminalTable:
    """A heading, aligned rows (titles first) and closing sentences; colour is the terminal's."""

    heading: str
    cells: tuple[tuple[str, ...], ...]
    """Rows of unaligned cells, titles first: for a table of Rich."""
    rows: tuple[str, ...]
    """The same rows aligned: names to the left, figures to the right."""
    closing: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything as it is printed without colour."""
        return (self.heading, *self.rows, *self.closing)


def month_table(report: MonthReport) -> TerminalTable:
    """The table of `sheetcrm report`: people, the department, what did not count."""
    name = words.TITLES[report.measure].lower()
    month = month_name(report.month.start).capitalize()
    titles = ("", "План", "Факт", "%", report.previous_title, report.last_year_title, "Зарплата")
    cells = (titles, *(_cells(row) for row in report.people))
    shown = tuple(tuple(plain(cell) for cell in row) for row in cells)
    return TerminalTable(
        heading=plain(f"{month}, {name}, руб. {report.status}."),
        cells=shown,
        rows=aligned(shown),
        closing=(plain(f"{' '.join(report.accuracy)} {report.source}"),),
    )


def aligned(cells: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Rows as text: the first column to the left, the others to the right, no trailing spaces."""
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    return tuple(
        BETWEEN.join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def _cells(row: PersonRow) -> tuple[str, ...]:
    return (
        row.name,
        money(row.plan),
        money(row.fact),
        words.attainment(row.pct).removesuffix(f"{GAP}%"),
        delta_percent(row.to_previous),
        delta_percent(row.to_last_year),
        money(row.pay),
    )


def plain(text: str) -> str:
    """A text in letters that every console has, without double blanks."""
    return " ".join(text.replace(GAP, " ").replace(DASH, "-").split())
