"""The report of the month that is over comes by itself, once, and is sent once."""

from __future__ import annotations

import email
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import Message
from email.policy import default
from pathlib import Path
from socket import socket
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from model.errors import NotSent
from model.records import BatchKind, Source, Stamped
from store import Writer
from sync import daemon
from sync.daemon import Watch, tick, timetable
from sync.plans.calendar import built_in_around
from sync.scheduling import monthly as scheduled
from sync.scheduling.monthly import DAY_KEY, TO_KEY, Monthly, due_month, monthly, wish_of
from sync.scheduling.post import Letter, Post
from sync.settings import Settings
from sync.team import Team
from sync.world import World
from sync.world.real_post import PASSWORD, post_of
from tests.sync.small_team import ZONE, FakeWorld

FIRST = datetime(2026, 4, 1, 8, 30, tzinfo=ZONE)
OWNER_MAIL = "orlov@example.org"
FEBRUARY, MARCH = "2026-02", "2026-03"


@dataclass
class Mailbox:
    """A mail server on this machine: what it took, and what it should refuse."""

    letters: list[Message] = field(default_factory=list)
    refuse: bool = False
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse:
            return "451 попробуйте позже"
        self.letters.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"secret")


@contextmanager
def serving(mailbox: Mailbox, **how: Any) -> Iterator[int]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **how)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def post(mailbox: Mailbox) -> Iterator[Post]:
    with serving(mailbox) as port:
        yield server_of(port)


def server_of(port: int, **changes: object) -> Post:
    facts = {"mail_host": "127.0.0.1", "mail_port": port, "mail_safety": "none"}
    facts |= {"mail_from": "crm@example.org", **changes}
    settings = Settings(folder=Path(), family="TESTS", owner="Орлов", **facts)  # type: ignore[arg-type]
    found = post_of(settings, {PASSWORD: "secret"})
    assert found is not None
    return found


def said(team: Team, clock: FakeWorld, key: str, value: str | None) -> None:
    """The owner types a value into «Настройки»."""
    with team.store.write() as writer:
        at = clock.now.astimezone()
        batch = writer.start_batch(BatchKind.SYNC, "Орлов", at)
        row_id = next(i for i, r in writer.rows("general").items() if r.values["key"] == key)
        writer.put(
            "general", row_id, {"value": value}, by=Stamped(at, "Орлов", Source.PERSON, None, batch)
        )


def log(team: Team) -> list[str]:
    """What the journal says of reports, oldest first."""
    with team.store.read() as reader:
        found = reader.batches(limit=100)
    return [batch.note for batch in reversed(found) if batch.kind is BatchKind.REPORT]


def files(team: Team) -> list[str]:
    return sorted(path.name for path in team.reports.iterdir()) if team.reports.exists() else []


@pytest.mark.parametrize(
    ("day", "now", "month"),
    [
        ("1", "2026-04-01 08:29", None), ("1", "2026-04-01 08:30", MARCH),
        ("1", "2026-04-20 00:00", MARCH), ("1", "2026-03-01 23:00", None),
        ("1", "2026-03-02 09:00", FEBRUARY), ("3", "2026-03-03 12:00", None),
        ("3", "2026-03-04 08:30", FEBRUARY), ("1", "2026-01-11 12:00", None),
        ("1", "2026-01-12 08:30", "2025-12"), ("1-й рабочий", "2026-04-01 09:00", MARCH),
        ("нет", "2026-04-20 09:00", None), ("0", "2026-04-20 09:00", None),
    ],
)  # fmt: skip
def test_the_report_is_due_on_its_working_day(team: Team, clock: FakeWorld, day, now, month):
    said(team, clock, DAY_KEY, day)
    with team.store.read() as reader:
        wish = wish_of(reader)
    at = datetime.strptime(now, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
    found = due_month(wish, at, built_in_around(at.year), "08:30")
    assert (None if found is None else f"{found.start:%Y-%m}") == month


def test_a_team_that_says_nothing_gets_it_on_the_first_working_day(team, clock):
    said(team, clock, DAY_KEY, None)
    with team.store.read() as reader:
        assert wish_of(reader).day == 1
        assert wish_of(reader).to == ()


def test_the_daemon_makes_it_once_whatever_restarts(team: Team, clock: FakeWorld):
    clock.now = FIRST
    for _ in range(3):  # each a daemon of its own
        state = Watch()
        jobs = timetable(team, clock.world(), state)
        for _ in range(3):
            clock.later(minutes=1)
            tick(jobs, clock.world(), state)
    assert files(team) == ["2026-03 Отчёт.html", "2026-03 Отчёт.xlsx"]
    assert log(team) == ["сделан: 2026-03 Отчёт.html, 2026-03 Отчёт.xlsx"]
    clock.now = FIRST + timedelta(days=33)
    tick(timetable(team, clock.world(), Watch()), clock.world(), Watch())
    assert len(files(team)) == 4


def test_a_team_founded_this_month_owes_no_report_of_the_one_before(team, clock):
    clock.now = datetime(2026, 3, 20, 12, 0, tzinfo=ZONE)
    monthly(team, clock.world(), None, Monthly())
    assert (files(team), log(team)) == ([], [])


def test_a_crash_after_the_files_makes_the_same_files(team, clock, monkeypatch):
    clock.now = FIRST

    class Killed(BaseException):
        """The power goes."""

    mark = Writer.mark_job

    def killed(writer: Writer, job: str, at: datetime) -> None:
        if job.startswith("report"):
            raise Killed
        mark(writer, job, at)

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "mark_job", killed)
        with pytest.raises(Killed):
            monthly(team, clock.world(), None, Monthly())
    assert (len(files(team)), log(team)) == (2, [])
    monthly(team, clock.world(), None, Monthly())
    assert (len(files(team)), len(log(team))) == (2, 1)


