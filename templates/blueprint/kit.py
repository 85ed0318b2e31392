"""Short ways to say a column; the words are those of `model.blueprint`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from model.blueprint import Column, Kind, Owner, Role, Title

NOT_MANAGER = frozenset(Role) - {Role.MANAGER}
"""Books of several people's rows say whose each is."""
LEADERS = frozenset({Role.OWNER, Role.HEAD})
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


def card_keys(*, shared: bool = True) -> tuple[Column, ...]:
    """Hidden places of a row among the rows of its client, for «Карточка».

    `К-118|3` is the client's third row, counted from the oldest: among all rows in the head's book,
    among a person's own in that person's. `shared` tells that salespeople have the table, too.
    """
    keys = [grey("card_key", "Место в карточке", "Place on card", Kind.CODE, hidden=True)]
    if shared:
        keys = [
            replace(keys[0], roles=LEADERS),
            grey(
                "my_key",
                "Место в моей карточке",
                "Place on my card",
                Kind.CODE,
                hidden=True,
                roles=MANAGER_ONLY,
            ),
        ]
    return tuple(keys)


def client_no() -> Column:
    """The number of the client that the row belongs to, resolved by the daemon."""
    return grey("client_no", "№ клиента", "Client no.", Kind.CODE, hidden=True)
