"""Where things stand on «Карточка», and what the tables behind it are called in a book."""

from __future__ import annotations

from dataclasses import dataclass

from model.blueprint import Role
from templates.screens.canvas import at

WIDTHS = (
    *(10, 25, 16, 13, 13, 13, 11, 1.5, 12, 27, 17, 13, 11),
    *[8] * 9,
)
"""Left and right blocks with a gap between them, then the hidden columns."""
LEFT_COLUMN, RIGHT_COLUMN, LAST_COLUMN = 2, 10, 14
LEFT_PLACE, RIGHT_PLACE, EVENT_AT, EVENT_WORDS, EVENT_SUM = range(15, 20)
TIMELINE_AT, HOUR, SCORE, LOST_AT = range(20, 24)
HIDDEN = range(LEFT_PLACE, LOST_AT + 1)
TITLE_ROW, PICKER_ROW = 2, 3
PICKER = (PICKER_ROW, 3)
PICK = "card.pick"
ADD_WHAT, ADD_TEXT, ADD_WHEN, ADD_PHONE = (
    f"card.add.{part}" for part in ("what", "text", "when", "phone")
)
"""Keys of the cells that people type into."""
TYPED, CLEAN, CLIENT, NUMBER, SAME = ((PICKER_ROW, column) for column in range(15, 20))
"""Hidden: what was typed, the same in plain letters, which client, its number, how many alike."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Names over the columns of a role's book; a salesperson's payments stand in «receipts»."""

    role: Role

    def of(self, table: str, field: str) -> str:
        """The name over a column."""
        return f"{self._table(table)}_{field}"

    def key(self, table: str) -> str:
        """The name over the places of rows among those of their client."""
        own = self.role is Role.MANAGER and self._table(table) != "receipts"
        return self.of(table, "my_key" if own else "card_key")

    def _table(self, table: str) -> str:
        return "receipts" if self.role is Role.MANAGER and table == "payments" else table


def cell(place: tuple[int, int]) -> str:
    """Locked address of a place."""
    return at(*place, lock=True)


NOBODY = f'{cell(CLIENT)}=""'
"""Whether no client is picked."""


def of_client(field: str, *, number: bool = False) -> str:
    """Formula: a cell of the client's row, nothing without one."""
    found = f"INDEX(clients_{field},{cell(CLIENT)})"
    value = f'IF(COUNT({found})=0,"",{found})' if number else f'{found}&""'
    return f'=IF({NOBODY},"",{value})'


def day_words(day: str) -> str:
    """Formula part: 12.03.26."""
    padded = [f'RIGHT("0"&{part}({day}),2)' for part in ("DAY", "MONTH", "YEAR")]
    padded[2] = f"RIGHT(YEAR({day}),2)"
    return '&"."&'.join(padded)
