"""Rows of «Мотивация» that cannot mean anything, as questions to the owner."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from formulas.pay.rules import Doubt, RuleRow, read_rules
from model.blueprint import FIRST_ROW
from model.problems import Code, Place, Problem, Severity
from model.records import Question
from store import Reader
from sync.figures.rules import TABLE, rule_rows
from sync.scene import Scene, text
from sync.team import OWNER_BOOK
from sync.validate import question_of


def rule_doubts(rows: tuple[RuleRow, ...]) -> tuple[Doubt, ...]:
    """What is doubtful in all rows, each scheme of each date by itself."""
    groups: dict[tuple[str, date], list[RuleRow]] = defaultdict(list)
    for row in rows:
        groups[row.scheme, row.since or date.min].append(row)
    return tuple(doubt for group in groups.values() for doubt in read_rules(group).doubts)


def rule_questions(reader: Reader, scene: Scene) -> list[Question]:
    """A question for each doubtful cell: the row, the column, what to write."""
    doubts = rule_doubts(rule_rows(scene.rows[TABLE]))
    if not doubts:
        return []
    order = {row_id: at for at, row_id in enumerate(reader.base_order(OWNER_BOOK, TABLE))}
    return [_question(scene, doubt, order.get(doubt.row_id)) for doubt in doubts]


def _question(scene: Scene, doubt: Doubt, at: int | None) -> Question:
    table, record = scene.blueprint.tables[TABLE], scene.rows[TABLE][doubt.row_id]
    heading = table.column(doubt.column).title.ru
    typed = f"«{doubt.typed}»" if doubt.typed else "пусто"
    problem = Problem(
        Code.PAY_RULE,
        Severity.BLOCKING,
        Place(TABLE, doubt.row_id, doubt.column),
        (typed, doubt.advice, heading, text(record, "component") or "строка"),
    )
    asked = question_of(problem, record, scene.blueprint, scene.owner)
    row = "" if at is None else f", строка {FIRST_ROW + at}"
    return replace(asked, where=f"«{table.title.ru}»{row}, «{heading}»")
