"""What «Мой прогноз» says of a month, day by day."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from formulas.pay.outlook import Engine, engine_of
from formulas.pay.tiers import Scale, ScaleMode, tiered
from model.figures import Measure, PersonFigures, SchemeBlock, Span
from model.records import DayOutlook
from sync.figures.earning import Earned, given_of
from sync.figures.pay import block_of
from sync.figures.rules import scheme_of
from sync.scene import make_scene
from tests.sync.ledger import IVANOV, OWNER, SMIRNOVA, ZONE, Ledger


def remember(ledger: Ledger, day: date, now: int, likely: int) -> None:
    outlook = DayOutlook(IVANOV, day, Decimal(now), Decimal(likely), Decimal(likely))
    with ledger.team.store.write() as writer:
        writer.remember_outlook(outlook)


def figures(ledger: Ledger, year: int, month: int, day: int) -> PersonFigures:
    ledger.now = datetime(year, month, day, 12, tzinfo=ZONE)
    found = ledger.thought().of(IVANOV)
    assert found is not None
    return found


def pay(ledger: Ledger, row_id: str, on: date, amount: int) -> None:
    ledger.put("clients", "k1", name="ООО «Альфа»", owner=IVANOV)
    ledger.put("payments", row_id, date=on, amount=amount, payer="Альфа", client_id_to="k1")


def test_monday_is_compared_with_friday(ledger: Ledger) -> None:
    remember(ledger, date(2026, 3, 13), 30_000, 30_000)
    pay(ledger, "p1", date(2026, 3, 14), 100_000)
    mine = figures(ledger, 2026, 3, 16)
    assert mine.pay is not None
    assert mine.since_yesterday == mine.pay[0] - 30_000
    assert mine.since_yesterday_why.replace("\xa0", " ") == "ООО «Альфа», 100 000"


def test_a_new_month_is_not_compared_with_the_old_one(ledger: Ledger) -> None:
    remember(ledger, date(2026, 3, 31), 90_000, 95_000)
    assert figures(ledger, 2026, 4, 1).since_yesterday is None


def test_the_promise_of_a_twelfth_that_was_a_sunday_is_that_of_the_friday(ledger: Ledger) -> None:
    for day, now, likely in ((10, 40_000, 70_000), (17, 50_000, 80_000), (30, 60_000, 60_000)):
        remember(ledger, date(2026, 4, day), now, likely)
    mine = figures(ledger, 2026, 5, 4)
    assert mine.promised == 70_000
    assert mine.accrued_before == 60_000


def rule(ledger: Ledger, component: str, **cells: object) -> None:
    row_id = f"rule {component} {cells.get('start')}"
    ledger.put("pay_rules", row_id, scheme="Основная", component=component, **cells)


def block(ledger: Ledger, plan: int | None, late: int = 9) -> tuple[SchemeBlock, Engine]:
    """What the live formulas get, and the arithmetic that they must agree with."""
    with ledger.reader() as reader:
        scene = make_scene(reader, ledger.team.blueprint, now=ledger.now, owner=OWNER, helper="")
    scheme = scheme_of(scene, IVANOV, date(2026, 3, 1))
    assert scheme is not None
    earned = Earned(
        name=IVANOV,
        fact=Decimal(0),
        payments=0,
        plan=None if plan is None else Decimal(plan),
        worked=11,
        norm=22,
        first_payments=(("ООО «Альфа»", Decimal(5000)),),
        late_steps=late,
        deals=(),
        asof=date(2026, 3, 12),
        to=date(2026, 3, 31),
    )
    return block_of(scheme, given_of(earned)), engine_of(scheme, given_of(earned))


def test_the_live_scheme_holds_every_component_of_the_month(ledger: Ledger) -> None:
    rule(ledger, "гарантия", rate=60_000)
    rule(ledger, "районный коэффициент", factor=Decimal("1.15"))
    rule(ledger, "коэффициент плана", start=80, factor=Decimal("0.9"))
    given, engine = block(ledger, 1_200_000)
    assert [given.base, given.guarantee, given.regional] == [20_000, 30_000, Decimal("1.15")]
    assert [given.plan, given.max_drop, given.new_clients] == [1_200_000, 20, 3000]
    assert given.penalty == 6 * 500, "before the bound: the formula bounds it in each column"
    assert engine.pay(Decimal(0)).pay == Decimal("34500.00")
    assert "Не меньше 60" in " ".join(given.sentences)


@pytest.mark.parametrize("amount", [0, 500_000, 1_000_000, 1_700_000])
@pytest.mark.parametrize("plan", [None, 800_000])
def test_a_scale_by_attainment_reaches_the_formulas_in_roubles(
    ledger: Ledger, plan: int | None, amount: int
) -> None:
    for start, rate in ((0, 2), (80, 3), (120, 5)):
        rule(ledger, "шкала", start=start, rate=rate, base="план", since=date(2026, 2, 1))
    given, engine = block(ledger, plan)
    assert given.by_attainment
    mine = Scale(tuple(type(engine.rule.scale.tiers[0])(*t) for t in given.tiers))
    theirs = tiered(Decimal(amount), engine.plan, engine.rule.scale)
    assert engine.rule.scale.mode is ScaleMode.MARGINAL
    assert tiered(Decimal(amount), None, mine).commission == theirs.commission


def test_a_lead_shows_by_when_to_answer_in_working_time(ledger: Ledger) -> None:
    came = datetime(2026, 3, 13, 17, 45)  # noqa: DTZ001 - local, as cells hold it
    ledger.put("leads", "z1", name="Ольга", at=came, state="Новая", owner=IVANOV)
    ledger.put("leads", "z2", name="Пётр", at=came, first_reply=came.replace(minute=55))
    ledger.now = datetime(2026, 3, 15, 12, tzinfo=ZONE)
    thought = ledger.thought()
    shown = thought.columns.of(ledger.row("leads", "z1"))
    assert (shown["due_at"], shown["reply_min"]) == (datetime(2026, 3, 16, 9, 15), None)  # noqa: DTZ001
    assert thought.columns.of(ledger.row("leads", "z2"))["reply_min"] == 10
    assert thought.team.lamps[2].count == 0
    ledger.now = datetime(2026, 3, 16, 9, 16, tzinfo=ZONE)
    assert ledger.thought().team.lamps[2].count == 1


def test_a_plan_stands_beside_the_same_month_a_year_ago(ledger: Ledger) -> None:
    pay(ledger, "p1", date(2025, 3, 31), 70_000)
    pay(ledger, "p2", date(2025, 4, 1), 90_000)
    metric = "Оплаты, руб."
    for row_id, who in (("a", IVANOV), ("b", SMIRNOVA), ("c", "Отдел")):
        ledger.put("plans", row_id, who=who, metric=metric)
    columns = ledger.thought().columns
    shown = [columns.of(ledger.row("plans", row_id))["last_year"] for row_id in "abc"]
    assert shown == [70_000, None, 70_000]


def test_the_period_before_is_shown_whole(ledger: Ledger) -> None:
    pay(ledger, "p1", date(2026, 2, 27), 70_000)
    pay(ledger, "p2", date(2026, 3, 2), 90_000)
    team = ledger.thought().team
    february = next(line for line in team.past[Span.MONTH, Measure.MONEY] if line.who == IVANOV)
    assert [february.fact, february.plan, february.expected] == [70_000, 1_200_000, 1_200_000]
    assert sum(line.fact for line in team.past_departments[Span.MONTH, Measure.MONEY]) == 70_000
    assert (Span.QUARTER, Measure.MONEY) not in team.past, "nothing was planned or paid"
