"""A team opened for one command: its blueprint has room for its people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path, PurePath

from model.blueprint import Blueprint, Role
from model.errors import GoogleKeyWrong
from sync.books.live.documents import Documents
from sync.books.live.kinds import excel, libreoffice
from sync.place import Online
from sync.programs import Live, Programs
from sync.settings import Settings
from sync.team import Team, open_team
from templates.blueprint import load
from templates.blueprint.together import in_one_book


@contextmanager
def opened(state: Path) -> Iterator[Team]:
    """The team of a state directory; its store is let go of at the end."""
    team = open_team(state, Blueprint(0, {}, {}, {}))
    live = live_of(team.settings)
    try:
        yield replace(team, blueprint=shape_of(team), online=_online(team), live=live)
    finally:
        if live is not None:
            live.close()
        team.store.close()


def live_of(settings: Settings) -> Live | None:
    """The programs that let us into open books; their children start when a book is open."""
    each: list[Live] = []
    if settings.office_pipe:
        each.append(Documents(libreoffice(settings.office_python, settings.office_pipe)))
    if settings.office_excel:
        each.append(Documents(excel()))
    return Programs(tuple(each)) if each else None


def _online(team: Team) -> Online | None:
    """The spreadsheets that the settings' key opens; without a good key their books say why."""
    if not team.settings.google_key:
        return None
    from sync.books.google.keys import place_of  # noqa: PLC0415  # gspread takes half a second

    with suppress(GoogleKeyWrong):
        return place_of(PurePath(team.settings.google_key))
    return None


def shape_of(team: Team) -> Blueprint:
    """The blueprint of a team, with room for its people."""
    whole = load(people_of(team))
    return in_one_book(whole) if team.settings.one_book else whole


def people_of(team: Team) -> int:
    """How many people have a book of their own, or work in the one; one for who works alone."""
    with team.store.read() as reader:
        if team.settings.one_book:
            return max(len(reader.rows("staff")), 1)
        own = sum(s.role == Role.MANAGER.value for s in reader.books())
    return max(own, 1)
