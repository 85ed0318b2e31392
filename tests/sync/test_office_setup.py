"""One line of a profile lets us into open books; all else of it stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.errors import ExitCode, WrongAnswer
from sync.commands import office
from sync.commands.office import Asked, accepted, profile_of, with_pipe
from sync.settings import FILE_NAME, read_settings
from sync.team import Team

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooLocale" oor:op="fuse">
<value>ru</value></prop></item>
</oor:items>
"""
TAKEN = PROFILE.replace(
    "</oor:items>",
    '<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupConnectionURL" '
    'oor:op="fuse"><value>socket,host=localhost,port=2002;urp;</value></prop></item>\n</oor:items>',
)


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A LibreOffice profile, and a Python that says it has UNO."""
    monkeypatch.setattr(office, "_has_uno", lambda python: python.name == "python3")
    user = tmp_path / "profile" / "user"
    user.mkdir(parents=True)
    (user / office.NAME).write_text(PROFILE, encoding="utf-8")
    return user.parent


def text_of(profile: Path) -> str:
    return (profile / "user" / office.NAME).read_text(encoding="utf-8")


def settings_of(team: Team) -> object:
    return read_settings(team.state / FILE_NAME)


def asked(profile: Path) -> Asked:
    return Asked(profile, Path("/usr/bin/python3"))


def test_a_profile_gets_one_line_and_gives_it_back(team: Team, profile: Path) -> None:
    said = office.setup(team, asked(profile), dry_run=False)
    pipe = str(said.facts["pipe"])
    assert accepted(text_of(profile)) == f"pipe,name={pipe};urp;"
    assert read_settings(team.state / FILE_NAME).office_pipe == pipe
    again = office.setup(team, asked(profile), dry_run=False)
    assert again.facts["pipe"] == pipe
    office.remove(team, asked(profile), dry_run=False)
    assert text_of(profile) == PROFILE
    assert read_settings(team.state / FILE_NAME).office_pipe == ""


def test_a_dry_run_changes_nothing(team: Team, profile: Path) -> None:
    before = settings_of(team)
    office.setup(team, asked(profile), dry_run=True)
    office.remove(team, asked(profile), dry_run=True)
    assert (text_of(profile), settings_of(team)) == (PROFILE, before)


def test_a_running_libreoffice_is_asked_to_close_first(team: Team, profile: Path) -> None:
    (profile / ".lock").touch()
    assert office.setup(team, asked(profile), dry_run=False).code is ExitCode.BUSY
    assert office.remove(team, asked(profile), dry_run=False).code is ExitCode.BUSY
    assert text_of(profile) == PROFILE


def test_a_way_in_of_somebody_else_stays(team: Team, profile: Path) -> None:
    (profile / "user" / office.NAME).write_text(TAKEN, encoding="utf-8")
    with pytest.raises(WrongAnswer):
        office.setup(team, asked(profile), dry_run=False)
    office.remove(team, asked(profile), dry_run=False)
    assert text_of(profile) == TAKEN


def test_a_fresh_profile_is_made(team: Team, tmp_path: Path, profile: Path) -> None:
    fresh = tmp_path / "fresh"
    office.setup(team, Asked(fresh, Path("/usr/bin/python3")), dry_run=False)
    assert accepted(text_of(fresh)).startswith("pipe,name=sheetcrm-")


def test_a_python_without_uno_is_told(team: Team, profile: Path) -> None:
    with pytest.raises(WrongAnswer):
        office.setup(team, Asked(profile, Path("/usr/bin/false")), dry_run=False)


def test_profiles_stand_where_each_system_keeps_them(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert profile_of("linux", {}, home) == home / ".config" / "libreoffice" / "4"
    roaming = {"APPDATA": str(tmp_path / "Roaming")}
    assert profile_of("win32", roaming, home) == tmp_path / "Roaming" / "LibreOffice" / "4"
    apart = home / ".var" / "app" / "org.libreoffice.LibreOffice" / "config" / "libreoffice" / "4"
    (apart / "user").mkdir(parents=True)
    assert profile_of("linux", {}, home) == apart


def test_a_line_is_replaced_not_doubled() -> None:
    twice = with_pipe(with_pipe(PROFILE, "sheetcrm-1"), "sheetcrm-2")
    assert twice.count("ooSetupConnectionURL") == 1
    assert accepted(twice) == "pipe,name=sheetcrm-2;urp;"


def test_without_a_way_in_status_says_how_to_get_one(team: Team, profile: Path) -> None:
    from tests.sync.small_team import FakeWorld

    said = office.status(team, FakeWorld().world())
    assert (said.code, "office setup" in said.lines[0]) == (ExitCode.PROBLEMS, True)
