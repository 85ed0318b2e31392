"""What a child that speaks with a program does with orders, whatever the program.

An order is a line of JSON with `do`; the answer is one line. Runs under any Python from 3.8 on, so
it knows the standard library only. A cell is `[column, value]` or `[column, result, formula]`; a
value is a text, a number, true or false, null for nothing, or `{"e": "#N/A"}`.

Nothing is opened, saved, closed, inserted or deleted here. A write looks at the rows and cells that
it speaks of right before it puts anything, in the same call, and shows the tabs right after it.
"""

import json
import sys

BUSY_AFTER = 1.5
"""Seconds without an edit of the person before anything is written."""


class Away(Exception):
    """The program cannot be reached: it is not there, or does not let us in."""


def serve(program):
    """Answers orders until the pipe ends."""
    for line in sys.stdin:
        try:
            answer = {"ok": answered(program, json.loads(line))}
        except Away:
            answer = {"away": True}
        except Exception as failure:  # noqa: BLE001  # whatever the program raises is told, not died of
            answer = {"fault": f"{type(failure).__name__}: {failure}"[:500]}
        sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
        sys.stdout.flush()


def answered(program, order):
    """The answer to one order."""
    if order["do"] == "look":
        found = ((path, program.find(path)) for path in order["paths"])
        return {path: _state(document) for path, document in found if document is not None}
    document = program.find(order["path"])
    if document is None:
        return None
    if order["do"] == "read":
        return {**_state(document), "stamp": document.stamp(), "tabs": document.tabs()}
    return _written(document, order)


def _state(document):
    return {
        "session": document.session,
        "readonly": document.readonly(),
        "modified": document.modified(),
        "waits": document.waits(),
        "count": document.count(),
        "idle": document.idle(),
        "undone": document.undone(),
    }


def _written(document, order):
    waits = document.waits()
    if not waits and document.idle() < order.get("idle", BUSY_AFTER):
        waits = "typing"
    if waits or document.readonly():
        return {"busy": waits or "readonly"}
    if document.session != order["session"]:
        return {"moved": "session"}
    titles = [tab["title"] for tab in order["tabs"]]
    before = {tab["title"]: tab for tab in document.tabs(titles)}
    for wanted in order["tabs"]:
        why = differs(before.get(wanted["title"]), wanted)
        if why:
            return {"moved": why}
    document.write(order)
    return {"done": True, "tabs": document.tabs(titles), **_state(document)}


def differs(tab, wanted):
    """Why a tab is not what a plan was made for; empty when it is."""
    if tab is None:
        return "tab"
    rows = {number: {cell[0]: cell for cell in cells} for number, *cells in tab["rows"]}
    for number, cells in wanted["whole"]:
        here = rows.get(number, {})
        if set(here) != {cell[0] for cell in cells}:
            return "row %d" % number
        if not all(same(cell, here[cell[0]]) for cell in cells):
            return "row %d" % number
    for number, column, cell in wanted["cells"]:
        if not same(cell, rows.get(number, {}).get(column)):
            return "cell %d:%d" % (number, column)
    return ""


def same(one, other):
    """Whether two cells hold the same; results of formulas do not count."""
    if one is None or other is None:
        return one is other
    if len(one) > 2 or len(other) > 2:
        return one[2:] == other[2:]
    if isinstance(one[1], bool) or isinstance(other[1], bool):
        return float(one[1]) == float(other[1]) if _numbers(one[1], other[1]) else False
    if _numbers(one[1], other[1]):
        return abs(one[1] - other[1]) <= 1e-9 * max(abs(one[1]), 1.0)
    return one[1] == other[1]


def _numbers(*values):
    return all(isinstance(value, (bool, int, float)) for value in values)
