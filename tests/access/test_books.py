"""Books of all roles: what stands in them, what is taken from them, what is put back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from model.blueprint import Role
from model.records import Question, Record, Stance
from model.rights import Reach
from model.values import Value
from sync.commands.accessing import access
from sync.leavers import LEAVERS_FOLDER
from sync.rights_lines import TABLE
from tests.access.leaks import leaks, missing
from tests.access.lives import sellers
from tests.access.teams import ACCOUNTANT, MARKETING, OWNER, Firm, Maker, Word
from tests.access.trials import (
    PARTS,
    foreign_word,
    given_by_hand,
    moved,
    planted,
    typed_in,
    unseen,
)


def row(firm: Firm, table: str, row_id: str) -> Record:
    with firm.team.store.read() as reader:
        found = reader.get(table, row_id)
    assert found is not None
    return found


def questions(firm: Firm, about: str) -> list[Question]:
    with firm.team.store.read() as reader:
        return [q for q in reader.questions() if q.about == about]


def shown(firm: Firm, role: Role, person: str, table: str, row_id: str) -> dict[str, Value]:
    """What stands in a row of a person's file."""
    path = firm.book(role, person)
    books = firm.team.books
    file = books.open(path.read_bytes(), name=path.name)
    loaded = books.load(file, book="x", name=path.name, blueprint=firm.team.blueprint, role=role)
    found = [r for r in loaded.snapshot.tables[table].rows if r.row_id == row_id]
    return {key: cell.value for key, cell in found[0].cells.items()} if found else {}


def say(firm: Firm, role: str, sheet: str, **cells: Value) -> None:
    """The owner writes into a line of «Доступ»."""
    with firm.team.store.read() as reader:
        lines = reader.rows(TABLE)
    (row_id,) = [
        i for i, r in lines.items() if (r.values["role"], r.values["sheet"]) == (role, sheet)
    ]
    with firm.writing() as (writer, by):
        writer.put(TABLE, row_id, cells, by=by)


def test_every_named_person_has_a_book(firm: Firm) -> None:
    have = {(s.role, s.person) for s in firm.books()}
    heads = {("head", name) for name in firm.departments if len(firm.pay[name]) == 1}
    sellers = {("manager", name) for name in firm.departments if len(firm.pay[name]) > 1}
    others = {("marketing", MARKETING), ("accountant", ACCOUNTANT), ("owner", OWNER)}
    assert have == heads | sellers | others
    assert heads


def test_no_file_holds_a_word_that_is_not_the_persons(firm: Firm) -> None:
    assert list(map(str, leaks(firm, 3))) == []
    assert list(missing(firm)) == []


def test_a_planted_word_is_found_in_every_part(firm: Firm) -> None:
    assert list(unseen(firm, 3)) == []


def test_the_matrix_finds_a_planted_word_in_a_real_book(firm: Firm) -> None:
    assert access(firm.team, matrix=True).facts["fine"] is True
    person = firm.bundles[0].owner
    path = firm.book(Role.MANAGER, person)
    whole = path.read_bytes()
    planted(path, PARTS[0], foreign_word(firm, person))
    said = access(firm.team, matrix=True)
    path.write_bytes(whole)
    assert said.facts["fine"] is False
    assert any(f"НЕТ «{path.stem}»" in line for line in said.lines)


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_row_changes_books_with_the_leavers_unread_edit(firm: Firm, by_hand: bool) -> None:
    """By a handover, or by two cells of the owner's book: what hangs on them follows."""
    firm.by_hand = by_hand
    kept = moved(firm)
    firm.sync()
    assert list(kept.lost()) == []
    assert list(map(str, leaks(firm, 3))) == []
    assert list(missing(firm)) == []


def test_a_question_about_a_row_goes_along_with_the_row(firm: Firm) -> None:
    """Two versions of a comment are asked of the seller; then the client goes to another one."""
    bundle = firm.bundles[0]
    giver, deal, maker = bundle.owner, bundle.rows["deals"][0], Maker(firm.chance)
    words = maker.word(), maker.word()
    bundle.words += [Word("deals", "note", (word,)) for word in words]
    where = ("deals", deal, "note")
    typed_in(firm, firm.book(Role.MANAGER, giver), Role.MANAGER, where, words[0])
    typed_in(firm, firm.book(Role.OWNER, OWNER), Role.OWNER, where, words[1])
    firm.sync()
    assert [q.whom for q in questions(firm, "Две версии")] == [giver]
    taker = next(name for name in sellers(firm) if name != giver)
    given_by_hand(firm, bundle, taker)
    firm.sync()
    (question,) = questions(firm, "Две версии")
    assert question.whom == taker
    assert list(map(str, leaks(firm, 3))) == []
    with firm.writing() as (writer, by):
        writer.settle(question.number, Stance.KEPT, answer="Нет", at=by.at, outcome="")
    given_by_hand(firm, bundle, giver)
    firm.sync()
    assert list(map(str, leaks(firm, 3))) == [], "an answered one is shown for some days"


