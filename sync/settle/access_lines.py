"""Lines of «Доступ» that were not understood, as questions to the owner."""

from __future__ import annotations

from collections.abc import Iterator

from model.records import Question, QuestionKind
from model.texts import questions as said
from store import Reader
from sync.rights_lines import TABLE, unclear_lines
from sync.scene import Scene, text


def access_questions(reader: Reader, scene: Scene) -> Iterator[Question]:
    """A question for each cell; it goes when the cell is mended."""
    if TABLE not in scene.blueprint.tables:
        return
    table, rows = scene.blueprint.tables[TABLE], reader.rows(TABLE)
    for doubt in unclear_lines(rows.values(), scene.blueprint):
        line, heading = rows[doubt.row_id], table.column(doubt.field).title.ru
        role, sheet = text(line, "role"), text(line, "sheet")
        words = said.access_unclear(role, sheet, heading, doubt.said, doubt.words)
        yield Question(
            key=f"access|{doubt.row_id}|{doubt.field}|{doubt.said}",
            kind=QuestionKind.PROBLEM,
            about=words.about,
            where=f"«{table.title.ru}», «{heading}»",
            wrong=words.wrong,
            proposal=words.proposal,
            whom=scene.owner,
            table=TABLE,
            row_id=doubt.row_id,
            column=doubt.field,
        )
