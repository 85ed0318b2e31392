"""A book that somebody has open all day is read and written there, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from model.errors import LiveUnsettled
from model.records import QuestionKind
from sync.books.live.documents import READ_WITHIN
from sync.world import Gone
from tests.books import grounds
from tests.books.contract import lived
from tests.books.grounds import Ground
from tests.books.memory import MemoryDocument, opened
from tests.sync.conftest import office, rested
from tests.sync.teams import HEAD, HIS, IVANOV, Office

__all__ = ["office", "rested"]


@pytest.fixture
def ground(office: Office) -> Ground:
    """His book is open in a program that lets us in."""
    return grounds.memory(office)


def the_document(ground: Ground) -> MemoryDocument:
    found: MemoryDocument = next(iter(ground.extra["shelf"].documents.values()))
    return found


def close_unsaved(ground: Ground) -> None:
    """«Не сохранять»."""
    path = ground.office.path(HIS)
    ground.extra["shelf"].documents.clear()
    path.with_name(f"~${path.name}").unlink()


def test_an_open_book_is_written_while_it_is_open(ground: Ground) -> None:
    office, file = ground.office, ground.office.path(HIS).read_bytes()
    client = office.the("clients", name="ИП Громов").row_id
    with office.edit(HEAD) as pen:
        pen.put("clients", client, phone="8 495 111-22-33")
    ground.hand.put("clients", client, note="звонил")
    office.rest()
    assert ground.hand.shown("clients")[client]["phone"] == "8 495 111-22-33"
    assert office.shown(HEAD, "clients")[client]["note"] == "звонил"
    assert office.path(HIS).read_bytes() == file
    assert not the_document(ground).saved


def test_closing_without_saving_loses_nothing_and_is_told(ground: Ground) -> None:
    office, client = ground.office, ground.office.the("clients", name="ИП Громов").row_id
    office.rest()
    ground.hand.put("clients", client, note="звонил")
    office.rest()
    close_unsaved(ground)
    office.rest()
    assert office.shown(HIS, "clients")[client]["note"] == "звонил"
    assert [q.about for q in office.questions(QuestionKind.ROLLBACK)] == ["Закрыли без сохранения"]


def test_a_look_into_a_book_is_nothing_to_tell(ground: Ground) -> None:
    office = ground.office
    path = office.path(HIS)
    for _ in range(4):
        office.rest()
        close_unsaved(ground)
        office.rest()
        ground.extra["shelf"].documents[path] = opened(path)
        path.with_name(f"~${path.name}").write_bytes(b"\x06Ivanov")
    assert not office.questions(QuestionKind.ROLLBACK)
    assert not office.questions(QuestionKind.HOLD)


@pytest.mark.soak
def test_a_book_closed_and_opened_between_two_passes_keeps_what_was_read(ground: Ground) -> None:
    office, client = ground.office, ground.office.the("clients", name="ИП Громов").row_id
    office.rest()
    ground.hand.put("clients", client, note="звонил")
    office.sync()
    path = office.path(HIS)
    ground.extra["shelf"].documents[path] = opened(path)
    office.rest()
    assert ground.hand.shown("clients")[client]["note"] == "звонил"


def test_saving_and_closing_is_no_edit(ground: Ground) -> None:
    office, client = ground.office, ground.office.the("clients", name="ИП Громов").row_id
    ground.hand.put("clients", client, note="звонил")
    office.rest()
    ground.save()
    close_unsaved(ground)
    office.rest()
    assert office.rows("clients")[client].values["note"] == "звонил"
    assert not office.questions(QuestionKind.ROLLBACK)


def test_nothing_is_written_while_a_cell_is_being_edited(ground: Ground) -> None:
    office, client = ground.office, ground.office.the("clients", name="ИП Громов").row_id
    office.rest()
    document = the_document(ground)
    document.editing = True
    with office.edit(HEAD) as pen:
        pen.put("clients", client, phone="8 495 111-22-33")
    count = document.count
    report = office.sync()
    his = next(book for book in report.books if book.state.book == HIS)
    assert (his.waiting > 0, document.count) == (True, count)
    assert "печатают" in his.state.holder
    document.editing = False
    office.rest()
    assert ground.hand.shown("clients")[client]["phone"] == "8 495 111-22-33"


def test_whoever_takes_our_step_back_deletes_no_rows(ground: Ground) -> None:
    office = ground.office
    office.rest()
    with office.edit(HEAD) as pen:
        pen.add("clients", name="ООО «Жасмин»", owner=IVANOV)
    office.rest()
    row = office.the("clients", name="ООО «Жасмин»").row_id
    assert row in ground.hand.rows("clients")
    ground.undo()
    assert row not in ground.hand.rows("clients")
    office.rest()
    assert row in office.rows("clients")
    assert row in ground.hand.rows("clients")


def test_a_program_that_stands_still_is_left_alone_and_the_book_waits(ground: Ground) -> None:
    office, asked = ground.office, list[str]()
    office.rest()
    file = office.path(HIS).read_bytes()
    client = office.the("clients", name="ИП Громов").row_id
    with office.edit(HEAD) as pen:
        pen.put("clients", client, phone="8 495 111-22-33")

    def stands_still(do: str) -> None:
        asked.append(do)
        office.now += timedelta(seconds=READ_WITHIN)
        raise Gone

    ground.around.append(stands_still)
    for _ in range(3):
        his = next(book for book in office.sync(0).books if book.state.book == HIS)
        assert his.waiting > 0
    assert asked == ["read"]
    assert office.path(HIS).read_bytes() == file
    ground.around.clear()
    office.rest()
    assert ground.hand.shown("clients")[client]["phone"] == "8 495 111-22-33"


@pytest.mark.parametrize("after", [1, 4])
def test_a_child_killed_inside_a_write_leaves_nothing_half_done(office: Office, after: int) -> None:
    ground = grounds.excel(office)
    office.rest()
    client = office.the("clients", name="ИП Громов").row_id
    with office.edit(HEAD) as pen:
        pen.put("clients", client, phone="8 495 111-22-33")
        pen.add("clients", name="ООО «Жасмин»", owner=IVANOV)
    assert ground.cut is not None
    ground.cut(after)
    his = next(book for book in office.sync().books if book.state.book == HIS)
    assert isinstance(his.fault, LiveUnsettled)
    ground.hand.put("clients", client, note="звонил")
    office.rest()
    shown = ground.hand.shown("clients")
    assert (shown[client]["phone"], shown[client]["note"]) == ("8 495 111-22-33", "звонил")
    assert [row["name"] for row in shown.values()].count("ООО «Жасмин»") == 1
    assert ground.extra["shelf"].switches == {"screen": True, "events": True}


@pytest.mark.soak
@pytest.mark.parametrize("place", ["memory", "excel", "file"])
def test_the_contract_of_a_book(office: Office, tmp_path: Path, place: str) -> None:
    life = lived(getattr(grounds, place)(office), tmp_path, seed=7, rounds=6)
    assert life.broken() == []


@pytest.fixture
def in_calc(office: Office, tmp_path: Path) -> Iterator[Ground]:
    with grounds.libreoffice(office, tmp_path) as ground:
        yield ground


@pytest.mark.long
@pytest.mark.system("soffice", "uno")
def test_the_contract_in_a_real_libreoffice(in_calc: Ground, tmp_path: Path) -> None:
    life = lived(in_calc, tmp_path, seed=3, rounds=2)
    assert life.broken() == []
