"""One daemon per team: a lock of the operating system on a small file in the state directory.

The system lets go of it when the process ends, however it ends, so a crash never leaves a team
locked. Who holds it is written in the file for those who are turned away. The file stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePath

from model.errors import AlreadyRunning, CannotWrite
from sync.world import Held, Process

LOCK_FILE = "lock"


@dataclass(frozen=True, slots=True)
class Holding:
    """Who works with a team: process, since when, in which way («служба», «проход»), where."""

    pid: int
    since: datetime
    way: str
    who: str = ""
    host: str = ""


@contextmanager
def locked(process: Process, path: PurePath, holding: Holding) -> Iterator[None]:
    """The lock as long as the block runs; raises AlreadyRunning (facts pid, host, since)."""
    with ExitStack() as stack:
        try:
            stack.enter_context(process.hold(path, _words(holding)))
        except Held as held:
            raise _running(_read(held.words)) from held
        except OSError as error:
            raise CannotWrite(name=path.name, reason=error.strerror or str(error)) from error
        yield


def holder(process: Process, path: PurePath) -> Holding | None:
    """Who holds the lock now; None when it is free."""
    try:
        words = process.held(path)
    except OSError as error:
        raise CannotWrite(name=path.name, reason=error.strerror or str(error)) from error
    return None if words is None else _read(words)


def _running(other: Holding | None) -> AlreadyRunning:
    return AlreadyRunning(
        pid="?" if other is None else other.pid,
        host="?" if other is None else other.host or "?",
        since="?" if other is None else f"{other.since:%d.%m %H:%M}",
    )


def _words(holding: Holding) -> bytes:
    words = asdict(holding) | {"since": holding.since.isoformat()}
    return json.dumps(words, ensure_ascii=False).encode()


def _read(raw: bytes) -> Holding | None:
    """What the holder wrote; None in the instant before it did."""
    try:
        words = json.loads(raw)
        since = datetime.fromisoformat(words["since"])
        return Holding(
            int(words["pid"]), since, words["way"], words.get("who", ""), words.get("host", "")
        )
    except (ValueError, KeyError, TypeError):
        return None
