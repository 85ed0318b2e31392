"""Books that cannot be read or written: each is named for what it is and left as it is.

The other books of the pass go on, and once the bad one is mended nothing has been lost.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from model.blueprint import Role
from model.errors import (
    CannotWrite,
    CrmError,
    EncryptedWorkbook,
    ExitCode,
    HalfCopied,
    KeysLost,
    NotAWorkbook,
    NotOurWorkbook,
    SheetGone,
    WorkbookGone,
)
from model.records import BatchKind, Source, Stamped
from model.row_ids import new_row_id
from model.snapshot import Stamp
from model.texts import say
from store.schema import intents
from sync.books.stamp import stamp_text
from sync.cycle import BookReport
from templates.build import build_book
from tests.sync.teams import HEAD, HIS, IVANOV, Office, close, copy_office, touch_owner_file

HEADS_EDIT = Decimal(777_000)
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def saved_with(change: Callable[[Any], None]) -> Callable[[Office, bytes], bytes]:
    """A book after a person's change in another program."""

    def save(_: Office, raw: bytes) -> bytes:
        workbook = openpyxl.load_workbook(io.BytesIO(raw))
        change(workbook)
        out = io.BytesIO()
        workbook.save(out)
        return out.getvalue()

    return save


def without_clients(workbook: Any) -> None:
    del workbook["Клиенты"]


def without_keys_and_headings(workbook: Any) -> None:
    for row in workbook["Сделки"].iter_rows(min_row=1, max_row=3):
        for cell in row:
            if type(cell).__name__ != "MergedCell":
                cell.value = None


def of_another_team(office: Office, _: bytes) -> bytes:
    stamp = stamp_text(Stamp("ANOTHERTEAM", HIS, 3))
    return build_book(office.team.blueprint, Role.MANAGER, stamp=stamp, people=1)


def encrypted(_: Office, __: bytes) -> bytes:
    names = "EncryptionInfo EncryptedPackage".encode("utf-16-le")
    return OLE + b"\0" * 1016 + names + b"\0" * 4096


