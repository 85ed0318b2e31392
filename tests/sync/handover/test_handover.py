"""One person's clients go to another: what is told, what moves, what stays, and back again."""

from datetime import date, timedelta
from typing import Any

import pytest

from model.errors import NoSuchPerson, WrongPlace
from model.figures import Measure, Period
from model.records import QuestionKind
from sync.commands.handing import handover
from sync.commands.past import batches, undo
from sync.handover.gathering import gather
from sync.handover.page import render_packet
from sync.scene import PAST_OWNERS, owner_on
from sync.thinking import make_month
from tests.sync.ledger import IVANOV, SMIRNOVA, TODAY, Ledger, days
from tests.worlds import world_of

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))


@pytest.fixture
def trade(ledger: Ledger) -> Ledger:
    """Ivanov: a debtor, a late promise, a silent client, a quiet one; Smirnova: one of her own."""
    for number, (name, owner) in enumerate(
        (
            ("Альфа", IVANOV),
            ("Бета", IVANOV),
            ("Вега", IVANOV),
            ("Гамма", IVANOV),
            ("Дельта", SMIRNOVA),
        ),
        start=1,
    ):
        ledger.put("clients", f"c{number}", name=name, owner=owner, phone="+7 495 111-11-11")
    won = {"stage": "Успешно", "closed_on": days(-60), "expected_on": days(-40)}
    _deal(ledger, "d1", "c1", "Альфа", amount=90_000, **won)
    _deal(ledger, "d2", "c2", "Бета", stage="Новая", next_step="КП", step_on=days(-3))
    _deal(ledger, "d3", "c4", "Гамма", stage="Новая", next_step="Звонок", step_on=days(5))
    _deal(ledger, "d4", "c5", "Дельта", stage="Новая", amount=70_000)
    _deal(ledger, "d5", "c4", "Гамма", owner=SMIRNOVA, stage="Новая", next_step="Её шаг")
    paid = {"amount": 40_000, "client_id_to": "c3", "payer": "Вега"}
    ledger.put("payments", "p1", date=days(-100), **paid)
    ledger.put("payments", "p2", date=days(-5), amount=1_000, client_id_to="c2", payer="Бета")
    ledger.put("leads", "l1", name="Новый", state="Новая", owner=IVANOV, text="Кровля")
    ledger.put("leads", "l2", name="Старый", state="Брак", owner=IVANOV)
    ledger.put("tasks", "t1", what="Позвонить", assignee=IVANOV, state="новая", due=days(-1))
    ledger.put("tasks", "t2", what="Сделано", assignee=IVANOV, state="сделано")
    return ledger


def _deal(ledger: Ledger, row_id: str, client: str, name: str, **cells: Any) -> None:
    given = {"owner": IVANOV, **cells}
    ledger.put("deals", row_id, client_id=name, client_id_to=client, **given)


def world(ledger: Ledger):
    return world_of(lambda: ledger.now, bytes)


def give(ledger: Ledger, **more: Any):
    return handover(ledger.team, world(ledger), "Иванов", "Смирнова", **more)


def owners(ledger: Ledger, table: str) -> dict[str, Any]:
    field = "assignee" if table == "tasks" else "owner"
    return {i: r.values.get(field) for i, r in ledger.rows(table).items()}


def test_the_packet_holds_all_that_is_open_and_nothing_of_others(trade: Ledger) -> None:
    """The debtor first, then the late promise; a colleague's client shows with his deal alone."""
    facts: Any = give(trade, dry_run=True).facts
    held = facts["clients"]
    assert [one.name for one in held] == ["Альфа", "Дельта", "Бета", "Вега", "Гамма"]
    assert held[0].reasons == ("долг, 40 дн.",)
    assert held[0].debt == 90_000
    assert held[1].reasons == ("сделка без следующего шага",)
    assert held[1].theirs == SMIRNOVA
    assert held[2].reasons == ("обещание просрочено, 3 дн.",)
    assert held[3].reasons == ("молчит 100 дн.",)
    promised = [one.row_id for client in held for one in client.promises]
    assert promised == ["d4", "d2", "d3"]
    assert [one.row_id for one in facts["loose"]] == ["t1", "l1"]


def test_a_dry_run_moves_nothing_and_writes_nothing(trade: Ledger) -> None:
    before = trade.cells()
    give(trade, dry_run=True)
    assert trade.cells() == before
    assert not list(trade.team.settings.folder.rglob("*.html"))


def test_clients_open_deals_steps_and_leads_change_hands(trade: Ledger) -> None:
    give(trade)
    assert set(owners(trade, "clients").values()) == {SMIRNOVA}
    assert owners(trade, "deals") == {
        "d1": IVANOV,
        **dict.fromkeys(("d2", "d3", "d4", "d5"), SMIRNOVA),
    }
    assert owners(trade, "leads") == {"l1": SMIRNOVA, "l2": IVANOV}
    assert owners(trade, "tasks") == {"t1": SMIRNOVA, "t2": IVANOV}


