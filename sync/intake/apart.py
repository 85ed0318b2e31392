"""Strangers' bytes read in a process of its own, with what it may take of the machine.

A file that eats memory or time ends its process, not the daemon: it becomes an error with its
reason, and the next file is read. Small requests of known shape need no process: the HTTP intake
has counted their bytes and fields already.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from model.errors import UnreadableInput
from sync.imports.raw import MAX_BYTES
from sync.intake.formats.reading import Reading, Row, Wish
from sync.intake.wire import Cut, reading_of, wish_line
from sync.world import Broke, Limits, Process

WORK = "sync.intake.reader:answer"
MEMORY, SECONDS = 1_400 * 1024 * 1024, 55.0
"""What one file may take, just under the 1.5 GB and 60 s that are promised."""
LONG_SECONDS, LONG_FROM = 900.0, 20 * 1024 * 1024
"""Large texts take longer honestly: an export of half a million calls."""
_WHY = {
    "memory": "файл съедает память: разбор остановлен",
    "time": "файл разбирается слишком долго: остановлено",
    "crash": "файл роняет разбор: остановлено",
}


@contextmanager
def read_apart(process: Process, raw: bytes, name: str, wish: Wish) -> Iterator[Reading]:
    """The reading of bytes, its rows while they come; raises UnreadableInput and other CrmErrors.

    The process ends with the block, however it ends.
    """
    if len(raw) > MAX_BYTES:
        raise UnreadableInput(name=name, reason=f"файл больше {MAX_BYTES >> 20} МБ")
    limits = Limits(MEMORY, LONG_SECONDS if len(raw) > LONG_FROM else SECONDS)
    with process.apart(WORK, wish_line(name, wish), raw, limits) as lines:
        try:
            reading = reading_of(lines)
        except (Broke, Cut) as error:
            raise _unreadable(name, error) from error
        yield replace(reading, rows=_guarded(reading, name))


def _guarded(reading: Reading, name: str) -> Iterator[Row]:
    try:
        yield from reading.rows
    except (Broke, Cut) as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: Broke | Cut) -> UnreadableInput:
    why = error.why if isinstance(error, Broke) else "crash"
    return UnreadableInput(name=name, reason=_WHY[why])
