"""Living books brought to a newer blueprint."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest

from model.blueprint import KEY_ROW, Blueprint
from model.errors import SheetGone, WrongPlace
from model.records import BatchKind
from sync.commands.said import dumped
from sync.commands.upgrading import said_of, said_of_back
from sync.ooxml import BookFile
from sync.upgrade import Did, UpgradeReport, Why, take_back, upgrade
from tests.sync.teams import HEAD, HIS, Office, touch_owner_file
from tests.sync.upgrade.newer import (
    AGREEMENTS,
    FREIGHT,
    HALF,
    open_to_all,
    shown_to_all,
    with_columns,
    with_sheet,
)


@pytest.fixture(autouse=True)
def rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the later version lets each role do."""
    for holder in ("sync.rights", "sync.rights_lines"):
        monkeypatch.setattr(f"{holder}.DEFAULTS", open_to_all())


def newer(office: Office, blueprint: Blueprint) -> None:
    """The program of a later version takes over."""
    office.team = replace(office.team, blueprint=blueprint)
    office.restart()


def upgraded(office: Office, *, dry_run: bool = False) -> UpgradeReport:
    office.now += timedelta(minutes=1)
    return upgrade(office.team, office.world(), dry_run=dry_run)


def back(office: Office, number: int | None):
    assert number is not None
    office.now += timedelta(minutes=1)
    return take_back(office.team, office.world(), number)


def books(office: Office) -> dict[str, tuple[str, int]]:
    """Fingerprint and time of the workbooks; pages name the minute."""
    return {name: seen for name, seen in office.files().items() if name.endswith(".xlsx")}


def members(office: Office, book: str) -> dict[str, bytes]:
    raw = office.path(book).read_bytes()
    package = BookFile.open(raw, name=book).package
    return {m.name: package.read(m) for m in package.members}


def test_a_new_column_comes_filled_and_dressed(office: Office):
    """A column to type in, one that counts, one with a list; people's cells are not touched."""
    newer(office, with_columns(office.team.blueprint))
    before = {book: office.shown(book, "deals") for book in (HEAD, HIS)}
    report = upgraded(office)
    assert all(book.written and not book.left for book in report.books)
    assert [s.title for s in report.books[0].done] == [
        "Доставка, руб.", "Половина суммы", "Куда писать",
    ]  # fmt: skip
    for book in (HEAD, HIS):
        after = office.shown(book, "deals")
        for row_id, row in before[book].items():
            assert {k: after[row_id].get(k) for k in row if k != "changed_at"} == {
                k: v for k, v in row.items() if k != "changed_at"
            }
            amount = row.get("amount")
            assert after[row_id]["half_sum"] == (Decimal(str(amount)) / 2 if amount else "")
    raw = office.path(HIS).read_bytes()
    sheet = openpyxl.load_workbook(office.path(HIS))["Сделки"]
    col = office.loaded(HIS).snapshot.tables["deals"].places["freight"]
    assert sheet.cell(KEY_ROW, col).value == "deals.freight"
    assert sheet.cell(3, col).value == FREIGHT.title.ru
    assert sheet.cell(4, col).number_format == sheet["F4"].number_format
    rules = [r for r in sheet.data_validations.dataValidation if r.formula1 == "list_sources"]
    assert any(str(r.sqref).startswith("AU") or r.errorTitle == "Нет в списке" for r in rules)
    names = BookFile.open(raw, name="x").names
    assert names["deals_half_sum"].startswith("'Сделки'!$")


def test_a_second_upgrade_does_nothing(office: Office):
    newer(office, with_sheet(with_columns(office.team.blueprint)))
    upgraded(office)
    office.rest()
    files = books(office)
    report = upgraded(office)
    assert report.batch is None
    assert not any(book.done or book.left for book in report.books)
    assert books(office) == files


def test_a_book_of_today_lacks_nothing(office: Office):
    files = books(office)
    report = upgraded(office)
    assert report.batch is None
    assert not any(book.done or book.left for book in report.books)
    assert books(office) == files


