"""A team begins whole or not at all, in the folders on which rights are given."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from model.blueprint import Blueprint, Role
from model.errors import CannotWrite, FolderTaken
from model.records import BatchKind
from model.row_ids import text_id
from sync.books.stamp import parse_stamp, stamp_of
from sync.cycle import Memory, run_pass
from sync.founding import Build, Founding, NewPerson, Pay, found
from sync.founding.first_rows import whole_year
from sync.founding.layout import books_of, safe
from sync.newcomers import add_books
from sync.ooxml import BookFile
from sync.opening import opened
from sync.scene import StageKind, make_scene
from sync.settings import FILE_NAME, read_settings
from sync.team import MARKER, find_state
from templates.blueprint.together import in_one_book
from templates.build import build_book
from tests.sync.founding.ground import BLUEPRINT, NOW, chance, quick_book, store_of
from tests.sync.teams import few_spare_rows
from tests.worlds import world_of

PAY = Pay(Decimal(40_000), ((Decimal(0), Decimal(3)),))


def team(folder: Path, *names: str, one_book: bool = False) -> Founding:
    people = tuple(NewPerson(n, "Опт", PAY, whole_year(Decimal(10**6))) for n in names)
    return Founding(folder, "Орлов Олег", people, "Олег, 8 916 000-00-00", one_book)


def make(founding: Founding, root: Path, build: Build = quick_book, **more: Any) -> Path:
    return found(
        founding, root, blueprint=BLUEPRINT, random_bytes=chance(), now=NOW, build=build, **more
    )


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_team_has_a_book_each_in_folders_of_their_own(tmp_path):
    folder = tmp_path / "Продажи"
    state = make(team(folder, "Иванов Пётр", "Смирнова Ольга"), tmp_path / "state")
    assert files(folder) == {
        MARKER,
        "Руководитель/Отдел продаж.xlsx",
        "Сотрудники/Иванов Пётр/Продажи Иванов.xlsx",
        "Сотрудники/Смирнова Ольга/Продажи Смирнова.xlsx",
    }
    assert (folder / "Входящие").is_dir()
    assert (folder / "Руководитель" / "Отчёты").is_dir()
    assert files(state) == {FILE_NAME, "store.sqlite3"}
    assert find_state(folder, tmp_path / "state", tmp_path) == state


def test_each_book_carries_its_own_stamp_and_the_store_knows_it(tmp_path):
    folder = tmp_path / "Продажи"
    state = make(team(folder, "Иванов Пётр", "Смирнова Ольга"), tmp_path / "state")
    family = read_settings(state / FILE_NAME).family
    with store_of(state).read() as reader:
        books = reader.books()
    assert {b.book for b in books} == {"owner", "m:Иванов Пётр", "m:Смирнова Ольга"}
    for state_of_book in books:
        path = folder / state_of_book.path
        stamp = stamp_of(BookFile.open(path.read_bytes(), name=path.name))
        assert stamp is not None
        assert (stamp.family, stamp.book, stamp.generation) == (family, state_of_book.book, 0)
    assert parse_stamp("no stamp") is None


def test_the_store_begins_with_stages_people_pay_and_plans_in_one_batch(tmp_path):
    state = make(team(tmp_path / "t", "Иванов Пётр"), tmp_path / "state")
    with store_of(state).read() as reader:
        assert [b.kind for b in reader.batches()] == [BatchKind.INIT]
        scene = make_scene(reader, BLUEPRINT, now=NOW, owner="Орлов Олег", helper="")
        plans = reader.rows("plans")
    assert [s.name for s in scene.stages.values()][:3] == ["Новая", "КП отправлено", "Переговоры"]
    kinds = {s.name: s.kind for s in scene.stages.values()}
    assert kinds["Успешно"] is StageKind.WON
    assert kinds["Отказ"] is StageKind.LOST
    assert [p.name for p in scene.sellers()] == ["Иванов Пётр"]
    assert scene.general["год планов"] == "2026"
    assert plans[text_id(("Иванов Пётр", "Оплаты, руб."))].values["m12"] == Decimal(10**6)


def test_every_first_row_is_known_by_the_text_that_stands_in_it(tmp_path):
    """Otherwise the first pass would take each row of «Настройки» for a new one."""
    state = make(team(tmp_path / "t", "Иванов Пётр"), tmp_path / "state")
    with store_of(state).read() as reader:
        for key in ("stages", "general", "staff", "pay_rules", "plans", "sheets", "reasons"):
            fields = BLUEPRINT.tables[key].key_fields
            for row_id, record in reader.rows(key).items():
                texts = ("" if (v := record.values.get(f)) is None else str(v) for f in fields)
                assert row_id == text_id(tuple(texts))


def test_people_of_one_surname_have_initials_in_the_name_of_the_book():
    books = books_of("Орлов", ["Иванов Пётр", "Иванов Павел Ильич", "Ким"], one_book=False)
    assert [b.path for b in books[1:]] == [
        "Сотрудники/Иванов Пётр/Продажи Иванов П.xlsx",
        "Сотрудники/Иванов Павел Ильич/Продажи Иванов ПИ.xlsx",
        "Сотрудники/Ким/Продажи Ким.xlsx",
    ]


def test_names_are_fit_for_any_disk():
    assert safe('Ким "Мак" / Ли.') == "Ким Мак Ли"
    assert safe("con") == "con_"
    paths = [b.path for b in books_of("О", ["Ли: А", "Ли/ А"], one_book=False)]
    assert len({p.casefold() for p in paths}) == 3


@pytest.mark.parametrize(
    ("names", "one_book"), [((), False), (("Орлов Олег",), False), (("Иванов",), True)]
)
def test_a_person_alone_has_one_book_and_sells(tmp_path, names, one_book):
    folder = tmp_path / "t"
    state = make(team(folder, *names, one_book=one_book), tmp_path / "state")
    assert files(folder) == {MARKER, "Руководитель/Отдел продаж.xlsx"}
    with store_of(state).read() as reader:
        scene = make_scene(reader, BLUEPRINT, now=NOW, owner="", helper="")
    assert [p.name for p in scene.sellers()] == ["Орлов Олег"]


def test_a_trusting_team_works_in_one_book_without_pay(tmp_path):
    """Everybody is on the list and sells, nobody gets a book, and no sheet or rule tells pay."""
    folder = tmp_path / "t"
    people = (NewPerson("Иванов Пётр", pay=PAY), NewPerson("Ким Анна", pay=PAY))
    founding = Founding(folder, "Орлов Олег", people, together=True)
    shape = in_one_book(BLUEPRINT)
    with few_spare_rows():
        state = found(
            founding, tmp_path / "s", blueprint=shape, random_bytes=chance(), now=NOW,
            build=build_book,
        )  # fmt: skip
        with opened(state) as team_:
            world = world_of(lambda: NOW, chance(9))
            assert add_books(team_, world) == ()
            report = run_pass(team_, world, memory=Memory())
            assert [book.fault for book in report.books] == [None]
            assert add_books(team_, world) == ()
            with team_.store.read() as reader:
                assert not reader.rows("pay_rules")
                names = {str(r.values["fio"]) for r in reader.rows("staff").values()}
            raw = (folder / "Руководитель/Отдел продаж.xlsx").read_bytes()
            tabs = [sheet.name for sheet in BookFile.open(raw, name="x").sheets]
    assert names >= {"Иванов Пётр", "Ким Анна"}
    assert "Зарплата" not in tabs
    assert {"Сделки", "План-факт"} <= set(tabs)
    assert b"sheetProtection" in package_text(raw)
    assert {p for p in files(folder) if p.endswith(".xlsx")} == {"Руководитель/Отдел продаж.xlsx"}


def package_text(raw: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return b"".join(map(archive.read, archive.namelist()))


def test_one_person_named_twice_is_one_person(tmp_path):
    state = make(team(tmp_path / "t", "Иванов Пётр", " иванов  пётр"), tmp_path / "state")
    with store_of(state).read() as reader:
        assert len(reader.books()) == 2


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    folder = tmp_path / "t"
    folder.mkdir()
    (folder / "важное.txt").write_text("не трогать", encoding="utf-8")
    with pytest.raises(FolderTaken):
        make(team(folder, "Иванов"), tmp_path / "state")
    assert files(tmp_path) == {"t/важное.txt"}


def test_an_empty_folder_is_used_as_it_is(tmp_path):
    folder = tmp_path / "t"
    folder.mkdir()
    inode = folder.stat().st_ino
    make(team(folder, "Иванов"), tmp_path / "state")
    assert folder.stat().st_ino == inode
    assert (folder / MARKER).is_file()


class Broken(Exception):
    """Something that fails half way."""


def no_manager_book(
    blueprint: Blueprint, role: Role, *, stamp: str, people: int, password: str, owner: str
) -> bytes:
    if role is Role.MANAGER:
        raise Broken
    return quick_book(blueprint, role, stamp=stamp, people=people, password=password, owner=owner)


@pytest.mark.parametrize("exists", [True, False])
def test_nothing_is_left_when_a_book_cannot_be_made(tmp_path, exists):
    folder = tmp_path / "a" / "t"
    if exists:
        folder.mkdir(parents=True)
    before = set(tmp_path.rglob("*"))
    with pytest.raises(Broken):
        make(team(folder, "Иванов"), tmp_path / "deep" / "state", build=no_manager_book)
    assert set(tmp_path.rglob("*")) == before


def test_nothing_is_left_when_rows_cannot_be_made(tmp_path):
    def fill(_ground):
        raise Broken

    with pytest.raises(Broken):
        make(team(tmp_path / "t", "Иванов"), tmp_path / "state", fill=fill)
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_when_the_disk_fails_at_the_last_step(tmp_path, monkeypatch):
    written = Path.write_text

    def fails_at_the_marker(path, *args, **kwargs):
        if path.name == MARKER:
            raise OSError(28, "No space left on device")
        return written(path, *args, **kwargs)

    monkeypatch.setattr(Path, "write_text", fails_at_the_marker)
    with pytest.raises(CannotWrite):
        make(team(tmp_path / "t", "Иванов"), tmp_path / "state")
    assert not list(tmp_path.iterdir())


def test_locks_have_a_password_of_their_own_and_the_settings_keep_it(tmp_path):
    state = make(team(tmp_path / "t", "Иванов"), tmp_path / "state")
    settings = read_settings(state / FILE_NAME)
    assert len(settings.lock_password) == 8
    assert settings.owner == "Орлов Олег"
    assert settings.folder == tmp_path / "t"


def test_people_who_are_paid_alike_share_a_scheme(tmp_path):
    other = NewPerson("Ким", pay=Pay(Decimal(50_000)))
    founding = team(tmp_path / "t", "Иванов", "Петров")
    founding = Founding(founding.folder, founding.owner, (*founding.people, other))
    state = make(founding, tmp_path / "state")
    with store_of(state).read() as reader:
        schemes = {r.values["fio"]: r.values.get("scheme") for r in reader.rows("staff").values()}
    assert schemes == {
        "Орлов Олег": None, "Иванов": "Основная", "Петров": "Основная", "Ким": "Схема 2",
    }  # fmt: skip
