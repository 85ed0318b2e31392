"""The figure screens: grids of single cells that the daemon fills and formulas keep alive.

`SCREENS` names each sheet, who has it and how it is drawn; what stands in its written cells comes
from `templates.screens.fill`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import Role, Slot, Title
from templates.draw import DrawContext
from templates.screens.card import draw_own_card, draw_team_card
from templates.screens.card_place import PICK
from templates.screens.dashboard import draw_dashboard
from templates.screens.forecast import draw_forecast
from templates.screens.payroll import draw_payroll
from templates.screens.plan_fact import draw_plan_fact
from templates.screens.rating import draw_rating
from templates.screens.service_forecast import draw_service_forecast
from templates.screens.service_team import draw_service_team


@dataclass(frozen=True, slots=True)
class Screen:
    """A sheet of figures: its key and name, whose book has it, its tab, and its painter."""

    key: str
    title: Title
    roles: frozenset[Role]
    tab: str
    draw: Callable[[Worksheet, DrawContext], tuple[Slot, ...]]
    service: bool = False
    hidden: bool = False
    """Not shown until the owner switches it on."""
    waits_for: str = ""
    """Key of the typed cell without which it is empty."""


_MANAGER, _LEADERS = frozenset({Role.MANAGER}), frozenset({Role.OWNER, Role.HEAD})
_FIGURES, _CARD = Title("_fig", "_fig"), Title("Карточка", "Client card")
_ALL = (
    Screen("my_forecast", Title("Мой прогноз", "My forecast"), _MANAGER, "figures", draw_forecast),
    Screen("fig_forecast", _FIGURES, _MANAGER, "figures", draw_service_forecast, service=True),
    Screen("my_card", _CARD, _MANAGER, "work", draw_own_card, hidden=True, waits_for=PICK),
    Screen("card", _CARD, _LEADERS, "work", draw_team_card, hidden=True, waits_for=PICK),
    Screen("dashboard", Title("Сводка", "Dashboard"), _LEADERS, "figures", draw_dashboard),
    Screen("plan_fact", Title("План-факт", "Plan and fact"), _LEADERS, "figures", draw_plan_fact),
    Screen("rating", Title("Рейтинг", "Rating"), _LEADERS, "figures", draw_rating, hidden=True),
    Screen(
        "payroll",
        Title("Зарплата", "Payroll"),
        _LEADERS | {Role.ACCOUNTANT},
        "figures",
        draw_payroll,
    ),
    Screen("fig_team", _FIGURES, _LEADERS, "figures", draw_service_team, service=True),
)
SCREENS: Mapping[str, Screen] = MappingProxyType({screen.key: screen for screen in _ALL})
"""Every screen by its key, left to right; service ones are hidden."""
