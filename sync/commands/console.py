"""The terminal and the log around a command: streams, a sign of life, signals to stop."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from sync.commands.masking import Masked

LOG = logging.getLogger("sheetcrm")
SLOW = 1.0
"""Seconds after which a terminal is told that work goes on."""
LOG_BYTES, OLD_LOGS = 1 << 20, 5


def plain_streams() -> None:
    """Letters that a console cannot show become «?» instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A turning line on a terminal, from the second second on; what it says can be told."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415  # help is instant without it

    turning = Console(stderr=True).status("Считаю...", spinner="line")
    timer = threading.Timer(SLOW, turning.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda words: turning.update(f"Считаю: {words}")
    finally:
        timer.cancel()
        turning.stop()


@contextmanager
def log_to(path: Path, *, stays: bool = True) -> Iterator[None]:
    """The log of a team in its state directory; it never grows past a few megabytes.

    Only a process that stays turns it over: one that came for a moment would rename the file under
    the other's hands.
    """
    handler = RotatingFileHandler(
        path,
        maxBytes=LOG_BYTES if stays else 0,
        backupCount=OLD_LOGS,
        encoding="utf-8",
        delay=True,
    )
    handler.setFormatter(Masked())
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    aloud, LOG.propagate = LOG.propagate, False
    try:
        yield
    except Exception as failure:
        if hasattr(failure, "exit_code"):
            if stays:
                LOG.warning("ended by %s", type(failure).__name__)
        else:
            LOG.exception("a bug")
            failure.add_note(f"журнал: {path}")
        raise
    finally:
        LOG.propagate = aloud
        LOG.removeHandler(handler)
        handler.close()


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set."""
    stop = threading.Event()
    names = [signal.SIGINT, signal.SIGTERM]
    before = {name: signal.signal(name, lambda *_: stop.set()) for name in names}
    try:
        yield stop
    finally:
        for name, old in before.items():
            signal.signal(name, old)
