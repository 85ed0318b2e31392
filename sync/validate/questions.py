"""A finding as a row of «Вопросы», and as the short remark of its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from model.blueprint import NUMBER_FIELD, Blueprint
from model.problems import Code, Problem, Severity
from model.records import Question, QuestionKind, Record
from model.spoken import day_of
from model.texts.problems import PROBLEMS, has_proposal, proposal_text, short_text, wrong_text
from model.values import Value, encode

LIVE = frozenset(
    {
        Code.NO_LOST_REASON,
        Code.NO_NEXT_STEP,
        Code.NO_STEP_DATE,
        Code.STEP_OVERDUE,
        Code.EXPECTED_PASSED,
    }
)
"""Said by the live formula of «Сигнал» the moment a person types; never asked, never written."""
ASKED_APART = frozenset({Code.UNKNOWN_CLIENT, Code.AMBIGUOUS_CLIENT, Code.PAYMENT_UNLINKED})
"""Asked by those who look for the client: they know who is alike."""
RED = frozenset(
    {
        Code.INN_CHECKSUM,
        Code.INN_LENGTH,
        Code.INN_ZEROS,
        Code.INN_LOST_ZERO,
        Code.AMOUNT_TEXT,
        Code.UNKNOWN_CLIENT,
        Code.AMBIGUOUS_CLIENT,
        Code.PAYMENT_UNLINKED,
    }
)
"""Stops money or identity; the rest spoils quality."""
_RED, _YELLOW, _BLUE = 1, 2, 3


def is_asked(problem: Problem) -> bool:
    """Whether the finding gets a row of «Вопросы»."""
    return problem.code not in LIVE | ASKED_APART


def row_remark(problems: Sequence[Problem]) -> tuple[str, int]:
    """The gravest remark of a row and its colour: 1 red, 2 yellow, 3 blue; ('', 0) for none."""
    told = [p for p in problems if p.code not in LIVE]
    worst = min(told, key=_colour, default=None)
    return ("", 0) if worst is None else (short_text(worst), _colour(worst))


def question_of(problem: Problem, record: Record, blueprint: Blueprint, whom: str) -> Question:
    """The row of «Вопросы»; its key stays the same for the same content of the same cell."""
    where, typed = problem.where, problem.values[0] if problem.values else ""
    fix = PROBLEMS[problem.code].asks and has_proposal(problem)
    amount = record.values.get("amount")
    return Question(
        key=f"{problem.code.value}|{where.table}|{record.row_id}|{where.field or ''}|{typed}",
        kind=QuestionKind.FIX if fix else QuestionKind.PROBLEM,
        about=PROBLEMS[problem.code].about,
        where=_where(problem, record, blueprint),
        wrong=wrong_text(problem),
        proposal=proposal_text(problem),
        whom=whom,
        red=_colour(problem) == _RED,
        money=amount if isinstance(amount, Decimal) else None,
        table=where.table,
        row_id=record.row_id,
        column=where.field or "",
        payload=_payload(problem) if fix else {},
    )


def _colour(problem: Problem) -> int:
    if problem.severity is Severity.BLOCKING or problem.code in RED:
        return _RED
    return _YELLOW if problem.severity is Severity.WARNING else _BLUE


def _where(problem: Problem, record: Record, blueprint: Blueprint) -> str:
    """«К-204, «ИНН»», or the sheet where rows have no number."""
    table = blueprint.tables[problem.where.table]
    numbered = record.number is not None and table.has(NUMBER_FIELD)
    name = f"{table.prefix}-{record.number}" if numbered else table.title.ru
    field = problem.where.field
    if field is None or not table.has(field):
        return name
    return f"{name}, «{table.column(field).title.ru}»"


def _payload(problem: Problem) -> Mapping[str, str]:
    proposed = problem.values[1]
    value: Value = day_of(proposed) if problem.code is Code.DATE_STRANGE else proposed
    return {"value": encode(value) or ""}
