"""`init`: five questions, or their options, become a team's folder with its books (UX 10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from pathlib import Path

from model.errors import FolderTaken, UnreadableInput, WrongAnswer
from model.problems import Code
from model.records import BatchKind, QuestionKind, Source, Stamped
from model.row_ids import new_row_id
from model.texts import founding as words
from model.texts.numbers import counted, number
from sync.commands.founding_google import InGoogle, move_all, tried
from sync.commands.passes import native
from sync.commands.said import Said, plain_letters, table
from sync.founding import Founding, NewPerson, Pay, found, tidied
from sync.founding.demo import found_demo
from sync.founding.first_rows import whole_year
from sync.founding.from_list import (
    OldList,
    keep_refused,
    new_people,
    old_content,
    read_old,
    with_own_columns,
)
from sync.founding.layout import books_of
from sync.founding.questions import Answer, Ask, Misread, Way, asks, parse_people
from sync.imports import Guess
from sync.opening import opened
from sync.settle.everything import Settled, settle
from sync.team import Team
from sync.world import World
from templates.blueprint import load
from templates.blueprint.together import in_one_book
from templates.build import build_book

DEMO_SEED = 2026
DEMO_PEOPLE = 5
YES = frozenset({"", "да", "д", "yes", "y", "+"})
PHONES = frozenset({Code.PHONE_NO_CODE, Code.PHONE_SHAPE, Code.PHONE_DAMAGED})
INNS = frozenset({Code.INN_CHECKSUM, Code.INN_LENGTH, Code.INN_ZEROS, Code.INN_LOST_ZERO})


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the options say; what they do not say is asked."""

    folder: Path
    given: Mapping[str, str]
    """Answers by the key of their question: owner, way, pay, plan, helper."""
    people: str | None = None
    old: Path | None = None
    demo: bool = False
    google: Path | None = None
    """Key file of a service account: books begin in Google."""
    sheets: tuple[str, ...] = ()
    """Whose book begins in which spreadsheet, «name=address»."""
    zone: str = "Europe/Moscow"
    dry_run: bool = False
    together: bool = False
    """All people in one book, without pay."""


def begin(
    wishes: Wishes,
    root: Path,
    *,
    world: World,
    tell: Callable[[str], None],
    ask: Callable[[str], str] | None,
) -> Said:
    """A new team in a folder; `ask` is None where nobody can be asked.

    Raises FolderTaken, WrongAnswer, UnreadableInput or ColumnsNotFound before anything is written.
    """
    if wishes.folder.exists() and (not wishes.folder.is_dir() or any(wishes.folder.iterdir())):
        raise FolderTaken(path=wishes.folder)
    if wishes.demo:
        return _demo(wishes, root, world)
    old = None if wishes.old is None else _read(wishes.old)
    if old is not None:
        for line in _guesses(old):
            tell(plain_letters(line))
    founding, online = _founding(wishes, old, ask, tell)
    where = _in_google(wishes, founding, world, ask, tell) if online else None
    if wishes.dry_run:
        return _said(founding, ("Это проверка: ничего не создано.", *_open(where)), where=where)
    if ask is not None and ask("Записать? [да] ").strip().casefold() not in YES:
        return _said(founding, ("Ничего не создано.",), where=where)
    state = _found(founding, old, root, world)
    moved = () if where is None else move_all(state, where, world)
    lines = (*_ready(founding, old), *moved, *_next(founding.folder))
    if old is not None:
        lines = (*lines, *_old_words(state, world), *_refused(old, founding))
    return _said(founding, lines, state, where)


def _in_google(
    wishes: Wishes,
    founding: Founding,
    world: World,
    ask: Callable[[str], str] | None,
    tell: Callable[[str], None],
) -> InGoogle | None:
    people = [person.name for person in founding.people]
    one = founding.one_book or founding.together
    books = books_of(founding.owner, people, one_book=one)
    return tried(wishes.google, wishes.sheets, books, world, ask=ask, tell=tell)


