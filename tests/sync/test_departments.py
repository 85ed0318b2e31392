"""Plan and fact of departments by the days on which people belonged to them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from formulas.owners import DepartmentSince
from model.explaining import Explanation
from model.figures import Measure, Period, PlanFact, Span
from sync.commands.explaining import Why, explain
from sync.commands.planning import Wish, show
from sync.figures.departments import SINCE_EVER, stays_of, sums_of
from sync.reporting import facts_of
from sync.reports.spans import Asked, chosen_of
from tests.sync.ledger import IVANOV, SMIRNOVA, ZONE, Ledger
from tests.sync.test_paying import month_of, pay, world

D = Decimal
MOVED = date(2026, 3, 16)


def moved(ledger: Ledger) -> Ledger:
    """Ivanov sold 300 000 in «Опт», then moved to «Розница» and sold 50 000 there."""
    pay(ledger, "p1", date(2026, 3, 5), 300_000)
    pay(ledger, "p2", date(2026, 3, 17), 50_000)
    pay(ledger, "p3", date(2026, 2, 10), 70_000)
    ledger.now = datetime(2026, 3, 16, 10, tzinfo=ZONE)
    ledger.type("staff", staff_row(ledger, IVANOV), department="Розница")
    ledger.now = datetime(2026, 3, 20, 12, tzinfo=ZONE)
    return ledger


def staff_row(ledger: Ledger, who: str) -> str:
    return next(i for i, row in ledger.rows("staff").items() if row.values.get("fio") == who)


def lines(ledger: Ledger, span: Span = Span.MONTH) -> dict[str, PlanFact]:
    return {x.who: x for x in ledger.thought().team.departments[span, Measure.MONEY]}


def test_a_move_in_mid_month_leaves_each_department_its_own_days(ledger: Ledger) -> None:
    """Ivanov's plan of 1 200 000 goes by the 9 and 12 working days that March 2026 had there."""
    found = lines(moved(ledger))
    assert {who: line.fact for who, line in found.items()} == {
        "Опт": D(300_000),
        "Розница": D(50_000),
    }
    assert found["Опт"].plan == D("514285.71")
    assert found["Розница"].plan == D(900_000) + D("685714.29")
    whole = next(x for x in ledger.thought().team.plan_fact[Span.MONTH, Measure.MONEY][-1:])
    assert sum((line.fact for line in found.values()), D(0)) == whole.fact


def test_a_move_does_not_rewrite_the_month_before(ledger: Ledger) -> None:
    past = moved(ledger).thought().team.past_departments[Span.MONTH, Measure.MONEY]
    assert {line.who: line.fact for line in past if line.fact} == {"Опт": D(70_000)}
    assert {line.who: line.plan for line in past} == {"Опт": D(1_200_000), "Розница": D(900_000)}
    quarter = lines(ledger, Span.QUARTER)
    assert quarter["Опт"].fact == D(370_000)
    assert quarter["Опт"].plan == D(2_400_000) + D("514285.71")


def test_what_somebody_sold_who_left_stays_with_the_department(ledger: Ledger) -> None:
    pay(ledger, "p1", date(2026, 3, 5), 300_000)
    ledger.type("staff", staff_row(ledger, IVANOV), active="нет")
    found = lines(ledger)
    assert found["Опт"].fact == D(300_000)
    assert found["Опт"].plan is None


def test_sheet_report_and_command_tell_the_same(ledger: Ledger) -> None:
    shown = {who: line.fact for who, line in lines(moved(ledger)).items()}
    found = show(ledger.team, world(ledger), Wish(by="departments")).facts["lines"]
    assert isinstance(found, tuple)
    assert {line.who: line.fact for line in found} == shown
    with month_of(ledger) as month:
        chosen = chosen_of(Asked(month="2026-03"), ledger.now.date())
        facts = facts_of(month.reader, month.scene, chosen)
        assert facts.by_department(Measure.MONEY) == shown


def test_the_explanation_adds_up_and_names_the_days(ledger: Ledger) -> None:
    said = explain(moved(ledger).team, Why.PLAN, "розница", "2026-03", world=world(ledger))
    told = said.facts["explanations"]
    assert isinstance(told, tuple)
    first = told[0]
    assert isinstance(first, Explanation)
    assert first.total == first.figure == D(50_000)
    plans = {s.title: s.amount for s in first.steps if s.code.startswith("plan_")}
    assert plans == {f"План: {IVANOV}": D("685714.29"), f"План: {SMIRNOVA}": D(900_000)}
    assert any("в отделе с 16.03 по 31.03" in line for line in said.lines)


def test_sums_that_cancel_out_over_the_whole_are_found_in_their_departments() -> None:
    """A refund after a move: nothing in the whole month, and yet something in each department."""
    march = Period(date(2026, 3, 1), date(2026, 4, 1))
    history = {
        "И": (DepartmentSince(SINCE_EVER, "Опт"), DepartmentSince(MOVED, "Розница")),
    }
    days = {date(2026, 3, 5): D(100), date(2026, 3, 20): D(-100)}

    def sums(period: Period) -> dict[str, Decimal]:
        total = sum((v for day, v in days.items() if day in period), D(0))
        return {"И": total} if total else {}

    assert sums_of(history, sums, march) == {"Опт": D(100), "Розница": D(-100)}
    assert [name for name, _ in stays_of(history, "И", march)] == ["Опт", "Розница"]
