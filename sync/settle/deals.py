"""Deals after people's edits: the client behind the text, the closing date, the steps as tasks.

A step is three cells of the deal (what, when, at what time) and shows its nearest open task: new
text means that the old task is done and a new one stands, a new date alone means that it was
moved, emptied means done. The task goes with the deal when another person gets it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from model.human_dates import understand
from model.records import Question, QuestionKind, Record, Stamped
from model.texts.questions import ask_who
from model.values import Value
from store import Writer
from store.history import LINK_MARK
from sync.rights import access_for
from sync.scene import (
    STEP_DAY,
    STEP_HOUR,
    STEP_MEANT,
    STEP_SAID,
    Scene,
    StageKind,
    day,
    fold,
    text,
)
from sync.settle.clients import ClientBook

CLIENT = "client_id"
TASK = "task_id"
MADE = "client_made"
"""Link to the client that was made from the row's own text."""


@dataclass(frozen=True, slots=True)
class Settler:
    """What settling needs beside the scene."""

    writer: Writer
    scene: Scene
    clients: ClientBook
    new_id: Callable[[], str]
    by: Stamped


def settle_deals(settler: Settler, touched: Collection[str]) -> Iterator[Question]:
    """Link, close and plan every touched or unlinked deal; yields the questions to ask."""
    for row_id, deal in settler.scene.rows["deals"].items():
        moved = row_id in touched
        if (moved or CLIENT not in deal.links) and text(deal, CLIENT):
            yield from link_client(settler, deal, relink=moved)
        if moved:
            _follow_stage(settler, deal)
            _step(settler, _understood(settler, deal))
        _give_step(settler, deal)


def link_client(settler: Settler, record: Record, *, relink: bool) -> Iterator[Question]:
    """Point a row at the client its text means; make the client when nobody is alike."""
    typed = text(record, CLIENT)
    linked = record.links.get(CLIENT)
    if linked and not (relink and retyped(settler, record, CLIENT)):
        return
    match = settler.clients.match(typed)
    if len(match.fits) == 1:
        _link(settler, record, match.fits[0])
    elif match.fits or match.near:
        _link(settler, record, None)
        yield who(settler, record, typed, match.fits or (match.near or "",))
    else:
        made = make_client(settler, typed, record.values.get("owner"))
        settler.writer.put(record.table, record.row_id, {}, links={MADE: made}, by=settler.by)
        _link(settler, record, made)


def retyped(settler: Settler, record: Record, field: str) -> bool:
    """Whether the text of a reference is newer than the link it was resolved to."""
    return newest(settler, record, field) > newest(settler, record, LINK_MARK + field)


def newest(settler: Settler, record: Record, cell: str) -> int:
    """Batch of a cell's latest change."""
    found = settler.writer.history(record.table, record.row_id, cell, limit=1)
    return found[0].batch if found else 0


def _link(settler: Settler, record: Record, client: str | None) -> None:
    if record.links.get(CLIENT) != client:
        settler.writer.put(record.table, record.row_id, {}, links={CLIENT: client}, by=settler.by)


def make_client(settler: Settler, name: str, owner: Value) -> str:
    """A new client of that name; returns its row id."""
    row_id = settler.new_id()
    values: dict[str, Value] = {"name": name}
    if owner:
        values["owner"] = owner
    record = settler.writer.put("clients", row_id, values, by=settler.by)
    settler.clients.add(record, f"К-{record.number}")
    return row_id


def who(settler: Settler, record: Record, typed: str, fits: tuple[str, ...]) -> Question:
    """«Кто это»: which of the clients a row means; of a colleague's client the owner is asked."""
    scene = settler.scene
    first = fits[0]
    client = scene.rows["clients"].get(first)
    about = ask_who(
        typed,
        "" if client is None else text(client, "name"),
        scene.number("clients", first),
        "" if client is None else text(client, "inn"),
        several=len(fits) > 1,
    )
    return Question(
        key=f"client|{record.table}|{record.row_id}|{fold(typed)}",
        kind=QuestionKind.CLIENT,
        about=about.about,
        where=f"{scene.number(record.table, record.row_id)}, «Клиент»",
        wrong=about.wrong,
        proposal=about.proposal,
        whom=_may_read(settler, text(record, "owner"), client),
        red=True,
        table=record.table,
        row_id=record.row_id,
        column=CLIENT,
        payload={"client": first, "typed": typed},
    )


def _may_read(settler: Settler, person: str, client: Record | None) -> str:
    """The person, when the client's name may stand in that one's book; else the owner."""
    scene = settler.scene
    access = access_for(settler.writer, scene.blueprint, person, scene.owner) if person else None
    table = scene.blueprint.tables["clients"]
    if access is None or client is None or not access.sees(table, client.values):
        return scene.owner
    return person


