"""A sheet, a row, a client or a cell comes back from a copy, as one action that can be undone."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backups import SqliteBackups
from backups.online import examined
from backups.sealing import Key
from model.blueprint import Sheet, Slot, SlotKind, Title
from model.errors import (
    CannotWrite,
    ExitCode,
    NoKey,
    NotRehearsed,
    PlaceAway,
    WrongPhrase,
    WrongPlace,
)
from model.records import BatchKind, Source, Stamped
from model.row_ids import new_row_id
from store import Writer
from sync.commands import copies_keeping as keeping
from sync.commands.copies import diff_copies, list_copies, save_copy, show_copy, verify_copies
from sync.commands.copies_parts import Asked, moment_of, restore_part
from sync.copies.condition import Copied
from sync.copies.keeping import STORE_TAKEN, night, prune, tell_read
from sync.copies.place import checked
from sync.copies.putting import Returned, Wanted, client_wanted, put, returned, sheet_wanted
from sync.copies.reading import Opened, copy_at, opened_copy, report_of, rows_of, shape_of
from sync.copies.rehearsal import STORE, rehearse
from sync.cycle import Memory, run_pass
from sync.looking import token_of
from sync.restoring import restore
from sync.settings import FILE_NAME, read_settings
from sync.team import OWNER_BOOK, Team
from tests.quick import remembering
from tests.sync.small_team import OWNER, START, FakeWorld, copied_team
from tests.sync.teams import few_spare_rows

NAMES = ("Ромашка", "Вектор", "Заря")


@pytest.fixture(scope="module")
def past(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """
    09:45   Ромашка 111, Вектор 222, Заря 333; a deal of Ромашка for 100
    09:50   Ромашка 999 in Пермь, Вектор deleted, Новый added; the deal for 700
    """
    place, clock = tmp_path_factory.mktemp("past"), FakeWorld()
    with remembering(), few_spare_rows():
        with copied_team(template, place) as team:
            live(team, clock)
        yield place


def live(team: Team, clock: FakeWorld) -> None:
    ids = [new_row_id(team.settings.family, clock.chance.randbytes) for _ in range(5)]
    with team.store.write() as writer:
        by = stamp(writer, clock)
        phones = {
            i: {"name": n, "phone": p * 10} for i, n, p in zip(ids, NAMES, "123", strict=False)
        }
        writer.put_many("clients", phones, by=by)
        deal = {"client_id": "К-1", "name": "Поставка", "amount": "100"}
        writer.put_many("deals", {ids[4]: deal}, links={ids[4]: {"client_id": ids[0]}}, by=by)
    sync(team, clock)
    with team.store.write() as writer:
        by = stamp(writer, clock)
        writer.put("clients", ids[0], {"phone": "9999999999", "city": "Пермь"}, by=by)
        writer.bury("clients", ids[1], by=by)
        writer.put("clients", ids[3], {"name": "Новый"}, by=by)
        writer.put("deals", ids[4], {"amount": "700"}, by=by)
    sync(team, clock)


@pytest.fixture
def lived(past: Path, tmp_path: Path, clock: FakeWorld) -> Iterator[Team]:
    """The same, to be changed by one test."""
    clock.later(minutes=10)
    with copied_team(past, tmp_path) as team:
        yield team


def stamp(writer: Writer, clock: FakeWorld) -> Stamped:
    batch = writer.start_batch(BatchKind.SYNC, OWNER, clock.now)
    return Stamped(clock.now, OWNER, Source.PERSON, None, batch)


def sync(team: Team, clock: FakeWorld) -> None:
    clock.later(minutes=5)
    report = run_pass(team, clock.world(), memory=Memory())
    assert [book.fault for book in report.books if book.fault] == []


def first(team: Team, clock: FakeWorld) -> Opened:
    moment = clock.now.replace(hour=9, minute=46)
    return opened_copy(team, copy_at(team, OWNER_BOOK, moment))


def clients(team: Team) -> dict[object, tuple[object, object]]:
    with team.store.read() as reader:
        rows = reader.rows("clients").values()
        return {r.values["name"]: (r.values.get("phone"), r.values.get("city")) for r in rows}


def given_back(team: Team, clock: FakeWorld, wanted: Wanted) -> tuple[Returned, int]:
    with team.store.write() as writer:
        back = returned(team, writer, first(team, clock), wanted)
        return back, put(writer, back, who=OWNER, at=clock.now, note="копия 1")


def row_id(team: Team, name: str) -> str:
    with team.store.read() as reader:
        rows = reader.rows("clients", deleted=True)
        return next(i for i, r in rows.items() if r.values["name"] == name)


def test_a_cell_comes_back_and_its_undo_takes_it_away(lived: Team, clock: FakeWorld) -> None:
    wanted = Wanted({"clients": {row_id(lived, "Ромашка")}}, "phone")
    back, batch = given_back(lived, clock, wanted)
    assert (back.cells, clients(lived)["Ромашка"]) == (1, ("1111111111", "Пермь"))
    sync(lived, clock)
    newest = opened_copy(lived, lived.backups.list(OWNER_BOOK)[0])
    with lived.store.write() as writer:
        assert returned(lived, writer, newest, wanted).is_empty
        writer.undo(batch, by=stamp(writer, clock))
    assert clients(lived)["Ромашка"] == ("9999999999", "Пермь")


def test_a_row_comes_back_from_the_basket(lived: Team, clock: FakeWorld) -> None:
    back, batch = given_back(lived, clock, Wanted({"clients": {row_id(lived, "Вектор")}}))
    assert [row for _, row in back.revived] == [row_id(lived, "Вектор")]
    assert clients(lived)["Вектор"] == ("2222222222", None)
    with lived.store.write() as writer:
        writer.undo(batch, by=stamp(writer, clock))
    assert "Вектор" not in clients(lived)


def test_a_client_comes_back_with_deals(lived: Team, clock: FakeWorld) -> None:
    with lived.store.read() as reader:
        record = reader.get("clients", row_id(lived, "Ромашка"))
        assert record is not None
        wanted = client_wanted(lived, reader, first(lived, clock), record)
    given_back(lived, clock, wanted)
    assert clients(lived)["Ромашка"] == ("1111111111", None)
    with lived.store.read() as reader:
        (deal,) = reader.rows("deals").values()
    assert str(deal.values["amount"]) == "100"
    assert "Вектор" not in clients(lived)


def test_a_sheet_comes_back_whole_and_its_undo_brings_the_newer_one(
    lived: Team, clock: FakeWorld
) -> None:
    newer = clients(lived)
    back, batch = given_back(lived, clock, sheet_wanted(first(lived, clock), "Клиенты"))
    assert {name: phone for name, (phone, _) in clients(lived).items()} == {
        "Ромашка": "1111111111",
        "Вектор": "2222222222",
        "Заря": "3333333333",
    }
    assert len(back.buried) == 1
    sync(lived, clock)
    newest = opened_copy(lived, lived.backups.list(OWNER_BOOK)[0])
    read = newest.snapshot.tables["clients"]
    assert {row.value("name") for row in read.rows} == set(NAMES)
    with lived.store.write() as writer:
        writer.undo(batch, by=stamp(writer, clock))
    assert clients(lived) == newer


def test_what_never_stood_there_is_named(lived: Team, clock: FakeWorld) -> None:
    opened = first(lived, clock)
    with lived.store.read() as reader:
        for wanted in (Wanted({"clients": {"never"}}), Wanted({"none": None})):
            with pytest.raises(WrongPlace):
                returned(lived, reader, opened, wanted)
        with pytest.raises(WrongPlace):
            returned(lived, reader, opened, Wanted({"clients": None}, "никакой"))
    with pytest.raises(WrongPlace):
        sheet_wanted(opened, "Никакой")
    with pytest.raises(WrongPlace):
        copy_at(lived, OWNER_BOOK, clock.now.replace(year=2020))


def test_random_parts_equal_what_was_read_then(lived: Team, clock: FakeWorld) -> None:
    dice = random.Random(5)
    copies = [opened_copy(lived, c) for c in lived.backups.list() if c.why == "write"]
    for _ in range(30):
        opened = dice.choice(copies)
        with lived.store.write() as writer:
            key, ids, field = some_part(lived, writer, opened, dice)
            wanted = Wanted({key: ids}, field)
            put(writer, returned(lived, writer, opened, wanted), who=OWNER, at=clock.now, note="")
            assert returned(lived, writer, opened, wanted).is_empty
            then = rows_of(lived, writer, key, opened.snapshot.tables[key])
            for number in then if ids is None else ids:
                record = writer.get(key, number)
                assert record is not None
                assert not record.deleted
                fields = then[number] if field is None else (field,)
                assert all(record.values.get(f) == then[number][f] for f in fields)
            writer.cancel()


def some_part(
    team: Team, writer: Writer, opened: Opened, dice: random.Random
) -> tuple[str, set[str] | None, str | None]:
    """A table that holds rows; all of them, one, or a cell of one."""
    tables = {
        key: rows
        for key, read in opened.snapshot.tables.items()
        if (rows := rows_of(team, writer, key, read))
    }
    key = dice.choice(sorted(tables))
    row = dice.choice(sorted(tables[key]))
    return dice.choice(
        [(key, None, None), (key, {row}, None), (key, {row}, dice.choice(sorted(tables[key][row])))]
    )


def test_a_book_made_again_of_its_parts_is_put_back_as_the_old_one(
    lived: Team, clock: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old save of Excel comes back with other bytes, and still is a person's order."""
    monkeypatch.setattr("backups.anatomy.WAYS", (("zlib", 6, 8),))
    for token in lived.backups.waiting():
        lived.backups.fold(token)
    old = first(lived, clock)
    assert token_of(lived.backups.read(old.copy.id)) != old.copy.sha256
    restore(lived, old.copy.id, world=clock.world())
    sync(lived, clock)
    assert {name: phone for name, (phone, _) in clients(lived).items()} == {
        "Ромашка": "1111111111",
        "Вектор": "2222222222",
        "Заря": "3333333333",
    }


