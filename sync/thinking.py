"""What a pass computes: figures of people and team, the daemon's columns, the questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from fractions import Fraction
from functools import cache

from formulas.calendar import Calendar
from formulas.lights import GREEN_FROM, YELLOW_FROM, Thresholds
from formulas.russia import seed
from model.figures import PersonFigures, TeamFigures
from model.records import BatchKind, BookState, Question, Source, Stamped, Stance
from store import Reader, Writer
from sync.columns import Columns, client_lines
from sync.figures.closing import approved_months, is_unsettled, settle_slips
from sync.figures.people import Month, day_outlook, month_of, person_figures
from sync.figures.plans import Planner, quotas
from sync.figures.slips import slip_id, stored
from sync.figures.standing import KnownFigures
from sync.figures.team import team_figures
from sync.scene import Scene, fold
from sync.settle.everything import Settled
from sync.settle.inputs import Inputs


@dataclass(frozen=True, slots=True)
class Thought:
    """Everything that is shown somewhere."""

    scene: Scene
    columns: Columns
    people: tuple[PersonFigures, ...]
    team: TeamFigures
    questions: tuple[Question, ...]
    inputs: Inputs

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
    questions = reader.questions()
    waiting = [q for q in questions if q.stance in {Stance.OPEN, Stance.LATER}]
    known = settled.known.figures
    month = make_month(reader, scene, asof, known)
    people = tuple(
        _with_questions(person_figures(month, p.name, known), waiting, states)
        for p in scene.sellers()
    )
    team = team_figures(month, people, waiting, faults)
    lines = client_lines(month, settled.known.lines)
    columns = Columns(
        scene=scene,
        paid=month.paid,
        problems=settled.problems,
        duplicates=settled.duplicates,
        by_client=lines,
        replies=month.replies,
        year_ago=month.planner.year_ago(),
        known=settled.known.columns,
    )
    return Thought(scene, columns, people, team, questions, month.inputs)


@cache
def calendar_around(year: int) -> Calendar:
    """The working calendar of a year, two before it and one after: enough for any comparison."""
    return seed(range(year - 2, year + 2))


def make_month(
    reader: Reader, scene: Scene, asof: date, known: KnownFigures | None = None
) -> Month:
    """The month of a day with everything its figures need."""
    calendar, known = calendar_around(asof.year), known or KnownFigures()
    known.turn_to(asof)
    planner = Planner(reader, scene, calendar, quotas(scene), asof, thresholds_of(scene), known)
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
    figures: PersonFigures, questions: Sequence[Question], states: Sequence[BookState]
) -> PersonFigures:
    mine = [q for q in questions if fold(q.whom) == fold(figures.name) and q.shown_on is not None]
    book = next((s for s in states if fold(s.person) == fold(figures.name)), None)
    return replace(
        figures,
        questions=tuple((q.about, q.wrong, q.proposal) for q in mine),
        waiting_changes=0 if book is None else book.waiting,
        accepted_at=None if book is None else book.seen_at,
    )
