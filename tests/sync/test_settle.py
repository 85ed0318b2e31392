"""What follows from an edit: whose deal it is, its dates, its step as a task, a lead as a deal."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

from model.records import QuestionKind, Source
from tests.sync.ledger import IVANOV, SMIRNOVA, TODAY, Ledger, days

INN = "7707083893"


def alpha(ledger: Ledger, **more: object) -> str:
    return ledger.put("clients", "k1", name="ООО «Альфа»", inn=INN, owner=IVANOV, **more)


def client_of(ledger: Ledger, deal: str = "d1") -> str | None:
    return ledger.row("deals", deal).links.get("client_id")


class TestTheClientBehindTheText:
    def test_a_name_in_any_spelling_is_the_one_client(self, ledger: Ledger) -> None:
        alpha(ledger)
        for n, typed in enumerate(("Альфа", "альфа ООО", 'ООО "АЛЬФА"', INN, "К-1", "к-1")):
            ledger.type("deals", f"d{n}", client_id=typed, stage="Новая")
            assert client_of(ledger, f"d{n}") == "k1", typed
        assert len(ledger.rows("clients")) == 1

    def test_a_new_name_makes_a_client_of_the_same_manager(self, ledger: Ledger) -> None:
        ledger.type("deals", "d1", client_id="ООО «Новое»", stage="Новая", owner=SMIRNOVA)
        made = ledger.row("clients", str(client_of(ledger)))
        assert made.values == {"name": "ООО «Новое»", "owner": SMIRNOVA}
        assert not ledger.questions(QuestionKind.CLIENT)

    def test_the_same_new_name_twice_makes_one_client(self, ledger: Ledger) -> None:
        ledger.put("deals", "d1", client_id="ООО «Новое»", stage="Новая")
        ledger.put("deals", "d2", client_id="Новое", stage="Новая")
        ledger.settle()
        assert client_of(ledger, "d1") == client_of(ledger, "d2")
        assert len(ledger.rows("clients")) == 1

    def test_a_name_that_is_only_alike_is_asked_about(self, ledger: Ledger) -> None:
        ledger.put("clients", "k1", name="ООО «Стройдеталь»", owner=IVANOV)
        ledger.type("deals", "d1", client_id="Стройдеталл", stage="Новая", owner=IVANOV)
        question = ledger.question(QuestionKind.CLIENT)
        assert client_of(ledger) is None
        assert (question.whom, question.payload["client"]) == (IVANOV, "k1")

    def test_a_name_of_several_is_asked_about(self, ledger: Ledger) -> None:
        ledger.put("clients", "k1", name="ООО «Альфа»")
        ledger.put("clients", "k2", name="ИП Альфа")
        ledger.type("deals", "d1", client_id="Альфа", stage="Новая")
        assert client_of(ledger) is None
        assert ledger.question(QuestionKind.CLIENT).row_id == "d1"

    def test_the_link_stays_when_the_client_is_renamed(self, ledger: Ledger) -> None:
        alpha(ledger)
        ledger.type("deals", "d1", client_id="Альфа", stage="Новая")
        ledger.type("clients", "k1", name="ООО «Омега»")
        ledger.type("deals", "d1", amount=5)
        assert client_of(ledger) == "k1"

    def test_another_text_is_another_client(self, ledger: Ledger) -> None:
        alpha(ledger)
        ledger.put("clients", "k2", name="ООО «Бета»")
        ledger.type("deals", "d1", client_id="Альфа", stage="Новая")
        ledger.type("deals", "d1", client_id="Бета")
        assert client_of(ledger) == "k2"

    def test_joined_clients_are_one(self, ledger: Ledger) -> None:
        alpha(ledger)
        ledger.put("clients", "k2", name="ООО «Бета»")
        with ledger.team.store.write() as writer:
            writer.join("clients", "k2", "k1", by=ledger.stamp(writer, Source.ANSWER))
        ledger.type("deals", "d1", client_id="Бета", stage="Новая")
        assert client_of(ledger) == "k1"


class TestTheStage:
    def test_a_deal_that_ends_gets_its_closing_date(self, ledger: Ledger) -> None:
        ledger.type("deals", "d1", client_id="Альфа", stage="Успешно")
        assert ledger.row("deals", "d1").values["closed_on"] == TODAY

    def test_a_date_given_by_a_person_stays(self, ledger: Ledger) -> None:
        ledger.type("deals", "d1", client_id="Альфа", stage="Успешно", closed_on=days(-9))
        assert ledger.row("deals", "d1").values["closed_on"] == days(-9)

    def test_a_reopened_deal_is_not_closed(self, ledger: Ledger) -> None:
        ledger.type("deals", "d1", client_id="Альфа", stage="Отказ")
        ledger.type("deals", "d1", stage="Договор")
        assert "closed_on" not in ledger.row("deals", "d1").values

    def test_first_entries_are_remembered_as_offer_and_invoice(self, ledger: Ledger) -> None:
        ledger.type("deals", "d1", client_id="Альфа", stage="КП отправлено")
        ledger.now = ledger.now.replace(day=20)
        ledger.type("deals", "d1", stage="Счёт выставлен")
        ledger.type("deals", "d1", stage="КП отправлено")
        deal = ledger.row("deals", "d1").values
        assert deal["offer_on"] == TODAY
        assert deal["invoice_on"] == deal["stage_on"] == days(8)
        assert deal["max_stage"] == "Счёт выставлен"

    def test_the_day_of_entry_stays_while_the_stage_stays(self, ledger: Ledger) -> None:
        ledger.type("deals", "d1", client_id="Альфа", stage="Договор")
        ledger.now = ledger.now.replace(day=20)
        ledger.type("deals", "d1", amount=100)
        assert ledger.row("deals", "d1").values["stage_on"] == TODAY

    def test_a_lost_deal_keeps_the_furthest_stage(self, ledger: Ledger) -> None:
        ledger.type("deals", "d1", client_id="Альфа", stage="Договор")
        ledger.type("deals", "d1", stage="Отказ")
        assert ledger.row("deals", "d1").values["max_stage"] == "Договор"

    def test_a_stage_that_is_not_on_the_list_changes_nothing(self, ledger: Ledger) -> None:
        ledger.type("deals", "d1", client_id="Альфа", stage="Где-то")
        assert "stage_on" not in ledger.row("deals", "d1").values


def tasks(ledger: Ledger) -> list[tuple[object, ...]]:
    keys = ("what", "due", "state")
    return [tuple(t.values.get(k) for k in keys) for t in ledger.rows("tasks").values()]


class TestTheStepAsATask:
    def stepped(self, ledger: Ledger) -> None:
        ledger.type(
            "deals",
            "d1",
            client_id="Альфа",
            stage="Новая",
            owner=IVANOV,
            next_step="Позвонить",
            step_on=days(1),
            step_at=time(15),
        )

    def test_a_step_is_a_task(self, ledger: Ledger) -> None:
        self.stepped(ledger)
        (task,) = ledger.rows("tasks").values()
        assert task.values == {
            "what": "Позвонить",
            "due": days(1),
            "due_at": time(15),
            "state": "новая",
            "deal_id": "С-1",
            "assignee": IVANOV,
        }
        assert task.links == {"deal_id": "d1"}

    def test_a_new_text_is_a_new_task_and_the_old_one_is_done(self, ledger: Ledger) -> None:
        self.stepped(ledger)
        ledger.type("deals", "d1", next_step="Отправить КП", step_on=days(3))
        assert tasks(ledger) == [
            ("Позвонить", days(1), "сделано"),
            ("Отправить КП", days(3), "новая"),
        ]

    def test_a_new_date_alone_moves_the_task(self, ledger: Ledger) -> None:
        self.stepped(ledger)
        ledger.type("deals", "d1", step_on=days(5))
        assert tasks(ledger) == [("Позвонить", days(5), "новая")]

    def test_an_emptied_step_is_done(self, ledger: Ledger) -> None:
        self.stepped(ledger)
        ledger.type("deals", "d1", next_step=None, step_on=None, step_at=None)
        assert tasks(ledger) == [("Позвонить", days(1), "сделано")]

    def test_a_closed_deal_has_nothing_to_do(self, ledger: Ledger) -> None:
        self.stepped(ledger)
        ledger.type("deals", "d1", stage="Успешно")
        assert tasks(ledger) == [("Позвонить", days(1), "сделано")]

    def test_a_step_after_a_done_one_is_new(self, ledger: Ledger) -> None:
        self.stepped(ledger)
        ledger.type("deals", "d1", next_step=None, step_on=None)
        ledger.type("deals", "d1", next_step="Встреча")
        assert tasks(ledger)[-1] == ("Встреча", None, "новая")

    def test_another_edit_of_the_deal_leaves_the_task(self, ledger: Ledger) -> None:
        self.stepped(ledger)
        before = ledger.rows("tasks")
        ledger.type("deals", "d1", amount=10)
        assert ledger.rows("tasks") == before

    def test_the_task_goes_with_the_deal(self, ledger: Ledger) -> None:
        self.stepped(ledger)
        ledger.type("deals", "d1", owner=SMIRNOVA)
        (task,) = ledger.rows("tasks").values()
        assert (task.values["assignee"], task.values["state"]) == (SMIRNOVA, "новая")

    def test_it_goes_with_a_deal_that_no_book_brought(self, ledger: Ledger) -> None:
        self.stepped(ledger)
        ledger.put("deals", "d1", owner=SMIRNOVA)
        ledger.settle()
        (task,) = ledger.rows("tasks").values()
        assert task.values["assignee"] == SMIRNOVA

    def test_what_was_done_stays_with_whoever_did_it(self, ledger: Ledger) -> None:
        self.stepped(ledger)
        ledger.type("deals", "d1", next_step="Отправить КП", owner=SMIRNOVA)
        done, new = ledger.rows("tasks").values()
        assert (done.values["assignee"], new.values["assignee"]) == (IVANOV, SMIRNOVA)

    def test_a_task_given_to_somebody_else_stays_there(self, ledger: Ledger) -> None:
        self.stepped(ledger)
        (row_id,) = ledger.rows("tasks")
        ledger.type("tasks", row_id, assignee=SMIRNOVA)
        ledger.type("deals", "d1", amount=10)
        assert ledger.row("tasks", row_id).values["assignee"] == SMIRNOVA


class TestLeads:
    def test_a_lead_of_a_known_phone_is_recognised(self, ledger: Ledger) -> None:
        alpha(ledger, phone="+7 916 111-22-33")
        ledger.type("leads", "z1", name="Пётр", phone="8 916 111 22 33")
        assert ledger.row("leads", "z1").links == {"client_id": "k1"}

    def test_a_lead_becomes_a_client_and_a_deal(self, ledger: Ledger) -> None:
        ledger.type(
            "leads",
            "z1",
            name="Пётр Ильич",
            phone="+7 916 111-22-33",
            text="Нужен цемент",
            source="Сайт",
            state="Стала сделкой",
            owner=IVANOV,
        )
        lead = ledger.row("leads", "z1")
        client = ledger.row("clients", lead.links["client_id"])
        assert client.values == {
            "name": "Пётр Ильич",
            "owner": IVANOV,
            "phone": "+7 916 111-22-33",
        }
        deal = ledger.row("deals", lead.links["deal_id"])
        assert deal.links["client_id"] == client.row_id
        typed = ("client_id", "stage", "note", "channel", "owner")
        assert [deal.values.get(k) for k in typed] == [
            "Пётр Ильич",
            "Новая",
            "Нужен цемент",
            "Сайт",
            IVANOV,
        ]
        assert lead.values["first_reply"]

    def test_a_lead_of_a_client_with_an_open_deal_joins_it(self, ledger: Ledger) -> None:
        alpha(ledger, phone="+7 916 111-22-33")
        ledger.type("deals", "d1", client_id="Альфа", stage="Договор")
        ledger.type("leads", "z1", phone="+7 916 111-22-33", state="Стала сделкой")
        assert ledger.row("leads", "z1").links == {"client_id": "k1", "deal_id": "d1"}
        assert len(ledger.rows("deals")) == 1

    def test_it_becomes_a_deal_once(self, ledger: Ledger) -> None:
        ledger.type("leads", "z1", name="Пётр", state="Стала сделкой")
        ledger.type("leads", "z1", text="ещё раз")
        assert len(ledger.rows("deals")) == 1

    def test_the_first_answer_is_when_the_state_left_new(self, ledger: Ledger) -> None:
        ledger.type("leads", "z1", name="Пётр", state="Новая")
        assert "first_reply" not in ledger.row("leads", "z1").values
        ledger.type("leads", "z1", state="В работе")
        first = ledger.row("leads", "z1").values["first_reply"]
        ledger.type("leads", "z1", state="Брак")
        assert ledger.row("leads", "z1").values["first_reply"] == first


class TestPayments:
    def paid(self, ledger: Ledger, row_id: str = "p1", **cells: object) -> dict[str, str]:
        amount = cells.pop("amount", Decimal("1000.50"))
        ledger.put("payments", row_id, date=TODAY, amount=amount, **cells)
        ledger.settle()
        return dict(ledger.row("payments", row_id).links)

    def deal(self, ledger: Ledger, row_id: str, amount: int, stage: str = "Договор") -> None:
        ledger.type("deals", row_id, client_id="Альфа", stage=stage, amount=amount)

    def test_the_inn_says_whose_money_it_is(self, ledger: Ledger) -> None:
        alpha(ledger)
        assert self.paid(ledger, payer="Кто-то другой", payer_inn=INN) == {"client_id": "k1"}
        assert ledger.row("payments", "p1").values["client_id"] == "ООО «Альфа»"

    def test_else_the_name_says_it(self, ledger: Ledger) -> None:
        alpha(ledger)
        assert self.paid(ledger, payer="АЛЬФА ООО") == {"client_id": "k1"}

    def test_what_a_person_typed_stands_before_both(self, ledger: Ledger) -> None:
        alpha(ledger)
        ledger.put("clients", "k2", name="ООО «Бета»")
        assert self.paid(ledger, client_id="Бета", payer_inn=INN) == {"client_id": "k2"}

    def test_another_client_typed_over_moves_the_payment(self, ledger: Ledger) -> None:
        alpha(ledger)
        ledger.put("clients", "k2", name="ООО «Бета»")
        self.deal(ledger, "d1", 5000)
        assert self.paid(ledger, payer_inn=INN) == {"client_id": "k1", "deal_id": "d1"}
        ledger.type("payments", "p1", client_id="Бета")
        assert ledger.row("payments", "p1").links == {"client_id": "k2"}

    def test_the_one_deal_with_a_rest_is_paid(self, ledger: Ledger) -> None:
        alpha(ledger)
        self.deal(ledger, "d1", 5000)
        self.deal(ledger, "d2", 7000, stage="Отказ")
        assert self.paid(ledger, payer_inn=INN)["deal_id"] == "d1"
        assert ledger.row("payments", "p1").values["deal_id"] == "С-1"

    def test_of_several_the_one_with_exactly_that_rest(self, ledger: Ledger) -> None:
        alpha(ledger)
        self.deal(ledger, "d1", 5000)
        self.deal(ledger, "d2", 7000)
        assert self.paid(ledger, payer_inn=INN, amount=Decimal(7000))["deal_id"] == "d2"

    def test_otherwise_it_is_asked(self, ledger: Ledger) -> None:
        alpha(ledger)
        self.deal(ledger, "d1", 5000)
        self.deal(ledger, "d2", 7000)
        assert self.paid(ledger, payer_inn=INN) == {"client_id": "k1"}
        question = ledger.question(QuestionKind.PAYMENT)
        assert question.money == Decimal("1000.50")

    def test_two_payments_of_one_day_do_not_pay_one_deal_twice(self, ledger: Ledger) -> None:
        alpha(ledger)
        self.deal(ledger, "d1", 5000)
        self.deal(ledger, "d2", 7000)
        for row_id in ("p1", "p2"):
            ledger.put("payments", row_id, date=TODAY, amount=5000, payer_inn=INN)
        ledger.put("payments", "p3", date=TODAY, amount=2000, payer_inn=INN)
        ledger.settle()
        deals = [p.links.get("deal_id") for p in ledger.rows("payments").values()]
        assert deals == ["d1", "d2", "d2"]

    def test_a_typed_deal_number_is_taken(self, ledger: Ledger) -> None:
        alpha(ledger)
        self.deal(ledger, "d1", 5000)
        self.deal(ledger, "d2", 7000)
        assert self.paid(ledger, payer_inn=INN, deal_id="с-2")["deal_id"] == "d2"

    def test_nobodys_money_is_asked_about(self, ledger: Ledger) -> None:
        assert self.paid(ledger, payer="ООО «Незнакомец»", payer_inn="7728168971") == {}
        question = ledger.question(QuestionKind.PAYMENT)
        assert (question.red, question.money) == (True, Decimal("1000.50"))
        alpha(ledger)
        ledger.type("clients", "k9", name="ООО «Незнакомец»")
        assert ledger.row("payments", "p1").links["client_id"] == "k9"
        (left,) = ledger.questions(QuestionKind.PAYMENT)
        assert left.key == "payment-alone|p1", "mended by itself; now it lacks a deal"


class TestHistory:
    """Years of closed deals came with an old list: nobody is asked about them."""

    def test_closed_deals_and_their_clients_are_not_asked_about(self, ledger: Ledger) -> None:
        for n, stage in enumerate(("Успешно", "Отказ")):
            ledger.put("clients", f"k{n}", name=f"ООО «Клиент {n}»", inn="7707083894", owner=IVANOV)
            more = {"closed_on": days(-400), "amount": -5, "client_id_to": f"k{n}"}
            ledger.put("deals", f"d{n}", client_id=f"Клиент {n}", stage=stage, **more)
        settled = ledger.settle()
        assert not [q for q in settled.questions if q.kind is QuestionKind.PROBLEM]
        assert set(settled.problems) >= {("clients", "k0"), ("deals", "d1")}

    def test_a_client_matters_again_with_an_open_deal(self, ledger: Ledger) -> None:
        ledger.put("clients", "k1", name="ООО «Альфа»", inn="7707083894", owner=IVANOV)
        more = {"closed_on": days(-400), "client_id_to": "k1"}
        ledger.put("deals", "d1", client_id="Альфа", stage="Успешно", **more)
        ledger.settle()
        assert not ledger.questions(QuestionKind.PROBLEM)
        ledger.put("deals", "d2", client_id="Альфа", stage="Новая", client_id_to="k1")
        ledger.settle()
        assert ledger.question(QuestionKind.PROBLEM).row_id == "k1"

    def test_a_client_without_deals_and_a_deal_of_this_month_are_asked_about(
        self, ledger: Ledger
    ) -> None:
        ledger.put("clients", "k1", name="ООО «Альфа»", inn="7707083894", owner=IVANOV)
        ledger.put("clients", "k2", name="ООО «Бета»", owner=IVANOV)
        more = {"closed_on": days(-3), "amount": -5, "client_id_to": "k2"}
        ledger.put("deals", "d1", client_id="Бета", stage="Успешно", **more)
        ledger.settle()
        asked = {q.row_id for q in ledger.questions(QuestionKind.PROBLEM)}
        assert asked == {"k1", "d1"}


class TestWordsForADay:
    def said(self, ledger: Ledger, deal: str = "d1") -> tuple[object, object]:
        thought = ledger.thought()
        shown = thought.columns.of(thought.scene.rows["deals"][deal])
        return shown["remark"], shown["remark_code"]

    def test_tomorrow_is_counted_from_the_day_it_was_typed(self, ledger: Ledger) -> None:
        alpha(ledger)
        step = {"next_step": "Созвон", "step_on": "завтра 10:00"}
        ledger.type("deals", "d1", client_id="Альфа", stage="Новая", owner=IVANOV, **step)
        assert self.said(ledger) == ("Понял: 13.03 в 10:00", 3)
        (task,) = ledger.rows("tasks").values()
        assert (task.values["due"], task.values["due_at"]) == (days(1), time(10))
        ledger.now = ledger.now.replace(day=16)
        ledger.type("deals", "d1", amount=100)
        person = ledger.thought().of(IVANOV)
        assert person is not None
        assert [(s.when, s.due) for s in person.steps] == [("Просрочено на 3 дн.", days(1))]
        assert ledger.row("deals", "d1").values["step_on"] == "завтра 10:00", "the cell is his"

    def test_a_date_in_place_of_the_words_is_the_date(self, ledger: Ledger) -> None:
        alpha(ledger)
        step = {"next_step": "Созвон", "step_on": "завтра"}
        ledger.type("deals", "d1", client_id="Альфа", stage="Новая", owner=IVANOV, **step)
        ledger.type("deals", "d1", step_on=days(5))
        assert self.said(ledger) == (None, None)
        (task,) = ledger.rows("tasks").values()
        assert task.values["due"] == days(5)

    def test_a_new_client_is_named_on_the_day_it_was_made(self, ledger: Ledger) -> None:
        ledger.type("deals", "d1", client_id="ООО «Новое»", stage="Новая", owner=IVANOV)
        assert self.said(ledger) == ("Новый клиент К-1", 3)
        ledger.type("deals", "d2", client_id="Новое", stage="Новая", owner=IVANOV)
        assert self.said(ledger, "d2") == (None, None)
        ledger.now = ledger.now.replace(day=13)
        assert self.said(ledger) == (None, None)


class TestWhatGoesWithAClient:
    def complaint(self, ledger: Ledger, **more: object) -> None:
        alpha(ledger)
        ledger.type("complaints", "r1", client_id="Альфа", text="Брак", **more)

    def answers_for(self, ledger: Ledger, table: str = "complaints") -> list[object]:
        field = {"complaints": "owner", "leads": "owner", "tasks": "assignee"}[table]
        return [row.values.get(field) for row in ledger.rows(table).values()]

    def test_a_complaint_is_the_salespersons_and_goes_along(self, ledger: Ledger) -> None:
        self.complaint(ledger)
        assert self.answers_for(ledger) == [IVANOV]
        ledger.type("clients", "k1", owner=SMIRNOVA)
        assert self.answers_for(ledger) == [SMIRNOVA]

    def test_a_complaint_of_somebody_else_stays_there(self, ledger: Ledger) -> None:
        self.complaint(ledger, owner="Технолог Вера")
        ledger.type("clients", "k1", owner=SMIRNOVA)
        assert self.answers_for(ledger) == ["Технолог Вера"]

    def test_one_given_back_after_the_client_went_stays(self, ledger: Ledger) -> None:
        self.complaint(ledger)
        ledger.type("clients", "k1", owner=SMIRNOVA)
        ledger.type("complaints", "r1", owner=IVANOV)
        ledger.type("clients", "k1", note="Звонили")
        assert self.answers_for(ledger) == [IVANOV]

    def test_an_open_lead_of_the_client_goes_along_and_an_ended_one_stays(
        self, ledger: Ledger
    ) -> None:
        alpha(ledger, phone="+7 916 111-22-33")
        for row_id, state in (("z1", "В работе"), ("z2", "Брак")):
            cells = {"name": "Пётр", "phone": "8 916 111 22 33", "state": state}
            ledger.type("leads", row_id, owner=IVANOV, **cells)
        ledger.type("clients", "k1", owner=SMIRNOVA)
        assert self.answers_for(ledger, "leads") == [SMIRNOVA, IVANOV]

    def test_an_open_task_of_the_client_goes_along_and_a_done_one_stays(
        self, ledger: Ledger
    ) -> None:
        alpha(ledger)
        ledger.type("tasks", "t1", client_id="Альфа", what="Позвонить")
        ledger.type("tasks", "t2", client_id="Альфа", what="Отправить", state="сделано")
        ledger.type("clients", "k1", owner=SMIRNOVA)
        assert self.answers_for(ledger, "tasks") == [SMIRNOVA, IVANOV]
