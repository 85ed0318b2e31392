"""One file brought in: read, told apart, put into the store in one batch, the rest handed back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC
from decimal import Decimal
from pathlib import PurePath

from model.errors import UnreadableInput
from model.records import BatchKind, Fact, Source, Stamped
from model.row_ids import new_row_id
from store import Writer
from sync.ask import of_fact
from sync.exchange import reason
from sync.importing.arriving import Arrivals, sorted_out
from sync.importing.bringing import bring
from sync.importing.desk import TABLES, Brought, Desk, News, People, news_of
from sync.importing.result import ImportResult
from sync.imports import (
    Guess,
    ImportContext,
    ImportKind,
    Prepared,
    RawTable,
    guess_columns,
    prepare,
    read_table,
    refused_csv,
)
from sync.imports.headings import IGNORED, folded
from sync.imports.raw import is_blank
from sync.merge import Author
from sync.reports.pages import write_bytes
from sync.scene import Scene, amount, make_scene
from sync.settle.clients import client_book
from sync.settle.deals import CLIENT, Settler
from sync.settle.payments import settle_payments
from sync.team import Team
from sync.world import Disk, World

QUARANTINE = PurePath("Входящие") / "Карантин"
"""Refused rows lie here, where the drop folder is not read."""
REFUSED = " - не взято"


def import_file(
    team: Team,
    kind: ImportKind,
    path: PurePath,
    *,
    world: World,
    dry_run: bool = False,
) -> ImportResult:
    """What became of a file's rows; the same file again adds nothing.

    Raises UnreadableInput, ColumnsNotFound or CannotWrite.
    """
    raw, now = _read(world.disk, path), world.now()
    with team.store.write() as writer:
        scene = make_scene(
            writer,
            team.blueprint,
            now=now,
            owner=team.settings.owner,
            helper=team.settings.helper,
        )
        prepared = prepare(kind, raw, _context(scene))
        arrivals = sorted_out(kind, prepared.rows, writer.facts(_source(kind)))
        batch, brought, people = 0, Brought(), People(scene)
        if arrivals.fresh or arrivals.changed:
            at = now.astimezone(UTC)
            batch = writer.start_batch(
                BatchKind.IMPORT, team.settings.owner, at, note=f"{kind.value}: {path.name}"
            )
            desk = Desk(
                writer=writer,
                scene=scene,
                clients=client_book(
                    scene.rows["clients"],
                    writer.joined("clients"),
                    lambda row_id: scene.number("clients", row_id),
                ),
                people=people,
                new_id=lambda: new_row_id(team.settings.family, world.random_bytes),
                by=Stamped(at, team.settings.owner, Source.IMPORT, None, batch),
                name=path.name,
            )
            brought = _bring(desk, kind, arrivals)
        unlinked = _unlinked(writer, brought) if kind is ImportKind.PAYMENTS else ()
        if dry_run:
            writer.cancel()
    guesses = guess_columns(kind, raw)
    refused_path = None if dry_run else _refuse(team, world.disk, path, prepared)
    return ImportResult(
        kind=kind,
        name=path.name,
        rows=len(raw.rows),
        guesses=guesses,
        taken=len(arrivals.fresh),
        matched=brought.matched,
        updated=len(arrivals.changed),
        known=arrivals.known,
        refused=tuple((row.source_row, row.reason) for row in prepared.refused),
        refused_path=refused_path,
        new_clients=brought.new_clients,
        new_people=tuple(str(values["fio"]) for values in people.added.values()),
        amount=_sum(arrivals) if kind is ImportKind.PAYMENTS else None,
        unlinked=len(unlinked),
        unlinked_amount=sum(unlinked, Decimal(0)),
        talks=brought.talks,
        left_out=_left_out(raw, guesses),
        batch=0 if dry_run else batch,
        dry_run=dry_run,
    )


def _read(disk: Disk, path: PurePath) -> RawTable:
    if not disk.exists(path):
        raise UnreadableInput(name=path.name, reason="такого файла нет")
    try:
        return read_table(disk, path)
    except OSError as error:
        raise UnreadableInput(name=path.name, reason=reason(error)) from error


def _context(scene: Scene) -> ImportContext:
    return ImportContext(stages=tuple(stage.name for stage in scene.stages.values()))


def _source(kind: ImportKind) -> str:
    return f"file:{kind.value}"


def _bring(desk: Desk, kind: ImportKind, arrivals: Arrivals) -> Brought:
    """Effects and facts in one transaction."""
    brought = bring(desk, kind, arrivals.fresh)
    if desk.people.added:
        desk.writer.put_many("staff", desk.people.added, by=desk.by)
    news = {
        arrival.before.row_id: news_of(desk, kind, arrival)
        for arrival in arrivals.changed
        if arrival.before is not None
    }
    moved = {row_id: one.fills for row_id, one in news.items() if one.fills}
    if moved:
        desk.writer.put_many(TABLES[kind], moved, by=desk.by)
    for row_id, one in news.items():
        _list(desk, kind, row_id, one)
    rows = brought.ids | {a.key: a.before.row_id for a in arrivals.changed if a.before is not None}
    desk.writer.add_facts(
        [
            Fact(
                _source(kind), a.key, kind.value, a.payload, rows[a.key], desk.by.batch, desk.by.at
            )
            for a in (*arrivals.fresh, *arrivals.changed)
        ]
    )
    if kind is ImportKind.PAYMENTS:
        _settle(desk, {*brought.ids.values(), *moved})
    return brought


def _list(desk: Desk, kind: ImportKind, row_id: str, news: News) -> None:
    """Ask about values that may not go over a person's word."""
    blueprint, record = desk.scene.blueprint, desk.writer.get(TABLES[kind], row_id)
    if record is None or not news.listed or TABLES[kind] not in blueprint.tables:
        return
    whom = str(record.values.get("owner") or desk.scene.owner)
    by = Author(desk.name, Source.IMPORT, desk.by.at)
    for question in of_fact(blueprint, record, news.listed, whom=whom, by=by):
        desk.writer.ask(question, at=desk.by.at)


