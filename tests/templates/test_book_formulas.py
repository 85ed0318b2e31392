"""Every formula of a fresh book is one that Excel, LibreOffice, R7 and Google agree on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from openpyxl import Workbook

from formulas.cells import lint, parse
from formulas.cells.syntax import NameNode, Node, children
from model.blueprint import Role
from templates.blueprint import load
from templates.live import cell_formula, letter
from tests.templates.books import built

CLOCK_SHEET = "_crm"


@pytest.fixture(scope="module", params=list(Role), ids=lambda role: role.value)
def book(request: pytest.FixtureRequest) -> Workbook:
    return built(request.param)


def cell_formulas(book: Workbook) -> Iterator[tuple[str, str, str]]:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    yield sheet.title, cell.coordinate, cell.value


def other_formulas(book: Workbook) -> Iterator[tuple[str, str, str]]:
    """Formulas of conditional looks and validations."""
    for sheet in book.worksheets:
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                yield from ((sheet.title, str(area.sqref), text) for text in rule.formula)
        for rule in sheet.data_validations.dataValidation:
            if rule.formula1 and not rule.formula1.startswith('"'):
                yield sheet.title, str(rule.sqref), rule.formula1


def names_in(node: Node) -> Iterator[str]:
    if isinstance(node, NameNode):
        yield node.name
    for child in children(node):
        yield from names_in(child)


def test_every_cell_formula_is_portable(book: Workbook) -> None:
    bad = {
        (sheet, place): reasons
        for sheet, place, text in cell_formulas(book)
        if (reasons := lint(text, allow_now=sheet == CLOCK_SHEET))
    }
    assert bad == {}


def test_the_clock_is_asked_in_one_cell(book: Workbook) -> None:
    asking = [
        (sheet, place)
        for sheet, place, text in cell_formulas(book)
        if re.search(r"\b(NOW|TODAY)\(", text)
    ]
    assert asking == [(CLOCK_SHEET, "C2")]


def test_every_other_formula_is_portable(book: Workbook) -> None:
    bad = {
        (sheet, place, text): reasons
        for sheet, place, text in other_formulas(book)
        if (reasons := lint(text))
    }
    assert bad == {}


def test_conditional_looks_use_no_names(book: Workbook) -> None:
    """Google takes no names there."""
    for sheet in book.worksheets:
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                for text in rule.formula:
                    assert list(names_in(parse(text).tree)) == [], (sheet.title, text)


def test_every_name_in_a_formula_is_defined(book: Workbook) -> None:
    known = {name.casefold() for name in book.defined_names}
    for sheet, place, text in [*cell_formulas(book), *other_formulas(book)]:
        for name in names_in(parse(text).tree):
            assert name.casefold() in known, (sheet, place, name)


def test_every_name_points_at_a_sheet_of_the_book(book: Workbook) -> None:
    for name, defined in book.defined_names.items():
        for quoted, plain in re.findall(r"'([^']+)'!|([^\s'!(,:]+)!", str(defined.attr_text)):
            assert (quoted or plain) in book.sheetnames, name


def test_a_formula_follows_columns_that_people_moved() -> None:
    column = load().tables["plans"].column("year")
    places = {f"m{number:02}": 20 + number for number in range(1, 13)} | {"who": 2}
    formula = cell_formula(column, places, 7)
    assert formula == 'IF($B7="","",IF(COUNT($U7:$AF7)=0,"",SUM($U7:$AF7)))'


def test_a_formula_may_keep_the_row_open() -> None:
    column = load().tables["stages"].column("name")
    assert cell_formula(column, {}, "{row}") == ""
    live = load().tables["deals"].column("rest")
    assert "$B{row}" in cell_formula(live, {"amount": 2, "paid": 3}, "{row}")


def test_a_formula_without_its_column_is_refused() -> None:
    with pytest.raises(KeyError):
        cell_formula(load().tables["deals"].column("rest"), {"amount": 2}, 4)


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA")])
def test_letters_of_a_column(number: int, letters: str) -> None:
    assert letter(number) == letters
