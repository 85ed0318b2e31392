"""Documents of `tests.books.memory` behind xlwings: an engine of our own, as its makers allow.

Only what `excel.py` asks for is there. It tests our logic and xlwings' way of calling an engine,
not Excel.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlwings
from xlwings import base_classes

from tests.books.memory import MemoryDocument, MemoryProgram, _set

CHILDREN = Path(__file__).parents[2] / "sync" / "books" / "live" / "children"


class BusyExcel(Exception):
    """What COM raises while a cell is being edited."""

    hresult = -2146777998


class _Api:
    """What COM offers on a workbook and an application."""

    def __init__(self, document: MemoryDocument) -> None:
        self._document = document
        self.ReadOnly = document.readonly

    def Windows(self, number: int) -> Any:
        return self

    @property
    def Hwnd(self) -> str:
        return self._document.session

    @property
    def Saved(self) -> bool:
        return self._document.saved

    def CustomDocumentProperties(self, name: str) -> Any:
        return _Property(self._document)


class _Property:
    _document: MemoryDocument

    def __init__(self, document: MemoryDocument) -> None:
        self.__dict__["_document"] = document

    def __setattr__(self, name: str, value: str) -> None:
        self._document.breath.draw()
        self._document.stamp = value


class Engine:
    name, type = "memory", "desktop"

    def __init__(self, program: MemoryProgram) -> None:
        self.apps = Apps(program)

    @staticmethod
    def prepare_xl_data_element(x: Any, options: Any) -> Any:
        return x

    @staticmethod
    def clean_value_data(data: Any, *given: Any) -> Any:
        return data


class Apps(base_classes.Apps):
    def __init__(self, program: MemoryProgram) -> None:
        self.app = App(program)

    def __iter__(self) -> Iterator[App]:
        yield self.app

    def __len__(self) -> int:
        return 1

    def keys(self) -> list[int]:
        return [1]

    def __getitem__(self, key: Any) -> App:
        return self.app


class App(base_classes.App):
    def __init__(self, program: MemoryProgram) -> None:
        self.program = program

    @property
    def engine(self) -> Any:
        return Engine(self.program)

    @property
    def pid(self) -> int:
        return 1

    @property
    def api(self) -> Any:
        app = self

        class Api:
            @property
            def Ready(self) -> bool:
                if any(d.editing for d in app.program.documents.values()):
                    raise BusyExcel
                return True

        return Api()

    @property
    def books(self) -> Books:
        return Books(self)

    @property
    def screen_updating(self) -> bool:
        return self.program.switches["screen"]

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        self._switch("screen", on=value)

    @property
    def enable_events(self) -> bool:
        return self.program.switches["events"]

    @enable_events.setter
    def enable_events(self, value: bool) -> None:
        self._switch("events", on=value)

    def _switch(self, name: str, *, on: bool) -> None:
        for document in self.program.documents.values():
            document.breath.draw()
        self.program.switches[name] = on


class Books(base_classes.Books):
    def __init__(self, app: App) -> None:
        self._app = app

    def _all(self) -> list[Book]:
        return [Book(self._app, document) for document in self._app.program.documents.values()]

    def __iter__(self) -> Iterator[Book]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __call__(self, key: Any) -> Book:
        return self._all()[key - 1]


class Book(base_classes.Book):
    def __init__(self, app: App, document: MemoryDocument) -> None:
        self._app, self.document = app, document

    @property
    def app(self) -> App:
        return self._app

    @property
    def api(self) -> Any:
        return _Api(self.document)

    @property
    def name(self) -> str:
        return self.document.path.name

    @property
    def fullname(self) -> str:
        return str(self.document.path)

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self.document)


class Names(base_classes.Names):
    def __init__(self, document: MemoryDocument) -> None:
        self.document = document

    def __iter__(self) -> Iterator[Name]:
        yield Name(self.document)

    def __len__(self) -> int:
        return 1

    def __call__(self, key: Any) -> Name:
        return Name(self.document)


class Name(base_classes.Name):
    def __init__(self, document: MemoryDocument) -> None:
        self.document = document

    @property
    def name(self) -> str:
        return "sheetcrm_stamp"

    @property
    def refers_to(self) -> str:
        return f'="{self.document.stamp}"'

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.document.breath.draw()
        self.document.stamp = value.lstrip("=").strip('"')


class Sheets(base_classes.Sheets):
    def __init__(self, book: Book) -> None:
        self.book = book

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self.book, tab.title) for tab in self.book.document.tabs)

    def __len__(self) -> int:
        return len(self.book.document.tabs)

    def __call__(self, key: Any) -> Sheet:
        titles = [tab.title for tab in self.book.document.tabs]
        return Sheet(self.book, titles[key - 1] if isinstance(key, int) else key)


class Sheet(base_classes.Sheet):
    def __init__(self, book: Book, title: str) -> None:
        self._book, self._title = book, title

    @property
    def tab(self) -> Any:
        return self._book.document.tab(self._title)

    @property
    def api(self) -> Any:
        return True

    @property
    def name(self) -> str:
        return self._title

    @property
    def book(self) -> Book:
        return self._book

    @property
    def visible(self) -> bool:
        return not self.tab.hidden

    @visible.setter
    def visible(self, value: bool) -> None:
        self.tab.hidden = not value

    @property
    def used_range(self) -> Range:
        cells = self.tab.cells or {(1, 1): None}
        return Range(self, (1, 1), (max(r for r, _ in cells), max(c for _, c in cells)))

    def range(self, one: Any, other: Any = None) -> Range:
        return Range(self, _place(one), _place(one if other is None else other))


def _place(one: Any) -> tuple[int, int]:
    return (one.row, one.column) if isinstance(one, base_classes.Range) else tuple(one)


class Range(base_classes.Range):
    def __init__(self, sheet: Sheet, first: tuple[int, int], last: tuple[int, int]) -> None:
        self._sheet, self._first, self._last = sheet, first, last

    @property
    def sheet(self) -> Sheet:
        return self._sheet

    @property
    def api(self) -> Any:
        return True  # a falsy one makes xlwings skip writes

    @property
    def row(self) -> int:
        return self._first[0]

    @property
    def column(self) -> int:
        return self._first[1]

    @property
    def shape(self) -> tuple[int, int]:
        return self._last[0] - self._first[0] + 1, self._last[1] - self._first[1] + 1

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, row: Any, column: Any = None) -> Range:
        place = self._first[0] + row - 1, self._first[1] + column - 1
        return Range(self._sheet, place, place)

    @property
    def merge_cells(self) -> bool:
        return False

    def _places(self) -> Iterator[tuple[int, int]]:
        for row in range(self._first[0], self._last[0] + 1):
            yield from ((row, col) for col in range(self._first[1], self._last[1] + 1))

    @property
    def number_format(self) -> str:
        return "@" if all(p in self._sheet.tab.texts for p in self._places()) else "General"

    @number_format.setter
    def number_format(self, value: str) -> None:
        """Of looks only that matters whether a cell is a text."""
        texts: set[tuple[int, int]] = self._sheet.tab.texts
        for place in self._places():
            (texts.add if value == "@" else texts.discard)(place)

    def _lines(self, pick: Any) -> list[list[Any]]:
        cells = self._sheet.tab.cells
        rows = range(self._first[0], self._last[0] + 1)
        cols = range(self._first[1], self._last[1] + 1)
        return [[pick(cells.get((r, c))) for c in cols] for r in rows]

    @property
    def raw_value(self) -> Any:
        return self._lines(lambda v: v[2] if isinstance(v, tuple) else v)

    @raw_value.setter
    def raw_value(self, values: Any) -> None:
        self._fill(values, lambda v: v, parse=True)

    @property
    def formula(self) -> Any:
        return self._lines(lambda v: f"={v[1]}" if isinstance(v, tuple) else v)

    @formula.setter
    def formula(self, values: Any) -> None:
        self._fill(values, lambda v: ("=", v.removeprefix("="), None))

    def _fill(self, values: Any, made: Any, *, parse: bool = False) -> None:
        document = self._sheet.book.document
        if document.editing:
            raise BusyExcel
        document.breath.draw()

        def work() -> None:
            for r, line in enumerate(values, start=self._first[0]):
                for c, value in enumerate(line, start=self._first[1]):
                    put = made(value)
                    if parse and isinstance(put, str) and (r, c) not in self._sheet.tab.texts:
                        put = _as_typed(put)
                    _set(self._sheet.tab.cells, r, c, put)

        document.step("SheetCRM", work)


def _as_typed(text: str) -> Any:
    """What Excel makes of a text in a cell that is none."""
    if text.startswith("="):
        return ("=", text.removeprefix("="), None)
    return float(text) if text.isdecimal() else text


def excel_of(program: MemoryProgram) -> Any:
    """The product's own way to Excel, with our engine in Excel's place."""
    sys.path.insert(0, str(CHILDREN))
    try:
        import excel
    finally:
        sys.path.remove(str(CHILDREN))
    excel.PAUSE = 0.0
    engine = xlwings.Engine(impl=Engine(program))
    xlwings.engines.add(engine)
    engine.activate()
    return excel.Excel()
