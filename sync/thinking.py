"""What a pass computes: figures of people and team, the daemon's columns, the questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from decimal import Decimal
from fractions import Fraction

from formulas.lights import GREEN_FROM, YELLOW_FROM, Thresholds
from model.blueprint import Role
from model.figures import Measure, PersonFigures, TeamFigures
from model.records import WAITING, BatchKind, BookState, Question, Source, Stamped
from store import Reader, Writer
from sync.ask import KEPT_DAYS
from sync.card.belonging import (
    Belonging,
    CardKey,
    KnownCards,
    KnownKeys,
    client_numbers,
    tables_on_card,
)
from sync.columns import Columns, client_lines
from sync.figures.closing import approved_months, is_unsettled, settle_slips
from sync.figures.department import departments, without_pay
from sync.figures.departments import departments as stays
from sync.figures.forecast_words import answer_to, unlinked
from sync.figures.month import Month, month_of
from sync.figures.people import day_outlook, person_figures
from sync.figures.plans import METRICS, Planner, quotas
from sync.figures.slips import slip_id, stored
from sync.figures.standing import KnownFigures
from sync.figures.team import team_figures
from sync.plans.calendar import SEEDED, TABLE, in_force, years_of
from sync.plans.norming import Norming
from sync.plans.past import month_after
from sync.plans.suggesting import suggested
from sync.rights import Access
from sync.scene import Scene, fold, text
from sync.settle.everything import Settled
from sync.settle.inputs import Input, Inputs

CardKeys = Mapping[str, Mapping[str, CardKey]]
COUNTED = ("deals", "payments", "calls")
"""Tables whose rows add to the sums."""


@dataclass(frozen=True, slots=True)
class Thought:
    """Everything that is shown somewhere."""

    scene: Scene
    columns: Columns
    people: tuple[PersonFigures, ...]
    team: TeamFigures
    questions: tuple[Question, ...]
    inputs: Inputs
    departments: Mapping[str, TeamFigures] = field(default_factory=dict)
    """By folded name of a head beside the owner, the figures of that one's people."""

    def shown_to(self, access: Access) -> PersonFigures | TeamFigures | None:
        """The figures that the screens of a book are filled with."""
        match access.rights.role:
            case Role.OWNER:
                return self.team
            case Role.HEAD:
                return self.departments.get(access.who.name)
            case Role.ACCOUNTANT:
                return without_pay(self.team, access)
            case Role.MANAGER:
                return self.of(access.who.name)
            case Role.MARKETING:
                return None

    def of(self, person: str) -> PersonFigures | None:
        """Figures of one person."""
        return next((p for p in self.people if fold(p.name) == fold(person)), None)


def think(
    writer: Writer, settled: Settled, states: Sequence[BookState], faults: Sequence[str]
) -> Thought:
    """Close what was approved, compute everything, remember the day's forecast of each person."""
    close_months(writer, settled)
    thought = compute(writer, settled, settled.scene.asof, states=states, faults=faults)
    for person in thought.people:
        seen = day_outlook(person)
        if seen is not None and writer.outlook(seen.person, seen.day) != seen:
            writer.remember_outlook(seen)
    return thought


def close_months(writer: Writer, settled: Settled) -> None:
    """Keep the pay of every approved month that is over; let go of what is approved no more."""
    scene = settled.scene
    approved = {slip_id(*key) for key in approved_months(writer, scene.asof)}
    if approved == stored(writer).keys():
        return
    if not is_unsettled(make_month(writer, scene, scene.asof, settled.known.figures)):
        return
    at = scene.now.astimezone(UTC)
    batch = writer.start_batch(BatchKind.APPROVE, "", at, note="числа закреплены")
    by = Stamped(at, "", Source.RULE, None, batch)
    while settle_slips(writer, make_month(writer, scene, scene.asof, settled.known.figures), by=by):
        pass


