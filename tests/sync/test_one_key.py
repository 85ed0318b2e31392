"""Every spelling of a phone and of an INN is one key, whichever way it comes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from model.records import Record
from model.values import Value
from sync.duplicates import Tie, card_of, compare
from sync.identity import inn_keys, number_keys, numbers_in
from sync.imports import ImportKind
from sync.imports.files import table_of
from sync.imports.prepare import ImportContext, prepare
from sync.intake.joining import contacts_of
from sync.settle.clients import ClientBook
from tests.sync.ledger import Ledger
from tests.sync.teams import HIS, Office, close, few_spare_rows, found_office

PHONE, INN = "+74951234567", "7701234560"
PHONES: tuple[Value, ...] = (
    "+74951234567",
    "84951234567",
    "74951234567",
    "4951234567",
    "8 (495) 123-45-67",
    "+7 495 123 45 67",
    "+7\u00a0495\u00a0123\u201145\u201167",
    "8.495.123.45.67",
    "тел. 8-495-123-45-67",
    "(495) 1234567, офис",
    "'+74951234567",
    "84951234567.0",
    "8 495 123-45-67 доб. 204",
    "8-495-123-45-67; 8-495-123-45-67",
    Decimal(84951234567),
    Decimal(4951234567),
)
INNS: tuple[Value, ...] = (
    "7701234560",
    "ИНН 7701234560",
    "ИНН: 7701234560",
    "7701234560/770101001",
    "77 0123 4560",
    "7701\u00a0234560",
    "'7701234560",
    "7701234560.0",
    "7.701234560E+09",
    "7701234560, 7701234560",
    Decimal(7701234560),
)
MADE = {"phone": (PHONES, PHONE), "inn": (INNS, INN)}
SPELLINGS = [(field, typed) for field, (spellings, _) in MADE.items() for typed in spellings]


def key_of(field: str, client: Record) -> tuple[str, ...]:
    """The key of a client's row, as the search for duplicates has it."""
    card = card_of(client)
    return tuple(card.numbers) if field == "phone" else card.inns


def written(value: Value) -> object:
    """A value as a file holds it: numbers as numbers."""
    return int(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize(("field", "typed"), SPELLINGS)
def test_a_spelling_in_the_store_is_the_key(field, typed):
    wanted = MADE[field][1]
    assert key_of(field, Record("clients", "a", 1, {field: typed})) == (wanted,)
    assert (number_keys if field == "phone" else inn_keys)(typed) == (wanted,)
    clean = card_of(Record("clients", "b", 2, {field: wanted, "name": "Вектор"}))
    pair = compare(card_of(Record("clients", "a", 1, {field: typed, "name": "Вектор"})), clean)
    assert pair is not None
    assert pair.tie is (Tie.INN if field == "inn" else Tie.CONTACT)


@pytest.mark.parametrize("typed", PHONES)
def test_a_request_from_a_site_has_the_same_key(typed):
    assert contacts_of(typed, None) == (PHONE,)
    assert numbers_in(typed) == (PHONE,)


@pytest.mark.parametrize("field", MADE)
def test_every_spelling_finds_every_other(field):
    """The book of clients that deals, leads, calls and payments are linked by."""
    spellings, _ = MADE[field]
    for kept in spellings:
        book = ClientBook({})
        book.add(Record("clients", "k1", 1, {field: kept, "name": "Вектор"}), "К-1")
        assert [book.fits(typed) for typed in spellings] == [("k1",)] * len(spellings), kept


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_spellings_of_an_imported_file_are_the_key(kind):
    rows = [
        (f"Клиент {n}", *(written(typed) if field == one else "" for one in MADE))
        for n, (field, typed) in enumerate(SPELLINGS)
    ]
    lines = [("Название", "Телефон", "ИНН"), *rows]
    table = table_of(_csv(lines) if kind == "csv" else _xlsx(lines), name=f"клиенты.{kind}")
    brought = prepare(ImportKind.CLIENTS, table, ImportContext())
    assert not brought.refused
    for (field, typed), row in zip(SPELLINGS, brought.rows, strict=True):
        client = Record("clients", "a", 1, row.values)
        assert key_of(field, client) == (MADE[field][1],), typed


def _csv(lines: list[tuple[object, ...]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(lines)
    return stream.getvalue().encode()


def _xlsx(lines: list[tuple[object, ...]]) -> bytes:
    workbook, stream = openpyxl.Workbook(), io.BytesIO()
    sheet = workbook.active
    assert sheet is not None
    for line in lines:
        sheet.append([None if cell == "" else cell for cell in line])
    workbook.save(stream)
    return stream.getvalue()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with few_spare_rows():
        made = found_office(tmp_path)
        made.rest()
        yield made
        close(made)


def test_spellings_typed_into_a_book_are_the_key(office):
    with office.edit(HIS) as pen:
        for n, (field, typed) in enumerate(SPELLINGS):
            pen.add("clients", name=f"Новый {n}", **{field: written(typed)})
    office.sync()
    found = {r.values["name"]: r for r in office.rows("clients").values()}
    for n, (field, typed) in enumerate(SPELLINGS):
        assert key_of(field, found[f"Новый {n}"]) == (MADE[field][1],), typed


def test_leads_and_deals_find_the_client_by_any_spelling(ledger: Ledger):
    ledger.put("clients", "k1", name="ООО «Вектор»", inn=INN, phone=PHONE)
    for n, (field, typed) in enumerate(SPELLINGS):
        ledger.put("leads", f"l{n}", name="Пётр", **{field: typed})
        ledger.put("deals", f"d{n}", client_id=str(typed), stage="Новая")
    ledger.settle()
    for n, (_, typed) in enumerate(SPELLINGS):
        for table, row_id in (("leads", f"l{n}"), ("deals", f"d{n}")):
            assert ledger.row(table, row_id).links["client_id"] == "k1", typed


def test_a_payment_finds_the_client_by_any_spelling_of_the_inn(ledger: Ledger):
    ledger.put("clients", "k1", name="ООО «Вектор»", inn="ИНН 7701234560")
    for n, typed in enumerate(INNS):
        ledger.put("payments", f"p{n}", payer_inn=typed, payer="Чужое имя", amount=Decimal(10))
    ledger.settle()
    links = [ledger.row("payments", f"p{n}").links.get("client_id") for n in range(len(INNS))]
    assert links == ["k1"] * len(INNS)


MAY_READ = {
    "sync/identity.py": "the one place of keys",
    "sync/validate/cells.py": "tells a person what is wrong with a cell",
    "sync/quality/scoring.py": "grades how well a card is filled",
    "sync/validate/rows.py": "asks whether a payer can be told at all",
    "sync/merge/damage.py": "knows an INN that another program damaged",
    "sync/imports/columns.py": "guesses what a column holds",
    "sync/imports/cells.py": "leaves a number that lost a zero to be asked about",
    "sync/duplicates/compare.py": "the KPP beside an INN",
    "sync/handover/gathering.py": "prints the phones of a packet",
    "sync/duplicates/surviving.py": "adds up the phones of two cards, toll-free ones too",
}


def test_nobody_else_reads_phones_and_inns(pytestconfig):
    readers = re.compile(
        r"\b(read_inn|read_phone|quick_phone|read_any_phone|phonenumbers)\b|canon\(Kind\.(PHONE|INN)\b"
    )
    root = pytestconfig.rootpath
    found = {
        path.relative_to(root).as_posix()
        for room in ("sync", "store", "formulas", "templates", "backups")
        for path in (root / room).rglob("*.py")
        if readers.search(path.read_text(encoding="utf-8"))
    }
    assert found == MAY_READ.keys()
