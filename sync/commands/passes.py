"""What `sync` says of a pass: one line when all is well, who waits, what stopped, what next."""

from __future__ import annotations

import ntpath
import os
from collections import Counter
from dataclasses import replace

from model.errors import CrmError, ExitCode, WorkbookChanged
from model.records import Question, QuestionKind, Stance
from model.texts.numbers import counted, number, plural
from sync.commands.said import Said, plain_letters, words_of
from sync.cycle import BookReport, PassReport

FIRST = 1
"""Generation of a book after its first write."""


def said_of(report: PassReport, *, owner: str, dry_run: bool = False) -> Said:
    """The answer of `sync`; books that could not be read or written are warnings."""
    faults = [book.fault for book in report.books if book.fault is not None]
    lines = (
        _headline(report, owner, dry_run=dry_run),
        *_waiting(report.books),
        *(book.held for book in report.books if book.held),
        *_next(report, dry_run=dry_run),
    )
    return Said(
        tuple(map(plain_letters, lines)),
        _facts(report, dry_run=dry_run),
        code=worst(faults),
        warnings=tuple(words_of(fault) for fault in faults),
    )


def merged(first: PassReport, then: PassReport) -> PassReport:
    """Two passes of one run as one: edits and writes of both, the state of the second."""
    before = {book.state.book: book for book in first.books}
    books = tuple(_sum(before.get(book.state.book), book) for book in then.books)
    if then.quiet:
        return replace(first, books=books, again=False)
    return replace(then, books=books, quiet=first.quiet and then.quiet)


def _sum(before: BookReport | None, book: BookReport) -> BookReport:
    if before is None:
        return book
    return replace(book, edits=before.edits + book.edits, written=before.written or book.written)


def worst(faults: list[CrmError]) -> ExitCode:
    """The exit code of a pass: stopped before busy; a lost race is not a fault."""
    codes = [f.exit_code for f in faults if not isinstance(f, WorkbookChanged)]
    return max(codes, default=ExitCode.DONE)


def _headline(report: PassReport, owner: str, *, dry_run: bool) -> str:
    at = f"{report.at:%H:%M}  "
    read = [book for book in report.books if book.fault is None]
    if report.quiet:
        return f"{at}{_books(len(read), len(report.books))}, изменений нет."
    written = sum(book.written for book in report.books)
    parts = [_books(len(read), len(report.books)), *_edits(report.books, owner)]
    if dry_run:
        would = sum(bool(book.planned) for book in report.books)
        return f"{at}{', '.join(parts)}, записал бы {would}. Это проверка: ничего не менял."
    parts.append(f"записано {written}")
    if written or any(book.edits for book in report.books):
        parts.append("копия сделана")
    pay = ""
    if is_first(report):
        known = sum(person.pay is not None for person in report.people)
        pay = f" Прогноз зарплаты: {known} из {len(report.people)}."
    return f"{at}{', '.join(parts)}.{pay}"


def _books(read: int, known: int) -> str:
    if read == known:
        return f"прочитано {counted(read, 'книга', 'книги', 'книг')}".replace(
            "1\u00a0книга", "1\u00a0книгу"
        )
    return f"прочитано {number(read)} {plural(read, 'книга', 'книги', 'книг')} из {known}"


def _edits(books: tuple[BookReport, ...], owner: str) -> list[str]:
    by = Counter[str]()
    for book in books:
        if book.edits:
            by[(book.state.person or owner).split()[0]] += book.edits
    if not by:
        return []
    who = ", ".join(f"{name} {count}" for name, count in by.most_common())
    return [f"правок {by.total()} ({who})"]


def is_first(report: PassReport) -> bool:
    """Whether books were filled for the first time."""
    return any(b.written and b.state.generation == FIRST for b in report.books)


def _waiting(books: tuple[BookReport, ...]) -> list[str]:
    return [
        f"Ждёт: «{book.name}» {book.state.holder}, "
        f"{counted(book.waiting, 'изменение ляжет', 'изменения лягут', 'изменений лягут')} "
        "после закрытия."
        for book in books
        if book.waiting and book.state.holder
    ]


def _next(report: PassReport, *, dry_run: bool) -> list[str]:
    lines = []
    if report.questions:
        lines.append(question_words(report.questions))
    if is_first(report) and not dry_run:
        own = [b for b in report.books if b.written and b.state.generation == FIRST]
        chosen = own[-1]
        sheet = "Мой прогноз" if len(own) > 1 else "Сводка"
        lines.append(f"Откройте {native(chosen.state.path)}, лист «{sheet}».")
    return lines


def question_words(questions: tuple[Question, ...]) -> str:
    """«Вопросов 4, из них СТОП 1. Дальше: sheetcrm questions»."""
    waiting = [q for q in questions if q.stance in {Stance.OPEN, Stance.LATER}]
    if not waiting:
        return "Вопросов нет, всё сходится."
    stops = sum(q.kind is QuestionKind.HOLD for q in waiting)
    stopped = f", из них СТОП {stops}" if stops else ""
    return f"Вопросов {number(len(waiting))}{stopped}. Дальше: sheetcrm questions"


def native(path: str) -> str:
    """A path of the team folder as this system writes it."""
    return path.replace("/", ntpath.sep) if os.name == "nt" else path


def _facts(report: PassReport, *, dry_run: bool) -> dict[str, object]:
    return {
        "at": report.at,
        "dry_run": dry_run,
        "quiet": report.quiet,
        "books": [
            {
                "book": book.state.book,
                "name": book.name,
                "edits": book.edits,
                "written": book.written,
                "planned": book.planned,
                "waiting": book.waiting,
                "refused": book.refused,
                "held": book.held,
                "holder": book.state.holder,
                "fault": book.fault,
            }
            for book in report.books
        ],
        "questions": len(report.questions),
    }
