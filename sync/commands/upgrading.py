"""`upgrade` and taking it back: which books got what, who waits, what stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from model.errors import CrmError
from model.texts.numbers import counted
from sync.commands.passes import worst
from sync.commands.running import ONCE, alone, holding
from sync.commands.said import Said, plain_letters, words_of
from sync.oslock import LOCK_FILE, locked
from sync.place import is_file
from sync.team import Team
from sync.upgrade import (
    BookUpgrade,
    Did,
    Left,
    Returned,
    Step,
    TakenBack,
    UpgradeReport,
    Why,
    take_back,
    upgrade,
)
from sync.world import World

REASONS = {
    Why.REMOVED: "столбец убрали из книги, сам он не вернётся",
    Why.LABELLED: "столбец с таким заголовком уже стоит; переименуйте его",
    Why.BLOCK: "на этом листе таблицы стоят рядом, место для столбца не раздвинуть",
    Why.NO_TABLE: "на листе больше нет таблицы Excel",
    Why.TYPED: "туда уже вписывали, оставил",
    Why.NOT_LAST: "правее стоят ваши столбцы, оставил",
    Why.USED: "на это смотрят ваши формулы, оставил",
    Why.UNLIKE: "лист прежнего вида, новый вид будет в новых таблицах",
    Why.NO_NAME: "новой формуле не хватает столбца или имени, осталась прежняя",
    Why.NO_COPY: "копии с прежним видом больше нет, оставил",
}
DRY = "Это проверка: ничего не менял."


def run_upgrade(team: Team, world: World, *, dry_run: bool) -> Said:
    """Bring the books of a team up to the program; raises AlreadyRunning."""
    if dry_run:
        with locked(world.process, team.state / LOCK_FILE, holding(world, ONCE)):
            return said_of(upgrade(team, world, dry_run=True), dry_run=True)
    with alone(team, world, ONCE):
        return said_of(upgrade(team, world), dry_run=False)


def run_back(team: Team, world: World, number: int, *, dry_run: bool) -> Said:
    """Take an upgrade back; raises AlreadyRunning or WrongPlace."""
    with alone(team, world, ONCE):
        return said_of_back(
            take_back(team, world, number, dry_run=dry_run), number, dry_run=dry_run
        )


def said_of(report: UpgradeReport, *, dry_run: bool) -> Said:
    """What an upgrade did, book by book."""
    changed = [book for book in report.books if book.done]
    lines = [line for book in report.books for line in _book(book, dry_run=dry_run)]
    if not changed:
        lines.insert(0, "Книги такие, как нужно программе. Менять нечего.")
    elif dry_run:
        lines.append(f"{DRY} Обновить: sheetcrm upgrade")
    elif report.batch is not None:
        written = [book for book in changed if book.written]
        files = sum(is_file(book.state) for book in written)
        kinds = (
            (files, "книга", "книги", "книг"),
            (len(written) - files, "таблица Google", "таблицы Google", "таблиц Google"),
        )
        books = ", ".join(counted(n, *forms) for n, *forms in kinds if n)
        lines.append(f"Обновлено: {books}. Прежний вид сохранён копией. Отменить: "
                     f"sheetcrm undo {report.batch}")  # fmt: skip
    faults = [book.fault for book in report.books if book.fault is not None]
    return _said(lines, faults, _facts(report, dry_run=dry_run))


def said_of_back(report: TakenBack, number: int, *, dry_run: bool) -> Said:
    """What was taken back, book by book."""
    lines = [line for book in report.books for line in _back(book)]
    back = sum(len(book.back) for book in report.books if not book.holder or dry_run)
    kept = sum(len(book.left) for book in report.books)
    tail = DRY if dry_run else "Вписанное людьми осталось. Вернуть: sheetcrm upgrade"
    what = counted(back, "изменение", "изменения", "изменений")
    left = f", оставлено {kept}" if kept else ""
    lines.append(f"Действие {number}, обновление книг: отменено {what}{left}. {tail}")
    faults = [book.fault for book in report.books if book.fault is not None]
    facts: dict[str, object] = {
        "batch": number,
        "undo": report.batch,
        "dry_run": dry_run,
        "books": [
            {"book": b.state.book, "name": b.name, "back": b.back, "left": b.left,
             "holder": b.holder, "fault": b.fault}
            for b in report.books
        ],
    }  # fmt: skip
    return _said(lines, faults, facts)


def _said(lines: Iterable[str], faults: list[CrmError], facts: dict[str, object]) -> Said:
    return Said(
        tuple(map(plain_letters, lines)),
        facts,
        code=worst(faults),
        warnings=tuple(words_of(fault) for fault in faults),
    )


def _book(book: BookUpgrade, *, dry_run: bool) -> list[str]:
    lines = []
    if book.done and book.held:
        lines.append(f"«{book.name}» остановлена: сначала ответьте на СТОП в «Вопросах».")
    elif book.done and book.holder:
        lines.append(
            f"Ждёт: «{book.name}» {book.holder}. Закройте её и повторите: sheetcrm upgrade"
        )
    elif book.done and (book.written or dry_run):
        lines.append(f"«{book.name}»: {_steps(book.done)}.")
    return lines + [f"«{book.name}», не тронул: {_left(left)}." for left in book.left]


def _back(book: Returned) -> list[str]:
    lines = []
    if book.back and book.holder:
        lines.append(f"Ждёт: «{book.name}» {book.holder}. Закройте её и повторите отмену.")
    elif book.back:
        lines.append(f"«{book.name}»: убрано - {_steps(book.back, undone=True)}.")
    return lines + [f"«{book.name}», осталось: {_left(left)}." for left in book.left]


def _steps(steps: Sequence[Step], *, undone: bool = False) -> str:
    """«столбцы «А», «Б» на листе «Сделки»; лист «Договоры»»."""
    parts = []
    for (did, sheet), group in groupby(steps, key=lambda s: (s.did, s.sheet)):
        names = [f"«{step.title}»" for step in group]
        match did:
            case Did.COLUMN:
                word = "столбец" if len(names) == 1 else "столбцы"
                parts.append(f"{word} {', '.join(names)} на листе «{sheet}»")
            case Did.SHEET:
                parts.append(f"лист «{sheet}»")
            case Did.SHOWN:
                parts.append(f"снова скрыт лист «{sheet}»" if undone else f"показан лист «{sheet}»")
            case Did.FORMULAS:
                kind = "прежние формулы" if undone else "новые формулы"
                parts.append(f"{kind} в {', '.join(names)} на листе «{sheet}»")
            case Did.REDRAWN if sheet.startswith("_"):
                parts.append(f"{'прежний' if undone else 'новый'} вид скрытого листа «{sheet}»")
            case Did.REDRAWN:
                parts.append(f"{'прежний' if undone else 'новый'} вид листа «{sheet}»")
            case Did.MENDED:
                parts.append(f"починен лист «{sheet}»: заголовки и подсказки после вставки столбца")
    return "; ".join(parts)


def _left(left: Left) -> str:
    step = left.step
    what = f"столбец «{step.title}» на листе «{step.sheet}»"
    if step.did is Did.FORMULAS and left.why is Why.OWN:
        rows = counted(int(left.detail), "строка", "строки", "строк")
        return f"{what} - ваши формулы ({rows}), они так и считают"
    if step.did not in {Did.COLUMN, Did.FORMULAS}:
        what = f"лист «{step.sheet}»"
    return f"{what} - {left.detail if left.why is Why.REFUSED else REASONS[left.why]}"


def _facts(report: UpgradeReport, *, dry_run: bool) -> dict[str, object]:
    return {
        "batch": report.batch,
        "dry_run": dry_run,
        "books": [
            {"book": b.state.book, "name": b.name, "done": b.done, "left": b.left,
             "written": b.written, "holder": b.holder, "held": b.held, "fault": b.fault}
            for b in report.books
        ],
    }  # fmt: skip
