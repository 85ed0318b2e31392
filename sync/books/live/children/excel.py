"""An open workbook of Excel through xlwings, for `wire`. Runs under our own Python.

A workbook is found among the open ones by its full name; none is ever opened, nor an Excel
started. An Excel that is busy (a cell being edited, a dialog) refuses calls: it is tried a few
times and then left alone, for xlwings by itself would try for ever.
"""

import hashlib
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import xlwings
from wire import serve

NAME, PROPERTY = "sheetcrm_stamp", "sheetcrm"
TRIES, PAUSE = 3, 0.3
ERRORS = {
    -2146826281: "#DIV/0!",
    -2146826246: "#N/A",
    -2146826259: "#NAME?",
    -2146826288: "#NULL!",
    -2146826252: "#NUM!",
    -2146826265: "#REF!",
    -2146826273: "#VALUE!",
}
"""What COM gives for a cell with an error."""


class Busy(Exception):
    """Excel takes no calls just now."""


def patiently(work):
    """The result of some calls; tried a few times while Excel is busy."""
    for left in range(TRIES, 0, -1):
        try:
            return work()
        except Exception as failure:  # each system has a class of its own
            if not _is_busy(failure):
                raise
            if left > 1:
                time.sleep(PAUSE)
    raise Busy


def _is_busy(failure):
    """Rejected, retry later, or a cell in edit mode (0x80010001, 0x8001010A, 0x800AC472)."""
    code = getattr(failure, "hresult", None) or (failure.args[0] if failure.args else None)
    return code in (-2147418111, -2147417846, -2146777998) or "Busy" in type(failure).__name__


class Document:
    """One open workbook."""

    def __init__(self, book):
        self.book = book
        self.session = _session(book)
        self.seen, self.moves, self.moved_at = None, 0, None
        self.awake = False

    def _wake(self):
        """A write that was cut off may have left the window standing still and macros off."""
        app = self.book.app
        if not self.awake and not patiently(lambda: app.screen_updating):
            patiently(lambda: _switch(app, events=True, screen=True))
        self.awake = True

    def readonly(self):
        """Whether the person could not save it."""
        return bool(patiently(lambda: self.book.impl.api.ReadOnly))

    def modified(self):
        """Whether something in it was not saved yet."""
        return not patiently(lambda: self.book.impl.api.Saved)

    def undone(self):
        """Never: Excel forgets what could be taken back when another program writes."""
        return False

    def waits(self):
        """Why nothing may be written now: «typing» while Excel takes no calls."""
        try:
            ready = patiently(lambda: self.book.app.impl.api.Ready)
            if ready:
                self._wake()
        except Busy:
            return "typing"
        return "" if ready else "typing"

    def count(self):
        """Grows when the cells are others than at the last look: Excel tells of no changes."""
        shown = tuple(map(_entered, self.tabs()))
        if shown != self.seen:
            if self.seen is not None:
                self.moved_at = time.monotonic()
            self.seen, self.moves = shown, self.moves + 1
        return self.moves

    def idle(self):
        """Seconds since the cells were seen to move."""
        return 3600.0 if self.moved_at is None else time.monotonic() - self.moved_at

    def stamp(self):
        """The stamp in the defined name."""
        names = {name.name: name.refers_to for name in self.book.names}
        return names.get(NAME, "").lstrip("=").strip('"')

    def tabs(self, titles=None):
        """What stands on the tabs, all or those of some titles."""
        sheets = enumerate(self.book.sheets)
        return [
            patiently(lambda n=number, s=sheet: _tab(n, s))
            for number, sheet in sheets
            if titles is None or sheet.name in titles
        ]

    def write(self, order):
        """Neighbours in one block, nothing that stands there already, then the stamp."""
        app = self.book.app
        with _quiet(app):
            for tab in order["tabs"]:
                sheet = self.book.sheets[tab["title"]]
                for block in blocks(tab["put"]):
                    patiently(lambda s=sheet, b=block: _put(s, b))
                if tab["hidden"] is not None:
                    sheet.visible = not tab["hidden"]
            if order["stamp"]:
                self._stamped(order["stamp"])

    def _stamped(self, text):
        refers = f'="{text}"'
        known = [name for name in self.book.names if name.name == NAME]
        if known:
            known[0].refers_to = refers
        else:
            self.book.names.add(NAME, refers)
        properties = self.book.impl.api.CustomDocumentProperties
        try:
            properties(PROPERTY).Value = text
        except Exception:  # noqa: BLE001  # it has none yet: 4 is a text
            properties.Add(PROPERTY, False, 4, text)


