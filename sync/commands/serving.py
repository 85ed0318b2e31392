"""What runs beside the passes: the door for strangers, and a look at the mailboxes each minute.

Both write into the landing file only; the passes stay one thread. A door that cannot be opened or a
mailbox that cannot be read never stops the books.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread

from model.errors import CrmError
from store.landing import Landing
from sync.commands.door import JOIN_WITHIN, DoorProcess
from sync.intake.http.server import Address
from sync.intake.known import Listed
from sync.intake.mail.reading import look
from sync.intake.sources import SourceKind
from sync.team import Team
from sync.world import World

LOG = logging.getLogger("sheetcrm")
LOOK_EVERY = 60.0


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
def beside(
    team: Team,
    world: World,
    stop: Event,
    *,
    landed: Callable[[], object],
    tell: Callable[[str], None],
) -> Iterator[None]:
    """Door and postman as long as the block runs; `tell` hears whether the door is open."""
    Thread(target=Postman(team, world, stop, landed).run, name="postman", daemon=True).start()
    settings = team.settings
    if not settings.intake_port:
        yield
        return
    ending = Event()
    address = Address(settings.intake_host, settings.intake_port)
    opened = DoorProcess(team.state, address, ending, landed, tell)
    keeper = Thread(target=opened.run, name="door", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        opened.end()
        keeper.join(JOIN_WITHIN)
