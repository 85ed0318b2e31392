"""The quality of cards as an indicator of pay (F059)."""

from datetime import date
from decimal import Decimal

import pytest

from model.records import DayOutlook, OutlookLine
from sync.explain.places import Places
from sync.explain.salary import explain_salary
from sync.figures.earning import QUALITY_MARK
from sync.figures.month import Month
from sync.figures.people import day_outlook
from sync.thinking import make_month
from tests.sync.ledger import IVANOV, TODAY, Ledger
from tests.sync.quality.test_scoring import rules


@pytest.fixture
def selling(ledger: Ledger) -> Ledger:
    """Ivanov sold 100 000 at 3 %; half of his two cards say the town."""
    rules(ledger, {"field": "Город"})
    ledger.put("clients", "c1", name="Альфа", owner=IVANOV, city="Тверь")
    ledger.put("clients", "c2", name="Бета", owner=IVANOV)
    deal = {"client_id": "Альфа", "client_id_to": "c1", "owner": IVANOV}
    ledger.put("deals", "d1", stage="Успешно", amount=100_000, closed_on=date(2026, 1, 5), **deal)
    money = {"client_id_to": "c1", "deal_id_to": "d1"}
    ledger.put("payments", "p1", date=TODAY, amount=100_000, payer="Альфа", **money)
    return ledger


def rule(ledger: Ledger, component: str, **cells) -> None:
    ledger.put(
        "pay_rules",
        f"q{component}",
        scheme="Основная",
        component=component,
        base="качество карточек",
        **cells,
    )


def month(ledger: Ledger) -> Month:
    with ledger.team.store.write() as writer:
        from model.records import Source

        settled = ledger._settle(writer, {}, ledger.stamp(writer, Source.RULE))
        return make_month(writer, settled.scene, TODAY)


def lines(ledger: Ledger) -> dict[str, Decimal]:
    figures = ledger.thought().of(IVANOV)
    assert figures is not None
    return {line.code: line.now for line in figures.lines}


def test_below_the_threshold_the_percent_is_multiplied(selling: Ledger) -> None:
    before = lines(selling)
    rule(selling, "порог", start=80, factor=Decimal("0.9"))
    now = lines(selling)
    assert now["gate"] == Decimal("-300.00")
    assert now["base"] == before["base"]
    selling.put("clients", "c2", city="Клин")
    assert lines(selling).get("gate", 0) == 0


def test_an_indicator_pays_by_the_share_of_the_norm(selling: Ledger) -> None:
    """50 of the norm 85 is 58.82 % of 10 000."""
    rule(selling, "показатель", rate=10_000)
    assert lines(selling)["kpi"] == Decimal("5882.35")


def test_the_line_says_what_it_was_counted_from(selling: Ledger) -> None:
    rule(selling, "порог", start=80, factor=Decimal("0.9"))
    with selling.team.store.write() as writer:
        from model.records import Source

        settled = selling._settle(writer, {}, selling.stamp(writer, Source.RULE))
        found = make_month(writer, settled.scene, TODAY)
        paid = found.book.month(IVANOV, TODAY.replace(day=1))
        assert paid is not None
        told = explain_salary(found, paid, Places(selling.team.blueprint, ()))
        writer.cancel()
    (step,) = [one for one in told.steps if one.code == "gate"]
    assert "качество карточек, %: 50, нужно 80" in step.how


def test_a_month_that_is_over_keeps_the_quality_of_its_last_day(selling: Ledger) -> None:
    rule(selling, "порог", start=80, factor=Decimal("0.9"), since=date(2026, 1, 1))
    figures = selling.thought().of(IVANOV)
    assert figures is not None
    seen = day_outlook(figures)
    assert seen is not None
    assert {line.code: line.now for line in seen.lines}[QUALITY_MARK] == 50
    last = date(2026, 2, 27)
    with selling.team.store.write() as writer:
        kept = (OutlookLine(QUALITY_MARK, Decimal(70), Decimal(70), Decimal(70)),)
        zero = Decimal(0)
        writer.remember_outlook(DayOutlook(IVANOV, last, zero, zero, zero, kept))
        from model.records import Source

        settled = selling._settle(writer, {}, selling.stamp(writer, Source.RULE))
        book = make_month(writer, settled.scene, TODAY).book
        paid = book.month(IVANOV, date(2026, 2, 1))
        missing = book.month(IVANOV, date(2026, 1, 1))
    assert paid is not None
    assert missing is not None
    assert paid.around.measures["quality"].fact == 70
    assert missing.around.measures["quality"].fact == 100
