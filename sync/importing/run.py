"""One file or request brought in: read apart, told apart from what is known, put into the store.

Everything that came goes into one transaction and one batch: all of it or nothing. Calls and
letters come in portions, so that a year of them is never in memory; the other kinds are linked
with one another and come whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import PurePath

from model.errors import UnreadableInput
from model.records import BatchKind, Fact, Record, Source, Stamped
from model.row_ids import new_row_id
from store import Writer
from sync.ask import of_fact
from sync.exchange import reason
from sync.exporting.ledger import canary_names
from sync.importing.arriving import Arrivals, sorted_out
from sync.importing.asking import wish_of
from sync.importing.bringing import bring
from sync.importing.calls import change_calls
from sync.importing.desk import TABLES, Brought, Desk, News, People, news_of
from sync.importing.result import ImportResult
from sync.imports import Guess, ImportKind, Incoming, Refused, refused_csv
from sync.imports.headings import IGNORED, folded
from sync.imports.raw import MAX_BYTES
from sync.intake.apart import read_apart
from sync.intake.formats import Reading
from sync.merge import Author
from sync.reports.pages import write_bytes
from sync.scene import Canonical, Scene, amount, make_scene
from sync.settle.calls import SHEET
from sync.settle.clients import ClientBook, client_book
from sync.settle.deals import CLIENT, Settler
from sync.settle.payments import DEAL, find_payer, link_payments
from sync.tabs import is_on
from sync.team import Team
from sync.world import Disk, World

INBOX = PurePath("Входящие")
QUARANTINE = INBOX / "Карантин"
"""Refused rows lie here, where the drop folder is not read."""
REFUSED = " - не взято"
STREAMED = frozenset({ImportKind.CALLS, ImportKind.LETTERS})
PORTION = 2_000
"""Calls in memory at once."""
MOST_REFUSED = 50_000
"""Rows in a file of refused ones; of a file in which more are wrong the rest only counts."""
CLIENTED = frozenset({ImportKind.CLIENTS, ImportKind.DEALS, ImportKind.PAYMENTS})
"""Kinds whose rows look for their client."""
PEOPLE_ONLY = ("staff", "stages", "general", "sheets", "sources")
"""What every kind looks at."""


def import_file(
    team: Team,
    kind: ImportKind | None,
    path: PurePath,
    *,
    world: World,
    dry_run: bool = False,
    micros: bool = False,
) -> ImportResult:
    """What became of a file's rows; the same file again adds nothing.

    Raises UnreadableInput, ColumnsNotFound, what a broken workbook raises, or CannotWrite.
    """
    raw = bytes_of(world.disk, path)
    wish = wish_of(team, world.disk, kind, micros=micros)
    with read_apart(world.process, raw, path.name, wish) as reading:
        del raw
        return bring_reading(team, reading, path.name, world=world, dry_run=dry_run)


def bytes_of(disk: Disk, path: PurePath) -> bytes:
    """The bytes of a file; raises UnreadableInput."""
    try:
        if not disk.exists(path):
            raise UnreadableInput(name=path.name, reason="такого файла нет")
        if disk.stat(path).size > MAX_BYTES:
            raise UnreadableInput(name=path.name, reason=f"файл больше {MAX_BYTES >> 20} МБ")
        return disk.read(path)
    except OSError as error:
        raise UnreadableInput(name=path.name, reason=reason(error, reads=True)) from error


def bring_reading(
    team: Team, reading: Reading, name: str, *, world: World, dry_run: bool = False
) -> ImportResult:
    """What became of the rows of a reading, all of them or none; `name` is shown to people."""
    with team.store.write() as writer:
        work = _Work(team, world, writer, reading, name)
        for rows in _portions(work.taken_in(reading.rows), reading.kind):
            work.bring(rows)
        unlinked = work.unlinked()
        if dry_run:
            writer.cancel()
    refused_path = None if dry_run else _refuse(team, world.disk, name, work.headers, work.refused)
    return ImportResult(
        kind=reading.kind,
        name=name,
        title=reading.title,
        rows=work.rows,
        guesses=reading.guesses,
        taken=work.fresh,
        matched=work.brought.matched,
        updated=work.changed,
        known=work.known,
        waiting=work.waiting,
        refused=tuple((row.source_row, row.reason) for row in work.refused),
        refused_path=refused_path,
        skipped=tuple(work.skipped.most_common()),
        new_clients=work.brought.new_clients,
        new_people=work.new_people,
        amount=work.amount if reading.kind in SUMMED else None,
        unlinked=len(unlinked),
        unlinked_amount=sum(unlinked, Decimal(0)),
        talks=work.brought.talks,
        left_out=_left_out(reading.guesses),
        problems=reading.problems,
        notes=reading.notes,
        batch=0 if dry_run else work.batch,
        dry_run=dry_run,
    )


CANARY = "помеченная строка нашей же выгрузки"
NAMED = ("name", "payer", "client_id")
SUMMED = {ImportKind.PAYMENTS: "amount", ImportKind.COSTS: "cost"}
"""Kinds whose sum is told, and the field that holds it."""


def _is_invented(row: Incoming, names: frozenset[str]) -> bool:
    """Whether a row is one that an export of ours invented."""
    return any(str(row.values.get(name) or "").casefold() in names for name in NAMED)


@dataclass(slots=True)
class _Work:
    """One import on its way through its portions."""

    team: Team
    world: World
    writer: Writer
    reading: Reading
    name: str
    batch: int = 0
    rows: int = 0
    fresh: int = 0
    changed: int = 0
    known: int = 0
    waiting: int = 0
    amount: Decimal = Decimal(0)
    refused: list[Refused] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    brought: Brought = field(default_factory=Brought)
    desk: Desk | None = None

    @property
    def new_people(self) -> tuple[str, ...]:
        """Names that were on nobody's row."""
        added = self.desk.people.added if self.desk is not None else {}
        return tuple(str(values["fio"]) for values in added.values())

    @property
    def headers(self) -> tuple[str, ...]:
        """Headings of refused rows."""
        widest = max((len(row.cells) for row in self.refused), default=0)
        told = self.reading.headers
        return (*told, *(f"Столбец {n}" for n in range(len(told) + 1, widest + 1)))

    def taken_in(self, rows: Iterable[Incoming | Refused]) -> Iterator[Incoming]:
        """The rows that can be brought in; the others are counted or kept to be handed back."""
        invented = canary_names(self.writer)
        for row in rows:
            if isinstance(row, Incoming) and invented and _is_invented(row, invented):
                self.skipped[CANARY] += 1
            elif isinstance(row, Incoming):
                self.rows += 1
                yield row
            elif row.ours and len(self.refused) < MOST_REFUSED:
                self.rows += 1
                self.refused.append(row)
            elif row.reason:
                self.skipped[row.reason] += 1

    def bring(self, rows: Sequence[Incoming]) -> None:
        """Effects and facts of a portion."""
        kind, source = self.reading.kind, self.reading.source
        arrivals = sorted_out(
            kind, rows, lambda keys: self.writer.some_facts(source, keys), self.reading.merging
        )
        self.fresh += len(arrivals.fresh)
        self.changed += len(arrivals.changed)
        self.waiting += len(arrivals.waiting)
        self.known += arrivals.known
        if arrivals.fresh or arrivals.changed or arrivals.waiting:
            self._bring(self._desk(), arrivals)

    def _desk(self) -> Desk:
        """The desk of this import; one that brings nothing new reads nothing of the team."""
        if self.desk is not None:
            return self.desk
        team, now = self.team, self.world.now()
        at = now.astimezone(UTC)
        scene = _scene(team, self.writer, self.reading.kind, now)
        self.batch = self.writer.start_batch(
            BatchKind.IMPORT,
            team.settings.owner,
            at,
            note=f"{self.reading.kind.value}: {self.name}",
        )
        self.desk = Desk(
            writer=self.writer,
            scene=scene,
            clients=_clients(self.writer, scene),
            people=People(scene),
            new_id=lambda: new_row_id(team.settings.family, self.world.random_bytes),
            by=Stamped(at, team.settings.owner, Source.IMPORT, None, self.batch),
            name=self.name,
            source=self.reading.source,
        )
        return self.desk

    def _bring(self, desk: Desk, arrivals: Arrivals) -> None:
        kind, known = self.reading.kind, dict(desk.people.added)
        brought = bring(desk, kind, arrivals.fresh)
        added = {i: v for i, v in desk.people.added.items() if i not in known}
        if added:
            desk.writer.put_many("staff", added, by=desk.by)
        moved = _change(desk, kind, arrivals)
        desk.writer.add_facts(list(_facts(desk, self.reading, arrivals, brought)))
        if kind is ImportKind.PAYMENTS:
            _settle(desk, {*brought.ids.values(), *moved})
        self._count(arrivals, brought)

    def _count(self, arrivals: Arrivals, brought: Brought) -> None:
        name = SUMMED.get(self.reading.kind, "")
        new = [one for one in arrivals.fresh if one.key not in brought.stood] if name else []
        sums = [one.row.values.get(name) for one in new]
        self.amount += sum((value for value in sums if isinstance(value, Decimal)), Decimal(0))
        total = self.brought
        total.matched += brought.matched
        total.new_clients += brought.new_clients
        total.talks += brought.talks
        if self.reading.kind is ImportKind.PAYMENTS:
            total.ids |= brought.ids

    def unlinked(self) -> tuple[Decimal, ...]:
        """Sums of the new payments that nobody could be found for."""
        found = self.writer.some(TABLES[ImportKind.PAYMENTS], self.brought.ids.values())
        return tuple(
            amount(row, "amount") or Decimal(0) for row in found.values() if CLIENT not in row.links
        )