def test_what_was_typed_into_the_new_column_is_taken(office: Office):
    newer(office, with_columns(office.team.blueprint))
    upgraded(office)
    deal = office.the("deals", client_id="ИП Громов")
    with office.edit(HIS) as pen:
        pen.put("deals", deal.row_id, freight=1200)
    office.rest()
    assert office.rows("deals")[deal.row_id].values["freight"] == Decimal(1200)
    assert office.cell(HEAD, "deals", deal.row_id, "freight").value == Decimal(1200)


def test_an_edit_that_nobody_has_read_yet_is_merged_in_the_same_step(office: Office):
    """
    base      400 000
    workbook  410 000, saved between the last pass and the upgrade
    expect    410 000 in the store and in both books
    """
    deal = office.the("deals", client_id="ИП Громов")
    with office.edit(HIS) as pen:
        pen.put("deals", deal.row_id, amount=410_000)
    newer(office, with_columns(office.team.blueprint))
    upgraded(office)
    assert office.rows("deals")[deal.row_id].values["amount"] == Decimal(410_000)
    assert office.cell(HEAD, "deals", deal.row_id, "half_sum").value == Decimal(205_000)
    office.rest()


def test_a_sheet_comes_with_the_upgrade_and_works(office: Office):
    """Without it the book cannot be read; with it people type there."""
    newer(office, with_sheet(office.team.blueprint))
    deal = office.the("deals", client_id="ИП Громов")
    with office.edit(HIS) as pen:
        pen.put("deals", deal.row_id, note="Сохранено до обновления")
    assert any(isinstance(book.fault, SheetGone) for book in office.sync().books)
    report = upgraded(office)
    assert office.rows("deals")[deal.row_id].values["note"] == "Сохранено до обновления"
    assert [step.did for step in report.books[0].done] == [Did.SHEET]
    office.rest()
    with office.edit(HIS) as pen:
        pen.add(AGREEMENTS, what="Подписать", due="13.03.26")
    office.rest()
    assert [r.values["what"] for r in office.rows(AGREEMENTS).values()] == ["Подписать"]


def test_a_sheet_hidden_at_first_gets_its_switch(office: Office):
    newer(office, with_sheet(office.team.blueprint, hidden=True))
    upgraded(office)
    office.rest()
    states = {ref.name: ref.state for ref in office.loaded(HIS).file.sheets}
    assert states["Договоры"] == "hidden"
    assert any(r.values["sheet"] == "Договоры" for r in office.rows("sheets").values())


def test_a_sheet_that_is_for_everybody_now_is_shown_once(office: Office):
    newer(office, shown_to_all(office.team.blueprint, "tasks"))
    report = upgraded(office)
    assert {s.did for book in report.books for s in book.done} == {Did.SHOWN}
    with office.edit(HIS) as pen:
        pen.workbook["Задачи"].sheet_state = "hidden"
    office.rest()
    assert not any(book.done for book in upgraded(office).books), "its person hid it"


def test_a_dry_run_tells_and_leaves_no_trace(office: Office):
    newer(office, with_columns(office.team.blueprint))
    files = books(office)
    report = upgraded(office, dry_run=True)
    assert all(len(book.done) == 3 and not book.written for book in report.books)
    assert report.batch is None
    assert books(office) == files
    with office.team.store.read() as reader:
        assert BatchKind.UPGRADE not in {b.kind for b in reader.batches()}


def test_an_open_book_waits_and_the_other_goes_on(office: Office):
    newer(office, with_columns(office.team.blueprint))
    sign = touch_owner_file(office.path(HIS), at=office.now)
    raw = office.path(HIS).read_bytes()
    report = upgraded(office)
    mine = next(b for b in report.books if b.state.book == HIS)
    assert not mine.written
    assert "открыта" in mine.holder
    assert office.path(HIS).read_bytes() == raw
    sign.unlink()
    report = upgraded(office)
    assert [b.state.book for b in report.books if b.done] == [HIS]
    office.rest()


