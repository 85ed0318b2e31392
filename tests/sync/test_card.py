"""The card of a client: its rows, what they add up to, how it is found and added to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from model.blueprint import Role
from model.errors import WrongPlace
from model.records import QuestionKind, Record, Source
from model.snapshot import CellRead, GridRead, Snapshot, Stamp
from model.values import Value
from sync.ask import put_questions
from sync.card.adding import CELLS, take_add, taken_books
from sync.card.belonging import Belonging, CardKey, KnownKeys, client_numbers, last_digits
from sync.card.collect import ClientCard, cards_of
from sync.card.find import find_clients
from sync.card.page import figures_of, render_card
from sync.commands.carding import card as card_command
from sync.commands.said import dumped
from sync.rights import plain_access
from sync.scene import make_scene
from sync.thinking import compute
from tests.sync.ledger import IVANOV, OWNER, SMIRNOVA, TODAY, Ledger
from tests.worlds import world_of

VECTOR, GRANIT = "k1", "k2"
HIS = f"m:{IVANOV}"
TO = {"client_id": VECTOR}
Cells = dict[str, Value]
moment = datetime.fromisoformat


@pytest.fixture
def trade(ledger: Ledger) -> Ledger:
    """Two clients; Вектор has deals, payments, calls, contacts and a colleague's deal."""
    his: Cells = {"client_id": "Вектор", "owner": IVANOV}
    rows: list[tuple[str, str, Cells, dict[str, str]]] = [
        ("clients", VECTOR, {"name": "ООО «Вектор»", "inn": "7707083893", "owner": IVANOV,
                             "phone": "8 (916) 123-45-67"}, {}),
        ("clients", GRANIT, {"name": "ООО «Гранит-Юг»", "phone": "+7 495 111-22-33",
                             "owner": SMIRNOVA}, {}),
    ]  # fmt: skip
    for n, (stage, amount) in enumerate(
        (("Успешно", 100_000), ("Отказ", 50_000), ("Новая", 30_000))
    ):
        deal: Cells = {
            "stage": stage,
            "amount": Decimal(amount),
            "created_on": date(2026, 3, n + 1),
        }
        rows.append(("deals", f"d{n}", {**his, **deal, "lost_reason": "Дорого"}, TO))
    other: Cells = {"stage": "Новая", "amount": Decimal(7_000), "created_on": date(2026, 3, 9)}
    rows.append(("deals", "d9", {**his, **other, "owner": SMIRNOVA}, TO))
    for n, amount in enumerate((60_000, 40_000)):
        paid: Cells = {"date": date(2026, 3, 4 + n), "amount": Decimal(amount), "purpose": "Счёт 1"}
        rows.append(("payments", f"p{n}", {**paid, "payer": "Вектор"}, {**TO, "deal_id": "d0"}))
    for n, (hour, answered) in enumerate(((10, True), (15, True), (15, True), (16, False))):
        call: Cells = {"at": moment(f"2026-03-0{5 + n}T{hour}:30"), "answered": answered}
        rows.append(("calls", f"c{n}", {**call, "dir": "исходящий", "manager": IVANOV}, TO))
    rows += [
        ("contacts", "h1", {**his, "fio": "Петрова Анна", "role": "лпр"}, TO),
        ("tasks", "t1", {"what": "Отправить КП", "due": TODAY, "assignee": IVANOV},
         {"deal_id": "d2"}),
    ]  # fmt: skip
    with ledger.team.store.write() as writer:
        by = ledger.stamp(writer, Source.PERSON)
        for table, row_id, values, links in rows:
            writer.put(table, row_id, values, links=dict(links), by=by)
    return ledger


def card(ledger: Ledger, client: str = VECTOR, role: Role = Role.OWNER) -> ClientCard:
    settled = ledger.settle()
    with ledger.team.store.read() as reader:
        columns = compute(reader, settled, settled.scene.asof).columns
        person = IVANOV if role is Role.MANAGER else OWNER
        return cards_of(reader, settled.scene, columns, plain_access(role, person)).card(client)


def shown(found: ClientCard, block: str, field: str) -> list[Value]:
    return [line.cells.get(field) for line in found.part(block).lines]


def test_figures_are_the_sums_of_the_clients_rows(trade: Ledger) -> None:
    found = card(trade)
    assert (found.paid, found.last_payment) == (Decimal(100_000), date(2026, 3, 5))
    assert found.payments == 2
    assert (found.in_work, found.top_stage) == (Decimal(37_000), "Новая")
    assert found.open_deals == 2
    assert found.touched == moment("2026-03-08T16:30")
    assert dict(found.facts)["ЛПР"] == "Петрова Анна"
    assert dict(found.facts)["Платит с"] == date(2026, 3, 4)


