"""An old list of clients becomes a team: every row moves in, every column comes along.

The file itself is only read. A column that we have no field for stays the person's own: it stands
to the right of the declared ones, inside Excel's table, so that sorting carries it. Its key in the
hidden row is one that the blueprint does not know, so the daemon never touches it. What stood in
it is kept in the store under `+heading` until the first pass has given each row its place.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from model.blueprint import FIRST_ROW, KEY_ROW, Blueprint, Column, Owner, Role, Table, Title
from model.errors import WorkbookChanged
from model.records import BookState
from model.values import Value
from store import Reader
from sync.books.read import Loaded
from sync.delivery import TEMP_BYTES
from sync.exchange import new_name, write_back
from sync.founding.content import Content, Rows
from sync.founding.first_rows import NewPerson, Pay, whole_year
from sync.founding.founding import Build, Ground
from sync.founding.layout import INBOX_FOLDER
from sync.imports import (
    Guess,
    ImportContext,
    ImportKind,
    Prepared,
    guess_columns,
    prepare,
    read_table,
    refused_csv,
)
from sync.ooxml import SetValue, col_letter, patch
from sync.reports.pages import write_bytes
from sync.scene import fold
from sync.team import Team
from sync.world import World
from sync.world.real_disk import RealDisk

CLIENTS, MANAGER = "clients", "owner"
OWN_MARK = "+"
"""Before the heading of an own column, in the store. No field key starts so."""
OWN_KEY = "own_"
OWN_WIDTH = 16.0
TRIES = 3
"""A book that is saved all the time is left without its own columns."""
QUARANTINE = "Карантин"
NOBODY = frozenset({"", "-", "—", "нет", "не назначен", "нет менеджера"})


@dataclass(frozen=True, slots=True)
class OldList:
    """A list as it was read: what each column is taken for, the rows, the people in it."""

    path: Path
    sha256: str
    sheet: str
    guesses: tuple[Guess, ...]
    """One a column, in the order of the file; without a field the column stays the person's own."""
    prepared: Prepared
    people: tuple[tuple[str, int], ...]
    """Managers found in the list with the number of their clients, the largest first."""
    own: tuple[str, ...]
    """Headings of the person's own columns, as they will stand in the books."""

    @property
    def rows(self) -> int:
        """Rows in the file."""
        return len(self.prepared.rows) + len(self.prepared.refused)

    def untouched(self) -> bool:
        """Whether the file is still what it was when it was read."""
        return _digest(self.path) == self.sha256