def test_a_stopped_book_keeps_its_form(office: Office):
    """Every phone given to other clients stops the book; the upgrade waits for the answer."""
    with office.edit(HIS) as pen:
        sheet, keys = pen.sheet("clients")
        phones = [sheet.cell(n, keys["phone"]).value for n in range(4, 10)]
        for n, phone in zip(range(4, 10), reversed(phones), strict=True):
            sheet.cell(n, keys["phone"]).value = phone
    newer(office, with_columns(office.team.blueprint))
    raw = office.path(HIS).read_bytes()
    report = upgraded(office)
    mine = next(b for b in report.books if b.state.book == HIS)
    assert mine.held
    assert not mine.written
    assert office.path(HIS).read_bytes() == raw


def test_the_bytes_before_are_among_the_copies(office: Office):
    newer(office, with_columns(office.team.blueprint))
    raw = office.path(HIS).read_bytes()
    upgraded(office)
    (copy,) = [c for c in office.team.backups.list(HIS) if c.why == "upgrade"]
    assert office.team.backups.read(copy.id) == raw


def test_a_column_that_a_person_took_away_stays_away(office: Office):
    """Its name still stands in the book, its key does not."""
    with office.edit(HIS) as pen:
        sheet, keys = pen.sheet("deals")
        sheet.cell(KEY_ROW, keys["note"]).value = None
        sheet.cell(3, keys["note"]).value = "Мои мысли"
    report = upgraded(office)
    mine = next(b for b in report.books if b.state.book == HIS)
    assert not any(step.did is Did.COLUMN for step in mine.done)
    assert [(left.step.field, left.why) for left in mine.left] == [("note", Why.REMOVED)]


def test_a_place_that_is_taken_is_told(office: Office):
    with office.edit(HIS) as pen:
        sheet, keys = pen.sheet("deals")
        sheet.cell(3, max(keys.values()) + 1).value = "Моё"
        sheet.cell(4, max(keys.values()) + 1).value = "заметка"
    newer(office, with_columns(office.team.blueprint, FREIGHT))
    report = upgraded(office)
    mine = next(b for b in report.books if b.state.book == HIS)
    assert not mine.done
    assert [left.why for left in mine.left] == [Why.REFUSED]
    assert "занят" in mine.left[0].detail


def test_a_table_of_a_block_is_told(office: Office):
    newer(office, with_columns(office.team.blueprint, FREIGHT, table="stages"))
    (left,) = {left.why for book in upgraded(office).books for left in book.left}
    assert left is Why.BLOCK


def test_an_upgrade_is_taken_back(office: Office):
    """Column, list column and sheet leave; every part of the book that stays is whole."""
    office.rest()
    before = {book: office.shown(book, "deals") for book in (HEAD, HIS)}
    parts = {book: members(office, book).keys() for book in (HEAD, HIS)}
    old = office.team.blueprint
    newer(office, with_sheet(with_columns(old)))
    report = upgraded(office)
    office.rest()
    taken = back(office, report.batch)
    assert all(len(book.back) == 4 and not book.left for book in taken.books)
    newer(office, old)
    office.rest()
    for book in (HEAD, HIS):
        assert set(members(office, book)) == set(parts[book]), book
        assert office.shown(book, "deals") == before[book]
        openpyxl.load_workbook(office.path(book))
    with office.team.store.read() as reader:
        assert reader.batches(limit=1)[0].kind is BatchKind.UNDO


def test_what_people_typed_since_stays(office: Office):
    """A column with a value, a sheet with a row stay and are told; the counted column leaves."""
    newer(office, with_sheet(with_columns(office.team.blueprint, FREIGHT, HALF)))
    batch = upgraded(office).batch
    deal = office.the("deals", client_id="ИП Громов")
    with office.edit(HIS) as pen:
        pen.put("deals", deal.row_id, freight=700, amount=420_000)
        pen.add(AGREEMENTS, what="Подписать")
    office.rest()
    taken = back(office, batch)
    for book in taken.books:
        assert [s.field for s in book.back] == ["half_sum"]
        assert {(x.step.title, x.why) for x in book.left} == {
            ("Доставка, руб.", Why.TYPED), ("Договоры", Why.TYPED),
        }  # fmt: skip
    office.rest()
    assert office.cell(HIS, "deals", deal.row_id, "freight").value == Decimal(700)
    assert office.cell(HIS, "deals", deal.row_id, "amount").value == Decimal(420_000)


