"""All that follows from edits, in order: links and steps of deals, leads, payments, findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from model.problems import Problem
from model.records import Question, Record, Stamped, Stance
from store import Writer
from sync.duplicates import DuplicateIndex, View, questions_of
from sync.figures.contribute import contributions
from sync.scene import Scene, make_scene, text
from sync.settle.calls import SHEET, show_logged
from sync.settle.clients import ClientBook, client_book
from sync.settle.deals import Settler, settle_deals
from sync.settle.leads import settle_leads
from sync.settle.past import past_of
from sync.settle.payments import settle_payments
from sync.tabs import is_on
from sync.team import Team
from sync.validate import context_of, is_asked, question_of, validate_record

CHECKED = ("clients", "deals", "leads", "payments")


@dataclass(frozen=True, slots=True)
class Settled:
    """The scene after settling, what to ask, and what is wrong in each row."""

    scene: Scene
    clients: ClientBook
    questions: tuple[Question, ...]
    problems: Mapping[tuple[str, str], tuple[Problem, ...]]
    duplicates: frozenset[str]


def settle(
    team: Team,
    writer: Writer,
    now: datetime,
    touched: Mapping[str, Collection[str]],
    new_id: Callable[[], str],
    by: Stamped,
) -> Settled:
    """Carry out everything that edits imply and look the rows over."""
    typed: Typed = {}
    scene = _scene(team, writer, now, typed)
    clients = client_book(
        scene.rows["clients"], writer.joined("clients"), lambda i: scene.number("clients", i)
    )
    settler = Settler(writer, scene, clients, new_id, by)
    questions = [
        *settle_deals(settler, touched.get("deals", ())),
        *settle_leads(settler, touched.get("leads", ())),
    ]
    scene = _scene(team, writer, now, typed)
    settler = Settler(writer, scene, clients, new_id, by)
    questions += settle_payments(settler, touched.get("payments", ()))
    if touched.get("sheets") and is_on(scene, SHEET):
        show_logged(writer, scene, clients, by)
    scene = _scene(team, writer, now, typed)
    _count(writer, scene)
    problems = findings(scene)
    asked = list(_of_problems(scene, problems))
    pairs = _duplicates(writer, scene)
    decided = {q.key for q in writer.questions(stances={Stance.DONE, Stance.KEPT})}
    doubled = frozenset(
        i
        for q in pairs
        if "loser" in q.payload and q.key not in decided
        for i in (q.payload["main"], q.payload["loser"])
    )
    return Settled(scene, clients, (*questions, *asked, *pairs), problems, doubled)


Typed = dict[tuple[str, int], dict[str, Record]]
"""Canonical rows of tables, kept between the scenes of one transaction."""


def _scene(team: Team, writer: Writer, now: datetime, typed: Typed) -> Scene:
    settings = team.settings
    return make_scene(
        writer,
        team.blueprint,
        now=now,
        owner=settings.owner,
        helper=settings.helper,
        typed=typed,
    )


def _count(writer: Writer, scene: Scene) -> None:
    """Bring the sums up to date; only rows whose part moved cost anything."""
    for table, parts in contributions(scene).items():
        known = writer.contributions_of(table)
        moved = {i: p for i, p in parts.items() if known.get(i, ()) != p}
        if moved:
            writer.set_contributions_many(table, moved)


def findings(scene: Scene) -> dict[tuple[str, str], tuple[Problem, ...]]:
    """What is wrong in each row, by table and row id; rows without findings are absent."""
    context = context_of(scene)
    out: dict[tuple[str, str], tuple[Problem, ...]] = {}
    for key in CHECKED:
        table = scene.blueprint.tables[key]
        for row_id, record in scene.rows[key].items():
            found = validate_record(table, record, context)
            if found:
                out[key, row_id] = found
    return out


def _of_problems(
    scene: Scene, problems: Mapping[tuple[str, str], tuple[Problem, ...]]
) -> list[Question]:
    asked, past = [], past_of(scene)
    for (key, row_id), found in problems.items():
        if past.holds(key, row_id):
            continue
        record = scene.rows[key][row_id]
        whom = text(record, "owner") or scene.owner
        asked += [
            question_of(problem, record, scene.blueprint, whom)
            for problem in found
            if is_asked(problem)
        ]
    return asked


def _duplicates(writer: Writer, scene: Scene) -> list[Question]:
    """Pairs with an equal INN or phone as questions; joined rows are one client already."""
    index = DuplicateIndex()
    joined = writer.joined("clients")
    clients = {i: c for i, c in scene.rows["clients"].items() if i not in joined}
    for client in clients.values():
        index.put(client)
    deals = Counter(d.links.get("client_id", "") for d in scene.rows["deals"].values())
    view = View(scene.blueprint.tables["clients"], clients, deals, scene.owner)
    return [question for pair in index.pairs() for question in questions_of(pair, view)]
