"""From bytes to rows: each request once, one person one lead, nothing blanked."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from model.arrivals import InboxState, Landed
from model.records import BatchKind, Question, QuestionKind, Record, Source, Stamped
from model.row_ids import text_id
from model.values import Value
from store.landing import Landing
from sync.commands.intake import NewSource, add_source, retry, show_arrival
from sync.intake import arrival
from sync.intake.arrival import Taken, take_in
from sync.intake.http.payload import FORM, JSON, key_of, payload_of
from sync.intake.joining import WINDOW_KEY
from sync.intake.mail.reading import LETTER, TOO_LARGE
from sync.intake.mail.reading import key_of as letter_key
from sync.intake.sources import SourceKind
from sync.intake.understanding import understood
from sync.settle.everything import settle
from sync.team import Team
from tests.sync.ledger import OWNER
from tests.sync.small_team import PEOPLE, FakeWorld

IVANOV, SMIRNOVA = PEOPLE
ANNA = {"Name": "Анна", "Phone": "8 903 765 43 21", "tranid": "1:7", "formid": "f1"}


class Intake:
    """A team to which things are sent."""

    def __init__(self, team: Team, clock: FakeWorld) -> None:
        self.team, self.clock = team, clock
        self.landing = Landing.of(team.state)

    def form(self, source: str = "сайт", **fields: str) -> None:
        self.land(source, FORM, urlencode(fields).encode())

    def json(self, source: str = "сайт", **fields: Any) -> None:
        self.land(source, JSON, json.dumps(fields).encode())

    def land(self, source: str, media: str, raw: bytes) -> None:
        key = key_of(payload_of(media, raw), raw)
        self.landing.land([Landed(source, key, self.clock.now, media, raw)])

    def mail(self, letter: EmailMessage | bytes, media: str = LETTER) -> None:
        raw = letter if isinstance(letter, bytes) else letter.as_bytes()
        self.landing.land([Landed("почта", letter_key(raw), self.clock.now, media, raw)])

    def take(self) -> Taken:
        return take_in(self.team, self.clock.world(), self.landing)

    def settle(self) -> list[Question]:
        """What a pass makes of the rows."""
        at = self.clock.now.astimezone(UTC)
        world = self.clock.world()
        with self.team.store.write() as writer:
            batch = writer.start_batch(BatchKind.SYNC, OWNER, at)
            by = Stamped(at, OWNER, Source.RULE, None, batch)
            ids = iter(world.random_bytes(8).hex() for _ in range(100))
            found = settle(self.team, writer, self.clock.now, {}, lambda: next(ids), by)
        return list(found.questions)

    def put(self, table: str, *, row_id: str = "", **values: Value) -> str:
        at = self.clock.now.astimezone(UTC)
        row_id = row_id or f"{table}{self.clock.chance.random()}"
        with self.team.store.write() as writer:
            batch = writer.start_batch(BatchKind.SYNC, OWNER, at)
            writer.put(table, row_id, values, by=Stamped(at, OWNER, Source.PERSON, None, batch))
        return row_id

    def rows(self, table: str) -> list[Record]:
        with self.team.store.read() as reader:
            return list(reader.rows(table).values())

    def states(self) -> list[tuple[InboxState, str]]:
        with self.team.store.read() as reader:
            found = [reader.arrival(n) for n in range(1, 50)]
        return [(row.state, row.reason) for row in found if row is not None]


@pytest.fixture
def intake(team: Team, clock: FakeWorld) -> Iterator[Intake]:
    found = Intake(team, clock)
    found.settle()
    yield found
    found.landing.close()


def letter(number: int, sender: str, body: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = f"<{number}@x.test>"
    message["From"], message["To"] = sender, headers.pop("to", "sales@firma.test")
    message["Date"] = headers.pop("date", format_datetime(datetime(2026, 3, 12, 6, tzinfo=UTC)))
    message["Subject"] = headers.pop("subject", "Вопрос")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message


def test_a_request_becomes_a_lead_with_its_moment_and_raw_bytes(intake: Intake) -> None:
    intake.form(**ANNA, Textarea="Нужен счёт")
    assert intake.take() == Taken(moved=1, settled=1)
    (lead,) = intake.rows("leads")
    assert lead.values["name"] == "Анна"
    assert lead.values["at"] == intake.clock.now.replace(tzinfo=None)
    assert lead.values["state"] == "Новая"
    assert "Нужен счёт" in str(lead.values["text"])
    assert intake.states() == [(InboxState.DONE, "")]
    assert intake.take() == Taken()


def test_the_same_sent_again_adds_nothing_whatever_was_cut_off(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after each step: before the bytes leave the landing file, before they are settled."""

    class Killed(BaseException):
        pass

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    intake.form(**ANNA)
    with monkeypatch.context() as cut:
        cut.setattr(Landing, "forget", killed)
        with pytest.raises(Killed):
            intake.take()
    with monkeypatch.context() as cut:
        cut.setattr(arrival, "bring_reading", killed)
        with pytest.raises(Killed):
            intake.take()
    with monkeypatch.context() as cut:
        cut.setattr("store.writer.Writer.settle_arrivals", killed)
        with pytest.raises(Killed):
            intake.take()
    intake.form(**ANNA)
    intake.take()
    intake.clock.later(minutes=3)
    intake.form(**ANNA)
    intake.take()
    assert len(intake.rows("leads")) == 1
    assert intake.states() == [(InboxState.DONE, "")]


