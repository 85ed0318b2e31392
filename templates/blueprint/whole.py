"""Tables, sheets and books put together."""

from __future__ import annotations

from functools import cache

from openpyxl import Workbook

from model.blueprint import Blueprint, BookPlan, Role, Sheet, Title
from templates.blueprint.access import ACCESS
from templates.blueprint.clients import CLIENTS, LEADS
from templates.blueprint.costs import COSTS
from templates.blueprint.deals import DEALS
from templates.blueprint.events import CALLS, JOURNAL, PAYMENTS, QUESTIONS, TASKS
from templates.blueprint.planning import PLANNING_TABLES
from templates.blueprint.quality import CARD_FIELDS
from templates.blueprint.relations import RECEIPTS, RELATIONS
from templates.blueprint.routing import ROUTING
from templates.blueprint.settings import LIST_TABLES, PLANS, SETTINGS_TABLES
from templates.draw import DrawContext
from templates.screens import SCREENS
from templates.service import draw_service

VERSION = 1
BIG_TABLES = (
    *(DEALS, CLIENTS, LEADS, QUESTIONS, PAYMENTS, PLANS, *PLANNING_TABLES),
    *(ROUTING, CARD_FIELDS, ACCESS, CALLS, TASKS, COSTS, JOURNAL, *RELATIONS, RECEIPTS),
)
HIDDEN_TABLES = (
    *(CALLS, TASKS, COSTS, JOURNAL, ROUTING, CARD_FIELDS, ACCESS),
    *(*PLANNING_TABLES, *RELATIONS, RECEIPTS),
)
"""Their sheets are shown once the owner wants them."""
TABS = {
    "payments": "figures",
    "costs": "figures",
    "questions": "questions",
    **dict.fromkeys(
        ("plans", "norms", "calendar", "rates", "routing", "card_fields", "access", "journal"),
        "settings",
    ),
}
SERVICE = "_crm"
LISTS = "_lists"

MANAGER = BookPlan(
    Role.MANAGER,
    (
        "my_forecast",
        "deals",
        "clients",
        "leads",
        "questions",
        "help",
        "my_card",
        "tasks",
        "contacts",
        "calls",
        "letters",
        "documents",
        "complaints",
        "receipts",
        SERVICE,
        "fig_forecast",
        LISTS,
    ),
)
OWNER = BookPlan(
    Role.OWNER,
    (
        "dashboard",
        "plan_fact",
        "questions",
        "deals",
        "clients",
        "leads",
        "payments",
        "plans",
        "payroll",
        "settings",
        "help",
        "card",
        "rating",
        "norms",
        "calendar",
        "rates",
        "routing",
        "card_fields",
        "access",
        "tasks",
        "contacts",
        "calls",
        "costs",
        "letters",
        "documents",
        "complaints",
        "journal",
        SERVICE,
        "fig_team",
    ),
)
HEAD = BookPlan(Role.HEAD, tuple(key for key in OWNER.sheets if key not in {"access", "journal"}))
"""Of the department alone; `sync.rights` says whose rows and whose pay."""
MARKETING = BookPlan(
    Role.MARKETING,
    ("costs", "leads", "questions", "help", SERVICE, LISTS),
    open=frozenset({"costs"}),
)
ACCOUNTANT = BookPlan(
    Role.ACCOUNTANT,
    ("payments", "payroll", "documents", "questions", "help", SERVICE, LISTS),
    open=frozenset({"documents"}),
)


@cache
def load(people: int = 5) -> Blueprint:
    """The blueprint for a team of that many people; figure sheets have room for them."""
    tables = {t.key: t for t in (*BIG_TABLES, *SETTINGS_TABLES)}
    sheets = {
        t.key: Sheet(
            t.key,
            t.title,
            tables=(t.key,),
            tab=TABS.get(t.key, "work"),
            hidden=t in HIDDEN_TABLES,
            protected=t in (PLANS, ROUTING, CARD_FIELDS, ACCESS, *PLANNING_TABLES),
        )
        for t in BIG_TABLES
    }
    sheets["settings"] = Sheet(
        "settings",
        Title("Настройки", "Settings"),
        tables=tuple(t.key for t in SETTINGS_TABLES),
        tab="settings",
        protected=True,
    )
    sheets["help"] = Sheet("help", Title("Помощь", "Help"), tab="settings")
    sheets[LISTS] = Sheet(
        LISTS,
        Title("_lists", "_lists"),
        tables=tuple(t.key for t in LIST_TABLES),
        hidden=True,
        service=True,
    )
    context = DrawContext(people=people, titles={k: s.title.ru for k, s in sheets.items()})
    scratch = Workbook()
    sheets[SERVICE] = Sheet(
        SERVICE,
        Title("_crm", "_crm"),
        slots=draw_service(scratch.create_sheet(SERVICE), context),
        hidden=True,
        service=True,
    )
    for key, screen in SCREENS.items():
        sheets[key] = Sheet(
            key,
            screen.title,
            slots=screen.draw(scratch.create_sheet(key), context),
            tab=screen.tab,
            hidden=screen.service or screen.hidden,
            protected=not screen.service,
            service=screen.service,
            waits_for=screen.waits_for,
        )
    lists = {
        "stages": "stages.name",
        "reasons": "reasons.name",
        "sources": "sources.name",
        "industries": "industries.name",
        "units": "units.name",
        "people": "staff.fio",
    }
    books = {plan.role: plan for plan in (OWNER, HEAD, MANAGER, MARKETING, ACCOUNTANT)}
    return Blueprint(VERSION, tables, sheets, books, lists)
