"""All that follows from edits, in order: links and steps of deals, leads, payments, findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from model.problems import Problem
from model.records import Contribution, Question, Record, Stamped
from store import Writer
from sync.assigning import give_leads
from sync.card.adding import settle_adds
from sync.duplicates import View, is_told, questions_of
from sync.figures.contribute import contributions
from sync.known import Known
from sync.quality.daily import look_at_calls
from sync.quality.reconciling import HABIT, as_the_team_books, gap_questions
from sync.remembered import Kept
from sync.scene import Scene, StageKind, amount, make_scene, text
from sync.settle.access_lines import access_questions
from sync.settle.calls import SHEET, show_logged
from sync.settle.clients import ClientBook, client_book
from sync.settle.deals import CLIENT, Settler, settle_deals
from sync.settle.following import follow_facts
from sync.settle.leads import settle_leads
from sync.settle.past import past_of
from sync.settle.pay_rules import rule_questions
from sync.settle.payments import settle_payments
from sync.settle.relations import settle_relations
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
    known: Known


@dataclass(frozen=True, slots=True)
class Counted:
    """The scene after the rows were linked and counted, and the questions of that."""

    scene: Scene
    clients: ClientBook
    questions: tuple[Question, ...]


def settle(  # noqa: PLR0913  # whose rows, when, which moved, and what is known of them
    team: Team,
    writer: Writer,
    now: datetime,
    touched: Mapping[str, Collection[str]],
    new_id: Callable[[], str],
    by: Stamped,
    *,
    known: Known | None = None,
) -> Settled:
    """Carry out everything that edits imply and look the rows over."""
    known = known or Known()
    counted = link_and_count(team, writer, now, touched, new_id, by, known=known)
    scene = counted.scene
    problems = findings(scene, known)
    asked = [*_of_problems(scene, problems, known), *rule_questions(writer, scene)]
    asked += access_questions(writer, scene)
    gaps = known.gaps.of(
        lambda: gap_questions(scene),
        scene.asof,
        *(scene.rows[key] for key in ("payments", "deals", "clients", "stages", "general")),
    )
    asked += as_the_team_books(gaps, scene, writer.question_by_key(HABIT))
    look_at_calls(writer, scene, counted.clients)
    pairs = _duplicates(writer, scene, known)
    open_pairs = [q for q in pairs if "loser" in q.payload]
    decided = writer.decided({q.key for q in open_pairs})
    doubled = frozenset(
        i
        for q in open_pairs
        if q.key not in decided
        for i in (q.payload["main"], q.payload["loser"])
    )
    questions = (*counted.questions, *asked, *pairs)
    return Settled(scene, counted.clients, questions, problems, doubled, known)


def link_and_count(  # noqa: PLR0913  # the same facts as above
    team: Team,
    writer: Writer,
    now: datetime,
    touched: Mapping[str, Collection[str]],
    new_id: Callable[[], str],
    by: Stamped,
    *,
    known: Known,
) -> Counted:
    """Links, steps and sums brought up to date; nothing is looked for that only people must see."""
    scene = _scene(team, writer, now, known)
    clients = client_book(
        scene.rows["clients"],
        writer.joined("clients"),
        lambda i: scene.number("clients", i),
        known.client_keys,
    )
    settler = Settler(writer, scene, clients, new_id, by)
    added = settle_adds(settler)
    if added.touched:
        touched = {
            key: {*touched.get(key, ()), *added.touched.get(key, ())}
            for key in {*touched, *added.touched}
        }
        scene = _scene(team, writer, now, known)
        settler = Settler(writer, scene, clients, new_id, by)
    questions = [
        *added.asked,
        *settle_deals(settler, touched.get("deals", ())),
        *settle_leads(settler, touched.get("leads", ())),
    ]
    scene = _scene(team, writer, now, known)
    if give_leads(writer, scene, by):
        scene = _scene(team, writer, now, known)
    settler = Settler(writer, scene, clients, new_id, by)
    if follow_facts(settler):
        scene = _scene(team, writer, now, known)
        settler = Settler(writer, scene, clients, new_id, by)
    questions += settle_payments(settler, touched.get("payments", ()))
    questions += settle_relations(settler, touched)
    if touched.get("sheets") and is_on(scene, SHEET):
        show_logged(writer, scene, clients, by)
    scene = _scene(team, writer, now, known)
    _count(writer, scene, known)
    return Counted(scene, clients, tuple(questions))


def _scene(team: Team, writer: Writer, now: datetime, known: Known) -> Scene:
    settings = team.settings
    return make_scene(
        writer,
        team.blueprint,
        now=now,
        owner=settings.owner,
        helper=settings.helper,
        canonical=known.canonical,
    )


def _count(writer: Writer, scene: Scene, known: Known) -> None:
    """Bring the sums up to date; only rows whose part moved cost anything."""
    for table, parts in contributions(scene, known.parts).items():
        stored = writer.contributions_of(table)
        whole = known.agree.get(table)
        if whole is not None and whole[0] is parts and whole[1] is stored:
            continue
        agreed = known.agreed.setdefault(table, {})
        moved: dict[str, tuple[Contribution, ...]] = {}
        for row_id, part in parts.items():
            was = stored.get(row_id, ())
            pair = agreed.get(row_id)
            if pair is not None and pair[0] is part and pair[1] is was:
                continue
            if part == was:
                agreed[row_id] = part, was
            else:
                moved[row_id] = part
        if moved:
            writer.set_contributions_many(table, moved)
        else:
            known.agree[table] = parts, stored


def findings(
    scene: Scene, known: Known | None = None
) -> dict[tuple[str, str], tuple[Problem, ...]]:
    """What is wrong in each row, by table and row id; rows without findings are absent."""
    known, context = known or Known(), context_of(scene)
    lists = {place.partition(".")[0] for place in scene.blueprint.lists.values()}
    rows = [scene.rows.get(key) for key in sorted({*lists, "stages", "staff"})]
    clients = scene.rows["clients"]

    def its_client(deal: Record) -> tuple[object, ...]:
        return (clients.get(deal.links.get(CLIENT, "")),)

    out: dict[tuple[str, str], tuple[Problem, ...]] = {}
    for key in CHECKED:
        table = scene.blueprint.tables[key]
        found = known.findings.setdefault(key, Kept()).over(
            scene.rows[key],
            partial(validate_record, table, ctx=context),
            around=(scene.asof, context.city, table, *rows),
            beside=its_client if key == "deals" else None,
        )
        out |= {(key, row_id): problems for row_id, problems in found.items() if problems}
    return out


def _of_problems(
    scene: Scene, problems: Mapping[tuple[str, str], tuple[Problem, ...]], known: Known
) -> list[Question]:
    past, stakes = past_of(scene, known.past), _stakes(scene, problems)
    rows = {spot: scene.rows[spot[0]][spot[1]] for spot in problems if not past.holds(*spot)}

    def questions_of(record: Record) -> tuple[Question, ...]:
        whom = text(record, "owner") or scene.owner
        found = problems[record.table, record.row_id]
        return tuple(question_of(p, record, scene.blueprint, whom) for p in found if is_asked(p))

    every = known.asked.over(
        rows,
        questions_of,
        around=(scene.blueprint, scene.owner),
        beside=lambda record: (problems[record.table, record.row_id],),
    )
    asked: list[Question] = []
    for (key, row_id), questions in every.items():
        stake = stakes.get(row_id) if key == "clients" else None
        asked += questions if stake is None else [replace(q, money=stake) for q in questions]
    return asked


def _stakes(
    scene: Scene, problems: Mapping[tuple[str, str], tuple[Problem, ...]]
) -> dict[str, Decimal]:
    """Sums of open deals of the clients with findings: those are asked about first."""
    wanted = {row_id for key, row_id in problems if key == "clients"}
    stakes: dict[str, Decimal] = {}
    for deal in scene.rows["deals"].values():
        client = deal.links.get(CLIENT, "")
        stage, value = scene.stage(deal) if client in wanted else None, amount(deal, "amount")
        if stage is not None and stage.kind is StageKind.OPEN and value is not None:
            stakes[client] = stakes.get(client, Decimal(0)) + value
    return stakes


def _duplicates(writer: Writer, scene: Scene, known: Known) -> list[Question]:
    """Pairs with an equal INN or phone as questions; joined rows are one client already."""
    joined = writer.joined("clients")
    clients = {i: c for i, c in scene.rows["clients"].items() if i not in joined}
    pairs = [pair for pair in known.pairs.of(clients) if not is_told(pair, clients)]
    deals = Counter(d.links.get(CLIENT, "") for d in scene.rows["deals"].values())
    view = View(scene.blueprint.tables["clients"], clients, deals, scene.owner)
    return [question for pair in pairs for question in questions_of(pair, view)]
