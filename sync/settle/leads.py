"""Leads after people's edits: whose they are already, and what «Стала сделкой» makes of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from model.records import Question, Record
from model.values import Value
from sync.scene import StageKind, fold, text
from sync.settle.deals import CLIENT, Settler, make_client, who

DEAL = "deal_id"
RULE, LEADS_ALREADY = "rule", "Уже ведёт клиента"
BECAME_DEAL = "стала сделкой"
ENDED = frozenset({BECAME_DEAL, "брак"})
"""States in which nothing is to be done with a lead."""
WAITING = frozenset({"", "новая"})
"""States of a lead that nobody has taken up."""


def settle_leads(settler: Settler, touched: Collection[str]) -> Iterator[Question]:
    """Link known clients; a lead that became a deal makes the client and the deal, or joins one.

    A lead whose phone or e-mail several clients have is attached to none: the owner is asked.
    """
    for row_id, lead in settler.scene.rows["leads"].items():
        if CLIENT not in lead.links:
            yield from _recognise(settler, lead)
        if row_id in touched:
            if fold(lead.values.get("state")) == BECAME_DEAL and DEAL not in lead.links:
                _make_deal(settler, lead)
            _answered(settler, lead)


def _recognise(settler: Settler, lead: Record) -> Iterator[Question]:
    fits = settler.clients.asking(lead.values)
    if len(fits) == 1:
        owner = _owner(settler, lead, fits[0])
        settler.writer.put("leads", lead.row_id, owner, links={CLIENT: fits[0]}, by=settler.by)
    elif fits and fold(lead.values.get("state")) in WAITING:
        typed = text(lead, "name") or text(lead, "phone") or text(lead, "email")
        # the clients may be those of several people, so only the owner sees their names
        yield replace(who(settler, lead, typed, fits), whom=settler.scene.owner)


def _owner(settler: Settler, lead: Record, client: str) -> dict[str, Value]:
    """The manager who leads the client already, for a lead that nobody has."""
    record = settler.scene.rows["clients"].get(client)
    person = None if record is None else settler.scene.person(record.values.get("owner"))
    if person is None or not person.active or text(lead, "owner"):
        return {}
    ruled = settler.scene.blueprint.tables["leads"].has(RULE)
    given: dict[str, Value] = {"owner": person.name}
    return given | {RULE: LEADS_ALREADY} if ruled else given


def is_waiting(lead: Record) -> bool:
    """Whether nobody has answered a lead or taken it up."""
    return fold(lead.values.get("state")) in WAITING and lead.values.get("first_reply") is None


def _answered(settler: Settler, lead: Record) -> None:
    """The first answer is the moment the state left «Новая», unless a person wrote one."""
    moved = fold(lead.values.get("state")) not in WAITING
    if moved and lead.values.get("first_reply") is None:
        at = settler.scene.now.replace(tzinfo=None, second=0, microsecond=0)
        settler.writer.put("leads", lead.row_id, {"first_reply": at}, by=settler.by)


def _make_deal(settler: Settler, lead: Record) -> None:
    fresh = settler.writer.get("leads", lead.row_id) or lead
    client = fresh.links.get(CLIENT)
    owner = lead.values.get("owner")
    if client is None:
        client = make_client(settler, text(lead, "name") or text(lead, "phone"), owner)
        known: dict[str, Value] = {
            key: fresh.values[key] for key in ("phone", "email", "inn") if fresh.values.get(key)
        }
        settler.writer.put("clients", client, known, by=settler.by)
    deal = _open_deal(settler, client) or _new_deal(settler, lead, client, owner)
    settler.writer.put("leads", lead.row_id, {}, links={CLIENT: client, DEAL: deal}, by=settler.by)


def _open_deal(settler: Settler, client: str) -> str | None:
    for deal in settler.scene.rows["deals"].values():
        stage = settler.scene.stage(deal)
        if deal.links.get(CLIENT) == client and stage and stage.kind is StageKind.OPEN:
            return deal.row_id
    return None


def _new_deal(settler: Settler, lead: Record, client: str, owner: Value) -> str:
    record = settler.writer.get("clients", client)
    first = min(settler.scene.stages.values(), key=lambda s: s.order, default=None)
    values: dict[str, Value] = {
        CLIENT: None if record is None else record.values.get("name"),
        "stage": None if first is None else first.name,
        "note": lead.values.get("text"),
        "channel": lead.values.get("source"),
        "owner": owner,
    }
    row_id = settler.new_id()
    given = {k: v for k, v in values.items() if v is not None}
    settler.writer.put("deals", row_id, given, links={CLIENT: client}, by=settler.by)
    return row_id
