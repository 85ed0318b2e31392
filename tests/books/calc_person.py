"""A person at LibreOffice, a command at a time: opens a book, types, sorts, takes back, saves.

Runs under the system's Python. Arguments: the pipe, then the profile and the program to start, or
nothing more for a LibreOffice that runs already. Unlike the product it may open, save and close.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.sheet.CellFlags import DATETIME, FORMULA, STRING, VALUE
from com.sun.star.table import TableSortField

CONTENT = VALUE | DATETIME | STRING | FORMULA


def prop(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def desktop_of(pipe):
    local = uno.getComponentContext()
    make = local.ServiceManager.createInstanceWithContext
    resolver = make("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(300):
        try:
            far = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return far.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", far)
        except NoConnectException:
            time.sleep(0.2)  # noqa: TID251  # a script of its own: no clock is passed in
    raise SystemExit("LibreOffice does not answer")


class Person:
    def __init__(self, pipe):
        self.desktop = desktop_of(pipe)
        self.book = self.desktop.getCurrentComponent()

    def open(self, path):
        given = (prop("Hidden", True),)
        self.book = self.desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, given)

    def attach(self, path):
        """The book that stands in a window already."""
        url = Path(path).as_uri()
        for _ in range(300):
            for model in self.desktop.Components:
                if getattr(model, "URL", "") == url and model.CurrentController is not None:
                    self.book = model
                    return
            time.sleep(0.2)  # noqa: TID251  # as above
        raise SystemExit("the window does not open")

    def activate(self, title, area):
        """Show a tab with an area selected."""
        sheet = self.book.Sheets.getByName(title)
        controller = self.book.CurrentController
        controller.setActiveSheet(sheet)
        controller.select(sheet.getCellRangeByName(area))

    def dispatch(self, command):
        """A command of the menu."""
        make = uno.getComponentContext().ServiceManager.createInstance
        helper = make("com.sun.star.frame.DispatchHelper")
        helper.executeDispatch(self.book.CurrentController.Frame, command, "", 0, ())

    def tabs(self):
        found = []
        for n in range(self.book.Sheets.Count):
            sheet = self.book.Sheets.getByIndex(n)
            cursor = sheet.createCursor()
            cursor.gotoEndOfUsedArea(False)
            end = cursor.RangeAddress
            area = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
            cells = [
                [r + 1, c + 1, value, written if written.startswith("=") else None]
                for r, (line, formulas) in enumerate(
                    zip(area.getDataArray(), area.getFormulaArray(), strict=True)
                )
                for c, (value, written) in enumerate(zip(line, formulas, strict=True))
                if written != ""
            ]
            found.append([sheet.Name, cells])
        return found

    def put(self, title, row, col, value):
        cell = self.book.Sheets.getByName(title).getCellByPosition(col - 1, row - 1)
        if value is None:
            cell.clearContents(CONTENT)
        elif isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)

    def insert(self, title, at):
        self.book.Sheets.getByName(title).Rows.insertByIndex(at - 1, 1)

    def delete(self, title, at):
        self.book.Sheets.getByName(title).Rows.removeByIndex(at - 1, 1)

    def sort(self, title, top, bottom, width, col, down):
        area = self.book.Sheets.getByName(title).getCellRangeByPosition(
            0, top - 1, width - 1, bottom - 1
        )
        by = TableSortField()
        by.Field, by.IsAscending = col - 1, not down
        fields = uno.Any("[]com.sun.star.table.TableSortField", (by,))
        uno.invoke(area, "sort", ((prop("SortFields", fields), prop("ContainsHeader", False)),))

    def undo(self):
        manager = self.book.getUndoManager()
        if manager.isUndoPossible():
            manager.undo()

    def save(self):
        self.book.store()

    def close(self):
        if self.book is not None:
            self.book.close(True)
        self.book = None


def main():
    pipe, *office = sys.argv[1:]
    child = None
    if office:
        profile, program = office
        child = subprocess.Popen(
            [
                program,
                f"-env:UserInstallation={Path(profile).as_uri()}",
                *("--headless", "--norestore", "--nologo", "--nodefault"),
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # the program is a script: its children end with it
        )
    person = Person(pipe)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {"ok": getattr(person, order.pop("do"))(**order)}
        except Exception as failure:  # noqa: BLE001  # told to the test
            answer = {"fault": f"{type(failure).__name__}: {failure}"}
        print(json.dumps(answer), flush=True)
    if child is not None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


if __name__ == "__main__":
    main()
