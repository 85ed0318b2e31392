"""`google setup`, `share`, `status` and `backup`, over a port, with a key file like Google's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import cli  # noqa: TID251  # the roof itself is tried
from sync.books.google.place import Place
from sync.opening import opened
from sync.place import key_of
from sync.team import Team
from tests.google.client import OWNER, ROBOT, key_file, new_book
from tests.google.emulator.service import Google
from tests.google.emulator.wire import Server
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


def test_a_file_that_is_no_key_is_named(terminal: Terminal) -> None:
    terminal.key.write_text("{}", encoding="utf-8")
    assert terminal.says("google", "setup", "--key", str(terminal.key), code=3) == ""


def test_a_table_with_something_in_it_is_left_alone(terminal: Terminal) -> None:
    terminal.run("google", "setup", "--key", str(terminal.key))
    key = new_book(terminal.google, "Чужая")
    sheet = terminal.google.cloud.books[key].tabs[0]
    from tests.google.emulator.state import Cell

    sheet.put(0, 0, Cell("важное"))
    terminal.says("google", "share", "Орлов", "--sheet", key, code=5)
    assert [tab.title for tab in terminal.google.cloud.books[key].tabs] == ["Лист1"]


def test_a_table_that_nobody_opened_to_us_says_whom_to_let_in(terminal: Terminal) -> None:
    terminal.run("google", "setup", "--key", str(terminal.key))
    key = terminal.google.cloud.create(OWNER, "Закрытая")
    terminal.says("google", "share", HIS.removeprefix("m:"), "--sheet", key, code=5)
