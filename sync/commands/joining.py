"""What `dedupe`, `merge` and `unmerge` say: clients that are one, joined and parted again.

A joined card stays in the store with all it says; its deals, calls and payments count for the main
one. So parting gives every link back, at any later time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from model.blueprint import Table
from model.errors import WrongPlace
from model.phones import pretty_phone
from model.records import BatchKind, Record, Source, Stamped, Stance
from model.texts import Text
from model.texts.duplicates import PAGE
from model.texts.numbers import counted, number
from store import Reader, Writer
from sync.commands.said import Said, plain_letters, table
from sync.duplicates import (
    OneClient,
    Pair,
    Proposal,
    View,
    card_of,
    compare,
    questions_of,
)
from sync.reports.twins import lines_of
from sync.scheduling.twins import CLIENTS, cards_of, standing_proposal, write_twins
from sync.team import HEAD_FOLDER, Team
from sync.world import Disk

SHOWN, CLOSE = 30, 3
_NUMBER = re.compile(r"\s*(?:[KКkк]-?)?(\d+)\s*")


def dedupe(team: Team, *, join: bool, now: datetime, dry_run: bool, everything: bool) -> Said:
    """The cards that are one client, and the pairs to ask about; joined when told."""
    with team.store.read() as reader:
        clients, found, _ = standing_proposal(reader)
    lines = [*_ones(found, clients, team, everything=everything)]
    lines += _asked(found, clients, team, everything=everything)
    lines += _crowds(found, clients, team, everything=everything)
    facts = {"clients": found.clients, "asked": found.asked, "crowds": found.crowds}
    if not found.clients or not join:
        return Said(tuple(map(plain_letters, lines)), {**facts, "batch": None})
    with team.store.write() as writer:
        by = _stamp(team, writer, now, note=f"{len(found.clients)}")
        for client in found.clients:
            for other in client.others:
                writer.join(CLIENTS, other, client.main, by=by)
        if dry_run:
            writer.cancel()
    lines.append(_done(by.batch, dry_run=dry_run))
    return Said(tuple(map(plain_letters, lines)), {**facts, "batch": by.batch})


def twins(team: Team, disk: Disk, *, now: datetime, dry_run: bool) -> Said:
    """The page that shows the cards side by side, beside the owner's book."""
    place = team.settings.folder / HEAD_FOLDER / PAGE
    if not dry_run:
        write_twins(team, disk, now)
    return Said(("", f"Карточки рядом: {place}"), {"page": str(place)})


def merge(team: Team, main: str, other: str, *, now: datetime, dry_run: bool) -> Said:
    """One card under another; raises WrongPlace for numbers of no clients or of one."""
    with team.store.write() as writer:
        kept, loser = _client(writer, main), _client(writer, other)
        joined = writer.joined(CLIENTS)
        if joined.get(kept.row_id, kept.row_id) == joined.get(loser.row_id, loser.row_id):
            raise WrongPlace(what=Text.A_CLIENT_APART, value=other)
        stands = _stands(team, writer, kept, loser)
        by = _stamp(team, writer, now, note=f"{_shown(kept, team)} + {_shown(loser, team)}")
        writer.join(CLIENTS, loser.row_id, kept.row_id, by=by)
        if dry_run:
            writer.cancel()
    said = f"{_shown(loser, team)} теперь одно с {_shown(kept, team)}."
    lines = (said, *stands, _done(by.batch, dry_run=dry_run))
    return Said(tuple(map(plain_letters, lines)), {"main": kept.row_id, "other": loser.row_id})


def _stands(team: Team, reader: Reader, kept: Record, loser: Record) -> list[str]:
    """What is read for both where the two cards do not say the same."""
    both = {kept.row_id: kept, loser.row_id: loser}
    cards = cards_of(team, reader, both, {})
    lines = [line for line in lines_of([kept.row_id, loser.row_id], cards) if line.why]
    told = [f"{line.title}: {line.value} ({line.why})" for line in lines if not line.is_mains]
    return ["Карточка теперь читается так, в ячейках ничего не меняется:", *told] if told else []


def unmerge(team: Team, other: str, *, now: datetime, dry_run: bool) -> Said:
    """A card by itself again, with every link it had; raises WrongPlace when it is not joined."""
    with team.store.write() as writer:
        loser = _client(writer, other)
        main = writer.joined(CLIENTS).get(loser.row_id)
        if main is None:
            raise WrongPlace(what=Text.A_JOINED_CLIENT, value=other)
        by = _stamp(team, writer, now, note=_shown(loser, team))
        writer.part(CLIENTS, loser.row_id, by=by)
        kept = writer.get(CLIENTS, main)
        if kept is not None:
            _two_for_ever(team, writer, kept, loser, now)
        if dry_run:
            writer.cancel()
    under = "" if kept is None else f" и {_shown(kept, team)}"
    said = f"{_shown(loser, team)}{under} снова два клиента, сделки и оплаты вернулись к своим."
    lines = (said, _done(by.batch, dry_run=dry_run))
    return Said(tuple(map(plain_letters, lines)), {"main": main, "other": loser.row_id})


