"""The child of the product that speaks with LibreOffice, killed inside a write where it is told to.

An order that carries `dies_after` kills it before so many more lines of its writing have run. Runs
under the system's Python.
"""

import os
import signal
import sys
from pathlib import Path

CHILDREN = Path(__file__).parents[2] / "sync" / "books" / "live" / "children"
sys.path.insert(0, str(CHILDREN))

import libreoffice  # noqa: E402  # found by the path above
import wire  # noqa: E402

WRITES = libreoffice.Document.write


def write(document, order):
    """The product's own write, up to the line at which it is killed."""
    left = order.get("dies_after")
    if left is None:
        WRITES(document, order)
        return

    def step(frame, event, _):
        nonlocal left
        if frame.f_code.co_filename != libreoffice.__file__:
            return None
        if event == "line":
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return step

    sys.settrace(step)
    try:
        WRITES(document, order)
    finally:
        sys.settrace(None)


if __name__ == "__main__":
    libreoffice.Document.write = write
    wire.serve(libreoffice.Office(sys.argv[1]))