def test_later_events_fill_and_never_blank(intake: Intake) -> None:
    intake.form(**ANNA, utm_source="yandex")
    intake.take()
    intake.form(**(ANNA | {"Name": "", "Email": "anna@romashka.test"}))
    intake.take()
    (lead,) = intake.rows("leads")
    assert (lead.values["name"], lead.values["utm_source"]) == ("Анна", "yandex")
    assert lead.values["email"] == "anna@romashka.test"


def test_who_asks_twice_in_a_day_is_one_lead(intake: Intake) -> None:
    intake.form(Name="Анна", Phone="8 903 765 43 21", Textarea="Нужен песок", tranid="1")
    intake.form(Phone="+7 (903) 765-43-21", Textarea="И щебень", Email="a@b.test", tranid="2")
    intake.take()
    intake.clock.later(hours=20)
    intake.json("другой", email="A@b.test", comment="Когда ответите?", tranid="3")
    intake.take()
    (lead,) = intake.rows("leads")
    assert str(lead.values["text"]).split("\n") == ["Нужен песок", "И щебень", "Когда ответите?"]
    assert lead.values["email"] == "a@b.test"
    intake.clock.later(hours=25)
    intake.form(Name="Анна", Phone="8 903 765 43 21", tranid="4")
    intake.take()
    assert len(intake.rows("leads")) == 2


def test_the_window_is_the_owners(intake: Intake) -> None:
    intake.put("general", row_id=text_id((WINDOW_KEY,)), key=WINDOW_KEY, value="1")
    intake.form(Phone="8 903 765 43 21", tranid="1")
    intake.take()
    intake.clock.later(hours=2)
    intake.form(Phone="8 903 765 43 21", tranid="2")
    intake.take()
    assert len(intake.rows("leads")) == 2


def test_a_persons_words_are_not_touched_by_a_second_request(intake: Intake) -> None:
    intake.form(Name="Анна", Phone="8 903 765 43 21", Textarea="Песок", tranid="1")
    intake.take()
    (lead,) = intake.rows("leads")
    with intake.team.store.write() as writer:
        at = intake.clock.now.astimezone(UTC)
        by = Stamped(at, IVANOV, Source.PERSON, None, writer.start_batch(BatchKind.SYNC, "", at))
        writer.put("leads", lead.row_id, {"text": "Песок, 5 машин"}, by=by)
    intake.form(Phone="8 903 765 43 21", Textarea="Передумала, щебень", tranid="2")
    intake.take()
    (lead,) = intake.rows("leads")
    assert lead.values["text"] == "Песок, 5 машин"
    with intake.team.store.read() as reader:
        (note,) = reader.questions()
    assert note.kind is QuestionKind.NOTE
    assert "Передумала, щебень" in note.wrong


