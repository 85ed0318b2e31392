"""Payments, calls and invoices of nobody, won deals without money: found, asked, mended."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from model.records import Question, QuestionKind, Source
from model.values import Value
from sync.commands.reconciling import reconcile
from sync.figures.contribute import call_parts
from sync.quality.daily import look_again
from sync.quality.reconciling import ALONE, ASK_KEY, HABIT, MANY
from tests.sync.ledger import IVANOV, OWNER, Ledger, days
from tests.worlds import world_of

NUMBER = "+74957770011"


@pytest.fixture
def trade(ledger: Ledger) -> Ledger:
    ledger.put("clients", "c1", name="Альфа", owner=IVANOV, inn="7707083893")
    ledger.put("clients", "c2", name="Бета", owner=IVANOV, phone="+7 495 111-22-33")
    return ledger


def pay(ledger: Ledger, row_id: str, client: str | None, amount: int, **more: Any) -> None:
    link = {} if client is None else {"client_id_to": client}
    ledger.put("payments", row_id, date=days(-3), amount=amount, payer="П", **link, **more)


def call(ledger: Ledger, row_id: str, number: str, *, seconds: int = 60, who: str = IVANOV) -> None:
    """A call of yesterday in the log, as an import puts it there."""
    at = datetime.combine(days(-1), datetime.min.time()).replace(hour=11)
    values: dict[str, Any] = {
        "at": at,
        "number": number,
        "seconds": Decimal(seconds),
        "answered": seconds > 0,
        "manager": who,
    }
    with ledger.team.store.write() as writer:
        writer.put("call_log", row_id, values, by=ledger.stamp(writer, Source.IMPORT))
        writer.set_contributions("call_log", row_id, call_parts(values))
        look_again(writer, ledger.now.astimezone(UTC))


def asked(ledger: Ledger, start: str) -> list[Question]:
    ledger.settle()
    with ledger.reader() as reader:
        from model.records import Stance

        waiting = reader.questions(stances={Stance.OPEN, Stance.LATER})
    return [q for q in waiting if q.key.startswith(start)]


def test_a_payment_with_nothing_to_pay_for_makes_a_deal(trade: Ledger) -> None:
    pay(trade, "p1", "c1", 54_000)
    (question,) = asked(trade, "payment-alone|")
    assert question.whom == IVANOV
    assert question.money == 54_000
    answered = trade.answer(question, "Да")
    (deal,) = trade.rows("deals").values()
    assert (deal.values["stage"], deal.values["amount"]) == ("Успешно", 54_000)
    assert deal.values["owner"] == IVANOV
    assert trade.row("payments", "p1").links["deal_id"] == deal.row_id
    assert asked(trade, "payment-alone|") == []
    trade.answer(answered, "Отменить")
    assert trade.rows("deals") == {}


def test_a_payment_of_a_client_in_work_is_not_asked_about_twice(trade: Ledger) -> None:
    deal = {"client_id": "Альфа", "client_id_to": "c1", "owner": IVANOV, "stage": "Новая"}
    trade.put("deals", "d1", amount=54_000, **deal)
    pay(trade, "p1", "c1", 54_000)
    assert asked(trade, "payment-alone|") == []
    assert trade.row("payments", "p1").links["deal_id"] == "d1"


def test_an_old_payment_is_listed_and_not_asked_about(trade: Ledger) -> None:
    trade.put("payments", "p1", date=days(-200), amount=10, payer="П", client_id_to="c1")
    assert asked(trade, "payment-alone|") == []
    said: Any = reconcile(trade.team, world_of(lambda: trade.now, bytes)).facts
    assert [(one["gap"].value, one["question"]) for one in said["findings"]] == [("payment", None)]


@pytest.fixture
def without_deals(trade: Ledger) -> Ledger:
    """A team that books payments and no deals."""
    paid: dict[str, Value] = {"date": days(-3), "payer": "П"}
    with trade.team.store.write() as writer:
        rows = {f"p{n}": {**paid, "amount": Decimal(100 + n)} for n in range(MANY)}
        links = {row: {"client_id": "c1"} for row in rows}
        writer.put_many("payments", rows, links=links, by=trade.stamp(writer, Source.IMPORT))
    return trade


def test_one_answer_settles_payments_of_a_team_that_keeps_no_deals(without_deals: Ledger) -> None:
    team = without_deals
    assert asked(team, f"{ALONE}|") == []
    (question,) = asked(team, HABIT)
    assert question.whom == OWNER
    assert question.wrong.startswith("За 60 дней 10\xa0оплат из 10 - ")
    answered = team.answer(question, "Да")
    pay(team, "p99", "c1", 54_000)
    assert asked(team, ALONE) == asked(team, HABIT) == []
    said: Any = reconcile(team.team, world_of(lambda: team.now, bytes)).facts
    assert len(said["findings"]) == MANY + 1, "still listed"
    team.answer(answered, "Отменить")
    assert [q.number for q in asked(team, HABIT)] == [question.number]
    assert team.rows("deals") == {}


def test_who_answers_no_is_asked_about_each(without_deals: Ledger) -> None:
    team = without_deals
    team.answer(asked(team, HABIT)[0], "Нет")
    assert len(asked(team, f"{ALONE}|")) == MANY
    assert asked(team, HABIT) == []


def test_the_settings_say_for_good_whether_payments_are_asked_about(without_deals: Ledger) -> None:
    team = without_deals
    team.put("general", "s1", key=ASK_KEY, value="да")
    assert len(asked(team, f"{ALONE}|")) == MANY
    team.put("general", "s1", value="Нет")
    assert asked(team, ALONE) == asked(team, HABIT) == []


def test_a_team_with_deals_is_asked_about_each_payment(without_deals: Ledger) -> None:
    team = without_deals
    for n in range(MANY + 1):
        deal = {"owner": IVANOV, "stage": "Успешно", "amount": 70, "client_id_to": "c2"}
        team.put("deals", f"d{n}", **deal)
        pay(team, f"q{n}", "c2", 70, deal_id_to=f"d{n}")
    assert len(asked(team, f"{ALONE}|")) == MANY
    assert asked(team, HABIT) == []


def test_a_number_that_nobody_knows_becomes_a_lead(trade: Ledger) -> None:
    call(trade, "k1", "8 495 777-00-11")
    call(trade, "k2", NUMBER, seconds=0)
    call(trade, "k3", "84951112233")
    (question,) = asked(trade, "caller|")
    assert f"2\xa0звонка, {IVANOV}, разговоров 1" in question.wrong
    assert question.whom == IVANOV
    trade.answer(question, "Да")
    (lead,) = trade.rows("leads").values()
    assert (lead.values["phone"], lead.values["owner"]) == (NUMBER, IVANOV)
    call(trade, "k4", NUMBER)
    assert asked(trade, "caller|") == []


def test_a_number_that_is_written_into_a_card_is_asked_about_no_more(trade: Ledger) -> None:
    call(trade, "k1", NUMBER)
    assert asked(trade, "caller|")
    trade.put("clients", "c1", phone=NUMBER)
    assert asked(trade, "caller|") == []


def test_calls_that_never_became_a_talk_are_only_listed(trade: Ledger) -> None:
    call(trade, "k1", NUMBER, seconds=0)
    assert asked(trade, "caller|") == []
    said: Any = reconcile(trade.team, world_of(lambda: trade.now, bytes)).facts
    assert [one["number"] for one in said["findings"]] == ["+7 495 777-00-11"]


def test_an_invoice_without_a_client_is_offered_whoever_paid_that_sum(trade: Ledger) -> None:
    trade.put("deals", "d1", owner=IVANOV, stage="Счёт выставлен", amount=70_000)
    (question,) = asked(trade, "invoice|")
    assert question.kind is QuestionKind.PROBLEM
    pay(trade, "p1", "c2", 70_000)
    (question,) = asked(trade, "invoice|")
    assert question.kind is QuestionKind.CLIENT
    trade.answer(question, "Да")
    assert trade.row("deals", "d1").links["client_id"] == "c2"
    assert asked(trade, "invoice|") == []


def test_a_won_deal_without_money_is_offered_a_loose_payment(trade: Ledger) -> None:
    won = {"client_id": "Альфа", "client_id_to": "c1", "owner": IVANOV, "stage": "Успешно"}
    trade.put("deals", "d1", amount=90_000, closed_on=days(-20), **won)
    trade.put("deals", "d2", amount=10_000, closed_on=days(-5), **won)
    (question,) = asked(trade, "unpaid|")
    assert (question.row_id, question.kind) == ("d1", QuestionKind.PROBLEM)
    assert "20 дн." in question.wrong
    pay(trade, "p1", None, 90_000)
    (question,) = asked(trade, "unpaid|")
    assert question.kind is QuestionKind.PAYMENT
    trade.answer(question, "Да")
    assert trade.row("payments", "p1").links["deal_id"] == "d1"
    assert asked(trade, "unpaid|") == []


def test_the_command_names_the_question_to_answer(trade: Ledger) -> None:
    pay(trade, "p1", "c1", 54_000)
    (question,) = asked(trade, "payment-alone|")
    said = reconcile(trade.team, world_of(lambda: trade.now, bytes))
    assert said.lines[0] == "Оплаты без сделки: 1 на 54 000 руб."
    assert any(f" {question.number}  " in line for line in said.lines)
    assert said.lines[-1] == "Ответить: sheetcrm questions НОМЕР да"
