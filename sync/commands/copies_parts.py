"""What `backup restore` says of a part of a book: a sheet, a row, a client, a cell."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from backups import Copy
from model.errors import WrongPlace
from model.human_dates import understand
from model.texts import Text
from model.texts.numbers import counted, day_year, number
from store import Reader
from sync.commands.copies import CELLS_SHOWN, cell_lines, names_of, restore_copy
from sync.commands.past import book_named, spot_of
from sync.commands.said import Said, plain_letters
from sync.copies.putting import (
    CLIENTS,
    Returned,
    Wanted,
    book_wanted,
    client_wanted,
    put,
    returned,
    sheet_wanted,
)
from sync.copies.reading import Opened, copy_at, copy_numbered, opened_copy
from sync.place import is_file
from sync.team import Team
from sync.world import World

_DAY_FIRST = re.compile(r"(\d{4})-(\d\d)-(\d\d)(.*)")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of which copy, in the words of the command line."""

    copy: int | None = None
    at: str | None = None
    book: str | None = None
    sheet: str | None = None
    row: str | None = None
    client: str | None = None
    cell: str | None = None

    @property
    def is_part(self) -> bool:
        """Whether less than the whole book is meant."""
        return any((self.sheet, self.row, self.client, self.cell))


def chosen_copy(team: Team, asked: Asked, *, now: datetime) -> Copy:
    """The copy by its number, or the newest one by a moment; raises WrongPlace."""
    if asked.copy is not None:
        return copy_numbered(team, asked.copy)
    with team.store.read() as reader:
        book = book_named(reader, asked.book).book
    return copy_at(team, book, moment_of(asked.at or "", now))


def moment_of(text: str, now: datetime) -> datetime:
    """«12.03 14:00», «вчера 18:00»; a day without an hour means its end. Raises WrongPlace."""
    words = _DAY_FIRST.sub(r"\3.\2.\1\4", text.strip())
    found = understand(words, now.date())
    if found is None:
        raise WrongPlace(what=Text.A_MOMENT, value=text)
    return datetime.combine(found.day, found.at or time(23, 59, 59), now.tzinfo)


def restore_whole(team: Team, asked: Asked, *, world: World, dry_run: bool) -> Said:
    """Put a copy of a whole book back: the file itself, or the rows of a spreadsheet."""
    copy = chosen_copy(team, asked, now=world.now())
    with team.store.read() as reader:
        state = reader.book(copy.book)
    if state is None or is_file(state):
        return restore_copy(team, copy.id, world=world, dry_run=dry_run)
    said = restore_part(team, replace(asked, copy=copy.id), world=world, dry_run=dry_run)
    if not said.facts["cells"] and not said.facts["revived"] and not said.facts["buried"]:
        return said
    return said.and_then(
        "Свои столбцы, цвета и заметки в таблице вернёт Google: «Файл», «История версий»."
    )


def restore_part(team: Team, asked: Asked, *, world: World, dry_run: bool) -> Said:
    """Put a part of a copy into the store; the books follow with the next pass."""
    now = world.now()
    opened = opened_copy(team, chosen_copy(team, asked, now=now))
    batch = 0
    with team.store.write() as writer:
        wanted = _wanted(team, writer, opened, asked)
        back = returned(team, writer, opened, wanted)
        lines = list(cell_lines(team, writer, back))
        if dry_run or back.is_empty:
            writer.cancel()
        else:
            note = f"копия {opened.copy.id}"
            who = team.settings.owner
            batch = put(writer, back, who=who, at=now.astimezone(UTC), note=note)
    return _said(team, opened, back, lines, batch=batch, now=now)


def _wanted(team: Team, reader: Reader, opened: Opened, asked: Asked) -> Wanted:
    if asked.client is not None:
        spot = spot_of(team, reader, asked.client, None, opened.state.book)
        client = reader.get(CLIENTS, spot.row_id)
        if spot.table.key != CLIENTS or client is None:
            raise WrongPlace(what=Text.A_CLIENT, value=asked.client)
        return client_wanted(team, reader, opened, client)
    if asked.row is not None:
        spot = spot_of(team, reader, asked.row, asked.cell, opened.state.book)
        return Wanted({spot.table.key: {spot.row_id}}, spot.field)
    if asked.cell is not None:
        spot = spot_of(team, reader, asked.cell, None, opened.state.book)
        return Wanted({spot.table.key: {spot.row_id}}, spot.field)
    return book_wanted(opened) if asked.sheet is None else sheet_wanted(opened, asked.sheet)


def _said(
    team: Team, opened: Opened, back: Returned, moved: list[str], *, batch: int, now: datetime
) -> Said:
    at = opened.copy.at.astimezone(now.tzinfo)
    name = names_of(team).get(opened.copy.book, opened.copy.book)
    which = f"«{name}» от {day_year(at)} {at:%H:%M} (копия {opened.copy.id})"
    facts: dict[str, object] = {
        "copy": opened.copy,
        "cells": back.cells,
        "revived": back.revived,
        "buried": back.buried,
        "batch": batch or None,
        "dry_run": not batch,
    }
    if back.is_empty:
        return Said((plain_letters(f"Всё и так стоит, как в {which}. Ничего не менял."),), facts)
    cells = counted(back.cells, "ячейка", "ячейки", "ячеек")
    verb = "Вернул" if batch else "Верну"
    lines = [f"{verb} из {which}: {cells}.", *(f"  {line}" for line in moved[:CELLS_SHOWN])]
    if len(moved) > CELLS_SHOWN:
        lines.append(f"  и ещё {number(len(moved) - CELLS_SHOWN)}")
    if batch:
        lines.append(f"В книги попадёт со следующим проходом. Отменить: sheetcrm undo {batch}")
    else:
        lines.append("Это проверка: ничего не менял.")
    return Said(tuple(map(plain_letters, lines)), facts)
