"""The month that all people's figures of a pass share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from formulas.calendar import Calendar
from formulas.periods import PeriodType, bounds
from formulas.rounding import ZERO
from model.figures import Measure, Period, PlanFact, Span
from model.payslips import Piece
from model.records import Record
from store import Reader
from sync.figures.earning import Ground
from sync.figures.parts import parts_of
from sync.figures.paybook import PayBook, make_book
from sync.figures.plans import SHOWN, Planner, money_measure
from sync.figures.replies import Reply, replies
from sync.figures.slips import stored
from sync.figures.standing import KnownFigures, Standing, standing_of
from sync.quality.scoring import Quality, quality_of
from sync.scene import Person, Scene, StageKind, amount, day, text
from sync.settle.inputs import Inputs, inputs_of
from sync.settle.payments import paid_by_deal

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """What all people's figures of a pass share."""

    reader: Reader
    scene: Scene
    planner: Planner
    calendar: Calendar
    paid: Mapping[str, Decimal]
    period: Period
    lines: Mapping[Measure, tuple[PlanFact, ...]]
    """Month's plan against fact, by measure."""
    replies: Mapping[str, Reply]
    """Of every lead."""
    inputs: Inputs
    """What people typed into the figure sheets for this month."""
    standing: Standing
    overdue: tuple[tuple[Record, int, Decimal], ...]
    """Deals whose payment day passed: deal, days late, rest."""
    book: PayBook
    quality: Callable[[], Quality]
    """How full cards and deals are; counted when it is asked for."""

    def earners(self) -> tuple[Person, ...]:
        """Everybody with pay, in the order of the list."""
        return tuple(person for person in self.scene.people if self.book.pays(person))

    @property
    def last(self) -> date:
        """Last day of the month."""
        return self.period.end - DAY


def month_of(
    reader: Reader, scene: Scene, planner: Planner, calendar: Calendar, known: KnownFigures
) -> Month:
    """The month that holds the planner's day."""
    paid = known.paid.of(lambda: paid_by_deal(scene), scene.rows["payments"])
    standing = standing_of(scene, known)
    period = bounds(PeriodType.MONTH, planner.asof)
    wanted = {*SHOWN, money_measure(scene)}
    lines = {m: planner.lines(Span.MONTH, m) for m in wanted}
    whole = Period(period.start, period.end)
    answers = replies(scene, calendar)
    typed = inputs_of(reader, whole.start)

    def quality() -> Quality:
        return quality_of(scene, reader.joined("clients"), standing.kept, known.scores)

    ground = Ground(
        reader=reader,
        scene=scene,
        calendar=calendar,
        quotas=planner.quotas,
        parts=parts_of(reader, scene, known),
        late_now=lambda name: late_steps(standing, name, planner.asof),
        quality_now=lambda name: quality().of(name),
        history=planner.history,
        asof=planner.asof,
    )
    return Month(
        reader=reader,
        scene=scene,
        planner=planner,
        calendar=calendar,
        paid=paid,
        period=whole,
        lines=lines,
        replies=answers,
        inputs=typed,
        standing=standing,
        overdue=tuple(_overdue(scene, standing, paid, planner.asof)),
        book=make_book(ground, stored(reader), known),
        quality=quality,
    )


def _overdue(
    scene: Scene, standing: Standing, paid: Mapping[str, Decimal], asof: date
) -> Iterator[tuple[Record, int, Decimal]]:
    """Deals in the last open stage, or won, whose payment day passed (12.11 debt)."""
    open_stages = [s for s in scene.stages.values() if s.kind is StageKind.OPEN]
    if not open_stages:
        return
    last = max(open_stages, key=lambda s: s.order)
    for deal, stage in standing.kept:
        due, value = day(deal, "expected_on"), amount(deal, "amount")
        if due is None or due >= asof or value is None:
            continue
        rest = value - paid.get(deal.row_id, ZERO)
        if rest > 0 and (stage == last or stage.kind is StageKind.WON):
            yield deal, (asof - due).days, rest


def late_steps(standing: Standing, name: str, asof: date) -> tuple[Piece, ...]:
    """Open steps of the person that are overdue, the oldest first."""
    found = [
        Piece("deals", deal.row_id, due, Decimal(1), text(deal, "next_step"))
        for deal, stage in standing.of(name)
        if stage.kind is StageKind.OPEN and (due := day(deal, "step_on")) is not None and due < asof
    ]
    return tuple(sorted(found, key=lambda one: (one.day or asof, one.row_id)))
