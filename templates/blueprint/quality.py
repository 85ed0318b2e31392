"""Полнота карточек: which cells a client's card and a deal need, how heavy each weighs."""

from __future__ import annotations

from model.blueprint import Kind
from templates.blueprint.kit import grey, typed
from templates.blueprint.settings import block

CARD_FIELDS = block(
    "card_fields",
    "Полнота карточек",
    "Card fields",
    ("of", "field"),
    typed("of", "Где", "Where", Kind.CHOICE, 14, choices="card_tables"),
    typed("field", "Столбец", "Column", width=22),
    typed("weight", "Вес", "Weight", Kind.NUMBER, 9),
    typed("kinds", "Для кого", "For whom", width=26),
    typed("stage", "С этапа", "Since stage", Kind.CHOICE, 20, choices="stages"),
    grey("filled", "Заполнено, %", "Filled, %", Kind.PERCENT, 17),
    grey("asked", "Где нужен", "Asked in", Kind.COUNT, 15),
    grey("doubt", "Что непонятно", "Doubt", width=44),
    typed("note", "Пояснение", "Note", width=44),
    also=("kinds", "stage"),
)
