"""The rows of a table that a person may carry out, as the rights have them, with canaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from model.blueprint import ID_FIELD, NUMBER_FIELD, Blueprint, Column, Owner, Role, Table
from model.errors import NoSuchPerson, NotAllowed, WrongPlace
from model.rights import ROLE_TITLES
from model.texts import Text
from model.values import Value
from store import Reader
from sync.exporting.canaries import Canary, carries, invented, row_of, spread, wanted
from sync.rights import Access, access_for, exports, owned
from sync.rights_lines import TABLE as ACCESS
from sync.scene import fold

Chance = Callable[[int], bytes]
HIDDEN = frozenset({ID_FIELD, "created_at", "changed_at", "remark", "remark_code", "remarks"})
_SERVICE = frozenset({"questions", "journal", ACCESS})


@dataclass(frozen=True, slots=True)
class Gathered:
    """What leaves: whose it is, under which headings, which rows."""

    name: str
    access: Access
    table: Table
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Value], ...]
    row_ids: frozenset[str]
    canaries: tuple[Canary, ...]

    @property
    def role(self) -> Role:
        """Role of whom it is for."""
        return self.access.rights.role


def gathered(
    reader: Reader, blueprint: Blueprint, person: str, sheet: str, *, owner: str, chance: Chance
) -> Gathered:
    """The living rows that the person may export; raises NoSuchPerson, WrongPlace or NotAllowed."""
    name, access = access_named(reader, blueprint, person, owner)
    table = _table(blueprint, sheet)
    if not exports(access.rights, table.key):
        raise NotAllowed(who=name, role=ROLE_TITLES[access.rights.role], sheet=table.title.ru)
    records = {
        row_id: access.shown(table, _numbered(table, record.number, record.values))
        for row_id, record in reader.rows(table.key).items()
        if access.sees(table, owned(reader, record))
    }
    mine = access.rights.of(table.key)
    shape = blueprint.columns_of(access.rights.role, table.key)
    columns = tuple(c for c in shape if _leaves(c) and mine.shows(c.key))
    rows, canaries = list(records.values()), tuple[Canary, ...]()
    if carries(columns) and rows:
        canaries = invented(wanted(len(rows)), chance, _names(reader))
        last = max(record.number or 0 for record in reader.rows(table.key, deleted=True).values())
        for n, place in enumerate(spread(len(canaries), len(rows), chance)):
            row = row_of(canaries[n], table, _like(rows, place))
            rows.insert(place, access.shown(table, _numbered(table, last + 1 + n, row)))
    return Gathered(name, access, table, columns, tuple(rows), frozenset(records), canaries)


def access_named(
    reader: Reader, blueprint: Blueprint, person: str, owner: str
) -> tuple[str, Access]:
    """The person of «Сотрудники» whom the words name, with the rights; raises NoSuchPerson."""
    staff = (record.values for record in reader.rows("staff").values())
    names = {fold(row.get("fio")): str(row.get("fio") or "") for row in staff}
    names[fold(owner)] = owner
    fits = [n for key, n in names.items() if key == fold(person)]
    fits = fits or [n for key, n in names.items() if fold(person) and fold(person) in key]
    if len(fits) != 1:
        raise NoSuchPerson(value=person, known=", ".join(filter(None, names.values())))
    access = access_for(reader, blueprint, fits[0], owner)
    if access is None:
        raise NoSuchPerson(value=person, known=", ".join(filter(None, names.values())))
    return fits[0], access


def _table(blueprint: Blueprint, sheet: str) -> Table:
    for table in blueprint.tables.values():
        if fold(sheet) in {fold(table.title.ru), fold(table.key)} and table.key not in _SERVICE:
            return table
    raise WrongPlace(what=Text.A_SHEET, value=sheet)


def _leaves(column: Column) -> bool:
    """Whether a column goes out: what people typed or facts brought, and the visible number."""
    if column.key in HIDDEN or column.hidden or column.live is not None:
        return False
    return column.owner in {Owner.PERSON, Owner.IMPORT} or column.key == NUMBER_FIELD


def _numbered(table: Table, number: int | None, values: Mapping[str, Value]) -> dict[str, Value]:
    if table.prefix and number is not None:
        return {**values, NUMBER_FIELD: f"{table.prefix}-{number}"}
    return dict(values)


def _like(rows: list[dict[str, Value]], place: int) -> dict[str, Value]:
    """A neighbour to look like, without its number."""
    neighbour = rows[min(place, len(rows) - 1)]
    return {key: value for key, value in neighbour.items() if key != NUMBER_FIELD}


def _names(reader: Reader) -> frozenset[str]:
    records = reader.rows("clients", deleted=True).values()
    return frozenset(fold(record.values.get("name")) for record in records)
