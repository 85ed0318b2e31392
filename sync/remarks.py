"""What is wrong in a book as it stands: lost columns, rows that are none, values nobody can read.

Looked for in every pass and in every book, saved or not, so that a remark goes away when its cause
does. They show in «Вопросы»; those of a row also in its «Сигнал».
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from model.blueprint import Blueprint, Role
from model.problems import Problem
from model.records import Question, QuestionKind
from model.texts.problems import PROBLEMS, place_text, proposal_text, wrong_text
from sync.absorb import KnownBook
from sync.books.read import Loaded
from sync.merge.remarks import remarks_of

Problems = Mapping[tuple[str, str], tuple[Problem, ...]]


def remarks(
    loaded: Loaded, blueprint: Blueprint, role: Role, known: KnownBook
) -> tuple[Problem, ...]:
    """Findings of one book; lists that only repeat another book's are left out."""
    merged = {
        key
        for sheet in blueprint.books[role].sheets
        if not blueprint.sheets[sheet].service
        for key in blueprint.sheets[sheet].tables
    }
    found = [p for p in loaded.problems if p.where.table in merged]
    for key in sorted(merged & loaded.snapshot.tables.keys()):
        found += remarks_of(blueprint.tables[key], loaded.snapshot.tables[key], known.table(key))
    return tuple(found)


def questions_of(
    problems: Sequence[Problem], blueprint: Blueprint, *, book: str, whom: str
) -> list[Question]:
    """A row of «Вопросы» for each finding; it goes when the cause goes."""
    return [_question(problem, blueprint, book, whom) for problem in problems]


def _question(problem: Problem, blueprint: Blueprint, book: str, whom: str) -> Question:
    where = problem.where
    place = where.row_id or where.row or ""
    return Question(
        key=f"{problem.code.value}|{book}|{where.table}|{place}|{where.field or ''}",
        kind=QuestionKind.PROBLEM,
        about=PROBLEMS[problem.code].about,
        where=place_text(where, blueprint),
        wrong=wrong_text(problem),
        proposal=proposal_text(problem),
        whom=whom,
        table=where.table,
        row_id=where.row_id or "",
        column=where.field or "",
        payload={"book": book},
    )


def beside_rows(problems: Problems, found: Iterable[Problem]) -> Problems:
    """Findings of rows with those of the books added, for «Сигнал»."""
    out = dict(problems)
    for problem in found:
        row_id = problem.where.row_id
        if row_id is not None:
            key = problem.where.table, row_id
            out[key] = (*out.get(key, ()), problem)
    return out
