"""What a book should show, the cells that bring it there, and the bytes that they give.

Between «thought» and «intended» of a pass: the file is not touched, the store only gets the base
that the book will have once the write is confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from model.blueprint import Identity
from model.errors import CrmError
from model.records import Question, Stance
from model.snapshot import Stamp
from model.values import Value, to_serial
from store import Reader, Writer
from sync.ask import KEPT_DAYS, seen_today, shown_to
from sync.books.xlsx import Layer
from sync.delivery import drop_next
from sync.desk import NEXT, Desk, next_base, next_order, refusals
from sync.journal import beside_others
from sync.known import Known
from sync.place import is_file
from sync.readdressing import is_hidden
from sync.rights import Access, access_of, is_asked
from sync.room import people_rows
from sync.show import Shown, slots_of, tables_of
from sync.tabs import tab_puts
from sync.team import Team
from sync.thinking import Thought
from sync.withholding import secrets_of, withheld
from sync.write_plan import Desired, Rows, plan_writes

CLOCK = frozenset({"asof", "written_at", "stop_text"})
"""Service cells whose change moves no formula of a row within a day."""


def plan_book(  # the book, what it should show, what it showed
    team: Team, writer: Writer, desk: Desk, thought: Thought, now: datetime, known: Known
) -> None:
    """What the book should show, the edits that bring it there, and the bytes they give."""
    loaded, absorbed = desk.loaded, desk.absorbed
    if loaded is None or absorbed is None or (desk.shaped and desk.stop):
        return  # a stopped book keeps its form until the answer
    wanted = _wanted(team, writer, desk, thought, now, known)
    desk.plan = plan_writes(
        loaded.snapshot,
        absorbed.places,
        wanted,
        team.blueprint,
        desk.role,
        known.planned_of(desk.state.book, _access(team, writer, desk, known)),
    )
    desk.plan = beside_others(desk.plan)
    if _only_clock(desk) and not _needs_morning(desk, now):
        desk.plan = replace(desk.plan, slots=())
    switches = thought.scene.rows["sheets"]
    tabs = tab_puts(loaded, team.blueprint, switches, desk.state)
    desk.plan = replace(desk.plan, tabs=tabs)
    must = team.books.must_write(loaded, team.blueprint, seen=desk.changed)
    if not (desk.plan or must or desk.is_behind or desk.shaped):
        return
    generation = desk.state.generation + 1
    stamp = Stamp(team.settings.family, desk.state.book, generation)
    serial = to_serial(now.replace(tzinfo=None, microsecond=0))
    touched = _touched(team, desk, now)
    cells = known.cells_of(desk.state.book)
    layer = Layer(loaded, team.blueprint, desk.role, serial, touched, cells)
    try:
        desk.patched = team.books.write(layer, desk.plan, stamp)
    except CrmError as error:
        desk.fault = error
        return
    desk.refused = refusals(desk.patched)
    seen = writer.bases(desk.state.book)
    drop_next(writer, desk.state.book)
    for table, rows in next_base(desk, team.blueprint, seen, wanted).items():
        writer.set_base(desk.state.book + NEXT, table, rows, next_order(desk, table))


def _touched(team: Team, desk: Desk, now: datetime) -> dict[str, frozenset[int]] | None:
    """Rows whose live cells must be calculated anew; None for all: a new day, lists or settings.

    Rows that a person edited were calculated by the program that saved them.
    """
    if desk.loaded is None or desk.absorbed is None or desk.shaped or _needs_morning(desk, now):
        return None
    lists = {t.key for t in team.blueprint.tables.values() if t.identity is Identity.TEXT}
    moved = {key for key, rows in desk.absorbed.touched.items() if rows}
    moved |= {put.table for put in desk.plan.cells} | {put.table for put in desk.plan.rows}
    settled = {put.row for put in desk.plan.slots if put.sheet == "_crm"} - CLOCK
    if moved & lists or settled:
        return None
    touched: dict[str, set[int]] = {}
    places = [(put.table, put.row) for put in desk.plan.cells]
    places += [(put.table, put.row) for put in desk.plan.live]
    places += [(put.table, put.row) for put in desk.plan.rows]
    for table, row in places:
        touched.setdefault(table, set()).add(row)
    return {key: frozenset(rows) for key, rows in touched.items()}


def _wanted(  # the book, what it should show, what it showed
    team: Team, writer: Writer, desk: Desk, thought: Thought, now: datetime, known: Known
) -> Desired:
    person, access = desk.state.person, _access(team, writer, desk, known)
    mine = [
        q
        for q in thought.questions
        if is_asked(access, q.whom) and (q.stance in {Stance.OPEN, Stance.LATER} or _recent(q, now))
        if not is_hidden(writer, team.blueprint, access, q)
    ]
    used = seen_today(thought.questions, now.date())
    by_person, fresh = shown_to(mine, used, a_day=team.settings.questions_a_day)
    writer.show(fresh, now.date())
    rows = [q for group in by_person.values() for q in group]
    figures = thought.shown_to(access)
    room = people_rows(desk.loaded.snapshot, team.blueprint) if desk.loaded else None
    slots = slots_of(
        desk.role, desk.state, thought.scene, figures, thought.inputs, stop=desk.stop, rows=room
    )
    tables = tables_of(
        *(writer, team.blueprint, desk.role, person, thought.columns, rows),
        known=known.shown,
        access=access,
    )
    if desk.stop:
        tables = {"questions": tables["questions"]}
    if not (is_file(desk.state) or team.settings.google_personal):
        tables, slots = _for_google(team, writer, desk, tables, slots)
    shown = {key: t for key, t in tables.items() if isinstance(t, Shown)}
    made_of = {key: t.made_of for key, t in shown.items()}
    return Desired(tables, slots, made_of, {key: t.whole() for key, t in shown.items()})


def _access(team: Team, reader: Reader, desk: Desk, known: Known) -> Access:
    return access_of(reader, team.blueprint, desk.state, team.settings.owner, known.access)


def _for_google(
    team: Team,
    reader: Reader,
    desk: Desk,
    tables: Mapping[str, Rows],
    slots: Mapping[str, Mapping[str, Value]],
) -> tuple[dict[str, Rows], dict[str, dict[str, Value]]]:
    """What a spreadsheet shows, without personal facts of private persons."""
    assert desk.loaded is not None and desk.absorbed is not None  # noqa: PT018, S101  # by `plan_book`
    secrets = secrets_of(reader, team.blueprint)
    reads, places = desk.loaded.snapshot.tables, desk.absorbed.places
    kept = withheld(tables, team.blueprint, secrets, reads, places)
    masked = {
        sheet: {key: secrets.of(value) for key, value in values.items()}
        for sheet, values in slots.items()
    }
    return kept, masked


def _recent(question: Question, now: datetime) -> bool:
    answered = question.stance in {Stance.DONE, Stance.KEPT} and question.answered_at is not None
    return answered and now - (question.answered_at or now) < KEPT_DAYS


def _only_clock(desk: Desk) -> bool:
    """Whether the plan holds nothing but the moment of writing."""
    plan = desk.plan
    if plan.cells or plan.rows or plan.live or plan.live_slots:
        return False
    return all(put.sheet == "_crm" and put.expected is not None for put in plan.slots)


def _needs_morning(desk: Desk, now: datetime) -> bool:
    """Figures depend on the date: each book is written once a day."""
    written = desk.state.written_at
    return written is None or written.astimezone(now.tzinfo).date() != now.date()