def test_a_lead_of_a_client_goes_to_its_manager(intake: Intake) -> None:
    client = intake.put("clients", name="ООО Вектор", email="buh@vektor.test", owner=SMIRNOVA)
    intake.form(Name="Пётр", Email="BUH@vektor.test", tranid="1")
    intake.take()
    intake.settle()
    (lead,) = intake.rows("leads")
    assert lead.links["client_id"] == client
    assert (lead.values["owner"], lead.values["rule"]) == (SMIRNOVA, "Уже ведёт клиента")


def test_a_new_lead_is_given_out_by_the_owners_rule(intake: Intake) -> None:
    intake.put("routing", name="Сайт Иванову", source="Сайт", whom="Иванов")
    intake.form(**ANNA)
    intake.take()
    intake.settle()
    (lead,) = intake.rows("leads")
    assert (lead.values["owner"], lead.values["rule"]) == (IVANOV, "Сайт Иванову")


def test_a_phone_of_two_clients_is_asked_about_and_attached_to_none(intake: Intake) -> None:
    for name in ("ООО Вектор", "ООО Лесторг"):
        intake.put("clients", name=name, phone="+7 903 765-43-21", owner=SMIRNOVA)
    intake.form(**ANNA)
    intake.take()
    asked = [q for q in intake.settle() if q.table == "leads"]
    (lead,) = intake.rows("leads")
    assert lead.links == {}
    (question,) = asked
    assert (question.kind, question.whom) == (QuestionKind.CLIENT, OWNER)


def test_what_cannot_be_understood_waits_apart_and_stops_nobody(intake: Intake) -> None:
    intake.json(kind="unknown", nested={"a": [1, 2]})
    intake.form(test="test")
    intake.form(**ANNA)
    intake.take()
    (bad, why), tried, good = intake.states()
    assert (bad, good) == (InboxState.QUARANTINE, (InboxState.DONE, ""))
    assert "незнакомого вида" in why
    assert tried[0] is InboxState.DONE
    assert len(intake.rows("leads")) == 1
    shown = show_arrival(intake.team, 1)
    assert '"unknown"' in shown.lines[1]


