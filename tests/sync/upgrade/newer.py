"""A blueprint of a later version: two columns of «Сделки», a sheet of contracts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from model.blueprint import (
    Blueprint,
    BookPlan,
    Column,
    Kind,
    Owner,
    Role,
    Sheet,
    Title,
)
from model.rights import DEFAULTS, NOTHING, Rights

FREIGHT = Column("freight", Title("Доставка, руб.", "Freight"), Owner.PERSON, Kind.MONEY, width=14)
HALF = Column(
    "half_sum",
    Title("Половина суммы", "Half"),
    Owner.COMPUTED,
    Kind.MONEY,
    live='=IF({amount}="","",{amount}/2)',
)
CHANNEL = Column(
    "next_channel", Title("Куда писать", "Channel"), Owner.PERSON, choices="sources", closed=False
)
NEW = (FREIGHT, HALF, CHANNEL)
AGREEMENTS = "agreements"


def with_columns(blueprint: Blueprint, *columns: Column, table: str = "deals") -> Blueprint:
    """The blueprint with columns at the end of a table."""
    old = blueprint.tables[table]
    wide = replace(old, columns=(*old.columns, *(columns or NEW)))
    return replace(blueprint, tables={**blueprint.tables, table: wide})


def with_sheet(blueprint: Blueprint, *, hidden: bool = False) -> Blueprint:
    """The blueprint with a sheet of contracts, formed like «Задачи», in every book."""
    like = blueprint.tables["tasks"]
    table = replace(like, key=AGREEMENTS, title=Title("Договоры", "Contracts"), prefix="Г")
    sheet = Sheet(AGREEMENTS, Title("Договоры", "Contracts"), (AGREEMENTS,), hidden=hidden)
    books = {
        role: BookPlan(role, (*plan.sheets, AGREEMENTS)) for role, plan in blueprint.books.items()
    }
    return replace(
        blueprint,
        tables={**blueprint.tables, AGREEMENTS: table},
        sheets={**blueprint.sheets, AGREEMENTS: sheet},
        books=books,
    )


def open_to_all() -> Mapping[Role, Rights]:
    """The rights with which that version comes: people work on the sheet of contracts."""
    like = {role: rights.tables.get("tasks", NOTHING) for role, rights in DEFAULTS.items()}
    return {
        role: replace(rights, tables={**rights.tables, AGREEMENTS: like[role]})
        for role, rights in DEFAULTS.items()
    }


def shown_to_all(blueprint: Blueprint, key: str) -> Blueprint:
    """The blueprint in which a sheet is hidden no more."""
    sheet = replace(blueprint.sheets[key], hidden=False)
    return replace(blueprint, sheets={**blueprint.sheets, key: sheet})
