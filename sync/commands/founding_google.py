"""The Google part of `init`: a key and empty spreadsheets are tried first, then books move in.

Nothing is founded before the key is known to Google and each spreadsheet was seen to be open to us
and empty. A book without a spreadsheet begins as a file and may move later (`google share`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.blueprint import Role
from model.errors import CrmError, NotOurWorkbook, WrongAnswer
from model.records import BookState
from model.texts import founding as words
from model.texts.numbers import counted
from sync.books.google.keys import place_of
from sync.books.google.place import Place
from sync.books.google.reading import holds_something, sheets_of
from sync.commands.google import STEPS, keep_key, key_in, signed_in
from sync.commands.said import words_of
from sync.moving_in import begin_in
from sync.opening import opened
from sync.place import path_to
from sync.scene import fold
from sync.team import Team
from sync.world import World

TOLD = "«кто=адрес», например Иванов=https://docs.google.com/spreadsheets/d/…"


@dataclass(frozen=True, slots=True)
class InGoogle:
    """Which books begin in which spreadsheets; all of it was tried."""

    key_file: Path
    robot: str
    keys: tuple[tuple[str, str, str], ...] = ()
    """Book, key of its spreadsheet, title of that."""

    def facts(self) -> dict[str, object]:
        """As `--json` tells it."""
        sheets = [{"book": book, "key": key, "title": title} for book, key, title in self.keys]
        return {"robot": self.robot, "sheets": sheets}


def tried(  # what was typed, and whom to ask for the rest
    key: Path | None,
    given: Sequence[str],
    books: Sequence[BookState],
    world: World,
    *,
    ask: Callable[[str], str] | None,
    tell: Callable[[str], None],
) -> InGoogle | None:
    """Where books begin; None when whoever is asked has no key yet: they begin as files.

    Raises GoogleKeyWrong, WrongAnswer, NotOurWorkbook or GoogleDenied where nobody is asked.
    """
    if key is None and ask is not None:
        key = _asked_key(world, ask, tell)
        if key is None:
            return None
    if key is None:
        raise WrongAnswer(option="--google", value="", wanted="файл ключа сервисного аккаунта")
    place = _signed(key, world)
    if ask is not None and not given:
        tell(words.SHARE_SHEETS.format(robot=place.robot))
        return InGoogle(key, place.robot, _asked(books, place, world, ask, tell))
    wanted = _given(given, books)
    if not wanted:
        raise WrongAnswer(option="--sheet", value="", wanted=TOLD)
    seen = ((book, at, _empty(place, world, at)) for book, at in wanted.items())
    return InGoogle(key, place.robot, tuple(seen))


def _signed(key: Path, world: World) -> Place:
    """The place that a key opens, once Google has known it."""
    place = place_of(key)
    signed_in(place, world)
    return place


def _asked_key(world: World, ask: Callable[[str], str], tell: Callable[[str], None]) -> Path | None:
    """A key that Google knows, asked for until there is one; None for «later»."""
    for line in STEPS[:4]:
        tell(line)
    while typed := ask(f"{words.KEY_FILE} ").strip().strip('"'):
        try:
            _signed(Path(typed), world)
        except CrmError as error:
            tell(words_of(error))
            continue
        return Path(typed)
    tell(words.GOOGLE_LATER)
    return None


def _asked(
    books: Sequence[BookState],
    place: Place,
    world: World,
    ask: Callable[[str], str],
    tell: Callable[[str], None],
) -> tuple[tuple[str, str, str], ...]:
    """Books with their spreadsheets, each asked for until it can be used."""
    found: dict[str, str] = {}
    titles: dict[str, str] = {}
    for book in books:
        while typed := ask(words.SHEET.format(name=_title(book))).strip():
            try:
                key = key_in(typed)
                titles[key] = _empty(place, world, key)
                _put(found, book.book, key, typed)
            except CrmError as error:
                tell(words_of(error))
                continue
            break
    return tuple((book, key, titles[key]) for book, key in found.items())


def _empty(place: Place, world: World, key: str) -> str:
    """Title of a spreadsheet in which nothing stands yet; raises NotOurWorkbook."""
    answer = place.read(world, BookState("", path_to(key, key), Role.OWNER.value, ""))
    title = str(answer["properties"]["title"])
    if holds_something(sheets_of(answer)):
        raise NotOurWorkbook(name=title)
    return title


def _given(given: Sequence[str], books: Sequence[BookState]) -> dict[str, str]:
    """Key of a spreadsheet by book, as the options say."""
    found: dict[str, str] = {}
    for one in given:
        name, parted, sheet = one.partition("=")
        book = _named(name, books)
        if not parted or book is None:
            people = ", ".join(dict.fromkeys(b.person for b in books))
            raise WrongAnswer(option="--sheet", value=one, wanted=f"{TOLD}; люди: {people}")
        _put(found, book, key_in(sheet.strip()), one)
    return found


def _put(found: dict[str, str], book: str, key: str, typed: str) -> None:
    if book in found or key in found.values():
        wanted = "у каждой книги своя таблица, и названа она один раз"
        raise WrongAnswer(option="--sheet", value=typed, wanted=wanted)
    found[book] = key


def _named(name: str, books: Sequence[BookState]) -> str | None:
    """The book of a person, or one by its own name: «Отдел продаж»."""
    typed = fold(name)
    titled = [book.book for book in books if typed == fold(_title(book))]
    people = [book.book for book in books if typed and typed in fold(book.person)]
    found = titled or people
    return found[0] if len(found) == 1 else None


def _title(book: BookState) -> str:
    return Path(book.path).stem


def move_all(state: Path, where: InGoogle, world: World) -> tuple[str, ...]:
    """The books move in before anybody has seen their files; what to say of it.

    What Google refuses now stays a file, and the way to move it later is told.
    """
    with opened(state) as team:
        keep_key(team, where.key_file)
    lines, moved = [], 0
    with opened(state) as team:
        for book, key, title in where.keys:
            try:
                begin_in(team, world, _state(team, book), key)
                moved += 1
            except CrmError as error:
                person = _state(team, book).person
                lines.append(f"«{title}»: {words_of(error)}")
                lines.append(f'Пока файлом. Позже: sheetcrm google share "{person}" --sheet {key}')
    done = counted(moved, "книга", "книги", "книг")
    return (f"В Google Таблицах: {done}.", *lines) if moved else tuple(lines)


def _state(team: Team, book: str) -> BookState:
    with team.store.read() as reader:
        return next(one for one in reader.books() if one.book == book)
