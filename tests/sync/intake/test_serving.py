"""A real server on loopback: it writes down before it answers and cuts off who is slow."""

import json
import socket
from datetime import timedelta
from threading import Event

import httpx
import pytest

from model.arrivals import Landed
from model.errors import PortTaken
from store.landing import Landing
from sync.commands.arriving import source_lines, source_statuses
from sync.commands.intake import NewSource, add_source
from sync.commands.said import dumped
from sync.commands.serving import beside, door
from sync.commands.status import status
from sync.daemon import Watch, arrivals
from sync.intake.http import server
from sync.intake.http.server import Address
from sync.intake.sources import SourceKind
from sync.team import Team
from tests.sync.small_team import FakeWorld

LOOPBACK = Address("127.0.0.1", 0)
FORM = {"content-type": "application/x-www-form-urlencoded"}
ANNA = "Name=Anna&Phone=%2B79037654321&tranid=7"


def add(team: Team, clock: FakeWorld, name: str = "сайт", **more: object) -> str:
    """Path of a new source."""
    wish = NewSource(name, **more)  # type: ignore[arg-type]
    told = add_source(team, clock.world(), wish, lambda _: "", dry_run=False).facts
    return "/in/" + str(told.get("address", "")).rpartition("/in/")[2]


@pytest.fixture
def path(team: Team, clock: FakeWorld) -> str:
    return add(team, clock)


def test_what_was_answered_is_on_the_disk_and_wakes_the_loop(
    team: Team, clock: FakeWorld, path: str
) -> None:
    woken = Event()
    with door(team, clock.world(), LOOPBACK, landed=woken.set) as port:
        url = f"http://127.0.0.1:{port}{path}"
        answers = [httpx.post(url, content=ANNA, headers=FORM) for _ in range(2)]
        assert [(one.status_code, one.text) for one in answers] == [(200, "ok")] * 2
        assert "server" not in answers[0].headers
        assert woken.is_set()
        other = add(team, clock, "второй")
        again = httpx.post(f"http://127.0.0.1:{port}{other}", content=ANNA, headers=FORM)
        assert again.status_code == 200, "a source that was added while the door stood open"
    landing = Landing.of(team.state)
    assert [one.source for one in landing.first(10)] == ["сайт", "сайт", "второй"]
    landing.close()
    state = Watch()
    arrivals(team, clock.world(), state)
    assert state.landing is not None
    state.landing.close()
    with team.store.read() as reader:
        assert len(reader.rows("leads")) == 1


def test_who_is_slow_with_the_head_is_cut_off(
    team: Team, clock: FakeWorld, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEADERS_WITHIN", 0.2)
    with door(team, clock.world(), LOOPBACK) as port:
        with socket.create_connection(("127.0.0.1", port), 10) as slow:
            slow.sendall(f"POST {path} HTTP/1.1\r\nhost: x\r\n".encode())
            assert slow.recv(100) == b""
        with socket.create_connection(("127.0.0.1", port), 10) as honest:
            honest.sendall(
                f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {FORM['content-type']}\r\n"
                f"content-length: {len(ANNA)}\r\n\r\n{ANNA}".encode()
            )
            assert honest.recv(1_000).startswith(b"HTTP/1.1 200")


def test_a_head_without_end_is_refused(team: Team, clock: FakeWorld, path: str) -> None:
    with (
        door(team, clock.world(), LOOPBACK) as port,
        socket.create_connection(("127.0.0.1", port), 10) as endless,
    ):
        endless.sendall(f"POST {path} HTTP/1.1\r\nx: {'y' * 2 * server.LONGEST_HEAD}".encode())
        assert endless.recv(1_000).startswith(b"HTTP/1.1 400")


def test_a_taken_port_is_told_and_the_books_go_on(team: Team, clock: FakeWorld) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken), door(team, clock.world(), Address("127.0.0.1", port)):
            pass
        settings = team.settings.model_copy(update={"intake_port": port})
        busy = Team(settings, team.state, team.store, team.backups, team.blueprint)
        stop = Event()
        with beside(busy, clock.world(), stop, landed=lambda: None) as told:
            assert f"127.0.0.1:{port}" in told
            assert "intake_port" in told
        stop.set()


def test_the_address_behind_a_proxy_is_the_senders(team: Team, clock: FakeWorld) -> None:
    path = add(team, clock, "сеть", addresses=("203.0.113.0/24",))
    with door(team, clock.world(), LOOPBACK) as port:
        url = f"http://127.0.0.1:{port}{path}"
        assert httpx.post(url, content=ANNA, headers=FORM).status_code == 401
        said = FORM | {"x-forwarded-for": "203.0.113.5"}
        assert httpx.post(url, content=ANNA, headers=said).status_code == 200


def test_status_tells_what_came_what_waits_and_what_is_wrong(
    team: Team, clock: FakeWorld, path: str
) -> None:
    add(team, clock, "почта", kind=SourceKind.MAIL, host="imap.x.test", user="a@x.test")
    start = clock.now
    landing = Landing.of(team.state)
    landing.land([Landed("сайт", "id:1", start, "application/json", b'{"odd": 1}')])
    landing.note_contact("почта", start, "Почту «почта» прочитать не смог: нет пароля.")
    arrivals(team, clock.world(), Watch(landing=landing))
    clock.later(minutes=30)
    landing.land([Landed("сайт", "id:2", start + timedelta(minutes=5), "application/json", b"{}")])
    landing.close()
    site, mail = source_statuses(team, clock.world())
    assert (site.waiting, site.quarantined, site.lag) == (1, 1, timedelta(minutes=25))
    assert "нет пароля" in mail.fault
    said = status(team, clock.world())
    lines = "\n".join(said.lines)
    assert "25 мин., ждёт 1" in lines
    assert "нет пароля" in lines
    assert "sheetcrm intake list" in lines
    assert json.loads(dumped(said.facts))["arriving"][0]["lag"] == 25 * 60
    assert source_lines((), clock.now) == ()
