"""How full a card is, cell by cell, and a person's average, loss by loss."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from formulas.rounding import ZERO, r2
from model.explaining import Explanation, Source, Step
from model.records import Record
from model.texts.numbers import number
from sync.figures.month import Month
from sync.quality.fields import CLIENTS, DEALS
from sync.quality.scoring import Quality, Scored
from sync.scene import Scene, fold, text

KIND = "quality"
WORST = 5
"""Rows that are named behind a person's average."""


def explain_card(month: Month, record: Record) -> Explanation:
    """Why the card of a client, or a deal, is as full as it is."""
    scored = month.quality().score(record.table, record.row_id)
    whole = sum(scored.weights, ZERO)
    steps = [
        Step(
            code=heading,
            title=f"{heading}: {'нет' if heading in scored.missing else 'есть'}",
            amount=None,
            calc=f"вес {number(weight)} из {number(whole)}",
        )
        for heading, weight in zip(scored.asked, scored.weights, strict=True)
    ]
    filled = _filled(scored)
    number_of = month.scene.number(record.table, record.row_id)
    return Explanation(
        kind=KIND,
        subject=f"{number_of} {name_of(month.scene, record)}",
        title="Полнота карточки" if record.table == CLIENTS else "Полнота сделки",
        figure=scored.score,
        shown=_percent(scored.score),
        steps=tuple(steps),
        chain=f"{number(filled)} из {number(whole)} = {_percent(scored.score)}" if whole else "",
        notes=("Что нужно и сколько весит - лист «Полнота карточек».",),
    )


def explain_person(month: Month, name: str) -> Explanation:
    """Why a person's average is what it is: what each lacking cell takes from it."""
    quality = month.quality()
    rows = list(_rows(quality, month.scene, name))
    known = [scored for _, scored in rows if scored.score is not None]
    taken: dict[str, Fraction] = defaultdict(Fraction)
    counts = Counter[str]()
    for scored in known:
        whole = sum(scored.weights, ZERO)
        weights = dict(zip(scored.asked, scored.weights, strict=True))
        for heading in scored.missing:
            taken[heading] += Fraction(100 * weights[heading]) / Fraction(whole)
            counts[heading] += 1
    size = len(known)
    steps = [
        Step(
            code=heading,
            title=f"Нет «{heading}»",
            amount=None,
            calc=f"минус {number(r2(share / Fraction(size)), places=2)} %",
            how=f"не заполнено: {counts[heading]}",
            sources=tuple(_lacking(month.scene, rows, heading)),
        )
        for heading, share in sorted(taken.items(), key=lambda one: -one[1])
    ]
    figure = quality.of(name)
    total = sum((scored.score or ZERO for scored in known), ZERO)
    return Explanation(
        kind=KIND,
        subject=name,
        title="Качество карточек",
        figure=figure,
        shown=_percent(figure),
        steps=tuple(steps),
        chain=f"{number(total, places=2)} / {size} = {_percent(figure)}" if size else "",
        notes=("Среднее по карточкам клиентов и сделкам в работе, каждая поровну.",),
    )


def _rows(quality: Quality, scene: Scene, name: str) -> Iterator[tuple[Record, Scored]]:
    for table, scores in ((CLIENTS, quality.clients), (DEALS, quality.deals)):
        for row_id, scored in scores.items():
            row = scene.rows[table][row_id]
            if fold(row.values.get("owner")) == fold(name):
                yield row, scored


def _lacking(scene: Scene, rows: list[tuple[Record, Scored]], heading: str) -> Iterator[Source]:
    found = [row for row, scored in rows if heading in scored.missing]
    for row in found[:WORST]:
        yield Source(scene.number(row.table, row.row_id), name_of(scene, row))


def name_of(scene: Scene, row: Record) -> str:
    """Name of the client that a row is or is about."""
    if row.table == CLIENTS:
        return text(row, "name")
    client = scene.rows[CLIENTS].get(row.links.get("client_id", ""))
    return text(row, "client_id") if client is None else text(client, "name")


def _filled(scored: Scored) -> Decimal:
    pairs = zip(scored.asked, scored.weights, strict=True)
    return sum((weight for heading, weight in pairs if heading not in scored.missing), ZERO)


def _percent(value: Decimal | None) -> str:
    return "не спрашиваем" if value is None else f"{number(value, places=2)} %"
