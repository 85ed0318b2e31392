"""Leads and the base given out in a team's store."""

from datetime import date
from typing import Any

from sync.assigning import base_moves, lead_moves
from sync.commands.assigning import assign
from sync.commands.past import undo
from tests.sync.ledger import IVANOV, SMIRNOVA, TODAY, Ledger
from tests.worlds import world_of


def world(ledger: Ledger):
    return world_of(lambda: ledger.now, bytes)


def test_a_waiting_lead_gets_a_manager_and_the_rule_stands_in_its_row(ledger: Ledger) -> None:
    ledger.put("routing", "r1", name="Сайт по очереди", source="Сайт")
    for number in (1, 2, 3):
        ledger.put("leads", f"L{number}", name=f"Имя {number}", source="сайт", state="Новая")
    ledger.put("leads", "L4", name="Имя 4", source="Выставка", state="Новая")
    ledger.settle()
    owners = {
        i: (r.values.get("owner"), r.values.get("rule")) for i, r in ledger.rows("leads").items()
    }
    assert owners == {
        "L1": (IVANOV, "Сайт по очереди"),
        "L2": (SMIRNOVA, "Сайт по очереди"),
        "L3": (IVANOV, "Сайт по очереди"),
        "L4": (None, None),
    }
    thought = ledger.thought()
    shown = thought.columns.of_table("routing", thought.scene.rows["routing"])
    assert shown["r1"]["fired"] == 3
    leads = thought.columns.of_table("leads", thought.scene.rows["leads"])
    assert leads["L1"]["rule"] == "Сайт по очереди"


def test_turns_go_on_where_they_stopped(ledger: Ledger) -> None:
    ledger.put("routing", "r1", name="Всем")
    ledger.put("leads", "L1", name="Первый", state="Новая")
    ledger.settle()
    ledger.put("leads", "L2", name="Второй", state="Новая")
    ledger.settle()
    assert ledger.row("leads", "L2").values["owner"] == SMIRNOVA


def test_a_lead_of_a_known_client_goes_to_whoever_leads_it(ledger: Ledger) -> None:
    ledger.put("routing", "r1", name="Всем", whom="Иванов")
    ledger.put("clients", "c1", name="Альфа", phone="+7 495 123-45-67", owner=SMIRNOVA)
    ledger.put("leads", "L1", name="Альфа", phone="84951234567", state="Новая")
    ledger.settle()
    lead = ledger.row("leads", "L1").values
    assert (lead["owner"], lead["rule"]) == (SMIRNOVA, "Уже ведёт клиента")


def test_a_manager_taken_out_by_a_person_is_not_put_back(ledger: Ledger) -> None:
    ledger.put("routing", "r1", name="Всем")
    ledger.put("leads", "L1", name="Первый", state="Новая")
    ledger.settle()
    ledger.type("leads", "L1", owner=None)
    assert ledger.row("leads", "L1").values.get("owner") is None


def test_who_is_away_today_gets_nothing(ledger: Ledger) -> None:
    ledger.put("routing", "r1", name="Всем")
    row = {"who": IVANOV, "from": TODAY, "to": date(2026, 3, 20), "kind": "отпуск"}
    ledger.put("absences", "a1", **row)
    ledger.put("leads", "L1", name="Первый", state="Новая")
    ledger.settle()
    assert ledger.row("leads", "L1").values["owner"] == SMIRNOVA


def test_without_rules_nothing_moves(ledger: Ledger) -> None:
    ledger.put("leads", "L1", name="Первый", state="Новая")
    settled = ledger.settle()
    assert lead_moves(settled.scene) == ()
    assert ledger.row("leads", "L1").values.get("owner") is None


def test_the_base_of_who_left_is_divided_with_its_open_deals(ledger: Ledger) -> None:
    """The dry run shows the moves and does nothing; the batch can be undone."""
    ledger.put("routing", "r1", name="База", kind="база", way="наименее занятый")
    ledger.put("staff", "gone", fio="Козлов Иван", role="менеджер", active="нет")
    ledger.put("clients", "c1", name="Альфа", owner="Козлов Иван")
    ledger.put("clients", "c2", name="Бета", owner=IVANOV)
    ledger.put("clients", "c3", name="Гамма")
    deal = {"client_id": "Альфа", "client_id_to": "c1", "stage": "Новая", "amount": 100}
    ledger.put("deals", "d1", owner="Козлов Иван", **deal)
    before: Any = assign(ledger.team, world(ledger), base=True, dry_run=True).facts
    assert [m["person"] for m in before["moves"]] == [SMIRNOVA, IVANOV]
    assert ledger.row("clients", "c1").values["owner"] == "Козлов Иван"
    done: Any = assign(ledger.team, world(ledger), base=True, dry_run=False)
    assert ledger.row("clients", "c1").values["owner"] == SMIRNOVA
    assert ledger.row("deals", "d1").values["owner"] == SMIRNOVA
    assert any("База" in line for line in done.lines)
    undo(ledger.team, done.facts["batch"], now=ledger.now, dry_run=False)
    assert ledger.row("clients", "c1").values["owner"] == "Козлов Иван"
    assert ledger.row("deals", "d1").values["owner"] == "Козлов Иван"


def test_a_client_in_work_goes_to_who_works_on_it(ledger: Ledger) -> None:
    ledger.put("routing", "r1", name="База", kind="база", whom="Иванов")
    ledger.put("clients", "c1", name="Альфа")
    deal = {"client_id": "Альфа", "client_id_to": "c1", "stage": "Новая"}
    ledger.put("deals", "d1", owner=SMIRNOVA, **deal)
    (move,) = base_moves(ledger.settle().scene, {})
    assert move.choice.person == SMIRNOVA


def test_a_rule_that_cannot_be_meant_is_told(ledger: Ledger) -> None:
    ledger.put("routing", "r1", name="Кривое", whom="Козлов")
    said: Any = assign(ledger.team, world(ledger), base=False, dry_run=True)
    assert "Кривое" in said.lines[0]
    assert said.facts["doubts"][0]["rule"] == "Кривое"
