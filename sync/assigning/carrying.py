"""Giving out: new leads at every pass, the base when the owner says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from formulas.assignment import Why
from model.records import Record, Stamped
from model.values import Value
from store import Writer
from sync.assigning.choosing import Choice
from sync.assigning.reading import (
    CLIENT,
    RULE,
    WAITING,
    client_of,
    distribution,
    fired,
    lead_of,
)
from sync.assigning.rules import TABLE, Given
from sync.scene import Scene, StageKind, fold, text


@dataclass(frozen=True, slots=True)
class Move:
    """A row and who is to get it."""

    record: Record
    choice: Choice
    was: str = ""
    deals: tuple[str, ...] = ()
    """Open deals of a client that go with it: nobody who is still there works on them."""


def lead_moves(scene: Scene) -> tuple[Move, ...]:
    """Whom every waiting lead without a manager goes to, in the order in which they came.

    One that a rule gave out before is left alone: whoever cleared the cell meant it.
    """
    found = distribution(scene)
    if not found.read.of(Given.LEAD):
        return ()
    waiting = [
        lead
        for lead in scene.rows["leads"].values()
        if not text(lead, "owner")
        and not text(lead, RULE)
        and fold(lead.values.get("state")) in WAITING
    ]
    moves = []
    for lead in sorted(waiting, key=lambda lead: lead.number or 0):
        choice, found = found.choose(lead_of(scene, lead), Given.LEAD)
        moves.append(Move(lead, choice))
    return tuple(moves)


def base_moves(scene: Scene, joined: Mapping[str, str]) -> tuple[Move, ...]:
    """Whom every client without a manager, or with one who left, goes to."""
    found = distribution(scene)
    if not found.read.of(Given.BASE):
        return ()
    there = {fold(person.name) for person in scene.people if person.active}
    deals: dict[str, list[Record]] = defaultdict(list)
    for deal in scene.rows["deals"].values():
        if whose := deal.links.get(CLIENT):
            deals[joined.get(whose, whose)].append(deal)
    moves = []
    for client in sorted(scene.rows["clients"].values(), key=lambda one: one.number or 0):
        if fold(text(client, "owner")) in there or client.row_id in joined:
            continue
        theirs = deals[client.row_id]
        choice, found = found.choose(client_of(scene, client, theirs), Given.BASE)
        left = tuple(_left_alone(scene, theirs, there))
        moves.append(Move(client, choice, text(client, "owner"), left))
    return tuple(moves)


def _left_alone(scene: Scene, deals: list[Record], there: set[str]) -> Iterator[str]:
    for deal in deals:
        stage = scene.stage(deal)
        is_open = stage is not None and stage.kind is StageKind.OPEN
        if is_open and fold(text(deal, "owner")) not in there:
            yield deal.row_id


def carry_out(writer: Writer, moves: tuple[Move, ...], by: Stamped) -> int:
    """Rows that got a manager; the name of the rule stands beside."""
    given = [move for move in moves if move.choice.person is not None]
    for table in dict.fromkeys(move.record.table for move in given):
        rows: dict[str, dict[str, Value]] = {
            move.record.row_id: {"owner": move.choice.person, RULE: move.choice.rule}
            for move in given
            if move.record.table == table
        }
        writer.put_many(table, rows, by=by)
    with_them = {deal: {"owner": move.choice.person} for move in given for deal in move.deals}
    if with_them:
        writer.put_many("deals", with_them, by=by)
    return len(given)


def give_leads(writer: Writer, scene: Scene, by: Stamped) -> int:
    """Leads that a rule gave a manager just now."""
    if not scene.rows.get(TABLE):
        return 0
    return carry_out(writer, lead_moves(scene), by)


def routing_columns(scene: Scene) -> dict[str, dict[str, Value]]:
    """What the program writes beside each rule: how often it fired, what is unclear about it."""
    rows = scene.rows.get(TABLE, {})
    if not rows:
        return {}
    counts, doubts = fired(scene), distribution(scene).read.doubts
    return {
        row_id: {"fired": Decimal(counts.get(text(row, "name"), 0)), "doubt": doubts.get(row_id)}
        for row_id, row in rows.items()
    }


def waiting_for(moves: tuple[Move, ...]) -> tuple[Move, ...]:
    """Those whom nobody gets."""
    return tuple(move for move in moves if move.choice.why is Why.QUEUE)