@contextmanager
def _quiet(app):
    """The screen stands still and no macro runs meanwhile; both as before afterwards.

    The screen is let go last: while it stands, `Document` knows that a write was cut off.
    """
    shown, heard = app.screen_updating, app.enable_events
    app.screen_updating = False
    app.enable_events = False
    try:
        yield
    finally:
        _switch(app, events=heard, screen=shown)


def _switch(app, events, screen):
    app.enable_events = events
    app.screen_updating = screen


def blocks(put):
    """Neighbouring cells of a row that are written alike, as one piece each."""
    found = []  # type: ignore[var-annotated]  # a script without types
    for row, column, value, formula in sorted(put, key=lambda one: one[:2]):
        kind = "formula" if formula is not None else type(value).__name__
        last = found[-1] if found else None
        if last and (last["row"], last["kind"]) == (row, kind) and last["end"] == column:
            last["values"].append(formula if formula is not None else value)
            last["end"] += 1
            continue
        values = [formula if formula is not None else value]
        found.append(
            {"row": row, "column": column, "end": column + 1, "kind": kind, "values": values}
        )
    return found


def _put(sheet, block):
    first = (block["row"], block["column"])
    area = sheet.range(first, (block["row"], block["column"] + len(block["values"]) - 1))
    if block["kind"] == "formula":
        area.formula = [[f"={text}" for text in block["values"]]]
        return
    if block["kind"] == "str":  # a cell that is no text would make 77 of 0077
        area.number_format = "@"
    area.raw_value = [block["values"]]


def _tab(number, sheet):
    used = sheet.used_range
    top, left = used.row, used.column
    values, formulas = _lines(used.raw_value), _lines(used.formula)
    rows = []
    for n, (line, written) in enumerate(zip(values, formulas)):
        cells = []
        for c, (value, formula) in enumerate(zip(line, written)):
            cell = _cell(left + c, value, formula)
            if cell is not None:
                cells.append(cell)
        if cells:
            rows.append([top + n, *cells])
    return {
        "id": number,
        "title": sheet.name,
        "hidden": not sheet.visible,
        "height": top + len(values) - 1,
        "width": left + max(map(len, values), default=0) - 1,
        "merged": _merged(used),
        "rows": rows,
    }


def _lines(told):
    """Rows of values, whatever the shape of the area."""
    if not isinstance(told, (list, tuple)):
        return [[told]]
    if told and not isinstance(told[0], (list, tuple)):
        return [list(told)]
    return [list(line) for line in told]


def _cell(column, value, formula):
    if isinstance(formula, str) and formula.startswith("=") and formula != value:
        return [column, _value(value), formula[1:]]
    return None if value in (None, "") else [column, _value(value)]


def _value(value):
    if isinstance(value, int) and not isinstance(value, bool) and value in ERRORS:
        return {"e": ERRORS[value]}
    return value


def _merged(used):
    """Merged areas; Excel says at once when there are none."""
    if used.merge_cells is False:
        return []
    found = {}  # type: ignore[var-annotated]  # a script without types
    for cell in used:
        if cell.merge_cells:
            area = cell.merge_area.address.replace("$", "")
            found[area] = None
    return list(found)


def _entered(tab):
    """What was entered on a tab, without results."""
    rows = [
        (n, *((c[0], c[2] if len(c) > 2 else str(c[1])) for c in cells))
        for n, *cells in tab["rows"]
    ]
    return (tab["title"], tuple(rows))


class Excel:
    """The Excels of this machine, as far as they let us in."""

    def __init__(self):
        self.known = {}

    def find(self, path):
        """The open workbook of a file; None when none is open."""
        wanted = _same_file(path)
        for app in xlwings.apps:
            for book in app.books:
                if _same_file(book.fullname) == wanted:
                    key = f"{app.pid}.{book.fullname}"
                    if key not in self.known:
                        self.known[key] = Document(book)
                    self.known[key].book = book
                    return self.known[key]
        return None


def _session(book):
    """Which opening of the file it is: the window is another one when it was opened again."""
    try:
        window = book.impl.api.Windows(1).Hwnd
    except Exception:  # noqa: BLE001  # a Mac has none
        window = 0
    told = f"{book.app.pid}.{window}.{book.fullname}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _same_file(path):
    try:
        return str(Path(path).resolve()).casefold()
    except OSError:
        return str(path).casefold()


if sys.platform == "win32":
    import xlwings._xlwindows as com

    com.N_COM_ATTEMPTS = TRIES  # 0 of xlwings means: for ever, without a pause

if __name__ == "__main__":
    serve(Excel())
