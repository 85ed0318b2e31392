"""`google setup`, `share`, `status` and `backup`, over a port, with a key file like Google's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import cli  # noqa: TID251  # the roof itself is tried
from model.errors import WrongAnswer
from sync.books.google.place import Place
from sync.commands.founding_google import tried
from sync.founding.layout import books_of
from sync.opening import opened
from sync.place import key_of
from sync.team import Team
from sync.world.real import real_world
from tests.google.client import OWNER, ROBOT, key_file, new_book
from tests.google.emulator.service import Google
from tests.google.emulator.state import Cell
from tests.google.emulator.wire import Server
from tests.google.office import few_rows
from tests.sync.teams import HIS, Office, close, copy_office, few_spare_rows


class Terminal:
    """Commands of a team whose Google stands on a port."""

    def __init__(self, office: Office, google: Google, place: Path, capsys: Any) -> None:
        self.team: Team = office.team
        self.google, self.place, self._capsys = google, place, capsys
        self.key = place / "download.json"

    def run(self, *words: str, code: int = 0) -> dict[str, Any]:
        state = ("--state", str(self.place / "state"), "--team", str(self.team.settings.folder))
        self._capsys.readouterr()
        assert cli.main([*words, *state, "--json"]) == code, self._capsys.readouterr()
        answer: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        return answer

    def says(self, *words: str, code: int = 0) -> str:
        state = ("--state", str(self.place / "state"), "--team", str(self.team.settings.folder))
        self._capsys.readouterr()
        assert cli.main([*words, *state]) == code
        return str(self._capsys.readouterr().out)


@pytest.fixture
def terminal(settled: Any, tmp_path: Path, capsys: Any) -> Iterator[Terminal]:
    office = copy_office(settled.office, tmp_path)
    google = Google()
    with Server(google) as server, few_spare_rows():
        made = Terminal(office, google, tmp_path, capsys)
        made.key.write_text(json.dumps(key_file(server.address)), encoding="utf-8")
        yield made
    close(office)


def test_setup_tells_the_steps_and_keeps_the_key_for_itself(terminal: Terminal) -> None:
    assert "console.cloud.google.com" in terminal.says("google", "setup")
    answer = terminal.run("google", "setup", "--key", str(terminal.key))
    assert answer["robot"] == ROBOT
    (state,) = (terminal.place / "state").iterdir()
    assert (state / "google-key.json").stat().st_mode & 0o077 == 0
    with opened(state) as team:
        assert isinstance(team.online, Place)


@pytest.mark.soak
def test_an_owner_is_led_from_no_key_to_a_shared_table(terminal: Terminal) -> None:
    assert "console.cloud.google.com" in terminal.says("google", "setup")
    answer = terminal.run("google", "setup", "--key", str(terminal.key))
    assert answer["robot"] == ROBOT
    (state,) = (terminal.place / "state").iterdir()
    kept = state / "google-key.json"
    assert kept.stat().st_mode & 0o077 == 0
    key = new_book(terminal.google, "Орлов")
    url = f"https://docs.google.com/spreadsheets/d/{key}/edit#gid=0"
    words = ("google", "share", "Орлов", "--sheet", url, "--email", "boss@example.com")
    assert terminal.run(*words, "--dry-run")["dry_run"]
    assert len(terminal.google.cloud.books[key].tabs) == 1
    assert terminal.run(*words)["email"] == "boss@example.com"
    with opened(state) as team, team.store.read() as reader:
        assert isinstance(team.online, Place)
        assert key_of(next(s for s in reader.books() if s.book == "owner")) == key
    terminal.google.cloud.share(key, "", "reader", "anyone")
    terminal.google.cloud.books[key].tabs[3].protections.clear()
    shown = terminal.run("google", "status", code=1)
    told = next(b for b in shown["books"] if b["book"] == "owner")
    assert [one["email"] for one in told["strangers"]] == [""]
    assert told["told"]["locks_lost"] > 0
    assert len(terminal.run("google", "backup", code=4)["copies"]) == 1


class Beginner:
    """A person with a key and some empty tables, who types `init` and `sync`."""

    def __init__(self, place: Path, capsys: Any) -> None:
        self.google, self.folder, self.roots = Google(), place / "team", place / "state"
        self.key, self._capsys = place / "download.json", capsys

    def run(self, *words: str, code: int = 0) -> dict[str, Any]:
        self._capsys.readouterr()
        given = [*words, "--state", str(self.roots), "--json"]
        assert cli.main(given) == code, self._capsys.readouterr()
        told: dict[str, Any] = json.loads(self._capsys.readouterr().out or "{}")
        return told

    def init(self, *words: str, code: int = 0) -> dict[str, Any]:
        given = ("--owner", "Орлов Олег", "--plan", "500000", "--google", str(self.key), *words)
        return self.run("init", str(self.folder), *given, code=code)

    def says(self, sheet: str, number: int) -> bool:
        tabs = self.google.cloud.books[sheet].tabs
        return any(cell.value == number for tab in tabs for cell in tab.cells.values())

    def written(self) -> list[bool]:
        (state,) = self.roots.iterdir()
        with opened(state) as team, team.store.read() as reader:
            return [book.written_at is not None for book in reader.books()]


@pytest.fixture
def beginner(tmp_path: Path, capsys: Any) -> Iterator[Beginner]:
    made = Beginner(tmp_path, capsys)
    with Server(made.google) as server, few_spare_rows(), few_rows():
        made.key.write_text(json.dumps(key_file(server.address)), encoding="utf-8")
        yield made


def test_who_works_alone_begins_in_google(beginner: Beginner) -> None:
    """Nothing is founded until the table was seen to be empty; then it is the book."""
    sheet, full = new_book(beginner.google, "Мой отдел"), new_book(beginner.google, "Полная")
    beginner.google.cloud.books[full].tabs[0].put(0, 0, Cell("важное"))
    beginner.init("--one", code=2)
    beginner.init("--one", "--sheet", f"Сидоров={sheet}", code=2)
    beginner.init("--one", "--sheet", f"Орлов={full}", code=5)
    words = ("--one", "--sheet", f"Орлов=https://docs.google.com/spreadsheets/d/{sheet}/edit")
    dry = beginner.init(*words, "--dry-run")
    assert [one["title"] for one in dry["google"]["sheets"]] == ["Мой отдел"]
    assert (beginner.folder.exists(), len(beginner.google.cloud.books[sheet].tabs)) == (False, 1)
    beginner.init(*words)
    assert not list(beginner.folder.rglob("*.xlsx"))
    beginner.run("sync", str(beginner.folder))
    assert beginner.written() == [True]
    assert beginner.says(sheet, 500000)


@pytest.mark.soak
def test_a_team_begins_in_google_and_in_files(beginner: Beginner) -> None:
    head, mine = new_book(beginner.google, "Отдел"), new_book(beginner.google, "Мой")
    people = ("--people", "Иванов Пётр, Петрова Анна")
    beginner.init(*people, "--sheet", f"Отдел продаж={head}", "--sheet", f"Иванов={mine}")
    files = [path.name for path in beginner.folder.rglob("*.xlsx")]
    assert files == ["Продажи Петрова.xlsx"]
    for _ in range(2):
        beginner.run("sync", str(beginner.folder))
    assert beginner.written() == [True] * 3
    assert all(beginner.says(sheet, 500000) for sheet in (head, mine))


def test_who_answers_questions_is_led_to_tables_for_each_book(tmp_path: Path) -> None:
    google, key = Google(), tmp_path / "download.json"
    mine, said = new_book(google, "Отдел"), list[str]()
    books = books_of("Орлов Олег", ["Иванов Пётр", "Петрова Анна"], one_book=False)
    address = f"https://docs.google.com/spreadsheets/d/{mine}/edit"
    answers = ["нет такого.json", str(key), "таблица", address, address, "", ""]
    world = real_world(ZoneInfo("Europe/Moscow"), 0)
    with Server(google) as server:
        key.write_text(json.dumps(key_file(server.address)), encoding="utf-8")
        given = iter(answers)
        where = tried(None, (), books, world, ask=lambda _: next(given), tell=said.append)
        twice = (f"Иванов={mine}", f"Петрова={mine}")
        with pytest.raises(WrongAnswer):
            tried(key, twice, books, world, ask=None, tell=said.append)
    assert where is not None
    assert where.keys == (("owner", mine, "Отдел"),)
    assert any("console.cloud.google.com" in line for line in said)
    assert any(ROBOT in line for line in said)


@pytest.mark.soak
def test_a_file_that_is_no_key_is_named(terminal: Terminal) -> None:
    terminal.key.write_text("{}", encoding="utf-8")
    assert terminal.says("google", "setup", "--key", str(terminal.key), code=3) == ""


@pytest.mark.soak
def test_a_table_with_something_in_it_is_left_alone(terminal: Terminal) -> None:
    terminal.run("google", "setup", "--key", str(terminal.key))
    key = new_book(terminal.google, "Чужая")
    sheet = terminal.google.cloud.books[key].tabs[0]
    sheet.put(0, 0, Cell("важное"))
    terminal.says("google", "share", "Орлов", "--sheet", key, code=5)
    assert [tab.title for tab in terminal.google.cloud.books[key].tabs] == ["Лист1"]


@pytest.mark.soak
def test_a_table_that_nobody_opened_to_us_says_whom_to_let_in(terminal: Terminal) -> None:
    terminal.run("google", "setup", "--key", str(terminal.key))
    key = terminal.google.cloud.create(OWNER, "Закрытая")
    terminal.says("google", "share", HIS.removeprefix("m:"), "--sheet", key, code=5)
