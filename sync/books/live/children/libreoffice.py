"""An open document of LibreOffice over UNO, for `wire`. Runs under the Python that has UNO.

The first argument is the name of the pipe on which LibreOffice listens. A document is found among
the open ones by its address; it is never loaded, for a second copy of it would open.
"""

import sys
import time
import uuid
from pathlib import Path

import uno
import unohelper
from com.sun.star.connection import NoConnectException
from com.sun.star.frame import XStatusListener
from com.sun.star.lang import DisposedException
from com.sun.star.sheet.CellFlags import ANNOTATION, DATETIME, FORMULA, STRING, VALUE
from com.sun.star.table import CellAddress
from com.sun.star.util import URL
from wire import Away, serve

CONTENT = VALUE | DATETIME | STRING | FORMULA
CONSTANTS = VALUE | DATETIME | STRING | ANNOTATION
NAME, PROPERTY = "sheetcrm_stamp", "sheetcrm"
TYPING = ".uno:SuperScript"
"""Enabled while a cell is being edited and only then (measured)."""
OURS = "sheetcrm-"
TITLE = "SheetCRM"
"""What our step is called in the list of what can be taken back."""
PATIENCE = 0.6
LOGICAL = 1024
OOXML = 3
"""Formulas as files of Excel spell them."""


class Status(unohelper.Base, XStatusListener):
    """Hears whether a command can be given."""

    def __init__(self):
        self.enabled = None

    def statusChanged(self, event):  # noqa: N802  # UNO's name
        """The command's state."""
        self.enabled = bool(event.IsEnabled)

    def disposing(self, _event):
        """The window is gone."""


class Document:
    """One open spreadsheet."""

    def __init__(self, office, model):
        self.office, self.model = office, model
        self.session = f"{self.model.RuntimeUID}.{self._window()}"
        self.seen, self.moves, self.moved_at = None, 0, None
        self._leave_context()

    def _window(self):
        """A name that the window keeps as long as it is open, and no file ever holds."""
        controller = self.model.CurrentController
        frame = None if controller is None else controller.Frame
        if frame is None:
            return ""
        if not frame.Name.startswith(OURS):
            frame.Name = OURS + uuid.uuid4().hex[:12]
        return frame.Name[len(OURS) :]

    def _leave_context(self):
        """A write that was cut off may have left its step open: the person could not take back."""
        try:
            self.model.getUndoManager().leaveUndoContext()
        except Exception:  # noqa: BLE001  # none is open: the usual case
            pass

    def readonly(self):
        """Whether the person could not save it."""
        return self.model.isReadonly()

    def modified(self):
        """Whether something in it was not saved yet."""
        return self.model.isModified()

    def count(self):
        """Grows with what can be taken back: a hint that asks nothing of the person's program.

        A listener would be called in the middle of the person's edit, and hold it up.
        """
        undo = self.model.getUndoManager()
        shown = (
            undo.getAllUndoActionTitles(),
            undo.getAllRedoActionTitles(),
            self.model.isModified(),
        )
        if shown != self.seen:
            self.moved_at = None if self.seen is None else time.monotonic()
            self.seen, self.moves = shown, self.moves + 1
        return self.moves

    def idle(self):
        """Seconds since something was seen to move."""
        self.count()
        return 3600.0 if self.moved_at is None else time.monotonic() - self.moved_at

    def undone(self):
        """Whether a step of ours was taken back and could be done again."""
        return TITLE in self.model.getUndoManager().getAllRedoActionTitles()

    def waits(self):
        """Why nothing may be written now: «typing» while a cell is being edited."""
        controller = self.model.CurrentController
        if controller is None or controller.Frame is None:
            return ""
        if not controller.Frame.ContainerWindow.isVisible():
            return ""  # nobody types there, and asking ends a LibreOffice 7.4 without windows
        url, status = URL(), Status()
        url.Complete = TYPING
        _, url = self.office.transformer.parseStrict(url)
        way = controller.Frame.queryDispatch(url, "", 0)
        if way is None:
            return ""
        way.addStatusListener(status, url)
        until = time.monotonic() + PATIENCE
        while status.enabled is None and time.monotonic() < until:
            time.sleep(0.01)
        way.removeStatusListener(status, url)
        return "typing" if status.enabled else ""

    def stamp(self):
        """The stamp, if both its places agree."""
        properties = self.model.DocumentProperties.UserDefinedProperties
        held = properties.PropertySetInfo.hasPropertyByName(PROPERTY)
        one = str(properties.getPropertyValue(PROPERTY)) if held else ""
        names = self.model.NamedRanges
        two = names.getByName(NAME).Content.strip('"') if names.hasByName(NAME) else ""
        return one if one == two or not two else (two if not one else "")

    def tabs(self, titles=None):
        """What stands on the tabs, all or those of some titles."""
        found = []
        for number, sheet in enumerate(self._sheets()):
            if titles is None or sheet.Name in titles:
                found.append(_tab(number, sheet, self.model.NumberFormats))
        return found

    def _sheets(self):
        sheets = self.model.Sheets
        return [sheets.getByIndex(n) for n in range(sheets.Count)]

    def write(self, order):
        """All cells in one step that the person can take back, then the stamp.

        The window is not held still for it: were we killed meanwhile, it would never move again.
        """
        undo = self.model.getUndoManager()
        undo.enterUndoContext(TITLE)
        try:
            for tab in order["tabs"]:
                self._put(self.model.Sheets.getByName(tab["title"]), tab)
        finally:
            undo.leaveUndoContext()
        self._stamped(order["stamp"])
        self.count()
        self.moved_at = None  # that was us

    def _put(self, sheet, tab):
        end = _end(sheet).EndRow
        dressed = set()
        for row, column, value, formula in tab["put"]:
            if tab["like"] and row - 1 > end and row not in dressed:
                dressed.add(row)
                _dress(sheet, tab["like"], row)
            cell = sheet.getCellByPosition(column - 1, row - 1)
            if formula is not None:
                if not cell.getFormula().startswith("="):
                    self._formula(cell, formula)
            elif value is None:
                cell.clearContents(CONTENT)
            elif isinstance(value, str):
                cell.setString(value)
            else:
                cell.setValue(float(value))
        if tab["hidden"] is not None:
            sheet.IsVisible = not tab["hidden"]

    def _formula(self, cell, text):
        parser = self.model.createInstance("com.sun.star.sheet.FormulaParser")
        parser.CompileEnglish, parser.FormulaConvention = True, OOXML
        cell.setTokens(parser.parseFormula(text, cell.CellAddress))

    def _stamped(self, text):
        if not text:
            return
        properties = self.model.DocumentProperties.UserDefinedProperties
        if properties.PropertySetInfo.hasPropertyByName(PROPERTY):
            properties.setPropertyValue(PROPERTY, text)
        else:
            properties.addProperty(PROPERTY, 0, text)
        names = self.model.NamedRanges
        if names.hasByName(NAME):
            names.getByName(NAME).setContent(f'"{text}"')
        else:
            names.addNewByName(NAME, f'"{text}"', CellAddress(), 0)


