"""The html pages beside the books, written at every pass that changed something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from model.blueprint import Role
from model.records import BookState
from sync.reports.pages import render_dashboard, render_forecast, write_page
from sync.scene import Scene
from sync.team import Team
from sync.thinking import Thought


def write_pages(team: Team, states: Sequence[BookState], thought: Thought) -> None:
    """«Мой прогноз.html» of each person and «Сводка.html»; unchanged pages are left alone."""
    local = [in_zone(state, thought.scene) for state in states]
    for state in local:
        if state.role == Role.OWNER.value:
            write_page(team.page(state), render_dashboard(thought.team, local))
            continue
        figures = thought.of(state.person)
        if figures is not None:
            write_page(team.page(state), render_forecast(figures))


def in_zone(state: BookState, scene: Scene) -> BookState:
    """The state with its times as people read them."""
    return replace(
        state,
        seen_at=None if state.seen_at is None else state.seen_at.astimezone(scene.zone),
        written_at=None if state.written_at is None else state.written_at.astimezone(scene.zone),
    )
