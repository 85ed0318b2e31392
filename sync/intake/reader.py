"""The process that reads a stranger's file: one line of wishes and the bytes in, lines out.

`sync.world.real_process` starts it with limits of memory and time. Nothing here opens a file: the
bytes come through the pipe, and no name inside them is ever used as one.
"""

from __future__ import annotations

from collections.abc import Iterator

from model.errors import CrmError
from sync.intake.formats.recognising import recognised
from sync.intake.wire import asked_of, error_line, lines_of


def answer(asked: bytes, raw: bytes) -> Iterator[bytes]:
    """The lines of the reading, or of the error that says why there is none."""
    name, wish = asked_of(asked)
    try:
        yield from lines_of(recognised(raw, name, wish))
    except CrmError as error:
        yield error_line(error)
