"""What a person does in one session: random steps, the columns followed as they move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from model.blueprint import FIRST_ROW
from model.snapshot import TableRead
from tests.scenarios.compare import letters
from tests.scenarios.story import serial

Step = dict[str, Any]
DAY = date(2026, 3, 12)
WORDS = (
    "Позвонить",
    "Выслать КП",
    "Встреча в 10:30",
    "300т",
    "после праздников",
    "ждёт, «думает»",
    "-15 % скидка",
    "1-2",
    "+7 916 555-00-11",
    "ООО & Ко <тест>",
    " два  пробела ",
)
STAGES = ("Новая", "КП отправлено", "Переговоры", "Договор", "Счёт выставлен", "Отказ")
TYPED: Mapping[str, tuple[str, ...]] = {
    "clients": ("name", "phone", "contact", "city", "note", "email"),
    "deals": ("stage", "amount", "next_step", "expected_on", "note"),
}
"""Fields that sessions type into; what stands in them is compared with the store."""
TALL = 0x99CCFF
ROWS_AT_ONCE = 3


@dataclass(slots=True)
class Sheet:
    """A table as the steps so far have left it."""

    read: TableRead
    places: dict[str, int] = field(init=False)
    last: int = field(init=False)

    def __post_init__(self) -> None:
        self.places, self.last = dict(self.read.places), self.read.last_row

    @property
    def right(self) -> int:
        """The last column of the table."""
        return max(self.places.values())


@dataclass(slots=True)
class Plan:
    """The steps of one session and how each is called."""

    chance: Random
    sheets: dict[str, Sheet]
    steps: list[Step] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    typed: set[tuple[str, str]] = field(default_factory=set)
    """Tables and fields that were typed into."""

    def make(self, most: int) -> None:
        """Up to so many things done."""
        kinds = {"edit": 8, "type_row": 3, "copy": 2, "delete": 2, "sort": 3, "filter": 1,
                 "insert_column": 1, "colour": 1, "hide": 1, "undo": 2, "own_sheet": 1,
                 "insert_row": 1, "clear": 1}  # fmt: skip
        names = self.chance.choices(
            list(kinds), list(kinds.values()), k=self.chance.randint(1, most)
        )
        for name in names:
            table = self.chance.choice(sorted(self.sheets))
            getattr(self, f"_{name}")(table, self.sheets[table])
            self.done.append(name)

    def _row(self, sheet: Sheet) -> int:
        return self.chance.randint(FIRST_ROW, max(sheet.last, FIRST_ROW))

    def _say(self, do: str, sheet: Sheet, **what: Any) -> None:
        self.steps.append({"do": do, "sheet": sheet.read.sheet, **what})

    def _put(self, sheet: Sheet, key: str, row: int, value: object) -> None:
        self._say("put", sheet, cell=f"{letters(sheet.places[key])}{row}", value=value)
        self.typed.add((sheet.read.table, key))

    def _value(self, key: str) -> object:
        chance = self.chance
        match key:
            case "amount":
                return chance.choice([chance.randint(1, 900) * 1000, "300т", 0.1 + chance.random()])
            case "stage":
                return chance.choice((*STAGES, "Переговры"))
            case "expected_on":
                return serial(DAY + timedelta(days=chance.randint(-20, 60)))
            case "phone":
                return f"+7 9{chance.randint(10, 99)} {chance.randint(1000000, 9999999)}"
            case "name":
                return f"ООО «Новая {chance.randint(1, 10**6)}»"
            case "email":
                return f"a{chance.randint(1, 10**6)}@example.com"
            case _:
                return f"{chance.choice(WORDS)}"

    def _edit(self, table: str, sheet: Sheet) -> None:
        key = self.chance.choice(TYPED[table])
        if key in sheet.places:
            self._put(sheet, key, self._row(sheet), self._value(key))

    def _clear(self, table: str, sheet: Sheet) -> None:
        if "note" in sheet.places:
            self._put(sheet, "note", self._row(sheet), "")

    def _type_row(self, table: str, sheet: Sheet) -> None:
        sheet.last += 1
        first = {"clients": "name", "deals": "client_id"}[table]
        self._put(sheet, first, sheet.last, f"ООО «Пришёл {self.chance.randint(1, 10**6)}»")
        for key in self.chance.sample(TYPED[table], 2):
            if key in sheet.places and key != first:
                self._put(sheet, key, sheet.last, self._value(key))

    def _copy(self, table: str, sheet: Sheet) -> None:
        row = self._row(sheet)
        sheet.last += 1
        self._say("copy_row", sheet, row=row, to=sheet.last)

    def _delete(self, table: str, sheet: Sheet) -> None:
        count = self.chance.randint(1, ROWS_AT_ONCE)
        if sheet.last - count > FIRST_ROW + 10:
            self._say("delete_rows", sheet, row=self._row(sheet), count=count)
            sheet.last -= count

    def _insert_row(self, table: str, sheet: Sheet) -> None:
        row = self._row(sheet)
        self._say("insert_rows", sheet, row=row, count=1)
        sheet.last += 1

    def _sort(self, table: str, sheet: Sheet) -> None:
        key = self.chance.choice(sorted(sheet.places))
        left = min(sheet.places.values())
        area = f"{letters(left)}{FIRST_ROW}:{letters(sheet.right)}{sheet.last}"
        down = self.chance.random() < 0.5  # either way
        self._say("sort", sheet, area=area, column=sheet.places[key] - left, down=down)

    def _filter(self, table: str, sheet: Sheet) -> None:
        key = {"clients": "city", "deals": "stage"}[table]
        if key in sheet.places:
            area = f"A{sheet.read.header_row}:{letters(sheet.right)}{sheet.last}"
            text = self.chance.choice((*STAGES, "Москва"))
            self._say("filter", sheet, area=area, column=sheet.places[key] - 1, text=text)

    def _insert_column(self, table: str, sheet: Sheet) -> None:
        at = self.chance.randint(min(sheet.places.values()) + 1, sheet.right)
        self._say("insert_column", sheet, column=at)
        sheet.places = {k: c + (c >= at) for k, c in sheet.places.items()}
        cell = f"{letters(at)}{self._row(sheet)}"
        self._say("put", sheet, cell=cell, value=self.chance.choice(WORDS))

    def _colour(self, table: str, sheet: Sheet) -> None:
        row = self._row(sheet)
        self._say("colour", sheet, area=f"C{row}:F{row + 1}", colour=TALL)

    def _hide(self, table: str, sheet: Sheet) -> None:
        self._say("hide_rows", sheet, row=self._row(sheet), count=2)

    def _undo(self, table: str, sheet: Sheet) -> None:
        """Only what moves no column is taken back."""
        if self.steps and self.steps[-1]["do"] in {"put", "sort"}:
            self.steps.append({"do": "undo"})

    def _own_sheet(self, table: str, sheet: Sheet) -> None:
        name = f"Моё {self.chance.randint(1, 10**9)}"
        column = letters(sheet.places["note"])
        formula = f"=COUNTA({sheet.read.sheet}.{column}4:{column}30)"
        cells = {"A1": "Итого", "B1": formula}
        self.steps.append({"do": "add_sheet", "sheet": name, "cells": cells})
