"""What `handover` says: the packet of a leaver, and the move of everything open to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from model.errors import NoSuchPerson, WrongPlace
from model.records import Source, Stamped
from model.texts import Text
from model.texts.numbers import day_month, money
from sync.commands.as_of import month_as_of, person_named
from sync.commands.passes import native
from sync.commands.said import Said, plain_letters, table
from sync.handover.gathering import Held, Packet, gather
from sync.handover.moving import begin, content_of, move
from sync.handover.page import file_name, pressing, render_packet, title_of, verdict
from sync.reports.pages import write_page
from sync.scene import Scene, fold
from sync.team import Team
from sync.world import World

SHOWN = 20
FOLDER = "Передачи"


def handover(
    team: Team,
    world: World,
    giver: str,
    taker: str,
    *,
    clients: Sequence[str] = (),
    dry_run: bool = False,
) -> Said:
    """Everything open of one person goes to another, as one batch; raises WrongPlace.

    The dry run shows the packet and writes nothing.
    """
    now = world.now()
    with month_as_of(team, world, now.date()) as (month, _):
        scene = month.scene
        known = person_named(scene, giver)
        other = person_named(scene, taker)
        if not other.active or fold(known.name) == fold(other.name):
            names = [p.name for p in scene.sellers() if fold(p.name) != fold(known.name)]
            raise NoSuchPerson(value=taker, known=", ".join(names))
        packet = gather(month, known.name, other.name, _chosen(scene, clients))
    path = team.reports.parent / FOLDER / file_name(packet)
    batch = None
    if not dry_run:
        at = now.astimezone(UTC)
        with team.store.write() as writer:
            who = team.settings.owner
            by = begin(writer, packet, who=who, at=Stamped(at, who, Source.PERSON, None, 0))
            move(writer, scene, packet, by=by)
            batch = by.batch
        write_page(world.disk, path, render_packet(packet))
    lines = _lines(packet, path.relative_to(team.settings.folder), batch)
    facts = {
        "from": packet.giver,
        "to": packet.taker,
        "clients": packet.clients,
        "loose": packet.loose,
        "seconds": packet.seconds,
        "debt": packet.debt,
        "batch": batch,
        "file": None if dry_run else path,
        "dry_run": dry_run,
    }
    return Said(tuple(map(plain_letters, lines)), facts)


def _chosen(scene: Scene, numbers: Sequence[str]) -> tuple[str, ...]:
    known = {fold(scene.number("clients", i)): i for i in scene.rows["clients"]}
    for number in numbers:
        if fold(number) not in known:
            raise WrongPlace(what=Text.A_CLIENT, value=number)
    return tuple(known[fold(number)] for number in numbers)


def _lines(packet: Packet, path: Path, batch: int | None) -> list[str]:
    lines = [f"{title_of(packet)}: {content_of(packet)}.", verdict(packet)]
    if packet.clients:
        rows: list[tuple[str, ...]] = [
            ("Клиент", "", "Почему срочно", "Что обещано", "Когда", "Долг")
        ]
        rows += [_row(held) for held in packet.clients[:SHOWN]]
        lines += table(rows, right=frozenset({5}))
        if len(packet.clients) > SHOWN:
            lines.append(f"и ещё {len(packet.clients) - SHOWN}: все - в файле и в --json")
    if packet.loose:
        lines.append(f"Дел без клиента: {len(packet.loose)}.")
    if packet.seconds:
        lines.append(f"Второй менеджер в сделках: {len(packet.seconds)}, они не переходят.")
    if batch is None:
        return [*lines, "Это проверка: ничего не изменено."]
    return [
        *lines,
        f"Файл для обоих: {native(path.as_posix())}. Подписать: ответить Да в «Вопросах».",
        f"Срочных: {pressing(packet)}. Вернуть: sheetcrm undo {batch}",
    ]


def _row(held: Held) -> tuple[str, ...]:
    first = held.promises[0] if held.promises else None
    more = f" и ещё {len(held.promises) - 1}" if len(held.promises) > 1 else ""
    return (
        held.number,
        held.name,
        "; ".join(held.reasons) or "-",
        "-" if first is None else (first.what or "шага нет") + more,
        "-" if first is None or first.due is None else day_month(first.due),
        money(held.debt) if held.debt else "-",
    )
