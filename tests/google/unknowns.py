"""What the emulator assumes of Google, asked of the real one, point by point.

    python -m tests.google.unknowns --key KEY.json --sheet ADDRESS [--point NAME] [--record FILE]

The spreadsheet must be empty and shared with the service account as an editor; every point works on
a tab of its own and removes it. Prints `name: as assumed` or what was found instead. `--record`
adds the exchanges to a file in the format of the recordings that `tests.acceptance.google` replays.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL

from sync.books.google.client import PatientClient, Refused
from sync.books.google.keys import place_of
from sync.books.google.spelling import spelled
from sync.commands.google import key_in
from sync.world.real import real_world

TAB = 990_001
OK = "as assumed"


@dataclass
class Bench:
    """A client, the spreadsheet it tries things in, and what was said."""

    client: PatientClient
    key: str
    robot: str
    exchanges: list[dict[str, Any]] = field(default_factory=list)

    def batch(self, *requests: dict[str, Any], **more: Any) -> Any:
        """One batchUpdate."""
        body = {"requests": list(requests), **more}
        return self._told("post", SPREADSHEET_BATCH_UPDATE_URL % self.key, body, {})

    def get(self, **params: Any) -> Any:
        """One spreadsheets.get."""
        return self._told("get", SPREADSHEET_URL % self.key, None, params)

    def _told(self, method: str, url: str, body: Any, params: dict[str, Any]) -> Any:
        response = self.client.request(method, url, params=params, json=body)
        parts = urlsplit(response.request.url)
        self.exchanges.append(
            {
                "test": "unknowns",
                "episode": 1,
                "step": len(self.exchanges) + 1,
                "method": method.upper(),
                "host": "sheets",
                "path": parts.path,
                "query": [list(pair) for pair in parse_qsl(parts.query)],
                "req": body,
                "status": response.status_code,
                "resp": response.json(),
            }
        )
        return response.json()

    def tab(self, title: str = "Проба") -> None:
        """A fresh tab of twenty rows."""
        size = {"rowCount": 20, "columnCount": 6}
        props = {"sheetId": TAB, "title": title, "gridProperties": size}
        self.batch({"addSheet": {"properties": props}})

    def gone(self) -> None:
        """The tab leaves."""
        self.batch({"deleteSheet": {"sheetId": TAB}})

    def put(self, *rows: tuple[Any, ...]) -> None:
        """Typed values from A1 on."""
        self.batch(put(0, 0, *rows))

    def cells(self, area: str = "A1:F20", title: str = "Проба") -> list[list[Any]]:
        """What was entered and what it gives."""
        mask = "sheets(data(rowData(values(userEnteredValue,effectiveValue))))"
        told = self.get(ranges=f"'{title}'!{area}", fields=mask)
        rows = told["sheets"][0]["data"][0].get("rowData", [])
        return [row.get("values", []) for row in rows]


def put(row: int, col: int, *rows: tuple[Any, ...]) -> dict[str, Any]:
    """updateCells of typed values."""
    start = {"sheetId": TAB, "rowIndex": row, "columnIndex": col}
    told = [{"values": [{"userEnteredValue": value(v)} for v in line]} for line in rows]
    return {"updateCells": {"start": start, "rows": told, "fields": "userEnteredValue"}}


def value(given: Any) -> dict[str, Any]:
    """ExtendedValue; a text after an equals sign is a formula."""
    if isinstance(given, str) and given.startswith("="):
        return {"formulaValue": given}
    if isinstance(given, str):
        return {"stringValue": given}
    return {} if given is None else {"numberValue": given}


def formulas(bench: Bench) -> str:
    """Semicolons and quotients are understood in the spreadsheet's own language."""
    bench.put(("=" + spelled("IF(1.5>1,SUM(1,2.25),0)"),))
    cell = bench.cells("A1")[0][0]
    result = cell.get("effectiveValue", {}).get("numberValue")
    return OK if result == 3.25 else f"{cell}"


def formula_text(bench: Bench) -> str:
    """A formula comes back as it was sent."""
    sent = "=" + spelled("SUM(1,2)")
    bench.put((sent,))
    found = bench.cells("A1")[0][0]["userEnteredValue"]["formulaValue"]
    return OK if found == sent else f"sent {sent}, came back {found}"


