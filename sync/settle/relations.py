"""Contacts, documents, letters, complaints and steps of no deal find their client.

A row goes by the deal that it names, else by the client that was typed. It stands in the book of
its client's salesperson, so it follows the client to another one. A complaint, an open task or an
open lead that somebody else answers for stays there; one that the last salesperson had goes along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from model.records import Question, Record
from sync.scene import fold, text
from sync.settle.deals import CLIENT, Settler, is_open, link_client, newest, retyped
from sync.settle.leads import ENDED

DEAL = "deal_id"
FOLLOWING = ("contacts", "documents", "letters")
"""Tables whose rows belong to the salesperson of their client."""
TABLES = (*FOLLOWING, "complaints")
SCOPES = {"complaints": "owner", "leads": "owner", "tasks": "assignee"}
"""Who answers for a row where somebody else than the client's salesperson may."""


def settle_relations(
    settler: Settler, touched: Mapping[str, Collection[str]]
) -> Iterator[Question]:
    """Link every touched or unlinked row; yields the questions to ask."""
    scene = settler.scene
    numbers: dict[str, str] = {}
    for key in TABLES:
        moved = touched.get(key, ())
        for row_id, record in scene.rows.get(key, {}).items():
            yield from _settle(settler, record, numbers, moved=row_id in moved)
    for row_id, task in scene.rows["tasks"].items():
        if row_id in touched.get("tasks", ()):
            yield from _settle(settler, task, numbers, moved=True)
        elif CLIENT in task.links and is_open(task):
            _follow(settler, task)
    for lead in scene.rows["leads"].values():
        if text(lead, "owner") and fold(lead.values.get("state")) not in ENDED:
            _follow(settler, lead)


def _settle(
    settler: Settler, record: Record, numbers: dict[str, str], *, moved: bool
) -> Iterator[Question]:
    if moved or (CLIENT not in record.links and (text(record, CLIENT) or text(record, DEAL))):
        _link_deal(settler, record, numbers)
        if text(record, CLIENT) and record.table == "letters":
            _link_known(settler, record)
        elif text(record, CLIENT):
            yield from link_client(settler, record, relink=moved)
        record = settler.writer.get(record.table, record.row_id) or record
    _follow(settler, record)


def _link_deal(settler: Settler, record: Record, numbers: dict[str, str]) -> None:
    """Point the row at the deal whose number was typed; its client is the row's."""
    typed, linked = fold(record.values.get(DEAL)), record.links.get(DEAL)
    if not typed or (linked and not retyped(settler, record, DEAL)):
        return
    if not numbers:
        deals = settler.scene.rows["deals"]
        numbers |= {fold(settler.scene.number("deals", i)): i for i in deals}
    deal = numbers.get(typed)
    if deal == linked:
        return
    links: dict[str, str | None] = {DEAL: deal}
    client = settler.scene.rows["deals"][deal].links.get(CLIENT) if deal else None
    if client and not text(record, CLIENT):
        links[CLIENT] = client
    settler.writer.put(record.table, record.row_id, {}, links=links, by=settler.by)


def _link_known(settler: Settler, record: Record) -> None:
    """A letter makes no client: its address may be anybody's."""
    fits = settler.clients.fits(text(record, CLIENT))
    client = fits[0] if len(fits) == 1 else None
    if client and record.links.get(CLIENT) != client:
        links = {CLIENT: client}
        settler.writer.put(record.table, record.row_id, {}, links=links, by=settler.by)


def _follow(settler: Settler, record: Record) -> None:
    """The row goes to the salesperson of its client."""
    linked = record.links.get(CLIENT)
    client = settler.scene.rows["clients"].get(
        settler.clients.joined.get(linked or "", linked or "")
    )
    owner = "" if client is None else text(client, "owner")
    field = SCOPES.get(record.table, "owner")
    now = text(record, field)
    if client is None or not owner or fold(now) == fold(owner):
        return
    if now and record.table in SCOPES and not _had_it(settler, client, record, now):
        return
    settler.writer.put(record.table, record.row_id, {field: owner}, by=settler.by)


def _had_it(settler: Settler, client: Record, record: Record, person: str) -> bool:
    """Whether the client went away from the person since the row was given to that one."""
    moves = settler.writer.history("clients", client.row_id, "owner", limit=1)
    given = newest(settler, record, SCOPES[record.table])
    return any(fold(one.before) == fold(person) and one.batch > given for one in moves)
