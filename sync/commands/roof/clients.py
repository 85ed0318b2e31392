"""Commands about whose clients are and how well they are kept."""

from __future__ import annotations

import typer

from sync.commands.care_options import Base, Clients, Giver, OfField, OfPerson, OfSegment, Taker
from sync.commands.options import (
    ClientNumber,
    DryRun,
    Everything,
    Join,
    Json,
    OtherClient,
    StateOption,
    TeamOption,
    TwinsPage,
)
from sync.commands.roof.desk import opened, tell

commands = typer.Typer()


@commands.command(epilog="Пример: sheetcrm dedupe --page; sheetcrm dedupe --join --dry-run")
def dedupe(  # noqa: PLR0913  # each is an option of the command
    *,
    join: Join = False,
    page: TwinsPage = False,
    everything: Everything = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Одинаковые клиенты: что одно и то же, о чём спросить; с --join объединить."""
    from sync.commands.joining import dedupe as run
    from sync.commands.joining import twins

    with opened(team, state) as desk:
        now = desk.world.now()
        said = run(desk.team, join=join, now=now, dry_run=dry_run, everything=everything)
        if page:
            said = said.also(twins(desk.team, desk.world.disk, now=now, dry_run=dry_run))
    tell(said, as_json=as_json)


@commands.command(epilog="Пример: sheetcrm merge К-204 К-377")
def merge(
    main_client: ClientNumber,
    other: OtherClient,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Объединить двух клиентов: вторая карточка уходит под первую."""
    from sync.commands.joining import merge as run

    with opened(team, state) as desk:
        said = run(desk.team, main_client, other, now=desk.world.now(), dry_run=dry_run)
    tell(said, as_json=as_json)


@commands.command(epilog="Пример: sheetcrm unmerge К-377")
def unmerge(
    client: ClientNumber,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Разъединить клиента: сделки, звонки и оплаты возвращаются к своим карточкам."""
    from sync.commands.joining import unmerge as run

    with opened(team, state) as desk:
        said = run(desk.team, client, now=desk.world.now(), dry_run=dry_run)
    tell(said, as_json=as_json)


@commands.command(epilog="Пример: sheetcrm assign --base --dry-run")
def assign(
    *,
    base: Base = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Раздать заявки или базу по листу «Правила распределения»."""
    from sync.commands.assigning import assign as give_out

    with opened(team, state) as desk:
        said = give_out(desk.team, desk.world, base=base, dry_run=dry_run)
    tell(said, as_json=as_json)


@commands.command(epilog="Пример: sheetcrm handover Иванов Петрова --dry-run")
def handover(  # noqa: PLR0913  # each is an option of the command
    giver: Giver,
    taker: Taker,
    *,
    client: Clients = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Передать клиентов, сделки и обещания: сначала срочное. Отменяется через undo."""
    from sync.commands.handing import handover as give

    with opened(team, state) as desk:
        said = give(
            desk.team, desk.world, giver, taker, clients=tuple(client or ()), dry_run=dry_run
        )
    tell(said, as_json=as_json)


@commands.command(epilog="Пример: sheetcrm quality --person Иванов --field ИНН")
def quality(
    *,
    person: OfPerson = None,
    field: OfField = None,
    segment: OfSegment = None,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Как заполнены карточки: по людям, столбцам и отраслям, и какие поправить первыми."""
    from sync.commands.caring import quality as told

    with opened(team, state) as desk:
        said = told(desk.team, desk.world, person=person, field=field, segment=segment)
    tell(said, as_json=as_json)


@commands.command(epilog="Пример: sheetcrm reconcile")
def reconcile(
    *,
    everything: Everything = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Сверить: оплаты без сделки, незнакомые номера, счета без клиента, сделки без оплаты."""
    from sync.commands.reconciling import reconcile as told

    with opened(team, state) as desk:
        said = told(desk.team, desk.world, everything=everything)
    tell(said, as_json=as_json)
