"""`plan`: fact against plan, suggestions, calls a day, norms."""

from __future__ import annotations

import typer

from sync.commands.options import (
    CutName,
    CutOf,
    Json,
    Month,
    PersonName,
    SpanName,
    SpanOf,
    StateOption,
    TeamOption,
)
from sync.commands.roof.desk import opened, tell

commands = typer.Typer(
    help="Планы: факт к плану, подсказка, разбор до звонков в день, нормативы.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@commands.command("show", epilog="Пример: sheetcrm plan show --period quarter --by market")
def plan_show(
    *,
    month: Month = None,
    period: SpanName = SpanOf.MONTH,
    by: CutName = CutOf.PEOPLE,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """План и факт: месяц, квартал, полугодие или год; по людям, отделам, рынкам, товарам."""
    from model.figures import Span
    from sync.commands.planning import Wish, show

    with opened(team, state) as desk:
        said = show(desk.team, desk.world, Wish(month, Span(period.value), by.value))
    tell(said, as_json=as_json)


@commands.command("suggest", epilog="Пример: sheetcrm plan suggest --month 2026-04")
def plan_suggest(
    *,
    month: Month = None,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Подсказать план на следующий месяц: среднее и сезон. В планы сама не попадёт."""
    from sync.commands.planning import suggest

    with opened(team, state) as desk:
        said = suggest(desk.team, desk.world, month)
    tell(said, as_json=as_json)


@commands.command("decompose", epilog="Пример: sheetcrm plan decompose Иванов --month 2026-04")
def plan_decompose(
    who: PersonName,
    *,
    month: Month = None,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Разобрать план на сделки, КП и звонки в день по своим переходам."""
    from sync.commands.planning import decompose

    with opened(team, state) as desk:
        said = decompose(desk.team, desk.world, who, month)
    tell(said, as_json=as_json)


@commands.command("norms", epilog="Пример: sheetcrm plan norms")
def plan_norms(
    *, team: TeamOption = None, state: StateOption = None, as_json: Json = False
) -> None:
    """Нормативы этого месяца: надо к сегодня, факт, отклонение."""
    from sync.commands.planning import norms

    with opened(team, state) as desk:
        said = norms(desk.team, desk.world)
    tell(said, as_json=as_json)
