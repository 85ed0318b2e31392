"""Books that are open in a program which lets us in, in the steps of a pass: seen and written.

What stands here is about desks, copies and the file beneath; the program is behind
`sync.programs.Live`. The file is not written while its document is open there. A person may save it
at any time and close it without saving: the file then holds again what it held beneath the
document. That is no old file and nothing in it is an edit; what was read of the document stays.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC

from model.errors import CrmError, LiveBusy, WorkbookBusy
from model.records import BookState, KeptKind, Source
from sync.books.live.content import LiveFile
from sync.books.passwords import is_covered
from sync.desk import Desk, Left
from sync.looking import Look, read_bytes, token_of
from sync.online import Undone
from sync.owner_files import Holder
from sync.programs import Live, Reached
from sync.team import Team
from sync.world import World

UNDER = "saved from a program"
"""Why of the copy of a save whose document stays open."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What is remembered of the document from which a book is read."""

    session: str
    """Which opening of the document it is."""
    beneath: str
    """Fingerprint of the file from which it was opened, or that was saved from it last."""
    since: int
    """Batch up to which the file has what people typed."""

    def words(self) -> str:
        """As the store keeps it."""
        return f"{self.session} {self.beneath} {self.since}"


def see_live(team: Team, world: World, state: BookState) -> tuple[Look, bytes] | None:
    """The document that a program has open, and its content; None when the file is the book.

    A document that was closed and opened again between two passes is seen as a file once, so that
    what it lost with the closing is told from what a person took back.
    """
    if team.live is None or _is_covered(team, world, state):
        return None
    last = _last(team, state)
    found = team.live.see(world, state, team.path(state), team.blueprint, last=last)
    if found is None:
        return None
    known, reached = _opening(team, state), team.live.reached()[state.book]
    reading_on = last is not None and last.startswith(LiveFile.MAGIC)
    if reading_on and (known is None or known.session != reached.session):
        return None
    with suppress(CrmError):  # the file is half saved: its next state is looked at again
        beneath = _kept_save(team, world, state)
        since = _since(team, known if reading_on else None, reached)
        _remember(team, state, Opening(reached.session, beneath, since))
    return found


def how_left(team: Team, state: BookState, token: str) -> Left:
    """Whether a file is what lay beneath the document that was read last, and what it lacks."""
    known = _opening(team, state)
    if known is None or known.beneath != token:
        return Left.NOT
    last = _last(team, state)
    if last is None or not last.startswith(LiveFile.MAGIC):
        return Left.NOT
    with team.store.read() as reader:
        later = range(known.since + 1, reader.version() + 1)
        moved = [change for batch in later for change in reader.batch_changes(batch)]
    typed = any(c.book == state.book and c.source is Source.PERSON for c in moved)
    return Left.UNSAVED if typed else Left.CLEAN


def write_live(team: Team, world: World, desk: Desk) -> Undone:
    """The planned content put into the open document; what was put back again is due anew.

    Raises WorkbookBusy when the document cannot be written now: the desk says who is at it.
    """
    assert desk.loaded is not None and desk.patched is not None  # noqa: PT018, S101  # by `deliver`
    team.store.check_fence()
    try:
        written = _program(team).write(
            world, desk.loaded.file, desk.patched, desk.state, team.path(desk.state)
        )
    except LiveBusy as busy:
        assert desk.look is not None  # noqa: S101  # by `deliver`
        at = Holder(str(busy.facts["why"]), str(busy.facts["program"]), world.now(), fresh=True)
        desk.look = replace(desk.look, held_by=at)
        raise WorkbookBusy(
            name=desk.look.path.name, user=at.user, program=at.program, since=f"{at.since:%H:%M}"
        ) from busy
    desk.raced = bool(written.undone)
    return written.undone


def _program(team: Team) -> Live:
    assert team.live is not None  # noqa: S101  # the desk was seen there
    return team.live


def _is_covered(team: Team, world: World, state: BookState) -> bool:
    """Whether a book opens with a password only: what is read of it may not lie about open."""
    with suppress(CrmError):
        return is_covered(read_bytes(world, team.path(state)))
    return False


def _last(team: Team, state: BookState) -> bytes | None:
    copy = team.backups.find(state.token, state.book) if state.token else None
    return None if copy is None else team.backups.read(copy.id)


def _opening(team: Team, state: BookState) -> Opening | None:
    with team.store.read() as reader:
        words = (reader.meta(_key(state)) or "").split(" ")
    if len(words) != 3:
        return None
    return Opening(words[0], words[1], int(words[2]))


def _remember(team: Team, state: BookState, opening: Opening) -> None:
    with team.store.write() as writer:
        if writer.meta(_key(state)) != opening.words():
            writer.set_meta(_key(state), opening.words())


def _key(state: BookState) -> str:
    return f"live:{state.book}"


def _since(team: Team, known: Opening | None, reached: Reached) -> int:
    """What this pass takes of a document without unsaved edits is in the file already."""
    with team.store.read() as reader:
        now = reader.version()
    if not reached.modified:
        return now + 1
    return now if known is None else min(known.since, now)


def _kept_save(team: Team, world: World, state: BookState) -> str:
    """Fingerprint of the file beneath an open document; each save is kept and remembered once."""
    raw = read_bytes(world, team.path(state))
    token = token_of(raw)
    if team.backups.find(token, state.book) is not None:
        return token
    stamp = team.books.stamp(team.books.open(raw, name=state.path))
    at = world.now().astimezone(UTC)
    team.backups.take(state.book, raw, at=at, why=UNDER)
    if stamp is not None and (stamp.family, stamp.book) == (team.settings.family, state.book):
        with team.store.write() as writer:
            writer.keep(state.book, stamp.generation, token, KeptKind.SEEN, at=at)
    return token
