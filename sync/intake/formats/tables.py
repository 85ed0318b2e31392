"""Tables: those that a profile knows by its headings, and all others by what the headings mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice

from model.texts.numbers import money
from sync.imports import (
    ImportContext,
    ImportKind,
    Incoming,
    RawTable,
    guess_columns,
    prepare,
    table_of,
)
from sync.imports.columns import sure_kinds
from sync.imports.csv_file import decode_text
from sync.imports.headings import folded
from sync.imports.prepare import as_text
from sync.intake.formats.profiles import Profile, all_profiles
from sync.intake.formats.reading import Cells, Merging, Reading, Row, Wish, unreadable
from sync.intake.formats.records import MICROS, Numbered, fits, reading_of

TITLES = {
    ImportKind.LEADS: "заявки",
    ImportKind.CALLS: "звонки",
    ImportKind.CLIENTS: "клиенты",
    ImportKind.DEALS: "сделки",
    ImportKind.STAFF: "сотрудники",
    ImportKind.PAYMENTS: "оплаты",
    ImportKind.COSTS: "расходы",
    ImportKind.LETTERS: "письма",
}
_LOOKED_AT = 20
_MOST_HEADINGS = 12


def read_lines(raw: bytes, name: str, wish: Wish) -> Reading | None:
    """Rows of a text without headings, when a profile knows its columns."""
    del name
    profiles = [p for p in all_profiles(wish.profiles) if p.shape == "lines"]
    text, _ = decode_text(raw)
    head = [line for line in text[:20_000].splitlines() if line.strip()][:_LOOKED_AT]
    for profile in profiles:
        records = [_line_record(profile, line) for line in head[:-1] or head]
        if records and all(record and fits(record, profile.match) for record in records):
            return reading_of(profile, _line_records(profile, text), wish)
    return None


def _line_record(profile: Profile, line: str) -> Cells | None:
    cells = line.split(profile.delimiter)
    if not len(profile.columns) - 1 <= len(cells) <= len(profile.columns):
        return None
    return dict(zip(profile.columns, cells, strict=False))


def _line_records(profile: Profile, text: str) -> Iterator[Numbered]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, _line_record(profile, line) or {}


def read_table_file(raw: bytes, name: str, wish: Wish) -> Reading:
    """Rows of any table; raises UnreadableInput or ColumnsNotFound."""
    table = table_of(raw, name=name)
    profile = next(
        (
            p
            for p in all_profiles(wish.profiles)
            if p.shape == "table" and wish.kind in {None, p.kind} and _has(table, p.headings)
        ),
        None,
    )
    return _generic(table, wish) if profile is None else _known(table, profile, wish)


def _has(table: RawTable, headings: Sequence[str]) -> bool:
    """Whether a table has a heading of each group; the words of a group stand between bars."""
    there = {folded(header) for header in table.headers}
    return bool(headings) and all(
        there & {folded(word) for word in group.split("|")} for group in headings
    )


def _known(table: RawTable, profile: Profile, wish: Wish) -> Reading:
    reading = reading_of(profile, _records(table), wish)
    rows: Iterable[Row] = reading.rows
    if profile.kind is ImportKind.COSTS:
        rows = _in_roubles(tuple(rows), profile, table.name, micros=wish.micros)
    return Reading(
        kind=reading.kind,
        format=reading.format,
        title=reading.title,
        source=reading.source,
        rows=rows,
        merging=reading.merging,
        headers=table.headers,
    )


def _records(table: RawTable) -> Iterator[Numbered]:
    for row in table.rows:
        cells = zip(table.headers, row.cells, strict=True)
        yield row.number, {header: as_text(cell) for header, cell in cells}


def _in_roubles(rows: Sequence[Row], profile: Profile, name: str, *, micros: bool) -> Iterator[Row]:
    """Costs in roubles; a click dearer than any is asked about before anything is taken."""
    taken = [row for row in rows if isinstance(row, Incoming)]
    spent = sum((_number(row, "cost") for row in taken), Decimal(0))
    clicks = sum((_number(row, "clicks") for row in taken), Decimal(0))
    if micros:
        spent /= MICROS
    dearest = Decimal(profile.dearest_click)
    if dearest and clicks and spent / clicks > dearest:
        shown = f"средний клик выходит {money(spent / clicks)} руб., дороже {money(dearest)}"
        hint = "похоже, суммы в миллионных долях рубля: загрузите с --micros"
        raise unreadable(name, f"{shown}; {hint}")
    for row in rows:
        if micros and isinstance(row, Incoming):
            values = {**row.values, "cost": _number(row, "cost") / MICROS}
            yield Incoming(row.source_row, row.key, values, row.extra, row.partial)
        else:
            yield row


def _number(row: Incoming, name: str) -> Decimal:
    value = row.values.get(name)
    return value if isinstance(value, Decimal) else Decimal(0)


def _generic(table: RawTable, wish: Wish) -> Reading:
    kind = wish.kind or _kind_of(table)
    prepared = prepare(kind, table, ImportContext(stages=wish.stages, columns=wish.columns))
    return Reading(
        kind=kind,
        format="table",
        title=f"Таблица: {TITLES[kind]}",
        source=f"file:{kind.value}",
        rows=tuple(chain(prepared.rows, prepared.refused)),
        merging=Merging.LATEST,
        headers=prepared.headers,
        guesses=guess_columns(kind, table),
    )


def _kind_of(table: RawTable) -> ImportKind:
    """The one kind that the headings mean; raises UnreadableInput when there is none or several."""
    kinds = sure_kinds(table)
    if len(kinds) == 1:
        return kinds[0]
    if kinds:
        both = " и ".join(f"«{TITLES[kind]}»" for kind in kinds)
        words = ", ".join(kind.value for kind in kinds)
        raise unreadable(table.name, f"похоже и на {both}: назовите вид - import {words}")
    shown = [h for h in islice(table.headers, _MOST_HEADINGS) if not h.startswith("Столбец ")]
    if not shown:
        raise unreadable(table.name, "нет строки с заголовками столбцов")
    raise unreadable(
        table.name,
        f"не понял, что это за строки, по заголовкам: {', '.join(shown)}. "
        "Назовите вид: import clients ФАЙЛ",
    )
