"""What the daemon writes on each figure screen: slot key -> value; None clears the cell."""

from __future__ import annotations

from templates.screens.fill_boards import fill_dashboard, fill_payroll
from templates.screens.fill_forecast import fill_forecast, fill_service_forecast
from templates.screens.fill_team import (
    fill_plan_fact,
    fill_rating,
    fill_service_team,
    payroll_shown,
    reason_owners,
    reasons,
    team_size,
)

__all__ = [
    "fill_dashboard",
    "fill_forecast",
    "fill_payroll",
    "fill_plan_fact",
    "fill_rating",
    "fill_service_forecast",
    "fill_service_team",
    "payroll_shown",
    "reason_owners",
    "reasons",
    "team_size",
]
