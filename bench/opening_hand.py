"""LibreOffice opens books and takes edits, by the clock; runs under the system's Python with UNO.

Reads one order in JSON, writes the seconds of every opening and every edit.
"""

import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

TRIES, PAUSE = 300, 0.2


def started(profile: str, program: str) -> tuple[Any, Any]:
    pipe = "opn" + hashlib.sha256(profile.encode()).hexdigest()[:16]
    child = subprocess.Popen(
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
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(TRIES):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(PAUSE)  # noqa: TID251  # a script of its own: no clock is passed in
        else:
            manager = context.ServiceManager
            return child, manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    raise SystemExit("LibreOffice does not answer")


def opened(desktop: Any, path: str) -> tuple[Any, float]:
    hidden = PropertyValue()
    hidden.Name, hidden.Value = "Hidden", True
    before = time.perf_counter()
    book = desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, (hidden,))
    return book, time.perf_counter() - before


def edited(book: Any, edit: Any, day: int) -> tuple[float, float]:
    """Seconds until every cell that is looked at shows the edit, and of looking alone."""
    sheets = book.Sheets
    cell = sheets.getByName(edit["sheet"]).getCellRangeByName(edit["cell"])
    seen = [sheets.getByName(s).getCellRangeByName(place) for s, place in edit["look"]]
    shown(seen)
    before = time.perf_counter()
    shown(seen)
    idle = time.perf_counter()
    cell.setValue(day)
    shown(seen)
    return time.perf_counter() - idle, idle - before


def shown(cells: Any) -> list[str]:
    return [cell.getString() for cell in cells]


def main() -> None:
    order = json.loads(sys.stdin.read())
    child, desktop = started(sys.argv[1], sys.argv[2])
    found: dict[str, list[float]] = {"live": [], "values": [], "edit": [], "idle": []}
    try:
        for number in range(order["rounds"] + 1):
            for kind in ("live", "values"):
                book, took = opened(desktop, order[kind])
                if number:  # the first opening warms the program up
                    found[kind].append(took)
                if kind == "live":
                    days = range(order["day"], order["day"] + 4)
                    edits = [edited(book, order["edit"], day) for day in days]
                    found["edit"] += [edit for edit, _ in edits[1:]]
                    found["idle"] += [idle for _, idle in edits[1:]]
                book.close(True)  # noqa: FBT003  # as UNO has it
    finally:
        desktop.terminate()
        child.wait(60)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
