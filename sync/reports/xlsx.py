"""The monthly report as a workbook with native charts, ready to print on A4.

Numbers are numbers, texts are written as texts whatever they begin with, and the same report gives
the same bytes, so writing it twice touches nothing.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import PurePath
from typing import Any

import xlsxwriter

from model.figures import Counted, Light, MonthPoint, PlanFact
from model.texts.numbers import DASH, day_month, month_name, month_short
from sync.reports import words
from sync.reports.looks import DELTA, MONEY, TEXT, Looks, amount_pattern, percent_pattern
from sync.reports.month import MonthReport, PersonRow, Unit
from sync.reports.native import CHART_ROWS, months_chart, people_chart
from sync.reports.pages import write_bytes
from sync.reports.paper import HOW_COLUMN, Block, Paper, sheet_names
from sync.reports.persons import PersonSheet, person_sheet
from sync.reports.sheet_xlsx import add_document
from sync.world import Disk

CARD_COLUMNS = ((0, 0), (1, 2), (3, 4), (5, 6))
SENTENCE_CHARS, VERDICT_CHARS, HOW_CHARS = 118, 96, 46
"""Characters on one printed line: over all columns, the same in bold 12, over the last three."""
AGES = ("1-30 дней", "31-60 дней", "61-90 дней", "больше 90 дней")


def write_month_xlsx(disk: Disk, path: PurePath, report: MonthReport) -> bool:
    """True when the workbook was written; an equal one is left as it lies."""
    return write_bytes(disk, path, month_workbook(report))


def month_workbook(report: MonthReport) -> bytes:
    """The bytes of the workbook: page one, the department, one sheet a manager."""
    stream = io.BytesIO()
    texts_stay = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
    options = {"in_memory": True, **dict.fromkeys(texts_stay, False)}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": report.title, "created": report.written_at})
        looks = Looks(book)
        people_names = [person.name for person in report.persons]
        names = sheet_names(["Отчёт", "Отдел", *people_names])
        papers = [Paper(book, name, looks) for name in names]
        people = page_one(papers[0], report)
        months = department(papers[1], report, people)
        if report.months:
            months_chart(papers[0], months)
        for paper, person in zip(papers[2:], report.persons, strict=True):
            _person(paper, person_sheet(person), report)
        add_document(book, looks, report.pages, names)
    return stream.getvalue()


def page_one(paper: Paper, report: MonthReport) -> Block:
    """Page one; gives the rows of the people, which the second chart reads."""
    paper.title(report.title, report.status)
    paper.row += 1
    paper.across(report.verdict, paper.looks.verdict(report.light), chars=VERDICT_CHARS)
    paper.row += 2
    _cards(paper, report)
    paper.heading("Менеджеры, руб.")
    people = _people(paper, report)
    if report.months:
        paper.heading("План и факт по месяцам, руб.")
        paper.chart_row = paper.row
        paper.row += CHART_ROWS
    for title, lines in (("Что произошло", report.happened), ("Что решить", report.decide)):
        _sentences(paper, title, lines, paper.looks.sentence())
    _sentences(paper, "Насколько точно", (*report.accuracy, report.source), paper.looks.quiet())
    paper.finish()
    return people


def _sentences(paper: Paper, title: str, lines: Sequence[str], style: Any) -> None:
    if not lines:
        return
    paper.heading(title)
    for line in lines:
        paper.across(line, style, chars=SENTENCE_CHARS)
        paper.row += 1


def _cards(paper: Paper, report: MonthReport) -> None:
    paper.sheet.set_row(paper.row + 1, 32)
    for card, (first, last) in zip(report.cards, CARD_COLUMNS, strict=True):
        delta = card.unit is Unit.DELTA
        value = _whole(card.value) if delta else card.value
        styles = paper.looks.card(DELTA if delta else MONEY)
        for offset, (text, style) in enumerate(
            zip((card.title, DASH, card.note), styles, strict=True)
        ):
            row = paper.row + offset
            if last > first:
                paper.sheet.merge_range(row, first, row, last, "", style)
            if offset == 1 and value is not None:
                paper.sheet.write_number(row, first, float(value), style)
            else:
                paper.sheet.write_string(row, first, text, style)
    paper.row += 3


def _people(paper: Paper, report: MonthReport) -> Block:
    titles = ("Менеджер", "План", "Факт", "Выполнено")
    paper.header(*titles, report.previous_title, report.last_year_title, "Зарплата")
    first = paper.row
    for row in report.people:
        _person_line(paper, row)
    people = sum(not row.total for row in report.people)
    return Block(paper.name, first, first + people - 1)


def _person_line(paper: Paper, row: PersonRow) -> None:
    paper.name_cell(row.name, bold=row.total)
    paper.number(1, row.plan, bold=row.total)
    paper.number(2, row.fact, bold=row.total)
    paper.number(3, row.pct, percent_pattern(row.pct), bold=True, light=row.light)
    paper.number(4, _whole(row.to_previous), DELTA, bold=row.total)
    paper.number(5, _whole(row.to_last_year), DELTA, bold=row.total)
    paper.number(6, row.pay, bold=row.total)
    paper.row += 1


def department(paper: Paper, report: MonthReport, people: Block) -> Block:
    """The sheet of the whole team; gives the rows of the months, which page one's chart reads."""
    paper.title("Отдел", month_name(report.month.start))
    paper.heading("По месяцам, руб.")
    chart_row = paper.row
    months = _months(paper, report.months)
    if people.last >= people.first:
        people_chart(paper, people, chart_row)
    paper.row = max(paper.row, chart_row + len(AGES) + CHART_ROWS - 2)
    _funnel(paper, report)
    _money(paper, report)
    _plan_fact(paper, "Что сделал отдел", report.activity, report)
    _payroll(paper, report)
    paper.finish()
    return months


