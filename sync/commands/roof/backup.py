"""`backup`: copies of the books and of the store."""

from __future__ import annotations

import sys
from zoneinfo import ZoneInfo

import typer

from sync.commands.options import (
    AtMoment,
    BookName,
    CheckPlace,
    CopyNumber,
    CopyNumberOrNone,
    DryRun,
    Everything,
    FetchTo,
    Json,
    KnownPhrase,
    LeavePlace,
    OnlyCell,
    OnlyClient,
    OnlyRow,
    OnlySheet,
    OtherCopy,
    Place,
    StateOption,
    TeamOption,
    ToFile,
    refuse_unclear,
)
from sync.commands.roof.desk import ask, opened, tell

commands = typer.Typer(
    help="Копии книг.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@commands.command("list", epilog="Пример: sheetcrm backup list --book Иванов")
def backup_list(
    *,
    book: BookName = None,
    everything: Everything = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Какие копии есть, новые сверху."""
    from sync.commands.copies import SHOWN, list_copies

    with opened(team, state) as desk:
        limit = sys.maxsize if everything else SHOWN
        said = list_copies(desk.team, book=book, now=desk.world.now(), limit=limit)
    tell(said, as_json=as_json)


@commands.command("show", epilog="Пример: sheetcrm backup show 341")
def backup_show(
    number: CopyNumber,
    *,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Одна копия: чья, когда, почему хранится, что в ней."""
    from sync.commands.copies import show_copy

    with opened(team, state) as desk:
        said = show_copy(desk.team, number, now=desk.world.now())
    tell(said, as_json=as_json)


@commands.command(
    "diff", epilog="Пример: sheetcrm backup diff 341    или: sheetcrm backup diff 341 350"
)
def backup_diff(
    number: CopyNumber,
    other: OtherCopy = None,
    *,
    everything: Everything = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Чем копия отличается от другой или от того, что сейчас."""
    from sync.commands.copies import SHOWN, diff_copies

    with opened(team, state) as desk:
        limit = sys.maxsize if everything else SHOWN
        said = diff_copies(desk.team, number, other, now=desk.world.now(), limit=limit)
    tell(said, as_json=as_json)


@commands.command("verify", epilog="Пример: sheetcrm backup verify --all")
def backup_verify(
    number: CopyNumberOrNone = None,
    *,
    everything: Everything = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Читаются ли копии; код 1, если какая-то повреждена."""
    from sync.commands.copies import verify_copies

    with opened(team, state) as desk:
        said = verify_copies(desk.team, number, everything=everything)
    tell(said, as_json=as_json)


@commands.command(
    "restore",
    epilog='Пример: sheetcrm backup restore --at "вчера 18:00" --row К-123 --cell Телефон',
)
def backup_restore(  # noqa: PLR0913  # each is an option of the command
    number: CopyNumberOrNone = None,
    *,
    at: AtMoment = None,
    book: BookName = None,
    sheet: OnlySheet = None,
    row: OnlyRow = None,
    client: OnlyClient = None,
    cell: OnlyCell = None,
    to: ToFile = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Вернуть из копии книгу, лист, строку, клиента или ячейку; возврат можно отменить."""
    from sync.commands.copies import save_copy
    from sync.commands.copies_parts import Asked, chosen_copy, restore_part, restore_whole

    asked = Asked(number, at, book, sheet, row, client, cell)
    refuse_unclear(number, at, parts=(sheet, row or cell, client), to=to)
    with opened(team, state) as desk:
        if to is not None:
            copy = chosen_copy(desk.team, asked, now=desk.world.now())
            said = save_copy(desk.team, copy.id, to, dry_run=dry_run)
        elif asked.is_part:
            said = restore_part(desk.team, asked, world=desk.world, dry_run=dry_run)
        else:
            said = restore_whole(desk.team, asked, world=desk.world, dry_run=dry_run)
    tell(said, as_json=as_json)


@commands.command("prune", epilog="Пример: sheetcrm backup prune --dry-run")
def backup_prune(
    *,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Убрать копии, которые по правилу хранить не нужно."""
    from sync.commands.copies_keeping import prune_copies

    with opened(team, state) as desk:
        said = prune_copies(desk.team, now=desk.world.now(), dry_run=dry_run)
    tell(said, as_json=as_json)


@commands.command("rehearse", epilog="Пример: sheetcrm backup rehearse --all")
def backup_rehearse(
    *,
    everything: Everything = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Восстановить случайную копию понарошку и сверить; код 1, если не сошлось."""
    from sync.commands.copies_keeping import rehearse_copies

    with opened(team, state) as desk:
        said = rehearse_copies(desk.team, desk.world, everything=everything)
    tell(said, as_json=as_json)


@commands.command("seal", epilog="Пример: sheetcrm backup seal")
def backup_seal(
    *,
    phrase: KnownPhrase = False,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Сделать ключ для вторых копий; фраза к нему показывается один раз."""
    from sync.commands.copies_keeping import seal

    with opened(team, state, patient=not phrase) as desk:
        words = ask("Фраза с листка: ") if phrase else None
        said = seal(desk.team, desk.world, phrase=words, dry_run=dry_run)
    tell(said, as_json=as_json)


@commands.command("place", epilog="Пример: sheetcrm backup place E:\\Копии")
def backup_place(  # noqa: PLR0913  # each is an option of the command
    folder: Place = None,
    *,
    check: CheckPlace = False,
    off: LeavePlace = False,
    fetch: FetchTo = None,
    dry_run: DryRun = False,
    team: TeamOption = None,
    state: StateOption = None,
    as_json: Json = False,
) -> None:
    """Вторые копии, запечатанные, в другой папке или на другом диске: отправить, сверить."""
    from sync.commands import copies_keeping as keeping

    if fetch is not None:
        if folder is None:
            raise typer.BadParameter("назовите папку со вторыми копиями", param_hint="ПАПКА")
        from sync.world.real import real_world

        world = real_world(ZoneInfo("UTC"), 0)
        said = keeping.fetch_place(world, folder, fetch, ask=ask, dry_run=dry_run)
        tell(said, as_json=as_json)
        return
    with opened(team, state) as desk:
        if check:
            said = keeping.check_place(desk.team, desk.world)
        elif off:
            said = keeping.leave_place(desk.team, dry_run=dry_run)
        else:
            said = keeping.place_copies(desk.team, desk.world, folder, dry_run=dry_run)
    tell(said, as_json=as_json)
