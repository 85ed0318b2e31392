"""A new team: made aside in full, then put in its place; a failure leaves nothing half made.

The books are empty: the first pass fills them from the store. The folder gets its marker last.
"""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from model.blueprint import Blueprint, Role
from model.errors import CannotWrite, FolderTaken
from model.records import BatchKind, BookState, Source, Stamped
from model.row_ids import new_row_id
from model.snapshot import Stamp
from store import Store, Writer
from sync.books.stamp import stamp_edits, stamp_text
from sync.founding.content import Content
from sync.founding.first_rows import NewPerson, Ways, first_rows
from sync.founding.layout import FOLDERS, books_of
from sync.ooxml import BookFile, patch
from sync.scene import fold
from sync.settings import FILE_NAME, Settings, write_settings
from sync.store_place import refuse
from sync.team import MARKER
from sync.world.real_disk import RealDisk
from sync.world.real_network import RealNetwork

FAMILY_BYTES = 10
PASSWORD_BYTES = 5
STORE_FILE = "store.sqlite3"


class Build(Protocol):
    """Makes the bytes of an empty book (`templates.build.build_book`)."""

    def __call__(  # as `build_book`
        self,
        blueprint: Blueprint,
        role: Role,
        *,
        stamp: str,
        people: int,
        password: str,
        owner: str,
    ) -> bytes:
        """The book of a role."""
        ...


@dataclass(frozen=True, slots=True)
class Founding:
    """What is decided about a new team."""

    folder: Path
    owner: str
    people: tuple[NewPerson, ...] = ()
    helper: str = ""
    one_book: bool = False
    """A person alone."""
    together: bool = False
    """A team in one book, without pay."""
    zone: str = "Europe/Moscow"
    language: str = "ru"


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows of a new team are made with."""

    family: str
    new_id: Callable[[], str]
    now: datetime
    """Aware, in the team's zone."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What the parts of a founding share."""

    founding: Founding
    books: tuple[BookState, ...]
    blueprint: Blueprint
    ground: Ground


def found(  # noqa: PLR0913  # the world of a founding: chance, the clock, the maker of books
    founding: Founding,
    root: Path,
    *,
    blueprint: Blueprint,
    random_bytes: Callable[[int], bytes],
    now: datetime,
    build: Build,
    fill: Callable[[Ground], Content] = lambda _: Content(),
    then: Callable[[Writer], None] = lambda _: None,
) -> Path:
    """State directory of the new team under `root`.

    Raises FolderTaken, CannotWrite or WrongPlaceForStore.
    `now` is aware, in the team's zone. `fill` gives rows that the store begins with beside the
    settings; `then` may look at the filled store and remember more.
    """
    founding = tidied(founding)
    refuse(root, RealDisk(), RealNetwork())
    if founding.folder.exists() and (
        not founding.folder.is_dir() or any(founding.folder.iterdir())
    ):
        raise FolderTaken(path=founding.folder)
    family = base64.b32encode(random_bytes(FAMILY_BYTES)).decode("ascii")
    ground = Ground(family, lambda: new_row_id(family, random_bytes), now)
    settings = Settings(
        folder=founding.folder.absolute(),
        family=family,
        language=founding.language,
        zone=founding.zone,
        owner=founding.owner,
        one_book=founding.together,
        helper=founding.helper,
        lock_password=base64.b32encode(random_bytes(PASSWORD_BYTES)).decode("ascii").lower(),
    )
    names = [person.name for person in founding.people]
    one = founding.one_book or founding.together
    books = books_of(founding.owner, names, one_book=one)
    work = _Work(founding, books, blueprint, ground)
    with _own_words(founding.folder), _aside(root) as state, _aside(founding.folder.parent) as new:
        write_settings(state / FILE_NAME, settings)
        _fill_store(state / STORE_FILE, work, fill(ground), then)
        _make_folder(new, work, settings, build)
        _settle_down(new, founding.folder, state, root / family, family)
    return root / family


def tidied(founding: Founding) -> Founding:
    """One spelling of each person; who works alone is the one who sells."""
    owner = " ".join(founding.owner.split())
    people: dict[str, NewPerson] = {}
    for person in founding.people:
        name = " ".join(person.name.split())
        if name:
            people.setdefault(fold(name), replace(person, name=name))
    alone = founding.one_book or not people or list(people) == [fold(owner)]
    if alone:
        first = next(iter(people.values()), NewPerson(owner))
        people = {fold(owner): replace(first, name=owner)}
    together = founding.together and not alone
    if together:  # what one earns is nobody else's business
        people = {name: replace(person, pay=None) for name, person in people.items()}
    every = tuple(people.values())
    return replace(founding, owner=owner, people=every, one_book=alone, together=together)


@contextmanager
def _own_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWrite(name=folder.name, reason=error.strerror or str(error)) from error


@contextmanager
def _aside(parent: Path) -> Iterator[Path]:
    """A directory beside the final place, on the same disk, gone at the end."""
    made = [p for p in (parent, *parent.parents) if not p.exists()]
    parent.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=".sheetcrm-", dir=parent))
    try:
        yield place
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        for folder in made:
            _drop_empty(folder)
        raise
    shutil.rmtree(place, ignore_errors=True)


def _drop_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _fill_store(path: Path, work: _Work, content: Content, then: Callable[[Writer], None]) -> None:
    founding, ground = work.founding, work.ground
    at = ground.now.astimezone(UTC)
    ways = Ways(founding.owner, founding.helper, founding.people, ground.now.year)
    store = Store.open(path)
    try:
        with store.write() as writer:
            batch = writer.start_batch(BatchKind.INIT, founding.owner, at)
            by = Stamped(at, founding.owner, Source.IMPORT, None, batch)
            tables = {**first_rows(ways, work.blueprint), **content.tables}
            for key, rows in tables.items():
                writer.put_many(key, rows.values, links=rows.links, by=by)
            for key, parts in content.parts.items():
                writer.set_contributions_many(key, parts)
            for book in work.books:
                writer.put_book(book)
            then(writer)
    finally:
        store.close()


def _make_folder(place: Path, work: _Work, settings: Settings, build: Build) -> None:
    for name in FOLDERS:
        (place / name).mkdir(parents=True, exist_ok=True)
    made: dict[str, bytes] = {}
    for book in work.books:
        stamp = Stamp(settings.family, book.book, book.generation)
        if book.role not in made:
            made[book.role] = build(
                work.blueprint,
                Role(book.role),
                stamp=stamp_text(stamp),
                people=max(len(work.books) - 1, 1),
                password=settings.lock_password,
                owner=settings.owner,
            )
        path = place / book.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_stamped(made[book.role], stamp, path.name))


def _stamped(raw: bytes, stamp: Stamp, name: str) -> bytes:
    """A book of the same role under its own stamp: much sooner than building it anew."""
    return patch(BookFile.open(raw, name=name), stamp_edits(stamp)).raw


def _settle_down(new: Path, folder: Path, state: Path, home: Path, family: str) -> None:
    """Put state and folder in their places; an existing empty folder keeps its rights."""
    fresh = not folder.exists()
    moved: list[Path] = []
    try:
        state.rename(home)
        folder.mkdir(parents=True, exist_ok=True)
        for child in sorted(new.iterdir()):
            moved.append(folder / child.name)
            child.rename(folder / child.name)
        moved.append(folder / MARKER)
        (folder / MARKER).write_text(family + "\n", encoding="utf-8")
    except BaseException:
        for path in moved:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
        raise
