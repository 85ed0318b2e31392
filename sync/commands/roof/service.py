"""`service`: the daemon kept by the system."""

from __future__ import annotations

import typer

from sync.commands.options import DryRun, Folder, Json, StateOption, TeamOption
from sync.commands.roof.desk import opened, tell

commands = typer.Typer(
    help="Служба: следит за книгами сама, с запуска компьютера.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@commands.command("install", epilog="Пример: sheetcrm service install D:\\Продажи --dry-run")
def service_install(
    folder: Folder = None,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Поставить службу: работает сама, поднимается после сбоя и перезагрузки."""
    from sync.commands.service import install, keeper_of

    with opened(folder or team, state) as desk:
        keeper = keeper_of(desk.team, desk.world)
        said = install(desk.team, desk.world, keeper, dry_run=dry_run)
    tell(said, as_json=as_json)


@commands.command("status", epilog="Пример: sheetcrm service status")
def service_status(
    folder: Folder = None,
    *,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Стоит ли служба и работает ли; код 1, если нет."""
    from sync.commands.service import keeper_of
    from sync.commands.service import status as stand

    with opened(folder or team, state) as desk:
        said = stand(desk.team, desk.world, keeper_of(desk.team, desk.world))
    tell(said, as_json=as_json)


@commands.command("remove", epilog="Пример: sheetcrm service remove")
def service_remove(
    folder: Folder = None,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Убрать службу; книги, база и копии остаются."""
    from sync.commands.service import keeper_of, remove

    with opened(folder or team, state) as desk:
        said = remove(desk.team, keeper_of(desk.team, desk.world), dry_run=dry_run)
    tell(said, as_json=as_json)
