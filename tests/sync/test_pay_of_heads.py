"""A head whose only pay is a part of the team's sales: payroll, forecast, explanation, closing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from model.figures import Measure, PayrollRow, Span
from model.records import BookState, Source
from sync.commands.explaining import Why, explain
from sync.commands.paying import approve
from sync.figures.payroll import payroll_rows
from sync.pages import write_pages
from sync.reports.month import month_report
from sync.settle.everything import settle
from sync.team import OWN_PAGE
from sync.thinking import compute
from templates.screens.fill import fill_dashboard
from tests.sync.ledger import IVANOV, SMIRNOVA, ZONE, Ledger, days
from tests.sync.test_departments import staff_row
from tests.sync.test_paying import MARCH, at, month_of, paid, pay, rule, told, world

D = Decimal
ZAYTSEV = "Зайцев Егор"


def led(ledger: Ledger, department: str = "Опт", **cells: object) -> Ledger:
    """Zaytsev leads a department for 2 % of what it sells; nothing else is said of his pay."""
    given = {"fio": ZAYTSEV, "role": "Руководитель", "department": department, "scheme": "РОП"}
    ledger.put("staff", "head", **{**given, **cells})
    rule(ledger, "команда", scheme="РОП", base="поровну", rate=2)
    pay(ledger, "p1", date(2026, 3, 3), 300_000)
    ledger.put("clients", "к9", name="ООО «Девять»", owner=SMIRNOVA)
    ledger.put("payments", "p9", date=date(2026, 3, 4), amount=D(100_000), client_id_to="к9")
    return ledger


def payroll(ledger: Ledger) -> dict[str, PayrollRow]:
    return {row.name: row for row in ledger.thought().team.payroll}


def test_a_head_is_paid_the_whole_part_of_what_the_department_sold(ledger: Ledger) -> None:
    rows = payroll(led(ledger))
    assert set(rows) == {IVANOV, SMIRNOVA, ZAYTSEV}
    assert (rows[ZAYTSEV].gross, rows[ZAYTSEV].base) == (D(6000), D(0))
    (team,) = (line for line in rows[ZAYTSEV].lines if line.code == "team")
    assert team.how.replace("\xa0", " ") == "2 % с 300 000 команды: 1 человек"


def test_a_head_without_a_scheme_is_on_no_payroll(ledger: Ledger) -> None:
    ledger.put("staff", "head", fio=ZAYTSEV, role="Руководитель", department="Опт")
    assert set(payroll(ledger)) == {IVANOV, SMIRNOVA}


def test_a_head_is_paid_for_the_days_on_which_people_were_led(ledger: Ledger) -> None:
    """Ivanov sold 300 000 in «Опт», moved, and sold 50 000 that «Опт» has nothing of."""
    pay(led(ledger), "p2", date(2026, 3, 17), 50_000)
    ledger.now = datetime(2026, 3, 16, 10, tzinfo=ZONE)
    ledger.type("staff", staff_row(ledger, IVANOV), department="Розница")
    ledger.now = datetime(2026, 3, 20, 10, tzinfo=ZONE)
    assert payroll(ledger)[ZAYTSEV].gross == D(6000)
    ledger.type("staff", "head", department="Розница")
    assert payroll(ledger)[ZAYTSEV].gross == D(3000)


def test_who_is_named_under_the_head_is_led_in_any_department(ledger: Ledger) -> None:
    led(ledger, "")
    ledger.type("staff", staff_row(ledger, SMIRNOVA), head=ZAYTSEV)
    assert payroll(ledger)[ZAYTSEV].gross == D(2000)


def test_forecast_payroll_and_explanation_of_a_head_are_one_figure(ledger: Ledger) -> None:
    found = led(ledger).thought().of(ZAYTSEV)
    assert found is not None
    assert found.scheme is not None
    assert found.pay is not None
    assert found.pay[0] == D(6000) == told(ledger, MARCH, ZAYTSEV).figure
    assert [line.who for line in found.plan_fact[:1]] == ["Опт"]
    assert "2 % с оплат команды." in found.scheme.sentences
    said = explain(ledger.team, Why.SALARY, "Зайцев", "2026-03", world=world(ledger)).lines
    assert any(line.strip().startswith(IVANOV) for line in said)
    assert any("300 000,00 × 2 %" in line.replace("\xa0", " ") for line in said)


def test_what_the_led_await_is_in_the_forecast_of_the_head(ledger: Ledger) -> None:
    led(ledger)
    for row_id, owner, step_on in (
        ("d1", IVANOV, days(1)),
        ("d2", IVANOV, None),  # no day of the step: not in the forecast, and told
        ("d3", SMIRNOVA, days(1)),  # of another department
    ):
        cells = {"amount": 200_000, "prob": 50, "next_step": "Звонок", "step_on": step_on}
        ledger.put("deals", row_id, owner=owner, stage="Договор", expected_on=days(5), **cells)
    found = ledger.thought().of(ZAYTSEV)
    assert found is not None
    assert found.pay == (D(6000), D(8000), D(10_000))
    (team,) = (line for line in found.lines if line.code == "team")
    assert (team.now, team.likely, team.everything) == found.pay
    assert found.basis == (D(300_000), D(400_000), D(500_000))
    assert (found.paid_count, found.expected_count, found.expected_rest) == (1, 1, D(200_000))
    assert [one.amount for one in found.not_counted] == [D(200_000)]
    ledger.type("deals", "d1", prob=100)
    again = ledger.thought().of(ZAYTSEV)
    assert again is not None
    assert again.pay == (D(6000), D(10_000), D(10_000))


def test_the_fund_and_the_lists_hold_the_head(ledger: Ledger) -> None:
    thought = led(ledger).thought()
    assert sum(thought.team.pay_forecast.values()) == thought.team.money.fund
    cells = fill_dashboard(thought.team)
    who = {v: k for k, v in cells.items() if k.endswith(".who")}
    pays = {name: cells[key.replace(".who", ".pay")] for name, key in who.items() if name}
    assert pays[ZAYTSEV] == D(6000)
    assert pays["Отдел"] == sum(D(str(v)) for name, v in pays.items() if name != "Отдел")
    report = month_report(thought.team, thought.people)
    assert {row.name: row.pay for row in report.people}[ZAYTSEV] == D(6000)
    lines = {line.who for line in thought.team.plan_fact[Span.MONTH, Measure.MONEY]}
    assert ZAYTSEV not in lines


def test_a_closed_month_of_a_head_is_kept_and_corrected(ledger: Ledger) -> None:
    led(ledger)
    at(ledger, 4, 2)
    ledger.settle()
    approve(ledger.team, "2026-03", world=world(ledger))
    ledger.settle()
    assert paid(ledger, MARCH, ZAYTSEV).slip is not None
    pay(ledger, "late", date(2026, 3, 30), 100_000)
    ledger.settle()
    assert paid(ledger, MARCH, ZAYTSEV).pay.pay == D(6000)
    april = paid(ledger, date(2026, 4, 1), ZAYTSEV)
    assert [(c.month, c.main) for c in april.corrections] == [("2026-03", D(2000))]
    with month_of(ledger) as month:
        assert month.book.year_before(ZAYTSEV, date(2026, 4, 1)).income == D(6000)
        assert ZAYTSEV in {row.name for row in payroll_rows(month, MARCH, month.inputs)}


def test_a_head_finds_the_own_pay_on_the_own_page_and_not_in_the_book(
    ledger: Ledger,
) -> None:
    led(ledger)
    state = BookState(book="h", path="Зайцев/Книга.xlsx", role="head", person=ZAYTSEV)
    with ledger.team.store.write() as writer:
        by = ledger.stamp(writer, Source.RULE)
        ids = iter(map(str, range(9999)))
        settled = settle(ledger.team, writer, ledger.now, {}, lambda: next(ids), by)
        thought = compute(writer, settled, settled.scene.asof, states=[state])
    own = thought.departments[ZAYTSEV.casefold()]
    assert {row.name for row in own.payroll} == {IVANOV}
    assert ZAYTSEV not in own.pay_forecast
    ledger.team.path(state).parent.mkdir()
    assert write_pages(ledger.team, world(ledger).disk, [state], thought) == {}
    page = ledger.team.path(state).with_name(OWN_PAGE).read_text(encoding="utf-8")
    assert "6\xa0000" in page
