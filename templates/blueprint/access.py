"""Доступ: what each role sees, edits and may carry out; the owner's sheet."""

from __future__ import annotations

from model.blueprint import Kind
from templates.blueprint.kit import grey, typed
from templates.blueprint.settings import block

ACCESS = block(
    "access",
    "Доступ",
    "Access",
    ("role", "sheet"),
    typed("role", "Роль", "Role", Kind.CHOICE, 17, choices="access_roles"),
    typed("sheet", "Лист", "Sheet", width=24),
    typed("rows", "Строки", "Rows", Kind.CHOICE, 12, choices="reaches"),
    typed("hide", "Колонки скрыть", "Hidden columns", width=66),
    typed("edit", "Правка", "Edit", Kind.CHOICE, 11, choices="yesno"),
    typed("export", "Выгрузка", "Export", Kind.CHOICE, 13, choices="yesno"),
    grey("checked", "Проверено", "Checked", width=76),
)
"""Lines that are missing hold as they were at the founding; the owner's own rights are fixed."""
