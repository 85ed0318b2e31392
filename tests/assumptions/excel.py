"""What `tests/books/engine.py` assumes of Excel, asked of a real one, point by point.

The product's own child (`sync/books/live/children/excel.py`) is asked, so an answer «as assumed»
speaks of the code that people run. Only a scratch workbook in a folder of its own is touched.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import openpyxl
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName

from sync.books.live.children import wire
from sync.books.stamp import NAME, PROPERTY

CHILDREN = Path(__file__).parents[2] / "sync" / "books" / "live" / "children"
TAB = "Проба"
FIRST, NEXT = "first stamp", "next stamp"
OK = "as assumed"


class ExcelAbsent(Exception):
    """No Excel can be asked on this machine."""


class Desk(Protocol):
    """A running Excel with the scratch workbook open."""

    path: Path

    def child(self) -> Any:
        """The product's way to Excel, fresh: it knows nothing yet."""
        ...

    def book(self) -> Any:
        """The workbook as xlwings gives it."""
        ...

    def save(self) -> None: ...

    def reopen(self, *, readonly: bool = False) -> None: ...


def scratch(path: Path) -> None:
    """The workbook in which things are tried: one tab, one stamp."""
    book: Any = openpyxl.Workbook()
    book.active.title = TAB
    book.active["A1"] = "начало"
    book.custom_doc_props.append(StringProperty(name=PROPERTY, value=FIRST))
    book.defined_names[NAME] = DefinedName(NAME, attr_text=f'"{FIRST}"')
    book.save(path)


def child_module() -> Any:
    """The child as a module of this process."""
    sys.path.insert(0, str(CHILDREN))
    try:
        import excel
    finally:
        sys.path.remove(str(CHILDREN))
    return excel


def _put(desk: Desk, *cells: tuple[int, int, Any, str | None], stamp: str = "") -> None:
    document = desk.child().find(str(desk.path))
    tab = {"title": TAB, "put": [list(cell) for cell in cells], "hidden": None}
    document.write({"tabs": [tab], "stamp": stamp})


def _cells(desk: Desk) -> dict[tuple[int, int], list[Any]]:
    (tab,) = desk.child().find(str(desk.path)).tabs([TAB])
    return {(row, cell[0]): cell[1:] for row, *cells in tab["rows"] for cell in cells}


def _state(desk: Desk) -> Mapping[str, Any]:
    order = {"do": "look", "paths": [str(desk.path)]}
    told: Mapping[str, Any] = wire.answered(desk.child(), order)[str(desk.path)]
    return told


def _same(found: object, wanted: object) -> str:
    return OK if found == wanted else f"{found!r}, not {wanted!r}"


def shape(desk: Desk) -> str:
    """`raw_value` and `formula` of the used range have one shape."""
    _put(desk, (2, 1, "а", None), (3, 4, 2.5, None))
    used = desk.book().sheets[TAB].used_range
    lines = child_module()._lines
    sizes = [[len(line) for line in lines(told)] for told in (used.raw_value, used.formula)]
    return _same(sizes[0], sizes[1])


def texts(desk: Desk) -> str:
    """Texts that look like numbers, formulas and phones stay the texts that were written."""
    wanted = ["0077", "=1+1", "+7 900 111-22-33", "01.02.2026"]
    _put(desk, *((4, col, text, None) for col, text in enumerate(wanted, start=1)))
    return _same([_cells(desk).get((4, col)) for col in range(1, 5)], [[text] for text in wanted])


def general(desk: Desk) -> str:
    """In a cell that is not of the format «@» a text of digits becomes a number."""
    desk.book().sheets[TAB].range((5, 1), (5, 1)).raw_value = [["0077"]]
    return _same(_cells(desk).get((5, 1)), [77.0])


def numbers(desk: Desk) -> str:
    """Numbers, days as numbers and truth come back as they were written."""
    _put(desk, (6, 1, 1234.5, None), (6, 2, 46000.0, None), (6, 3, True, None))
    return _same([_cells(desk).get((6, col)) for col in (1, 2, 3)], [[1234.5], [46000.0], [True]])


def formulas(desk: Desk) -> str:
    """A formula comes back in English and with commas, as it was written."""
    text = 'IF(A6="","",ROUND(A6/2,2))'
    _put(desk, (7, 1, None, text))
    return _same(_cells(desk).get((7, 1), [None, None])[1], text)


