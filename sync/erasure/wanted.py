"""What an erasure takes: the rows of a client, what stays of them for the accounts, what tells it.

Rows that count in a figure stay, without anything personal: sum, day, stage, manager and product of
a deal or a payment are the team's own accounts, which the law wants kept for years. All other rows
of the client go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from model.blueprint import Blueprint, Column, Kind, Owner, Table
from model.erasing import LEAST_NAME, LEAST_TEXT, PHONE_DIGITS, Tokens
from model.records import Record
from model.values import Value, encode
from store import Reader
from store.erasing import Order

CLIENTS = "clients"
PERSONAL = frozenset({Kind.TEXT, Kind.NAME, Kind.INN, Kind.KPP, Kind.PHONE, Kind.EMAIL, Kind.CODE})
DATES = frozenset({"birthday"})
OF_THE_TEAM = frozenset(
    {
        *("product", "market", "second", "fulfil", "lost_reason", "channel", "unit", "stage"),
        *("dir", "manager", "state", "origin", "source", "rule", "kind", "priority", "department"),
        *("utm_source", "utm_medium", "utm_campaign", "status", "segment", "form", "client_no"),
    }
)
"""Texts that say nothing of the client: they count in figures and cuts."""
STANDS_IN = frozenset({"name", "client_id", "payer"})
"""Fields in which the stand-in takes the place of the client's name."""
COUNTED = frozenset({CLIENTS, "deals", "payments", "calls", "leads"})
"""Tables whose rows stay without content: the figures of past months are made of them."""
_NUMBER = re.compile(r"[A-Za-zА-Яа-я]{1,3}\s?-?\s?\d+")
"""«К-118»: a reference by number tells nobody."""
INN_DIGITS = frozenset({10, 12})
WRITTEN = frozenset({Owner.PERSON, Owner.IMPORT})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A client to be erased."""

    client: Record
    title: str
    """«К-118»."""
    order: Order
    buried: Mapping[str, tuple[str, ...]]
    """Rows that go altogether, by table."""
    still_open: int
    """Deals that nobody closed yet."""

    @property
    def blanked(self) -> dict[str, tuple[str, ...]]:
        """Rows that stay without content, by table."""
        return {
            table: tuple(i for i in ids if i not in self.buried.get(table, ()))
            for table, ids in self.order.rows.items()
        }


def wanted(reader: Reader, blueprint: Blueprint, row_id: str) -> Wanted:
    """What goes with a client, the cards joined under it included."""
    main = reader.joined(CLIENTS).get(row_id, row_id)
    family = {main, *(i for i, other in reader.joined(CLIENTS).items() if other == main)}
    every = {key: reader.rows(key, deleted=True) for key in _tables(blueprint)}
    deals = {i for i, r in every["deals"].items() if r.links.get("client_id") in family}
    rows = {CLIENTS: tuple(sorted(family))}
    for key, records in every.items():
        found = tuple(i for i, r in records.items() if _is_of(r, family, deals))
        if found and key != CLIENTS:
            rows[key] = found
    shape = blueprint.tables[CLIENTS]
    client = every[CLIENTS][main]
    title = f"{shape.prefix}-{client.number}"
    stands_for = f"Удалён {title}"
    fields = {key: frozenset(personal(blueprint.tables[key])) for key in rows}
    fields = {key: names | _references(blueprint.tables[key]) for key, names in fields.items()}
    tokens = _tokens(reader, blueprint, every, rows, stands_for)
    kept = dict.fromkeys(STANDS_IN, encode(stands_for) or "")
    gone = {key: ids for key, ids in rows.items() if key not in COUNTED}
    open_deals = sum(
        not every["deals"][i].deleted and every["deals"][i].values.get("closed_on") is None
        for i in rows.get("deals", ())
    )
    return Wanted(client, title, Order(rows, fields, kept, tokens), gone, open_deals)


def personal(table: Table) -> Iterator[str]:
    """Fields of a table that may tell a person or a firm."""
    for column in table.columns:
        if column.owner in WRITTEN and column.live is None and _tells(column):
            yield column.key


def blank(table: Table, record: Record, stands_for: str) -> dict[str, Value]:
    """The row without what tells the client; the stand-in where the name was."""
    values: dict[str, Value] = {
        name: None for name in personal(table) if record.values.get(name) not in (None, "")
    }
    for name in STANDS_IN & {column.key for column in table.columns}:
        if record.values.get(name) not in (None, ""):
            values[name] = stands_for
    return values


def _tells(column: Column) -> bool:
    if column.key in OF_THE_TEAM:
        return False
    return column.kind in PERSONAL or column.key in DATES


def _references(table: Table) -> frozenset[str]:
    return frozenset(c.key for c in table.columns if c.ref == CLIENTS)


def _tables(blueprint: Blueprint) -> list[str]:
    """The client's own table and all that point at it, a link of leads among them."""
    pointing = [k for k, t in blueprint.tables.items() if any(c.ref == CLIENTS for c in t.columns)]
    return [k for k in (CLIENTS, *pointing, "leads") if k in blueprint.tables]


