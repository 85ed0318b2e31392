"""The door for strangers: the server in a thread, and the process of its own that the service has.

A pass computes for seconds and would slow down every answer of a server beside it, so the service
opens the door in a process of its own. That process opens no store and no book. It says its port,
then a line for whatever has landed, and ends when its input does: so it never outlives the service,
however that ends.
"""

from __future__ import annotations

import logging
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from zoneinfo import ZoneInfo

from model.errors import CrmError, PortTaken
from model.texts import say
from store.landing import Landing
from sync.commands.console import log_to
from sync.intake.http.app import Door, application
from sync.intake.http.keeping import Together
from sync.intake.http.server import Address, server_of
from sync.intake.known import Listed
from sync.settings import FILE_NAME, read_settings
from sync.world import World
from sync.world.real import real_world

LOG = logging.getLogger("sheetcrm")
LOG_FILE = "intake.log"
"""Two processes cannot turn over one log."""
ROOT = Path(__file__).parents[2]
"""Where the rooms lie: the checkout, or `sheetcrm/_app`."""
CHILD = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from sync.commands.door import main; raise SystemExit(main(sys.argv[2:]))"
)
PORT, FAULT, LANDED = "port", "fault", "landed"
JOIN_WITHIN = 15.0
AGAIN_AFTER = 30.0
BACKLOG = 128


@contextmanager
def door(
    state: Path, world: World, address: Address, *, landed: Callable[[], object] = lambda: None
) -> Iterator[int]:
    """The door of a team's state open as long as the block runs; its port. Raises PortTaken."""
    listening = _listening(address)
    landing = Landing.of(state)
    listed = Listed(world.disk, state)
    app = application(Door(listed.now, Together(landing, landed), world.now))
    server = server_of(app, address)
    running = Thread(target=server.run, args=([listening],), name="intake", daemon=True)
    running.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        running.join(JOIN_WITHIN)
        landing.close()
        listening.close()


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((address.host, address.port))
        found.listen(BACKLOG)  # who comes before the server has begun waits a moment
    except OSError as failure:
        found.close()
        reason = failure.strerror or str(failure)
        raise PortTaken(host=address.host, port=address.port, reason=reason) from failure
    return found


def main(words: Sequence[str]) -> int:
    """The process of the door: `STATE HOST PORT`; it ends when its input does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the service, which ends us
    state, address = Path(words[0]), Address(words[1], int(words[2]))
    settings = read_settings(state / FILE_NAME)
    world = real_world(ZoneInfo(settings.zone), settings.settle_seconds)
    try:
        with (
            log_to(state / LOG_FILE),
            door(state, world, address, landed=lambda: _say(LANDED)) as port,
        ):
            _say(f"{PORT} {port}")
            sys.stdin.read()
    except CrmError as failure:
        _say(f"{FAULT} {say(failure.text, **failure.facts)}")
        return int(failure.exit_code)
    return 0


def _say(line: str) -> None:
    with suppress(OSError):  # nobody listens any more: the input ends as well
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


@dataclass(slots=True)
class DoorProcess:
    """The process of the door, started anew when it ends by itself."""

    state: Path
    address: Address
    stop: Event
    landed: Callable[[], object]
    tell: Callable[[str], None]
    """Hears that the door is open, or why it is not; once, as long as that stays so."""
    _told: str = ""
    _child: subprocess.Popen[str] | None = None

    def run(self) -> None:
        """Keep a door open until told to stop."""
        while not self.stop.is_set():
            self._once()
            self.stop.wait(AGAIN_AFTER)

    def _once(self) -> None:
        command = [sys.executable, "-X", "utf8", "-c", CHILD, str(ROOT), str(self.state)]
        with subprocess.Popen(  # noqa: S603  # our own interpreter with our own words
            [*command, self.address.host, str(self.address.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as child:
            self._child = child
            if self.stop.is_set():
                self.end()
            for line in child.stdout or ():
                self._hear(*line.rstrip("\n").partition(" ")[::2])

    def _hear(self, word: str, rest: str) -> None:
        if word == LANDED:
            self.landed()
            return
        told = rest if word == FAULT else f"принимаю заявки на {self.address.host}:{rest}"
        if told != self._told:
            self._told = told
            LOG.info("intake: %s", told)
            self.tell(told)

    def end(self) -> None:
        """Close the door: the process ends with its input."""
        if self._child is not None and self._child.stdin is not None:
            with suppress(OSError):
                self._child.stdin.close()
