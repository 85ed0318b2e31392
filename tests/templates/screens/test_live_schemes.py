"""The live steps of the forecast against the arithmetic, over random schemes and months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.cell import coordinate_to_tuple

from formulas.cells import CellContent, Evaluator
from formulas.pay.components import Around, Counted, TeamMonth, extras_of
from formulas.pay.outlook import month_pay
from formulas.pay.parts import Member, Refund
from formulas.pay.rules import MEASURES, in_force, read_rules
from formulas.pay.scheme import LATE_STEP, Given
from formulas.pay.total import Correction
from model.values import to_serial
from sync.figures.pay import block_of
from templates.screens import fill
from tests.formulas.test_pay_schemes import ME, Chance, rule_rows
from tests.templates.screens import sample
from tests.templates.screens.sample import ivanov
from tests.templates.screens.test_live import draw

D = Decimal
SEEDS = 60


class Sheets:
    """A workbook as formulas see it."""

    def __init__(self, book: Workbook) -> None:
        self.book = book

    def cell(self, sheet: str, row: int, col: int) -> CellContent:
        value = self.book[sheet].cell(row, col).value
        if isinstance(value, str) and value.startswith("="):
            return CellContent(None, value[1:])
        if isinstance(value, int | float) and not isinstance(value, bool):
            return CellContent(D(str(value)))
        if isinstance(value, datetime | date):
            return CellContent(to_serial(value))
        return CellContent(value)  # type: ignore[arg-type]

    def name(self, name: str) -> str | None:
        found = self.book.defined_names.get(name)
        return None if found is None else found.attr_text

    def now(self) -> Decimal:
        return to_serial(sample.NOW)


@cache
def drawn() -> tuple[Workbook, Any, Any]:
    """The sheets of a salesperson's book without a deal in them."""
    book = Workbook()
    draw(book, "my_forecast")
    figures, _, slots = draw(book, "fig_forecast")
    sample.deals_sheet(book, [])
    sample.service_sheet(book)
    return book, figures, slots


def given_of(rows: list[dict[str, Any]], month: Mapping[str, Any]) -> tuple[Any, Given]:
    reading = read_rules(in_force(rule_rows(rows), date(2026, 3, 1)))
    around = Around(
        ME,
        month["fact"],
        month["plan"],
        {MEASURES[name]: Counted(*both) for name, both in month["measures"].items()},
        month["late"],
        TeamMonth(D(0), ((ME, Member(D(1), 1)),)),
        tuple(("Клиент", Refund(*refund)) for refund in month["refunds"]),
        month["carry_in"],
        month["balance"],
        (Correction("2026-01", month["correction"]),),
    )
    extras, notes = extras_of(reading.scheme, around)
    end = date(2026, 3, 31)
    given = Given(
        month["fact"],
        month["plan"],
        month["worked"],
        month["norm"],
        end,
        end,
        tuple(month["firsts"]),
        {LATE_STEP: month["late"]},
        extras=extras,
        notes=notes,
    )
    return reading.scheme, given


def test_the_live_sum_is_that_of_the_program_for_any_scheme() -> None:
    book, figures, slots = drawn()
    sheet, cell = str(book.defined_names["fig_total_now"].attr_text).rsplit("!", 1)
    place = coordinate_to_tuple(cell.replace("$", ""))
    for seed in range(SEEDS):
        chance = Chance(seed)
        rows, month = chance.rows(), chance.month()
        month["fact"] = abs(month["fact"])
        scheme, given = given_of(rows, month)
        person = replace(
            ivanov(), basis=(given.fact,) * 3, scheme=block_of(scheme, given), lines=()
        )
        for slot in slots:
            if slot.key:
                figures.cell(*slot.at).value = None
        sample.pour(figures, slots, fill.fill_service_forecast(person))
        live = Evaluator(Sheets(book)).value(sheet.strip("'"), *place)
        own = month_pay(scheme, given).pay
        assert isinstance(live, Decimal), (seed, live)
        assert abs(live - own) < D("0.004"), (seed, live, own, rows, month)
