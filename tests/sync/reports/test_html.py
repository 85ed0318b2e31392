"""The report and the pages as html: whole in themselves, deaf to hostile names, one A4 a page."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typing_extensions import override

from model.figures import Counted, Measure, MonthPoint, PersonFigures, Span, TeamFigures
from sync.reports import charts
from sync.reports.html import render_month, split_people
from sync.reports.month import month_report
from sync.reports.pages import render_dashboard, render_forecast
from tests.office import chromium
from tests.sync.reports import sample

D = Decimal
HOSTILE = "<script>alert('1')</script><img src=x onerror=\"y\">&{{ 7*7 }}"
OUTSIDE = re.compile(r"https?://|//\w|url\(|@import|<script|<link|<iframe|<object|\bsrc\s*=", re.I)
VOID = {"meta", "br", "img", "link", "input", "hr"}


def hostile_person() -> PersonFigures:
    rows = tuple(Counted(date(2026, 3, 1), HOSTILE, D(1), HOSTILE) for _ in range(3))
    mine = sample.person()
    return replace(
        mine,
        name=HOSTILE,
        head=HOSTILE,
        helper=HOSTILE,
        since_yesterday_why=HOSTILE,
        lines=tuple(replace(line, title=HOSTILE, how=HOSTILE) for line in mine.lines),
        steps=tuple(replace(step, deal=HOSTILE, text=HOSTILE) for step in mine.steps),
        counted=rows,
        not_counted=rows,
        changes=rows,
        questions=((HOSTILE, HOSTILE, HOSTILE),),
    )


def hostile_team() -> TeamFigures:
    key = (Span.MONTH, Measure.MONEY)
    rows = tuple(replace(row, who=HOSTILE) for row in sample.team().plan_fact[key][:-1])
    lamps = tuple(replace(lamp, title=HOSTILE, detail=(HOSTILE,)) for lamp in sample.lamps())
    funnel = tuple(replace(step, stage=HOSTILE) for step in sample.funnel())
    payroll = tuple(replace(row, name=HOSTILE) for row in sample.team().payroll)
    total = sample.team().plan_fact[key][-1]
    return sample.team(
        plan_fact={key: (*rows, total)},
        lamps=lamps,
        funnel=funnel,
        payroll=payroll,
        approved=HOSTILE,
    )


def hostile_books() -> tuple[object, ...]:
    return tuple(replace(book, path=f"{HOSTILE}.xlsx", held=HOSTILE) for book in sample.books())


def month_html() -> str:
    return render_month(
        month_report(hostile_team(), [hostile_person()], largest=(HOSTILE, D(640_000)))
    )


PAGES: dict[str, Callable[[], str]] = {
    "month": month_html,
    "forecast": lambda: render_forecast(hostile_person()),
    "dashboard": lambda: render_dashboard(hostile_team(), hostile_books()),  # type: ignore[arg-type]
}


class Tags(HTMLParser):
    """Every tag that a browser would see, and whether all are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text = ""

    @override
    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("page", sorted(PAGES))
def test_hostile_names_stay_text(page):
    tags = Tags()
    tags.feed(PAGES[page]())
    assert tags.open == []
    assert not tags.seen & {"script", "img", "link", "iframe"}
    assert HOSTILE in tags.text
    assert "49" not in re.findall(r"&(\d+)", tags.text)


def test_the_page_loads_nothing_from_outside():
    pages = (
        render_month(month_report(sample.team(), [sample.person()])),
        render_forecast(sample.person()),
        render_dashboard(sample.team(), sample.books()),
    )
    for text in pages:
        assert not OUTSIDE.search(text)
        assert "default-src 'none'" in text


def test_the_report_shows_its_figures():
    text = Tags()
    text.feed(
        render_month(month_report(sample.team(), [sample.person()], before=sample.february()))
    )
    plain = text.text.replace("\u00a0", " ")
    for figure in ("5 914 000", "438 210", "106 %", "136 %", "-18 %", "44 %", "61 440 руб."):
        assert figure in plain


