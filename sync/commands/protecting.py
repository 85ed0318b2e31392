"""What `protect` says: books that open with a password only, which of them do, and how to stop."""

from __future__ import annotations

from collections.abc import Callable

from model.errors import ExitCode, WrongPlace
from model.records import BookState
from model.texts import Text
from sync.commands.copies import names_of
from sync.commands.passes import said_of
from sync.commands.past import book_named
from sync.commands.running import ONCE, alone
from sync.commands.said import Said, plain_letters
from sync.cycle import SHOWN, Memory, run_pass
from sync.place import is_file
from sync.team import Team
from sync.world import World
from sync.world.real_passwords import KeptPasswords

LEAST = 8
"""Signs of a password that is worth one: 100,000 turns slow a guess, they do not forbid it."""
MOST = 255
"""Excel takes no longer one."""


def list_protected(team: Team) -> Said:
    """Which books ask for a password."""
    names, asking = names_of(team), _kept(team).books()
    with team.store.read() as reader:
        books = [state.book for state in reader.books() if is_file(state)]
    lines = [f"«{names[b]}»: {'под паролем' if b in asking else 'без пароля'}" for b in books]
    lines.append("Закрыть паролем: sheetcrm protect --book КНИГА")
    facts = {"books": {names[book]: book in asking for book in books}}
    return Said(tuple(map(plain_letters, lines)), facts)


def protect(  # noqa: PLR0913  # each is an answer of the person
    team: Team,
    world: World,
    book: str,
    *,
    ask: Callable[[str], str],
    off: bool,
    in_file: bool,
    dry_run: bool,
) -> Said:
    """A book that asks for a password from the next write on, or that asks no more."""
    state, kept = _book(team, book), _kept(team)
    name = names_of(team)[state.book]
    if off and state.book not in kept.books():
        return Said((f"«{name}» и так открывается без пароля.",), {"book": name, "password": False})
    if dry_run:
        words = "открывалась без пароля" if off else "спрашивала пароль"
        line = f"Сделал бы так, чтобы «{name}» {words}. Это проверка: ничего не менял."
        return Said((line,), {"book": name, "password": not off, "dry_run": True})
    password = None if off else _asked(ask, name)
    if password == "":
        line = f"Пароль не принят: нужно от {LEAST} знаков, оба раза одинаково. Ничего не менял."
        return Said((line,), {"book": name, "password": False}, ExitCode.USAGE)
    with alone(team, world, ONCE):
        kept.keep(state.book, password, in_file=in_file)
        with team.store.write() as writer:
            writer.set_meta(SHOWN, "")
        report = run_pass(team, world, memory=Memory())
    said = said_of(report, owner=team.settings.owner)
    mine = next(one for one in report.books if one.state.book == state.book)
    return Said(
        tuple(
            map(
                plain_letters,
                (*said.lines, *_told(name, written=mine.written, off=off, in_file=in_file)),
            )
        ),
        {**said.facts, "book": name, "password": not off, "written": mine.written},
        code=said.code,
        warnings=said.warnings,
    )


def _told(name: str, *, written: bool, off: bool, in_file: bool) -> tuple[str, ...]:
    when = "теперь" if written else "станет, когда её закроют: тогда она"
    if off:
        return (f"«{name}» {when} открывается без пароля. Прежний пароль помню для её копий.",)
    lines = [
        f"«{name}» {when} открывается только с паролем. Скажите его человеку не по почте и не в "
        "том же чате, где лежит книга.",
        "Забытый пароль не восстановить; пока он есть у программы, книгу можно открыть заново: "
        "sheetcrm protect --book КНИГА --off",
        "Прежние копии книги лежат у программы без пароля, папка закрыта правами системы.",
    ]
    if in_file:
        lines.append("Пароль лежит в файле passwords.json папки данных: его читает только её "
                     "учётная запись и тот, кто владеет машиной.")  # fmt: skip
    return tuple(lines)


def _asked(ask: Callable[[str], str], name: str) -> str:
    """The password as it was typed twice; empty when it will not do."""
    first = ask(f"Пароль для «{name}»: ")
    if not LEAST <= len(first) <= MOST:
        return ""
    return first if ask("Ещё раз: ") == first else ""


def _book(team: Team, name: str) -> BookState:
    with team.store.read() as reader:
        state = book_named(reader, name)
    if not is_file(state):
        raise WrongPlace(what=Text.A_BOOK, value=name)
    return state


def _kept(team: Team) -> KeptPasswords:
    return KeptPasswords(team.state, team.settings.family)