def test_the_best_hour_is_the_one_with_most_answered_calls(trade: Ledger) -> None:
    hour = card(trade).hour
    assert hour is not None
    assert (hour.starts, hour.answered, hour.talks) == (15, 2, 3)


def test_open_deals_stand_before_closed_ones_and_new_before_old(trade: Ledger) -> None:
    found = card(trade)
    assert shown(found, "deals", "amount") == [7_000, 30_000, 50_000, 100_000]
    assert shown(found, "refusals", "lost_reason") == ["Дорого"]
    assert [p.total for p in found.parts if p.block.key in {"deals", "refusals"}] == [4, 1]


def test_what_is_left_to_be_paid_stands_by_open_deals_too(trade: Ledger) -> None:
    """Nothing by the lost one; nought by the one that was paid in whole."""
    trade.put("payments", "p7", date=date(2026, 3, 6), amount=500, deal_id_to="d2")
    found = card(trade)
    assert shown(found, "deals", "rest") == [7_000, 29_500, None, 0]
    page = render_card(found, trade.now)
    assert "29\xa0500" in page


def test_what_was_is_told_newest_first_without_what_is_to_come(trade: Ledger) -> None:
    trade.put("tasks", "t2", what="Встреча", due=date(2026, 5, 1), client_id_to=VECTOR)
    words = [event.words for event in card(trade).events]
    assert words[0] == "Шаг: Отправить КП"
    assert "Звонок: исходящий" in words
    assert not any("Встреча" in one for one in words)


def test_a_salesperson_sees_only_rows_of_the_own_book(trade: Ledger) -> None:
    found = card(trade, role=Role.MANAGER)
    assert shown(found, "deals", "amount") == [30_000, 50_000, 100_000]
    assert found.in_work == 30_000
    assert found.paid == 100_000


def test_rows_of_a_joined_card_stand_on_the_main_one(trade: Ledger) -> None:
    trade.put("payments", "p9", date=date(2026, 3, 11), amount=5_000, client_id_to=GRANIT)
    with trade.team.store.write() as writer:
        writer.join("clients", GRANIT, VECTOR, by=trade.stamp(writer, Source.ANSWER))
    assert card(trade).paid == 105_000


def keys_of(
    known: KnownKeys, rows: Mapping[str, Record], belonging: Belonging
) -> Mapping[str, CardKey]:
    return known.of(rows, belonging, client_numbers(belonging.scene, {}))


def test_keys_count_from_the_oldest_row_and_a_new_one_moves_no_other(trade: Ledger) -> None:
    known = KnownKeys()

    def keys() -> dict[str, tuple[str, str]]:
        with trade.team.store.read() as reader:
            scene = make_scene(reader, trade.team.blueprint, now=trade.now, owner=OWNER, helper="")
            belonging = Belonging(scene, reader.joined("clients"))
            found = keys_of(known, scene.rows["deals"], belonging)
            assert found == keys_of(KnownKeys(), scene.rows["deals"], belonging)
        return {i: (key.every, key.own) for i, key in found.items()}

    trade.settle()
    before = keys()
    assert before["d0"] == ("К-1|1", "К-1|1")
    assert before["d9"] == ("К-1|4", "К-1|1")
    trade.put("deals", "d8", client_id="Вектор", owner=IVANOV, stage="Новая",
              created_on=date(2026, 3, 12), client_id_to=VECTOR)  # fmt: skip
    after = keys()
    assert after.pop("d8") == ("К-1|5", "К-1|4")
    assert after == before
    trade.put("deals", "d9", client_id_to=GRANIT)
    assert keys()["d9"] == ("К-2|1", "К-2|1")


def test_keys_that_are_remembered_are_those_counted_anew(trade: Ledger) -> None:
    """Random edits: deals change client, person, stage and day, come and go."""
    chance, known = Random(5), KnownKeys()
    for n in range(15):
        row_id = f"r{chance.randrange(12)}"
        trade.put(
            "deals",
            row_id,
            owner=chance.choice((IVANOV, SMIRNOVA)),
            stage=chance.choice(("Новая", "Успешно", "Отказ")),
            created_on=date(2026, 3, chance.randint(1, 12)),
            client_id_to=chance.choice((VECTOR, GRANIT, None)),
        )
        with trade.team.store.read() as reader:
            scene = make_scene(reader, trade.team.blueprint, now=trade.now, owner=OWNER, helper="")
            belonging = Belonging(scene, {})
            rows = scene.rows["deals"]
            assert keys_of(known, rows, belonging) == keys_of(KnownKeys(), rows, belonging), n


