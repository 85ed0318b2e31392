"""The report of the month that is over: made once, sent once, both written down.

That it was made is written down after the files stand; a crash in between makes the same files
again. A letter is written down before it goes: a crash in between leaves a letter of which
nobody knows whether it went, and it is not sent again. A letter that a server refused is tried
again an hour later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from formulas.calendar import Calendar
from formulas.periods import PeriodType, bounds
from model.errors import NotSent
from model.figures import Measure, Period
from model.records import BatchKind
from model.rights import Way
from model.texts.numbers import month_name
from store import Reader
from sync.plans.calendar import calendar_of
from sync.reporting import report_month
from sync.reports.terminal import month_table
from sync.rights import may_get
from sync.scene import fold, text
from sync.scheduling.post import Attached, Letter, Post
from sync.team import Team
from sync.world import Disk, World

DAY = timedelta(days=1)
DAY_KEY = "Отчёт за месяц, рабочий день"
TO_KEY = "Отчёт за месяц, кому письмом"
FIRST = 1
AGAIN_AFTER = timedelta(hours=1)
KINDS = {
    ".html": "text/html",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MONEY_MEASURES = (Measure.MONEY, Measure.WON, Measure.INVOICED)
GOING, SENT, UNKNOWN = "going", "sent", "unknown"
_ADDRESS = re.compile(r"[^\s,;<>]+@[^\s,;<>]+")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the team wants: on which working day, to whom by letter."""

    day: int | None
    """None: no report by itself."""
    to: tuple[str, ...]


@dataclass(slots=True)
class Monthly:
    """When the daemon tries again after a failure."""

    again_at: datetime | None = field(default=None)


def monthly(team: Team, world: World, post: Post | None, state: Monthly) -> None:
    """Makes and sends what is due; the reason of a failure is raised, and it is tried again."""
    now = world.now()
    if state.again_at is not None and now < state.again_at:
        return
    with team.store.read() as reader:
        wish = _allowed(team, reader, wish_of(reader))
        month = due_month(wish, now, calendar_of(reader, now.year), team.settings.day_start)
        unmade = month is not None and _is_unmade(reader, month)
        unsent = month is not None and _is_unsent(reader, month, wish, post)
    if month is None or not (unmade or unsent):
        return
    state.again_at = now + AGAIN_AFTER
    if unmade:
        _make(team, world, month)
    if post is not None and wish.to:
        _send(team, world, post, month, wish.to)
    state.again_at = None


def _allowed(team: Team, reader: Reader, wish: Wish) -> Wish:
    """The wish without employees whom a report of the whole team is not meant for."""
    blueprint, owner = team.blueprint, team.settings.owner
    to = tuple(a for a in wish.to if may_get(reader, blueprint, a, owner, Way.REPORT))
    return replace(wish, to=to)


def wish_of(reader: Reader) -> Wish:
    """The wish as «Настройки» have it; the first working day until the team says otherwise."""
    rows = reader.rows("general").values()
    said = {fold(row.values.get("key")): text(row, "value") for row in rows}
    day = said.get(fold(DAY_KEY), str(FIRST)) or str(FIRST)
    addresses = _ADDRESS.findall(said.get(fold(TO_KEY), ""))
    number = re.match(r"\d+", day)
    return Wish(int(number[0]) or None if number else None, tuple(dict.fromkeys(addresses)))


def due_month(wish: Wish, now: datetime, calendar: Calendar, day_start: str) -> Period | None:
    """The month whose report is due; None before its working day and hour, or when unwanted."""
    if wish.day is None:
        return None
    today = now.date()
    current = bounds(PeriodType.MONTH, today)
    first = calendar.nth_workday(wish.day, current.start, current.last)
    if today < first or (today == first and f"{now:%H:%M}" < day_start):
        return None
    return _month_of(current.start - DAY)


def _month_of(day: date) -> Period:
    found = bounds(PeriodType.MONTH, day)
    return Period(found.start, found.end)


def _slug(month: Period) -> str:
    return f"{month.start:%Y-%m}"


def _made_key(month: Period) -> str:
    return f"report:{_slug(month)}"


def _mail_key(month: Period) -> str:
    return f"report-mail:{_slug(month)}"


def _text_key(month: Period) -> str:
    return f"report-text:{_slug(month)}"


def _is_unmade(reader: Reader, month: Period) -> bool:
    """Whether the report is owed: it was not made, and the team was there before the month's end.

    A team with older payments that were brought in later gets its report as well.
    """
    if reader.job_done(_made_key(month)) is not None:
        return False
    first = reader.batch(FIRST)
    began = first is not None and first.at.date() < month.end
    return began or bool(reader.sums_of(MONEY_MEASURES, month))


def _is_unsent(reader: Reader, month: Period, wish: Wish, post: Post | None) -> bool:
    if post is None or not wish.to or reader.job_done(_made_key(month)) is None:
        return False
    return (reader.meta(_mail_key(month)) or "") in {"", GOING}


def _make(team: Team, world: World, month: Period) -> None:
    made = report_month(team, month, world=world)
    at = world.now().astimezone(UTC)
    with team.store.write() as writer:
        names = ", ".join(path.name for path in made.paths)
        writer.start_batch(BatchKind.REPORT, "", at, note=f"сделан: {names}")
        writer.set_meta(_text_key(month), "\n".join(month_table(made.report).lines))
        writer.mark_job(_made_key(month), at)


def _send(team: Team, world: World, post: Post, month: Period, to: Sequence[str]) -> None:
    """One letter, written down before it goes and after."""
    who = ", ".join(to)
    with team.store.write() as writer:
        begun = writer.meta(_mail_key(month)) == GOING
        letter = letter_of(team, world.disk, month, writer.meta(_text_key(month)) or "", to)
        if not begun:
            writer.set_meta(_mail_key(month), GOING)
    if begun:
        words = f"письмо {who}: дошло ли, неизвестно, программа остановилась во время отправки"
        _note(team, world, month, UNKNOWN, words)
        return
    try:
        post.send(letter)
    except NotSent as failure:
        _note(team, world, month, "", f"письмо {who} не ушло: {failure.facts['reason']}")
        raise
    _note(team, world, month, SENT, f"отправлен: {who}")


def _note(team: Team, world: World, month: Period, state: str, words: str) -> None:
    """Writes down how the letter fares, for the program and for people."""
    with team.store.write() as writer:
        at = world.now().astimezone(UTC)
        writer.start_batch(BatchKind.REPORT, "", at, note=f"{month_name(month.start)}, {words}")
        writer.set_meta(_mail_key(month), state)


def letter_of(team: Team, disk: Disk, month: Period, text_: str, to: Sequence[str]) -> Letter:
    """The letter of a month: the table as its text, the two files attached."""
    paths = [team.reports / f"{_slug(month)} Отчёт{kind}" for kind in KINDS]
    return Letter(
        id=f"report-{_slug(month)}.{team.settings.family}",
        to=tuple(to),
        subject=f"Отчёт за {month_name(month.start)}",
        text=text_,
        attached=tuple(
            Attached(path.name, KINDS[path.suffix], disk.read(path))
            for path in paths
            if disk.exists(path)
        ),
    )