BAD: dict[str, tuple[Callable[[Office, bytes], bytes], type[CrmError], ExitCode, str]] = {
    "a pdf": (
        lambda _, __: b"%PDF-1.7 " + b"x" * 400,
        NotAWorkbook,
        ExitCode.STOPPED,
        "не книга Excel",
    ),
    "half copied": (
        lambda _, raw: raw[: len(raw) // 2],
        HalfCopied,
        ExitCode.BUSY,
        "записан не до конца",
    ),
    "encrypted": (encrypted, EncryptedWorkbook, ExitCode.STOPPED, "закрыт паролем"),
    "a sheet is gone": (
        saved_with(without_clients),
        SheetGone,
        ExitCode.STOPPED,
        "нет листа «Клиенты»",
    ),
    "keys and headings are gone": (
        saved_with(without_keys_and_headings),
        KeysLost,
        ExitCode.STOPPED,
        "на листе «Сделки» пропали",
    ),
    "of another team": (of_another_team, NotOurWorkbook, ExitCode.STOPPED, "не этой команды"),
}


@pytest.fixture(scope="module")
def edited(rested: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A team whose head has changed the amount of the first deal."""
    office = copy_office(rested, tmp_path_factory.mktemp("edited"))
    with office.edit(HEAD) as pen:
        pen.put("deals", first_deal(office), amount=int(HEADS_EDIT))
    close(office)
    return office


@pytest.fixture
def office(edited: Office, tmp_path: Path) -> Any:
    copy = copy_office(edited, tmp_path)
    yield copy
    close(copy)


def first_deal(office: Office) -> str:
    return next(iter(office.rows("deals")))


def report_of(office: Office, book: str) -> BookReport:
    """One pass: the report of one book."""
    return next(b for b in office.sync().books if b.state.book == book)


def said(fault: CrmError) -> str:
    return say(fault.text, **fault.facts)


def the_head_goes_on(office: Office) -> None:
    deal = first_deal(office)
    assert office.rows("deals")[deal].values["amount"] == HEADS_EDIT
    assert office.cell(HEAD, "deals", deal, "rest").value == HEADS_EDIT


def his_book_mended(office: Office) -> None:
    office.rest()
    shown = office.shown(HIS, "deals")
    assert shown[first_deal(office)]["amount"] == HEADS_EDIT
    assert set(shown) == set(office.rows("deals"))


@pytest.mark.parametrize("what", BAD)
def test_a_book_that_cannot_be_read_is_named_and_left_alone(office: Office, what: str) -> None:
    spoil, error, code, words = BAD[what]
    path = office.path(HIS)
    good, rows = path.read_bytes(), {t: set(office.rows(t)) for t in ("clients", "deals")}
    bad = spoil(office, good)
    path.write_bytes(bad)
    fault = report_of(office, HIS).fault
    assert type(fault) is error
    assert fault.exit_code is code
    assert words in said(fault)
    assert path.name in said(fault)
    assert path.read_bytes() == bad
    assert {t: set(office.rows(t)) for t in rows} == rows, "unreadable is never empty"
    the_head_goes_on(office)


def test_a_book_that_is_gone_is_asked_for(office: Office) -> None:
    path = office.path(HIS)
    good = path.read_bytes()
    path.unlink()
    fault = report_of(office, HIS).fault
    assert type(fault) is WorkbookGone
    assert fault.exit_code is ExitCode.BUSY
    assert not path.exists()
    the_head_goes_on(office)
    path.write_bytes(good)
    his_book_mended(office)


def test_a_lost_key_row_is_made_up_for_by_recognisable_headings(office: Office) -> None:
    path, deal = office.path(HIS), list(office.rows("deals"))[1]

    def lose_keys(workbook: Any) -> None:
        sheet = workbook["Сделки"]
        columns = {c.value: c.column for c in sheet[1] if c.value}
        row = next(n for n in range(4, 20) if sheet.cell(n, columns["deals.row_id"]).value == deal)
        sheet.cell(row, columns["deals.note"]).value = "ждут скидку"
        for cell in sheet[1]:
            cell.value = None

    path.write_bytes(saved_with(lose_keys)(office, path.read_bytes()))
    assert report_of(office, HIS).fault is None
    assert office.rows("deals")[deal].values["note"] == "ждут скидку"
    assert office.rows("deals")[deal].values["amount"] == Decimal(200_000)
    the_head_goes_on(office)


def test_an_open_book_is_read_and_waits(office: Office) -> None:
    path = office.path(HIS)
    before = path.read_bytes()
    sign = touch_owner_file(path, at=office.now)
    report = report_of(office, HIS)
    assert report.fault is None
    assert report.waiting
    assert "Excel" in report.state.holder
    assert path.read_bytes() == before
    the_head_goes_on(office)
    sign.unlink()
    his_book_mended(office)


def test_an_owner_file_of_yesterday_stops_nobody(office: Office) -> None:
    touch_owner_file(office.path(HIS), at=office.now - timedelta(hours=20), program="libreoffice")
    assert report_of(office, HIS).written
    his_book_mended(office)


@pytest.mark.parametrize(
    ("call", "number", "words"),
    [("fsync", errno.ENOSPC, "нет места"), ("open", errno.EACCES, "нет прав")],
)
def test_a_disk_that_takes_nothing_leaves_the_live_file(
    office: Office, call: str, number: int, words: str
) -> None:
    path = office.path(HIS)
    before = path.read_bytes()
    real = getattr(os, call)

    def refuse(what: Any, *given: Any, **named: Any) -> Any:
        name = str(Path(f"/proc/self/fd/{what}").readlink()) if isinstance(what, int) else str(what)
        if IVANOV in name:
            raise OSError(number, os.strerror(number))
        return real(what, *given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, call, refuse)
        fault = report_of(office, HIS).fault
    assert type(fault) is CannotWrite
    assert fault.exit_code is ExitCode.BUSY
    assert words in said(fault)
    assert path.read_bytes() == before
    assert not list(path.parent.glob(".sheetcrm-*"))
    with office.team.store._engine.connect() as connection:
        journal = connection.execute(select(intents.c.done)).scalars().all()
    assert any(line.startswith("CannotWrite:") and words in line for line in journal)
    the_head_goes_on(office)
    his_book_mended(office)


def test_a_page_that_cannot_be_written_stops_no_other(office: Office) -> None:
    page = office.path(HIS).with_name("Мой прогноз.html")
    page.unlink()
    page.mkdir()
    fault = report_of(office, HIS).fault
    assert type(fault) is CannotWrite
    assert page.name in said(fault)
    the_head_goes_on(office)
    page.rmdir()
    his_book_mended(office)
    assert page.is_file()


def test_a_text_from_outside_never_becomes_a_formula(office: Office) -> None:
    texts = ["=1+1", "+7 звоните", "-50 %", "@все", "\tтаб", "\rвозврат", '=HYPERLINK("http://x")']
    at = office.now
    ids = [new_row_id(office.team.settings.family, office.chance.randbytes) for _ in texts]
    with office.team.store.write() as writer:
        by = Stamped(at, "сайт", Source.IMPORT, None, writer.start_batch(BatchKind.IMPORT, "", at))
        for row_id, text in zip(ids, texts, strict=True):
            writer.put("leads", row_id, {"name": text, "text": text, "owner": IVANOV}, by=by)
    office.rest()
    for book in (HEAD, HIS):
        read = {r.row_id: r for r in office.loaded(book).snapshot.tables["leads"].rows}
        assert [read[i].value("text") for i in ids] == texts
        assert {read[i].cells["text"].formula for i in ids} == {None}
    assert [office.rows("leads")[i].values["name"] for i in ids] == texts
