"""Commands about what was: history, batches, what changed, taking back."""

from __future__ import annotations

import typer

from sync.commands.options import (
    BatchNumber,
    BookName,
    CellPlace,
    DryRun,
    Everything,
    FieldName,
    FirstDay,
    Json,
    LastDay,
    StateOption,
    TeamOption,
)
from sync.commands.roof.desk import opened, tell

commands = typer.Typer()


@commands.command(
    epilog="Пример: sheetcrm history Клиенты!D17    или: sheetcrm history К-123 Телефон"
)
def history(
    place: CellPlace,
    field: FieldName = None,
    *,
    book: BookName = None,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Кто, когда и что менял в ячейке или строке."""
    from sync.commands.past import history as run

    with opened(team, state) as desk:
        said = run(desk.team, place, field, book=book, now=desk.world.now())
    tell(said, as_json=as_json)


@commands.command(epilog="Пример: sheetcrm batches")
def batches(*, team: TeamOption = None, state: StateOption = None, as_json: Json = False) -> None:
    """Последние действия: правки, загрузки, ответы. Каждое можно отменить."""
    from sync.commands.past import batches as run

    with opened(team, state) as desk:
        said = run(desk.team, now=desk.world.now())
    tell(said, as_json=as_json)


@commands.command(epilog="Пример: sheetcrm diff 2026-03-01 2026-03-31")
def diff(
    first: FirstDay,
    last: LastDay = None,
    *,
    everything: Everything = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Что изменилось за период: новые, выигранные, проигранные, переданные, пропавшие."""
    from sync.commands.differing import diff as run

    with opened(team, state) as desk:
        now = desk.world.now()
        until = now.date() if last is None else last.date()
        said = run(desk.team, first.date(), until, now=now, everything=everything)
    tell(said, as_json=as_json)


@commands.command(epilog="Пример: sheetcrm undo 12 --dry-run")
def undo(
    number: BatchNumber,
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Отменить действие целиком; более поздние правки останутся."""
    from sync.commands.past import is_upgrade
    from sync.commands.past import undo as run

    with opened(team, state) as desk:
        if is_upgrade(desk.team, number):
            from sync.commands.upgrading import run_back

            said = run_back(desk.team, desk.world, number, dry_run=dry_run)
        else:
            said = run(desk.team, number, now=desk.world.now(), dry_run=dry_run)
    tell(said, as_json=as_json)