def _is_of(record: Record, family: set[str], deals: set[str]) -> bool:
    """Whether a row is of the client, by what it names itself or by its deal."""
    client = record.links.get("client_id")
    return client in family or (client is None and record.links.get("deal_id") in deals)


def _tokens(
    reader: Reader,
    blueprint: Blueprint,
    every: Mapping[str, Mapping[str, Record]],
    rows: Mapping[str, tuple[str, ...]],
    stands_for: str,
) -> Tokens:
    """What tells the client: everything its rows ever held, but for what other rows hold too."""
    mine: dict[Kind, set[str]] = {}
    for key, ids in rows.items():
        shape = blueprint.tables[key]
        names = set(personal(shape)) | _references(shape)
        for row_id in ids:
            for name, value in _ever(reader, every[key][row_id], names):
                mine.setdefault(shape.column(name).kind, set()).add(value)
    others: dict[Kind, set[str]] = {}
    for key, records in every.items():
        kinds = {column.key: column.kind for column in blueprint.tables[key].columns}
        for row_id, record in records.items():
            if row_id not in rows.get(key, ()):
                for name, held in record.values.items():
                    if isinstance(held, str) and name in kinds:
                        others.setdefault(kinds[name], set()).add(held)
    digits_of_others = {_digits(v)[-PHONE_DIGITS:] for v in others.get(Kind.PHONE, ())}
    folded = {value.casefold() for values in others.values() for value in values}
    clients = _names(reader, every[CLIENTS], rows[CLIENTS])
    named = {
        name
        for name in mine.get(Kind.NAME, set()) | mine.get(Kind.REF, set())
        if not _NUMBER.fullmatch(name)
    }
    numbers = {_digits(v)[-PHONE_DIGITS:] for v in mine.get(Kind.PHONE, ())}
    inns = {_digits(v) for v in mine.get(Kind.INN, ())}
    texts = set().union(*(mine.get(kind, set()) for kind in (Kind.TEXT, Kind.CODE, Kind.KPP)))
    return Tokens(
        stands_for,
        tuple(sorted(n for n in clients if len(n) >= LEAST_NAME and n.casefold() not in folded)),
        tuple(
            sorted(
                n
                for n in named - clients
                if len(n) >= LEAST_NAME and n.casefold() not in folded and n != stands_for
            )
        ),
        tuple(sorted(d for d in numbers if len(d) == PHONE_DIGITS and d not in digits_of_others)),
        tuple(sorted(inn for inn in inns if len(inn) in INN_DIGITS and inn not in folded)),
        tuple(sorted(m for m in mine.get(Kind.EMAIL, ()) if m.casefold() not in folded)),
        frozenset(t for t in texts if len(t) >= LEAST_TEXT and t.casefold() not in folded),
    )  # fmt: skip


def _names(reader: Reader, clients: Mapping[str, Record], ids: Iterable[str]) -> set[str]:
    return {value for i in ids for _, value in _ever(reader, clients[i], {"name"})}


def _ever(reader: Reader, record: Record, names: set[str]) -> Iterator[tuple[str, str]]:
    """Every text that the fields of a row hold or held."""
    for name in names:
        held = record.values.get(name)
        if isinstance(held, str) and held.strip():
            yield name, held.strip()
    for change in reader.history(record.table, record.row_id):
        if change.field in names:
            for value in (change.before, change.after):
                if isinstance(value, str) and value.strip():
                    yield change.field, value.strip()


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
