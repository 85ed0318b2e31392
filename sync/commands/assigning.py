"""What `assign` says: whom waiting leads, or clients without a manager, go to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from model.records import BatchKind, Source, Stamped
from model.texts.numbers import counted
from sync.assigning import Given, Move, Read, base_moves, carry_out, distribution, lead_moves
from sync.assigning.rules import TABLE
from sync.commands.said import Said, plain_letters, table
from sync.reporting import settled_now
from sync.scene import Scene, text
from sync.team import Team
from sync.world import World

SHOWN = 40
SHEET = "«Правила распределения»"


def assign(team: Team, world: World, *, base: bool, dry_run: bool) -> Said:
    """Give out by the rules of the sheet; with `base` the clients instead of the leads."""
    now = world.now()
    at, who = now.astimezone(UTC), team.settings.owner
    given = Given.BASE if base else Given.LEAD
    with team.store.write() as writer:
        settled = settled_now(team, writer, world, now)
        scene = settled.scene
        moves = base_moves(scene, writer.joined("clients")) if base else lead_moves(scene)
        read = distribution(scene).read
        writer.cancel()
    batch = None
    if not dry_run and any(move.choice.person for move in moves):
        with team.store.write() as writer:
            batch = writer.start_batch(BatchKind.ASSIGN, who, at, note=given.value)
            carry_out(writer, moves, Stamped(at, who, Source.RULE, None, batch))
    lines = _lines(scene, moves, read, given)
    done = [f"Вернуть: sheetcrm undo {batch}"] if batch is not None else []
    end = ["Это проверка: ничего не изменено."] if dry_run else done
    facts = {
        "moves": [_fact(scene, move) for move in moves],
        "rules": [rule.name for rule in read.of(given)],
        "doubts": [{"rule": _name(scene, i), "doubt": said} for i, said in read.doubts.items()],
        "batch": batch,
        "dry_run": dry_run,
    }
    return Said(tuple(map(plain_letters, [*lines, *end])), facts)


def _lines(scene: Scene, moves: Sequence[Move], read: Read, given: Given) -> list[str]:
    lines = [f"Правило «{_name(scene, i)}» не понял: {said}." for i, said in read.doubts.items()]
    if not read.of(given):
        of = "для заявок" if given is Given.LEAD else "для базы"
        return [*lines, f"Правил {of} нет. Впишите их на листе {SHEET}."]
    if not moves:
        what = "Все заявки с менеджером" if given is Given.LEAD else "У всех клиентов есть менеджер"
        return [*lines, f"{what}: раздавать нечего."]
    rows: list[tuple[str, ...]] = [("№", "Кто", "Было", "Кому", "Правило", "Почему")]
    rows += [_row(scene, move) for move in moves[:SHOWN]]
    lines += table(rows)
    if len(moves) > SHOWN:
        lines.append(f"и ещё {len(moves) - SHOWN}: все - в --json")
    got = sum(move.choice.person is not None for move in moves)
    words = ("заявка", "заявки", "заявок") if given is Given.LEAD else _CLIENTS
    rest = len(moves) - got
    lines.append(f"Роздано: {counted(got, *words)}." + (f" Ждут: {rest}." if rest else ""))
    return lines


_CLIENTS = ("клиент", "клиента", "клиентов")


def _row(scene: Scene, move: Move) -> tuple[str, ...]:
    record, choice = move.record, move.choice
    number = scene.number(record.table, record.row_id)
    deals = f", сделок с ним {len(move.deals)}" if move.deals else ""
    return (
        number,
        text(record, "name"),
        move.was or "-",
        choice.person or "ждёт",
        choice.rule or "-",
        choice.told + deals,
    )


def _fact(scene: Scene, move: Move) -> dict[str, object]:
    record, choice = move.record, move.choice
    return {
        "table": record.table,
        "row_id": record.row_id,
        "number": scene.number(record.table, record.row_id),
        "was": move.was,
        "person": choice.person,
        "rule": choice.rule,
        "why": choice.why,
        "told": choice.told,
        "deals": move.deals,
    }


def _name(scene: Scene, row_id: str) -> str:
    return text(scene.rows[TABLE][row_id], "name")
