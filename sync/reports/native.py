"""The two native charts of the report's workbook."""

from __future__ import annotations

from typing import Any

from sync.reports.looks import FACT, GREY, LINE, PLAN
from sync.reports.paper import ROW_POINTS, Block, Paper

CHART_WIDTH, CHART_ROWS = 870, 11
HALF_CHART_WIDTH = 424
MILLIONS = '[>=100000]0.0,,\\ "млн";#,##0'
"""An axis in millions; a team that sells for thousands sees whole roubles."""


def months_chart(paper: Paper, months: Block) -> None:
    """Twelve months as columns, on the place that page one left for it."""
    chart: Any = paper.book.add_chart({"type": "column"})
    _series(chart, "План", months, 1, PLAN)
    _series(chart, "Факт", months, 2, FACT)
    chart.set_x_axis(_axis())
    chart.set_y_axis({**_axis(), "major_gridlines": {"visible": True, "line": {"color": LINE}}})
    _frame(chart, CHART_WIDTH, CHART_ROWS)
    paper.sheet.insert_chart(paper.chart_row, 0, chart, {"x_offset": 2, "y_offset": 2})


def people_chart(paper: Paper, people: Block, row: int) -> None:
    """Plan and fact of each manager as bars, beside the months."""
    chart: Any = paper.book.add_chart({"type": "bar"})
    _series(chart, "План", people, 1, PLAN)
    _series(chart, "Факт", people, 2, FACT)
    chart.set_x_axis({**_axis(), "major_gridlines": {"visible": True, "line": {"color": LINE}}})
    chart.set_y_axis({**_axis(), "reverse": True})
    _frame(chart, HALF_CHART_WIDTH, CHART_ROWS + 2)
    paper.sheet.insert_chart(row, 3, chart, {"x_offset": 12, "y_offset": 0})


def _series(chart: Any, name: str, block: Block, column: int, colour: str) -> None:
    chart.add_series(
        {
            "name": name,
            "categories": block.column(0),
            "values": block.column(column),
            "fill": {"color": colour},
            "gap": 55,
            "overlap": 0,
        }
    )


def _axis() -> dict[str, Any]:
    font = {"name": "Calibri", "size": 9, "color": GREY}
    return {"num_font": font, "num_format": MILLIONS, "line": {"color": LINE}}


def _frame(chart: Any, width: int, rows: int) -> None:
    chart.set_legend({"position": "top", "font": {"name": "Calibri", "size": 9, "color": GREY}})
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": width, "height": rows * ROW_POINTS * 4 // 3 - 6})