def _dress(sheet, like, row):
    """A row below the prepared ones gets the looks, lists and formulas of a prepared one."""
    first, last, pattern = like
    source = sheet.getCellRangeByPosition(first - 1, pattern - 1, last - 1, pattern - 1)
    target = sheet.getCellByPosition(first - 1, row - 1)
    sheet.copyRange(target.CellAddress, source.RangeAddress)
    copied = sheet.getCellRangeByPosition(first - 1, row - 1, last - 1, row - 1)
    copied.clearContents(CONSTANTS)


def _end(sheet):
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    return cursor.RangeAddress


def _tab(number, sheet, formats):
    end = _end(sheet)
    area = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
    rows = []
    pairs = zip(area.getDataArray(), area.getFormulaArray())
    for row, (values, formulas) in enumerate(pairs):
        cells = []
        for column, (value, formula) in enumerate(zip(values, formulas)):
            cell = _cell(sheet, formats, row, column, value, formula)
            if cell is not None:
                cells.append(cell)
        if cells:
            rows.append([row + 1, *cells])
    return {
        "id": number,
        "title": sheet.Name,
        "hidden": not sheet.IsVisible,
        "height": end.EndRow + 1,
        "width": end.EndColumn + 1,
        "merged": _merged(sheet, area),
        "rows": rows,
    }


def _cell(sheet, formats, row, column, value, formula):
    if formula == "" and value == "":
        return None
    if value is None:  # an error has no value
        shown = sheet.getCellByPosition(column, row)
        return [column + 1, {"e": shown.getString() or "#ERR!"}, formula[1:]]
    if formula.startswith("=") and formula != value:
        return [column + 1, value, formula[1:]]
    if value in (0.0, 1.0) and not isinstance(value, str):
        key = sheet.getCellByPosition(column, row).NumberFormat
        if formats.getByKey(key).Type & LOGICAL:
            return [column + 1, bool(value)]
    return [column + 1, value]


def _merged(sheet, area):
    """Merged areas, as names of their corners; the range is halved while it holds any."""
    if not area.getIsMerged():
        return []
    at = area.RangeAddress
    if at.StartRow == at.EndRow and at.StartColumn == at.EndColumn:
        cursor = sheet.createCursorByRange(area)
        cursor.collapseToMergedArea()
        return [cursor.AbsoluteName.rpartition(".")[2].replace("$", "")]
    left, top, right, bottom = at.StartColumn, at.StartRow, at.EndColumn, at.EndRow
    if bottom > top:
        middle = (top + bottom) // 2
        halves = ((left, top, right, middle), (left, middle + 1, right, bottom))
    else:
        middle = (left + right) // 2
        halves = ((left, top, middle, bottom), (middle + 1, top, right, bottom))
    return [name for half in halves for name in _merged(sheet, sheet.getCellRangeByPosition(*half))]


class Office:
    """LibreOffice, as far as it lets us in."""

    def __init__(self, pipe):
        self.pipe = pipe
        self.desktop = self.transformer = None
        self.known = {}

    def find(self, path):
        """The open document of a file; None when none is open."""
        try:
            return self._found(path)
        except DisposedException:  # it ended since; the next one may listen already
            self.desktop, self.known = None, {}
            return self._found(path)

    def _found(self, path):
        wanted, desktop = _same_file(path), self.desktop or self._connect()
        for model in desktop.Components:
            if not hasattr(model, "supportsService"):
                continue
            if not model.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                continue
            if model.URL and _same_file(uno.fileUrlToSystemPath(model.URL)) == wanted:
                return self._known(model)
        return None

    def _known(self, model):
        key = model.RuntimeUID
        if key not in self.known:
            self.known[key] = Document(self, model)
        return self.known[key]

    def _connect(self):
        local = uno.getComponentContext()
        make = local.ServiceManager.createInstanceWithContext
        resolver = make("com.sun.star.bridge.UnoUrlResolver", local)
        try:
            context = resolver.resolve(f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext")
        except NoConnectException as error:
            raise Away from error
        make = context.ServiceManager.createInstanceWithContext
        self.desktop = make("com.sun.star.frame.Desktop", context)
        self.transformer = make("com.sun.star.util.URLTransformer", context)
        return self.desktop


def _same_file(path):
    try:
        return str(Path(path).resolve()).casefold()
    except OSError:
        return str(path).casefold()


if __name__ == "__main__":
    serve(Office(sys.argv[1]))