def test_only_live_pages_reload_themselves():
    assert 'http-equiv="refresh" content="60"' in render_forecast(sample.person())
    assert 'http-equiv="refresh" content="60"' in render_dashboard(sample.team(), ())
    assert "refresh" not in render_month(month_report(sample.team()))


def test_page_one_keeps_the_first_and_the_last_of_many_people():
    report = month_report(crowd(31))
    shown, rest = split_people(report)
    assert [row.name for row in shown[:2]] == ["Менеджер 30", "Менеджер 29"]
    assert [row.name for row in shown[-2:]] == ["Менеджер 00", "Отдел"]
    assert len(shown) + len(rest) == 32
    assert {row.name for row in shown} | {row.name for row in rest} == {
        row.name for row in report.people
    }


def test_columns_share_one_scale():
    chart = charts.column_chart(
        [
            MonthPoint(date(2025, 12, 1), D(2_000_000), D(1_000_000)),
            MonthPoint(date(2026, 1, 1), None, D(-5)),
            MonthPoint(date(2026, 2, 1), D(500_000), D(1_500_000)),
        ]
    )
    assert chart.unit == "млн руб."
    assert [(c.plan, c.fact, c.value) for c in chart.columns] == [
        (100, 50, "1,0"), (0, 0, "0,0"), (25, 75, "1,5"),
    ]  # fmt: skip
    assert [c.year for c in chart.columns] == ["2025", "2026", ""]
    assert [c.last for c in chart.columns] == [False, False, True]


@pytest.mark.parametrize(("pct", "length"), [("44.9", 44), ("140", 100), ("-3", 0), (None, 0)])
def test_a_bar_stays_in_its_frame(pct, length):
    assert charts.bar(None if pct is None else D(pct)) == length


def crowd(count: int) -> TeamFigures:
    key = (Span.MONTH, Measure.MONEY)
    rows = [
        sample.line(f"Менеджер {place:02d}", Measure.MONEY, 1_250_000, 1_000_000 + place,
                    deltas=(-18, 131))
        for place in range(count)
    ]  # fmt: skip
    rows.append(sample.line("Отдел", Measure.MONEY, 60_600_000, 55_914_000, deltas=(12, 31)))
    others = {k: v for k, v in sample.team().plan_fact.items() if k != key}
    return sample.team(plan_fact={key: tuple(rows), **others})


def full_person() -> PersonFigures:
    mine = sample.person(asof=date(2026, 3, 31))
    return replace(mine, counted=mine.counted * 40, not_counted=mine.not_counted * 5)


@pytest.mark.system("chromium", "pdftotext")
@pytest.mark.parametrize("people", [1, 5, 10, 31])
def test_page_one_is_one_sheet_of_a4_and_a_manager_is_one(people, tmp_path):
    report = month_report(
        crowd(people),
        [full_person(), sample.person()],
        largest=("Торговый дом «Северо-Запад Инжиниринг»", D(640_000)),
        before=sample.february(),
        seconds=D(2),
    )
    pages = print_pages(render_month(report), tmp_path)
    heads = [page.strip().splitlines()[0].split("  ")[0] for page in pages]
    assert heads[:2] == ["Отчёт за март 2026", "Отдел"]
    assert heads[-2:] == ["Иванов Пётр", "Иванов Пётр"]
    assert heads.count("Иванов Пётр") == 2
    assert len(pages) == (4 if people <= 10 else 5)
    assert "Насколько точно" in pages[0]
    assert "версия" in pages[0]


def print_pages(html: str, folder: Path) -> list[str]:
    """Text of each printed page."""
    source, target = folder / "page.html", folder / "page.pdf"
    source.write_text(html, encoding="utf-8")
    chromium("--no-pdf-header-footer", f"--print-to-pdf={target}", source.as_uri())
    text = subprocess.run(
        ["pdftotext", "-layout", str(target), "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode("utf-8")
    return text.rstrip("\f").split("\f")
