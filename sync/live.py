"""Books that are open in a program which lets us in, in the steps of a pass: seen and written.

What stands here is about desks, copies and the file beneath; the program is behind
`sync.programs.Live`. The file is not written while its document is open there. A person may save
it at any time: each save is kept and remembered as a content, since the document may be closed
later without saving, and the file then holds that save again.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC

from model.errors import CrmError, LiveBusy, WorkbookBusy
from model.records import BookState, KeptKind
from sync.desk import Desk
from sync.looking import Look, read_bytes, token_of
from sync.online import Undone
from sync.owner_files import Holder
from sync.programs import Live
from sync.team import Team
from sync.world import World

UNDER = "saved from a program"
"""Why of the copy of a save whose document stays open."""


def see_live(team: Team, world: World, state: BookState) -> tuple[Look, bytes] | None:
    """The document that a program has open, and its content; None when the file is the book."""
    if team.live is None:
        return None
    copy = team.backups.find(state.token, state.book) if state.token else None
    last = None if copy is None else team.backups.read(copy.id)
    found = team.live.see(world, state, team.path(state), team.blueprint, last=last)
    if found is not None:
        with suppress(CrmError):  # the file is half saved: its next state is looked at again
            _keep_save(team, world, state)
    return found


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


def _keep_save(team: Team, world: World, state: BookState) -> None:
    """The file beneath an open document, kept and remembered once for each save."""
    raw = read_bytes(world, team.path(state))
    token = token_of(raw)
    if team.backups.find(token, state.book) is not None:
        return
    stamp = team.books.stamp(team.books.open(raw, name=state.path))
    at = world.now().astimezone(UTC)
    team.backups.take(state.book, raw, at=at, why=UNDER)
    if stamp is not None and (stamp.family, stamp.book) == (team.settings.family, state.book):
        with team.store.write() as writer:
            writer.keep(state.book, stamp.generation, token, KeptKind.SEEN, at=at)
