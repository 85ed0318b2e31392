"""A client erased from everywhere: an independent search finds nothing, past figures stay."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from backups.sealing import Key, key_of
from model.erasing import Tokens
from model.errors import NeverUndone
from model.figures import Measure, Period
from model.records import BatchKind, QuestionKind, Source, Stamped
from model.values import Value
from sync.commands.erasing import erase
from sync.commands.past import undo
from sync.commands.running import end_erasure
from sync.copies.keeping import fold_waiting, take_store
from sync.copies.place import fetched, send
from sync.erasure import run as running
from sync.rollups import differing_parts
from tests import erased
from tests.sync.teams import (
    HIS,
    IVANOV,
    NOON,
    Office,
    copy_office,
    few_spare_rows,
    found_office,
)

NAME = "ООО «Гиацинт-Ультрамарин»"
PERSON = "Хризантемов Аристарх"
PHONE = "+7 916 555-44-33"
MAIL = "aristarkh@giatsint.example"
INN = "5047123455"
NOTE = "любит кофе без сахара и утренние звонки"
TOKENS = (NAME, PERSON, "555-44-33", "9165554433", MAIL, INN, NOTE, "Гиацинт")
PHRASE = b"0123456789abcdef"


def test_tokens_go_from_texts_and_leave_others() -> None:
    tokens = Tokens(
        "Удалён К-7", (NAME,), (PERSON,), ("9165554433",), (INN,), (MAIL,), frozenset({NOTE})
    )
    cases = {
        f"Звонил {NAME}, занято": "Звонил Удалён К-7, занято",
        "ооо  «гиацинт-ультрамарин»": "Удалён К-7",
        "8 (916) 555-44-33": "0 (000) 000-00-00",
        f"{INN} и 1{INN}": f"0000000000 и 1{INN}",
        NOTE.upper(): "",
        f"{NOTE}, и ещё": f"{NOTE}, и ещё",
        f"<{MAIL}>": "<удалено>",
    }
    assert {text: tokens.cleaned(text) for text in cases} == cases
    xml = "<sst><si><r><t>ООО </t></r><r><t>«Гиацинт-Ультрамарин»</t></r></si><si><t>да</t></si>"
    clean = tokens.cleaned_xml(xml)
    assert "Гиацинт" not in clean
    assert "<si><t>да</t></si>" in clean
    quoted = Tokens("Удалён К-7", ('ЗАО "Ёж & Ко"',))
    assert quoted.cleaned_xml('<f>"ЗАО &quot;Ёж &amp; Ко&quot;"</f>') == '<f>"Удалён К-7"</f>'
    assert json.loads(quoted.cleaned_json(json.dumps(['s:ЗАО "Ёж & Ко"']))) == ["s:Удалён К-7"]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A team in whose every corner the client stands."""
    with few_spare_rows():
        office = found_office(tmp_path_factory.mktemp("erased"))
        office.sync()
        plant(office)
        office.rest()
        with office.edit(HIS) as pen:
            pen.put("clients", office.the("clients", name=NAME).row_id, phone="8(916)555-44-33")
            sheet, _ = pen.sheet("clients")
            sheet.cell(6, 60).value = f"перезвонить {PERSON}"
            sheet.cell(6, 61).comment = Comment(f"{NAME}: {INN}", "я")
        office.rest()
        fold_waiting(office.team)
        take_store(office.team, office.now)
        drop(office)
        yield office


@pytest.fixture
def full(first: Office, tmp_path: Path) -> Office:
    """The same team elsewhere."""
    return copy_office(first, tmp_path)


