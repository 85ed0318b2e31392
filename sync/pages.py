"""The html pages beside the books, written at every pass that changed something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from model.blueprint import Role
from model.errors import CrmError
from model.records import BookState
from model.rights import DEFAULTS, Way
from sync.reports.pages import render_dashboard, render_forecast, write_page
from sync.rights import gets
from sync.scene import Scene, fold
from sync.team import Team
from sync.thinking import Thought
from sync.world import Disk


def write_pages(
    team: Team, disk: Disk, states: Sequence[BookState], thought: Thought
) -> dict[str, CrmError]:
    """«Мой прогноз.html» of each person with pay and «Сводка.html»; unchanged pages are left alone.

    Returns why a page could not be written, by book: one bad folder hides no other page.
    """
    local = [in_zone(state, thought.scene) for state in states]
    reached = {} if team.live is None else team.live.reached()
    ways = {book: one.words() for book, one in reached.items()}
    faults: dict[str, CrmError] = {}
    for state in local:
        made = _page(state, local, thought, ways), _own_page(state, thought)
        try:
            for path, page in zip(team.pages(state), made, strict=False):
                if page is not None:
                    write_page(disk, path, page)
        except CrmError as error:
            faults[state.book] = error
    return faults


def _page(
    state: BookState, local: Sequence[BookState], thought: Thought, ways: Mapping[str, str]
) -> str | None:
    role = Role(state.role)
    if not gets(DEFAULTS[role], Way.HTML):
        return None
    match role:
        case Role.OWNER:
            return render_dashboard(thought.team, local, ways)
        case Role.HEAD:
            figures = thought.departments.get(fold(state.person))
            mine = [one for one in local if one.book == state.book]
            return None if figures is None else render_dashboard(figures, mine, ways)
        case Role.MANAGER:
            own = thought.of(state.person)
            return None if own is None else render_forecast(own)
        case _:
            return None


def _own_page(state: BookState, thought: Thought) -> str | None:
    """«Мой прогноз» of a head with pay, whose book has figures of the team only."""
    own = thought.of(state.person) if Role(state.role) is Role.HEAD else None
    return None if own is None else render_forecast(own)


def in_zone(state: BookState, scene: Scene) -> BookState:
    """The state with its times as people read them."""
    return replace(
        state,
        seen_at=None if state.seen_at is None else state.seen_at.astimezone(scene.zone),
        written_at=None if state.written_at is None else state.written_at.astimezone(scene.zone),
    )
