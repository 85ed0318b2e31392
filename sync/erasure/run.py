"""An erasure from its order to its act, each step of which may be cut off and done again.

The order stands in the store before anything moves. The pass brings the blanked cells into the
books as it brings any change. Then what no pass writes is cleaned: history, bases, orphaned strings
and comments of the books, copies, other files, the log. Last, everything is searched, and the order
goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from backups.sealing import Key
from model.errors import BooksNotWritten
from model.records import BatchKind, Source, Stamped
from store import Writer
from store.erasing import erase_file, forget_order
from sync.books.kinds import AnyBooks
from sync.books.passwords import Keyhole
from sync.cycle import SHOWN, Memory, PassReport, run_pass
from sync.erasure import begun as orders
from sync.erasure.begun import Begun
from sync.erasure.copies import clean_copies, clean_place
from sync.erasure.files import Cleaner
from sync.erasure.folders import clean_books, clean_folders, shown_in
from sync.erasure.wanted import Wanted, blank
from sync.known import Known
from sync.team import Team
from sync.world import Disk, World

BASES = ("bases",)
"""Until the books were written the bases hold what stands in them."""
TRIES = 6
STORE, LANDING = "store.sqlite3", "landing.sqlite3"
Step = tuple[str, Callable[[], None]]
"""What a step looks through, in words, and how."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did; nothing of the client is in it."""

    title: str
    batch: int
    at: datetime
    counts: dict[str, int]
    left: tuple[str, ...]
    """What could not be reached, in words."""
    searched: int
    """Files in which nothing of the client was found afterwards."""


def begin(team: Team, writer: Writer, asked: Wanted, *, who: str, at: datetime) -> Begun:
    """Blank and bury the rows as one batch and write the order down, in one transaction."""
    note = f"{asked.title}: {sum(map(len, asked.order.rows.values()))} строк без содержания"
    batch = writer.start_batch(BatchKind.ERASE, who, at, note=note)
    by = Stamped(at, who, Source.PERSON, None, batch)
    stands_for = asked.order.tokens.stands_for
    for table, row_ids in asked.order.rows.items():
        shape, records = team.blueprint.tables[table], writer.some(table, list(row_ids))
        writer.put_many(table, {i: blank(shape, r, stands_for) for i, r in records.items()}, by=by)
    for table, row_ids in asked.buried.items():
        for row_id in row_ids:
            writer.bury(table, row_id, by=by)
    begun = Begun(asked.title, asked.order, asked.buried, batch)
    begun.count("rows", sum(map(len, asked.order.rows.values())))
    orders.save(writer, begun)
    return begun


def finish(
    team: Team,
    world: World,
    key: Callable[[], Key | None],
    *,
    memory: Memory | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Erased | None:
    """Carry the order that was begun to its end; None when there is none.

    `memory` is that of a pass made just before the order. Without it nobody knows what people saved
    since, so their edits are read before anything is cleaned. `say` hears what is looked through.
    Raises BooksNotWritten while a book is open: the next run goes on.
    """
    with team.store.read() as reader:
        begun = orders.load(reader)
    if begun is None:
        return None
    cleaner = Cleaner(begun.order, keyhole_of(team))
    steps = _steps(team, world, begun, cleaner, memory or Memory(), key)
    due = steps if memory is None else steps[1:]
    for number, (words, step) in enumerate(due, start=1):
        say(f"{number} из {len(due) + 1}: {words}")
        step()
        _remember(team, begun)
    say(f"{len(due) + 1} из {len(due) + 1}: проверка")
    found, searched = shown_in(team, world, cleaner)
    for name in found:
        begun.leave(f"ещё читается: {name}")
    done = Erased(
        begun.title,
        begun.batch,
        world.now(),
        dict(begun.counts),
        tuple(begun.left),
        searched,
    )
    forget_order(team.state / STORE)
    team.store.forget_remembered()
    return done


def _steps(  # all that the steps are about
    team: Team,
    world: World,
    begun: Begun,
    cleaner: Cleaner,
    memory: Memory,
    key: Callable[[], Key | None],
) -> tuple[Step, ...]:
    """All steps in their order; each may be cut off and done again."""

    def store(*, whole: bool) -> None:
        _clean_store(team, world.disk, begun, cleaner, whole=whole)
        memory.known = Known()  # rows moved past history

    def copies() -> None:
        remember = partial(_remember, team, begun)
        clean_copies(team, world.disk, begun, cleaner, remember=remember)

    return (
        ("правки в книгах", lambda: _through_books(team, world, memory)),
        ("история", lambda: store(whole=False)),
        ("книги", lambda: _through_books(team, world, memory)),
        ("книги, что пишет не программа", lambda: clean_books(team, world, begun, cleaner)),
        ("папки и журналы", lambda: clean_folders(team, world, begun, cleaner)),
        ("копии", copies),
        ("хранилище", lambda: store(whole=True)),
        ("вторые копии", lambda: clean_place(team, world, begun, key)),
    )


def _remember(team: Team, begun: Begun) -> None:
    with team.store.write() as writer:
        orders.save(writer, begun)


def keyhole_of(team: Team) -> Keyhole:
    """What opens the books of a team that ask for a password."""
    return team.books.keyhole if isinstance(team.books, AnyBooks) else Keyhole()


def _through_books(team: Team, world: World, memory: Memory) -> None:
    """Passes until every book shows what the store holds and nothing lies beside one."""
    report = run_pass(team, world, memory=memory)
    for _ in range(TRIES):
        waiting = _unwritten(report)
        if waiting:
            raise BooksNotWritten(names=", ".join(waiting))
        if report.quiet and not _lies_beside(team):
            return
        world.settle()
        report = run_pass(team, world, memory=memory)


def _unwritten(report: PassReport) -> list[str]:
    if report.again:
        return []
    return [b.name for b in report.books if b.fault is not None or b.waiting or b.held]


def _lies_beside(team: Team) -> bool:
    with team.store.read() as reader:
        return bool(reader.displaced())


def _clean_store(team: Team, disk: Disk, begun: Begun, cleaner: Cleaner, *, whole: bool) -> None:
    """History, facts and all texts of the store; its bases too once the books were written."""
    lines = erase_file(
        team.state / STORE, begun.order_now, cleaner.cleaned, spare=() if whole else BASES
    )
    begun.count("lines", lines)
    landing = team.state / LANDING
    if whole and disk.exists(landing):
        begun.count("lines", erase_file(landing, begun.order_now, cleaner.cleaned))
    team.store.forget_remembered()
    with team.store.write() as writer:
        writer.set_meta(SHOWN, "")  # rows moved past the engine: no pass may call itself quiet
