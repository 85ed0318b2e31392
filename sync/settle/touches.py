"""What calls mean beside themselves: a lead is answered, a missed call wants to be called back.

A lead is answered by the first call out to its number, taken or not (METRICS section 9). A missed
call is over with the first call from or to that number that was taken; until then one task says
«Перезвонить». What stands in the log decides, so the order in which calls come in does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from formulas.calendar import Calendar
from formulas.hours import deadline, minutes
from model.phones import pretty_phone
from model.records import Record
from model.texts.numbers import moment
from model.values import Value
from sync.figures.replies import hours_of, promised_minutes
from sync.identity import number_keys
from sync.plans.calendar import calendar_of
from sync.scene import Scene, fold, text
from sync.settle.calls import LOG
from sync.settle.deals import Settler
from sync.settle.leads import is_waiting

TASKS, KIND = "tasks", "перезвон"
CALLBACK_KEY = "Перезвонить за, мин."
NUMBER, MISSED = "callback_number", "missed_at"
"""Cells of a task that no sheet shows: whom to call back, and when the last call was missed."""
OUT = ("исх", "out")
IN = ("вх", "in")
"""Beginnings of what exchanges call the way of a call."""
FRESH = timedelta(days=3)
"""An older missed call makes no task: the log of a past month is history, not work."""
CAME = timedelta(days=4)
"""How far back the log is looked through: a call is there within a day of its end."""
OVER = frozenset({"сделано", "отменена"})


@dataclass(frozen=True, slots=True)
class Touch:
    """A call as it matters here."""

    at: datetime
    out: bool
    missed: bool
    """Somebody called us and nobody took it."""
    taken: bool
    manager: str


def settle_touches(settler: Settler, fresh: Collection[str]) -> None:
    """Answers and tasks that follow from the calls of these rows of the log."""
    if not fresh:
        return
    log = settler.writer.rows_since(LOG, settler.by.at - CAME)
    calls = _by_number(log.values())
    numbers = {n for i in fresh if i in log for n in number_keys(log[i].values.get("number"))}
    _answer_leads(settler, {number: calls[number] for number in numbers})
    _call_back(settler, {number: calls[number] for number in sorted(numbers)})


def _by_number(log: Iterable[Record]) -> dict[str, list[Touch]]:
    found: dict[str, list[Touch]] = defaultdict(list)
    for call in log:
        touch = None if call.deleted else _touch(call)
        if touch is not None:
            for number in number_keys(call.values.get("number")):
                found[number].append(touch)
    return found


def _touch(call: Record) -> Touch | None:
    at, way = call.values.get("at"), fold(call.values.get("dir"))
    if not isinstance(at, datetime):
        return None
    taken = call.values.get("answered") is True
    missed = not taken and way.startswith(IN)
    return Touch(at, way.startswith(OUT), missed, taken, text(call, "manager"))


def _answer_leads(settler: Settler, calls: Mapping[str, list[Touch]]) -> None:
    """The first call out since a lead came is its answer, unless it has one."""
    for lead in settler.scene.rows["leads"].values():
        came = lead.values.get("at")
        if not is_waiting(lead) or not isinstance(came, datetime):
            continue
        numbers = number_keys(lead.values.get("phone"))
        touched = [t.at for n in numbers for t in calls.get(n, ()) if t.out and t.at >= came]
        if touched:
            answered: dict[str, Value] = {"first_reply": min(touched)}
            settler.writer.put("leads", lead.row_id, answered, by=settler.by)


@dataclass(frozen=True, slots=True)
class Callback:
    """A task to call back, and when the call was missed."""

    missed: datetime
    task: Record

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to call."""
        return not self.task.deleted and fold(self.task.values.get("state")) not in OVER


def _call_back(settler: Settler, calls: Mapping[str, list[Touch]]) -> None:
    tasks, hours = _tasks(settler), Hours(settler)
    asked: dict[str, dict[str, Value]] = {}
    for number, touches in calls.items():
        missed = max((t for t in touches if t.missed), key=lambda t: t.at, default=None)
        taken = [t.at for t in touches if t.taken]
        known = tasks.get(number, [])
        for one in known:
            later = [at for at in taken if at >= one.missed]
            if one.is_open and later:
                _close(settler, hours, one, min(later))
        if missed is not None and _is_work(settler, missed, taken, known):
            asked[settler.new_id()] = _ask_to_call(settler, hours, number, missed)
    settler.writer.put_many(TASKS, asked, by=settler.by)


