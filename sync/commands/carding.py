"""What `card` says: one client with everything about them, or the clients that the words fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from model.errors import WrongPlace
from model.texts import Text
from model.texts.numbers import clipped, counted
from model.texts.values import shown
from store import Reader
from sync.card.collect import ClientCard, Part, cards_of
from sync.card.find import find_clients
from sync.card.page import figures_of, grids_of, render_card
from sync.commands.as_of import month_as_of, person_named
from sync.commands.said import Said, plain_letters, table
from sync.reports.pages import write_page
from sync.rights import Access, access_for
from sync.scene import Scene, text
from sync.team import Team
from sync.thinking import compute
from sync.world import World
from templates.screens.card_blocks import LATEST

LISTED = 20
"""Clients that are listed when the words fit several."""
WIDE = 44
"""Letters of a cell on a terminal."""


def card(  # noqa: PLR0913  # each is an option of the command
    team: Team,
    query: str,
    *,
    world: World,
    html: Path | None = None,
    everything: bool = False,
    dry_run: bool = False,
    eyes: str | None = None,
) -> Said:
    """The card of the one client that the words fit, or a list of several.

    `eyes` names the one whose rights the card keeps to. Raises WrongPlace when nobody is meant.
    """
    now = world.now()
    with month_as_of(team, world, now.date()) as (month, settled):
        scene = settled.scene
        access = _eyes_of(team, month.reader, scene, eyes)
        columns = compute(month.reader, settled, scene.asof).columns
        cards = cards_of(month.reader, scene, columns, access)
        found = tuple(i for i in find_clients(scene, settled.clients, query) if cards.sees(i))
        if not found:
            raise WrongPlace(what=Text.A_CLIENT, value=query)
        if len(found) > 1:
            return _several(scene, found)
        client = cards.card(found[0], latest=None if everything else LATEST)
    lines = list(map(plain_letters, _lines(client, now.date())))
    if html is not None:
        if not dry_run:
            write_page(world.disk, html, render_card(client, now))
        lines += ["", f"{'Страница будет здесь' if dry_run else 'Страница'}: {html}"]
    return Said(tuple(lines), {"card": _facts(client), "html": html})


def _eyes_of(team: Team, reader: Reader, scene: Scene, eyes: str | None) -> Access:
    """The rights of the one who looks; of the owner when nobody is named."""
    name = scene.owner if eyes is None else person_named(scene, eyes).name
    found = access_for(reader, team.blueprint, name, scene.owner)
    if found is None:
        raise WrongPlace(what=Text.A_PERSON, value=name)
    return found


def _several(scene: Scene, found: tuple[str, ...]) -> Said:
    """Clients that the words fit, with what tells them apart."""
    clients = scene.rows["clients"]
    shown_ = found[:LISTED]
    fields = ("name", "inn", "city", "owner")
    cells = [
        (scene.number("clients", row_id), *(text(clients[row_id], field) for field in fields))
        for row_id in shown_
    ]
    lines = [
        f"Подходят {counted(len(found), 'клиент', 'клиента', 'клиентов')}:",
        *table([("№", "Название", "ИНН", "Город", "Менеджер"), *cells]),
    ]
    if len(found) > len(shown_):
        lines.append(f"и ещё {len(found) - len(shown_)}: уточните название")
    lines.append(f"Дальше: sheetcrm card {cells[0][0]}")
    matches = [dict(zip(("id", *fields), cell, strict=True)) for cell in cells]
    return Said(tuple(map(plain_letters, lines)), {"clients": matches, "found": len(found)})


def _lines(card: ClientCard, today: date) -> Iterator[str]:
    """The card as a terminal shows it: figures, what is known, every block that has rows."""
    yield f"{card.name}   {card.number}"
    yield from table([(f.title, f.value, f.note) for f in figures_of(card, today)])
    yield ""
    yield from table([(name, said) for name, value in card.facts if (said := shown(value))])
    empty = []
    for grid in grids_of(card):
        if not grid.lines:
            empty.append(grid.empty)
            continue
        yield ""
        yield f"{grid.title}"
        heads = tuple(cell.text for cell in grid.heads)
        rows = [
            tuple(clipped(cell.href or cell.text, WIDE) for cell in line) for line in grid.lines
        ]
        figures = frozenset(at for at, cell in enumerate(grid.heads) if cell.figure)
        yield from table([heads, *rows], right=figures)
    if empty:
        yield ""
        yield f"{'. '.join(empty)}."


def _facts(card: ClientCard) -> Mapping[str, object]:
    """The card for programs: figures, what is known, rows of each block by field."""
    return {
        "id": card.number,
        "row_id": card.row_id,
        "name": card.name,
        "known": dict(card.facts),
        "paid": card.paid,
        "payments": card.payments,
        "last_payment": card.last_payment,
        "debt": card.debt,
        "in_work": card.in_work,
        "open_deals": card.open_deals,
        "last_talk": card.touched,
        "best_hour": card.hour,
        "blocks": {part.block.key: _rows(part) for part in card.parts},
        "timeline": card.events,
    }


def _rows(part: Part) -> Mapping[str, object]:
    fields = [field.key for field in part.block.fields]
    rows = [
        {"row_id": line.row_id, **{key: line.cells.get(key) for key in fields}}
        for line in part.lines
    ]
    return {"total": part.total, "rows": rows}
