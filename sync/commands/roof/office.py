"""`office`: writing into books that are open."""

from __future__ import annotations

import typer

from sync.commands.office_options import OfficeExcel, OfficeProfile, OfficePython
from sync.commands.options import DryRun, Json, StateOption, TeamOption
from sync.commands.roof.desk import opened, tell

commands = typer.Typer(
    help="Открытые книги: писать прямо в них, а не ждать, пока закроют.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@commands.command("setup", epilog="Пример: sheetcrm office setup")
def office_setup(  # noqa: PLR0913  # each is an option of the command
    *,
    profile: OfficeProfile = None,
    python: OfficePython = None,
    excel: OfficeExcel = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Пустить программу в открытые книги LibreOffice или Excel, один раз."""
    from sync.commands.office import Asked, setup

    with opened(team, state) as desk:
        said = setup(desk.team, Asked(profile, python, excel), dry_run=dry_run)
    tell(said, as_json=as_json)


@commands.command("status", epilog="Пример: sheetcrm office status")
def office_status(
    team: TeamOption = None, state: StateOption = None, *, as_json: Json = False
) -> None:
    """В какие открытые книги программа пишет прямо сейчас."""
    from sync.commands.office import status as stand

    with opened(team, state, patient=False) as desk:
        said = stand(desk.team, desk.world)
    tell(said, as_json=as_json)


@commands.command("remove", epilog="Пример: sheetcrm office remove")
def office_remove(
    *,
    profile: OfficeProfile = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Больше не писать в открытые книги: пусть ждут, пока закроют."""
    from sync.commands.office import Asked, remove

    with opened(team, state) as desk:
        said = remove(desk.team, Asked(profile), dry_run=dry_run)
    tell(said, as_json=as_json)
