"""What runs beside the passes: the door for strangers, and a look at the mailboxes each minute.

Both have threads of their own and write into the landing file only; the passes stay one thread.
A door that cannot be opened or a mailbox that cannot be read never stops the books.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread

from model.errors import CrmError, PortTaken
from model.texts import say
from store.landing import Landing
from sync.intake.http.app import Door, application
from sync.intake.http.keeping import Together
from sync.intake.http.server import Address, server_of
from sync.intake.known import Listed
from sync.intake.mail.reading import look
from sync.intake.sources import SourceKind
from sync.settings import Settings
from sync.team import Team
from sync.world import World

LOG = logging.getLogger("sheetcrm")
LOOK_EVERY = 60.0
JOIN_WITHIN = 15.0
BACKLOG = 128


def address_of(settings: Settings, port: int | None = None) -> Address:
    """Where the settings want the door."""
    return Address(settings.intake_host, settings.intake_port if port is None else port)


@contextmanager
def door(
    team: Team, world: World, address: Address, *, landed: Callable[[], object] = lambda: None
) -> Iterator[int]:
    """The door open as long as the block runs; its port. Raises PortTaken."""
    listening = _listening(address)
    landing = Landing.of(team.state)
    listed = Listed(world.disk, team.state)
    app = application(Door(listed.now, Together(landing), world.now, landed))
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


@dataclass(frozen=True, slots=True)
class Postman:
    """Looks at every mailbox once a minute until told to stop."""

    team: Team
    world: World
    stop: Event
    landed: Callable[[], object]

    def run(self) -> None:
        """Look, wait, look again; what fails is logged once it changes."""
        listed, told = Listed(self.world.disk, self.team.state), dict[str, str]()
        landing: Landing | None = None
        try:
            while not self.stop.is_set():
                with suppress(CrmError):  # a list being mended is told by the door and by status
                    if any(s.kind is SourceKind.MAIL for s in listed.now()):
                        landing = landing or Landing.of(self.team.state)
                        self._round(listed, landing, told)
                self.stop.wait(LOOK_EVERY)
        finally:
            if landing is not None:
                landing.close()

    def _round(self, listed: Listed, landing: Landing, told: dict[str, str]) -> None:
        from sync.world.real_mail import ImapPost, password_of  # noqa: PLC0415  # few have a mailbox

        post = ImapPost(password_of(self.team.settings.family, os.environ))
        for source in listed.now():
            if source.kind is not SourceKind.MAIL or self.stop.is_set():
                continue
            found = look(source, post, landing, self.world.now())
            if found.fault != told.get(source.name, ""):
                LOG.warning("mail %s: %s", source.name, found.fault or "читается снова")
            told[source.name] = found.fault
            if found.letters:
                self.landed()


@contextmanager
def beside(team: Team, world: World, stop: Event, *, landed: Callable[[], object]) -> Iterator[str]:
    """Door and postman as long as the block runs; what to tell about the door, if there is one."""
    postman = Postman(team, world, stop, landed)
    Thread(target=postman.run, name="postman", daemon=True).start()
    with ExitStack() as opened:
        yield _opened(opened, team, world, landed)


def _opened(stack: ExitStack, team: Team, world: World, landed: Callable[[], object]) -> str:
    if not team.settings.intake_port:
        return ""
    address = address_of(team.settings)
    try:
        port = stack.enter_context(door(team, world, address, landed=landed))
    except CrmError as failure:
        words = say(failure.text, **failure.facts)
        LOG.warning("%s", words)
        return words
    return f"принимаю заявки на {address.host}:{port}"
