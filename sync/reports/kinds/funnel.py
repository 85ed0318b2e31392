"""«Воронка»: deals begun in the days, where they were lost, and how fast they earn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from formulas.funnel import Velocity, velocity
from formulas.owners import NOT_STATED
from formulas.rounding import pct
from model.figures import Cut, Light, Measure
from sync.reports.facts import Facts
from sync.reports.sheet import Card, Cell, Chart, Form, Line, Shape, Sheet, Table
from sync.scene import StageKind

PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Step:
    """A stage with the deals that got so far."""

    stage: str
    deals: Decimal
    amount: Decimal
    lost: Decimal
    """Lost ones of those begun in the days."""
    keys: tuple[str, ...]
    """Furthest stages of the deals counted here; those that left the list are at the first."""
    here: tuple[str, ...]
    """Those that got no further."""


def funnel(facts: Facts) -> Sheet:
    """Deals begun in the days, by the furthest stage they reached."""
    steps = steps_of(facts)
    speed, of_whom = speeds(facts)
    return Sheet(
        kind="funnel",
        title="Воронка",
        days=facts.chosen.title,
        cards=_cards(facts, steps, speed),
        tables=(_stages(facts, steps), *_reasons(facts), *_people(facts, of_whom)),
        notes=(
            "Этапы - по сделкам, начатым в эти дни. Доля выигранных, чек и срок - по сделкам, "
            "закрытым в эти дни; общая сделка считается целиком за её менеджером.",
        ),
    )


def steps_of(facts: Facts) -> tuple[Step, ...]:
    """The funnel; a deal reached every stage up to its furthest one."""
    known = facts.scene.stages.values()
    ladder = sorted((s for s in known if s.kind is not StageKind.LOST), key=lambda s: s.order)
    names = [stage.name for stage in ladder]
    deals, sums = (facts.by_key(Cut.STAGE, m) for m in (Measure.STARTED, Measure.STARTED_SUM))
    lost = facts.by_key(Cut.LOST_AT, Measure.STARTED)
    strangers = sorted({*deals, *sums, *lost} - set(names))
    steps = []
    for at, name in enumerate(names):
        first = tuple(strangers) if at == 0 else ()
        keys = (*names[at:], *first)
        here = (name, *first)
        steps.append(
            Step(
                stage=name,
                deals=sum((deals.get(key, Decimal(0)) for key in keys), Decimal(0)),
                amount=sum((sums.get(key, Decimal(0)) for key in keys), Decimal(0)),
                lost=sum((lost.get(key, Decimal(0)) for key in here), Decimal(0)),
                keys=keys,
                here=here,
            )
        )
    return tuple(steps)


def speeds(facts: Facts) -> tuple[Velocity, dict[str, Velocity]]:
    """How fast deals earn, of all and of each manager; from single deals closed in the days."""
    lists: dict[Measure, dict[str, list[Decimal]]] = {}
    for measure in (Measure.CHECK, Measure.CYCLE):
        found: dict[str, list[Decimal]] = {}
        for _, _, part in facts.reader.contributions(measure, facts.days, facts.manager):
            found.setdefault(part.manager, []).append(Decimal(part.amount) / PERCENT)
        lists[measure] = found
    opened = facts.ever(Measure.OPEN)
    people = {*opened, *facts.by_manager(Measure.FINISHED), *facts.by_manager(Measure.LOST)}

    def of(who: Sequence[str]) -> Velocity:
        def count(measure: Measure) -> int:
            sums = facts.by_manager(measure)
            return int(sum((sums.get(name, Decimal(0)) for name in who), Decimal(0)))

        checks = [value for name in who for value in lists[Measure.CHECK].get(name, ())]
        cycles = [int(value) for name in who for value in lists[Measure.CYCLE].get(name, ())]
        still = int(sum((opened.get(name, Decimal(0)) for name in who), Decimal(0)))
        return velocity(still, count(Measure.FINISHED), count(Measure.LOST), checks, cycles)

    return of(sorted(people)), {name: of([name]) for name in sorted(people)}


def _cards(facts: Facts, steps: Sequence[Step], speed: Velocity) -> tuple[Card, ...]:
    begun = steps[0].deals if steps else Decimal(0)
    won, lost = facts.total(Measure.FINISHED), facts.total(Measure.LOST)
    rate = None if speed.win_rate is None else speed.win_rate * PERCENT
    return (
        Card("Начато сделок", Cell(begun, Form.COUNT, facts.cite(Measure.STARTED))),
        Card(
            "Выиграно из закрытых",
            Cell(rate, Form.PERCENT, facts.cite(Measure.FINISHED)),
            f"выиграно {won:f}, проиграно {lost:f}",
        ),
        Card(
            "Средний чек, руб.",
            Cell(speed.avg_check, Form.MONEY, facts.cite(Measure.CHECK)),
            "выигранной сделки",
        ),
        Card(
            "Срок сделки, дней",
            Cell(speed.cycle, Form.DAYS, facts.cite(Measure.CYCLE)),
            "половина выигрывается быстрее",
        ),
        Card(
            "Воронка приносит в день",
            Cell(speed.velocity, Form.MONEY),
            "руб., этим темпом",
        ),
    )


def _stages(facts: Facts, steps: Sequence[Step]) -> Table:
    onward = [pct(after.deals, here.deals) for here, after in pairwise(steps)]
    known = [share for share in onward if share is not None]
    worst = min(known) if known else None
    shares = [*onward, None] if steps else []
    marked = worst is not None and worst < PERCENT
    lines = tuple(
        Line(
            step.stage,
            (
                Cell(
                    step.deals,
                    Form.COUNT,
                    facts.cite(Measure.STARTED, cut=Cut.STAGE, keys=step.keys),
                ),
                Cell(
                    step.amount,
                    Form.MONEY,
                    facts.cite(Measure.STARTED_SUM, cut=Cut.STAGE, keys=step.keys),
                ),
                Cell(
                    share,
                    Form.PERCENT,
                    light=Light.RED if marked and share == worst else None,
                ),
                Cell(
                    step.lost,
                    Form.COUNT,
                    facts.cite(Measure.STARTED, cut=Cut.LOST_AT, keys=step.here),
                ),
            ),
        )
        for step, share in zip(steps, shares, strict=True)
    )
    return Table(
        title="Этапы: сделки, начатые в эти дни",
        titles=("Этап", "Сделок", "Сумма, руб.", "Дошли дальше", "Из них проиграно здесь"),
        lines=lines,
        note="Красным - шаг, на котором теряется больше всего." if marked else "",
        chart=Chart("Сколько сделок дошло", Shape.BARS, (0,)),
    )


def _reasons(facts: Facts) -> Iterator[Table]:
    sums = facts.by_key(Cut.REASON, Measure.LOST)
    if not sums:
        return
    whole = facts.total(Measure.LOST)
    order = sorted(sums, key=lambda key: (key == NOT_STATED, -sums[key], key))
    yield Table(
        title="Почему проиграны",
        titles=("Причина отказа", "Сделок", "Доля"),
        lines=tuple(
            Line(
                reason,
                (
                    Cell(
                        sums[reason],
                        Form.COUNT,
                        facts.cite(Measure.LOST, cut=Cut.REASON, keys=(reason,)),
                    ),
                    Cell(pct(sums[reason], whole), Form.PERCENT),
                ),
            )
            for reason in order
        ),
    )


def _people(facts: Facts, of_whom: dict[str, Velocity]) -> Iterator[Table]:
    if facts.manager is not None:
        return
    names = [who for who in (*facts.people(), "") if who in of_whom]
    if not names:
        return
    counts = (Measure.STARTED, Measure.FINISHED, Measure.LOST)
    lines = tuple(
        Line(
            who or NOT_STATED,
            (
                *(
                    Cell(
                        facts.by_manager(m).get(who, Decimal(0)), Form.COUNT, facts.cite(m, who=who)
                    )
                    for m in counts
                ),
                Cell(_times(of_whom[who].win_rate), Form.PERCENT),
                Cell(of_whom[who].avg_check, Form.MONEY, facts.cite(Measure.CHECK, who=who)),
                Cell(of_whom[who].cycle, Form.DAYS, facts.cite(Measure.CYCLE, who=who)),
            ),
        )
        for who in names
    )
    yield Table(
        title="По менеджерам",
        titles=("Менеджер", "Начато", "Выиграно", "Проиграно", "Доля", "Чек, руб.", "Срок, дней"),
        lines=lines,
    )


def _times(share: Decimal | None) -> Decimal | None:
    return None if share is None else share * PERCENT