MILESTONES = {fold("КП отправлено"): "offer_on", fold("Счёт выставлен"): "invoice_on"}
"""First entry into these stages counts as an offer or an invoice (UX section 5)."""


def _follow_stage(settler: Settler, deal: Record) -> None:
    """Dates that follow the stage: entered, first offer and invoice, furthest stage, closing."""
    scene, stage = settler.scene, settler.scene.stage(deal)
    if stage is None:
        return
    found: dict[str, Value] = {}
    if fold(deal.values.get("stage_seen")) != fold(stage.name):
        found |= {"stage_seen": stage.name, "stage_on": scene.asof}
        mark = MILESTONES.get(fold(stage.name))
        if mark and deal.values.get(mark) is None:
            found[mark] = scene.asof
    top = scene.stages.get(fold(deal.values.get("max_stage")))
    if stage.kind is not StageKind.LOST and (top is None or stage.order > top.order):
        found["max_stage"] = stage.name
    found |= _closing(scene, deal, final=stage.kind is not StageKind.OPEN)
    if found:
        settler.writer.put("deals", deal.row_id, found, by=settler.by)


def _closing(scene: Scene, deal: Record, *, final: bool) -> dict[str, Value]:
    """The closing date is the day the stage became final, unless a person or a file gave one."""
    closed = day(deal, "closed_on")
    if final and closed is None:
        return {"closed_on": scene.asof}
    return {"closed_on": None} if not final and closed is not None else {}


def _understood(settler: Settler, deal: Record) -> Record:
    """The deal with its step's day as words mean it: «завтра» counts from the day it was typed."""
    typed = settler.writer.get("deals", deal.row_id) or deal
    said = typed.values.get(STEP_DAY)
    if not isinstance(said, str) or typed.values.get(STEP_SAID) == said:
        return deal
    meant = understand(said, settler.scene.asof)
    if meant is None:
        return deal
    found: dict[str, Value] = {STEP_SAID: said, STEP_MEANT: meant.day, STEP_HOUR: meant.at}
    settler.writer.put("deals", deal.row_id, found, by=settler.by)
    hour = deal.values.get("step_at") or meant.at
    return replace(deal, values={**deal.values, STEP_DAY: meant.day, "step_at": hour})


STEP_FIELDS = {"next_step": "what", "step_on": "due", "step_at": "due_at"}


def _step(settler: Settler, deal: Record) -> None:
    """Keep the task behind the step cells in step with them."""
    task_id = deal.links.get(TASK)
    task = settler.scene.rows["tasks"].get(task_id or "")
    stage = settler.scene.stage(deal)
    over = stage is not None and stage.kind is not StageKind.OPEN
    wanted = {to: None if over else deal.values.get(of) for of, to in STEP_FIELDS.items()}
    open_task = task is not None and is_open(task)
    blank = wanted["what"] is None and wanted["due"] is None
    if task is not None and open_task:
        same_text = fold(task.values.get("what")) == fold(wanted["what"])
        if not blank and same_text:
            _move(settler, task, wanted)
            return
        settler.writer.put("tasks", task.row_id, {"state": "сделано"}, by=settler.by)
    if blank:
        return
    row_id = settler.new_id()
    values = {k: v for k, v in wanted.items() if v is not None}
    values |= {"state": "новая", "deal_id": settler.scene.number("deals", deal.row_id)}
    if owner := deal.values.get("owner"):
        values["assignee"] = owner
    settler.writer.put("tasks", row_id, values, links={"deal_id": deal.row_id}, by=settler.by)
    settler.writer.put("deals", deal.row_id, {}, links={TASK: row_id}, by=settler.by)


def _move(settler: Settler, task: Record, wanted: dict[str, Value]) -> None:
    moved = {k: v for k, v in wanted.items() if task.values.get(k) != v}
    if moved:
        settler.writer.put("tasks", task.row_id, moved, by=settler.by)


def _give_step(settler: Settler, deal: Record) -> None:
    """Hand the open task over when the deal went to another person after the task was given."""
    owner = deal.values.get("owner")
    known = settler.scene.rows["tasks"].get(deal.links.get(TASK, ""))
    if known is None or not is_open(known) or known.values.get("assignee") == owner:
        return
    task = settler.writer.get("tasks", known.row_id)  # this pass may have closed it
    if task is None or not is_open(task):
        return
    if newest(settler, deal, "owner") > newest(settler, task, "assignee"):
        settler.writer.put("tasks", task.row_id, {"assignee": owner}, by=settler.by)


def is_open(task: Record) -> bool:
    """Whether a task is still to be done."""
    return fold(task.values.get("state")) not in {"сделано", "отменена"}