def errors(desk: Desk) -> str:
    """A cell with an error is told by the error's name."""
    _put(desk, (8, 1, None, "1/0"))
    return _same(_cells(desk).get((8, 1), [None])[0], {"e": "#DIV/0!"})


def merged(desk: Desk) -> str:
    """Merged cells are told by their area."""
    desk.book().sheets[TAB].range((9, 1), (10, 2)).merge()
    (tab,) = desk.child().find(str(desk.path)).tabs([TAB])
    return _same(tab["merged"], ["A9:B10"])


def stamp(desk: Desk) -> str:
    """The stamp that a write leaves survives a save and an opening, in both its places."""
    _put(desk, stamp=NEXT)
    desk.save()
    desk.reopen()
    book: Any = openpyxl.load_workbook(desk.path)
    held = book.custom_doc_props[PROPERTY].value
    return _same([desk.child().find(str(desk.path)).stamp(), held], [NEXT, NEXT])


def saved(desk: Desk) -> str:
    """`Saved` is false after a write and true after a save."""
    _put(desk, (11, 1, "записано", None))
    before = _state(desk)["modified"]
    desk.save()
    return _same([before, _state(desk)["modified"]], [True, False])


def session(desk: Desk) -> str:
    """An opening of the file is told from the next one, and stays the same between looks."""
    first, second = _state(desk)["session"], _state(desk)["session"]
    desk.save()
    desk.reopen()
    return _same([first == second, first == _state(desk)["session"]], [True, False])


def readonly(desk: Desk) -> str:
    """A workbook opened for reading only says so."""
    desk.save()
    desk.reopen(readonly=True)
    told = _state(desk)["readonly"]
    desk.reopen()
    return _same([told, _state(desk)["readonly"]], [True, False])


def ready(desk: Desk) -> str:
    """An Excel at which nobody works takes calls."""
    return _same(_state(desk)["waits"], "")


def woken(desk: Desk) -> str:
    """A window that a killed write left standing still is let go with the next look."""
    app = desk.book().app
    app.screen_updating = False
    app.enable_events = False
    _state(desk)
    return _same([app.screen_updating, app.enable_events], [True, True])


def typing(desk: Desk) -> str:
    """While a cell is being edited Excel refuses calls, and the child says «typing»."""
    input(f"В окне Excel начните править любую ячейку листа «{TAB}» (F2), потом Enter здесь: ")
    told = _state(desk)["waits"]
    input("Закончите правку (Esc) и нажмите Enter здесь: ")
    return _same([told, _state(desk)["waits"]], ["typing", ""])


POINTS: tuple[Callable[[Desk], str], ...] = (
    shape, texts, general, numbers, formulas, errors, merged, ready, woken, saved, session,
    stamp, readonly,
)  # fmt: skip
BY_HAND = (typing,)


def asked(desk: Desk, points: tuple[Callable[[Desk], str], ...]) -> Iterator[tuple[str, str]]:
    """Each point with what was found."""
    for point in points:
        try:
            yield point.__name__, point(desk)
        except Exception as failure:  # noqa: BLE001  # an answer, too: the others are asked all the same
            yield point.__name__, f"{type(failure).__name__}: {failure}"


class RealDesk:
    """An Excel of its own process, which the script starts and ends."""

    def __init__(self, path: Path) -> None:
        import xlwings

        self.path, self._app = path, xlwings.App(visible=True, add_book=False)
        self._book = self._app.books.open(str(path))

    def child(self) -> Any:
        return child_module().Excel()

    def book(self) -> Any:
        return self._book

    def save(self) -> None:
        self._book.save()

    def reopen(self, *, readonly: bool = False) -> None:
        self._book.close()
        self._book = self._app.books.open(str(self.path), read_only=readonly)

    def end(self) -> None:
        self._book.close()
        self._app.quit()


@contextmanager
def excel_with(path: Path) -> Iterator[Desk]:
    """A real Excel with the scratch workbook; raises ExcelAbsent."""
    system: str = sys.platform
    if system not in ("win32", "darwin"):
        raise ExcelAbsent(f"there is no Excel for {system}")
    scratch(path)
    try:
        desk = RealDesk(path)
    except Exception as failure:  # xlwings raises whatever the system says
        raise ExcelAbsent(f"Excel does not start: {failure}") from failure
    try:
        yield desk
    finally:
        desk.end()