def test_a_report_tells_one_content_from_another(lived: Team, clock: FakeWorld) -> None:
    old = first(lived, clock)
    new = opened_copy(lived, lived.backups.list(OWNER_BOOK)[0])
    shape = lived.blueprint
    assert report_of(old.snapshot, shape) == report_of(first(lived, clock).snapshot, shape)
    assert report_of(old.snapshot, shape) != report_of(new.snapshot, shape)


KEY = Key(b"k" * 32, b"s" * 16)
NIGHT = 3


def with_place(team: Team, folder: Path) -> Team:
    folder.mkdir()
    settings = team.settings.model_copy(update={"copies_place": str(folder)})
    return replace(team, settings=settings)


def condition(team: Team) -> Copied:
    with team.store.read() as reader:
        return Copied.of(reader, team.settings)


def test_a_night_puts_the_copies_in_order(lived: Team, clock: FakeWorld, tmp_path: Path) -> None:
    """
    02:00   nothing yet
    03:40   folded, the store copied, a restore rehearsed, packs sent
    03:50   nothing more
    """
    team = with_place(lived, tmp_path / "second")
    tell_read(team, [first(team, clock).loaded])
    clock.now = clock.now.replace(hour=2)
    night(team, clock.world(), lambda: KEY)
    assert condition(team).rehearsed is None
    clock.now = clock.now.replace(hour=NIGHT)
    night(team, clock.world(), lambda: KEY)
    assert team.backups.waiting() == ()
    store, *_ = team.backups.list()
    assert (store.book, store.why) == (STORE, STORE_TAKEN)
    assert examined(team.backups.read(store.id), "store")["rows"] > 10
    after = condition(team)
    assert after.words(lambda at: f"{at:%d.%m}") == (
        "вторая копия 12.03; проверка восстановления 12.03 сошлась"
    )
    assert after.faults(clock.now) == []
    assert checked(team, clock.world(), KEY)[0] == len(list((tmp_path / "second").iterdir())) > 0
    copies = team.backups.list()
    clock.later(minutes=10)
    night(team, clock.world(), lambda: KEY)
    assert team.backups.list() == copies
    clock.later(days=5)
    assert after.faults(clock.now) == ["копии не проверялись с 12.03", "вторая копия: от 12.03"]


