"""`google`: the key, moving books, who can open them."""

from __future__ import annotations

import typer

from sync.commands.options import (
    DryRun,
    GoogleEmail,
    GoogleKey,
    GoogleSheet,
    Json,
    StateOption,
    TeamOption,
    WhoseBook,
)
from sync.commands.roof.desk import opened, tell

commands = typer.Typer(
    help="Google Таблицы: ключ, перенос книг, кто их видит.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@commands.command("setup", epilog="Пример: sheetcrm google setup --key ключ.json")
def google_setup(
    *,
    key: GoogleKey = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """По шагам: получить ключ Google, проверить и сохранить его."""
    from sync.commands.google import setup

    with opened(team, state) as desk:
        said = setup(desk.team, desk.world, key, dry_run=dry_run)
    tell(said, as_json=as_json)


@commands.command("share", epilog='Пример: sheetcrm google share Иванов --sheet "адрес таблицы"')
def google_share(  # noqa: PLR0913  # the facts of a book and of its person
    name: WhoseBook,
    *,
    sheet: GoogleSheet = None,
    email: GoogleEmail = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Перенести книгу человека в Google Таблицу и открыть её этому человеку."""
    from sync.commands.google import share

    with opened(team, state) as desk:
        said = share(desk.team, desk.world, name, sheet=sheet, email=email, dry_run=dry_run)
    tell(said, as_json=as_json)


@commands.command("status", epilog="Пример: sheetcrm google status")
def google_status(
    *, team: TeamOption = None, state: StateOption = None, as_json: Json = False
) -> None:
    """Открываются ли таблицы, целы ли замки, кто ещё их видит."""
    from sync.commands.google import status as stand

    with opened(team, state) as desk:
        said = stand(desk.team, desk.world)
    tell(said, as_json=as_json)


@commands.command("backup", epilog="Пример: sheetcrm google backup")
def google_backup(
    *, team: TeamOption = None, state: StateOption = None, as_json: Json = False
) -> None:
    """Положить таблицы целиком, книгами xlsx, в копии."""
    from sync.commands.google import backup as exported

    with opened(team, state) as desk:
        said = exported(desk.team, desk.world)
    tell(said, as_json=as_json)
