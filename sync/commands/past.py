"""What `history`, `batches` and `undo` say: who changed what, and taking it back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from model.blueprint import Blueprint, Identity, Role, Table
from model.errors import NeverUndone, WorkbookGone, WrongPlace
from model.records import ROW_MARK, BatchKind, BookState, Change, Source, Stamped
from model.row_ids import text_id
from model.snapshot import TableRead
from model.texts import Text
from model.texts.history import SOURCES, row_word
from model.texts.numbers import counted, day_year, moment
from store import Reader
from sync.commands.said import Said, cell_words, plain_letters, table
from sync.handover.moving import withdraw_signatures
from sync.online import kept_bytes
from sync.place import is_file
from sync.scene import fold
from sync.team import OWNER_BOOK, Team

KINDS = {
    BatchKind.INIT: "создание",
    BatchKind.SYNC: "правки из книг",
    BatchKind.IMPORT: "загрузка",
    BatchKind.MERGE: "объединение",
    BatchKind.ANSWER: "ответ на вопрос",
    BatchKind.APPROVE: "утверждение зарплаты",
    BatchKind.RESTORE: "восстановление",
    BatchKind.UNDO: "отмена",
    BatchKind.REPORT: "отчёт",
    BatchKind.UPGRADE: "обновление книг",
    BatchKind.ASSIGN: "распределение",
    BatchKind.HANDOVER: "передача клиентов",
    BatchKind.ERASE: "удаление по закону",
    BatchKind.EXPORT: "выгрузка",
}
SHOWN = 50
_NUMBER = re.compile(r"(\D+?)-?(\d+)")
_CELL = re.compile(r"(?P<sheet>.+)!\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>\d{1,7})")


@dataclass(frozen=True, slots=True)
class Spot:
    """A row, or one field of it."""

    table: Table
    row_id: str
    field: str | None


def history(team: Team, place: str, field: str | None, *, book: str | None, now: datetime) -> Said:
    """Every change of a cell or a row, newest first; raises WrongPlace."""
    with team.store.read() as reader:
        spot = spot_of(team, reader, place, field, book)
        record = reader.get(spot.table.key, spot.row_id)
        if record is None:
            raise WrongPlace(what=Text.A_CELL, value=place)
        changes = reader.history(spot.table.key, spot.row_id, spot.field, limit=SHOWN)
    number = f"{spot.table.prefix}-{record.number}" if spot.table.prefix else place
    title = f"«{spot.table.title.ru}», {number}"
    if spot.field is not None:
        title += f", «{_heading(spot.table, spot.field)}»"
    rows = [_change(spot, change, now) for change in changes if _is_shown(spot.table, change)]
    lines = (title, *(table(rows) if rows else ("Изменений не было.",)))
    return Said(
        tuple(map(plain_letters, lines)),
        {"table": spot.table.key, "row_id": spot.row_id, "field": spot.field, "changes": changes},
    )


def batches(team: Team, *, now: datetime) -> Said:
    """The last actions; each can be undone as a whole."""
    with team.store.read() as reader:
        found = reader.batches(limit=SHOWN)
    rows = [("№", "Когда", "Что", "Кто", "Подробности")]
    rows += [
        (
            str(b.number),
            moment(b.at.astimezone(now.tzinfo)),
            KINDS[b.kind],
            b.who,
            b.note,
        )
        for b in found
    ]
    lines = (*table(rows, right=frozenset({0})), "Отменить: sheetcrm undo №")
    return Said(tuple(map(plain_letters, lines)), {"batches": found})


def is_upgrade(team: Team, number: int) -> bool:
    """Whether an action changed the form of books: it is taken back in the books themselves."""
    with team.store.read() as reader:
        batch = reader.batch(number)
    return batch is not None and batch.kind is BatchKind.UPGRADE


def undo(team: Team, number: int, *, now: datetime, dry_run: bool) -> Said:
    """Take an action back; what people did later stays. Raises WrongPlace."""
    at = now.astimezone(UTC)
    with team.store.write() as writer:
        batch = writer.batch(number)
        if batch is None:
            raise WrongPlace(what=Text.A_BATCH, value=number)
        if batch.kind is BatchKind.ERASE:
            raise NeverUndone(number=number)
        own = writer.start_batch(BatchKind.UNDO, team.settings.owner, at, note=f"действие {number}")
        by = Stamped(at, team.settings.owner, Source.UNDO, None, own)
        cells = writer.undo(number, by=by)
        if batch.kind is BatchKind.IMPORT:
            writer.forget_facts(number)
        if batch.kind is BatchKind.HANDOVER:
            withdraw_signatures(writer, number, by=by)
        if dry_run:
            writer.cancel()
    what = f"{KINDS[batch.kind]} от {moment(batch.at.astimezone(now.tzinfo))}"
    count = counted(cells, "изменение", "изменения", "изменений")
    end = (
        "Это проверка: ничего не менял."
        if dry_run
        else f"Более поздние правки остались. Вернуть как было: sheetcrm undo {own}"
    )
    lines = (f"Действие {number}, {what}: отменено {count}. {end}",)
    return Said(
        tuple(map(plain_letters, lines)),
        {"batch": number, "cells": cells, "undo": None if dry_run else own, "dry_run": dry_run},
    )


def spot_of(team: Team, reader: Reader, place: str, field: str | None, book: str | None) -> Spot:
    """The row or cell that «К-123» or «Клиенты!D17» names; raises WrongPlace."""
    cell = _CELL.fullmatch(place.strip())
    if cell is not None:
        return _of_cell(team, book_named(reader, book), cell, place)
    match = _NUMBER.fullmatch(place.strip())
    for shape in team.blueprint.tables.values():
        if match is not None and shape.prefix and fold(shape.prefix) == fold(match[1]):
            record = reader.find_number(shape.key, int(match[2]))
            if record is not None:
                return Spot(shape, record.row_id, _field(shape, field))
    raise WrongPlace(what=Text.A_CELL, value=place)


def book_named(reader: Reader, name: str | None) -> BookState:
    """The owner's book, or the one whose file or person carries the name."""
    for state in reader.books():
        if name is None and state.book == OWNER_BOOK:
            return state
        if name is not None and fold(name) in fold(f"{state.person}|{state.path}|{state.book}"):
            return state
    raise WrongPlace(what=Text.A_BOOK, value=name or OWNER_BOOK)