def texts(bench: Bench) -> str:
    """A typed text stays a text: leading zeros, plus signs, words that look like days."""
    words = ("0077123456", "+7 900 111-22-33", "1.2.2026", "1/2")
    bench.put(words)
    found = [cell["userEnteredValue"].get("stringValue") for cell in bench.cells("A1:D1")[0]]
    return OK if found == list(words) else f"{found}"


def open_names(bench: Bench) -> str:
    """A name without a last row reaches the end of the grid, also when it grows."""
    area = {"sheetId": TAB, "startRowIndex": 0, "startColumnIndex": 0, "endColumnIndex": 1}
    told = {"namedRangeId": "sheetcrmprobe", "name": "probe_sums", "range": area}
    bench.batch({"addNamedRange": {"namedRange": told}})
    bench.put((1, "=SUM(probe_sums)"), (2,))
    grown = {"sheetId": TAB, "dimension": "ROWS", "length": 5}
    bench.batch({"appendDimension": grown}, put(24, 0, (4,)))
    found = bench.cells("B1")[0][0]["effectiveValue"].get("numberValue")
    bench.batch({"deleteNamedRange": {"namedRangeId": "sheetcrmprobe"}})
    return OK if found == 7 else f"SUM gave {found} for 7"


def one_batch(bench: Bench) -> str:
    """A later request of a batch may name a tab that an earlier one makes."""
    props = {"sheetId": TAB + 1, "title": "Вторая"}
    try:
        bench.batch({"addSheet": {"properties": props}}, put(0, 0, ("='Вторая'!A1+1",)))
    except Refused as error:
        return error.reason
    bench.batch({"deleteSheet": {"sheetId": TAB + 1}})
    return OK


def atomic(bench: Bench) -> str:
    """A batch of which one request is refused changes nothing."""
    try:
        bench.batch(put(0, 0, ("не должно остаться",)), {"deleteSheet": {"sheetId": 123}})
    except Refused:
        return OK if bench.cells("A1") in ([], [[]]) else "the first request was carried out"
    return "it was not refused"


def lost_range(bench: Bench) -> str:
    """A batch whose answer names a tab that is not there is refused before anything is done."""
    more = {"includeSpreadsheetInResponse": True, "responseRanges": ["'Нет такой'"]}
    try:
        bench.batch(put(0, 0, ("x",)), **more)
    except Refused:
        return OK if bench.cells("A1") in ([], [[]]) else "refused, but carried out"
    return "it was not refused"


def readback(bench: Bench) -> str:
    """The answer of a batch shows the grid right after it."""
    more = {
        "includeSpreadsheetInResponse": True,
        "responseIncludeGridData": True,
        "responseRanges": ["'Проба'!A1"],
    }
    told = bench.batch(put(0, 0, ("после",)), **more)
    try:
        data = told["updatedSpreadsheet"]["sheets"][0]["data"][0]["rowData"][0]
    except (KeyError, IndexError):
        return f"no grid: {list(told)}"
    found = data["values"][0].get("userEnteredValue", {}).get("stringValue")
    return OK if found == "после" else f"{found!r}"


def locks(bench: Bench) -> str:
    """A lock of a whole tab keeps its editors and the cells that it leaves free."""
    free = {
        "sheetId": TAB,
        "startRowIndex": 1,
        "endRowIndex": 2,
        "startColumnIndex": 0,
        "endColumnIndex": 1,
    }
    told = {
        "range": {"sheetId": TAB},
        "description": "sheetcrm probe",
        "editors": {"users": [bench.robot]},
        "unprotectedRanges": [free],
    }
    bench.batch({"addProtectedRange": {"protectedRange": told}})
    mask = "sheets(properties(sheetId),protectedRanges)"
    tabs = bench.get(fields=mask)["sheets"]
    kept = next(t for t in tabs if t["properties"].get("sheetId") == TAB)["protectedRanges"][0]
    editors = kept.get("editors", {}).get("users", [])
    if bench.robot not in editors:
        return f"editors {editors}"
    return (
        OK if kept.get("unprotectedRanges") == [free] else f"free {kept.get('unprotectedRanges')}"
    )


