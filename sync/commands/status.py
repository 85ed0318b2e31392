"""What `status` says: who works, every book, every source, the copies, what to do next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

from model.records import BookState, Question, QuestionKind, Stance
from model.texts.numbers import counted, number, plural
from sync.commands.arriving import source_lines, source_statuses
from sync.commands.said import Said, plain_letters, table
from sync.copies.condition import Copied
from sync.copies.rehearsal import STORE
from sync.cycle import PassReport
from sync.exchange import reason
from sync.oslock import LOCK_FILE, Holding, holder
from sync.owner_files import FRESH, holders
from sync.place import files_of, is_file
from sync.reports import words
from sync.reports.pages import book_line
from sync.team import Team
from sync.world import World

LAST = "pass"
"""Job of the store: when the last pass ended that had something to do or was asked for."""
FAULTS = "pass:faults"
"""Meta key: how many books the last pass could not keep."""
REACHED = "pass:reached"
"""Meta key: the programs in which books were open at the last pass, as JSON."""
DOUBTFUL = timedelta(hours=3)
"""An owner file that stands so long may be left of a program that crashed."""
SHOWN_FREE = 3
"""So many free books are listed; more of them become one line."""
SOURCES = {
    "file:payments": "Оплаты из файла",
    "file:calls": "Звонки из файла",
    "file:leads": "Заявки из файла",
    "file:clients": "Клиенты из файла",
    "file:deals": "Сделки из файла",
    "file:staff": "Сотрудники из файла",
    "file:costs": "Расходы из файла",
    "payments:1c": "Выписка 1С",
    "calls:asterisk": "Звонки, Asterisk",
    "calls:mango": "Звонки, MANGO OFFICE",
    "calls:uis": "Звонки, UIS",
    "calls:zadarma": "Звонки, Zadarma",
    "calls:bitrix24": "Звонки, Битрикс24",
    "leads:tilda": "Заявки с Tilda",
    "leads:vk": "Заявки из VK",
    "leads:bitrix24": "Заявки, Битрикс24",
    "leads:site": "Заявки с сайта",
    "leads:mail": "Заявки из писем",
    "letters:mail": "Письма",
    "deals:bitrix24": "Сделки, Битрикс24",
    "deals:amocrm": "Сделки, amoCRM",
    "clients:bitrix24": "Клиенты, Битрикс24",
    "costs:yandex_direct": "Расходы, Яндекс.Директ",
    "costs:google_ads": "Расходы, Google Ads",
}


def status(team: Team, world: World) -> Said:
    """How the team's books and sources stand, by the store and the owner files beside the books."""
    now = world.now()
    working = holder(world.process, team.state / LOCK_FILE)
    with team.store.read() as reader:
        states = reader.books()
        waiting = reader.questions(stances={Stance.OPEN, Stance.LATER})
        sources = reader.source_stats()
        last, faults = reader.job_done(LAST), reader.meta(FAULTS) or "0"
        reached = json.loads(reader.meta(REACHED) or "{}") if working is not None else {}
        copied = Copied.of(reader, team.settings)
    arriving = source_statuses(team, world)
    copies = [copy for copy in team.backups.list() if copy.book != STORE]
    newest = copies[0].at if copies else None
    lines = (
        f"{working_words(working)} {_last(last, faults, now)}".strip(),
        *table(_books(states, now, reached)),
        *filter(None, (queue_words(states),)),
        *_signs(team, world, states),
        *_sources(sources, now),
        *source_lines(arriving, now),
        f"Копии: {_when(newest, now)}; {copied.words(lambda at: _when(at, now))}.",
        _next(waiting),
    )
    facts: dict[str, object] = {
        "working": working,
        "last_pass": last,
        "faults": int(faults),
        "books": states,
        "reached": {state.book: way_words(state, reached) for state in states},
        "sources": sources,
        "arriving": arriving,
        "newest_copy": newest,
        "second_copies": copied.sent,
        "rehearsal": copied.rehearsed,
        "questions": len(waiting),
    }
    return Said(tuple(map(plain_letters, lines)), facts)


def note_pass(team: Team, report: PassReport) -> None:
    """Remember when the last pass was and how many books it could not keep."""
    faults = sum(book.fault is not None for book in report.books)
    with team.store.write() as writer:
        writer.mark_job(LAST, report.at.astimezone(UTC))
        writer.set_meta(FAULTS, str(faults))
        writer.set_meta(REACHED, json.dumps(reached_by(team)))


def reached_by(team: Team) -> dict[str, str]:
    """By book, the program in which it is open and written, and why not just now."""
    reached = {} if team.live is None else team.live.reached()
    return {book: one.words() for book, one in reached.items()}