def test_the_next_step_of_a_deal_goes_with_it(trade: Ledger) -> None:
    trade.type("deals", "d3", next_step="Встреча")
    give(trade)
    assert {r.values["what"]: r.values["assignee"] for r in trade.rows("tasks").values()} == {
        "Позвонить": SMIRNOVA,
        "Сделано": IVANOV,
        "Встреча": SMIRNOVA,
    }


def test_what_was_paid_before_stays_with_the_giver(trade: Ledger) -> None:
    trade.settle()
    give(trade)
    trade.put("payments", "p3", date=days(1), amount=2_000, client_id_to="c2", payer="Бета")
    trade.settle()
    with trade.reader() as reader:
        sums = reader.sums(Measure.MONEY, MARCH)
    assert sums == {IVANOV: 100_000, SMIRNOVA: 200_000}


def test_undo_gives_everything_back_and_keeps_later_edits(trade: Ledger) -> None:
    before = trade.cells()
    facts: Any = give(trade).facts
    trade.put("clients", "c2", phone="+7 495 222-22-22")
    trade.put("deals", "d3", owner=IVANOV)
    undo(trade.team, facts["batch"], now=trade.now, dry_run=False)
    after = trade.cells()
    assert after["c2"][1]["phone"] == "+7 495 222-22-22"
    after["c2"][1]["phone"] = before["c2"][1]["phone"]
    assert after == before
    assert not trade.questions(QuestionKind.NOTE)


def test_both_sign_and_the_journal_names_them(trade: Ledger) -> None:
    facts: Any = give(trade).facts
    asked = trade.questions(QuestionKind.NOTE)
    assert {q.whom for q in asked} == {IVANOV, SMIRNOVA}
    trade.answer(next(q for q in asked if q.whom == SMIRNOVA), "Да", SMIRNOVA)
    said = batches(trade.team, now=trade.now).lines
    assert any("передача клиентов" in line and f"{IVANOV} -> {SMIRNOVA}" in line for line in said)
    assert any("ответ на вопрос" in line and SMIRNOVA in line for line in said)
    assert facts["batch"]


def test_one_chosen_client_goes_alone(trade: Ledger) -> None:
    with trade.reader() as reader:
        number = f"К-{reader.get('clients', 'c2').number}"
    give(trade, clients=(number,))
    assert owners(trade, "clients") == {
        "c1": IVANOV,
        "c2": SMIRNOVA,
        "c3": IVANOV,
        "c4": IVANOV,
        "c5": SMIRNOVA,
    }
    assert owners(trade, "deals")["d2"] == SMIRNOVA
    assert owners(trade, "leads")["l1"] == IVANOV
    with pytest.raises(WrongPlace):
        give(trade, clients=("К-999",))


def test_nobody_hands_over_to_oneself_or_to_who_left(trade: Ledger) -> None:
    with pytest.raises(NoSuchPerson):
        handover(trade.team, world(trade), "Иванов", "Иванов")
    trade.put("staff", "gone", fio="Козлов Иван", role="менеджер", active="нет")
    with pytest.raises(NoSuchPerson):
        handover(trade.team, world(trade), "Иванов", "Козлов")


def test_the_page_has_every_promise_and_places_to_sign(trade: Ledger) -> None:
    give(trade)
    (page,) = trade.team.settings.folder.rglob("*.html")
    said = page.read_text(encoding="utf-8")
    assert page.name == f"2026-03-12 {IVANOV} - {SMIRNOVA}.html"
    for words in ("Альфа", "90\u202f000", "обещание просрочено, 3 дн.", "Позвонить", "Передал(а)"):
        assert words in said.replace("\u00a0", "\u202f"), words
    assert "Её шаг" not in said


def test_a_packet_of_nothing_says_so(ledger: Ledger) -> None:
    with ledger.team.store.write() as writer:
        from model.records import Source

        settled = ledger._settle(writer, {}, ledger.stamp(writer, Source.RULE))
        month = make_month(writer, settled.scene, TODAY)
        packet = gather(month, IVANOV, SMIRNOVA)
        writer.cancel()
    assert "Передавать нечего" in render_packet(packet)


def test_former_owners_are_known_by_the_day(trade: Ledger) -> None:
    give(trade)
    trade.now += timedelta(days=10)
    handover(trade.team, world(trade), "Смирнова", "Иванов")
    client = trade.row("clients", "c2")
    assert client.values[PAST_OWNERS] == f"2026-03-12 {IVANOV};2026-03-22 {SMIRNOVA}"
    seen = [owner_on(client, day) for day in (days(-1), days(0), days(9), days(10), None)]
    assert seen == [IVANOV, SMIRNOVA, SMIRNOVA, IVANOV, IVANOV]
