"""Questions about a row go along when the row goes to somebody else.

A conflict says what stands in a cell, a vanished row its name. Whoever may no longer see the row
neither reads nor answers them; whose it is now does, or the owner.
"""

from __future__ import annotations

from model.blueprint import Blueprint
from model.records import Question, QuestionKind, Record, Stance
from store import Reader, Writer
from sync.ask import MIXED
from sync.rights import Access, access_for, owned
from sync.rights_lines import field_of
from sync.scene import fold, text

_OF_ROWS = frozenset(
    {
        QuestionKind.CONFLICT,
        QuestionKind.TRASH,
        QuestionKind.REPLACED,
        QuestionKind.TYPED_OVER,
    }
)
"""Kinds that stay as they were asked and tell what stands in the row."""


def readdress(writer: Writer, blueprint: Blueprint, owner: str) -> None:
    """Give waiting questions to whom their rows belong to now."""
    known: dict[str, Access | None] = {}

    def sees(person: str, question: Question, record: Record) -> bool:
        if person not in known:
            known[person] = access_for(writer, blueprint, person, owner)
        access = known[person]
        if access is None:  # not on the list, or left: what is known is whose the row is
            return fold(person) == fold(_whose(blueprint, question, record))
        return not _is_foreign(writer, blueprint, access, question, record)

    for question in writer.questions(stances={Stance.OPEN, Stance.LATER}):
        record = _row(writer, question)
        if record is None or fold(question.whom) == fold(owner):
            continue
        if not sees(question.whom, question, record):
            mine = _whose(blueprint, question, record)
            to = mine if mine and sees(mine, question, record) else owner
            writer.address(question.number, to)


def is_hidden(reader: Reader, blueprint: Blueprint, access: Access, question: Question) -> bool:
    """Whether a question tells of a row that the person may not see."""
    record = None if access.is_owner else _row(reader, question)
    return record is not None and _is_foreign(reader, blueprint, access, question, record)


def _whose(blueprint: Blueprint, question: Question, record: Record) -> str:
    field = field_of(blueprint.tables[question.table])
    return "" if field is None else text(record, field)


def _row(reader: Reader, question: Question) -> Record | None:
    tells = question.kind in _OF_ROWS or question.key.startswith(MIXED)
    return reader.get(question.table, question.row_id) if tells and question.row_id else None


def _is_foreign(
    reader: Reader, blueprint: Blueprint, access: Access, question: Question, record: Record
) -> bool:
    return not access.sees(blueprint.tables[question.table], owned(reader, record))
