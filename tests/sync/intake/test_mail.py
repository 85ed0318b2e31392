"""Letters from a real mailbox: each once, none opened, none stopped by a broken one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from model.arrivals import Landed
from model.errors import StoreBusy
from store.landing import Landing
from sync.intake.mail import reading
from sync.intake.mail.reading import LETTER, TOO_LARGE, key_of, look
from sync.world.real_mail import PASSWORD as VARIABLE
from sync.world.real_mail import ImapPost, password_of
from tests.sync.intake.imap_server import PASSWORD, MailServer, mail_server

NOW = datetime.now(UTC).replace(microsecond=0)
pytestmark = pytest.mark.system("dovecot")


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as started:
        yield started


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[Landing]:
    opened = Landing.of(tmp_path)
    yield opened
    opened.close()


def letter(number: int, subject: str = "Заявка с сайта") -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = f"<{number}@site.test>"
    message["From"], message["To"] = "site@site.test", "sales@ромашка.test"
    message["Date"] = format_datetime(NOW - timedelta(hours=1))
    message["Subject"] = subject
    message.set_content("Имя: Анна\nТелефон: 8 903 765-43-21\n")
    return message


def post(said: str = PASSWORD) -> ImapPost:
    return ImapPost(password_of("family", {VARIABLE: said}))


def landed(landing: Landing) -> list[Landed]:
    found = landing.first(1000)
    if found:
        landing.forget(found[-1].number)
    return found


def take(server: MailServer, landing: Landing, *folders: str) -> list[Landed]:
    """What one look at folders lands."""
    found = look(server.source(*folders), post(), landing, NOW)
    assert found.fault == ""
    came = landed(landing)
    assert found.letters == len(came)
    return came


def test_each_letter_lands_once_and_stays_unread(server: MailServer, landing: Landing) -> None:
    for number in range(45):
        server.deliver(letter(number), "Заявки")
    server.deliver(b"\xff\xfe no head, no body, no letter", "Заявки")
    before = server.files("Заявки")
    came = take(server, landing, "Заявки")
    assert {one.media for one in came} == {LETTER}
    assert len({one.key for one in came}) == 46
    assert b"\xff\xfe no head" in came[-1].raw, "a broken letter is bytes like any other"
    assert came[0].raw.replace(b"\r\n", b"\n") == letter(0).as_bytes()
    assert take(server, landing, "Заявки") == []
    server.deliver(letter(200), "Заявки")
    assert [one.key for one in take(server, landing, "Заявки")] == [key_of(letter(200).as_bytes())]
    after = server.files("Заявки")
    assert len(after) == 47
    assert {name.partition(":")[0] for name in before} <= {n.partition(":")[0] for n in after}
    assert not [name for name in after if "S" in name.partition(":2,")[2]], "nothing was read"


def test_the_same_letter_in_another_folder_has_the_same_key(
    server: MailServer, landing: Landing
) -> None:
    server.deliver(letter(1), "One")
    server.deliver(b"Received: by another\n" + letter(1).as_bytes(), "Two")
    one, two = take(server, landing, "One", "Two")
    assert one.raw != two.raw
    assert one.key == two.key


def test_a_folder_numbered_anew_is_read_anew(server: MailServer, landing: Landing) -> None:
    server.deliver(letter(1), "Moved")
    server.deliver(letter(2), "Moved")
    came = take(server, landing, "Moved")
    place = landing.cursor("почта", "Moved")
    server.number_anew("Moved")
    assert [one.key for one in take(server, landing, "Moved")] == [one.key for one in came]
    assert landing.cursor("почта", "Moved") != place


def test_a_crash_between_portions_repeats_none_that_landed(
    server: MailServer, landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(25):
        server.deliver(letter(number), "Crash")
    real, seen = Landing.land, [0]

    def dies(*given: object, **named: object) -> None:
        if seen[0]:
            raise StoreBusy(path=landing.path)
        seen[0] += 1
        real(*given, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Landing, "land", dies)
        assert "занята" in look(server.source("Crash"), post(), landing, NOW).fault
    assert len(landed(landing)) == reading.TOGETHER
    assert len(take(server, landing, "Crash")) == 25 - reading.TOGETHER


def test_of_a_huge_letter_only_the_head_comes(
    server: MailServer, landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 2_000)
    large = letter(1)
    large.set_content("x" * 5_000)
    server.deliver(large, "Large")
    server.deliver(letter(2), "Large")
    huge, usual = take(server, landing, "Large")
    assert (huge.media, usual.media) == (TOO_LARGE, LETTER)
    assert len(huge.raw) < 1_000
    assert huge.key == key_of(large.as_bytes())


def test_old_letters_stay_where_they_are(server: MailServer, landing: Landing) -> None:
    server.deliver(letter(1), "Old", at=NOW - timedelta(days=60))
    server.deliver(letter(2), "Old")
    assert [one.key for one in take(server, landing, "Old")] == [key_of(letter(2).as_bytes())]


@pytest.mark.parametrize(
    ("folder", "said", "reason"),
    [
        ("INBOX", "wrong", "не принял"),
        ("INBOX", "", "нет пароля"),
        ("No such folder", PASSWORD, "не принял"),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_told(
    server: MailServer, landing: Landing, folder: str, said: str, reason: str
) -> None:
    monkey = post(said) if said else ImapPost(lambda _: "")
    found = look(server.source(folder), monkey, landing, NOW)
    assert reason in found.fault
    assert landing.contacts() == {"почта": (NOW, found.fault)}
    assert PASSWORD not in found.fault


def test_reading_goes_on_when_the_server_is_back(landing: Landing) -> None:
    with mail_server() as gone:
        gone.deliver(letter(1))
        assert len(take(gone, landing)) == 1
        source = gone.source()
    assert look(source, post(), landing, NOW).fault
    with mail_server(gone.port) as back:
        back.deliver(letter(1))
        back.deliver(letter(2))
        assert key_of(letter(2).as_bytes()) in {one.key for one in take(back, landing)}
