"""Books tampered with by real programs: locks stripped, sheets shown, figures and rows forged."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from model.records import QuestionKind
from sync.books.passwords import covered, is_covered, uncovered
from sync.ooxml import BookFile, col_letter
from sync.team import book_key
from sync.world.real_passwords import KeptPasswords
from tests.scenarios.calc import Calc, Step
from tests.sync.teams import HEAD, HIS, Office, copy_office, few_spare_rows, found_office

pytestmark = pytest.mark.system("soffice", "uno")
PETROVA = "Петрова Анна"
HERS = book_key(PETROVA)
WORDS = "Ласточка-42"


@pytest.fixture(scope="module")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calc]:
    with Calc(tmp_path_factory.mktemp("calc")) as running:
        yield running


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with few_spare_rows():
        office = found_office(tmp_path_factory.mktemp("tampered"), colleagues=(PETROVA,))
        office.sync()
        with office.edit(HERS) as pen:
            pen.add("clients", name="ООО «Чужая»", phone="+7 916 777-66-55")
        office.rest()
        yield office


@pytest.fixture
def team(first: Office, tmp_path: Path) -> Office:
    return copy_office(first, tmp_path)


def typing(office: Office, table: str, row_id: str, raw: bytes, **values: object) -> list[Step]:
    """Steps that type values into a row of his book."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    from tests.sync.teams import Pen

    sheet, keys = Pen(book, office).sheet(table)
    row = Pen(book, office).row(table, row_id)
    return [
        {"do": "put", "sheet": sheet.title, "cell": f"{col_letter(keys[k])}{row}", "value": v}
        for k, v in values.items()
    ]


def stripped(raw: bytes) -> bytes:
    """A workbook without a single lock, as a script of ten lines leaves it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name.endswith(".xml"):
                body = re.sub(rb"<(sheetProtection|workbookProtection)\b[^>]*/>", b"", body)
            new.writestr(name, body)
    return out.getvalue()


def locks(raw: bytes) -> int:
    """How many sheets of a workbook are locked."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        parts = [n for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
        return sum(b"<sheetProtection" in package.read(name) for name in parts)


def test_after_a_pass_the_book_is_right_and_the_attempt_is_told(team: Office, calc: Calc) -> None:
    path = team.path(HIS)
    before = path.read_bytes()
    deal = team.the("deals", client_id="ООО «Альфа»")
    paid = team.cell(HIS, "deals", deal.row_id, "paid").value
    hers = team.the("clients", name="ООО «Чужая»")
    whole = team.path(HEAD).read_bytes()
    team.path(HEAD).write_bytes(stripped(whole))
    assert locks(whole) > 2
    assert locks(team.path(HEAD).read_bytes()) == 0
    steps = typing(team, "deals", deal.row_id, before, paid=9_999_999, note="моя правка")
    hidden = calc.edit(path, {"do": "show_sheets"}, *steps)[0]
    assert hidden > 0
    with team.edit(HIS) as pen:
        row = pen.add("clients", name="ООО «Подмена»", phone="+7 900 000-00-01")
        sheet, keys = pen.sheet("clients")
        sheet.cell(row, keys["row_id"]).value = hers.row_id
    team.rest()
    assert locks(team.path(HEAD).read_bytes()) == locks(whole), "every lock is back"
    assert team.cell(HIS, "deals", deal.row_id, "paid").value == paid
    assert team.the("deals", client_id="ООО «Альфа»").values["note"] == "моя правка"
    after = team.the("clients", name="ООО «Чужая»")
    assert (after.row_id, after.values) == (hers.row_id, hers.values), "the foreign row stands"
    assert hers.row_id not in team.shown(HIS, "clients")
    told = [f"{q.about} {q.wrong}" for q in team.questions()]
    assert any("защит" in words.lower() for words in told), told
    assert any(q.kind is QuestionKind.TYPED_OVER for q in team.questions())
    own = team.the("clients", name="ООО «Подмена»")
    assert own.values["owner"] == team.the("clients", name="ООО «Альфа»").values["owner"]
    assert own.row_id != hers.row_id


def test_a_covered_book_is_edited_in_libreoffice_under_its_password(
    team: Office, calc: Calc
) -> None:
    path = team.path(HIS)
    client = team.the("clients", name="ООО «Альфа»").row_id
    kept = KeptPasswords(team.team.state, team.team.settings.family)
    kept.keep(HIS, WORDS, in_file=True)
    plain = path.read_bytes()
    path.write_bytes(covered(plain, WORDS, name=""))
    calc.edit(path, *typing(team, "clients", client, plain, note="из офиса"), password=WORDS)
    raw = path.read_bytes()
    assert is_covered(raw), "LibreOffice keeps the cover"
    with pytest.raises(AssertionError):
        calc.show(path)
    team.rest()
    assert team.the("clients", name="ООО «Альфа»").values["note"] == "из офиса"
    assert is_covered(path.read_bytes())
    fresh = uncovered(path.read_bytes(), (WORDS,), name="")
    assert BookFile.open(fresh, name="").sheets
    calc.edit(path, password=WORDS)
