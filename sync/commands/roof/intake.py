"""`intake`: what comes in by itself."""

from __future__ import annotations

import typer

from sync.commands.console import stopped_by_signals
from sync.commands.intake_options import (
    Add,
    ArrivalNumber,
    Confirm,
    Drop,
    FilesFrom,
    Folders,
    Host,
    KindName,
    KindOf,
    Networks,
    OneArrival,
    PerMinute,
    Port,
    Renew,
    Signed,
    SourceZone,
    User,
)
from sync.commands.options import DryRun, Json, StateOption, TeamOption
from sync.commands.roof.desk import ask_secret, json_line, line, opened, tell

commands = typer.Typer(
    help="Заявки, звонки и письма, которые приходят сами.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@commands.command("sources", epilog="Пример: sheetcrm intake sources --add сайт --kind tilda")
def intake_sources(  # noqa: PLR0913  # each is an option of the command
    *,
    add: Add = None,
    renew: Renew = None,
    drop: Drop = None,
    kind: KindName = KindOf.FORM,
    signed: Signed = False,
    confirm: Confirm = "",
    networks: Networks = None,
    per_minute: PerMinute = None,
    zone: SourceZone = "",
    host: Host = "",
    user: User = "",
    folders: Folders = None,
    files_from: FilesFrom = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Кто может присылать; --add подключает и один раз показывает адрес и ключ."""
    from sync.commands.intake import (
        NewSource,
        add_source,
        drop_source,
        list_sources,
        renew_source,
    )
    from sync.intake.sources import SourceKind

    with opened(team, state, patient=False) as desk:
        if add is not None:
            wish = NewSource(
                add,
                SourceKind(kind.value),
                signed,
                confirm,
                tuple(networks or ()),
                per_minute,
                zone,
                host,
                user,
                tuple(folders or ()),
                tuple(files_from or ()),
            )
            said = add_source(desk.team, desk.world, wish, ask_secret, dry_run=dry_run)
        elif renew is not None:
            said = renew_source(desk.team, desk.world, renew, dry_run=dry_run)
        elif drop is not None:
            said = drop_source(desk.team, desk.world, drop, dry_run=dry_run)
        else:
            said = list_sources(desk.team, desk.world)
    tell(said, as_json=as_json)


@commands.command("serve", epilog="Пример: sheetcrm intake serve --port 8765")
def intake_serve(
    *,
    port: Port = 0,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Принимать заявки и звонки по HTTP; разложит их следующий проход."""
    from sync.commands.intake import serve

    say = json_line if as_json else line
    with opened(team, state, patient=False, stays=True) as desk, stopped_by_signals() as stop:
        serve(desk.team, desk.world, stop, say, port)


@commands.command("list", epilog="Пример: sheetcrm intake list")
def intake_list(
    *, team: TeamOption = None, state: StateOption = None, as_json: Json = False
) -> None:
    """Карантин: что пришло и не разобрано, с причиной."""
    from sync.commands.intake import list_quarantine

    with opened(team, state) as desk:
        said = list_quarantine(desk.team, desk.world)
    tell(said, as_json=as_json)


@commands.command("show", epilog="Пример: sheetcrm intake show 12")
def intake_show(
    number: OneArrival,
    *,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Что пришло, слово в слово."""
    from sync.commands.intake import show_arrival

    with opened(team, state) as desk:
        said = show_arrival(desk.team, number)
    tell(said, as_json=as_json)


@commands.command("retry", epilog="Пример: sheetcrm intake retry 12")
def intake_retry(
    number: ArrivalNumber = None,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Разобрать карантин ещё раз: одну запись или все."""
    from sync.commands.intake import retry

    with opened(team, state) as desk:
        said = retry(desk.team, desk.world, number, dry_run=dry_run)
    tell(said, as_json=as_json)
