"""Sources: told once, kept as hashes, read again when the list moves."""

import stat
from pathlib import Path

import pytest

from model.errors import WrongAnswer, WrongPlace, WrongSetting
from sync.commands.intake import NewSource, add_source, drop_source, list_sources, renew_source
from sync.commands.said import dumped
from sync.intake.known import Listed
from sync.intake.sources import FILE, Source, SourceKind, hash_of, read_sources
from sync.team import Team
from tests.sync.small_team import FakeWorld


def nobody(_: str) -> str:
    return ""


def add(team: Team, clock: FakeWorld, name: str = "сайт", **more: object) -> dict[str, object]:
    wish = NewSource(name, **more)  # type: ignore[arg-type]
    return dict(add_source(team, clock.world(), wish, nobody, dry_run=False).facts)


def sources(team: Team, clock: FakeWorld) -> tuple[Source, ...]:
    return read_sources(clock.world().disk, team.state)


def test_an_address_is_told_once_and_kept_as_a_hash(team: Team, clock: FakeWorld) -> None:
    told = add(team, clock, kind=SourceKind.TILDA)
    path = str(told["address"]).rpartition("/in/")[2]
    assert len(path) == 32
    file = team.state / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert path not in file.read_text(encoding="utf-8")
    (source,) = sources(team, clock)
    assert source.path == hash_of(path)
    shown = list_sources(team, clock.world())
    for text in ("\n".join(shown.lines), dumped(shown.facts)):
        assert "сайт" in text
        assert path not in text
        assert source.path not in text


def test_a_signing_source_gets_a_key_and_keeps_the_old_one_for_a_while(
    team: Team, clock: FakeWorld
) -> None:
    first = str(add(team, clock, signed=True, addresses=("203.0.113.0/24",))["key"])
    second = str(renew_source(team, clock.world(), "Сайт", dry_run=False).facts["key"])
    third = str(renew_source(team, clock.world(), "сайт", dry_run=False).facts["key"])
    (source,) = sources(team, clock)
    assert source.keys == (third, second)
    assert len({first, second, third}) == 3
    assert source.lets_in("203.0.113.9")
    assert not source.lets_in("198.51.100.1")
    assert not source.lets_in("nonsense")
    assert first not in repr(source) + dumped(list_sources(team, clock.world()).facts)


def test_every_kind_survives_the_file(team: Team, clock: FakeWorld) -> None:
    for number, kind in enumerate(SourceKind):
        add(
            team,
            clock,
            f'"{number}" \\ \n',
            kind=kind,
            confirm="a1",
            per_minute=7,
            zone="Asia/Omsk",
            host="imap.test:1993",
            user="sales@firma.test",
            folders=("INBOX", "Отправленные"),
        )
    found = sources(team, clock)
    assert [one.kind for one in found] == list(SourceKind)
    assert found[0].name == '"0" \\ \n'
    box = found[-1].mailbox
    assert box is not None
    assert (box.host, box.port, box.folders) == ("imap.test", 1993, ("INBOX", "Отправленные"))


def test_a_dry_run_writes_nothing(team: Team, clock: FakeWorld) -> None:
    world = clock.world()
    add_source(team, world, NewSource("сайт"), nobody, dry_run=True)
    assert sources(team, clock) == ()
    add(team, clock)
    renew_source(team, world, "сайт", dry_run=True)
    drop_source(team, world, "сайт", dry_run=True)
    assert [one.name for one in sources(team, clock)] == ["сайт"]


def test_names_are_one_and_unknown_ones_are_told(team: Team, clock: FakeWorld) -> None:
    add(team, clock)
    with pytest.raises(WrongAnswer):
        add(team, clock, "САЙТ")
    with pytest.raises(WrongPlace):
        drop_source(team, clock.world(), "сад", dry_run=False)
    with pytest.raises(WrongAnswer):
        add(team, clock, "почта", kind=SourceKind.MAIL)
    drop_source(team, clock.world(), "сайт", dry_run=False)
    assert sources(team, clock) == ()


@pytest.mark.parametrize(
    "text",
    ["[[source]]\nname = 'x'\n", "not toml", "[[source]]\nname='x'\nkind='form'\naddresses=['x']"],
)
def test_a_broken_list_is_told_without_its_secrets(team: Team, clock: FakeWorld, text: str) -> None:
    (team.state / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(WrongSetting):
        sources(team, clock)


def test_a_running_service_sees_a_new_source(team: Team, clock: FakeWorld) -> None:
    listed = Listed(clock.world().disk, team.state)
    assert listed.now() == ()
    add(team, clock)
    assert [one.name for one in listed.now()] == ["сайт"]
    assert listed.now() is listed.now()
    (Path(team.state) / FILE).unlink()
    assert listed.now() == ()