def test_an_edit_outside_the_rights_is_put_back_kept_and_told(firm: Firm) -> None:
    """
    marketing  types a phone over the veil and another state; the accountant pays 1 rouble more
    expect     the lead as it was, the payment as typed, two notes, the try in history
    """
    lead = firm.leads[0].rows["leads"][0]
    before = dict(row(firm, "leads", lead).values)
    path = firm.book(Role.MARKETING, MARKETING)
    veiled = shown(firm, Role.MARKETING, MARKETING, "leads", lead)["phone"]
    assert "•••" in str(veiled)
    typed_in(firm, path, Role.MARKETING, ("leads", lead, "phone"), "+7 999 111-22-33")
    typed_in(firm, path, Role.MARKETING, ("leads", lead, "state"), "Брак")
    with firm.team.store.read() as reader:
        payment = next(iter(reader.rows("payments")))
    money = firm.book(Role.ACCOUNTANT, ACCOUNTANT)
    typed_in(firm, money, Role.ACCOUNTANT, ("payments", payment, "purpose"), "Аванс")
    firm.sync()
    assert dict(row(firm, "leads", lead).values) == before
    assert row(firm, "payments", payment).values["purpose"] == "Аванс"
    again = shown(firm, Role.MARKETING, MARKETING, "leads", lead)
    assert (again["phone"], again["state"]) == (veiled, before["state"])
    assert [q.whom for q in questions(firm, "Правка не принята")] == [MARKETING]
    assert [q.whom for q in questions(firm, "Правка не по правам")] == [OWNER]
    with firm.team.store.read() as reader:
        history = reader.history("leads", lead, "state", limit=2)
    assert [change.after for change in history] == [before["state"], "Брак"]


def test_the_owners_line_overrides_the_default_at_once(firm: Firm) -> None:
    """A hidden column leaves the book, may not be typed meanwhile, and comes back unhurt."""
    bundle = firm.bundles[0]
    (client,) = bundle.rows["clients"]
    mine = (Role.MANAGER, bundle.owner, "clients", client)
    was = shown(firm, *mine)
    say(firm, "менеджер", "Клиенты", hide="Телефон; E-mail частично")
    firm.sync()
    now = shown(firm, *mine)
    assert now["name"] == was["name"]
    assert now.get("phone") is None
    assert str(now["email"]).endswith("•••")
    path = firm.book(Role.MANAGER, bundle.owner)
    typed_in(firm, path, Role.MANAGER, ("clients", client, "phone"), "+7 000 000-00-00")
    typed_in(firm, path, Role.MANAGER, ("clients", client, "city"), "Тверь")
    firm.sync()
    say(firm, "менеджер", "Клиенты", hide=None)
    firm.sync()
    back = shown(firm, *mine)
    assert (back["phone"], back["email"], back["city"]) == (was["phone"], was["email"], "Тверь")


def test_a_line_that_says_nothing_is_asked_about_and_changes_nothing(firm: Firm) -> None:
    say(firm, "бухгалтер", "Оплаты", rows="половина", hide="Погода")
    firm.sync()
    asked = questions(firm, "Не понял права")
    assert sorted(q.column for q in asked) == ["hide", "rows"]
    with firm.team.store.read() as reader:
        payment = next(iter(reader.rows("payments")))
    assert shown(firm, Role.ACCOUNTANT, ACCOUNTANT, "payments", payment)["amount"] is not None
    say(firm, "бухгалтер", "Оплаты", rows="нет", hide=None)
    firm.sync()
    assert shown(firm, Role.ACCOUNTANT, ACCOUNTANT, "payments", payment) == {}
    say(firm, "бухгалтер", "Оплаты", rows=Reach.ALL.value)
    firm.sync()
    assert shown(firm, Role.ACCOUNTANT, ACCOUNTANT, "payments", payment)["amount"] is not None
    open_ = [q for q in questions(firm, "Не понял права") if q.stance.value == "open"]
    assert open_ == []


def test_who_it_is_is_asked_of_nobody_who_may_not_know_the_client(firm: Firm) -> None:
    """A name like that of a colleague's client: the owner is asked, the colleague's name stays."""
    bundle = firm.bundles[0]
    other = next(b for b in firm.bundles if b.owner != bundle.owner)
    name = other.words[0].spellings[0]
    near = name[:-1] + ("а" if name[-1] != "а" else "б")
    path, deal = firm.book(Role.MANAGER, bundle.owner), bundle.rows["deals"][0]
    mine = shown(firm, Role.MANAGER, bundle.owner, "deals", deal)["client_id"]
    typed_in(firm, path, Role.MANAGER, ("deals", deal, "client_id"), f"ООО «{near}»")
    firm.sync()
    asked = [q for q in questions(firm, "Кто это") if q.row_id == deal]
    assert [q.whom for q in asked] == [OWNER]
    assert name in asked[0].wrong
    assert [str(one) for one in leaks(firm, 3) if one.person == bundle.owner] == []
    typed_in(firm, path, Role.MANAGER, ("deals", deal, "client_id"), mine)
    firm.sync()


def test_a_leavers_book_goes_to_the_owner_once_it_is_read(firm: Firm) -> None:
    """The last save of a leaver is merged first; then the file lies in «Ушедшие»."""
    bundle = firm.bundles[-1]
    path, deal = firm.book(Role.MANAGER, bundle.owner), bundle.rows["deals"][0]
    with firm.team.store.read() as reader:
        (staff,) = [i for i, r in reader.rows("staff").items() if r.values["fio"] == bundle.owner]
    with firm.writing() as (writer, by):
        writer.put("staff", staff, {"active": "нет"}, by=by)
    typed_in(firm, path, Role.MANAGER, ("deals", deal, "amount"), Decimal(7_654_321))
    firm.sync()
    assert path.exists()
    assert row(firm, "deals", deal).values["amount"] == Decimal(7_654_321)
    for _ in range(4):
        firm.sync()
    assert not path.exists()
    gone = firm.team.settings.folder / "Руководитель" / LEAVERS_FOLDER / bundle.owner / path.name
    assert gone.exists()
    assert all(state.person != bundle.owner for state in firm.books())
    with pytest.raises(AssertionError):
        firm.book(Role.MANAGER, bundle.owner)
