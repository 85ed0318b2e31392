"""One-word answers: what each does, and that «Отменить» restores everything exactly."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from model.records import Question, QuestionKind, Source, Stance
from model.values import encode
from sync.settle.answers import Word, understand
from tests.sync.ledger import IVANOV, OWNER, SMIRNOVA, TODAY, Ledger

INN, OTHER_INN = "7707083893", "7728168971"


def asked(kind: QuestionKind, table: str, row_id: str, column: str, **payload: str) -> Question:
    return Question(
        key=f"test|{row_id}|{column}",
        kind=kind,
        about="о чём",
        where="где",
        wrong="что не так",
        proposal="что предлагаем",
        whom=IVANOV,
        table=table,
        row_id=row_id,
        column=column,
        payload=payload,
    )


def a_fix(ledger: Ledger) -> Question:
    ledger.put("clients", "k1", name="ООО «Альфа»", phone="89161112233")
    value = encode("+7 916 111-22-33") or ""
    return ledger.ask(asked(QuestionKind.FIX, "clients", "k1", "phone", value=value))


def a_conflict(ledger: Ledger) -> Question:
    ledger.type("deals", "d1", client_id="ООО «Альфа»", stage="Новая", amount=100)
    value = encode(Decimal(150)) or ""
    return ledger.ask(asked(QuestionKind.CONFLICT, "deals", "d1", "amount", value=value))


def a_cleared_conflict(ledger: Ledger) -> Question:
    ledger.type("deals", "d1", client_id="ООО «Альфа»", stage="Новая", amount=100)
    return ledger.ask(asked(QuestionKind.CONFLICT, "deals", "d1", "amount", value=""))


def a_vanished_row(ledger: Ledger) -> Question:
    ledger.type("deals", "d1", client_id="ООО «Альфа»", stage="Новая", amount=100)
    with ledger.team.store.write() as writer:
        writer.bury("deals", "d1", by=ledger.stamp(writer, Source.PERSON))
    return ledger.ask(asked(QuestionKind.TRASH, "deals", "d1", ""))


def a_row_kept_by_an_edit(ledger: Ledger) -> Question:
    ledger.type("deals", "d1", client_id="ООО «Альфа»", stage="Новая", amount=100)
    return ledger.ask(asked(QuestionKind.TRASH, "deals", "d1", "amount", bury="1"))


def a_duplicate(ledger: Ledger) -> Question:
    ledger.put("clients", "k1", name="ООО «Альфа»", inn=INN, owner=IVANOV)
    ledger.put("clients", "k2", name="Альфа", inn=INN, owner=IVANOV)
    ledger.settle()
    return ledger.question(QuestionKind.DUPLICATE)


def a_client_in_doubt(ledger: Ledger) -> Question:
    ledger.put("clients", "k1", name="ООО «Стройдеталь»", owner=SMIRNOVA)
    ledger.type("deals", "d1", client_id="Стройдеталл", stage="Новая", owner=IVANOV)
    return ledger.question(QuestionKind.CLIENT)


def an_unknown_payment(ledger: Ledger) -> Question:
    ledger.put("clients", "k1", name="ООО «Бета»", owner=IVANOV)
    ledger.put(
        "payments",
        "p1",
        date=TODAY,
        amount=Decimal("99.99"),
        payer="ООО «Чужой»",
        payer_inn=OTHER_INN,
    )
    ledger.settle()
    return ledger.question(QuestionKind.PAYMENT)


def a_payment_of_two_deals(ledger: Ledger) -> Question:
    ledger.put("clients", "k1", name="ООО «Альфа»", inn=INN, owner=IVANOV)
    for n, amount in enumerate((5000, 7000), start=1):
        ledger.type("deals", f"d{n}", client_id="Альфа", stage="Договор", amount=amount)
    ledger.put("payments", "p1", date=TODAY, amount=1000, payer_inn=INN)
    ledger.settle()
    return ledger.question(QuestionKind.PAYMENT)


def a_typed_over_cell(ledger: Ledger) -> Question:
    ledger.type("deals", "d1", client_id="ООО «Альфа»", stage="Новая", amount=100)
    return ledger.ask(asked(QuestionKind.TYPED_OVER, "deals", "d1", "paid"))


KINDS: dict[str, Callable[[Ledger], Question]] = {
    f.__name__: f
    for f in (
        a_fix,
        a_conflict,
        a_cleared_conflict,
        a_vanished_row,
        a_row_kept_by_an_edit,
        a_duplicate,
        a_client_in_doubt,
        an_unknown_payment,
        a_payment_of_two_deals,
        a_typed_over_cell,
    )
}


@pytest.mark.parametrize("word", ["Да", "Нет"])
@pytest.mark.parametrize("kind", KINDS)
def test_undo_restores_exactly(ledger: Ledger, kind: str, word: str) -> None:
    question = KINDS[kind](ledger)
    before = ledger.cells()
    answered = ledger.answer(question, word)
    assert answered.stance is (Stance.DONE if word == "Да" else Stance.KEPT)
    again = ledger.answer(answered, "Отменить")
    assert again.stance is Stance.OPEN
    assert ledger.cells() == before
    assert ledger.answer(again, word).stance is answered.stance, "it can be answered again"


@pytest.mark.parametrize("kind", KINDS)
def test_later_changes_nothing_and_waits(ledger: Ledger, kind: str) -> None:
    question = KINDS[kind](ledger)
    before = ledger.cells()
    assert ledger.answer(question, "Позже").stance is Stance.LATER
    assert ledger.cells() == before
    assert ledger.questions(question.kind)


@pytest.mark.parametrize("kind", KINDS)
def test_other_words_are_left_standing(ledger: Ledger, kind: str) -> None:
    question = KINDS[kind](ledger)
    before = ledger.cells()
    kept = ledger.answer(question, "надо подумать")
    assert (kept.stance, kept.answer) == (Stance.OPEN, "надо подумать")
    assert ledger.cells() == before
    (shown,) = [q for q in ledger.questions(question.kind) if q.number == question.number]
    assert shown.answer == "надо подумать", "what a person typed stays on the sheet"
    assert ledger.answer(kept, "").answer == ""


@pytest.mark.parametrize(
    ("typed", "word"),
    [("да", Word.YES), (" ДА! ", Word.YES), ("нет.", Word.NO), ("-", Word.NO), ("К-5", None)],
)
def test_words_are_understood_in_any_case(typed: str, word: Word | None) -> None:
    assert understand(typed) is word


class TestYes:
    def test_a_fix_is_written(self, ledger: Ledger) -> None:
        ledger.answer(a_fix(ledger), "Да")
        assert ledger.row("clients", "k1").values["phone"] == "+7 916 111-22-33"

    def test_the_other_value_is_put(self, ledger: Ledger) -> None:
        ledger.answer(a_conflict(ledger), "Да")
        assert ledger.row("deals", "d1").values["amount"] == 150

    def test_the_other_sides_clearing_is_put(self, ledger: Ledger) -> None:
        ledger.answer(a_cleared_conflict(ledger), "Да")
        assert "amount" not in ledger.row("deals", "d1").values

    def test_a_stage_put_by_an_answer_has_its_consequences(self, ledger: Ledger) -> None:
        ledger.type("deals", "d1", client_id="ООО «Альфа»", stage="Новая")
        value = encode("Успешно") or ""
        question = asked(QuestionKind.CONFLICT, "deals", "d1", "stage", value=value)
        ledger.answer(ledger.ask(question), "Да")
        assert ledger.row("deals", "d1").values["closed_on"] == TODAY

    def test_a_client_put_by_an_answer_is_linked(self, ledger: Ledger) -> None:
        ledger.put("clients", "k2", name="ООО «Бета»")
        ledger.type("deals", "d1", client_id="ООО «Альфа»", stage="Новая")
        value = encode("ООО «Бета»") or ""
        question = asked(QuestionKind.CONFLICT, "deals", "d1", "client_id", value=value)
        ledger.answer(ledger.ask(question), "Да")
        assert ledger.row("deals", "d1").links["client_id"] == "k2"

    def test_a_vanished_row_returns(self, ledger: Ledger) -> None:
        ledger.answer(a_vanished_row(ledger), "Да")
        assert not ledger.row("deals", "d1").deleted

    def test_two_clients_become_one_under_the_main(self, ledger: Ledger) -> None:
        question = a_duplicate(ledger)
        ledger.answer(question, "Да")
        main, loser = question.payload["main"], question.payload["loser"]
        with ledger.team.store.read() as reader:
            assert reader.joined("clients") == {loser: main}

    def test_or_under_the_one_that_is_named(self, ledger: Ledger) -> None:
        question = a_duplicate(ledger)
        main, loser = question.payload["main"], question.payload["loser"]
        before = ledger.cells()
        number = ledger.row("clients", loser).number
        answered = ledger.answer(question, f"К-{number}")
        with ledger.team.store.read() as reader:
            assert reader.joined("clients") == {main: loser}
        ledger.answer(answered, "Отменить")
        assert ledger.cells() == before

    def test_the_likely_client_is_linked(self, ledger: Ledger) -> None:
        ledger.answer(a_client_in_doubt(ledger), "Да")
        assert ledger.row("deals", "d1").links["client_id"] == "k1"

    def test_or_the_one_that_is_named(self, ledger: Ledger) -> None:
        ledger.put("clients", "k7", name="ООО «Совсем другой»")
        question = a_client_in_doubt(ledger)
        ledger.answer(question, "к-1")
        assert ledger.row("deals", "d1").links["client_id"] == "k7"

    def test_the_payer_becomes_a_client_of_the_proposed_person(self, ledger: Ledger) -> None:
        ledger.answer(an_unknown_payment(ledger), "Да")
        payment = ledger.row("payments", "p1")
        client = ledger.row("clients", payment.links["client_id"])
        assert client.values == {"name": "ООО «Чужой»", "owner": IVANOV, "inn": OTHER_INN}
        assert payment.values["client_id"] == "ООО «Чужой»"

    def test_or_the_payment_is_of_the_client_that_is_named(self, ledger: Ledger) -> None:
        ledger.answer(an_unknown_payment(ledger), "К-1")
        assert ledger.row("payments", "p1").links["client_id"] == "k1"

    def test_the_payment_goes_to_the_proposed_deal(self, ledger: Ledger) -> None:
        question = a_payment_of_two_deals(ledger)
        ledger.answer(question, "Да")
        payment = ledger.row("payments", "p1")
        assert payment.links["deal_id"] == question.payload["deal"]
        assert payment.values["deal_id"] == "С-1"

    def test_a_named_client_takes_the_payment_from_two_deals(self, ledger: Ledger) -> None:
        question = a_payment_of_two_deals(ledger)
        ledger.put("clients", "k2", name="ООО «Бета»")
        ledger.answer(question, "К-2")
        assert ledger.row("payments", "p1").links == {"client_id": "k2"}


def test_two_clients_told_apart_are_no_doubles_any_more(ledger: Ledger) -> None:
    question = a_duplicate(ledger)
    assert ledger.settle().duplicates == {"k1", "k2"}
    ledger.answer(question, "Нет")
    assert not ledger.settle().duplicates


class TestTies:
    def test_all_branches_hang_under_one_parent(self, ledger: Ledger) -> None:
        """Told in any order; what is told already is not asked about."""
        for n, kpp in enumerate(("770101001", "540145001", "780201001", "660101001")):
            ledger.put("clients", f"k{n}", name="Завод", inn=INN, kpp=kpp, owner=IVANOV)
        ledger.settle()
        asked = 0
        while waiting := ledger.questions(QuestionKind.DUPLICATE):
            ledger.answer(waiting[-1], "Да")
            ledger.settle()
            asked += 1
        assert asked == 3
        links = [ledger.row("clients", f"k{n}").links for n in range(4)]
        parents = {link["branch_of"] for link in links if link}
        assert (sum(map(bool, links)), len(parents)) == (3, 1)
        assert not ledger.row("clients", parents.pop()).links

    def test_a_branch_is_linked_and_stays_a_row_of_its_own(self, ledger: Ledger) -> None:
        ledger.put("clients", "k1", name="ООО «Альфа»", inn=INN, kpp="770101001", owner=IVANOV)
        ledger.put("clients", "k2", name="Альфа Н", inn=INN, kpp="540145001", owner=IVANOV)
        ledger.settle()
        before = ledger.cells()
        answered = ledger.answer(ledger.question(QuestionKind.DUPLICATE), "Да")
        with ledger.team.store.read() as reader:
            assert reader.joined("clients") == {}
        assert ledger.row("clients", "k2").links == {"branch_of": "k1"}
        columns = ledger.thought().columns
        assert columns.of(ledger.row("clients", "k2"))["remark"] == "Филиал К-1"
        assert columns.of(ledger.row("clients", "k1"))["dup_hint"] is None
        ledger.answer(answered, "Отменить")
        assert ledger.cells() == before

    def test_a_colleagues_client_is_asked_of_the_boss(self, ledger: Ledger) -> None:
        ledger.put("clients", "k1", name="ООО «Альфа»", inn=INN, owner=IVANOV)
        ledger.put("clients", "k2", name="Альфа", inn=INN, owner=SMIRNOVA)
        ledger.settle()
        masked = next(q for q in ledger.questions(QuestionKind.DUPLICATE) if q.whom == SMIRNOVA)
        before = ledger.cells()
        answered = ledger.answer(masked, "Да", SMIRNOVA)
        asked = ledger.question(QuestionKind.WORD)
        assert (asked.whom, asked.where) == (OWNER, "К-1, К-2")
        assert asked.wrong == "Смирнова Ольга спрашивает, чей клиент: К-1, К-2"
        assert ledger.cells() == before
        ledger.answer(answered, "Отменить", SMIRNOVA)
        assert not ledger.questions(QuestionKind.WORD)

    def test_no_to_a_colleagues_client_asks_nobody(self, ledger: Ledger) -> None:
        ledger.put("clients", "k1", name="ООО «Альфа»", inn=INN, owner=IVANOV)
        ledger.put("clients", "k2", name="Альфа", inn=INN, owner=SMIRNOVA)
        ledger.settle()
        masked = next(q for q in ledger.questions(QuestionKind.DUPLICATE) if q.whom == SMIRNOVA)
        ledger.answer(masked, "Нет", SMIRNOVA)
        assert not ledger.questions(QuestionKind.WORD)


class TestNo:
    def test_the_value_stays(self, ledger: Ledger) -> None:
        ledger.answer(a_conflict(ledger), "Нет")
        assert ledger.row("deals", "d1").values["amount"] == 100

    def test_the_row_goes_after_all(self, ledger: Ledger) -> None:
        ledger.answer(a_row_kept_by_an_edit(ledger), "Нет")
        assert ledger.row("deals", "d1").deleted

    def test_the_two_stay_two_for_ever(self, ledger: Ledger) -> None:
        ledger.answer(a_duplicate(ledger), "Нет")
        ledger.settle()
        assert not ledger.questions(QuestionKind.DUPLICATE)
        with ledger.team.store.read() as reader:
            assert reader.joined("clients") == {}

    def test_taking_a_no_back_parts_nobody(self, ledger: Ledger) -> None:
        question = a_duplicate(ledger)
        answered = ledger.answer(question, "Нет")
        loser = question.payload["loser"]
        ledger.put("clients", "k9", name="ООО «Гамма»")
        with ledger.team.store.write() as writer:
            writer.join("clients", loser, "k9", by=ledger.stamp(writer, Source.ANSWER))
        ledger.answer(answered, "Отменить")
        with ledger.team.store.read() as reader:
            assert reader.joined("clients") == {loser: "k9"}

    def test_it_is_another_client(self, ledger: Ledger) -> None:
        ledger.answer(a_client_in_doubt(ledger), "Нет")
        client = ledger.row("clients", ledger.row("deals", "d1").links["client_id"])
        assert client.values == {"name": "Стройдеталл", "owner": IVANOV}

    def test_the_payment_stays_nobodys(self, ledger: Ledger) -> None:
        ledger.answer(an_unknown_payment(ledger), "Нет")
        assert ledger.row("payments", "p1").links == {}
        assert not ledger.questions(QuestionKind.PAYMENT)

    def test_a_closed_question_hears_no_second_answer(self, ledger: Ledger) -> None:
        answered = ledger.answer(a_conflict(ledger), "Нет")
        assert ledger.answer(answered, "Да") == answered
        assert ledger.row("deals", "d1").values["amount"] == 100