def way_words(state: BookState, reached: Mapping[str, str]) -> str:
    """How a book is reached: «файл», «Google», «прямо в открытую»."""
    if not is_file(state):
        return "Google"
    if state.holder and not state.held:
        return "файл, когда закроют"
    return "прямо в открытую" if state.book in reached else "файл"


def queue_words(states: Sequence[BookState]) -> str:
    """«12 изменений ждут, пока книги закроют: Иванов 12»; empty when nothing waits."""
    waiting = [s for s in states if s.waiting and not s.held]
    if not waiting:
        return ""
    count = sum(s.waiting for s in waiting)
    changes = counted(count, "изменение", "изменения", "изменений")
    verb = plural(count, "ждёт", "ждут", "ждут")
    books = "книгу закроют" if len(waiting) == 1 else "книги закроют"
    who = ", ".join(f"{s.person.split()[0]} {number(s.waiting)}" for s in waiting)
    return f"{changes} {verb}, пока {books}: {who}."


def working_words(working: Holding | None) -> str:
    """Who works with the team, and since when."""
    if working is None:
        return "Сейчас не работает: запустите sheetcrm sync --watch."
    where = f", компьютер {working.host}" if working.host else ""
    return f"Работает с {working.since:%d.%m %H:%M} ({working.way}{where}, процесс {working.pid})."


def _last(last: datetime | None, faults: str, now: datetime) -> str:
    if last is None:
        return "Проходов ещё не было."
    how = "без сбоев" if faults == "0" else f"не удались книги: {faults}"
    return f"Последний проход {_when(last, now)}, {how}."


def _when(at: datetime | None, now: datetime) -> str:
    return words.when(None if at is None else at.astimezone(now.tzinfo), now.date())


def _books(
    states: Sequence[BookState], now: datetime, reached: Mapping[str, str]
) -> Sequence[tuple[str, ...]]:
    zone = now.tzinfo
    ordered = sorted(states, key=lambda s: (s.role != "owner", not s.held, not s.holder, s.book))
    lines = [
        (state, book_line(_local(state, zone), now.date(), reached.get(state.book, "")))
        for state in ordered
    ]
    quiet = [
        line
        for state, line in lines
        if not (state.held or state.holder or state.waiting or state.book in reached)
    ]
    folded = quiet[SHOWN_FREE:] if len(quiet) > SHOWN_FREE + 1 else []
    rows = [("Книга", "Прочитана", "Записана", "Как пишу", "Состояние")]
    rows += [
        (b.name, b.read, b.written, way_words(state, reached), b.state)
        for state, b in lines
        if b not in folded
    ]
    if folded:
        name = f"ещё {counted(len(folded), 'книга', 'книги', 'книг')}"
        rows.append((name, folded[0].read, folded[0].written, "", "свободны"))
    return rows


def _signs(team: Team, world: World, states: Sequence[BookState]) -> list[str]:
    """Books that cannot be looked at; owner files of crashed programs: believed until when."""
    lines, now = [], world.now()
    for state in files_of(states):
        name = state.path.rpartition("/")[2].removesuffix(".xlsx")
        try:
            held_by = holders(world.disk, team.path(state), now=now)
        except OSError as failure:
            lines.append(f"«{name}»: {reason(failure, reads=True)}. Прочитаю, как только смогу.")
            continue
        for held in held_by:
            who = f"{held.program} ({held.user})" if held.user else held.program
            since, until = f"{held.since:%d.%m %H:%M}", f"{held.since + FRESH:%d.%m %H:%M}"
            if not held.fresh:
                lines.append(
                    f"«{name}»: рядом остался знак {who} от {since}, ему больше 12 часов. "
                    "Считаю книгу свободной."
                )
            elif now - held.since > DOUBTFUL:
                lines.append(
                    f"«{name}»: знак {who} стоит с {since}. Если книгу уже закрыли, "
                    f"после {until} запишу её и так."
                )
    return lines


def _local(state: BookState, zone: tzinfo | None) -> BookState:
    return replace(
        state,
        seen_at=None if state.seen_at is None else state.seen_at.astimezone(zone),
        written_at=None if state.written_at is None else state.written_at.astimezone(zone),
    )


def _sources(sources: Mapping[str, datetime], now: datetime) -> tuple[str, ...]:
    if not sources:
        return ()
    rows = [("Источник", "Последнее")]
    rows += [(SOURCES.get(name, name), _when(at, now)) for name, at in sources.items()]
    return table(rows)


def _next(waiting: Sequence[Question]) -> str:
    if not waiting:
        return "Вопросов нет, всё сходится."
    stop = next((q for q in waiting if q.kind is QuestionKind.HOLD), None)
    chosen = stop or next((q for q in waiting if q.red), waiting[0])
    return f"Вопросов {len(waiting)}. Дальше: sheetcrm questions {chosen.number}"