def test_quarantine_is_tried_again_once_its_source_is_known(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake.form(**ANNA)
    with monkeypatch.context() as older:
        older.setattr("sync.intake.formats.requests._profiles", lambda _: [])
        intake.take()
    assert intake.states()[0][0] is InboxState.QUARANTINE
    world = intake.clock.world()
    assert retry(intake.team, world, None, dry_run=True).facts == {"tried": 1}
    assert intake.rows("leads") == []
    assert retry(intake.team, world, 1, dry_run=False).facts == {"tried": 1, "left": []}
    assert len(intake.rows("leads")) == 1


def test_a_mistake_of_the_program_is_tried_three_times_and_then_apart(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = understood

    def breaks(row: Any, *more: Any) -> Any:
        if b"poison" in row.raw:
            raise ZeroDivisionError(row.raw.decode())
        return real(row, *more)

    monkeypatch.setattr(arrival, "understood", breaks)
    intake.form(Name="poison", Phone="8 903 111-11-11", tranid="1")
    intake.form(**ANNA)
    assert intake.take().settled == 2
    assert len(intake.rows("leads")) == 1
    assert [intake.take().quarantined for _ in range(3)] == [0, 1, 0]
    state, reason = intake.states()[0]
    assert state is InboxState.QUARANTINE
    assert "ZeroDivisionError" in reason
    assert "ZeroDivisionError at test_arrival.py" in caplog.text
    for told in ("903", "Анна", "poison"):
        assert told not in caplog.text


def test_calls_come_in_pieces_and_ask_to_call_back(intake: Intake) -> None:
    wish = NewSource("атс", SourceKind.ZADARMA, zone="Europe/Moscow")
    add_source(intake.team, intake.clock.world(), wish, lambda _: "", dry_run=False)
    start = intake.clock.now.strftime("%Y-%m-%d %H:%M:%S")
    piece = {"pbx_call_id": "in_1", "caller_id": "79037654321", "call_start": start}
    intake.form("атс", event="NOTIFY_RECORD", pbx_call_id="in_1", call_id_with_rec="9.1")
    intake.form("атс", event="NOTIFY_START", **piece)
    intake.form(
        "атс", event="NOTIFY_END", **piece, duration="20", disposition="no answer", internal="101"
    )
    intake.take()
    intake.settle()
    (call,) = intake.rows("call_log")
    assert call.values["answered"] is False
    assert call.values["record_url"] == "9.1"
    (task,) = intake.rows("tasks")
    assert "+7 903 765-43-21" in str(task.values["what"])
    assert all(state is InboxState.DONE for state, _ in intake.states())


def test_a_strangers_letter_is_a_lead_and_a_clients_letter_is_not(intake: Intake) -> None:
    intake.put("clients", name="ООО Вектор", email="buh@vektor.test", owner=SMIRNOVA)
    intake.mail(letter(1, "Новый <new@nobody.test>", "Сколько стоит песок?"))
    intake.mail(letter(2, "buh@vektor.test", "Где счёт?"))
    intake.mail(letter(3, "shop@ads.test", "Скидки!", List_Unsubscribe="<mailto:x@ads.test>"))
    intake.mail(letter(4, "me@away.test", "Я в отпуске", Auto_Submitted="auto-replied"))
    intake.mail(letter(5, "site@firma.test", "Имя: Борис\nТелефон: 8 903 111-22-33\n"))
    intake.mail(b"From: \r\n\r\n")
    intake.mail(b"Message-ID: <9@x>\r\nFrom: a@b.test\r\n\r\n", TOO_LARGE)
    intake.take()
    assert [lead.values.get("name") for lead in intake.rows("leads")] == ["Новый", "Борис"]
    assert len(intake.rows("letter_log")) == 5
    intake.settle()
    (shown,) = intake.rows("letters")
    assert (shown.values["subject"], shown.values["owner"]) == ("Вопрос", SMIRNOVA)
    assert shown.values["client_id"] == "ООО Вектор"
    assert [state for state, _ in intake.states()][5:] == [InboxState.QUARANTINE] * 2
    intake.clock.later(hours=30)
    again = format_datetime(intake.clock.now)
    intake.mail(letter(6, "new@nobody.test", "Так сколько?", date=again))
    intake.take()
    assert len(intake.rows("leads")) == 2, "a letter of somebody who has asked already"


def test_a_letter_out_answers_the_lead(intake: Intake) -> None:
    wish = NewSource("почта", SourceKind.MAIL, host="imap.firma.test", user="sales@firma.test")
    add_source(intake.team, intake.clock.world(), wish, lambda _: "", dry_run=False)
    intake.mail(letter(1, "new@nobody.test", "Сколько стоит песок?"))
    intake.take()
    intake.settle()
    sent = datetime(2026, 3, 12, 6, 25, tzinfo=UTC)
    out = letter(
        2, "ivanov@firma.test", "Добрый день", to="new@nobody.test", date=format_datetime(sent)
    )
    intake.mail(out)
    intake.take()
    intake.settle()
    (lead,) = intake.rows("leads")
    nine = datetime.combine(intake.clock.now.date(), time(9))
    assert lead.values["at"] == nine
    assert lead.values["first_reply"] == nine + timedelta(minutes=25)


def test_a_letter_whose_date_lies_came_when_it_came(intake: Intake) -> None:
    for number, lie in enumerate((timedelta(days=-3000), timedelta(days=3000))):
        moment = format_datetime(intake.clock.now + lie)
        intake.mail(letter(number, f"n{number}@nobody.test", "Песок?", date=moment))
    intake.mail(letter(7, "n7@nobody.test", "Песок?", date="вчера"))
    intake.take()
    came = intake.clock.now.replace(tzinfo=None)
    assert [lead.values["at"] for lead in intake.rows("leads")] == [came] * 3


def test_many_at_once_are_taken_in_portions(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "TAKEN_AT_ONCE", 20)
    monkeypatch.setattr(arrival, "MOVED_AT_ONCE", 30)
    for number in range(50):
        intake.form(Name=f"Имя {number}", Phone=f"+7903{1112233 + number % 15}", tranid=str(number))
    assert intake.take() == Taken(moved=50, settled=50)
    assert len(intake.rows("leads")) == 15
    assert {state for state, _ in intake.states()} == {InboxState.DONE}
