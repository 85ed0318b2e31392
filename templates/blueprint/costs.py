"""Расходы: what advertising cost, a row a day and campaign."""

from __future__ import annotations

from model.blueprint import Kind, Table, Title
from templates.blueprint.kit import fed, grey, hidden_tail, number, row_id

COSTS = Table(
    key="costs",
    title=Title("Расходы", "Costs"),
    prefix="Рх",
    columns=(
        number(),
        row_id(),
        fed("date", "Дата", "Date", Kind.DATE, 12, strong=True),
        fed("channel", "Канал", "Channel", Kind.CHOICE, 20, choices="sources", closed=False),
        fed("campaign", "Кампания", "Campaign", width=34, strong=True),
        fed("impressions", "Показы", "Impressions", Kind.COUNT, 13),
        fed("clicks", "Клики", "Clicks", Kind.COUNT, 13),
        fed("cost", "Расход, руб.", "Cost", Kind.MONEY, 18, format="#,##0.00", strong=True),
        fed("source", "utm_source", "utm_source", width=16),
        fed("medium", "utm_medium", "utm_medium", width=16, hidden=True),
        fed("campaign_id", "Номер кампании", "Campaign id", Kind.CODE, hidden=True),
        fed("origin", "Откуда", "Origin", hidden=True),
        grey("remarks", "Замечания", "Remarks", width=26),
        *hidden_tail(),
    ),
)