def compute(
    reader: Reader,
    settled: Settled,
    asof: date,
    *,
    states: Sequence[BookState] = (),
    faults: Sequence[str] = (),
) -> Thought:
    """The figures as of a day."""
    scene = settled.scene
    questions = reader.recent_questions(scene.now - KEPT_DAYS)
    waiting = [q for q in questions if q.stance in WAITING]
    known = settled.known.figures
    month = make_month(reader, scene, asof, known)
    people = tuple(
        _with_questions(person_figures(month, p.name, known), waiting, states, month)
        for p in month.earners()
        if p.active
    )
    team = team_figures(month, people, waiting, faults)
    cards = month.quality()
    scores = {p.name: score for p in people if (score := cards.of(p.name)) is not None}
    queue = tuple((s.person, s.waiting) for s in states if s.waiting and s.role != Role.OWNER.value)
    team = replace(team, quality=scores, queue=queue)
    lines = client_lines(month, settled.known.lines)
    columns = Columns(
        scene=scene,
        paid=month.paid,
        problems=settled.problems,
        duplicates=settled.duplicates,
        by_client=lines,
        replies=month.replies,
        year_ago=month.planner.year_ago(),
        suggested=_suggested(month, known),
        quality=cards,
        norming=Norming(reader, scene, month.calendar, asof, month.period),
        keys=card_keys(reader, scene, settled.known.card_keys),
        known=settled.known.columns,
    )
    heads = departments(month, people, waiting, states)
    return Thought(scene, columns, people, team, questions, month.inputs, heads)


def card_keys(reader: Reader, scene: Scene, known: KnownCards) -> CardKeys:
    """By table, the place of each row among those of its client."""
    belonging = Belonging(scene, reader.joined("clients"))
    known.numbers = client_numbers(scene, known.numbers)
    return {
        key: known.tables.setdefault(key, KnownKeys()).of(
            scene.rows.get(key) or reader.rows(key), belonging, known.numbers
        )
        for key in tables_on_card(scene.blueprint)
    }


def _suggested(month: Month, known: KnownFigures) -> Mapping[tuple[str, Measure], Decimal | None]:
    """`plan.suggest` for every line of «Планы»; made anew when a sum of the past moved."""
    reader, rows = month.reader, month.scene.rows["plans"]
    after = month_after(month.planner.asof).start

    def make() -> dict[tuple[str, Measure], Decimal | None]:
        asked = {
            (text(plan, "who"), measure)
            for plan in rows.values()
            if (measure := METRICS.get(fold(plan.values.get("metric")))) is not None
        }
        return {
            (fold(who), measure): suggested(reader, measure, who, after).found.suggest
            for who, measure in asked
        }

    parts = (reader.contributions_of(table) for table in COUNTED)
    return known.suggested.of(make, rows, after, *parts)


def make_month(
    reader: Reader, scene: Scene, asof: date, known: KnownFigures | None = None
) -> Month:
    """The month of a day with everything its figures need."""
    known = known or KnownFigures()
    seeded, rows = reader.meta(SEEDED) or "", scene.rows.get(TABLE, {})
    calendar = known.calendar.of(
        lambda: in_force(rows, years_of(seeded), asof.year), str(asof.year), seeded, rows
    )
    known.turn_to(asof)
    plans = quotas(scene, calendar)
    history = stays(reader, scene.rows["staff"], scene.zone)
    planner = Planner(
        reader, scene, calendar, plans, asof, thresholds_of(scene), known, history=history
    )
    return month_of(reader, scene, planner, calendar, known)


def thresholds_of(scene: Scene) -> Thresholds:
    """From which share of the plan a line is green, from which yellow."""
    green = scene.general.get(fold("Зелёный от, %"), "")
    yellow = scene.general.get(fold("Жёлтый от, %"), "")
    return Thresholds(
        Fraction(green) if green.isdecimal() else Fraction(GREEN_FROM),
        Fraction(yellow) if yellow.isdecimal() else Fraction(YELLOW_FROM),
    )


def _with_questions(
    figures: PersonFigures,
    waiting: Sequence[Question],
    states: Sequence[BookState],
    month: Month,
) -> PersonFigures:
    """The figures with what is asked of the person, of the person's payments and objection."""
    mine = [q for q in waiting if fold(q.whom) == fold(figures.name) and q.shown_on is not None]
    book = next((s for s in states if fold(s.person) == fold(figures.name)), None)
    objection = f"{Input.OBJECTION.value}|{figures.month.start:%Y-%m}|{fold(figures.name)}"
    scene, told = month.scene, month.reader.questions_beginning(f"word|{objection}|")
    return replace(
        figures,
        not_counted=(*unlinked(waiting, figures.name), *figures.not_counted),
        answer=answer_to(told, scene.owner, scene.zone),
        questions=tuple((q.about, q.wrong, q.proposal) for q in mine),
        waiting_changes=0 if book is None else book.waiting,
        accepted_at=None if book is None else book.seen_at,
    )
