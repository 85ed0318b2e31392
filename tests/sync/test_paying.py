"""Pay from month to month: approved and kept, corrected later, explained to the kopeck."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from model.errors import WrongPlace
from model.explaining import Explanation
from model.figures import PersonFigures, Span
from model.payslips import Slip
from model.records import DayOutlook, OutlookLine, QuestionKind, Source
from sync.commands.as_of import month_as_of
from sync.commands.explaining import Why, explain
from sync.commands.past import undo
from sync.commands.paying import approve
from sync.commands.said import Said
from sync.commands.simulating import simulate
from sync.explain.places import Places
from sync.explain.salary import explain_salary
from sync.figures.month import Month
from sync.figures.paybook import PaidMonth
from sync.figures.payroll import payroll_rows, picked_month
from sync.figures.people import person_figures
from sync.figures.slips import slips_of, stored
from sync.settle.everything import settle
from sync.thinking import think
from sync.world import World
from tests.sync.ledger import IVANOV, OWNER, SMIRNOVA, ZONE, Ledger
from tests.worlds import world_of

D = Decimal
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


def rule(ledger: Ledger, component: str, name: str = "", **cells: object) -> None:
    given = {"scheme": "Основная", "since": date(2026, 1, 1), **cells}
    ledger.put("pay_rules", f"rule {component} {name}", component=component, **given)


def pay(ledger: Ledger, row_id: str, on: date, amount: int | Decimal, client: str = "к1") -> None:
    ledger.put("clients", client, name=f"ООО «{client}»", owner=IVANOV)
    ledger.put("payments", row_id, date=on, amount=amount, payer=client, client_id_to=client)


def world(ledger: Ledger) -> World:
    ids = itertools.count(1)
    return world_of(lambda: ledger.now, lambda n: next(ids).to_bytes(n, "big"))


@contextmanager
def month_of(ledger: Ledger, day: date | None = None) -> Iterator[Month]:
    with month_as_of(ledger.team, world(ledger), day or ledger.now.date()) as (month, _):
        yield month


def paid(ledger: Ledger, start: date, who: str = IVANOV) -> PaidMonth:
    with month_of(ledger) as month:
        found = month.book.month(who, start)
        assert found is not None
        return found


def told(ledger: Ledger, start: date, who: str = IVANOV) -> Explanation:
    day = min(ledger.now.date(), start.replace(day=28))
    with month_of(ledger, day) as month:
        found = month.book.month(who, start)
        assert found is not None
        return explain_salary(month, found, Places(ledger.team.blueprint))


def slips(ledger: Ledger) -> dict[tuple[str, date], Slip]:
    with ledger.reader() as reader:
        return slips_of(stored(reader))


def at(ledger: Ledger, month: int, day: int) -> None:
    ledger.now = datetime(2026, month, day, 12, tzinfo=ZONE)


def figures(ledger: Ledger, who: str = IVANOV) -> PersonFigures:
    found = ledger.thought().of(who)
    assert found is not None
    return found


def test_what_is_explained_is_the_very_figure_of_the_forecast(ledger: Ledger) -> None:
    pay(ledger, "p1", date(2026, 3, 2), D("700000.55"))
    pay(ledger, "p2", date(2026, 3, 5), D("650000.10"), "к2")
    rule(ledger, "районный коэффициент", factor=D("1.15"))
    rule(ledger, "премия", base="новые клиенты", rate=100)
    found, seen = told(ledger, MARCH), figures(ledger)
    assert seen.pay is not None
    assert found.figure == seen.pay[0] == found.total
    assert [(s.code, s.amount) for s in found.steps if s.adds] == [
        (line.code, line.now) for line in seen.lines if line.now or line.code in codes(found)
    ]
    assert found.chain.replace("\xa0", " ").endswith(f"= {said(found.figure)}")
    base = next(s for s in found.steps if s.code == "basis")
    assert [(s.amount, s.what) for s in base.sources] == [
        (D("700000.55"), "ООО «к1»"),
        (D("650000.10"), "ООО «к2»"),
    ]
    assert sum(s.amount or 0 for s in base.sources) == base.amount


def first_of(answer: Said) -> Explanation:
    found = answer.facts["explanations"]
    assert isinstance(found, tuple)
    first = found[0]
    assert isinstance(first, Explanation)
    return first


def codes(found: Explanation) -> set[str]:
    return {step.code for step in found.steps}


def said(value: Decimal | None) -> str:
    return f"{value:,.2f}".replace(",", " ").replace(".", ",")


def test_a_row_taken_away_moves_the_lines_that_name_it_and_what_follows(ledger: Ledger) -> None:
    for n, amount in enumerate((200_000, 450_000, 380_000, 90_000), start=1):
        pay(ledger, f"p{n}", date(2026, 3, n), amount, f"к{n % 3}")
    for n in range(5):
        ledger.put(
            "deals", f"d{n}", client_id="к1", owner=IVANOV, stage="Переговоры",
            next_step="Звонок", step_on=date(2026, 3, 3 + n),
        )  # fmt: skip
    ledger.put("absences", "a1", who=IVANOV, **{"from": date(2026, 3, 4), "to": date(2026, 3, 5)})
    rule(ledger, "коэффициент плана", start=0, factor=D("0.9"))
    rule(ledger, "премия", base="новые клиенты", rate=100)
    before = {s.code: s for s in told(ledger, MARCH).steps}
    rows = [("payments", f"p{n}") for n in range(1, 5)]
    rows += [("deals", "d0"), ("absences", "a1")]
    for table, row_id in rows:
        with ledger.team.store.write() as writer:
            by = ledger.stamp(writer, Source.PERSON)
            number = writer.rows(table)[row_id].number
            writer.bury(table, row_id, by=by)
        ledger.settle()
        after = {s.code: s for s in told(ledger, MARCH).steps}
        moved = {c for c in before if c not in after or after[c].amount != before[c].amount}
        shown = {"payments": f"О-{number}", "deals": f"С-{number}", "absences": ""}[table]
        named = {c for c, s in before.items() if any(o.number == shown for o in s.sources)}
        if table == "absences":
            named = {"base"}
        follows = set(named)
        for code, step in before.items():
            if follows & set(step.uses):
                follows.add(code)
        assert named, (table, row_id)
        assert named <= moved or still_counted(named - moved), (row_id, named - moved)
        assert moved <= follows, (row_id, moved - follows)
        with ledger.team.store.write() as writer:
            writer.revive(table, row_id, by=by)
        ledger.settle()


def still_counted(codes: set[str]) -> bool:
    """A later payment of a client becomes the first one, so that the count stands."""
    return codes <= {"new_clients", "spiff"}


def test_an_approved_month_stands_and_the_difference_comes_into_the_open_one(
    ledger: Ledger,
) -> None:
    pay(ledger, "p1", date(2026, 2, 10), 500_000)
    pay(ledger, "p2", date(2026, 3, 3), 100_000)
    at(ledger, 3, 5)
    before = paid(ledger, FEBRUARY).pay.pay
    assert before == 40_000 + 15_000 + 3000
    answer = approve(ledger.team, "2026-02", world=world(ledger))
    assert answer.facts["approved"] == [IVANOV, SMIRNOVA]
    open_month = figures(ledger).pay
    pay(ledger, "p3", date(2026, 2, 20), 200_000, "к2")
    rule(ledger, "оклад", "later", rate=1)
    kept = paid(ledger, FEBRUARY)
    assert kept.pay.pay == before == slips(ledger)[IVANOV.casefold(), FEBRUARY].gross
    now = figures(ledger)
    assert now.pay is not None
    assert open_month is not None
    (line,) = (x for x in now.lines if x.code.startswith("correction"))
    assert (line.title, line.now) == ("Поправка за февраль", D(6000 + 3000))
    assert now.pay[0] == paid(ledger, MARCH).pay.pay
    assert now.scheme is not None
    assert now.scheme.correction == 9000
    step = next(s for s in told(ledger, MARCH).steps if s.code.startswith("correction"))
    first = step.sources[0]
    assert (first.what, first.note[:7]) == ("ООО «к2»", "было не")


def test_who_left_is_paid_for_the_month_and_moves_no_closed_one(ledger: Ledger) -> None:
    rule(ledger, "команда", rate=1)
    ledger.put("staff", SMIRNOVA.casefold(), department="Опт")
    ledger.put("clients", "к2", name="Вектор", owner=SMIRNOVA)
    for month in (2, 3):
        pay(ledger, f"p{month}", date(2026, month, 3), 400_000)
        ledger.put(
            "payments", f"s{month}", date=date(2026, month, 4), amount=200_000, client_id_to="к2"
        )
    at(ledger, 3, 20)
    approve(ledger.team, "2026-02", world=world(ledger))
    assert paid(ledger, FEBRUARY).pay.total.variable == 12_000 + 3000 + 3000
    ledger.put("staff", SMIRNOVA.casefold(), active="нет")
    assert paid(ledger, MARCH).corrections == ()
    payroll = {row.name: row.gross for row in ledger.thought().team.payroll}
    assert payroll[SMIRNOVA] == 40_000 + 6000 + 0
    with month_of(ledger, date(2026, 4, 2)) as later:
        names = [row.name for row in payroll_rows(later, date(2026, 4, 1), later.inputs)]
    assert names == [IVANOV]


def test_a_correction_is_paid_once(ledger: Ledger) -> None:
    pay(ledger, "p1", date(2026, 2, 10), 500_000)
    at(ledger, 3, 5)
    approve(ledger.team, "2026-02", world=world(ledger))
    ledger.put("payments", "p1", amount=400_000)
    at(ledger, 4, 2)
    march = paid(ledger, MARCH)
    assert [(c.month, c.amount) for c in march.corrections] == [("2026-02", D(-3000))]
    approve(ledger.team, "2026-03", world=world(ledger))
    assert paid(ledger, date(2026, 4, 1)).corrections == ()
    ledger.put("payments", "p1", amount=500_000)
    later = paid(ledger, date(2026, 4, 1))
    assert [(c.month, c.amount) for c in later.corrections] == [("2026-02", D(3000))]


def test_an_approval_is_undone_and_given_again(ledger: Ledger) -> None:
    pay(ledger, "p1", date(2026, 2, 10), 500_000)
    at(ledger, 3, 5)
    answer = approve(ledger.team, "2026-02", world=world(ledger))
    batch = answer.facts["undo"]
    assert isinstance(batch, int)
    undo(ledger.team, batch, now=ledger.now, dry_run=False)
    assert not slips(ledger)
    ledger.put("payments", "p1", amount=100_000)
    assert paid(ledger, FEBRUARY).slip is None
    approve(ledger.team, "2026-02", world=world(ledger))
    assert slips(ledger)[IVANOV.casefold(), FEBRUARY].gross == 40_000 + 3000 + 3000
    again = approve(ledger.team, "2026-02", world=world(ledger))
    assert again.facts["approved"] == []
    assert again.lines[-1] == "Зарплата за февраль 2026 уже утверждена."


def test_the_count_of_late_steps_is_no_line_that_moved_the_sum(ledger: Ledger) -> None:
    for day, late in ((10, 1), (11, 3)):
        lines = tuple(
            OutlookLine(code, *(D(v),) * 3) for code, v in (("base", 40_000), ("~late", late))
        )
        seen = DayOutlook(IVANOV, date(2026, 3, day), *(D(40_000),) * 3, lines)
        with ledger.team.store.write() as writer:
            writer.remember_outlook(seen)
    assert figures(ledger).changes == ()


def test_an_approval_of_nobody_is_kept_and_starts_nothing(ledger: Ledger) -> None:
    ledger.put("inputs", "x", what="approved", who="#payroll.7.approved", month=FEBRUARY, said="да")
    versions = []
    for _ in range(2):
        with ledger.team.store.write() as writer:
            settled = settle(
                ledger.team, writer, ledger.now, {}, lambda: "", ledger.stamp(writer, Source.RULE)
            )
            before = writer.version()
            think(writer, settled, (), ())
            versions.append(writer.version() - before)
    assert versions == [0, 0]
    assert not slips(ledger)


def test_a_running_month_is_not_approved_and_a_dry_run_keeps_nothing(ledger: Ledger) -> None:
    with pytest.raises(WrongPlace):
        approve(ledger.team, "2026-03", world=world(ledger))
    approve(ledger.team, "2026-02", world=world(ledger), dry_run=True)
    assert not slips(ledger)


def test_the_tax_knows_the_months_before(ledger: Ledger) -> None:
    rule(ledger, "оклад", "own", scheme=IVANOV, rate=1_500_000)
    for number in (1, 2, 3):
        pay(ledger, f"p{number}", date(2026, number, 2), 1)
    at(ledger, 3, 31)
    team = ledger.thought().team
    row = next(r for r in team.payroll if r.name == IVANOV)
    assert row.gross == D("1500000.03")
    with month_of(ledger) as month:
        taxes = []
        for start in (date(2026, 1, 1), FEBRUARY, MARCH):
            found = month.book.month(IVANOV, start)
            assert found is not None
            taxes.append(month.book.tax(found).tax)
    new = D(3000) * D("0.13")
    assert taxes[0] == 195_000 + new
    over = 2 * 1_500_000 + 3000 - 2_400_000
    assert taxes[1] == 2_400_000 * D("0.13") + over * D("0.15") - taxes[0]
    assert taxes[2] == row.tax == 225_000
    assert row.net == row.gross - 225_000


def test_a_guarantee_is_taken_back_from_later_pay_and_a_minus_is_carried(ledger: Ledger) -> None:
    rule(ledger, "гарантия", base="возвратная", rate=70_000)
    pay(ledger, "p1", date(2026, 1, 12), 100_000)
    pay(ledger, "p2", date(2026, 2, 2), 2_000_000)
    january, february = paid(ledger, date(2026, 1, 1)), paid(ledger, FEBRUARY)
    assert january.pay.total.topup == 70_000 - 40_000 - 6000
    assert february.pay.total.recovered == 24_000
    rule(ledger, "перенос")
    rule(ledger, "возвраты", start=90)
    ledger.put("payments", "p3", date=date(2026, 3, 2), amount=-900_000, client_id_to="к1")
    march = paid(ledger, MARCH)
    rate = D("0.035")
    assert march.pay.total.carry_out == 900_000 * rate
    assert march.pay.basis == 0


def test_the_margin_of_won_deals_is_a_basis(ledger: Ledger) -> None:
    ledger.put("clients", "к1", name="Орион", owner=IVANOV)
    deal = {"client_id": "Орион", "owner": IVANOV, "client_id_to": "к1"}
    ledger.put(
        "deals",
        "d1",
        stage="Успешно",
        amount=300_000,
        cost=200_000,
        closed_on=date(2026, 3, 4),
        **deal,
    )
    ledger.put("deals", "d2", stage="Договор", amount=100_000, cost=40_000, **deal)
    for n, (who, amount) in enumerate((("d1", 150_000), ("d2", 50_000))):
        ledger.put(
            "payments",
            f"p{n}",
            date=date(2026, 2, 25),
            amount=amount,
            client_id_to="к1",
            deal_id_to=who,
        )
    rule(ledger, "шкала", "own", scheme=IVANOV, base="маржа, только закрытые", start=0, rate=10)
    found = paid(ledger, MARCH)
    assert found.pay.basis == 50_000
    assert [p.amount for p in found.pieces["held"]] == [30_000]
    rule(ledger, "шкала", "own", scheme=IVANOV, base="отгрузка", start=0, rate=10)
    ledger.put("deals", "d2", fulfil="10.03.2026")
    assert paid(ledger, MARCH).pay.basis == 100_000
    rule(ledger, "шкала", "own", scheme=IVANOV, base="оплаты, без ндс", start=0, rate=10)
    ledger.put(
        "payments", "p9", date=date(2026, 3, 1), amount=120_000, vat=20_000, client_id_to="к1"
    )
    assert paid(ledger, MARCH).pay.basis == 100_000


def test_a_rule_that_means_nothing_is_asked_about(ledger: Ledger) -> None:
    rule(ledger, "показатель", base="звонки")
    ledger.settle()
    (asked,) = ledger.questions(QuestionKind.PROBLEM)
    assert asked.whom == OWNER
    assert asked.where.endswith("«Ставка»")
    assert "показатель, «Ставка»: пусто" in asked.wrong
    assert asked.proposal == "Впишите, сколько рублей за 100 %"
    rule(ledger, "показатель", base="звонки", rate=5000)
    ledger.settle()
    assert not ledger.questions(QuestionKind.PROBLEM)


def test_a_new_scheme_is_tried_on_past_months(ledger: Ledger, tmp_path: Path) -> None:
    pay(ledger, "p1", date(2026, 1, 12), 500_000)
    pay(ledger, "p2", date(2026, 2, 2), 1_200_000)
    approve(ledger.team, "2026-02", world=world(ledger))
    file = tmp_path / "новая.csv"
    head = "Схема;Компонент;База;Порог от;Ставка\n"
    same = "оклад;;;40000\n{0};шкала;;0;3\n{0};шкала;;1000000;4\n{0};новые клиенты;;;3000\n"
    file.write_text(head + "Основная;" + same.format("Основная"), encoding="utf-8")
    answer = simulate(ledger.team, file, 2, world=world(ledger))
    assert answer.facts["old"] == answer.facts["new"] == 58_000 + 78_000 + 40_000
    assert any("сходится с утверждённым, 2 из 2" in line for line in answer.lines)
    file.write_text(head + "Новая;оклад;;;60000\nНовая;процент;;;1\nНовая;процен;;;1\n", "utf-8")
    answer = simulate(ledger.team, file, 2, world=world(ledger))
    assert answer.facts["new"] == 3 * 60_000 + 17_000
    line = next(one for one in answer.lines if one.startswith(IVANOV))
    assert line.endswith("+1 000,00  больше")
    assert answer.lines[-1].startswith("новая.csv, строка 4: Компонент: процен.")


@pytest.mark.parametrize(
    ("words", "month"),
    [
        ("02.2026", FEBRUARY),
        ("2026-02", FEBRUARY),
        ("2026-02-01", FEBRUARY),
        ("февраль", FEBRUARY),
        ("Февраля 2026 г.", FEBRUARY),
        ("декабрь", date(2025, 12, 1)),
        ("04.2026", None),
        ("13.2026", None),
        ("прошлый", None),
        ("", None),
    ],
)
def test_a_month_is_picked_in_words(words: str, month: date | None) -> None:
    assert picked_month(words, date(2026, 3, 12)) == month


def test_a_signal_is_told_by_the_rules_of_its_column(ledger: Ledger) -> None:
    ledger.put("clients", "к1", name="Орион", owner=IVANOV)
    mine = {"client_id": "Орион", "client_id_to": "к1", "owner": IVANOV, "stage": "Переговоры"}
    ledger.put("deals", "d1", next_step="Звонок", step_on=date(2026, 3, 9), **mine)
    ledger.put("deals", "d2", **mine)
    ledger.put("deals", "d3", **{**mine, "stage": "Отказ"})
    said = {}
    for row_id in ("d1", "d2", "d3"):
        number = ledger.row("deals", row_id).number
        answer = explain(ledger.team, Why.SIGNAL, f"с-{number}", None, world=world(ledger))
        found = first_of(answer)
        said[row_id] = (found.shown, len(found.steps))
    assert said == {
        "d1": ("Просрочено на 3 дн.", 6),
        "d2": ("Нет следующего шага", 3),
        "d3": ("Выберите причину отказа", 1),
    }
    with pytest.raises(WrongPlace):
        explain(ledger.team, Why.SIGNAL, "С-999", None, world=world(ledger))


def test_a_plan_is_told_with_its_rows(ledger: Ledger) -> None:
    pay(ledger, "p1", date(2026, 3, 2), 300_000)
    answer = explain(ledger.team, Why.PLAN, "Иванов", None, world=world(ledger))
    found = first_of(answer)
    steps = {step.code: step for step in found.steps}
    assert steps["plan"].amount == 1_200_000
    assert [s.amount for s in steps["fact"].sources] == [300_000]
    team = ledger.thought().team
    line = next(x for x in team.plan_fact[Span.MONTH, team.money_measure] if x.who == IVANOV)
    shown = (line.pct, line.expected, line.deviation, line.runrate, line.per_day)
    assert (
        tuple(steps[c].amount for c in ("pct", "expected", "deviation", "runrate", "per_day"))
        == shown
    )
    assert found.figure == line.fact


def test_figures_of_a_closed_month_are_those_that_were_approved(ledger: Ledger) -> None:
    pay(ledger, "p1", date(2026, 2, 10), 500_000)
    approve(ledger.team, "2026-02", world=world(ledger))
    ledger.put("payments", "p1", amount=1)
    with month_of(ledger, date(2026, 2, 28)) as month:
        seen = person_figures(month, IVANOV)
    assert seen.pay == (D(58_000), D(58_000), D(58_000))
    assert sum(line.now for line in seen.lines) == 58_000