def test_a_copy_that_reads_otherwise_lights_the_lamp(lived: Team, clock: FakeWorld) -> None:
    for copy in lived.backups.list():
        lived.backups.tell(copy.sha256, json.dumps({"shape": shape_of(lived.blueprint)}))
    done = rehearse(lived, clock.world(), everything=True)
    assert done.trouble == f"Копия {done.copy} читается не так, как при записи"
    assert condition(lived).faults(clock.now) == ["копии: восстановление не сошлось"]
    with pytest.raises(NotRehearsed):
        prune(lived, clock.now)


def test_old_copies_go_only_after_a_good_rehearsal(lived: Team, clock: FakeWorld) -> None:
    settings = lived.settings.model_copy(
        update={"copies_last": 1, "copies_hours": 0, "copies_days": 0}
        | {"copies_weeks": 0, "copies_months": 0}
    )
    team, before = replace(lived, settings=settings), lived.backups.list()
    with pytest.raises(NotRehearsed):
        prune(team, clock.now)
    assert rehearse(team, clock.world()).trouble == ""
    books = {copy.book for copy in before}
    assert len(prune(team, clock.now, dry_run=True).gone) == len(before) - len(books)
    assert team.backups.list() == before
    prune(team, clock.now)
    assert {copy.book for copy in team.backups.list()} == books
    assert len(team.backups.list()) == len(books)
    clock.later(days=8)
    with pytest.raises(NotRehearsed):
        prune(team, clock.now)


