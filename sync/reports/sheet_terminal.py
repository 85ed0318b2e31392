"""The pages of a report as lines of the terminal: plain letters, figures to the right."""

from __future__ import annotations

from collections.abc import Iterator

from model.texts.numbers import counted
from sync.reports.rows import cut_short, day_words
from sync.reports.sheet import Document, Listed, Sheet, Table, said
from sync.reports.terminal import aligned, plain

ROWS_SHOWN = 15
"""Rows of a list in a terminal; html and the workbook have more."""


def sheet_lines(document: Document, *, rows: bool) -> tuple[str, ...]:
    """Every page, the rows behind the figures when asked for, the footer."""
    lines = [line for sheet in document.sheets for line in _sheet(sheet)]
    if rows:
        lines += [line for found in document.listed.values() for line in _listed(found)]
    return (*lines, " ".join(document.footer))


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield f"{sheet.title}, {sheet.days}"
    for card in sheet.cards:
        note = f" ({card.note})" if card.note else ""
        yield f"{card.title}: {card.cell.shown}{note}"
    for table in sheet.tables:
        yield ""
        yield from _table(table)
    if sheet.notes:
        yield ""
        yield from sheet.notes
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"{table.title.rstrip('.')}."
    lines = [(line.name, *(cell.shown for cell in line.cells)) for line in table.lines]
    yield from aligned(tuple(tuple(map(plain, line)) for line in (table.titles, *lines)))
    if table.note:
        yield table.note


def _listed(found: Listed) -> Iterator[str]:
    count = counted(len(found.lines), "строка", "строки", "строк")
    yield f"{found.title} = {said(found.total, found.form)}: {count}"
    shown = cut_short(found, ROWS_SHOWN)
    rows = [
        (
            f"  {line.number}",
            day_words(line.day),
            line.client,
            line.who,
            line.what,
            said(line.amount, found.form),
        )
        for line in shown.lines
    ]
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(6)]
    for row in rows:
        texts = (cell.ljust(width) for cell, width in zip(row[:5], widths[:5], strict=True))
        yield "  ".join((*texts, row[5].rjust(widths[5])))
    yield ""
