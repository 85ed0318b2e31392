"""Clients joined and parted: nothing that hung on a card is lost on the way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import permutations
from random import Random

import pytest

from model.errors import WrongPlace
from model.records import QuestionKind, Source, Stance
from model.texts.duplicates import PAGE
from sync.commands.joining import dedupe, merge, twins, unmerge
from sync.duplicates import proposal
from sync.scheduling.twins import keep_twins
from sync.team import Team
from sync.world.real_disk import RealDisk
from tests.sync.ledger import IVANOV, OWNER, SMIRNOVA, Ledger
from tests.sync.small_team import FakeWorld

INN, OTHER = "7701234560", "5018123450"
PAIRS, PAIRS_OF_ALL, TEAMS = 30, 5_000, 20
CLIENTS, AT_ONCE = 12, 6
HANGING = ("deals", "calls", "payments")
LANDLINE = "8 495 123-45-67"


def client(ledger: Ledger, row_id: str, **values: object) -> str:
    return ledger.put("clients", row_id, **{"owner": IVANOV, **values})


def number(ledger: Ledger, row_id: str) -> str:
    return f"К-{ledger.row('clients', row_id).number}"


def joined(team: Team) -> Mapping[str, str]:
    with team.store.read() as reader:
        return reader.joined("clients")


def said(ledger: Ledger, *, join: bool, dry_run: bool = False) -> tuple[str, ...]:
    return dedupe(ledger.team, join=join, now=ledger.now, dry_run=dry_run, everything=True).lines


def three_cards(ledger: Ledger) -> None:
    """Two cards of one client, and one that only looks like it."""
    client(ledger, "a", name="ООО «Вектор»", inn=INN)
    client(ledger, "b", name="Вектор", inn=INN, phone=LANDLINE)
    client(ledger, "c", name="Вектор")
    ledger.put("deals", "d1", client_id="ООО «Вектор»", owner=IVANOV, client_id_to="a")


def test_cards_of_one_client_are_told_before_they_are_joined(ledger: Ledger) -> None:
    three_cards(ledger)
    lines = said(ledger, join=False)
    assert lines[0] == "Одно и то же: 1 клиент в 2 карточках."
    assert f"{number(ledger, 'a')} ООО «Вектор»" in lines[2], "the one with a deal stays"
    assert "одинаковый ИНН" in lines[2]
    assert any("Спрошу" in line and "2 пары" in line for line in lines)
    assert joined(ledger.team) == {}


def test_joining_is_one_batch_that_can_be_undone(ledger: Ledger) -> None:
    three_cards(ledger)
    before = ledger.cells()
    assert said(ledger, join=True, dry_run=True)[-1] == "Это проверка: ничего не изменено."
    assert ledger.cells() == before
    last = said(ledger, join=True)[-1]
    assert joined(ledger.team) == {"b": "a"}
    with ledger.team.store.write() as writer:
        writer.undo(int(last.rpartition(" ")[2]), by=ledger.stamp(writer, Source.UNDO))
    assert ledger.cells() == before


def test_whose_a_client_is_the_program_never_chooses(ledger: Ledger) -> None:
    client(ledger, "a", name="Вектор", inn=INN)
    client(ledger, "b", name="Вектор", inn=INN, owner=SMIRNOVA)
    found = proposal(ledger.rows("clients"), {})
    assert found.clients == ()
    (pair,) = found.asked
    assert pair.reasons == ("одинаковый ИНН", "ведут разные менеджеры")
    said(ledger, join=True)
    assert joined(ledger.team) == {}


def test_two_cards_are_joined_and_parted_by_their_numbers(ledger: Ledger) -> None:
    three_cards(ledger)
    client(ledger, "d", name="Лютик", inn=OTHER)
    one, other = number(ledger, "a"), number(ledger, "d")
    merge(ledger.team, one, other, now=ledger.now, dry_run=False)
    assert joined(ledger.team) == {"d": "a"}
    with pytest.raises(WrongPlace):
        merge(ledger.team, other, one, now=ledger.now, dry_run=False)
    with pytest.raises(WrongPlace):
        merge(ledger.team, one, one, now=ledger.now, dry_run=False)
    told = unmerge(ledger.team, other.lower(), now=ledger.now, dry_run=False)
    assert joined(ledger.team) == {}
    assert told.lines[0].startswith(f"{other} Лютик и {one} ООО «Вектор» снова два клиента")
    for nobody in (other, "К-999", "Лютик"):
        with pytest.raises(WrongPlace):
            unmerge(ledger.team, nobody, now=ledger.now, dry_run=False)


def test_cards_that_are_one_are_not_joined_again(ledger: Ledger) -> None:
    names = [number(ledger, client(ledger, row_id, name=row_id)) for row_id in "abc"]
    for main, other in ((names[1], names[2]), (names[0], names[1])):
        merge(ledger.team, main, other, now=ledger.now, dry_run=False)
    for main, other in permutations(names, 2):
        with pytest.raises(WrongPlace):
            merge(ledger.team, main, other, now=ledger.now, dry_run=False)
    assert joined(ledger.team) == {"b": "a", "c": "a"}


def trade(ledger: Ledger, dice: Random) -> list[str]:
    """Clients, and deals, calls and payments that hang on them at random."""
    ids = [f"k{n}" for n in range(CLIENTS)]
    cards = {row: {"name": f"Клиент {row}", "owner": IVANOV} for row in ids}
    with ledger.team.store.write() as writer:
        by = ledger.stamp(writer, Source.PERSON)
        writer.put_many("clients", cards, by=by)
        for table in HANGING:
            names = [f"{table}{n}" for n in range(CLIENTS)]
            links = {row: {"client_id": dice.choice(ids)} for row in names}
            writer.put_many(table, {row: {"owner": IVANOV} for row in names}, links=links, by=by)
    return ids


def merged(ledger: Ledger, dice: Random, names: dict[str, str]) -> list[tuple[str, str]]:
    """So many cards joined, under cards that may be joined themselves."""
    done: list[tuple[str, str]] = []
    while len(done) < AT_ONCE:
        one, other = dice.sample(sorted(names), 2)
        under = {loser: main for main, loser in done}
        top = one
        while top in under:
            top = under[top]
        if other in under or top == other:
            continue
        merge(ledger.team, names[one], names[other], now=ledger.now, dry_run=False)
        done.append((one, other))
    return done


def edited(ledger: Ledger, dice: Random, pair: tuple[str, str]) -> tuple[str, str, str]:
    """What a person did while two cards were one: the kind, the table and the row."""
    kind = dice.choice(("none", "card", "row", "new link"))
    if kind == "card":
        return kind, "clients", ledger.put("clients", dice.choice(pair), note=f"{dice.random()}")
    table = dice.choice(HANGING)
    row = f"{table}{dice.randrange(CLIENTS)}"
    if kind != "none":
        moved = {"client_id_to": dice.choice(pair)} if kind == "new link" else {}
        ledger.put(table, row, note=f"{dice.random()}", **moved)
    return kind, table, row


def parted_as_before(ledger: Ledger, pairs: int, seed: int) -> Counter[str]:
    """Random pairs, joined several at once, edited and parted: all but the edits is as before."""
    dice, done = Random(seed), Counter[str]()
    names = {row: number(ledger, row) for row in trade(ledger, dice)}
    while done["pairs"] < pairs:
        before = ledger.cells()
        couples = merged(ledger, dice, names)
        mains = {main for main, _ in couples}
        done["chains"] += sum(other in mains for _, other in couples)
        edits = [edited(ledger, dice, pair) for pair in couples]
        assert len(joined(ledger.team)) == AT_ONCE
        for kind, table, row in edits:
            fresh = ledger.row(table, row)
            if kind != "none":
                before[row] = table, dict(fresh.values), dict(fresh.links)
        for _, other in dice.sample(couples, len(couples)):
            unmerge(ledger.team, names[other], now=ledger.now, dry_run=False)
        assert ledger.cells() == before
        done.update(["pairs"] * len(couples))
        done.update(kind for kind, _, _ in edits)
    return done


def test_parting_gives_every_link_back(ledger: Ledger) -> None:
    done = parted_as_before(ledger, PAIRS, seed=1)
    assert min(done[kind] for kind in ("card", "row", "new link", "chains")) > 3


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(TEAMS))
def test_parting_gives_every_link_back_five_thousand_times(ledger: Ledger, seed: int) -> None:
    done = parted_as_before(ledger, PAIRS_OF_ALL // TEAMS, seed)
    assert done["pairs"] >= PAIRS_OF_ALL // TEAMS
    assert min(done[kind] for kind in ("card", "row", "new link", "chains")) > 20


def test_who_parts_two_cards_has_said_no_for_ever(ledger: Ledger) -> None:
    three_cards(ledger)
    said(ledger, join=True)
    unmerge(ledger.team, number(ledger, "b"), now=ledger.now, dry_run=False)
    lines = said(ledger, join=True)
    assert lines[0] == "Одинаковых карточек нет."
    assert joined(ledger.team) == {}
    assert not any("одинаковый ИНН" in line for line in lines)
    ledger.settle()
    assert not [
        q
        for q in ledger.questions(QuestionKind.DUPLICATE)
        if {q.payload["main"], q.payload["loser"]} == {"a", "b"}
    ]


def test_an_unlike_pair_parted_is_no_answer_about_anything(ledger: Ledger) -> None:
    three_cards(ledger)
    client(ledger, "d", name="Лютик", inn=OTHER)
    merge(ledger.team, number(ledger, "a"), number(ledger, "d"), now=ledger.now, dry_run=False)
    unmerge(ledger.team, number(ledger, "d"), now=ledger.now, dry_run=False)
    with ledger.team.store.read() as reader:
        assert reader.questions(stances={Stance.KEPT}) == ()


def test_no_outlives_edits_and_holds_for_dedupe(ledger: Ledger) -> None:
    client(ledger, "a", name="ООО «Вектор»", inn=INN)
    client(ledger, "b", name="Вектор", inn=INN)
    ledger.settle()
    ledger.answer(ledger.question(QuestionKind.DUPLICATE), "Нет")
    for phone in (LANDLINE, "8 916 123-45-67"):
        ledger.type("clients", "a", phone=phone)
        ledger.type("clients", "b", phone=phone)
        assert not ledger.questions(QuestionKind.DUPLICATE)
    assert said(ledger, join=True)[:2] == ("Одинаковых карточек нет.", "Спрашивать не о чем.")
    assert joined(ledger.team) == {}


def test_a_group_never_holds_two_that_were_told_apart(ledger: Ledger) -> None:
    """The third card is of one of the two; of which, a person says."""
    client(ledger, "a", name="ООО «Вектор»", inn=INN)
    client(ledger, "b", name="Вектор", inn=INN)
    client(ledger, "c", name="Вектор", inn=INN)
    refused = {"duplicate|clients|a|b"}
    found = proposal(ledger.rows("clients"), {}, refused)
    assert [(one.main, one.others) for one in found.clients] == [("a", ("c",))]
    (pair,) = found.asked
    assert {pair.left, pair.right} == {"b", "c"}
    assert pair.reasons[-1] == "но среди остальных есть тот, о ком ответили «Нет»"


def test_a_toll_free_number_ties_nobody(ledger: Ledger) -> None:
    client(ledger, "a", name="Вектор", phone="8 800 555-35-35")
    client(ledger, "b", name="Лютик", phone="8 (800) 555 35 35")
    client(ledger, "c", name="Заря", phone="8 804 333-00-00")
    client(ledger, "d", name="Клён", phone="+7 804 333 00 00")
    found = proposal(ledger.rows("clients"), {})
    assert (found.clients, found.asked) == ((), ())


def test_a_switchboard_is_told_and_ties_nobody(ledger: Ledger) -> None:
    for row_id, name in (("a", "Вектор"), ("b", "Лютик"), ("c", "Заря")):
        client(ledger, row_id, name=name, phone=LANDLINE, email="office@bc.ru")
    found = proposal(ledger.rows("clients"), {})
    assert found.asked == ()
    assert found.crowds == {"+74951234567": ("a", "b", "c"), "office@bc.ru": ("a", "b", "c")}
    lines = said(ledger, join=False)
    (told,) = (line for line in lines if line.startswith("+7 495 123-45-67"))
    assert told.endswith("К-1, К-2, К-3")
    client(ledger, "d", name="Вектор", phone=f"{LANDLINE} доб. 7")
    tied = proposal(ledger.rows("clients"), {}).asked
    assert {(p.left, p.right) for p in tied} == {("a", "d")}, "by the name alone"


def test_a_joined_card_says_what_stands_for_both(ledger: Ledger) -> None:
    client(ledger, "a", name="ООО «Вектор»", inn=INN, city="Пермь")
    client(ledger, "b", name="ООО «Вектор»", inn=INN, phone=LANDLINE, city="Омск", owner=SMIRNOVA)
    told = merge(ledger.team, "К-1", "К-2", now=ledger.now, dry_run=True)
    assert "Телефон: 8 495 123-45-67 (есть только у одной)" in told.lines
    assert "Менеджер: решаете вы (чей клиент, программа не выбирает)" in told.lines
    assert any(line.startswith("Город: ") for line in told.lines)
    assert ledger.row("clients", "a").values["city"] == "Пермь", "nothing is written into cells"


def test_the_page_shows_both_cards_and_is_self_contained(ledger: Ledger) -> None:
    three_cards(ledger)
    client(ledger, "d", name="<b>Вектор</b>", inn=INN, owner=SMIRNOVA)
    disk, place = RealDisk(), ledger.team.settings.folder / "Руководитель" / PAGE
    twins(ledger.team, disk, now=ledger.now, dry_run=True)
    assert not place.exists()
    told = twins(ledger.team, disk, now=ledger.now, dry_run=False)
    page = place.read_text(encoding="utf-8")
    assert told.facts == {"page": str(place)}
    assert "Главная К-1" in page
    assert "одинаковый ИНН" in page
    assert "решаете вы" in page
    assert "&lt;b&gt;Вектор" in page
    assert "<b>Вектор" not in page
    assert not re.search(r"<script|src=|href=|url\(", page)


def test_the_page_is_there_when_the_owner_is_asked_and_follows_the_questions(
    ledger: Ledger,
) -> None:
    world = FakeWorld().world()
    place = ledger.team.settings.folder / "Руководитель" / PAGE
    assert not keep_twins(ledger.team, world)
    assert not place.exists()
    client(ledger, "a", name="ООО «Вектор»", inn=INN, city="Пермь")
    client(ledger, "b", name="Вектор", inn=INN, city="Омск", owner=SMIRNOVA)
    ledger.settle()
    (asked,) = (q for q in ledger.questions(QuestionKind.DUPLICATE) if q.whom == OWNER)
    assert asked.wrong.endswith(f"Рядом: файл «{PAGE}»")
    assert keep_twins(ledger.team, world)
    assert "Омск" in place.read_text(encoding="utf-8")
    assert not keep_twins(ledger.team, world)
    ledger.put("clients", "b", city="Тверь")
    ledger.settle()
    assert keep_twins(ledger.team, world)
    assert "Тверь" in place.read_text(encoding="utf-8")
    ledger.answer(asked, "Нет")
    assert keep_twins(ledger.team, world)
    assert "Тверь" not in place.read_text(encoding="utf-8")
    assert not keep_twins(ledger.team, world)