def test_the_letter_goes_once_with_both_files(team, clock, mailbox, post):
    clock.now = FIRST
    said(team, clock, TO_KEY, f"{OWNER_MAIL}; Смирнова <smirnova@example.org>")
    for _ in range(3):
        monthly(team, clock.world(), post, Monthly())
        clock.later(hours=2)
    (letter,) = mailbox.letters
    assert letter["Subject"] == "Отчёт за март 2026"
    assert letter["To"] == f"{OWNER_MAIL}, smirnova@example.org"
    assert letter["Message-ID"].startswith("<report-2026-03.")
    parts = list(letter.walk())
    text = next(part for part in parts if part.get_content_type() == "text/plain")
    assert "Март 2026" in text.get_payload(decode=True).decode()
    attached = {part.get_filename(): part.get_payload(decode=True) for part in parts}
    for name in ("2026-03 Отчёт.html", "2026-03 Отчёт.xlsx"):
        assert attached[name] == (team.reports / name).read_bytes()
    assert log(team)[1:] == [f"март 2026, отправлен: {OWNER_MAIL}, smirnova@example.org"]


def test_a_letter_that_was_refused_is_tried_again_an_hour_later(team, clock, mailbox, post):
    clock.now = FIRST
    said(team, clock, TO_KEY, OWNER_MAIL)
    mailbox.refuse, state = True, Monthly()
    with pytest.raises(NotSent) as refused:
        monthly(team, clock.world(), post, state)
    assert "451" in str(refused.value)
    mailbox.refuse = False
    clock.later(minutes=30)
    monthly(team, clock.world(), post, state)
    assert mailbox.letters == []
    clock.later(minutes=31)
    monthly(team, clock.world(), post, state)
    assert len(mailbox.letters) == 1
    assert [note.split(":")[0] for note in log(team)] == [
        "сделан", f"март 2026, письмо {OWNER_MAIL} не ушло", "март 2026, отправлен",
    ]  # fmt: skip


def test_a_crash_while_a_letter_goes_does_not_send_it_twice(team, clock, mailbox, post):
    clock.now = FIRST
    said(team, clock, TO_KEY, OWNER_MAIL)

    class Killed(BaseException):
        """The process dies after the server took the letter."""

    class Dying:
        def send(self, letter: Letter, /) -> None:
            post.send(letter)
            raise Killed

    with pytest.raises(Killed):
        monthly(team, clock.world(), Dying(), Monthly())
    for _ in range(2):
        clock.later(hours=2)
        monthly(team, clock.world(), post, Monthly())
    assert len(mailbox.letters) == 1
    assert "неизвестно" in log(team)[-1]
    assert len(log(team)) == 2


def test_an_address_that_came_later_gets_the_letter_of_the_same_month(team, clock, mailbox, post):
    clock.now = FIRST
    monthly(team, clock.world(), post, Monthly())
    assert mailbox.letters == []
    said(team, clock, TO_KEY, OWNER_MAIL)
    monthly(team, clock.world(), post, Monthly())
    assert len(mailbox.letters) == 1


def test_a_report_that_fails_is_logged_and_the_other_jobs_go_on(team, clock, monkeypatch, caplog):
    clock.now = FIRST

    def failing(*args: object) -> None:
        raise NotSent(to=OWNER_MAIL, reason="нет сети")

    monkeypatch.setattr(daemon, "monthly", failing)
    state = Watch()
    timetable(team, clock.world(), state)
    assert "нет сети" in caplog.text
    assert state.failures == 0


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_the_server_is_asked_with_the_password_of_the_environment(mailbox):
    letter = Letter("one", (OWNER_MAIL,), "Проверка", "текст")
    how = {"authenticator": mailbox.authenticate, "auth_required": True, "auth_require_tls": False}
    with serving(mailbox, **how) as port:
        server_of(port, mail_user="crm").send(letter)
        assert mailbox.logins == [(b"crm", b"secret")]
        settings_of = server_of(port, mail_user="crm")
        assert "secret" not in repr(settings_of)
    with pytest.raises(NotSent):
        server_of(port).send(letter)


def test_without_a_server_there_is_no_post():
    assert post_of(Settings(folder=Path(), family="TESTS", owner="Орлов"), {}) is None


def test_what_is_due_is_not_computed_again_each_minute(team, clock, monkeypatch):
    """A failure waits an hour: a report takes seconds."""
    clock.now, tries = FIRST, list[date]()

    def failing(team: Team, month: Any, *, world: World) -> None:
        tries.append(month.start)
        raise NotSent(to="", reason="диск полон")

    monkeypatch.setattr(scheduled, "report_month", failing)
    state = Monthly()
    for _ in range(90):
        clock.later(minutes=1)
        try:
            monthly(team, clock.world(), None, state)
        except NotSent:
            continue
    assert len(tries) == 2
