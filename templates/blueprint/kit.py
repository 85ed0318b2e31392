"""Short ways to say a column; the words are those of `model.blueprint`."""

from __future__ import annotations

from typing import Any

from model.blueprint import Column, Kind, Owner, Role, Title

OWNER_ONLY = frozenset({Role.OWNER})
MANAGER_ONLY = frozenset({Role.MANAGER})


def typed(
    key: str, ru: str, en: str, kind: Kind = Kind.TEXT, width: float = 14, **more: Any
) -> Column:
    """A column that people type."""
    return Column(key, Title(ru, en), Owner.PERSON, kind, width, **more)


def fed(
    key: str, ru: str, en: str, kind: Kind = Kind.TEXT, width: float = 14, **more: Any
) -> Column:
    """A column that facts and rules fill until a person touches it."""
    return Column(key, Title(ru, en), Owner.IMPORT, kind, width, **more)


def grey(
    key: str, ru: str, en: str, kind: Kind = Kind.TEXT, width: float = 14, **more: Any
) -> Column:
    """A column that the daemon computes."""
    return Column(key, Title(ru, en), Owner.COMPUTED, kind, width, **more)


def number(width: float = 8) -> Column:
    """The visible number for people."""
    return grey("id", "№", "No.", Kind.CODE, width)


def row_id() -> Column:
    """The hidden id that the daemon trusts; it stands between the number and the name."""
    return Column("row_id", Title("row_id", "row_id"), Owner.SYSTEM, Kind.CODE, 4, hidden=True)


def hidden_tail() -> tuple[Column, ...]:
    """Daemon's columns that every big table ends with."""
    return (
        grey("remark", "Замечание", "Remark", hidden=True),
        grey("remark_code", "Цвет замечания", "Remark colour", Kind.COUNT, hidden=True),
        grey("created_at", "Создана в", "Created at", Kind.MOMENT, hidden=True),
        grey("changed_at", "Изменена в", "Changed at", Kind.MOMENT, hidden=True),
    )
