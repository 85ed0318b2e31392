"""A person at LibreOffice: opens books hidden, does what is asked, stores them as xlsx.

Runs under the system's Python, which alone has UNO. Talks in lines of JSON: first argument is the
profile's folder; every line names a book and its steps; the answer holds what was looked up.
"""

import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException
from com.sun.star.sheet.CellFlags import DATETIME, FORMULA, STRING, VALUE
from com.sun.star.sheet.FormulaResult import ERROR
from com.sun.star.table import CellAddress

XLSX = "Calc MS Excel 2007 XML"
CONTENT = VALUE | DATETIME | STRING | FORMULA
TRIES, PAUSE = 300, 0.2


def prop(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


class Hand:
    """One running LibreOffice."""

    def __init__(self, profile, program):
        pipe = "scn" + hashlib.sha256(str(Path(profile).absolute()).encode()).hexdigest()[:16]
        self.child = subprocess.Popen(
            [
                program,
                f"-env:UserInstallation={Path(profile).as_uri()}",
                "--headless",
                "--norestore",
                "--nologo",
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.desktop = self._connect(pipe)

    def _connect(self, pipe):
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        for _ in range(TRIES):
            try:
                context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                return context.ServiceManager.createInstanceWithContext(
                    "com.sun.star.frame.Desktop", context
                )
            except NoConnectException:
                time.sleep(PAUSE)  # noqa: TID251  # a script of its own: no clock is passed in
        raise SystemExit("LibreOffice does not answer")

    def work(self, order):
        path = Path(order["path"]).absolute().as_uri()
        known = (prop("Password", order["password"]),) if order.get("password") else ()
        book = self.desktop.loadComponentFromURL(path, "_blank", 0, (prop("Hidden", True), *known))
        try:
            seen = [getattr(self, step.pop("do"))(book, **step) for step in order["steps"]]
            if order["store"] and known:
                book.store()  # as «Сохранить» does: what was asked for at opening stays
            elif order["store"]:
                book.storeToURL(path, (prop("FilterName", XLSX), prop("Overwrite", True)))
        finally:
            book.close(True)
        return seen

    def stop(self):
        try:
            self.desktop.terminate()
            self.child.wait(30)
        except (DisposedException, subprocess.TimeoutExpired):  # crashed: its launcher may hang
            self.child.kill()
            self.child.wait()

    # what a person does

    def put(self, book, sheet, cell, value):
        """Type a text or a number; a text that begins with = is a formula."""
        place = book.Sheets.getByName(sheet).getCellRangeByName(cell)
        if isinstance(value, str) and not value.startswith("="):
            place.setString(value)
        elif isinstance(value, str):
            place.setFormula(value)
        else:
            place.setValue(value)

    def sort(self, book, sheet, area, column, down=False, header=False):
        """Sort an area by a column of it, counted from 0."""
        field = uno.createUnoStruct("com.sun.star.table.TableSortField")
        field.Field, field.IsAscending = column, not down
        fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
        uno.invoke(
            book.Sheets.getByName(sheet).getCellRangeByName(area),
            "sort",
            (
                (
                    prop("SortFields", fields),
                    prop("ContainsHeader", header),
                    prop("BindFormatsToContent", True),
                ),
            ),
        )

    def insert_rows(self, book, sheet, row, count=1):
        book.Sheets.getByName(sheet).Rows.insertByIndex(row - 1, count)

    def delete_rows(self, book, sheet, row, count=1):
        book.Sheets.getByName(sheet).Rows.removeByIndex(row - 1, count)

    def insert_column(self, book, sheet, column):
        book.Sheets.getByName(sheet).Columns.insertByIndex(column - 1, 1)

    def delete_column(self, book, sheet, column):
        book.Sheets.getByName(sheet).Columns.removeByIndex(column - 1, 1)

    def move_column(self, book, sheet, column, before):
        """Cut a column and insert it before another one to the left."""
        page = book.Sheets.getByName(sheet)
        page.Columns.insertByIndex(before - 1, 1)
        source = page.Columns.getByIndex(column).RangeAddress
        page.moveRange(self._address(page, before - 1, 0), source)
        page.Columns.removeByIndex(column, 1)

    def copy_row(self, book, sheet, row, to):
        page = book.Sheets.getByName(sheet)
        page.copyRange(self._address(page, 0, to - 1), page.Rows.getByIndex(row - 1).RangeAddress)

    def clear(self, book, sheet, area):
        """Press Delete over an area."""
        book.Sheets.getByName(sheet).getCellRangeByName(area).clearContents(CONTENT)

    def hide_rows(self, book, sheet, row, count=1):
        rows = book.Sheets.getByName(sheet).getCellRangeByName(f"A{row}:A{row + count - 1}").Rows
        rows.IsVisible = False

    def hide_column(self, book, sheet, column):
        book.Sheets.getByName(sheet).Columns.getByIndex(column - 1).IsVisible = False

    def filter(self, book, sheet, area, column, text):
        """Show the rows of an area whose column, counted from 0, holds a text."""
        page = book.Sheets.getByName(sheet).getCellRangeByName(area)
        chosen = uno.createUnoStruct("com.sun.star.sheet.TableFilterField")
        chosen.Field, chosen.StringValue = column, text
        chosen.Operator = uno.Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
        description = page.createFilterDescriptor(True)
        description.ContainsHeader = True
        description.setFilterFields((chosen,))
        page.filter(description)

    def colour(self, book, sheet, area, colour):
        book.Sheets.getByName(sheet).getCellRangeByName(area).CellBackColor = colour

    def undo(self, book):
        """LibreOffice's own undo of the last thing done; whether there was one."""
        manager = book.getUndoManager()
        if not manager.isUndoPossible():
            return False
        manager.undo()
        return True

    def show_sheets(self, book):
        """Show every hidden sheet; how many were hidden."""
        hidden = [sheet for sheet in book.Sheets if not sheet.IsVisible]
        for sheet in hidden:
            sheet.IsVisible = True
        return len(hidden)

    def add_sheet(self, book, sheet, cells):
        book.Sheets.insertNewByName(sheet, book.Sheets.Count)
        for cell, value in cells.items():
            self.put(book, sheet, cell, value)

    def show(self, book, sheets, recalculate=False):
        """What sheets show: their values from A1 on, and where formulas fail."""
        if recalculate:
            book.calculateAll()
        seen = {}
        for name in sheets:
            page = book.Sheets.getByName(name)
            cursor = page.createCursor()
            cursor.gotoEndOfUsedArea(False)
            end = cursor.RangeAddress
            area = page.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
            faults = area.queryFormulaCells(ERROR).RangeAddressesAsString
            seen[name] = {"values": area.getDataArray(), "faults": faults}
        return seen

    @staticmethod
    def _address(page, column, row):
        made = CellAddress()
        made.Sheet = page.RangeAddress.Sheet
        made.Column, made.Row = column, row
        return made


def main():
    hand = Hand(sys.argv[1], sys.argv[2])
    try:
        for line in sys.stdin:
            try:
                answer = {"seen": hand.work(json.loads(line))}
            except Exception as error:  # noqa: BLE001  # whatever went wrong is told to the test
                answer = {"fault": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)
    finally:
        hand.stop()


if __name__ == "__main__":
    main()
