"""The whole pass over a spreadsheet, with the emulator in Google's place."""

from __future__ import annotations

import pytest

from model.records import QuestionKind
from sync.commands.copies_parts import Asked, restore_whole
from sync.online import EXPORT, look_after
from tests.google.office import Cloudy
from tests.sync.teams import HEAD, HIS, IVANOV


def test_a_book_that_moved_into_google_shows_what_the_file_showed(cloudy: Cloudy) -> None:
    rows = cloudy.hand(HIS).shown("clients")
    assert {r["name"] for r in rows.values()} == {
        r.values["name"] for r in cloudy.office.rows("clients").values()
    }
    assert cloudy.office.sync().quiet


@pytest.mark.soak
def test_an_edit_in_google_comes_to_the_file_and_back(cloudy: Cloudy) -> None:
    client = cloudy.office.the("clients", name="ИП Громов")
    cloudy.hand(HIS).put("clients", client.row_id, phone="8 495 111-22-33")
    report = cloudy.office.sync()
    assert sum(book.edits for book in report.books) == 1
    cloudy.office.rest()
    assert cloudy.office.cell(HEAD, "clients", client.row_id, "phone").value == "8 495 111-22-33"
    with cloudy.office.edit(HEAD) as pen:
        pen.put("clients", client.row_id, phone="8 495 444-55-66")
    cloudy.office.rest()
    assert cloudy.hand(HIS).shown("clients")[client.row_id]["phone"] == "8 495 444-55-66"


@pytest.mark.soak
def test_a_new_row_gets_its_id_and_its_number(cloudy: Cloudy) -> None:
    cloudy.hand(HIS).add("clients", name="ООО «Жасмин»", phone="8 812 555-66-77")
    cloudy.office.rest()
    client = cloudy.office.the("clients", name="ООО «Жасмин»")
    shown = cloudy.hand(HIS).shown("clients")[client.row_id]
    assert (shown["name"], shown["id"]) == ("ООО «Жасмин»", f"К-{client.number}")


@pytest.mark.soak
def test_an_edit_that_is_taken_back_is_an_edit(cloudy: Cloudy) -> None:
    client = cloudy.office.the("clients", name="ИП Громов")
    hand = cloudy.hand(HIS)
    before = hand.shown("clients")[client.row_id]["phone"]
    for phone in ("8 495 111-22-33", before, "8 495 111-22-33", before):
        hand.put("clients", client.row_id, phone=phone)
        cloudy.office.rest()
        assert cloudy.office.the("clients", name="ИП Громов").values["phone"] == phone


@pytest.mark.soak
def test_a_second_pass_without_edits_writes_nothing(cloudy: Cloudy) -> None:
    cloudy.hand(HIS).put(
        "clients", cloudy.office.the("clients", name="ИП Громов").row_id, note="звонил"
    )
    cloudy.office.rest()
    version = cloudy.hand(HIS).book.version
    assert [cloudy.office.sync().quiet for _ in range(3)] == [True] * 3
    assert cloudy.hand(HIS).book.version == version


@pytest.mark.soak
def test_sorted_inserted_and_deleted_rows_are_known_by_their_ids(cloudy: Cloudy) -> None:
    hand, office = cloudy.hand(HIS), cloudy.office
    clients = office.rows("clients")
    hand.sort("clients", "name", down=True)
    hand.insert("clients", 5)
    gone = next(iter(clients))
    hand.delete("clients", gone)
    office.rest()
    assert set(office.rows("clients")) == set(clients) - {gone}
    assert {r["name"] for r in hand.shown("clients").values()} == {
        record.values["name"] for row_id, record in clients.items() if row_id != gone
    }


def test_grey_columns_are_locked_and_locks_come_back(cloudy: Cloudy) -> None:
    hand = cloudy.hand(HIS)
    client = cloudy.office.the("clients", name="ИП Громов").row_id
    assert not hand.try_put("clients", client, id="К-999")
    tab, _ = hand.tab("clients")
    tab.protections.clear()
    cloudy.google.cloud.touched(hand.book.id)
    assert hand.try_put("clients", client, id="К-999")
    cloudy.office.rest()
    assert not hand.try_put("clients", client, id="К-998")
    assert hand.shown("clients")[client]["id"] != "К-999"


@pytest.mark.soak
def test_a_renamed_tab_is_known_by_its_keys(cloudy: Cloudy) -> None:
    hand = cloudy.hand(HIS)
    hand.rename("clients", "Мои клиенты")
    client = cloudy.office.the("clients", name="ИП Громов").row_id
    hand.put("clients", client, note="после переименования")
    cloudy.office.rest()
    assert cloudy.office.rows("clients")[client].values["note"] == "после переименования"


