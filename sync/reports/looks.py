"""Cell formats and charts of the report's workbook: the colours and patterns of UX section 2."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import xlsxwriter

from model.figures import Light, Measure
from sync.reports import words

MONEY = "#,##0;-#,##0;0"
TENTHS = "#,##0.0"
DELTA = '+0" %";-0" %";0" %"'
PERCENT = '0" %"'
FINE_PERCENT = '0.0" %"'
TEXT = "@"

INK, GREY, LINE, HEAD = "#1F2933", "#5C6773", "#D9DEE3", "#E6E9ED"
FACT, PLAN = "#3F7CAC", "#CBD3DB"
LIGHTS = {
    Light.GREEN: ("#DDF0E0", "#1E6B34"),
    Light.YELLOW: ("#FFE9A8", "#7A5200"),
    Light.RED: ("#F8D7D3", "#9C1C10"),
    Light.GREY: ("#EEF1F4", "#4A5560"),
}
"""Fill and text of a colour."""


def percent_pattern(pct: Decimal | None) -> str:
    """Percent without a place, but with one where rounding would say «100 %» too early."""
    return FINE_PERCENT if "," in words.attainment(pct) else PERCENT


def amount_pattern(value: Decimal | None, measure: Measure) -> str:
    """A sum and a whole count without a place, a shared small count with one."""
    return TENTHS if "," in words.amount(value, measure) else MONEY


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def make(self, **style: Any) -> Any:
        """The format with these properties over the common ones."""
        key = tuple(sorted(style.items()))
        if key not in self._made:
            common = {
                "font_name": "Calibri",
                "font_size": 11,
                "font_color": INK,
                "valign": "vcenter",
            }
            self._made[key] = self._book.add_format({**common, **style})
        return self._made[key]

    def title(self) -> Any:
        """Heading of a sheet."""
        return self.make(bold=True, font_size=16)

    def block(self) -> Any:
        """Heading of a block."""
        return self.make(bold=True, font_size=12)

    def quiet(self, *, align: str = "left", indent: int = 0) -> Any:
        """Small grey text."""
        style = {"font_color": GREY, "font_size": 10, "align": align, "text_wrap": True}
        return self.make(**style, indent=indent)

    def sentence(self) -> Any:
        """A line of «Что произошло»."""
        return self.make(text_wrap=True, bottom=1, bottom_color=LINE)

    def how(self) -> Any:
        """An explanation at the end of a row."""
        line = {"bottom": 1, "bottom_color": LINE, "indent": 1}
        return self.make(font_color=GREY, font_size=10, text_wrap=True, **line)

    def head(self, *, left: bool) -> Any:
        """A computed header."""
        align = "left" if left else "right"
        return self.make(bold=True, bg_color=HEAD, font_color="#4A5560", align=align, indent=1)

    def verdict(self, light: Light) -> Any:
        """The line of the month in its colour."""
        fill, ink = LIGHTS[light]
        style = {"bold": True, "font_size": 12, "text_wrap": True, "indent": 1}
        return self.make(bg_color=fill, font_color=ink, **style)

    def card(self, pattern: str) -> tuple[Any, Any, Any]:
        """Title, figure and note of a card."""
        ground = {"bg_color": "#F3F6F9", "align": "left", "indent": 1}
        small = self.make(font_color="#4A5560", font_size=10, **ground)
        return small, self.make(bold=True, font_size=22, num_format=pattern, **ground), small

    def cell(
        self, pattern: str, *, left: bool = False, bold: bool = False, light: Light | None = None
    ) -> Any:
        """A table cell; `light` fills it with its colour."""
        style: dict[str, Any] = {"num_format": pattern, "bottom": 1, "bottom_color": LINE}
        style |= {"align": "left" if left else "right", "indent": 1, "bold": bold}
        if light is not None:
            style["bg_color"], style["font_color"] = LIGHTS[light]
        return self.make(**style)