def plant(office: Office) -> None:
    """The client with a deal, a payment and a contact, and somebody who speaks of it."""
    other = office.the("clients", name="ООО «Альфа»").row_id
    with office.team.store.write() as writer:
        batch = writer.start_batch(BatchKind.IMPORT, "test", NOON)
        by = Stamped(NOON, "test", Source.IMPORT, None, batch)
        card: dict[str, Value] = {
            "name": NAME, "phone": PHONE, "contact": PERSON, "inn": INN, "email": MAIL,
            "note": NOTE, "owner": IVANOV,
        }  # fmt: skip
        client = writer.put("clients", office_id(office, 1), card, by=by).row_id
        deal: dict[str, Value] = {
            "client_id": NAME, "owner": IVANOV, "stage": "Успешно", "amount": Decimal(70_000),
            "note": f"решает {PERSON}", "created_on": date(2026, 2, 3),
            "closed_on": date(2026, 2, 20), "product": "Станок",
        }  # fmt: skip
        links = {"client_id": client}
        deal_id = writer.put("deals", office_id(office, 2), deal, links=links, by=by).row_id
        paid: dict[str, Value] = {
            "date": date(2026, 2, 21), "payer": NAME, "payer_inn": INN,
            "amount": Decimal(70_000), "purpose": f"За станок от {NAME}",
        }  # fmt: skip
        both = {"client_id": client, "deal_id": deal_id}
        payment = writer.put("payments", office_id(office, 3), paid, links=both, by=by).row_id
        fio: dict[str, Value] = {"fio": PERSON, "phone": PHONE, "client_id": NAME, "owner": IVANOV}
        writer.put("contacts", office_id(office, 4), fio, links=links, by=by)
        writer.put("clients", other, {"note": f"прислал {NAME}, {PHONE}"}, by=by)
        writer.add_fact(
            "bank", f"40702810|{INN}|70000", kind="payments",
            payload=json.dumps({"payer": f"s:{NAME}", "amount": "n:70000"}),
            row_id=payment, batch=batch, at=NOON,
        )  # fmt: skip


def drop(office: Office) -> None:
    """Files of others in the team folder, and a log that says too much."""
    folder = office.team.settings.folder / "Входящие" / "Карантин"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "список.csv").write_bytes(f"Имя;ИНН\r\n{NAME};{INN}\r\nДругой;1\r\n".encode("cp1251"))
    letter = base64.encodebytes(f"Здравствуйте, это {PERSON}, {PHONE}".encode())
    head = (
        b"Subject: hi\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64"
    )
    (folder / "письмо.eml").write_bytes(head + b"\n\n" + letter)
    book = openpyxl.Workbook()
    book.worksheets[0].append([NAME, int("79165554433"), "рядом"])
    book.save(folder / "чужая.xlsx")
    (office.team.state / "sheetcrm.log").write_text(f"звонок {PHONE}\nвсё хорошо\n")


def office_id(office: Office, number: int) -> str:
    from model.row_ids import new_row_id

    return new_row_id(office.team.settings.family, lambda count: bytes([number]) * count)


def go(office: Office, client: str = NAME) -> None:
    said = erase(office.team, office.world(), client, ask=lambda _: "нет", yes=True, dry_run=False)
    assert said.facts["left"] == (), said.lines


def sums(office: Office) -> dict[object, object]:
    period = Period(date(2026, 1, 1), date(2026, 3, 1))
    with office.team.store.read() as reader:
        return {m: dict(reader.sums(m, period)) for m in Measure}


def test_nothing_of_the_client_can_be_read_afterwards(full: Office) -> None:
    found = traces(full)
    assert len(found) >= 8, "the search sees what is there to be seen"
    before, others = sums(full), full.the("clients", name="ООО «Альфа»")
    go(full)
    assert traces(full) == {}
    assert sums(full) == before, "figures of past months"
    alpha = full.the("clients", name="ООО «Альфа»")
    assert alpha.values["phone"] == others.values["phone"]
    assert str(alpha.values["note"]).startswith("прислал Удалён К-")
    assert full.cell(HIS, "clients", alpha.row_id, "note").value == alpha.values["note"]
    (payment,) = [r for r in full.rows("payments").values() if r.values["amount"] == 70_000]
    assert payment.values["payer"] == "Удалён К-7"
    assert payment.values["date"] == date(2026, 2, 21)
    folder = full.team.settings.folder / "Входящие" / "Карантин"
    assert "Другой;1" in (folder / "список.csv").read_bytes().decode("cp1251")
    assert not (folder / "письмо.eml").exists()
    assert openpyxl.load_workbook(folder / "чужая.xlsx").worksheets[0]["C1"].value == "рядом"
    assert "всё хорошо" in (full.team.state / "sheetcrm.log").read_text()
    acts = list(full.team.settings.folder.rglob("*Акт удаления К-7.html"))
    assert len(acts) == 1
    goes_on(full)