@pytest.mark.long
def test_phones_of_private_persons_stay_out_of_google(cloudy: Cloudy) -> None:
    office, hand = cloudy.office, cloudy.hand(HIS)
    with office.edit(HEAD) as pen:
        pen.add("clients", name="Петрова Анна", phone="8 903 222-33-44", owner=IVANOV)
        pen.add("clients", name="ООО «Контур»", phone="8 495 777-88-99", owner=IVANOV)
    office.rest()
    private = office.the("clients", name="Петрова Анна")
    company = office.the("clients", name="ООО «Контур»")
    assert private.values["phone"] == "8 903 222-33-44"
    shown = hand.shown("clients")
    assert "phone" not in shown[private.row_id]
    assert shown[company.row_id]["phone"] == "8 495 777-88-99"
    row = hand.add("clients", name="Сидоров Пётр", phone="8 903 555-66-77")
    office.rest()
    typed = office.the("clients", name="Сидоров Пётр")
    tab, keys = hand.tab("clients")
    assert typed.values["phone"] == "8 903 555-66-77" == tab.at(row, keys["phone"]).value
    with office.edit(HEAD) as pen:
        pen.put("clients", typed.row_id, phone="8 903 888-99-00")
    office.rest()
    assert "phone" not in hand.shown("clients")[typed.row_id]
    assert office.rows("clients")[typed.row_id].values["phone"] == "8 903 888-99-00"


@pytest.mark.soak
def test_a_number_typed_over_a_withheld_one_is_asked_about(cloudy: Cloudy) -> None:
    office, hand = cloudy.office, cloudy.hand(HIS)
    with office.edit(HEAD) as pen:
        pen.add("clients", name="Петрова Анна", phone="8 903 222-33-44", owner=IVANOV)
    office.rest()
    row_id = office.the("clients", name="Петрова Анна").row_id
    hand.put("clients", row_id, phone="8 903 555-66-77")
    office.rest()
    (asked,) = office.questions(QuestionKind.CONFLICT)
    assert "8 903 555-66-77" in f"{asked.wrong} {asked.proposal}"
    shown = [str(v) for r in hand.shown("questions").values() for v in r.values()]
    assert not any("222-33-44" in text for text in shown)


def test_a_stranger_is_named_once_and_a_copy_is_taken_each_day(cloudy: Cloudy) -> None:
    office, key = cloudy.office, cloudy.hand(HIS).book.id
    cloudy.google.cloud.share(key, "rival@example.com", "reader")
    for _ in range(2):
        look_after(office.team, cloudy.world())
    words = [q.wrong for q in office.questions() if q.key.startswith("stranger|")]
    assert words == ["Таблицу может открыть чужой: rival@example.com, читатель."]
    copies = [c for c in office.team.backups.list(HIS) if c.why == EXPORT]
    assert len(copies) == 1
    assert office.team.backups.read(copies[0].id).startswith(b"PK")


@pytest.mark.long
def test_a_copy_brings_a_spreadsheet_back_but_not_what_was_kept_out_of_it(cloudy: Cloudy) -> None:
    office, hand = cloudy.office, cloudy.hand(HIS)
    with office.edit(HEAD) as pen:
        pen.add("clients", name="Петрова Анна", phone="8 903 222-33-44", owner=IVANOV)
    office.rest()
    private, firm = (
        office.the("clients", name="Петрова Анна"),
        office.the("clients", name="ИП Громов"),
    )
    copy = office.team.backups.list(HIS)[0]
    hand.put("clients", firm.row_id, note="не то")
    hand.put("clients", private.row_id, city="Тверь")
    office.rest()
    assert office.the("clients", name="Петрова Анна").values["city"] == "Тверь"
    asked, world = Asked(copy=copy.id), cloudy.world()
    assert restore_whole(office.team, asked, world=world, dry_run=True).facts["cells"] == 2
    said = restore_whole(office.team, asked, world=world, dry_run=False)
    assert "История версий" in said.lines[-1]
    office.rest()
    assert "note" not in hand.shown("clients")[firm.row_id]
    assert "city" not in hand.shown("clients")[private.row_id]
    assert office.the("clients", name="Петрова Анна").values["phone"] == "8 903 222-33-44"
    assert restore_whole(office.team, asked, world=world, dry_run=True).facts["cells"] == 0
