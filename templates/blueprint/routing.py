"""Правила распределения: to whom new leads and clients without a manager go."""

from __future__ import annotations

from model.blueprint import Kind
from templates.blueprint.kit import grey, typed
from templates.blueprint.settings import block

ROUTING = block(
    "routing",
    "Правила распределения",
    "Routing rules",
    ("name",),
    typed("name", "Правило", "Rule", width=26),
    typed("kind", "Что раздаём", "What", Kind.CHOICE, 16, choices="routing_kinds"),
    typed("order", "Очерёдность", "Order", Kind.COUNT, 17),
    typed("source", "Источник", "Source", width=20),
    typed("region", "Город", "Town", width=20),
    typed("product", "Товар", "Product", width=20),
    typed("segment", "Сегмент", "Segment", width=18),
    typed("amount", "Сумма от", "Sum from", Kind.MONEY, 14),
    typed("language", "Язык", "Language", width=12, hidden=True),
    typed("hours", "График", "Hours", width=20),
    typed("whom", "Кому", "To whom", width=34),
    typed("way", "Как делить", "How", Kind.CHOICE, 18, choices="routing_ways"),
    typed("limit", "Не больше в работе", "At most open", Kind.COUNT, 24),
    typed("spare", "Запасной", "Stand-in", Kind.CHOICE, 20, choices="people"),
    typed("active", "Действует", "In force", Kind.CHOICE, 13, choices="yesno"),
    grey("fired", "Сработало", "Fired", Kind.COUNT, 13),
    grey("doubt", "Что непонятно", "Doubt", width=44),
    typed("note", "Пояснение", "Note", width=34),
)