def _of_cell(team: Team, state: BookState, cell: re.Match[str], place: str) -> Spot:
    path = team.path(state)
    try:
        raw = path.read_bytes() if is_file(state) else kept_bytes(team, state)
    except OSError as error:
        raise WorkbookGone(name=path.name, path=path) from error
    file, role = team.books.open(raw, name=path.name), Role(state.role)
    loaded = team.books.load(
        file, book=state.book, name=path.name, blueprint=team.blueprint, role=role
    )
    row, column = int(cell["row"]), _column(cell["column"])
    for key, read in loaded.snapshot.tables.items():
        if fold(read.sheet) != fold(cell["sheet"].strip("'«»")):
            continue
        spot = _in_table(team.blueprint, key, read, row, column)
        if spot is not None:
            return spot
    raise WrongPlace(what=Text.A_CELL, value=place)


def _in_table(
    blueprint: Blueprint, key: str, read: TableRead, row: int, column: int
) -> Spot | None:
    shape = blueprint.tables[key]
    field = next((name for name, at in read.places.items() if at == column), None)
    found = next((r for r in read.rows if r.row == row), None)
    if field is None or found is None:
        return None
    if shape.identity is Identity.TEXT:
        row_id = text_id(shape.key_of(lambda field: str(found.value(field) or "")))
    else:
        row_id = found.row_id or ""
    return Spot(shape, row_id, field) if row_id else None


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _field(shape: Table, name: str | None) -> str | None:
    if name is None:
        return None
    for column in shape.columns:
        if fold(name) in {fold(column.key), fold(column.title.ru), fold(column.title.en)}:
            return column.key
    raise WrongPlace(what=Text.A_COLUMN, value=name)


def _heading(shape: Table, field: str) -> str:
    return shape.column(field).title.ru if shape.has(field) else field


def _is_shown(shape: Table, change: Change) -> bool:
    """Dates that the daemon keeps for itself stay out of sight."""
    return change.field == ROW_MARK or shape.has(change.field)


def _change(spot: Spot, change: Change, now: datetime) -> tuple[str, ...]:
    at = change.at.astimezone(now.tzinfo)
    who = change.who or "программа"
    if change.field == ROW_MARK:
        what = f"строка {row_word(change.before, change.after)}"
    else:
        what = f"{cell_words(change.before)} -> {cell_words(change.after)}"
        if spot.field is None:
            what = f"{_heading(spot.table, change.field)}: {what}"
    return (f"{day_year(at)} {at:%H:%M}", who, SOURCES[change.source], what)
