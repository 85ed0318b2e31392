"""`upgrade`: a pass over books that were given the blueprint's form on their way in.

The pass freezes what stood there, merges what people typed meanwhile, fills the new columns and
writes book, journal and history as it always does; a book that somebody has open waits. So nothing
of the delivery is done twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from model.records import BatchKind, BookState, Source, Stamped
from model.row_ids import text_id
from store import Reader, Writer
from sync.cycle import BookReport, Memory, run_pass
from sync.desk import Desk
from sync.ooxml import BookFile
from sync.scene import fold, text
from sync.team import Team
from sync.upgrade.fresh import FreshBooks
from sync.upgrade.lacking import lacks
from sync.upgrade.online import upgrade_online
from sync.upgrade.reshaping import Reshaped, reshape
from sync.upgrade.steps import BookUpgrade, Did, Step, packed
from sync.world import World

TRIES = 3
"""A book that somebody saves meanwhile is upgraded anew; the next run takes one saved all along."""


@dataclass(frozen=True, slots=True)
class UpgradeReport:
    """What an upgrade did; `batch` is None when no file was written."""

    books: tuple[BookUpgrade, ...]
    batch: int | None


def upgrade(team: Team, world: World, *, dry_run: bool = False) -> UpgradeReport:
    """Every book of the team brought to the blueprint; with `dry_run` nothing is written."""
    shaping = Shaping(team, FreshBooks(team))
    done: dict[str, BookUpgrade] = {}
    online = {
        one.state.book: one
        for one in upgrade_online(team, world, shaping.fresh.raw, dry_run=dry_run)
    }
    for _ in range(1 if dry_run else TRIES):
        report = run_pass(team, world, memory=Memory(), dry_run=dry_run, shaping=shaping)
        for line in report.books:
            told = _told(shaping, line)
            before = done.get(line.state.book)
            done[line.state.book] = told if before is None or told.written else _kept(before, told)
        if not report.again:
            break
    written = {key: book.done for key, book in done.items() if book.written}
    done |= {key: book for key, book in online.items() if book.done or book.left or book.fault}
    written |= {key: book.done for key, book in online.items() if book.written}
    batch = None if dry_run else shaping.close(written, world.now())
    return UpgradeReport(tuple(done.values()), batch)


def _kept(before: BookUpgrade, now: BookUpgrade) -> BookUpgrade:
    return before if before.written and not now.done else now


def _told(shaping: Shaping, line: BookReport) -> BookUpgrade:
    made = shaping.made.get(line.state.book)
    done, left = (made.done, made.left) if made is not None else ((), ())
    return BookUpgrade(
        name=line.name,
        state=line.state,
        done=done,
        left=left,
        written=bool(done) and line.written,
        holder=line.state.holder if done else "",
        held=bool(line.held or line.state.held) and bool(done),
        fault=line.fault,
    )


@dataclass(slots=True)
class Shaping:
    """Gives books their form while a pass opens them, and remembers what it did as a batch."""

    team: Team
    fresh: FreshBooks
    made: dict[str, Reshaped] = field(default_factory=dict)
    _grafted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By book, the tables that came with grafted sheets."""
    _batch: int | None = None

    def shaped(self, desk: Desk, file: BookFile) -> BookFile | None:
        """The book in its new form; None when it has it, or must wait."""
        state = desk.state
        self.made.pop(state.book, None)
        fresh = self.fresh.of(desk.role)
        blueprint, hidden = self.team.blueprint, self._once_hidden(state)
        lack = lacks(file, fresh, blueprint, desk.role, once_hidden=hidden)
        if lack.nothing:
            if lack.left:
                self.made[state.book] = Reshaped(file, (), lack.left)
            return None
        made = reshape(file, lack, fresh)
        self.made[state.book] = made
        if not made.done:
            return None
        titles = {step.sheet for step in made.done if step.did is Did.SHEET}
        self._grafted[state.book] = tuple(
            t for sheet in lack.sheets if sheet.title.ru in titles for t in sheet.tables
        )
        return made.file

    def begin(self, writer: Writer, desks: list[Desk], now: datetime) -> None:
        """The batch of the upgrade; rows of sheets that come anew are not taken for deleted."""
        ready = [d for d in desks if d.shaped and d.look is not None and d.look.held_by is None]
        if not ready:
            return
        at, who = now.astimezone(UTC), self.team.settings.owner
        if self._batch is None:
            self._batch = writer.start_batch(BatchKind.UPGRADE, who, at)
        for desk in ready:
            book = desk.state.book
            bases = writer.bases(book)
            for table in self._grafted.get(book, ()):
                writer.set_base(book, table, dict.fromkeys(bases.get(table, {})), [])
            steps = self.made[book].done
            shown = {s.sheet for s in steps if s.did is Did.SHOWN}
            if shown:
                known = shown_before(writer, book) | shown
                writer.set_meta(_shown_key(book), json.dumps(sorted(known), ensure_ascii=False))
        self._switches(writer, Stamped(at, who, Source.IMPORT, None, self._batch))
        self._remember(writer, {d.state.book: self.made[d.state.book].done for d in ready})

    def close(self, written: Mapping[str, tuple[Step, ...]], now: datetime) -> int | None:
        """The batch, with the books that were written; None when none was."""
        if self._batch is None and not written:
            return None
        with self.team.store.write() as writer:
            if self._batch is None:  # spreadsheets only
                who = self.team.settings.owner
                self._batch = writer.start_batch(BatchKind.UPGRADE, who, now.astimezone(UTC))
            self._remember(writer, written)
        return self._batch if written else None

    def _remember(self, writer: Writer, steps: Mapping[str, tuple[Step, ...]]) -> None:
        writer.set_meta(meta_key(self._batch or 0), packed(steps))

    def _switches(self, writer: Writer, by: Stamped) -> None:
        """A switch on «Настройки» for each new sheet that is hidden at first."""
        table = self.team.blueprint.tables.get("sheets")
        if table is None:
            return
        known = {fold(r.values.get("sheet")) for r in writer.rows("sheets").values()}
        titles = {s.title.ru for s in self.team.blueprint.sheets.values() if s.hidden}
        grafted = {
            step.title for made in self.made.values() for step in made.done if step.did is Did.SHEET
        }
        fresh = [t for t in sorted(titles & grafted) if fold(t) not in known]
        rows = {text_id((title,)): {"sheet": title, "shown": "нет"} for title in fresh}
        if rows:
            writer.put_many("sheets", rows, by=by)

    def _once_hidden(self, state: BookState) -> frozenset[str]:
        """Sheets that had a switch, are for everybody now, and were not shown by us before."""
        with self.team.store.read() as reader:
            shown = shown_before(reader, state.book)
            switches = list(_switched_off(reader))
        return frozenset(
            key
            for key, sheet in self.team.blueprint.sheets.items()
            if not sheet.hidden
            and not sheet.service
            and sheet.title.ru not in shown
            and fold(sheet.title.ru) in switches
        )


def meta_key(batch: int) -> str:
    """Where the store keeps the steps of an upgrade."""
    return f"upgrade:{batch}"


def shown_before(reader: Reader, book: str) -> set[str]:
    """Tabs of a book that an upgrade has shown once."""
    return set(json.loads(reader.meta(_shown_key(book)) or "[]"))


def _shown_key(book: str) -> str:
    return f"upgrade:shown:{book}"


def _switched_off(reader: Reader) -> Iterator[str]:
    """Titles of sheets whose switch stands on «нет» as the founding left it."""
    for row_id, record in reader.rows("sheets").items():
        if fold(text(record, "shown")) in {"нет", "no", ""}:
            last = next(iter(reader.history("sheets", row_id, "shown", limit=1)), None)
            if last is None or last.source is not Source.PERSON:
                yield fold(record.values.get("sheet"))