SPELLINGS = (
    *("К-1", "k1", "1", "7707083893", "8 916 123-45-67", "+79161234567"),
    *("вектор", "ООО Вектор", "Вект", "Вектр"),
)


def test_a_client_is_found_by_what_people_type(trade: Ledger) -> None:
    settled = trade.settle()
    for words in SPELLINGS:
        assert find_clients(settled.scene, settled.clients, words) == (VECTOR,), words
    for words in ("Ромашка", " "):
        assert find_clients(settled.scene, settled.clients, words) == (), words


def test_the_sheet_finds_a_phone_by_its_last_digits() -> None:
    assert last_digits("+79161234567;ext=12|+74951112233") == "9161234567"
    assert last_digits("123-45-67") == ""


def test_the_page_needs_nothing_else_and_breaks_at_no_name(trade: Ledger) -> None:
    trade.put("clients", VECTOR, name='<script>alert("1")</script>')
    trade.put("calls", "c7", at=moment("2026-03-09T09:00"), record_url="javascript:alert(1)",
              client_id_to=VECTOR)  # fmt: skip
    trade.put("calls", "c8", at=moment("2026-03-10T09:00"), record_url="https://ats.example/1.mp3",
              client_id_to=VECTOR)  # fmt: skip
    page = render_card(card(trade), trade.now)
    assert "<script" not in page
    assert 'href="https://ats.example/1.mp3"' in page
    assert 'href="javascript' not in page
    assert "http-equiv" in page
    assert "src=" not in page
    assert "Рекламаций не было" in page


def test_the_debt_is_red(trade: Ledger) -> None:
    trade.put("deals", "d0", expected_on=date(2026, 3, 1), amount=150_000)
    found = card(trade)
    assert found.debt == 50_000
    debt = next(f for f in figures_of(found, TODAY) if f.title.startswith("Долг"))
    assert debt.red
    assert debt.note == "срок оплаты прошёл"


def test_the_command_tells_one_client_or_lists_several(trade: Ledger, tmp_path: Path) -> None:
    trade.settle()
    world = world_of(lambda: trade.now, Random(1).randbytes)
    file = tmp_path / "вектор.html"
    said = card_command(trade.team, "вектор", world=world, html=file, dry_run=True)
    assert not file.exists()
    said = card_command(trade.team, "вектор", world=world, html=file)
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert said.lines[0] == "ООО «Вектор»   К-1"
    facts = json.loads(dumped(said.facts))["card"]
    assert (facts["paid"], facts["blocks"]["deals"]["total"]) == ("100000", 4)
    several = card_command(trade.team, "ООО", world=world)
    assert several.lines[0].endswith("2 клиента:")
    assert [one["id"] for one in several.facts["clients"]] == ["К-1", "К-2"]  # type: ignore[attr-defined]
    with pytest.raises(WrongPlace):
        card_command(trade.team, "Ромашка", world=world)


def saved(ledger: Ledger, generation: int = 1, **typed: Value) -> Snapshot:
    """A salesperson's book in which something stands in the yellow cells of the card."""
    slots = {s.key: s for s in ledger.team.blueprint.sheets["my_card"].slots if s.key}
    cells = {
        (slots[key].row, slots[key].col): CellRead(typed.get(field)) for field, key in CELLS.items()
    }
    rows = {s.row: s.at[0] for s in slots.values()}
    cols = {s.col: s.at[1] for s in slots.values()}
    grid = GridRead("Карточка", rows, cols, cells)
    return Snapshot(HIS, "token", Stamp("LEDGER", HIS, generation), {}, {"my_card": grid})


def typed(ledger: Ledger, snapshot: Snapshot, base: Snapshot | None = None) -> bool:
    """The pass takes the save; whether the cells are to be cleared."""
    with ledger.team.store.write() as writer:
        by = replace(ledger.stamp(writer, Source.PERSON), book=HIS)
        take_add(writer, snapshot, ledger.team.blueprint, by=by, base=base)
    settled = ledger.settle()
    with ledger.team.store.write() as writer:
        put_questions(writer, settled.questions, ledger.now, ledger.team.blueprint)
        return HIS in taken_books(writer)


def tasks(ledger: Ledger) -> list[tuple[Value, ...]]:
    keys = ("what", "kind", "state", "due", "assignee")
    return [
        tuple(r.values.get(k) for k in keys) for i, r in ledger.rows("tasks").items() if i != "t1"
    ]


