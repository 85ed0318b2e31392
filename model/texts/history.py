"""Words for what happened to a row: where a change came from, what became of the row."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from model.records import Source
from model.values import Value

SOURCES: Mapping[Source, str] = MappingProxyType(
    {
        Source.PERSON: "правка",
        Source.IMPORT: "загрузка",
        Source.RULE: "правило",
        Source.ANSWER: "ответ",
        Source.UNDO: "отмена",
        Source.RESTORE: "из копии",
    }
)
_ROWS = {(None, True): "появилась", (True, False): "удалена", (False, True): "возвращена"}


def row_word(before: Value, after: Value) -> str:
    """What happened to the row itself: «появилась», «удалена», «возвращена»."""
    was = before if isinstance(before, bool) else None
    return _ROWS.get((was, bool(after)), "изменена")
