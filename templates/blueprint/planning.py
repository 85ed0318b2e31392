"""Нормативы, Календарь and Ставки: the owner's tables that plans and pay are counted by."""

from __future__ import annotations

from formulas.registry import cell_of
from model.blueprint import Kind
from templates.blueprint.kit import grey, typed
from templates.blueprint.settings import block

_PER = 'IF({per}="день","day",IF({per}="неделя","week","month"))'
_LESS = 'IF({better}="меньше","less","more")'
_GIVEN = {
    "norm": "{norm}",
    "per": "{per_code}",
    "worked": "{worked}",
    "week_days": "5",
    "month_days": "{month_days}",
}


def _figure(metric: str, **more: str) -> str:
    """The template of a figure of the norm, over the cells of its row."""
    return cell_of(f"norm.check.{metric}", **{**_GIVEN, **more})


_JUDGED = {"fact": "{fact}", "better": "{better_code}"}
_LIGHT = _figure("light", **_JUDGED, green="95", yellow="80")

NORMS = block(
    "norms",
    "Нормативы",
    "Norms",
    ("metric", "unit", "who", "since"),
    typed("metric", "Показатель", "Measure", Kind.CHOICE, 26, choices="norm_metrics"),
    typed("unit", "Ед.", "Unit", width=9),
    typed("who", "Кто", "Who", width=22),
    typed("per", "За", "Per", Kind.CHOICE, 10, choices="norm_periods"),
    typed("norm", "Норма", "Norm", Kind.NUMBER, 12, format="#,##0.##"),
    typed("better", "Лучше", "Better", Kind.CHOICE, 10, choices="norm_sides"),
    typed("since", "С даты", "Since", Kind.DATE, 11),
    typed("until", "По дату", "Until", Kind.DATE, 11),
    grey("fact", "Факт за месяц", "Fact this month", Kind.NUMBER, 18, format="#,##0.##"),
    grey(
        "expected",
        "Надо к сегодня",
        "Due by now",
        Kind.NUMBER,
        19,
        format="#,##0.##",
        live=_figure("expected"),
    ),
    grey(
        "deviation",
        "Отклонение",
        "Deviation",
        Kind.NUMBER,
        15,
        format="+#,##0.##;-#,##0.##;0",
        live=cell_of("norm.check.deviation", fact="{fact}", expected="{expected}"),
    ),
    grey(
        "pct",
        "Выполнено",
        "Done",
        Kind.NUMBER,
        13,
        format='0" %"',
        live=_figure("pct", **_JUDGED),
    ),
    grey("light", "Свет", "Light", hidden=True, live=_LIGHT),
    grey(
        "code",
        "Цвет",
        "Colour",
        Kind.COUNT,
        hidden=True,
        live='=IF({light}="red",1,IF({light}="yellow",2,IF({light}="green",4,0)))',
    ),
    grey("worked", "Отработано дней", "Days worked", Kind.COUNT, hidden=True),
    grey("month_days", "Дней в месяце", "Days of the month", Kind.COUNT, hidden=True),
    grey("per_code", "За (код)", "Per (code)", hidden=True, live=f"={_PER}"),
    grey("better_code", "Лучше (код)", "Better (code)", hidden=True, live=f"={_LESS}"),
)

CALENDAR = block(
    "calendar",
    "Календарь",
    "Calendar",
    ("day",),
    typed("day", "Дата", "Date", Kind.DATE, 12),
    typed("working", "Рабочий", "Working", Kind.CHOICE, 12, choices="yesno"),
    typed("short", "Короткий", "Short", Kind.CHOICE, 12, choices="yesno"),
    typed("source", "Источник", "Source", width=20),
    grey(
        "change",
        "Против дня недели",
        "Against the weekday",
        Kind.NUMBER,
        22,
        format="+0;-0;0",
        live=(
            '=IF(COUNT({day})=0,0,IF(WEEKDAY({day},2)<6,IF({working}="нет",-1,0),'
            'IF({working}="да",1,0)))'
        ),
    ),
)
"""Days that are not what their weekday says, and short ones; every other day is by its weekday."""

RATES = block(
    "rates",
    "Ставки",
    "Rates",
    ("kind", "year", "start"),
    typed("kind", "Налог", "Tax", Kind.CHOICE, 20, choices="tax_kinds"),
    typed("year", "С года", "Since year", Kind.COUNT, 10, format="0"),
    typed("start", "Доход от, руб.", "Income from", Kind.MONEY, 19),
    typed("rate", "Ставка, %", "Rate, %", Kind.NUMBER, 13),
    typed("note", "Пояснение", "Note", width=44),
)
PLANNING_TABLES = (NORMS, CALENDAR, RATES)