def sorting(bench: Bench) -> str:
    """A sort moves the cells of a row together with its id."""
    bench.put(("b", "id-b"), ("a", "id-a"))
    area = {
        "sheetId": TAB,
        "startRowIndex": 0,
        "endRowIndex": 2,
        "startColumnIndex": 0,
        "endColumnIndex": 2,
    }
    bench.batch({"sortRange": {"range": area, "sortSpecs": [{"sortOrder": "ASCENDING"}]}})
    found = [[c["userEnteredValue"]["stringValue"] for c in row] for row in bench.cells("A1:B2")]
    return OK if found == [["a", "id-a"], ["b", "id-b"]] else f"{found}"


def conditional(bench: Bench) -> str:
    """findReplace over one cell writes only while it still holds the old text."""
    bench.put(("старое",))
    area = {
        "sheetId": TAB,
        "startRowIndex": 0,
        "endRowIndex": 1,
        "startColumnIndex": 0,
        "endColumnIndex": 1,
    }

    def swap(old: str, new: str) -> int:
        body = {"find": old, "replacement": new, "range": area, "matchEntireCell": True}
        reply = bench.batch({"findReplace": {**body, "matchCase": True}})["replies"][0]
        return int(reply.get("findReplace", {}).get("valuesChanged", 0))

    counts = swap("другое", "нет"), swap("старое", "новое")
    return OK if counts == (0, 1) else f"changed {counts}"


def dead_names(bench: Bench) -> str:
    """A name whose column is deleted stays, without cells, and can be deleted by its id."""
    area = {"sheetId": TAB, "startColumnIndex": 1, "endColumnIndex": 2}
    bench.batch({"addNamedRange": {"namedRange": {"name": "proba_name", "range": area}}})
    span = {"sheetId": TAB, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    bench.batch({"deleteDimension": {"range": span}})
    told = bench.get(fields="namedRanges").get("namedRanges", [])
    left = [one for one in told if one["name"] == "proba_name"]
    if not left:
        return "the name went with its column"
    bench.batch({"deleteNamedRange": {"namedRangeId": left[0]["namedRangeId"]}})
    area = left[0].get("range", {})
    width = area.get("endColumnIndex", 0) - area.get("startColumnIndex", 0)
    return OK if not width else f"it has cells: {left[0]}"


def new_tab(bench: Bench) -> str:
    """A tab whose id we choose comes behind the others, and a column is appended at the end."""
    told = bench.get(fields="sheets(properties(sheetId,index))")["sheets"]
    last = max(told, key=lambda one: one["properties"].get("index", 0))["properties"]
    if last["sheetId"] != TAB:
        return f"behind ours stands {last}"
    bench.batch({"appendDimension": {"sheetId": TAB, "dimension": "COLUMNS", "length": 1}})
    mask = "sheets(properties(sheetId,gridProperties))"
    grids = {
        one["properties"]["sheetId"]: one["properties"]["gridProperties"]
        for one in bench.get(fields=mask)["sheets"]
    }
    width = grids[TAB]["columnCount"]
    return OK if width == 7 else f"{width} columns"


POINTS: dict[str, Callable[[Bench], str]] = {
    "formulas": formulas,
    "formula_text": formula_text,
    "texts": texts,
    "open_names": open_names,
    "one_batch": one_batch,
    "atomic": atomic,
    "lost_range": lost_range,
    "readback": readback,
    "locks": locks,
    "sorting": sorting,
    "conditional": conditional,
    "dead_names": dead_names,
    "new_tab": new_tab,
}


def ask(bench: Bench, name: str) -> str:
    """What one point found; the tab leaves whatever happens."""
    bench.tab()
    try:
        return POINTS[name](bench)
    finally:
        bench.gone()


def main(arguments: list[str]) -> int:
    """Ask the points of a real spreadsheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--sheet", required=True)
    parser.add_argument("--point", choices=sorted(POINTS), action="append")
    parser.add_argument("--record", type=Path)
    given = parser.parse_args(arguments)
    place = place_of(given.key)
    client = place.client(real_world(ZoneInfo("UTC"), 0))
    bench = Bench(client, key_in(given.sheet), place.robot)
    found = {name: ask(bench, name) for name in given.point or POINTS}
    for name, said in found.items():
        print(f"{name}: {said}")
    if given.record is not None:
        lines = (json.dumps(one, ensure_ascii=False) for one in bench.exchanges)
        with given.record.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    fine = sum(said == OK for said in found.values())
    print(f"{fine} passed, {len(found) - fine} failed")
    return 0 if fine == len(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
