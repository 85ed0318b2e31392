"""Pages as one self-contained text: no script, no font, no picture from anywhere else.

Every value is escaped on its way in, and the page forbids the browser to load anything, so a
client called `<script>` is a name like any other.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path

import jinja2

from model.texts import numbers
from sync.reports import charts, sheet_html, words
from sync.reports.month import MonthReport, PersonRow
from sync.reports.persons import person_sheet
from sync.reports.rows import day_words
from sync.reports.sheet import Document, said

TEMPLATES = Path(__file__).parent / "templates"
PEOPLE_ON_PAGE_ONE = 10
"""More lines than this would push page one over its A4 sheet; the rest goes to page two."""
FEW_PEOPLE = 7
CHART_HEIGHT, LOW_CHART_HEIGHT = 130, 92
"""Pixels of the tallest column; many people leave less room above the sentences."""


def render_month(report: MonthReport) -> str:
    """The monthly report as one page of html that prints on A4 upright, a manager a page."""
    shown, rest = split_people(report)
    return render(
        "month.html",
        report=report,
        people=shown,
        more_people=rest,
        chart=charts.column_chart(report.months),
        chart_height=CHART_HEIGHT if len(shown) <= FEW_PEOPLE + 1 else LOW_CHART_HEIGHT,
        persons=[person_sheet(person) for person in report.persons],
        **sheet_html.facts_of(report.pages),
    )


def render_document(document: Document) -> str:
    """A report of chosen days as one page of html that prints on A4 upright."""
    return render("document.html", **sheet_html.facts_of(document))


def split_people(report: MonthReport) -> tuple[tuple[PersonRow, ...], tuple[PersonRow, ...]]:
    """Lines of page one with the total, and those that go to page two."""
    lines = [row for row in report.people if not row.total]
    totals = [row for row in report.people if row.total]
    if len(lines) <= PEOPLE_ON_PAGE_ONE:
        return report.people, ()
    half = PEOPLE_ON_PAGE_ONE // 2
    return (*lines[:half], *lines[-half:], *totals), tuple(lines[half:-half])


def render(template: str, **facts: object) -> str:
    """A template of this folder filled in; a missing fact raises, nothing is left blank."""
    return _environment().get_template(template).render(**facts)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "money": numbers.money,
        "signed": numbers.signed_money,
        "percent": numbers.percent,
        "delta": numbers.delta_percent,
        "share": _ratio,
        "attainment": words.attainment,
        "amount": words.amount,
        "deviation": words.deviation,
        "measure": words.measure_title,
        "number": numbers.number,
        "day": numbers.day_month,
        "moment": numbers.moment,
        "month": numbers.month_name,
        "bar": charts.bar,
        "figure": said,
        "day_year": day_words,
        "drawn": sheet_html.drawn,
    }
    return environment


def _ratio(ratio: Decimal | None) -> str:
    return numbers.percent(None if ratio is None else ratio * 100)
