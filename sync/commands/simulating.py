"""What `simulate` says: who gains and who loses by a new scheme over past months."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from model.texts.numbers import counted, money, month_name, signed_money
from sync.commands.as_of import month_as_of
from sync.commands.said import Said, plain_letters, table
from sync.figures.rules import TABLE
from sync.simulating.compare import Comparison, PersonPair, compare, past_months, totals
from sync.simulating.scheme_file import scheme_rows
from sync.team import Team
from sync.world import World

TITLES = ("Сотрудник", "Было", "Стало бы", "Разница", "")
UP, DOWN, SAME, OUT = "больше", "меньше", "столько же", "схема не его"


def simulate(team: Team, scheme: Path, months: int, *, world: World) -> Said:
    """Old and new pay of everybody; raises UnreadableInput."""
    shape = team.blueprint.tables[TABLE]
    rows = scheme_rows(world.disk, scheme, shape)
    today = world.now().date()
    with month_as_of(team, world, today) as (month, _):
        found = compare(month, rows, past_months(today, months))
    sums = totals(found.people)
    lines = [*table(_rows(found), right=frozenset({1, 2, 3})), *_words(found)]
    lines += [
        f"{scheme.name}, {d.row_id}: {shape.column(d.column).title.ru}: {d.typed or 'пусто'}. "
        f"{d.advice}"
        for d in found.doubts
    ]
    return Said(
        tuple(map(plain_letters, lines)),
        {"months": found.months, "people": found.people, **sums, "doubts": found.doubts},
    )


def _rows(found: Comparison) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [TITLES]
    rows += [_row(p.name, p.old, p.new, _verdict(p)) for p in found.people]
    whole = totals(found.people)
    rows.append(_row("Всего", whole["old"], whole["new"], ""))
    return rows


def _row(name: str, old: Decimal, new: Decimal, verdict: str) -> tuple[str, str, str, str, str]:
    cells = (money(old, kopecks=True), money(new, kopecks=True))
    return (name, *cells, signed_money(new - old, kopecks=True), verdict)


def _verdict(pair: PersonPair) -> str:
    if not pair.changed:
        return OUT
    return UP if pair.new > pair.old else DOWN if pair.new < pair.old else SAME


def _words(found: Comparison) -> Iterator[str]:
    if not found.people:
        yield "За эти месяцы продаж не было: сравнивать нечего."
        return
    first, last = month_name(found.months[0]), month_name(found.months[-1])
    size = counted(len(found.months), "месяц", "месяца", "месяцев")
    yield f"Зарплата до вычета НДФЛ, {size}: {first} - {last}. Данные те же, меняется только схема."
    closed = [m for p in found.people for m in p.months if m.approved is not None]
    same = sum(m.approved == m.replayed for m in closed)
    if not closed:
        yield "Утверждённых месяцев среди них нет: прежняя схема пересчитана по строкам книг."
    elif same == len(closed):
        yield f"Прежняя схема пересчитана: сходится с утверждённым, {same} из {len(closed)}."
    else:
        yield (
            f"Прежняя схема пересчитана: с утверждённым сходится {same} из {len(closed)}. "
            "В остальных данные изменились после утверждения: sheetcrm explain salary"
        )
    yield "В книгах ничего не изменено. Ввести схему: «Мотивация», новые строки с датой."