def _scene(team: Team, writer: Writer, kind: ImportKind, now: datetime) -> Scene:
    """The team as this kind needs it: who looks up nobody reads no client."""

    def made(tables: Collection[str]) -> Scene:
        settings = team.settings
        return make_scene(
            writer,
            team.blueprint,
            now=now,
            owner=settings.owner,
            helper=settings.helper,
            tables=tables,
        )

    if kind in CLIENTED:
        return made((*PEOPLE_ONLY, "clients"))
    light = made(PEOPLE_ONLY)
    if kind is ImportKind.CALLS and is_on(light, SHEET):
        return made((*PEOPLE_ONLY, "clients"))
    return light


def _clients(writer: Writer, scene: Scene) -> ClientBook:
    return client_book(
        scene.rows.get("clients", {}),
        writer.joined("clients") if "clients" in scene.rows else {},
        lambda row_id: scene.number("clients", row_id),
    )


def _portions(rows: Iterator[Incoming], kind: ImportKind) -> Iterator[Sequence[Incoming]]:
    most = PORTION if kind in STREAMED else None
    while portion := list(islice(rows, most)):
        yield portion


def _facts(desk: Desk, reading: Reading, arrivals: Arrivals, brought: Brought) -> Iterator[Fact]:
    rows = brought.ids | {a.key: a.before.row_id for a in arrivals.changed if a.before is not None}
    for arrival in (*arrivals.fresh, *arrivals.changed, *arrivals.waiting):
        yield Fact(
            reading.source,
            arrival.key,
            reading.kind.value,
            arrival.payload,
            rows.get(arrival.key, ""),
            desk.by.batch,
            desk.by.at,
        )