def _is_work(
    settler: Settler, missed: Touch, taken: Sequence[datetime], known: Sequence[Callback]
) -> bool:
    """Whether nobody has talked since a missed call, and no task says so already."""
    if any(at >= missed.at for at in taken):
        return False
    if missed.at < settler.scene.now.replace(tzinfo=None) - FRESH:
        return False
    return not any(one.is_open or one.missed >= missed.at for one in known)


def _tasks(settler: Settler) -> dict[str, list[Callback]]:
    """Tasks to call back by number, those that were taken off the sheet too."""
    found: dict[str, list[Callback]] = defaultdict(list)
    for task in settler.writer.rows(TASKS, deleted=True).values():
        at = task.values.get(MISSED)
        if isinstance(at, datetime):
            found[text(task, NUMBER)].append(Callback(at, task))
    return found


def _close(settler: Settler, hours: Hours, known: Callback, at: datetime) -> None:
    """The task is done, and says after how many minutes of work somebody talked."""
    spent = hours.spent(known.missed, at)
    outcome = f"Поговорили {moment(at)}, через {spent} мин. рабочего времени"
    done: dict[str, Value] = {"state": "сделано", "outcome": outcome}
    settler.writer.put(TASKS, known.task.row_id, done, by=settler.by)


@dataclass(slots=True)
class Hours:
    """Until when a missed call is to be called back; each year's calendar is read once."""

    settler: Settler
    calendars: dict[int, Calendar] = field(default_factory=dict)

    def due(self, missed: datetime) -> datetime:
        """The end of the promised minutes of work; the call itself where no work is known."""
        scene = self.settler.scene
        promised = callback_minutes(scene)
        return deadline(missed, promised, self._calendar(missed.year), hours_of(scene)) or missed

    def spent(self, missed: datetime, talked: datetime) -> int:
        """Minutes of work between a missed call and the talk."""
        return minutes(missed, talked, self._calendar(missed.year), hours_of(self.settler.scene))

    def _calendar(self, year: int) -> Calendar:
        if year not in self.calendars:
            self.calendars[year] = calendar_of(self.settler.writer, year)
        return self.calendars[year]


def callback_minutes(scene: Scene) -> int:
    """«Перезвонить за, мин.»; without it the time promised for answers to leads."""
    said = scene.general.get(fold(CALLBACK_KEY), "")
    return int(said) if said.isdecimal() else promised_minutes(scene)


def _ask_to_call(settler: Settler, hours: Hours, number: str, missed: Touch) -> dict[str, Value]:
    """The cells of a task to call back."""
    scene = settler.scene
    fits = settler.clients.called(number)
    client = scene.rows["clients"].get(fits[0]) if len(fits) == 1 else None
    who = "" if client is None else f", {text(client, 'name')}"
    due = hours.due(missed.at)
    values: dict[str, Value] = {
        "what": f"Перезвонить {pretty_phone(number)}{who}: не ответили {moment(missed.at)}",
        "due": due.date(),
        "due_at": due.time(),
        "assignee": _assignee(settler, number, client, missed),
        "state": "новая",
        "kind": KIND,
        NUMBER: number,
        MISSED: missed.at,
    }
    return {key: value for key, value in values.items() if value not in (None, "")}


def _assignee(settler: Settler, number: str, client: Record | None, missed: Touch) -> str:
    """Whose the client is, else whose lead has the number, else whose telephone rang."""
    scene = settler.scene
    said = ["" if client is None else text(client, "owner")]
    said += _owners(scene, number)
    said.append(missed.manager)
    there = (scene.person(name) for name in said if name)
    return next((person.name for person in there if person is not None and person.active), "")


def _owners(scene: Scene, number: str) -> Iterator[str]:
    for lead in scene.rows["leads"].values():
        if text(lead, "owner") and number in number_keys(lead.values.get("phone")):
            yield text(lead, "owner")