def test_a_formula_of_a_person_keeps_what_it_looks_at(office: Office):
    newer(office, with_sheet(with_columns(office.team.blueprint, FREIGHT, HALF)))
    batch = upgraded(office).batch
    half = office.loaded(HIS).snapshot.tables["deals"].places["half_sum"]
    with office.edit(HIS) as pen:
        letter = openpyxl.utils.get_column_letter(half)
        own = pen.workbook.create_sheet("Моё")
        own["A1"] = f"=SUM(Сделки!{letter}4:{letter}90)"
        own["A2"] = "=COUNTA(Договоры!C4:C9)"
    office.rest()
    taken = next(b for b in back(office, batch).books if b.state.book == HIS)
    assert {(x.step.title, x.why) for x in taken.left} >= {
        ("Половина суммы", Why.USED), ("Договоры", Why.USED),
    }  # fmt: skip


def test_a_book_open_while_taken_back_waits(office: Office):
    newer(office, with_columns(office.team.blueprint))
    batch = upgraded(office).batch
    touch_owner_file(office.path(HIS), at=office.now)
    raw = office.path(HIS).read_bytes()
    taken = next(b for b in back(office, batch).books if b.state.book == HIS)
    assert taken.holder
    assert office.path(HIS).read_bytes() == raw


def test_the_words_name_books_columns_and_the_way_back(office: Office):
    newer(office, with_sheet(with_columns(office.team.blueprint, FREIGHT, HALF)))
    report = upgraded(office)
    assert report.batch is not None
    said = said_of(report, dry_run=False)
    assert said.lines == (
        "«Отдел продаж»: столбцы «Доставка, руб.», «Половина суммы» на листе «Сделки»; "
        "лист «Договоры».",
        "«Продажи Иванов»: столбцы «Доставка, руб.», «Половина суммы» на листе «Сделки»; "
        "лист «Договоры».",
        f"Обновлено: 2 книги. Прежний вид сохранён копией. Отменить: sheetcrm undo {report.batch}",
    )
    deal = office.the("deals", client_id="ИП Громов")
    with office.edit(HIS) as pen:
        pen.put("deals", deal.row_id, freight=700)
    office.rest()
    told = said_of_back(back(office, report.batch), report.batch, dry_run=False)
    assert told.lines[1] == (
        "«Отдел продаж», осталось: столбец «Доставка, руб.» на листе «Сделки» - "
        "туда уже вписывали, оставил."
    )
    assert told.lines[-1] == (
        f"Действие {report.batch}, обновление книг: отменено 4 изменения, оставлено 2. "
        "Вписанное людьми осталось. Вернуть: sheetcrm upgrade"
    )
    assert json.loads(dumped(told.facts))["undo"]


def test_nothing_to_do_is_said_in_one_line(office: Office):
    said = said_of(upgraded(office), dry_run=False)
    assert said.lines == ("Книги такие, как нужно программе. Менять нечего.",)


def test_a_batch_of_another_kind_is_no_upgrade(office: Office):
    with pytest.raises(WrongPlace):
        take_back(office.team, office.world(), 1)


def test_a_sheet_that_a_person_removed_comes_back_with_its_rows(office: Office):
    """The rows in the store are no deletions: they fill the sheet again."""
    with office.edit(HIS) as pen:
        del pen.workbook["Сделки"]
    assert any(book.fault for book in office.sync().books)
    rows = len(office.rows("deals"))
    report = upgraded(office)
    assert any(b.written for b in report.books)
    office.rest()
    assert len(office.rows("deals")) == rows
    assert len(office.shown(HIS, "deals")) == rows


def test_an_upgrade_cut_before_its_exchange_is_made_by_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    newer(office, with_columns(office.team.blueprint))

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    raw = office.path(HIS).read_bytes()
    with monkeypatch.context() as broken:
        broken.setattr("sync.delivery.write_back", dies)
        with pytest.raises(KeyboardInterrupt):
            upgraded(office)
    assert office.path(HIS).read_bytes() == raw
    report = upgraded(office)
    assert all(book.written for book in report.books)
    office.rest()
