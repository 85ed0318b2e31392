"""The programs that let us into open books, and by what each shows that it has one open."""

from __future__ import annotations

from sync.books.live.documents import Program
from sync.world.real_speaker import child


def libreoffice(python: str, pipe: str) -> Program:
    """LibreOffice that listens on a pipe, spoken to under the Python that has UNO."""
    return Program(
        "LibreOffice", ".~lock.{name}#".format, lambda: child(python, "libreoffice.py", pipe)
    )


def excel() -> Program:
    """Excel on this machine, spoken to through xlwings in a process of its own."""
    return Program("Excel", "~${name}".format, lambda: child("", "excel.py"))