def _open(where: InGoogle | None) -> tuple[str, ...]:
    """What a check has seen of Google."""
    if where is None:
        return ()
    found = [f"Таблица «{title}» пуста и открывается." for _, _, title in where.keys]
    return ("Ключ Google годится.", *found)


def _refused(old: OldList, founding: Founding) -> tuple[str, ...]:
    refused = keep_refused(old, founding.folder)
    if refused is None:
        return ()
    return (f"Не взятые строки с причиной: {refused.relative_to(founding.folder)}",)


def _demo(wishes: Wishes, root: Path, world: World) -> Said:
    founding = Founding(wishes.folder, "")
    if wishes.dry_run:
        return _said(founding, ("Это проверка: ничего не создано.",))
    state = found_demo(
        wishes.folder,
        root,
        blueprint=load(DEMO_PEOPLE),
        random_bytes=world.random_bytes,
        now=world.now(),
        build=build_book,
        seed=DEMO_SEED,
    )
    lines = (f"Готово: учебный отдел продаж в папке {wishes.folder}.", *_next(wishes.folder))
    return _said(founding, lines, state)


def _founding(
    wishes: Wishes,
    old: OldList | None,
    ask: Callable[[str], str] | None,
    tell: Callable[[str], None],
) -> tuple[Founding, bool]:
    """What is founded, and whether in Google."""
    answers = {q.key: _answer(q, wishes.given.get(q.key), ask, tell) for q in asks()}
    alone = answers["way"] is Way.ALONE
    pay, plan = answers["pay"], answers["plan"]
    pay = pay if isinstance(pay, Pay) else None
    plan = plan if isinstance(plan, Decimal) else None
    if old is not None and old.people and wishes.people is None:
        people = new_people(old, pay, plan)
    else:
        typed = wishes.people
        if typed is None and ask is not None and not alone:
            typed = ask(f"{words.PEOPLE}: ")
        people = tuple(
            NewPerson(name, pay=pay, plans=whole_year(plan)) for name in parse_people(typed or "")
        )
    owner = str(answers["owner"])
    if alone:
        people = (NewPerson(owner, pay=pay, plans=whole_year(plan)),)
    founding = Founding(
        wishes.folder,
        owner,
        people,
        str(answers["helper"]),
        one_book=alone,
        together=wishes.together,
        zone=wishes.zone,
    )
    online = answers["way"] is Way.GOOGLE or wishes.google is not None or bool(wishes.sheets)
    return tidied(founding), online


def _answer(
    question: Ask, given: str | None, ask: Callable[[str], str] | None, tell: Callable[[str], None]
) -> Answer:
    """The option's answer, else the person's, else what Enter means."""
    if given is None and ask is not None:
        shown = f" [{question.default}]" if question.default else ""
        while True:
            answer = question.answer(ask(f"{question.text}{shown} "))
            if not isinstance(answer, Misread):
                return answer
            tell(answer.wanted)
    answer = question.answer(given or "")
    if isinstance(answer, Misread):
        raise WrongAnswer(option=question.option, value=given or "", wanted=answer.wanted)
    return answer


def _read(path: Path) -> OldList:
    if not path.is_file():
        raise UnreadableInput(name=path.name, reason="такого файла нет")
    return read_old(path, load(1))


def _found(founding: Founding, old: OldList | None, root: Path, world: World) -> Path:
    blueprint = load(max(len(founding.people), 1))
    if founding.together:
        blueprint = in_one_book(blueprint)
    build = build_book if old is None else with_own_columns(build_book, old.own)
    facts = {
        "blueprint": blueprint,
        "random_bytes": world.random_bytes,
        "now": world.now(),
        "build": build,
    }
    if old is not None:
        facts["fill"] = old_content(old, blueprint)
    return found(founding, root, **facts)  # type: ignore[arg-type]  # the names are those of found


