"""What wakes the loop: changes that the file system tells of, and the signal to stop.

Network shares and sleeping laptops lose such news, so they only ever make a pass come sooner.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePath
from threading import Event

from typing_extensions import override
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

MOVING = frozenset({"modified", "created", "moved", "deleted"})
"""Kinds of news that matter: a file that was only read woke nobody."""


class FolderWaker(FileSystemEventHandler):
    """An event that is set when a book in the folder moved, or by `wake`."""

    def __init__(self) -> None:
        self._moved = Event()

    @override
    def on_any_event(self, event: FileSystemEvent) -> None:
        """A workbook or its lock file moved; our own temporary files are passed over."""
        name = PurePath(str(event.src_path)).name
        to = PurePath(str(event.dest_path)).name
        if event.event_type in MOVING and any(".xlsx" in n for n in (name, to)):
            self._moved.set()

    def wake(self) -> None:
        """Ends a wait at once."""
        self._moved.set()

    def wait(self, seconds: float) -> None:
        """Return after so many seconds, or at once when woken."""
        self._moved.wait(seconds)
        self._moved.clear()


@contextmanager
def folder_waker(folder: PurePath) -> Iterator[FolderWaker]:
    """A waker for a folder; where the system cannot watch, it only waits."""
    waker = FolderWaker()
    observer = Observer()
    with suppress(OSError):
        observer.schedule(waker, str(folder), recursive=True)
        observer.start()
    try:
        yield waker
    finally:
        if observer.is_alive():
            observer.stop()
            observer.join()
