"""The book of a team that works in one: everybody sees all of it, so it has no sheet of pay."""

from __future__ import annotations

from dataclasses import replace

from model.blueprint import Blueprint, Role

PAY_SHEETS = frozenset({"payroll"})


def in_one_book(blueprint: Blueprint) -> Blueprint:
    """The blueprint of a team whose only book is the owner's, without what is one person's own."""
    whole = blueprint.books[Role.OWNER]
    shared = replace(whole, sheets=tuple(key for key in whole.sheets if key not in PAY_SHEETS))
    return replace(blueprint, books={**blueprint.books, Role.OWNER: shared})