def _change(desk: Desk, kind: ImportKind, arrivals: Arrivals) -> Collection[str]:
    """Rows of known facts that came with new content, after it was carried in."""
    if not arrivals.changed:
        return ()
    if kind is ImportKind.CALLS:
        change_calls(desk, arrivals.changed)
        return ()
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
    return moved


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

    Only the deals of the payers and their payments are read. A payment whose deal the file corrects
    is `touched`: its old link goes.
    """
    writer, canonical = desk.writer, Canonical()

    def typed(table: str, found: Mapping[str, Record]) -> Mapping[str, Record]:
        return canonical.rows(desk.scene.blueprint, table, found)

    fresh = writer.some("payments", touched)
    payers = {find_payer(desk.clients, one) for one in fresh.values()}
    payers |= {one.links.get(CLIENT) for one in fresh.values()}
    deals = writer.linking("deals", CLIENT, {payer for payer in payers if payer})
    paid = writer.linking("payments", DEAL, deals)
    rows = {"deals": typed("deals", deals), "payments": typed("payments", {**paid, **fresh})}
    scene = replace(desk.scene, rows={**desk.scene.rows, **rows})
    settler = Settler(writer, scene, desk.clients, desk.new_id, desk.by)
    link_payments(settler, [rows["payments"][row_id] for row_id in fresh], touched)


def _left_out(guesses: Sequence[Guess]) -> tuple[str, ...]:
    """Headings of filled columns that no cell of the sheet takes."""
    return tuple(
        guess.header
        for guess in guesses
        if guess.field is None and folded(guess.header) not in IGNORED and guess.filled_share
    )


def _refuse(
    team: Team, disk: Disk, name: str, headers: Sequence[str], refused: Sequence[Refused]
) -> PurePath | None:
    """The refused rows as a file to be mended and imported again; None when all were taken."""
    if not refused:
        return None
    stem = PurePath(name).stem.removesuffix(REFUSED)
    place = team.settings.folder / QUARANTINE / f"{stem}{REFUSED}.csv"
    write_bytes(disk, place, refused_csv(headers, refused))
    return place
