"""What `export` says: rows carried out by right, the list of exports, where a leak comes from."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from model.errors import CannotRead, CannotWrite, CrmError
from model.rights import ROLE_TITLES
from model.texts.numbers import counted, moment, number
from sync.commands.copies import names_of
from sync.commands.said import Said, plain_letters, table
from sync.exporting.files import CSV, FORMATS, as_csv, as_xlsx
from sync.exporting.gathering import Gathered, gathered
from sync.exporting.ledger import Entry, entries, write_down
from sync.exporting.tracing import How, Place, Traced, traced
from sync.imports.csv_file import read_csv
from sync.imports.xlsx_file import read_xlsx
from sync.reports.pages import write_bytes
from sync.team import Team
from sync.world import World

ROWS = ("строка", "строки", "строк")
DRY = "Это проверка: ничего не выгрузил."


def export(
    team: Team, world: World, person: str, sheet: str, *, out: Path | None, dry_run: bool
) -> Said:
    """Rows of a sheet by a person's rights in a file; raises as `gathered` does."""
    now = world.now()
    with team.store.write() as writer:
        found = gathered(
            writer,
            team.blueprint,
            person,
            sheet,
            owner=team.settings.owner,
            chance=world.random_bytes,
        )
        title = found.table.title.ru
        path = out or Path(f"{now:%Y-%m-%d} {title}, {found.name}.xlsx")
        if path.suffix.casefold() not in FORMATS:
            raise CannotWrite(name=path.name, reason="умею .xlsx и .csv")
        raw = _file(found, path, now.replace(tzinfo=None, microsecond=0))
        real = len(found.row_ids)
        note = f"{found.name}: «{title}», {counted(real, *ROWS)}"
        entry = Entry(
            0,
            now.astimezone(UTC),
            found.name,
            found.role.value,
            found.table.key,
            real,
            sha256(raw).hexdigest(),
            world.process.who(),
            found.canaries,
            found.row_ids,
        )
        written = (
            None if dry_run else write_down(writer, entry, note=note, owner=team.settings.owner)
        )
        if dry_run:
            writer.cancel()
    facts: dict[str, object] = {
        "who": found.name, "role": found.role, "table": found.table.key, "rows": real,
        "columns": [column.key for column in found.columns], "dry_run": dry_run,
    }  # fmt: skip
    if dry_run:
        return Said((plain_letters(f"Выгрузил бы: {note}. {DRY}"),), facts)
    write_bytes(world.disk, path.absolute(), raw)
    lines = (
        f"{note}: {path}",
        f"Записано в журнал выгрузок под № {written}. В файле есть помеченные строки: по ним "
        "узнается, откуда утёк список. Если файл найдётся не там: sheetcrm export --trace ФАЙЛ",
    )
    facts |= {"file": path, "number": written, "sha256": entry.sha256}
    return Said(tuple(map(plain_letters, lines)), facts)


def list_exports(team: Team, world: World) -> Said:
    """Every export: who, when, how much."""
    now = world.now()
    with team.store.read() as reader:
        found = tuple(entries(reader))
    if not found:
        return Said(("Выгрузок не было.",), {"exports": []})
    titles = {key: one.title.ru for key, one in team.blueprint.tables.items()}
    rows: list[tuple[str, ...]] = [("№", "Когда", "Кому", "Роль", "Лист", "Строк", "Файл")]
    rows += [
        (
            str(one.number),
            moment(one.at.astimezone(now.tzinfo)),
            one.who,
            next(title for role, title in ROLE_TITLES.items() if role.value == one.role),
            titles.get(one.table, one.table),
            number(one.rows),
            one.sha256[:12],
        )
        for one in found
    ]
    facts = [_facts(one) for one in found]
    return Said(table(rows, right=frozenset({0, 5})), {"exports": facts})


def trace(team: Team, world: World, path: Path) -> Said:
    """Where a list that was found somewhere comes from; raises CannotRead."""
    try:
        raw = path.read_bytes()
    except OSError as failure:
        raise CannotRead(name=path.name, reason=failure.strerror) from failure
    stamped = _stamped(team, raw, path.name)
    if stamped is not None:
        return stamped
    cells = _cells(raw, path.name)
    with team.store.read() as reader:
        found = traced(reader, team.blueprint, cells)
        known = {one.number: one for one in entries(reader)}
    facts: dict[str, object] = {"rows": found.rows, "known": found.known, "places": found.places}
    if not found.places:
        return Said((_nowhere(found),), facts)
    names = names_of(team)
    lines = [_said(found, found.places[0], names, known, world)]
    if len(found.places) > 1:
        lines.append("Эти строки есть и здесь, но это менее вероятно:")
        lines += [f"  {_place(p, names, known, world)}" for p in found.places[1:5]]
    return Said(tuple(map(plain_letters, lines)), facts)


def _stamped(team: Team, raw: bytes, name: str) -> Said | None:
    """A copied workbook is known by its stamp."""
    try:
        stamp = team.books.stamp(team.books.open(raw, name=name))
    except CrmError:
        return None
    if stamp is None:
        return None
    place = Place(stamp.book, 0, How.STAMP, 0, 0)
    facts: dict[str, object] = {"places": (place,), "generation": stamp.generation}
    if stamp.family != team.settings.family:
        return Said(("Это книга другой команды.",), {"places": (), "family": stamp.family})
    book = names_of(team).get(stamp.book, stamp.book)
    line = f"Это копия книги «{book}», запись № {stamp.generation}: в ней стоит её метка."
    return Said((plain_letters(line),), facts)


def _cells(raw: bytes, name: str) -> list[list[str]]:
    reading = read_xlsx(raw, name=name) if raw.startswith(b"PK") else read_csv(raw, name=name)
    head = [list(reading.headers)]
    return head + [[str(cell) for cell in row.cells if cell is not None] for row in reading.rows]


def _nowhere(found: Traced) -> str:
    if not found.known:
        return f"Строк в файле: {found.rows}. Ни одной из базы среди них нет."
    return (
        f"Из {found.rows} строк в базе есть {found.known}, но целиком такого списка не было ни в "
        "одной книге и ни в одной выгрузке: его собрали из нескольких."
    )


def _said(
    found: Traced, place: Place, names: dict[str, str], known: dict[int, Entry], world: World
) -> str:
    if place.how is How.CANARY:
        why = f"нашлось помеченных строк: {place.matched}"
    else:
        why = f"все {found.known} узнанных строк из {found.rows} были там"
    return f"Список из: {_place(place, names, known, world)}. {why}."


def _place(place: Place, names: dict[str, str], known: dict[int, Entry], world: World) -> str:
    if place.book:
        return f"книга «{names.get(place.book, place.book)}»"
    one = known[place.export]
    when = moment(one.at.astimezone(world.now().tzinfo))
    return f"выгрузка № {one.number} от {when}, {one.who}"


def _facts(one: Entry) -> dict[str, object]:
    return {
        "number": one.number, "at": one.at, "who": one.who, "role": one.role, "table": one.table,
        "rows": one.rows, "sha256": one.sha256, "by": one.by, "canaries": len(one.canaries),
    }  # fmt: skip


def _file(found: Gathered, path: Path, made: datetime) -> bytes:
    if path.suffix.casefold() == CSV:
        return as_csv(found.columns, found.rows)
    return as_xlsx(found.table.title.ru, found.columns, found.rows, made=made)