def _guesses(old: OldList) -> tuple[str, ...]:
    rows = counted(old.rows, "строка", "строки", "строк")
    sheet = f", лист «{old.sheet}»" if old.sheet else ""
    cells = [("В файле", "Станет", "Пример", "Заполнено")]
    cells += [
        (g.header, _becomes(g, len(old.people)), g.sample, f"{round(g.filled_share * 100)} %")
        for g in old.guesses
    ]
    return (
        f"Читаю «{old.path.name}»{sheet}: {rows}. Сам файл не изменится.",
        *table(cells, right=frozenset({3})),
    )


def _becomes(guess: Guess, people: int) -> str:
    clients = load(1).tables["clients"]
    if guess.field is None or not clients.has(guess.field):
        return "название" if guess.field == "legal_form" else "останется вашим столбцом"
    name = f"{clients.title.ru}: {clients.column(guess.field).title.ru}"
    return f"{name}, {people} чел." if guess.field == "owner" else name


def _ready(founding: Founding, old: OldList | None) -> tuple[str, ...]:
    books = len(founding.people)
    if founding.one_book or not books:
        done = "Готово: книга «Отдел продаж»."
    elif founding.together:
        people = counted(books, "человек", "человека", "человек")
        done = f"Готово: книга «Отдел продаж», в ней работают {people}. Зарплаты в ней нет."
    else:
        own = counted(books, "книга", "книги", "книг")
        counts = {} if old is None else dict(old.people)
        shares = [f"{name.split()[0]} {number(count)}" for name, count in counts.items()]
        clients = f" ({', '.join(shares)} клиентов)" if shares else ""
        done = f"Готово: «Отдел продаж» и {own}{clients}."
    return (done,)


def _next(folder: Path) -> tuple[str, ...]:
    shown = native(str(folder))
    quoted = f'"{shown}"' if " " in shown else shown
    return (f"Дальше: sheetcrm sync {quoted}",)


def _old_words(state: Path, world: World) -> tuple[str, ...]:
    """What is odd in the old list, in one line; nothing of this look is kept."""
    with opened(state) as team:
        settled = _looked(team, world)
        a_day = team.settings.questions_a_day
    pairs = sum(q.kind is QuestionKind.DUPLICATE for q in settled.questions)
    codes = Counter(p.code for found in settled.problems.values() for p in found)
    parts = (
        (pairs, "пара похожа на дубли", "пары похожи на дубли", "пар похожи на дубли"),
        (_sum(codes, PHONES), "телефон неполный", "телефона неполные", "телефонов неполные"),
        (_sum(codes, INNS), "ИНН с опиской", "ИНН с опиской", "ИНН с опиской"),
    )
    seen = [counted(count, one, few, many) for count, one, few, many in parts if count]
    if not seen:
        return ()
    return (f"В старом списке: {', '.join(seen)}. Буду спрашивать по {a_day} в день.",)


def _sum(codes: Counter[Code], wanted: frozenset[Code]) -> int:
    return sum(codes[code] for code in wanted)


def _looked(team: Team, world: World) -> Settled:
    now = world.now()
    at = now.astimezone(UTC)
    with team.store.write() as writer:
        batch = writer.version() or writer.start_batch(BatchKind.INIT, "", at)
        by = Stamped(at, "", Source.RULE, None, batch)
        settled = settle(
            team, writer, now, {}, lambda: new_row_id(team.settings.family, world.random_bytes), by
        )
        writer.cancel()
    return settled


def _said(
    founding: Founding,
    lines: tuple[str, ...],
    state: Path | None = None,
    where: InGoogle | None = None,
) -> Said:
    facts: dict[str, object] = {
        "folder": founding.folder,
        "owner": founding.owner,
        "people": [person.name for person in founding.people],
        "state": state,
        "google": None if where is None else where.facts(),
    }
    return Said(tuple(map(plain_letters, lines)), facts)
