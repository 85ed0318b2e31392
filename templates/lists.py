"""Lists to pick from: names over them, and what is said when a text stands in none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from model.blueprint import Blueprint, Column, Role
from templates.blueprint.settings import FIXED_LISTS

WORDS = "_words"
"""Hidden sheet with the program's own words."""
ERROR_TITLE = "Нет в списке"


@dataclass(frozen=True, slots=True)
class PickList:
    """A list as a validation needs it: its name, and the block of «Настройки» that holds it."""

    name: str
    block: str = ""


def pick_lists(blueprint: Blueprint, role: Role) -> dict[str, PickList]:
    """The lists that a role's book can offer."""
    found = {name: PickList(f"list_{name}") for name in FIXED_LISTS}
    tables = blueprint.tables_of(role)
    for name, place in blueprint.lists.items():
        table = place.partition(".")[0]
        if table in tables:
            found[name] = PickList(f"list_{name}", blueprint.tables[table].title.ru)
    return found


def draw_words(book: Workbook, blueprint: Blueprint) -> None:
    """The hidden sheet of fixed words, and a name over every list of the book."""
    ws = book.create_sheet(WORDS)
    ws.sheet_state = "hidden"
    for number, (name, words) in enumerate(FIXED_LISTS.items(), start=1):
        letter = get_column_letter(number)
        for row, word in enumerate(words, start=1):
            ws.cell(row, number, word)
        _define(book, f"list_{name}", f"{WORDS}!${letter}$1:${letter}${len(words)}")
    for name, place in blueprint.lists.items():
        column = book.defined_names.get(place.replace(".", "_"))
        if column is not None:
            _define(book, f"list_{name}", without_tail(str(column.attr_text)))


def without_tail(area: str) -> str:
    """`S!$A$4:$A$704` -> `S!$A$4:INDEX(S!$A$4:$A$704,MAX(1,COUNTA(...)))`: no empty lines."""
    sheet, _, cells = area.rpartition("!")
    return f"{sheet}!{cells.partition(':')[0]}:INDEX({area},MAX(1,COUNTA({area})))"


def validation(column: Column, lists: Mapping[str, PickList], owner: str) -> DataValidation | None:
    """What a list column accepts: a closed list refuses other texts, an open one asks first."""
    chosen = lists.get(column.choices or "")
    if chosen is None:
        return None
    rule = DataValidation(type="list", formula1=chosen.name, allow_blank=True)
    rule.showErrorMessage = True
    rule.errorTitle = ERROR_TITLE
    if column.closed:
        rule.error = _refusal(chosen, owner)
    else:
        rule.errorStyle = "warning"
        rule.error = "Такого варианта в списке нет. Оставить, как вы написали?"
    return rule


def _refusal(chosen: PickList, owner: str) -> str:
    if not chosen.block:
        return "Выберите из списка."
    adds = f"добавляет {owner}" if owner else "добавляет руководитель"
    return f"Выберите из списка. Новый вариант {adds}: «Настройки», «{chosen.block}»."


def _define(book: Workbook, name: str, target: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=target)
