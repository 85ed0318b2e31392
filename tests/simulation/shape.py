"""The small blueprint of simulated teams: clients with every class of field, and questions."""

from __future__ import annotations

from typing import Any

from model.blueprint import (
    Blueprint,
    BookPlan,
    Column,
    Kind,
    Owner,
    Role,
    RowMaker,
    Sheet,
    Table,
    Title,
)

FAMILY = "simulated-team"
CLIENTS, QUESTIONS = "clients", "questions"
TYPED = ("name", "inn", "phone", "note", "stage")
"""Fields that people type into, in the order of the columns."""
SCOPE = "owner"
SUM, MEMO = "sum", "memo"
"""A number, and a value that nobody sees."""


def _column(key: str, owner: Owner, kind: Kind = Kind.TEXT, **more: Any) -> Column:
    return Column(key, Title(key, key), owner, kind, **more)


def blueprint() -> Blueprint:
    """Two tables on two sheets, alike in the books of the owner and of a salesperson."""
    clients = Table(
        CLIENTS,
        Title("Клиенты", "Clients"),
        (
            _column("id", Owner.COMPUTED, Kind.CODE),
            _column("row_id", Owner.SYSTEM, Kind.CODE),
            _column("name", Owner.PERSON, Kind.NAME, likeness=True),
            _column("inn", Owner.PERSON, Kind.INN, strong=True),
            _column("phone", Owner.PERSON, Kind.PHONE, strong=True),
            _column("note", Owner.PERSON),
            _column("stage", Owner.IMPORT),
            _column(SCOPE, Owner.PERSON),
            _column(SUM, Owner.PERSON, Kind.MONEY),
            _column("remark", Owner.COMPUTED),
            _column(MEMO, Owner.PERSON, hidden=True),
        ),
        prefix="К",
        scope=SCOPE,
        groups=(("note", "stage"),),
    )
    questions = Table(
        QUESTIONS,
        Title("Вопросы", "Questions"),
        (
            _column("id", Owner.COMPUTED, Kind.CODE),
            _column("row_id", Owner.SYSTEM, Kind.CODE),
            _column("wrong", Owner.COMPUTED),
            _column("answer", Owner.PERSON),
        ),
        makes_rows=RowMaker.DAEMON,
    )
    sheets = {t.key: Sheet(t.key, t.title, (t.key,)) for t in (clients, questions)}
    plan = tuple(sheets)
    return Blueprint(
        version=1,
        tables={t.key: t for t in (clients, questions)},
        sheets=sheets,
        books={role: BookPlan(role, plan) for role in Role},
    )


BLUEPRINT = blueprint()
