"""Findings of clients with money in work are asked about first."""

from decimal import Decimal

from model.records import QuestionKind
from tests.sync.ledger import IVANOV, Ledger


def test_a_finding_weighs_what_the_client_has_in_work(ledger: Ledger) -> None:
    for number, name in enumerate(("Альфа", "Бета")):
        ledger.put("clients", f"c{number}", name=name, owner=IVANOV, inn="7707083890")
    deal = {"client_id": "Бета", "client_id_to": "c1", "owner": IVANOV, "next_step": "Звонок"}
    ledger.put("deals", "d1", stage="Новая", amount=70_000, **deal)
    ledger.put("deals", "d2", stage="Отказ", amount=10, lost_reason="Дорого", **deal)
    ledger.settle()
    asked = ledger.questions(QuestionKind.PROBLEM)
    money = {q.row_id: q.money for q in asked if q.table == "clients" and q.column == "inn"}
    assert money == {"c0": None, "c1": Decimal(70_000)}
