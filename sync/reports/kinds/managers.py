"""«Менеджеры»: plan and fact of each person, of departments, and what was sold where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from formulas.owners import NOT_STATED
from formulas.periods import BaseMode, compare
from formulas.plan import roll_up
from formulas.progress import Unit, progress
from formulas.rounding import pct
from model.figures import Cut, Light, Measure
from sync.figures.plans import TEAM
from sync.reports import words
from sync.reports.facts import Facts, Sums
from sync.reports.sheet import Card, Cell, Chart, Cite, Form, Line, Shape, Sheet, Table

COUNTS = (Measure.DEALS, Measure.NEW_CLIENTS, Measure.CALLS, Measure.OFFERS)
SHORT = {
    Measure.DEALS: "Сделок",
    Measure.NEW_CLIENTS: "Новых клиентов",
    Measure.CALLS: "Звонков",
    Measure.OFFERS: "КП",
}
CUT_TITLES = {Cut.PRODUCT: "По товарам", Cut.MARKET: "По рынкам"}
NAMES = {Cut.PRODUCT: "Товар", Cut.MARKET: "Рынок"}
MOST_KEYS = 20


def managers(facts: Facts) -> Sheet:
    """Who did how much of the plan."""
    people, departments = _people(facts), _departments(facts)
    cuts = (table for cut in CUT_TITLES for table in _cut(facts, cut))
    return Sheet(
        kind="managers",
        title="Менеджеры",
        days=facts.chosen.title,
        cards=_cards(facts, people.lines[-1]),
        tables=(people, *departments, *cuts),
        notes=_notes(facts),
    )


def _cards(facts: Facts, total: Line) -> tuple[Card, ...]:
    plan, fact, done, _, before, year_ago = total.cells[:6]
    title = words.measure_title(facts.money)
    return (
        Card(title, fact, f"план {plan.shown}" if plan.value is not None else "плана нет"),
        Card("Выполнено", done),
        Card(facts.chosen.before_title, before),
        Card(facts.chosen.year_ago_title, year_ago),
    )


def _people(facts: Facts) -> Table:
    now = facts.by_manager(facts.money)
    windows = [facts.window(mode) for mode in (BaseMode.PREV, BaseMode.LAST_YEAR)]
    lines = [_line(facts, who, windows) for who in facts.people()]
    former = _former(facts)
    lines = [line for line in lines if line.name not in former or _has_facts(line)]
    lines.sort(key=lambda line: (-(line.cells[1].value or 0), line.name))
    if now.get(""):
        lines.append(_nobody(facts, now[""], windows))
    if facts.manager is None or len(lines) != 1:
        lines.append(_total(facts, windows))
    name = words.TITLES[facts.money].lower()
    return Table(
        title=f"План и факт: {name}, руб.",
        titles=(
            "Менеджер",
            "План",
            "Факт",
            "Выполнено",
            "Отклонение",
            facts.chosen.before_title,
            facts.chosen.year_ago_title,
            *(SHORT[measure] for measure in COUNTS),
        ),
        lines=tuple(lines),
        chart=Chart("План и факт, руб.", Shape.BARS, (0, 1)),
    )


def _former(facts: Facts) -> frozenset[str]:
    listed = frozenset(person.name for person in facts.scene.sellers())
    return frozenset(facts.people()) - listed


def _has_facts(line: Line) -> bool:
    return any(line.cells[at].value for at in (1, *range(6, len(line.cells))))


def _line(facts: Facts, who: str, windows: Sequence[Sums | None]) -> Line:
    fact = facts.by_manager(facts.money).get(who, Decimal(0))
    then = [None if sums is None else sums.get(who, Decimal(0)) for sums in windows]
    return Line(who, tuple(_cells(facts, who, facts.plan(who, facts.money), fact, then)))


def _nobody(facts: Facts, fact: Decimal, windows: Sequence[Sums | None]) -> Line:
    then = [None if sums is None else sums.get("", Decimal(0)) for sums in windows]
    return Line(NOT_STATED, tuple(_cells(facts, "", None, fact, then)))


def _total(facts: Facts, windows: Sequence[Sums | None]) -> Line:
    people = [facts.plan(person.name, facts.money) for person in facts.scene.sellers()]
    plan = roll_up(facts.plan(TEAM, facts.money), people).plan
    then = [None if sums is None else sum(sums.values(), Decimal(0)) for sums in windows]
    cells = _cells(facts, None, plan, facts.total(facts.money), then)
    return Line(TEAM, tuple(cells), total=True)


def _cells(
    facts: Facts,
    who: str | None,
    plan: Decimal | None,
    fact: Decimal,
    then: Sequence[Decimal | None],
) -> Iterator[Cell]:
    line = progress(plan, fact, facts.day_count, Unit.MONEY, facts.thresholds)
    yield Cell(plan, Form.MONEY)
    yield Cell(fact, Form.MONEY, facts.cite(facts.money, who=who))
    yield Cell(line.pct, Form.ATTAINMENT, light=Light(line.light.value))
    yield Cell(line.deviation, Form.MONEY)
    for value in then:
        yield Cell(compare(fact, value).delta_pct, Form.DELTA)
    for measure in COUNTS:
        sums = facts.by_manager(measure)
        count = facts.total(measure) if who is None else sums.get(who, Decimal(0))
        yield Cell(count, Form.COUNT, facts.cite(measure, who=who))


def _departments(facts: Facts) -> Iterator[Table]:
    sums = {measure: facts.by_department(measure) for measure in (facts.money, *COUNTS)}
    names = sorted({name for found in sums.values() for name in found})
    if len(names) < 2:
        return
    lines = tuple(
        Line(
            name,
            (
                Cell(
                    sums[facts.money].get(name, Decimal(0)),
                    Form.MONEY,
                    _of(facts, facts.money, name),
                ),
                Cell(pct(sums[facts.money].get(name), facts.total(facts.money)), Form.PERCENT),
                *(
                    Cell(sums[measure].get(name, Decimal(0)), Form.COUNT, _of(facts, measure, name))
                    for measure in COUNTS
                ),
            ),
        )
        for name in names
    )
    yield Table(
        title="По отделам, руб.",
        titles=("Отдел", "Факт", "Доля", *(SHORT[measure] for measure in COUNTS)),
        lines=lines,
        note="Отдел - тот, в котором человек был в день оплаты: переход не меняет прошлого.",
    )


def _of(facts: Facts, measure: Measure, department: str) -> Cite:
    spans = tuple(
        (who, days)
        for who in sorted(facts.by_manager(measure))
        for name, days in facts.stays(who)
        if name == department
    )
    return Cite((measure,), spans)


def _cut(facts: Facts, cut: Cut) -> Iterator[Table]:
    """Money and deals by product or market, largest first; nothing when none is stated."""
    sums, deals = facts.by_key(cut, facts.money), facts.by_key(cut, Measure.DEALS)
    keys = sorted({*sums, *deals}, key=lambda key: (-sums.get(key, Decimal(0)), key))
    if not set(keys) - {NOT_STATED}:
        return
    whole = facts.total(facts.money)
    lines = [
        Line(
            key,
            (
                Cell(
                    sums.get(key, Decimal(0)),
                    Form.MONEY,
                    facts.cite(facts.money, cut=cut, keys=(key,)),
                ),
                Cell(pct(sums.get(key, Decimal(0)), whole), Form.PERCENT),
                Cell(
                    deals.get(key, Decimal(0)),
                    Form.COUNT,
                    facts.cite(Measure.DEALS, cut=cut, keys=(key,)),
                ),
            ),
        )
        for key in keys
    ]
    shown, rest = lines[:MOST_KEYS], keys[MOST_KEYS:]
    if rest:
        shown.append(_rest(facts, cut, tuple(rest), whole))
    yield Table(
        title=f"{CUT_TITLES[cut]}, руб.",
        titles=(NAMES[cut], "Факт", "Доля", "Выиграно сделок"),
        lines=tuple(shown),
    )


def _rest(facts: Facts, cut: Cut, keys: tuple[str, ...], whole: Decimal) -> Line:
    def of(measure: Measure) -> Decimal:
        sums = facts.by_key(cut, measure)
        return sum((sums.get(key, Decimal(0)) for key in keys), Decimal(0))

    fact = of(facts.money)
    return Line(
        f"Остальные ({len(keys)})",
        (
            Cell(fact, Form.MONEY, facts.cite(facts.money, cut=cut, keys=keys)),
            Cell(pct(fact, whole), Form.PERCENT),
            Cell(of(Measure.DEALS), Form.COUNT, facts.cite(Measure.DEALS, cut=cut, keys=keys)),
        ),
    )


def _notes(facts: Facts) -> tuple[str, ...]:
    if facts.chosen.kind is None and any(line is not None for line in _plans(facts)):
        return ("План неполного месяца взят по доле его рабочих дней.",)
    return ()


def _plans(facts: Facts) -> Iterator[Decimal | None]:
    return (facts.plan(who, facts.money) for who in facts.people())