def _settle(desk: Desk, touched: Collection[str]) -> None:
    """Find whose the payments are; what stays open is asked about in the next pass.

    A payment whose deal the file corrects is `touched`: its old link goes.
    """
    old = desk.scene
    scene = make_scene(desk.writer, old.blueprint, now=old.now, owner=old.owner, helper=old.helper)
    settler = Settler(desk.writer, scene, desk.clients, desk.new_id, desk.by)
    for _ in settle_payments(settler, touched):
        pass


def _unlinked(writer: Writer, brought: Brought) -> tuple[Decimal, ...]:
    """Sums of the new payments that nobody could be found for."""
    fresh = set(brought.ids.values())
    return tuple(
        amount(row, "amount") or Decimal(0)
        for row_id, row in writer.rows(TABLES[ImportKind.PAYMENTS]).items()
        if row_id in fresh and CLIENT not in row.links
    )


def _sum(arrivals: Arrivals) -> Decimal:
    amounts = [arrival.row.values.get("amount") for arrival in arrivals.fresh]
    return sum((value for value in amounts if isinstance(value, Decimal)), Decimal(0))


def _left_out(raw: RawTable, guesses: Sequence[Guess]) -> tuple[str, ...]:
    """Headings of filled columns that no cell of the sheet takes."""
    return tuple(
        guess.header
        for guess in guesses
        if guess.field is None
        and folded(guess.header) not in IGNORED
        and not all(map(is_blank, raw.column(guess.column)))
    )


def _refuse(team: Team, disk: Disk, path: PurePath, prepared: Prepared) -> PurePath | None:
    """The refused rows as a file to be mended and imported again; None when all were taken."""
    if not prepared.refused:
        return None
    stem = path.stem.removesuffix(REFUSED)
    place = team.settings.folder / QUARANTINE / f"{stem}{REFUSED}.csv"
    write_bytes(disk, place, refused_csv(prepared.headers, prepared.refused))
    return place