def goes_on(full: Office) -> None:
    """The team lives on as if nothing had been."""
    full.restart()
    report = full.rest()
    assert report.quiet
    assert full.team.backups.is_sound()
    assert all(full.team.backups.verify(copy.id) for copy in full.team.backups.list())
    assert not full.questions(QuestionKind.DUPLICATE)
    client = full.the("clients", name="Удалён К-7")
    with full.edit(HIS) as pen:
        pen.put("clients", full.the("clients", name="ООО «Альфа»").row_id, note="дальше")
    full.rest()
    assert full.the("clients", name="ООО «Альфа»").values["note"] == "дальше"
    assert {k for k, v in client.values.items() if v in (PHONE, PERSON, INN, MAIL, NOTE)} == set()
    with full.team.store.read() as reader:
        batch = next(b for b in reader.batches(limit=50) if b.kind is BatchKind.ERASE)
        assert not any(differing_parts(full.team, reader, full.now).values()), "sums fit the rows"
        told = [c for c in reader.newest_changes(500) if c.batch == batch.number]
        assert ("clients", "Удалён К-7") in {(c.table, c.after) for c in told}, "on «Журнал»"
        assert reader.some_facts("bank", [f"40702810|{INN}|70000"]), "it adds nothing again"
    with pytest.raises(NeverUndone):
        undo(full.team, batch.number, now=full.now, dry_run=False)


STEPS = ("_clean_store", "clean_books", "clean_folders", "clean_copies", "clean_place", "shown_in")


@pytest.mark.soak
@pytest.mark.parametrize(
    "step",
    STEPS,
)
def test_an_erasure_that_was_cut_off_is_ended_by_the_next_run(
    full: Office, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = getattr(running, step)

    def cut(*given: object, **named: object) -> object:
        whole(*given, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(running, step, cut)
    with pytest.raises(KeyboardInterrupt):
        go(full)
    monkeypatch.setattr(running, step, whole)
    full.restart()
    assert end_erasure(full.team, full.world()) == ()
    assert traces(full) == {}
    full.rest()


@pytest.mark.soak
def test_an_open_book_makes_it_wait(full: Office) -> None:
    lock = full.path(HIS).with_name(f".~lock.{full.path(HIS).name}#")
    lock.write_text(",Иванов,pc,12.03.2026 12:00,file:///x;")
    from model.errors import BooksNotWritten

    with pytest.raises(BooksNotWritten):
        go(full)
    lock.unlink()
    assert end_erasure(full.team, full.world()) == ()
    assert traces(full) == {}


@pytest.mark.soak
def test_the_second_place_is_sent_anew(full: Office, tmp_path: Path) -> None:
    from dataclasses import replace

    place = tmp_path / "second"
    place.mkdir()
    key = key_of(PHRASE, b"s" * 16)
    team = replace(
        full.team, settings=full.team.settings.model_copy(update={"copies_place": str(place)})
    )
    full.team = team
    assert send(team, full.world(), key)
    before = {p.name: p.read_bytes() for p in place.iterdir()}
    from sync.erasure.run import begin, finish
    from sync.erasure.wanted import wanted

    row_id = full.the("clients", name=NAME).row_id
    with team.store.write() as writer:
        begin(team, writer, wanted(writer, team.blueprint, row_id), who="я", at=full.now)

    def my_key() -> Key:
        return key

    done = finish(team, full.world(), my_key)
    assert done is not None
    assert done.left == ()
    after = {p.name: p.read_bytes() for p in place.iterdir()}
    assert after
    assert not set(before.values()) & set(after.values())
    built = type(team.backups).open(tmp_path / "built.sqlite3")
    assert fetched(full.world(), place, PHRASE, built) == len(
        [c for c in team.backups.list() if c.sha256 not in set(team.backups.waiting())]
    )
    assert not [t for t in TOKENS for copy in built.list() if erased.holds(built.read(copy.id), t)]


def test_what_will_go_is_shown_first(full: Office) -> None:
    before = full.files()
    said = erase(full.team, full.world(), INN, ask=lambda _: "", yes=False, dry_run=True)
    assert said.facts["rows"]["payments"] == 1  # type: ignore[index]
    assert full.files() == before
    refused = erase(full.team, full.world(), INN, ask=lambda _: "нет", yes=False, dry_run=False)
    assert refused.code
    assert full.the("clients", name=NAME).values["inn"] == INN


def traces(office: Office) -> dict[str, set[str]]:
    """Where a token can be read, looked for without any of the program's own reading."""
    return erased.traces((office.team.settings.folder, office.team.state), TOKENS)
