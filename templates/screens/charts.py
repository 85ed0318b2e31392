"""Native charts of fact against plan, drawn quietly: two colours, pale lines, no frame."""

from __future__ import annotations

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.worksheet.worksheet import Worksheet

from templates.screens import faces

WIDTH, HEIGHT = 30, 8
"""Centimetres."""


def people_chart(ws: Worksheet, names: int, head: int, people: int) -> BarChart:
    """Bars across, one pair a person; fact and plan stand right of the names."""
    chart = _pairs(ws, names, head, people)
    chart.type = "bar"
    chart.x_axis.scaling.orientation = "maxMin"
    chart.height = HEIGHT + max(0, people - 8) // 2
    return chart


def columns_chart(ws: Worksheet, names: int, head: int, months: int) -> BarChart:
    """Upright columns, one pair a month."""
    chart = _pairs(ws, names, head, months)
    chart.type = "col"
    return chart


def _pairs(ws: Worksheet, names: int, head: int, rows: int) -> BarChart:
    chart = BarChart()
    chart.gapWidth, chart.overlap = 45, -5
    for col, colour in ((names + 1, faces.BAR), (names + 2, faces.LINE)):
        values = Reference(ws, min_col=col, min_row=head, max_row=head + rows)
        chart.add_data(values, titles_from_data=True)
        look = GraphicalProperties(solidFill=colour)
        look.line.noFill = True
        chart.series[-1].graphicalProperties = look
    chart.set_categories(Reference(ws, min_col=names, min_row=head + 1, max_row=head + rows))
    _axes(chart)
    chart.legend.position = "b"
    chart.legend.txPr = _small_text()
    chart.width, chart.height = WIDTH, HEIGHT
    chart.visible_cells_only = False
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(noFill=True))
    return chart


def _axes(chart: BarChart) -> None:
    chart.x_axis.delete = chart.y_axis.delete = False
    pale = GraphicalProperties(ln=LineProperties(solidFill=faces.OFF_FILL))
    chart.y_axis.majorGridlines = ChartLines(spPr=pale)
    chart.y_axis.number_format = "#,##0"
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=faces.LINE))
    chart.y_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    chart.x_axis.majorTickMark = chart.y_axis.majorTickMark = "none"
    chart.x_axis.txPr = chart.y_axis.txPr = _small_text()


def _small_text() -> RichText:
    look = CharacterProperties(sz=900, solidFill=faces.GREY)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)])
