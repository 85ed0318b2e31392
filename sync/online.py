"""Books that are spreadsheets in the steps of a pass: seen, written, and taken back where amiss.

What stands here is about desks, bases and copies; the network is behind `sync.place.Online`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from model.blueprint import ID_FIELD
from model.errors import CrmError, GoogleKeyWrong, WorkbookGone
from model.records import BookState, Question, QuestionKind
from model.values import Value
from store import Writer
from sync.desk import NEXT, Desk
from sync.looking import Look
from sync.place import Access, Online, is_file, strangers
from sync.team import Team
from sync.world import World

Undone = frozenset[tuple[str, int]]
"""Tab and row of cells that a write had to put back."""


EXPORT = "google export"
"""Why of the copy that Google made of a spreadsheet."""
NIGHTLY = "google"
"""Job of the store: when spreadsheets were last looked after as a whole."""


def online_of(team: Team) -> Online:
    """The team's spreadsheets; raises GoogleKeyWrong when there is no key to reach them."""
    if team.online is None:
        raise GoogleKeyWrong(reason="в настройках нет файла ключа, или он не читается")
    return team.online


def see_online(team: Team, world: World, state: BookState) -> tuple[Look, bytes]:
    """A spreadsheet as it stands; the bytes of the last look when nothing moved since."""
    copy = team.backups.find(state.token, state.book) if state.token else None
    last = None if copy is None else team.backups.read(copy.id)
    return online_of(team).see(world, state, team.blueprint, last=last)


def kept_bytes(team: Team, state: BookState) -> bytes:
    """A spreadsheet as the last pass saw it; raises WorkbookGone before the first one."""
    copy = team.backups.find(state.token, state.book) if state.token else None
    if copy is None:
        name = state.path.rpartition("/")[2]
        raise WorkbookGone(name=name, path="Google Таблицы")
    return team.backups.read(copy.id)


def remember_email(team: Team, state: BookState, email: str) -> None:
    """An address that may open a spreadsheet: it is no stranger there."""
    with team.store.write() as writer:
        known = {*(writer.meta(_emails(state)) or "").split(), email}
        writer.set_meta(_emails(state), " ".join(sorted(known)))


def known_emails(team: Team, state: BookState) -> tuple[str, ...]:
    """Addresses that were given access by the program."""
    with team.store.read() as reader:
        return tuple((reader.meta(_emails(state)) or "").split())


def _emails(state: BookState) -> str:
    return f"google:{state.book}"


def write_online(team: Team, world: World, desk: Desk) -> Undone:
    """The planned content put into the live spreadsheet; what was put back again is due anew."""
    assert desk.loaded is not None and desk.patched is not None  # noqa: PT018, S101  # by `deliver`
    team.store.check_fence()
    written = online_of(team).write(
        world, desk.loaded.file, desk.patched, desk.state, team.blueprint
    )
    desk.raced = bool(written.undone)
    return written.undone


def take_back(writer: Writer, desk: Desk, undone: Undone) -> None:
    """Rows whose write did not land keep the base that they had: the next pass plans them anew."""
    assert desk.loaded is not None and desk.absorbed is not None  # noqa: PT018, S101  # by `deliver`
    book = desk.state.book
    seen, planned = writer.bases(book), writer.bases(book + NEXT)
    for key, read in desk.loaded.snapshot.tables.items():
        rows = {row for title, row in undone if title == read.sheet}
        ids = {i for i, row in desk.absorbed.places.get(key, {}).items() if row in rows}
        ids |= {put.row_id for put in desk.plan.rows if put.table == key and put.row in rows}
        ids |= {
            str(put.value)
            for put in desk.plan.cells
            if put.table == key and put.row in rows and put.field == ID_FIELD and put.value
        }
        known = seen.get(key, {})
        back: dict[str, dict[str, Value] | None] = {
            row_id: dict(known[row_id]) if row_id in known else None
            for row_id in ids & planned.get(key, {}).keys()
        }
        if back:
            writer.set_base(book + NEXT, key, back)


def look_after(team: Team, world: World) -> None:
    """Once a day: every spreadsheet as a workbook among the copies, strangers named to the owner.

    Raises CrmError for a spreadsheet that cannot be reached; the others were looked after.
    """
    now = world.now()
    if team.online is None or not _is_new_day(team, now):
        return
    with team.store.read() as reader:
        states = [state for state in reader.books() if not is_file(state)]
    faults: list[CrmError] = []
    for state in states:
        try:
            found = team.online.accesses(world, state)
            raw = team.online.exported(world, state)
        except CrmError as error:
            faults.append(error)
            continue
        team.backups.take(state.book, raw, at=now.astimezone(UTC), why=EXPORT)
        known = {team.online.robot, *known_emails(team, state)}
        _tell_strangers(team, state, strangers(found, known), now)
    if faults:
        raise faults[0]


def _is_new_day(team: Team, now: datetime) -> bool:
    with team.store.write() as writer:
        done = writer.job_done(NIGHTLY)
        if done is not None and done.astimezone(now.tzinfo).date() == now.date():
            return False
        writer.mark_job(NIGHTLY, now.astimezone(UTC))
    return True


def _tell_strangers(team: Team, state: BookState, found: tuple[Access, ...], now: datetime) -> None:
    """One red note for each stranger, once."""
    title = state.path.rpartition("/")[2]
    with team.store.write() as writer:
        for one in found:
            note = Question(
                key=f"stranger|{state.book}|{one.email}|{one.role}",
                kind=QuestionKind.NOTE,
                about=title,
                where=f"Google, «{title}»",
                wrong=f"Таблицу может открыть чужой: {one.words()}.",
                proposal="Закройте ему доступ: «Настройки доступа» в самой таблице.",
                whom=team.settings.owner,
                red=True,
                payload={"book": state.book},
            )
            writer.ask(note, at=now.astimezone(UTC))
