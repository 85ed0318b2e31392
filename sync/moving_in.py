"""A person's book moves from its file into a spreadsheet that the owner made and shared.

The file stays where it is as it was written last; the program reads it no more. The spreadsheet is
painted empty and gets its rows in the next pass, as the book of a newcomer does.
"""

from __future__ import annotations

from dataclasses import replace

from model.blueprint import Role
from model.errors import BookUnread
from model.records import BookState
from model.snapshot import Stamp
from sync.books.stamp import stamp_text
from sync.desk import NEXT
from sync.looking import token_of
from sync.online import online_of, see_online
from sync.opening import people_of
from sync.place import is_file, path_to
from sync.team import Team
from sync.world import World
from templates.build import build_book


def move_in(team: Team, world: World, state: BookState, key: str) -> BookState:
    """The book as it stands from now on; raises NotOurWorkbook, GoogleDenied and the like.

    Raises BookUnread while the place that it leaves holds edits that no pass has taken.
    """
    refuse_unread(team, world, state)
    raw = build_book(
        team.blueprint,
        Role(state.role),
        stamp=stamp_text(_stamp(team, state)),
        people=people_of(team),
        password=team.settings.lock_password,
        owner=team.settings.owner,
    )
    return _moved(team, world, state, key, raw)


def begin_in(team: Team, world: World, state: BookState, key: str) -> BookState:
    """The book of a team that was founded a moment ago; its file, which nobody has seen, goes."""
    raw = world.disk.read(team.path(state))
    moved = _moved(team, world, state, key, raw)
    world.disk.unlink(team.path(state))
    return moved


def _stamp(team: Team, state: BookState) -> Stamp:
    return Stamp(team.settings.family, state.book, state.generation)


def _moved(team: Team, world: World, state: BookState, key: str, raw: bytes) -> BookState:
    title = online_of(team).found(world, key, _stamp(team, state), raw)
    moved = replace(
        state,
        path=path_to(key, title),
        token="",
        seen_at=None,
        written_at=None,
        waiting=0,
        held="",
        holder="",
    )
    with team.store.write() as writer:
        for book in (state.book, state.book + NEXT):
            for table, rows in writer.bases(book).items():
                writer.set_base(book, table, dict.fromkeys(rows), [])
        writer.put_book(moved)
    return moved


def refuse_unread(team: Team, world: World, state: BookState) -> None:
    """Nothing when the last pass has read all that stands in a book; raises BookUnread."""
    path = team.path(state)
    if not is_file(state):
        _, raw = see_online(team, world, state)
    elif world.disk.exists(path):
        raw = world.disk.read(path)
    else:
        return
    if token_of(raw) != state.token:
        raise BookUnread(name=state.path.rpartition("/")[2])