def test_a_note_becomes_a_done_row_of_its_client(trade: Ledger) -> None:
    assert typed(trade, saved(trade, pick="Вектор", kind="Заметка", text="Ждут скидку"))
    assert tasks(trade) == [("Ждут скидку", "Заметка", "сделано", TODAY, IVANOV)]
    assert "Заметка: Ждут скидку" in [event.words for event in card(trade).events]


def test_a_step_goes_to_the_only_open_deal_that_waits_for_one(trade: Ledger) -> None:
    trade.put("deals", "d9", stage="Отказ")
    saved_ = saved(trade, pick="8 916 123 45 67", kind="Шаг", text="Перезвонить", when="завтра")
    assert typed(trade, saved_)
    deal = trade.rows("deals")["d2"]
    assert deal.values["next_step"] == "Перезвонить"
    assert deal.values["step_meant"] == date(2026, 3, 13)


def test_a_step_of_a_client_without_such_a_deal_is_a_task(trade: Ledger) -> None:
    assert typed(trade, saved(trade, pick="К-1", text="Встреча", when="завтра"))
    assert tasks(trade) == [("Встреча", None, "новая", date(2026, 3, 13), IVANOV)]


def test_a_contact_comes_with_its_role_and_phone(trade: Ledger) -> None:
    assert typed(trade, saved(trade, pick="К-1", text="Лебедев Олег, ЛВР", phone="916 000-00-01"))
    found = [r.values for r in trade.rows("contacts").values() if r.values["fio"] != "Петрова Анна"]
    assert [(c["fio"], c["role"], c["phone"], c["owner"]) for c in found] == [
        ("Лебедев Олег", "ЛВР", "916 000-00-01", IVANOV)
    ]


def test_one_text_makes_one_row_however_often_it_is_read(trade: Ledger) -> None:
    """Until the book could be written the text stands in it; another text corrects the row."""

    def note(text: str, generation: int = 1) -> Snapshot:
        return saved(trade, generation, pick="К-1", kind="Заметка", text=text)

    typed(trade, note("Ждут"))
    typed(trade, note("Ждут"))
    typed(trade, note("Ждут скидку"))
    assert [one[0] for one in tasks(trade)] == ["Ждут скидку"]
    typed(trade, note("Ждут скидку", 2))
    assert [one[0] for one in tasks(trade)] == ["Ждут скидку", "Ждут скидку"]


def test_what_an_old_copy_showed_is_not_typed_anew(trade: Ledger) -> None:
    old = saved(trade, pick="К-1", kind="Заметка", text="Ждут")
    assert not typed(trade, old, base=old)
    assert tasks(trade) == []


def test_a_text_for_an_unclear_client_waits_and_is_asked_about(trade: Ledger) -> None:
    assert not typed(trade, saved(trade, text="Ждут скидку"))
    (asked,) = trade.questions(QuestionKind.PROBLEM)
    assert (asked.about, asked.wrong) == (
        "Кому записать", "На «Карточке» вписано «Ждут скидку», а клиент не выбран",
    )  # fmt: skip
    assert typed(trade, saved(trade, pick="К-1", text="Ждут скидку"))
    assert not trade.questions(QuestionKind.PROBLEM)
    assert len(tasks(trade)) == 1


def test_nothing_is_made_of_a_cell_that_was_emptied_again(trade: Ledger) -> None:
    assert not typed(trade, saved(trade, text="Ждут"))
    assert not typed(trade, saved(trade))
    assert tasks(trade) == []
    assert not trade.questions(QuestionKind.PROBLEM)


def test_relations_find_their_client_and_follow_the_salesperson(trade: Ledger) -> None:
    deal = trade.rows("deals")["d0"].number
    trade.type("documents", "x1", kind="счёт", deal_id=f"С-{deal}", amount=100_000)
    document = trade.rows("documents")["x1"]
    assert document.links == {"deal_id": "d0", "client_id": VECTOR}
    assert document.values["owner"] == IVANOV
    trade.put("clients", VECTOR, owner=SMIRNOVA)
    trade.settle()
    assert trade.rows("documents")["x1"].values["owner"] == SMIRNOVA
    assert trade.rows("contacts")["h1"].values["owner"] == SMIRNOVA


def test_a_letter_of_nobody_we_know_makes_no_client(trade: Ledger) -> None:
    trade.type("letters", "l1", client_id="Неизвестный", subject="Реклама")
    assert trade.rows("letters")["l1"].links == {}
    assert len(trade.rows("clients")) == 2


def test_a_contact_of_a_new_client_makes_the_client(trade: Ledger) -> None:
    trade.type("contacts", "h2", client_id="Ромашка", fio="Иван", owner=IVANOV)
    made = trade.rows("contacts")["h2"].links["client_id"]
    assert trade.rows("clients")[made].values["name"] == "Ромашка"
