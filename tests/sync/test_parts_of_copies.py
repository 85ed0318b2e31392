"""A sheet, a row, a client or a cell comes back from a copy, as one action that can be undone."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.errors import WrongPlace
from model.records import BatchKind, Source, Stamped
from model.row_ids import new_row_id
from store import Writer
from sync.copies.putting import Returned, Wanted, client_wanted, put, returned, sheet_wanted
from sync.copies.reading import Opened, copy_at, opened_copy, report_of, rows_of
from sync.cycle import Memory, run_pass
from sync.looking import token_of
from sync.restoring import restore
from sync.team import OWNER_BOOK, Team
from tests.quick import remembering
from tests.sync.small_team import OWNER, FakeWorld, copied_team
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
