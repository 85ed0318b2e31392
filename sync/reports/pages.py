"""The two pages that are always current: «Мой прогноз.html» and «Сводка.html».

They are written at every pass, also while the workbook is open, and reload themselves each minute.
A page whose text did not change is not touched, so a quiet pass writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from types import MappingProxyType

from model.errors import CannotWrite
from model.figures import Light, PersonFigures, PlanFact, Span, TeamFigures
from model.records import BookState
from model.texts.numbers import GAP, counted, day_month, month_word, plural
from sync.exchange import reason
from sync.reports import persons, words
from sync.reports.findings import paid_beside
from sync.reports.html import render
from sync.world import Disk

REFRESH_SECONDS = 60
STEPS_SHOWN = 6
"""«Сегодня и просрочено» holds six rows (UX section 4)."""
LINES_ON_PAPER = 8
"""Lines of a list that are printed: the screen shows all of them, the paper is two sheets."""
UNFINISHED = ".tmp"
NAME_LETTERS = 40


@dataclass(frozen=True, slots=True)
class BookLine:
    """The line of `status` for one book."""

    name: str
    read: str
    written: str
    state: str
    light: Light


def render_forecast(p: PersonFigures) -> str:
    """«Мой прогноз» of one salesperson: pay, plan and fact, today's steps, questions, receipt."""
    return render(
        "forecast.html",
        person=p,
        refresh=REFRESH_SECONDS,
        receipt=receipt(p),
        cards=persons.forecast_cards(p),
        pay_titles=persons.SCENARIOS,
        pay_rows=persons.pay_rows(p),
        pay_empty=persons.NOT_SET_UP,
        on_paper=LINES_ON_PAPER,
        steps=p.steps[:STEPS_SHOWN],
        more_steps=len(p.steps) - STEPS_SHOWN,
        today=p.asof,
        last_month=persons.last_month_words(p),
        no_payments="" if p.paid_count else _no_payments(p),
    )


def receipt(p: PersonFigures) -> str:
    """«Ваши правки приняты в 14:32: 6. …»: what was taken from the book and what waits for it."""
    parts = []
    if p.accepted_edits and p.accepted_at is not None:
        day = "" if p.accepted_at.date() == p.asof else f"{day_month(p.accepted_at)} "
        at = f"{day}в{GAP}{p.accepted_at:%H:%M}"
        parts.append(f"Ваши правки приняты {at}: {p.accepted_edits}.")
    if p.waiting_changes:
        changes = counted(p.waiting_changes, "изменение", "изменения", "изменений")
        parts.append(f"В{GAP}книге новое появится, когда вы её закроете: {changes}.")
    return " ".join(parts)


def _no_payments(p: PersonFigures) -> str:
    text = f"Оплат за{GAP}{month_word(p.month.start)} ещё не было"
    return f"{text}, пока только оклад." if p.scheme and p.scheme.base else f"{text}."


def render_dashboard(
    t: TeamFigures, books: Sequence[BookState], reached: Mapping[str, str] = MappingProxyType({})
) -> str:
    """«Сводка» of the owner: nine lamps, people, funnel, money and the state of each book."""
    found = t.plan_fact.get((Span.MONTH, t.money_measure), ())
    totals = tuple(row for row in found if row.who == words.TEAM)
    rows = (*(row for row in found if row.who != words.TEAM), *paid_beside(t), *totals)
    return render(
        "dashboard.html",
        team=t,
        refresh=REFRESH_SECONDS,
        lamps=t.lamps,
        all_fine=bool(t.lamps) and all(lamp.count == 0 for lamp in t.lamps),
        people=[(row, _pay(t, row)) for row in rows],
        total=words.TEAM,
        no_plan_fact="За этот период данных нет",
        books=[book_line(book, t.asof, reached.get(book.book, "")) for book in books],
    )


def _pay(team: TeamFigures, row: PlanFact) -> object:
    return team.money.fund if row.who == words.TEAM else team.pay_forecast.get(row.who)


def book_line(book: BookState, today: date, reached: str = "") -> BookLine:
    """One book in words: held, open with changes waiting, or free.

    `reached`: «открыта в LibreOffice», for one that is open and written all the same.
    """
    waiting = counted(book.waiting, "изменение", "изменения", "изменений")
    verb = plural(book.waiting, "ждёт", "ждут", "ждут")
    if book.held:
        state, light = book.held, Light.RED
    elif book.holder:
        state = f"{book.holder}, {verb} {waiting}" if book.waiting else book.holder
        light = Light.YELLOW if book.waiting else Light.GREEN
    else:
        free = f"{reached}, пишу прямо в неё" if reached else "свободна"
        state = f"{free}, {verb} {waiting}" if book.waiting else free
        light = Light.YELLOW if book.waiting else Light.GREEN
    name = book.path.replace("\\", "/").rpartition("/")[2].removesuffix(".xlsx") or book.book
    return BookLine(
        name=name,
        read=words.when(book.seen_at, today),
        written=words.when(book.written_at, today),
        state=state,
        light=light,
    )


def write_page(disk: Disk, path: PurePath, text: str) -> bool:
    """True when the file was written; the same text leaves the file as it lies."""
    return write_bytes(disk, path, text.encode("utf-8"))


def write_bytes(disk: Disk, path: PurePath, content: bytes) -> bool:
    """True when the file was exchanged for `content`, whole or not at all.

    What a process that was killed in the middle left beside it goes at the next writing.
    """
    fresh = path.with_name(f".{path.stem[:NAME_LETTERS]}-{path.suffix[1:]}{UNFINISHED}")
    try:
        if disk.exists(path) and disk.read(path) == content:
            return False
        disk.make_folder(path.parent)
        if disk.exists(fresh):
            disk.unlink(fresh)
        _exchange(disk, fresh, path, content)
    except OSError as failure:
        raise CannotWrite(name=path.name, reason=reason(failure)) from failure
    return True


def _exchange(disk: Disk, fresh: PurePath, path: PurePath, content: bytes) -> None:
    disk.create(fresh, content)
    try:
        disk.rename(fresh, path)
    except OSError:
        with suppress(OSError):
            disk.unlink(fresh)
        raise
