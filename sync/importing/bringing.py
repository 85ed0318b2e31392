"""How the fresh rows of each kind become rows of the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from model.keys import company_key
from model.records import Record
from model.row_ids import text_id
from model.values import Value
from sync.identity import inn_keys
from sync.importing.arriving import Arrival
from sync.importing.calls import bring_calls
from sync.importing.desk import TABLES, Brought, Desk, blanks
from sync.importing.same_payment import standing
from sync.imports import ImportKind
from sync.intake.channels import channel_of
from sync.scene import StageKind, fold, text

CLIENT = "client_id"
NEW_LEAD = "Новая"
SELLER = "менеджер"
ROLES = (
    ("руковод", "руководитель"),
    ("начальник", "руководитель"),
    ("директор", "руководитель"),
    ("бухгалтер", "бухгалтер"),
    ("маркет", "маркетолог"),
)
"""Beginnings of words in a position, and the role it means; everybody else sells."""
Rows = dict[str, dict[str, Value]]


def bring(desk: Desk, kind: ImportKind, fresh: Sequence[Arrival]) -> Brought:
    """Put the fresh rows of a file into the store."""
    ways: Mapping[ImportKind, Callable[[Desk, Sequence[Arrival]], Brought]] = {
        ImportKind.CLIENTS: bring_clients,
        ImportKind.DEALS: bring_deals,
        ImportKind.LEADS: bring_leads,
        ImportKind.PAYMENTS: bring_payments,
        ImportKind.CALLS: bring_calls,
        ImportKind.STAFF: bring_staff,
        ImportKind.COSTS: bring_costs,
        ImportKind.LETTERS: bring_letters,
    }
    return ways[kind](desk, fresh)


def bring_clients(desk: Desk, fresh: Sequence[Arrival]) -> Brought:
    """New clients; one that is there already is filled where it is blank.

    Only clients from before the file are looked up: two alike rows of one file are a pair to be
    asked about.
    """
    known = desk.scene.rows["clients"]
    made, filled = Rows(), Rows()
    out = Brought()
    for arrival in fresh:
        values = _owned(desk, desk.cells(ImportKind.CLIENTS, arrival.row.values))
        match = _client_of(desk, text_of(values, "name"), values.get("inn"))
        if match is None:
            match = desk.new_id()
            made[match] = values
        else:
            out.matched += 1
            taken = filled.setdefault(match, {})
            taken |= {k: v for k, v in blanks(known[match], values).items() if k not in taken}
        out.ids[arrival.key] = match
    desk.writer.put_many("clients", made | {i: v for i, v in filled.items() if v}, by=desk.by)
    out.new_clients = len(made)
    return out


def bring_deals(desk: Desk, fresh: Sequence[Arrival]) -> Brought:
    """New deals, each linked to its client; a client that is not there is made."""
    rows, links, made = Rows(), dict[str, dict[str, str | None]](), Rows()
    out = Brought()
    for arrival in fresh:
        given = arrival.row.values
        values = _owned(desk, desk.cells(ImportKind.DEALS, given))
        row_id = desk.new_id()
        who = text_of(given, CLIENT) or text_of(given, "contact")
        if who:
            values[CLIENT] = who
            client = _client_of(desk, who, given.get("client_inn"), made)
            if client is None and not _several(desk, who):
                client = _make_client(desk, made, who, given, values.get("owner"))
            if client is not None:
                links[row_id] = {CLIENT: client}
        rows[row_id] = values | _stage_marks(desk, values)
        out.ids[arrival.key] = row_id
    if made:
        desk.writer.put_many("clients", made, by=desk.by)
    desk.writer.put_many("deals", rows, links=links, by=desk.by)
    out.new_clients = len(made)
    return out


def bring_leads(desk: Desk, fresh: Sequence[Arrival]) -> Brought:
    """New leads, waiting for an answer."""
    rows, out = Rows(), Brought()
    for arrival in fresh:
        values = _owned(desk, desk.cells(ImportKind.LEADS, arrival.row.values))
        out.ids[arrival.key] = row_id = desk.new_id()
        rows[row_id] = {"state": NEW_LEAD, **values}
    desk.writer.put_many(TABLES[ImportKind.LEADS], rows, by=desk.by)
    return out


def bring_payments(desk: Desk, fresh: Sequence[Arrival]) -> Brought:
    """New payments; whose they are is found when they are settled.

    One that another source or a person has told of already fills what is blank there.
    """
    rows, there = Rows(), standing(desk, fresh)
    out = Brought(matched=len(there), stood=frozenset(there))
    for arrival in fresh:
        values = desk.cells(ImportKind.PAYMENTS, arrival.row.values)
        known = there.get(arrival.key)
        if known is not None:
            out.ids[arrival.key] = known.row_id
            rows[known.row_id] = blanks(known, values)
            continue
        out.ids[arrival.key] = row_id = desk.new_id()
        rows[row_id] = values | {"origin": f"Файл {desk.name}"}
    desk.writer.put_many(TABLES[ImportKind.PAYMENTS], rows, by=desk.by)
    return out


def bring_costs(desk: Desk, fresh: Sequence[Arrival]) -> Brought:
    """New costs of advertising, a row a day and campaign."""
    rows, out = Rows(), Brought()
    channels = [text(row, "name") for row in desk.scene.rows["sources"].values()]
    for arrival in fresh:
        values = desk.cells(ImportKind.COSTS, arrival.row.values)
        if source := text_of(values, "source"):
            values["channel"] = channel_of(source, channels)
        out.ids[arrival.key] = row_id = desk.new_id()
        rows[row_id] = values | {"origin": f"Файл {desk.name}"}
    desk.writer.put_many(TABLES[ImportKind.COSTS], rows, by=desk.by)
    return out


def bring_letters(desk: Desk, fresh: Sequence[Arrival]) -> Brought:
    """New letters of the log; their texts stay in the mailbox."""
    rows, out = Rows(), Brought()
    for arrival in fresh:
        out.ids[arrival.key] = row_id = desk.new_id()
        rows[row_id] = dict(arrival.row.values)
    desk.writer.put_many(TABLES[ImportKind.LETTERS], rows, by=desk.by)
    return out


def bring_staff(desk: Desk, fresh: Sequence[Arrival]) -> Brought:
    """New people; who is on the list is filled where blank."""
    known = desk.scene.rows["staff"]
    rows, out = Rows(), Brought()
    for arrival in fresh:
        values = desk.cells(ImportKind.STAFF, arrival.row.values)
        values["role"] = _role(text_of(values, "role"))
        row_id = text_id((text_of(values, "fio"),))
        if row_id in known:
            out.matched += 1
            rows[row_id] = blanks(known[row_id], values)
        else:
            rows[row_id] = rows.get(row_id, {}) | {"active": "да"} | values
        out.ids[arrival.key] = row_id
    desk.writer.put_many("staff", {i: v for i, v in rows.items() if v}, by=desk.by)
    return out


def text_of(values: Mapping[str, Value], name: str) -> str:
    """A value as trimmed text, empty when there is none."""
    value = values.get(name)
    return "" if value is None else " ".join(str(value).split())


def _owned(desk: Desk, values: dict[str, Value]) -> dict[str, Value]:
    """The row with its person as the list of people spells the name."""
    owner = desk.people.of(values.get("owner"))
    return values if owner is None else values | {"owner": owner}


def _role(position: str) -> str:
    folded = fold(position)
    return next((role for start, role in ROLES if start in folded), SELLER)


def _client_of(
    desk: Desk, name: str, inn: Value, made: Mapping[str, Mapping[str, Value]] | None = None
) -> str | None:
    """The one client of that INN, else of that name unless the two INNs differ."""
    asked = inn_keys(inn)
    fits = {row for key in asked for row in desk.clients.inns.get(key, ())}
    fits = fits or desk.clients.names.get(company_key(name).core, set())
    if len(fits) != 1:
        return None
    (only,) = fits
    record = desk.scene.rows["clients"].get(only)
    theirs = record.values.get("inn") if record else (made or {}).get(only, {}).get("inn")
    other = inn_keys(theirs)
    return None if asked and other and not {*asked} & {*other} else only


def _several(desk: Desk, name: str) -> bool:
    """Whether several clients carry the name: then a person is asked which one it is."""
    return len(desk.clients.names.get(company_key(name).core, ())) > 1


def _make_client(
    desk: Desk, made: Rows, name: str, given: Mapping[str, Value], owner: Value
) -> str:
    row_id = desk.new_id()
    values: dict[str, Value] = {"name": name, "owner": owner, "inn": given.get("client_inn")}
    values |= {key: given.get(key) for key in ("contact", "phone", "email")}
    made[row_id] = {
        k: v for k, v in values.items() if v is not None and (k, v) != ("contact", name)
    }
    desk.clients.add(Record("clients", row_id, None, made[row_id]), "")
    return row_id


def _stage_marks(desk: Desk, values: Mapping[str, Value]) -> dict[str, Value]:
    """The stage as entered when the file says, so that the next pass does not date it today."""
    stage = desk.scene.stages.get(fold(values.get("stage")))
    if stage is None:
        return {}
    marks: dict[str, Value] = {"stage_seen": stage.name}
    since = values.get("closed_on") or values.get("created_on")
    if since is not None:
        marks["stage_on"] = since
    if stage.kind is not StageKind.LOST:
        marks["max_stage"] = stage.name
    return marks