def read_old(
    path: Path, blueprint: Blueprint, columns: Mapping[str, str | None] | None = None
) -> OldList:
    """The list in a file; `columns` are headings that a person named otherwise than guessed.

    Raises UnreadableInput, or ColumnsNotFound when no column can be the client's name.
    """
    digest = _digest(path)
    table, named = read_table(RealDisk(), path), columns or {}
    guesses = tuple(
        replace(guess, field=named.get(guess.header, guess.field))
        for guess in guess_columns(ImportKind.CLIENTS, table)
    )
    prepared = prepare(ImportKind.CLIENTS, table, ImportContext(columns=named))
    clients = blueprint.tables[CLIENTS]
    return OldList(
        path,
        digest,
        table.sheet,
        guesses,
        prepared,
        _people(prepared),
        tuple(_own_titles(guesses, clients).values()),
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _people(prepared: Prepared) -> tuple[tuple[str, int], ...]:
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for row in prepared.rows:
        name = _manager(row.values)
        if name is not None:
            spellings[fold(name)][name] += 1
    people = [(_capital(found.most_common(1)[0][0]), found.total()) for found in spellings.values()]
    return tuple(sorted(people, key=lambda person: (-person[1], person[0])))


def _capital(name: str) -> str:
    """«Петрова Анна» of a name written in small or in capital letters only."""
    return name.title() if name in {name.lower(), name.upper()} else name


def _manager(values: Mapping[str, Value]) -> str | None:
    name = " ".join(str(values.get(MANAGER, "")).split())
    return None if fold(name) in NOBODY else name


def _own_titles(guesses: Sequence[Guess], clients: Table) -> dict[str, str]:
    """Heading in the file -> heading in the books, of columns that have no field of ours."""
    taken = {fold(column.title.ru) for column in clients.columns}
    titles: dict[str, str] = {}
    for guess in guesses:
        if guess.field is not None and (clients.has(guess.field) or guess.field == "legal_form"):
            continue
        title = guess.header if fold(guess.header) not in taken else f"{guess.header} (из списка)"
        taken.add(fold(title))
        titles[guess.header] = title
    return titles


def new_people(old: OldList, pay: Pay | None, plan: Decimal | None) -> tuple[NewPerson, ...]:
    """The people of the list, each with the same pay and the same plan of a month."""
    return tuple(NewPerson(name, pay=pay, plans=whole_year(plan)) for name, _ in old.people)


def old_content(old: OldList, blueprint: Blueprint) -> Callable[[Ground], Content]:
    """What fills the store: a client for each row, its own columns beside its fields."""
    clients = blueprint.tables[CLIENTS]
    titles = _own_titles(old.guesses, clients)
    fields = {g.field: g.header for g in old.guesses if g.field and g.header in titles}

    def fill(ground: Ground) -> Content:
        rows = Rows()
        for row in old.prepared.rows:
            own: dict[str, Value] = dict(row.extra)
            own |= {fields[key]: value for key, value in row.values.items() if key in fields}
            cells = {key: value for key, value in row.values.items() if clients.has(key)}
            cells[MANAGER] = _manager(row.values)
            cells |= {OWN_MARK + titles[h]: value for h, value in own.items() if h in titles}
            rows.add(ground.new_id(), cells)
        return Content({CLIENTS: rows})

    return fill


def with_own_columns(build: Build, own: Sequence[str]) -> Build:
    """A maker of books whose clients have these columns besides."""

    def made(  # as `build_book`
        blueprint: Blueprint, role: Role, *, stamp: str, people: int, password: str, owner: str
    ) -> bytes:
        wide = _extended(blueprint, own)
        return build(wide, role, stamp=stamp, people=people, password=password, owner=owner)

    return made


def _extended(blueprint: Blueprint, own: Sequence[str]) -> Blueprint:
    clients = blueprint.tables[CLIENTS]
    more = tuple(
        Column(f"{OWN_KEY}{number}", Title(title, title), Owner.PERSON, width=OWN_WIDTH)
        for number, title in enumerate(own, start=1)
    )
    longer = replace(clients, columns=(*clients.columns, *more))
    return replace(blueprint, tables={**blueprint.tables, CLIENTS: longer})


def fill_own_columns(team: Team, world: World) -> int:
    """Number of books whose own columns were filled, right after the first pass.

    A book that somebody saves meanwhile is read again; raises what `write_back` does.
    """
    with team.store.read() as reader:
        values, books = _own_values(reader), reader.books()
    return sum(_filled(team, world, book, values) for book in books) if values else 0


def _filled(
    team: Team, world: World, book: BookState, values: Mapping[str, Mapping[str, Value]]
) -> bool:
    for _ in range(TRIES):
        path = team.path(book)
        raw = world.disk.read(path)
        new = own_columns_put(_loaded(team, book, raw), values)
        if new == raw:
            return False
        temp_name = new_name(world.random_bytes(TEMP_BYTES).hex())
        with suppress(WorkbookChanged):
            sha = hashlib.sha256(raw).hexdigest()
            write_back(world.disk, path, new, expected_sha=sha, temp_name=temp_name)
            return True
    return False


def _loaded(team: Team, book: BookState, raw: bytes) -> Loaded:
    name = team.path(book).name
    return team.books.load(
        team.books.open(raw, name=name),
        book=book.book,
        name=name,
        blueprint=team.blueprint,
        role=Role(book.role),
    )


def _own_values(reader: Reader) -> dict[str, dict[str, Value]]:
    """Row id -> heading -> what stood in the old list."""
    found: dict[str, dict[str, Value]] = {}
    for row_id, record in reader.rows(CLIENTS).items():
        own = {
            key.removeprefix(OWN_MARK): value
            for key, value in record.values.items()
            if key.startswith(OWN_MARK)
        }
        if own:
            found[row_id] = own
    return found


def own_columns_put(loaded: Loaded, values: Mapping[str, Mapping[str, Value]]) -> bytes:
    """The book with the own columns of its rows filled; filled cells are left alone."""
    table = loaded.snapshot.tables[CLIENTS]
    places = _own_places(loaded, table.sheet, table.header_row)
    edits = [
        SetValue(
            table.sheet,
            f"{col_letter(places[title])}{row.row}",
            None,
            value,
            style_from=f"{col_letter(places[title])}{FIRST_ROW}",
        )
        for row in table.rows
        for title, value in values.get(row.row_id or "", {}).items()
        if title in places
    ]
    return patch(loaded.workbook, edits).raw


def _own_places(loaded: Loaded, sheet: str, header_row: int) -> dict[str, int]:
    """Column number of each own heading."""
    rows = loaded.sheets[sheet].rows
    mark = f"{CLIENTS}.{OWN_KEY}"
    own = [col for col, cell in rows.get(KEY_ROW, {}).items() if cell.text.startswith(mark)]
    return {rows[header_row][col].text: col for col in own}


def keep_refused(old: OldList, folder: Path) -> Path | None:
    """File with the rows that could not move in, each with the reason; None when all did."""
    if not old.prepared.refused:
        return None
    place = folder / INBOX_FOLDER / QUARANTINE
    path = place / f"{old.path.stem} - не взято.csv"
    write_bytes(RealDisk(), path, refused_csv(old.prepared.headers, old.prepared.refused))
    return path
