"""«Похожие клиенты.html» beside the owner's book: there whenever a question names it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from model.records import QuestionKind, Record, Stance
from model.texts.duplicates import PAGE
from store import Reader
from sync.duplicates import Proposal, last_changes, proposal
from sync.reports.pages import write_page
from sync.reports.twins import Cards, render_twins
from sync.settle.deals import CLIENT
from sync.team import HEAD_FOLDER, Team
from sync.world import Disk, World

CLIENTS = "clients"
MADE = "twins-page"
"""Names the questions that the page was made for."""


def keep_twins(team: Team, world: World) -> bool:
    """Whether the page was made anew: the owner's questions about pairs are others than then."""
    with team.store.read() as reader:
        asked, made = _asked(team, reader), reader.meta(MADE)
    if asked == (made or ""):
        return False
    write_twins(team, world.disk, world.now())
    with team.store.write() as writer:
        writer.set_meta(MADE, asked)
    return True


def write_twins(team: Team, disk: Disk, now: datetime) -> Path:
    """Where the page lies, made of the clients as they stand."""
    place = team.settings.folder / HEAD_FOLDER / PAGE
    with team.store.read() as reader:
        clients, found, deals = standing_proposal(reader)
        page = render_twins(found, cards_of(team, reader, clients, deals), now)
    write_page(disk, place, page)
    return place


def standing_proposal(reader: Reader) -> tuple[dict[str, Record], Proposal, Counter[str]]:
    """Clients that are not joined, what is proposed about them, and deals by client."""
    joined = reader.joined(CLIENTS)
    clients = {i: c for i, c in reader.rows(CLIENTS).items() if i not in joined}
    deals = Counter(
        joined.get(client, client)
        for deal in reader.rows("deals").values()
        if (client := deal.links.get(CLIENT, ""))
    )
    kept = reader.questions(stances={Stance.KEPT})
    refused = {q.key for q in kept if q.kind is QuestionKind.DUPLICATE}
    return clients, proposal(clients, deals, refused), deals


def cards_of(
    team: Team, reader: Reader, clients: dict[str, Record], deals: Mapping[str, int]
) -> Cards:
    """What the page and the commands know of the clients."""
    table = team.blueprint.tables[CLIENTS]
    return Cards(table, clients, deals, lambda row: last_changes(reader.history(CLIENTS, row)))


def _asked(team: Team, reader: Reader) -> str:
    """The waiting questions that send the owner to the page, as one short text; empty for none."""
    waiting = sorted(
        f"{q.number} {q.wrong}"
        for q in reader.questions(stances={Stance.OPEN, Stance.LATER})
        if q.kind is QuestionKind.DUPLICATE and q.whom == team.settings.owner
    )
    return hashlib.sha256("\n".join(waiting).encode()).hexdigest() if waiting else ""
