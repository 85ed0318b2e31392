"""What `erase` says: what of a client will go, what went, what is left to do by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from functools import partial
from pathlib import Path

from model.blueprint import Blueprint
from model.errors import BooksNotWritten, ExitCode, WrongPlace
from model.texts import Text
from model.texts.numbers import counted
from sync.card.find import find_clients
from sync.commands.passes import native
from sync.commands.running import ONCE, alone
from sync.commands.said import Said, plain_letters
from sync.cycle import Memory, run_pass
from sync.erasure import begun as orders
from sync.erasure.act import lines_of
from sync.erasure.ending import carried_on
from sync.erasure.run import Erased, begin
from sync.erasure.wanted import Wanted, wanted
from sync.scene import make_scene
from sync.settle.clients import client_book
from sync.team import Team
from sync.world import World
from sync.world.real_keys import kept_key

LINES = ("строка", "строки", "строк")
DEALS = ("открытая сделка", "открытые сделки", "открытых сделок")


def erase(  # noqa: PLR0913  # each is an answer of the person
    team: Team,
    world: World,
    client: str | None,
    *,
    ask: Callable[[str], str],
    yes: bool,
    dry_run: bool,
    say: Callable[[str], None] = lambda _: None,
) -> Said:
    """A client erased from everywhere; raises WrongPlace, AlreadyRunning or BooksNotWritten.

    Without a client an erasure that was cut off is carried to its end. `say` hears how far it is.
    """
    if client is None:
        return _go_on(team, world, say)
    memory = Memory()
    with alone(team, world, ONCE):
        if not dry_run:
            run_pass(team, world, memory=memory)
        asked = _wanted(team, world, client)
        lines = _will_go(team.blueprint, asked)
        facts = _facts(asked)
        if dry_run:
            lines.append("Это проверка: ничего не менял.")
            return Said(tuple(map(plain_letters, lines)), {**facts, "dry_run": True})
        if not yes and ask("\n".join([*lines, "Стереть? Напишите «да»: "])).casefold() != "да":
            return Said(("Ничего не менял.",), facts, ExitCode.USAGE)
        with team.store.write() as writer:
            if orders.load(writer) is not None:
                raise BooksNotWritten(names="прошлое удаление не закончено")
            begin(team, writer, asked, who=team.settings.owner, at=world.now().astimezone(UTC))
        done = _finish(team, world, memory, say)
    assert done is not None  # noqa: S101  # it has just begun
    return _told(team, done, facts)


def _go_on(team: Team, world: World, say: Callable[[str], None]) -> Said:
    with alone(team, world, ONCE):
        done = _finish(team, world, None, say)
    if done is None:
        return Said(("Незаконченных удалений нет.",), {"going_on": False})
    return _told(team, done, {"client": done[0].title})


def _finish(
    team: Team, world: World, memory: Memory | None, say: Callable[[str], None]
) -> tuple[Erased, Path] | None:
    key = partial(kept_key, team.state, team.settings.family)
    return carried_on(team, world, key, memory=memory, say=say)


def _told(team: Team, ended: tuple[Erased, Path], facts: dict[str, object]) -> Said:
    done, path = ended
    lines = [f"Карточка {done.title} стёрта. Просмотрено после этого: {done.searched}."]
    lines += [f"  {words}: {count}" for words, count in lines_of(done)]
    lines += [f"Осталось: {words}" for words in done.left]
    lines.append(f"Акт: {native(path.relative_to(team.settings.folder).as_posix())}")
    facts = {**facts, "batch": done.batch, "counts": done.counts, "left": done.left, "act": path}
    code = ExitCode.PROBLEMS if done.left else ExitCode.DONE
    return Said(tuple(map(plain_letters, lines)), facts, code)


def _wanted(team: Team, world: World, client: str) -> Wanted:
    with team.store.read() as reader:
        scene = make_scene(
            reader,
            team.blueprint,
            now=world.now(),
            owner=team.settings.owner,
            helper=team.settings.helper,
        )
        number = partial(scene.number, "clients")
        clients = client_book(scene.rows["clients"], reader.joined("clients"), number)
        found = find_clients(scene, clients, client)
        if not found:
            raise WrongPlace(what=Text.A_CLIENT, value=client)
        if len(found) > 1:
            numbers = ", ".join(map(number, found[:10]))
            raise WrongPlace(what=Text.A_CLIENT, value=f"{client} (подходят {numbers})")
        return wanted(reader, team.blueprint, found[0])


def _will_go(blueprint: Blueprint, asked: Wanted) -> list[str]:
    lines = [f"Карточка {asked.title}. Уйдёт из книг, истории, копий, страниц, папок и журналов:"]
    for table, ids in sorted(asked.order.rows.items()):
        title, buried = blueprint.tables[table].title.ru, table in asked.buried
        how = "удалятся" if buried else "останутся без содержания, для итогов"
        lines.append(f"  «{title}»: {counted(len(ids), *LINES)}, {how}")
    if asked.still_open:
        lines.append(f"У клиента {counted(asked.still_open, *DEALS)}: сначала закройте их, иначе "
                     "о них будут напоминания без имени.")  # fmt: skip
    lines.append("Отменить это нельзя. Если тот же человек придёт снова, он будет новым клиентом.")
    return lines


def _facts(asked: Wanted) -> dict[str, object]:
    return {
        "client": asked.title,
        "rows": {table: len(ids) for table, ids in asked.order.rows.items()},
        "removed": {table: len(ids) for table, ids in asked.buried.items()},
        "open_deals": asked.still_open,
    }