def _two_for_ever(team: Team, writer: Writer, kept: Record, loser: Record, now: datetime) -> None:
    """Who parts two cards has said «Нет»: they are not proposed again."""
    pair = compare(card_of(kept), card_of(loser))
    if pair is None:
        return
    both = {kept.row_id: kept, loser.row_id: loser}
    view = View(team.blueprint.tables[CLIENTS], both, {}, team.settings.owner)
    asked = writer.ask(questions_of(pair, view)[0], at=now.astimezone(UTC))
    writer.settle(asked.number, Stance.KEPT, answer="Нет", at=now.astimezone(UTC), outcome="")


def _ones(
    found: Proposal, clients: dict[str, Record], team: Team, *, everything: bool
) -> list[str]:
    if not found.clients:
        return ["Одинаковых карточек нет."]
    groups = counted(len(found.clients), "клиент", "клиента", "клиентов")
    cards = counted(sum(map(_size, found.clients)), "карточке", "карточках", "карточках")
    shown = found.clients if everything else found.clients[:SHOWN]
    rows = [("Главная", "Вместе с ней", "Почему")]
    rows += [
        (
            _shown(clients[one.main], team),
            ", ".join(_shown(clients[other], team, short=True) for other in one.others),
            "; ".join(one.reasons),
        )
        for one in shown
    ]
    lines = [f"Одно и то же: {groups} в {cards}.", *table(rows)]
    if len(shown) < len(found.clients):
        lines.append(f"и ещё {number(len(found.clients) - len(shown))}: добавьте --all")
    return lines


def _asked(
    found: Proposal, clients: dict[str, Record], team: Team, *, everything: bool
) -> list[str]:
    if not found.asked:
        return ["Спрашивать не о чем."]
    shown = found.asked if everything else found.asked[:SHOWN]
    rows = [("Похожи", "", "Почему спрашиваю")]
    rows += [(*_both(pair, clients, team), ", ".join(pair.reasons)) for pair in shown]
    pairs = counted(len(found.asked), "пара", "пары", "пар")
    lines = ["", f"Спрошу в «Вопросах»: {pairs}.", *table(rows)]
    if len(shown) < len(found.asked):
        lines.append(f"и ещё {number(len(found.asked) - len(shown))}: добавьте --all")
    return lines


def _crowds(
    found: Proposal, clients: dict[str, Record], team: Team, *, everything: bool
) -> list[str]:
    """Contacts of many clients: said, so that nobody wonders why no pair comes of them."""
    if not found.crowds:
        return []
    crowds = [*found.crowds.items()]
    shown = crowds if everything else crowds[:SHOWN]
    rows = [("Телефон или почта", "Клиентов", "Например")]
    for contact, there in shown:
        some = ", ".join(_shown(clients[row], team, short=True) for row in there[:CLOSE])
        rows.append((contact if "@" in contact else pretty_phone(contact), str(len(there)), some))
    lines = ["", "По этим не сравниваю: они у нескольких разных клиентов сразу.", *table(rows)]
    if len(shown) < len(crowds):
        lines.append(f"и ещё {number(len(crowds) - len(shown))}: добавьте --all")
    return lines


def _both(pair: Pair, clients: dict[str, Record], team: Team) -> tuple[str, str]:
    both = sorted((clients[pair.left], clients[pair.right]), key=lambda c: c.number or 0)
    return _shown(both[0], team), _shown(both[1], team)


def _size(one: OneClient) -> int:
    return 1 + len(one.others)


def _done(batch: int, *, dry_run: bool) -> str:
    return "Это проверка: ничего не изменено." if dry_run else f"Вернуть: sheetcrm undo {batch}"


def _stamp(team: Team, writer: Writer, now: datetime, *, note: str) -> Stamped:
    at, who = now.astimezone(UTC), team.settings.owner
    batch = writer.start_batch(BatchKind.MERGE, who, at, note=note)
    return Stamped(at, who, Source.ANSWER, None, batch)


def _client(reader: Reader, place: str) -> Record:
    """The client with a visible number; raises WrongPlace."""
    match = _NUMBER.fullmatch(place)
    found = reader.find_number(CLIENTS, int(match[1])) if match else None
    if found is None or found.deleted:
        raise WrongPlace(what=Text.A_CLIENT, value=place)
    return found


def _shown(client: Record, team: Team, *, short: bool = False) -> str:
    clients: Table = team.blueprint.tables[CLIENTS]
    shown = f"{clients.prefix}-{client.number}"
    name = client.values.get("name")
    return shown if short or not isinstance(name, str) else f"{shown} {name}"
