"""Calls answer leads, and a missed one asks to be called back until somebody has talked."""

import itertools
from datetime import UTC, datetime, time, timedelta

import pytest

from model.records import BatchKind, Record, Source, Stamped
from model.values import Value
from sync.scene import make_scene
from sync.settle.clients import client_book
from sync.settle.deals import Settler
from sync.settle.touches import settle_touches
from sync.team import Team
from tests.sync.small_team import OWNER, PEOPLE, START, FakeWorld

PHONE, OTHER = "+79161234567", "8 (903) 765-43-21"
IVANOV, SMIRNOVA = PEOPLE
DAY = START.replace(tzinfo=None, hour=0, minute=0)
"""Thursday, 12 March; working hours are nine to six."""


def at(hour: int, minute: int = 0) -> datetime:
    return DAY + timedelta(hours=hour, minutes=minute)


def call(
    when: datetime, way: str, answered: bool, number: str = PHONE, manager: str = ""
) -> dict[str, Value]:
    return {"at": when, "dir": way, "answered": answered, "number": number, "manager": manager}


class Log:
    """The log of calls of a team, and what follows from it."""

    def __init__(self, team: Team, clock: FakeWorld) -> None:
        self.team, self.clock, self.ids = team, clock, itertools.count(1)

    def put(self, table: str, *rows: dict[str, Value]) -> list[str]:
        """Rows into a table; calls are followed up."""
        ids = [f"r{next(self.ids)}" for _ in rows]
        now = self.clock.now
        with self.team.store.write() as writer:
            batch = writer.start_batch(BatchKind.IMPORT, OWNER, now.astimezone(UTC))
            by = Stamped(now.astimezone(UTC), OWNER, Source.IMPORT, None, batch)
            writer.put_many(table, dict(zip(ids, rows, strict=True)), by=by)
            if table == "call_log":
                scene = make_scene(writer, self.team.blueprint, now=now, owner=OWNER, helper="")
                clients = client_book(scene.rows["clients"], {}, lambda _: "")
                new_id = lambda: f"t{next(self.ids)}"  # noqa: E731  # a name of its own says less
                settle_touches(Settler(writer, scene, clients, new_id, by), ids)
        return ids

    def rows(self, table: str) -> list[Record]:
        with self.team.store.read() as reader:
            return list(reader.rows(table).values())

    def states(self) -> list[tuple[Value, Value]]:
        """State and outcome of each task."""
        return [(t.values["state"], t.values.get("outcome")) for t in self.rows("tasks")]


@pytest.fixture
def log(team: Team, clock: FakeWorld) -> Log:
    clock.now = START.replace(hour=18)
    return Log(team, clock)


def test_a_missed_call_of_a_client_becomes_a_task_of_its_manager(log: Log) -> None:
    log.put("clients", {"name": "ООО Вектор", "phone": "8 916 123 45 67", "owner": SMIRNOVA})
    log.put("call_log", call(at(17, 50), "входящий", answered=False, manager=IVANOV))
    (task,) = log.rows("tasks")
    assert task.values["what"] == (
        "Перезвонить +7 916 123-45-67, ООО Вектор: не ответили 12.03 в 17:50"
    )
    assert task.values["assignee"] == SMIRNOVA
    tomorrow = at(24).date()
    assert (task.values["due"], task.values["due_at"]) == (tomorrow, time(9, 20))


def test_an_unknown_number_is_called_back_by_whose_telephone_rang(log: Log) -> None:
    log.put("call_log", call(at(10), "Входящий", answered=False, number=OTHER, manager=IVANOV))
    (task,) = log.rows("tasks")
    assert task.values["assignee"] == IVANOV
    assert task.values["due_at"] == time(10, 30)


def test_a_task_is_over_once_somebody_has_talked(log: Log) -> None:
    log.put("call_log", call(at(10), "входящий", answered=False))
    log.put("call_log", call(at(10, 5), "исходящий", answered=False))
    log.put("call_log", call(at(10, 7), "входящий", answered=False))
    assert log.states() == [("новая", None)]
    log.put("call_log", call(at(11), "исходящий", answered=True))
    assert log.states() == [("сделано", "Поговорили 12.03 в 11:00, через 60 мин. рабочего времени")]
    log.put("call_log", call(at(12), "входящий", answered=False))
    assert [state for state, _ in log.states()] == ["сделано", "новая"]


CALLS = (
    call(at(10), "входящий", answered=False),
    call(at(10, 30), "исходящий", answered=False),
    call(at(11), "входящий", answered=True),
    call(at(11, 30), "исходящий", answered=True, number=OTHER),
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_the_order_in_which_calls_come_in_does_not_matter(log: Log, order: list[int]) -> None:
    log.put("leads", {"name": "Анна", "phone": PHONE, "at": at(9, 30), "state": "Новая"})
    for number in order:
        log.put("call_log", CALLS[number])
    assert all(state == "сделано" for state, _ in log.states())
    (lead,) = log.rows("leads")
    assert lead.values["first_reply"] == at(10, 30)


def test_a_person_who_crossed_the_task_out_is_not_asked_again(log: Log) -> None:
    log.put("call_log", call(at(10), "входящий", answered=False))
    (task,) = log.rows("tasks")
    with log.team.store.write() as writer:
        batch = writer.start_batch(BatchKind.SYNC, IVANOV, START)
        by = Stamped(START, IVANOV, Source.PERSON, None, batch)
        writer.put("tasks", task.row_id, {"state": "отменена"}, by=by)
    log.put("call_log", call(at(9), "исходящий", answered=True))
    assert log.states() == [("отменена", None)]


def test_the_log_of_a_past_month_makes_no_tasks(log: Log) -> None:
    log.put("call_log", call(at(10) - timedelta(days=30), "входящий", answered=False))
    assert log.rows("tasks") == []


def test_a_call_out_answers_a_waiting_lead(log: Log) -> None:
    log.put("call_log", call(at(9), "исходящий", answered=True))
    log.put(
        "leads",
        {"name": "Анна", "phone": "8-916-123-45-67", "at": at(9, 30), "state": "Новая"},
        {"name": "Борис", "phone": OTHER, "at": at(9, 30), "state": "В работе"},
    )
    log.put(
        "call_log",
        call(at(9, 40), "входящий", answered=False),
        call(at(9, 50), "исходящий", answered=False),
        call(at(9, 55), "исходящий", answered=True, number=OTHER),
    )
    anna, boris = log.rows("leads")
    assert anna.values["first_reply"] == at(9, 50)
    assert boris.values.get("first_reply") is None


def test_the_owner_says_how_soon_to_call_back(log: Log) -> None:
    """Ten minutes of work: five before six in the evening, five the next morning."""
    log.put("general", {"key": "Перезвонить за, мин.", "value": "10"})
    log.put("call_log", call(at(17, 55), "входящий", answered=False))
    (task,) = log.rows("tasks")
    assert (task.values["due"], task.values["due_at"]) == (at(24).date(), time(9, 5))