def test_a_lost_machine_is_built_again_of_the_phrase(
    lived: Team, clock: FakeWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """seal, place, the disk burns, place --fetch, seal --phrase."""
    monkeypatch.setattr("backups.sealing.COST", 2**10)
    said = keeping.seal(lived, clock.world(), phrase=None, dry_run=False)
    phrase = str(said.facts["phrase"])
    assert any(phrase in line for line in said.lines)
    assert phrase not in str(keeping.seal(lived, clock.world(), phrase=None, dry_run=False))
    assert (lived.state / "copies.key").stat().st_mode & 0o777 == 0o600
    second = tmp_path / "second"
    second.mkdir()
    assert keeping.place_copies(lived, clock.world(), second, dry_run=True).facts["dry_run"]
    keeping.place_copies(lived, clock.world(), second, dry_run=False)
    team = with_settings_of_disk(lived)
    assert keeping.check_place(team, clock.world()).code is ExitCode.DONE

    built = tmp_path / "built.sqlite3"
    keeping.fetch_place(clock.world(), second, built, ask=lambda _: phrase, dry_run=False)
    again = SqliteBackups.open(built)
    assert again.list() == lived.backups.list()
    copy = again.list()[-1]
    assert again.read(copy.id) == lived.backups.read(copy.id)

    (lived.state / "copies.key").unlink()
    with pytest.raises(NoKey):
        keeping.place_copies(team, clock.world(), None, dry_run=False)
    with pytest.raises(WrongPhrase):
        keeping.seal(team, clock.world(), phrase="0000-" + phrase[5:], dry_run=False)
    keeping.seal(team, clock.world(), phrase=phrase.lower(), dry_run=False)
    (pack,) = second.iterdir()
    raw = bytearray(pack.read_bytes())
    raw[len(raw) // 2] ^= 1
    pack.write_bytes(raw)
    assert keeping.check_place(team, clock.world()).facts["damaged"] == [pack.name]
    pack.unlink()
    assert keeping.check_place(team, clock.world()).facts["gone"] == [pack.name]
    second.rmdir()
    with pytest.raises(PlaceAway):
        keeping.place_copies(team, clock.world(), None, dry_run=False)


def with_settings_of_disk(team: Team) -> Team:
    return replace(team, settings=read_settings(team.state / FILE_NAME))


def test_what_the_commands_say(lived: Team, clock: FakeWorld, tmp_path: Path) -> None:
    listed = list_copies(lived, book=None, now=clock.now)
    assert any("из последних" in line for line in listed.lines)
    old = first(lived, clock).copy
    shown = show_copy(lived, old.id, now=clock.now)
    assert any(line.startswith("Клиенты") and line.endswith("3") for line in shown.lines)
    lines = diff_copies(lived, old.id, None, now=clock.now, limit=50).lines
    assert "  К-1 Ромашка, Телефон: 1111111111 -> 9999999999" in lines
    assert "  К-2 Вектор: строки больше нет" in lines
    newest = next(c.id for c in lived.backups.list(OWNER_BOOK))
    both = diff_copies(lived, old.id, newest, now=clock.now, limit=50).lines
    assert "  К-1 Ромашка, Телефон: 1111111111 -> 9999999999" in both
    assert verify_copies(lived, None, everything=True).code is ExitCode.DONE

    asked = Asked(at="12.03 9:46", row="К-1", cell="Телефон")
    looked = restore_part(lived, asked, world=clock.world(), dry_run=True)
    assert looked.facts["cells"] == 1
    assert clients(lived)["Ромашка"][0] == "9999999999"
    done = restore_part(lived, asked, world=clock.world(), dry_run=False)
    assert done.lines[-1].endswith(f"sheetcrm undo {done.facts['batch']}")
    assert clients(lived)["Ромашка"][0] == "1111111111"
    again = restore_part(lived, asked, world=clock.world(), dry_run=False)
    assert again.facts["batch"] is None

    file = tmp_path / "old.xlsx"
    save_copy(lived, old.id, file, dry_run=False)
    assert token_of(file.read_bytes()) == old.sha256
    with pytest.raises(CannotWrite):
        save_copy(lived, old.id, file, dry_run=False)


def test_copies_from_before_an_upgrade_are_read(lived: Team, clock: FakeWorld) -> None:
    """A later version has one more sheet and may ask for one more field."""
    told = report_of(first(lived, clock).snapshot, lived.blueprint)
    for copy in lived.backups.list():
        lived.backups.tell(copy.sha256, told.replace(shape_of(lived.blueprint), "older"))
    shape = lived.blueprint
    slot = Slot("never", "c1", SlotKind.FACT)
    fresh = Sheet("fresh", Title("Новый лист", "New"), slots=(slot,))
    books = {role: replace(p, sheets=(*p.sheets, "fresh")) for role, p in shape.books.items()}
    newer = replace(shape, sheets={**shape.sheets, "fresh": fresh}, books=books)
    team = replace(lived, blueprint=newer)
    assert first(team, clock).snapshot == first(lived, clock).snapshot
    assert rehearse(team, clock.world(), everything=True).trouble == ""


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("12.03 14:00", "12.03.2026 14:00"),
        ("2026-03-01 08:30", "01.03.2026 08:30"),
        ("вчера 18:00", "11.03.2026 18:00"),
        ("01.03", "01.03.2026 23:59"),
    ],
)
def test_moments_are_understood(words: str, moment: str) -> None:
    assert f"{moment_of(words, START):%d.%m.%Y %H:%M}" == moment
    with pytest.raises(WrongPlace):
        moment_of("когда-то", START)
