"""What the doctor says of the surroundings, each broken on purpose; the rest is in test_doctor."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

import pytest

from model.arrivals import Landed
from model.errors import GoogleKeyWrong
from store.landing import Landing
from sync.commands.doctoring import NAMES, around, is_open, lacking
from sync.doctor import CHECKS
from sync.doctor_outside import LITTLE, OUTSIDE, SOME
from sync.finding import Around, Finding, Patient
from sync.intake.sources import Mailbox, Source, SourceKind, hash_of, write_sources
from sync.oslock import LOCK_FILE, Holding, locked
from sync.service import Standing
from sync.settings import Settings
from sync.team import Team
from sync.world import Machine, World
from tests.sync.small_team import FakeWorld

FORM = Source(name="сайт", kind=SourceKind.FORM, path=hash_of("x"))
MAIL = Source(
    name="ящик", kind=SourceKind.MAIL, mailbox=Mailbox(host="imap.example.ru", user="a@b.ru")
)


def say(check: str, team: Team, world: World, told: Around | None = None) -> Sequence[Finding]:
    return list(CHECKS[check](Patient(team, world, told or Around(), repair=False)))


def bad(found: Sequence[Finding]) -> list[Finding]:
    return [one for one in found if not one.fine]


def with_settings(team: Team, **changes: object) -> Team:
    return replace(
        team, settings=Settings.model_validate({**team.settings.model_dump(), **changes})
    )


def test_every_check_has_a_name():
    assert set(CHECKS) <= set(NAMES)
    assert set(OUTSIDE) < set(CHECKS)


@pytest.mark.parametrize(
    ("free", "fine", "todo"),
    [(SOME, True, False), (SOME - 1, True, True), (LITTLE - 1, False, True)],
)
def test_a_full_disk_is_told(team: Team, clock: FakeWorld, free: int, fine: bool, todo: bool):
    (found,) = say("place", team, clock.world(), Around(free=free))
    assert (found.fine, bool(found.todo)) == (fine, todo)


def test_a_library_that_is_gone_or_old_is_named(team: Team, clock: FakeWorld):
    wanted = ["pytest>=1", "pytest>=9999", "nosuchlibrary", "other; extra == 'dev'"]
    wanted += ["third; python_version < '3'"]
    missing = tuple(lacking(wanted))
    assert missing == (f"pytest {pytest.__version__}", "nosuchlibrary")
    (found,) = say("version", team, clock.world(), Around(lacking=missing))
    assert not found.fine
    assert "nosuchlibrary" in found.words
    assert say("version", team, clock.world(), Around(python="3.12.1"))[0].fine


def test_a_state_on_a_share_is_told(team: Team, clock: FakeWorld):
    world = clock.world()

    class Share:
        def host(self) -> str:
            return "пк"

        def machine(self) -> Machine:
            return Machine(mounts={str(team.state.resolve()): "cifs"})

    (found,) = say("state", team, replace(world, network=Share()))
    assert not found.fine
    assert "сетевая папка" in found.words


def test_a_source_without_a_port_is_told(team: Team, clock: FakeWorld):
    world = clock.world()
    assert say("intake", team, world) == []
    write_sources(world.disk, team.state, (FORM,))
    (found,) = bad(say("intake", team, world))
    assert "intake_port" in found.todo


def test_a_closed_door_is_told_while_the_service_works(team: Team, clock: FakeWorld):
    world = clock.world()
    write_sources(world.disk, team.state, (FORM,))
    team = with_settings(team, intake_port=8765, intake_host="0.0.0.0")
    shut = Around(open_port=lambda *_: False)
    assert bad(say("intake", team, world, shut)) == [], "nobody works, so nobody listens"
    with locked(world.process, team.state / LOCK_FILE, Holding(1, clock.now, "служба")):
        (found,) = bad(say("intake", team, world, shut))
        assert "127.0.0.1:8765" in found.words
        assert bad(say("intake", team, world)) == []


def test_a_mailbox_that_is_not_read_is_told(team: Team, clock: FakeWorld):
    world = clock.world()
    write_sources(world.disk, team.state, (MAIL,))
    (found,) = bad(say("intake", team, world))
    assert "ящик" in found.words


def test_arrivals_that_nobody_takes_are_told(team: Team, clock: FakeWorld):
    world = clock.world()
    write_sources(world.disk, team.state, (FORM,))
    team = with_settings(team, intake_port=8765)
    landing = Landing.of(team.state)
    landing.land([Landed("сайт", "1", clock.now.astimezone(UTC), "application/json", b"{}")])
    landing.close()
    assert bad(say("intake", team, world)) == []
    clock.later(minutes=30)
    (found,) = bad(say("intake", team, clock.world()))
    assert found.todo == "Запустите: sheetcrm sync"


def test_google_without_its_key_is_told(team: Team, clock: FakeWorld):
    assert say("google", team, clock.world()) == []
    lost = with_settings(team, google_key="/нет/такого.json")
    with pytest.raises(GoogleKeyWrong):
        say("google", lost, clock.world())


@pytest.mark.parametrize(
    ("standing", "fine", "words"),
    [
        (Standing(installed=False), True, "не установлена"),
        (Standing(installed=True, running=True, boot=True, pid=7), True, "процесс 7"),
        (Standing(installed=True, code=3), False, "код 3"),
    ],
)
def test_a_service_that_fell_is_told(
    team: Team, clock: FakeWorld, standing: Standing, fine: bool, words: str
):
    (found,) = say("service", team, clock.world(), Around(standing=standing))
    assert (found.fine, words in found.words) == (fine, True)


def test_this_machine_tells_of_itself(team: Team, clock: FakeWorld):
    told = around(team, clock.world())
    assert told.free
    assert told.lacking == ()
    assert told.standing == Standing(installed=False)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert is_open("127.0.0.1", port)
    assert not is_open("127.0.0.1", port)
