"""The report as a workbook and in the terminal: the same figures as the page."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from model.figures import Counted, Measure
from sync.reports.month import MonthReport, month_report
from sync.reports.paper import sheet_names
from sync.reports.persons import NOT_SET_UP
from sync.reports.sheet import Cite, Document, Form, Listed, RowLine
from sync.reports.sheet_xlsx import workbook
from sync.reports.terminal import month_table
from sync.reports.xlsx import month_workbook, write_month_xlsx
from sync.world.real_disk import RealDisk
from tests.sync.reports import sample

D = Decimal
FORMULA = '=HYPERLINK("http://x","y")'


def full() -> MonthReport:
    return month_report(
        sample.team(),
        [sample.person(), sample.person(asof=sample.LAST.date())],
        largest=("Вектор", D(640_000)),
        before=sample.february(),
        seconds=D(2),
    )


def rows(content: bytes, sheet: str) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return [
        [cell for cell in row if cell != ""] for row in book.get_sheet_by_name(sheet).to_python()
    ]


def test_the_workbook_holds_the_figures_of_the_report():
    report = full()
    content = month_workbook(report)
    lines = rows(content, "Отчёт")
    assert [report.title, report.status] in lines
    assert [report.verdict] in lines
    assert [5_914_000.0, 31.0, 438_210.0, 418_000.0] in lines
    for row in report.people:
        numbers = [row.plan, row.fact, row.pct, row.to_previous, row.to_last_year, row.pay]
        assert [row.name, *(float(n) if n is not None else "—" for n in numbers)] in lines
    for sentence in (*report.happened, *report.decide, *report.accuracy):
        assert [sentence] in lines


def test_the_department_sheet_holds_months_funnel_money_and_payroll():
    lines = rows(month_workbook(full()), "Отдел")
    assert ["мар 26", 5_600_000.0, 5_914_000.0] in lines
    assert ["КП отправлено", 72.0, 15_120_000.0, 44.0] in lines
    assert ["Успешно", 19.0, 5_510_000.0, "—"] in lines
    assert ["Просрочено больше 90 дней", 18_000.0] in lines
    assert ["Выигранные сделки", 40.0, 43.6, 109.0, "—", "—"] in lines
    assert ["Петрова Анна", 40_000.0, 18_400.0, 6_000.0, 1_000.0, 63_400.0, 55_158.0] in lines


def test_each_manager_has_a_sheet():
    content = month_workbook(full())
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    assert book.sheet_names == ["Отчёт", "Отдел", "Иванов Пётр", "Иванов Пётр 2"]
    lines = rows(content, "Иванов Пётр")
    assert ["Итого до вычета НДФЛ", 61_440.0, 82_544.0, 93_680.0] in lines
    assert ["11.03", "Орион Плюс", 490_000.0, "3 %, в зарплату 14 700"] in lines
    assert ["Итого до вычета НДФЛ", 61_440.0] in rows(content, "Иванов Пётр 2")


def test_charts_are_native_and_read_the_cells():
    with zipfile.ZipFile(BytesIO(month_workbook(full()))) as parts:
        charts = [n for n in parts.namelist() if n.startswith("xl/charts/chart")]
        xml = "".join(parts.read(name).decode() for name in charts)
    assert len(charts) == 2
    assert "Отдел!$C$5:$C$16" in xml
    assert "Отчёт!$B$11:$B$15" in xml
    with zipfile.ZipFile(
        BytesIO(month_workbook(month_report(sample.team(plan_fact={}, history=()))))
    ) as p:
        assert not [n for n in p.namelist() if "chart" in n]


def test_a_name_that_begins_with_equals_stays_a_text():
    mine = replace(
        sample.person(),
        name=FORMULA,
        counted=(Counted(None, FORMULA, D(1), FORMULA),),
        not_counted=(Counted(None, "+7", None, "@SUM(A1)"),),
    )
    content = month_workbook(month_report(sample.team(approved=FORMULA), [mine]))
    with zipfile.ZipFile(BytesIO(content)) as parts:
        sheets = [n for n in parts.namelist() if n.startswith("xl/worksheets/")]
        assert not any(b"<f>" in parts.read(name) for name in sheets)
        assert not any("hyperlink" in name for name in parts.namelist())
    lines = rows(content, CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names[2])
    assert [FORMULA, 1.0, FORMULA] in lines
    assert ["+7", "—", "@SUM(A1)"] in lines


def test_the_same_report_is_not_written_twice(tmp_path: Path) -> None:
    path = tmp_path / "Отчёты" / "2026-03 Отчёт.xlsx"
    assert write_month_xlsx(RealDisk(), path, full())
    assert not write_month_xlsx(RealDisk(), path, full())
    changed = month_report(sample.team(version=1483))
    assert write_month_xlsx(RealDisk(), path, changed)
    assert [p.name for p in path.parent.iterdir()] == ["2026-03 Отчёт.xlsx"]


def test_an_empty_month_still_gives_a_workbook() -> None:
    bare = sample.person(pay=None, scheme=None, lines=(), plan_fact=(), counted=(), not_counted=())
    team = sample.team(plan_fact={}, history=(), funnel=(), payroll=(), lamps=(), unlinked_count=0)
    content = month_workbook(month_report(team, [bare]))
    assert ["Оплаты: данных за этот месяц нет."] in rows(content, "Отчёт")
    assert ["—", "—", 438_210.0, 418_000.0] in rows(content, "Отчёт")
    assert ["Оплачено", 5_914_000.0] in rows(content, "Отдел")
    assert ["Уже ваши, если больше никто не заплатит", "—", NOT_SET_UP] in rows(
        content, "Иванов Пётр"
    )


def test_many_payments_leave_a_line_about_the_rest() -> None:
    crowded = sample.person(counted=sample.person().counted * 30)
    lines = rows(month_workbook(month_report(sample.team(), [crowded])), "Иванов Пётр")
    assert any("И ещё" in str(line[0]) for line in lines if line)
    long = month_report(sample.team(approved=""), largest=("Очень длинное имя " * 8, D(640_000)))
    assert [long.verdict] in rows(month_workbook(long), "Отчёт")


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (["Иванов", "иванов", "ИВАНОВ"], ["Иванов", "иванов 2", "ИВАНОВ 3"]),
        (["А/Б:В", "'Кавычки'", "[]"], ["А Б В", "Кавычки", "Лист"]),
        (["History", ""], ["History 2", "Лист"]),
        (["Ф" * 40, "Ф" * 40], ["Ф" * 31, "Ф" * 29 + " 2"]),
    ],
)
def test_sheet_names_are_such_as_excel_takes(wanted, names):
    assert sheet_names(wanted) == names


def test_the_terminal_shows_the_people_in_plain_letters():
    table = month_table(full())
    assert table.lines == (
        "Март 2026, оплаты, руб. Утверждён 03.04, Орлов.",
        "                     План       Факт    %  К февралю  К марту 2025  Зарплата",
        "Смирнова Ольга  1 400 000  1 902 000  136      +21 %         +44 %   121 480",
        "Козлов Денис    1 250 000  1 344 000  108       +5 %         +22 %    98 320",
        "Иванов Пётр     1 250 000  1 306 000  104      +12 %         +31 %    92 440",
        "Сидоров Илья      700 000    682 000   97       +2 %         -11 %    62 570",
        "Петрова Анна    1 000 000    680 000   68      -18 %             -    63 400",
        "Отдел           5 600 000  5 914 000  106      +12 %         +31 %   438 210",
        "Не вошло: 3 оплаты на 74 000 руб. не привязаны, 2 сделки без суммы. Собран за 2 с. "
        "Считали по оплатам, данные на 31.03.2026, версия 1 482.",
    )
    assert table.cells[1][0] == "Смирнова Ольга"
    "\n".join(table.lines).encode("cp866")


def test_the_rows_behind_figures_are_not_printed_whole() -> None:
    """Thousands of rows made LibreOffice lay out hundreds of pages behind a report of sixteen."""
    lines = tuple(RowLine(f"О-{n}", None, "ООО", "Иванов", "оплата", D(1)) for n in range(400))
    listed = {Cite((Measure.MONEY,), ()): Listed("Оплаты", Form.MONEY, lines)}
    raw = workbook(
        Document("Отчёт", (), listed, (), 1),
        at=datetime(2026, 3, 12, tzinfo=UTC).replace(tzinfo=None),
    )
    with zipfile.ZipFile(BytesIO(raw)) as book:
        names = book.read("xl/workbook.xml").decode("utf-8")
    assert "Строки!$A$1:$F$121<" in names
    assert "Строки!$1:$1<" in names