def _months(paper: Paper, points: Sequence[MonthPoint]) -> Block:
    for column, title in enumerate(("Месяц", "План", "Факт")):
        paper.text(column, title, paper.looks.head(left=column == 0))
    paper.row += 1
    first = paper.row
    for point in points:
        paper.name_cell(f"{month_short(point.month)} {point.month:%y}")
        paper.number(1, point.plan)
        paper.number(2, point.fact)
        paper.row += 1
    return Block(paper.name, first, paper.row - 1)


def _funnel(paper: Paper, report: MonthReport) -> None:
    if not report.funnel or report.pages.sheets:
        return
    paper.heading("Воронка: сделки, начатые в этом месяце")
    paper.header("Этап", "Сделок", "Сумма, руб.", "Дошли дальше")
    for step in report.funnel:
        share = None if step.onward is None else step.onward * 100
        paper.name_cell(step.stage)
        paper.number(1, Decimal(step.deals))
        paper.number(2, step.amount)
        light = Light.RED if step.worst else None
        paper.number(3, share, percent_pattern(share), bold=step.worst, light=light)
        paper.row += 1


def _money(paper: Paper, report: MonthReport) -> None:
    block = report.money
    late = ((f"Просрочено {age}", value) for age, value in zip(AGES, block.overdue, strict=True))
    rows = (
        ("Оплачено", block.paid),
        ("Ждём", block.expected),
        *late,
        ("Фонд зарплаты", block.fund),
    )
    paper.heading("Деньги")
    paper.header("Что", "Сумма, руб.")
    for title, value in rows:
        paper.name_cell(title)
        paper.number(1, value)
        paper.row += 1


def _plan_fact(paper: Paper, title: str, rows: Sequence[PlanFact], report: MonthReport) -> None:
    if not rows:
        return
    paper.heading(title)
    titles = ("Показатель", "План", "Факт", "Выполнено")
    paper.header(*titles, report.previous_title, report.last_year_title)
    for row in rows:
        paper.name_cell(words.measure_title(row.measure))
        paper.number(1, row.plan, amount_pattern(row.plan, row.measure))
        paper.number(2, row.fact, amount_pattern(row.fact, row.measure))
        paper.number(3, row.pct, percent_pattern(row.pct), bold=True, light=row.light)
        paper.number(4, _whole(row.to_previous), DELTA)
        paper.number(5, _whole(row.to_last_year), DELTA)
        paper.row += 1


def _payroll(paper: Paper, report: MonthReport) -> None:
    if not report.payroll:
        return
    paper.heading("Зарплата, руб." if report.approved else "Зарплата, руб. Предварительно")
    paper.header("ФИО", "Оклад", "Процент", "Премии", "Депремир.", "Начислено", "К выплате")
    for row in report.payroll:
        paper.name_cell(row.name)
        sums = (row.base, row.percent, row.bonuses, row.penalty, row.gross, row.net)
        for column, value in enumerate(sums, start=1):
            paper.number(column, value, bold=value is row.gross)
        paper.row += 1


def _person(paper: Paper, sheet: PersonSheet, report: MonthReport) -> None:
    paper.title(sheet.name, month_name(report.month.start))
    for card in sheet.cards:
        paper.across(". ".join(card.notes), paper.looks.how(), chars=HOW_CHARS + 26, first=3)
        paper.name_cell(card.title)
        paper.text(1, "", paper.looks.cell(TEXT))
        paper.text(2, card.value, paper.looks.cell(TEXT, bold=True))
        paper.row += 1
    _plan_fact(paper, "План и факт", sheet.plan_fact, report)
    if sheet.lines:
        paper.heading("Из чего складывается зарплата, руб.")
        gap = ("",) * (HOW_COLUMN - 1 - len(sheet.pay_titles))
        paper.header("Строка", *sheet.pay_titles, *gap, "Как посчитано", "", "")
    for row in sheet.lines:
        bold = row.kind == "total"
        paper.across(row.how, paper.looks.how(), chars=HOW_CHARS, first=HOW_COLUMN)
        paper.name_cell(row.title, bold=bold)
        for column in range(1, HOW_COLUMN):
            paper.text(column, "", paper.looks.cell(TEXT))
        for column, value in enumerate(row.sums, start=1):
            paper.number(column, value, bold=bold)
        paper.row += 1
    _listed(paper, "Что вошло, руб.", sheet.counted.rows, sheet.counted.more)
    _listed(paper, "Не вошло, и почему, руб.", sheet.left_out.rows, sheet.left_out.more)
    paper.finish()


def _listed(paper: Paper, title: str, rows: Sequence[Counted], more: str) -> None:
    if not rows:
        return
    paper.heading(title)
    for entry in rows:
        paper.across(entry.note, paper.looks.how(), chars=HOW_CHARS, first=HOW_COLUMN)
        client = paper.looks.cell(TEXT, left=True)
        paper.sheet.merge_range(paper.row, 1, paper.row, 2, "", client)
        paper.name_cell(day_month(entry.day) if entry.day else "")
        paper.text(1, entry.client, client)
        paper.number(3, entry.amount)
        paper.row += 1
    if more:
        paper.across(more, paper.looks.quiet(), chars=SENTENCE_CHARS)
        paper.row += 1


def _whole(share: Decimal | None) -> Decimal | None:
    """A deviation in whole percent: Excel would print -0.4 as «-0»."""
    return None if share is None else share.quantize(Decimal(1), rounding=ROUND_HALF_UP)
