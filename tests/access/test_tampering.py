"""A book taken apart by its person: a pass makes it right, the owner knows, own edits stay."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl

from model.blueprint import Role
from model.records import Question
from tests.access.leaks import leaks
from tests.access.teams import ACCOUNTANT, OWNER, Firm

LOCKS = re.compile(rb"<(?:\w+:)?(?:sheet|workbook)Protection\b[^>]*/>")


def told(firm: Firm, about: str) -> list[Question]:
    with firm.team.store.read() as reader:
        return [q for q in reader.questions() if q.about == about and q.whom == OWNER]


def unlocked(raw: bytes) -> bytes:
    """All protection stripped by a script."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, LOCKS.sub(b"", old.read(name)))
    return out.getvalue()


def columns(sheet: object) -> dict[str, int]:
    """Columns of a sheet by field."""
    row = next(sheet.iter_rows(min_row=1, max_row=1))  # type: ignore[attr-defined]
    return {str(c.value).partition(".")[2]: c.column for c in row if c.value}


def test_a_manager_takes_the_book_apart(firm: Firm) -> None:
    """
    script   strips the locks; hidden sheets are shown; the paid sum of a deal is typed over
    person   writes a note, and pastes a colleague's client with its hidden id
    expect   the note is taken, grey cells are as they were, the colleague's client is untouched
    """
    bundle = firm.bundles[0]
    other = next(b for b in firm.bundles if b.owner != bundle.owner)
    deal, (theirs,) = bundle.rows["deals"][0], other.rows["clients"]
    path = firm.book(Role.MANAGER, bundle.owner)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        sheet.sheet_state = "visible"
    deals, clients = book["Сделки"], book["Клиенты"]
    places = columns(deals)
    line = next(r for r in range(4, 60) if deals.cell(r, places["row_id"]).value == deal)
    paid = deals.cell(line, places["paid"]).value
    deals.cell(line, places["paid"], 99_999_999)
    deals.cell(line, places["product"], "Своя правка")
    keys = columns(clients)
    free = next(r for r in range(4, 90) if not clients.cell(r, keys["row_id"]).value)
    clients.cell(free, keys["row_id"], theirs)
    clients.cell(free, keys["name"], "Вставленный клиент")
    book.save(path)
    path.write_bytes(unlocked(path.read_bytes()))
    with firm.team.store.read() as reader:
        before = reader.get("clients", theirs)
    firm.sync()
    firm.sync()
    with firm.team.store.read() as reader:
        after, record = reader.get("clients", theirs), reader.get("deals", deal)
        pasted = [
            r for r in reader.rows("clients").values() if r.values["name"] == "Вставленный клиент"
        ]
    assert record is not None
    assert record.values["product"] == "Своя правка"
    assert before is not None
    assert after is not None
    assert after.values == before.values
    assert [one.values["owner"] for one in pasted] == [bundle.owner]
    assert pasted[0].row_id != theirs
    sheet = openpyxl.load_workbook(path)["Сделки"]
    assert sheet.cell(line, places["paid"]).value == paid
    assert [one for one in leaks(firm, 3) if one.person == bundle.owner] == []


def test_an_accountant_takes_the_locks_off(firm: Firm) -> None:
    """The list of tabs is shut again, and the owner reads who opened it."""
    path = firm.book(Role.ACCOUNTANT, ACCOUNTANT)
    book = openpyxl.load_workbook(path)
    sheet = book["Документы"]
    places = columns(sheet)
    sheet.cell(4, places["state"], "Отправлен")
    number = sheet.cell(4, places["number"]).value
    book.save(path)
    path.write_bytes(unlocked(path.read_bytes()))
    firm.sync()
    with zipfile.ZipFile(path) as archive:
        assert LOCKS.search(archive.read("xl/workbook.xml"))
    (question,) = told(firm, "Сняли защиту")
    assert ACCOUNTANT in question.wrong
    with firm.team.store.read() as reader:
        (record,) = [r for r in reader.rows("documents").values() if r.values["number"] == number]
    assert record.values["state"] == "Отправлен"
