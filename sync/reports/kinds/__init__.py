"""The pages of a report by what they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from sync.reports.facts import Facts
from sync.reports.kinds.activity import activity
from sync.reports.kinds.channels import channels
from sync.reports.kinds.clients import clients
from sync.reports.kinds.funnel import funnel
from sync.reports.kinds.managers import managers
from sync.reports.sheet import Sheet


class Kind(Enum):
    """What a page is about, as the command names it."""

    MANAGERS = "managers"
    FUNNEL = "funnel"
    CHANNELS = "channels"
    CLIENTS = "clients"
    ACTIVITY = "activity"


PAGES: Mapping[Kind, Callable[[Facts], Sheet]] = {
    Kind.MANAGERS: managers,
    Kind.FUNNEL: funnel,
    Kind.CHANNELS: channels,
    Kind.CLIENTS: clients,
    Kind.ACTIVITY: activity,
}
NAMES: Mapping[Kind, str] = {
    Kind.MANAGERS: "Менеджеры",
    Kind.FUNNEL: "Воронка",
    Kind.CHANNELS: "Каналы",
    Kind.CLIENTS: "Клиенты",
    Kind.ACTIVITY: "Активность",
}


def page(kind: Kind, facts: Facts) -> Sheet:
    """The page of a kind."""
    return PAGES[kind](facts)
