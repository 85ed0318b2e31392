"""Where a team lives: its folder with the books, and its state on the daemon's machine.

The folder holds a small marker with the team's public id; the state (settings, store, backups,
log, lock) stands under the user's data folder in a directory of that id, never beside the books.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_data_path

from backups import SqliteBackups
from model.blueprint import Blueprint, Role
from model.errors import SeveralTeams, UnknownTeam
from model.records import BookState
from store import Store
from sync.books.kinds import AnyBooks
from sync.books.passwords import Keyhole
from sync.books.port import Books, XlsxBooks
from sync.place import Online
from sync.programs import Live
from sync.settings import FILE_NAME, Settings, read_settings
from sync.store_place import refuse
from sync.world.real_disk import RealDisk
from sync.world.real_network import RealNetwork
from sync.world.real_passwords import KeptPasswords

MARKER = ".sheetcrm"
STATE_VARIABLE = "SHEETCRM_STATE"
HEAD_FOLDER = "Руководитель"
PEOPLE_FOLDER = "Сотрудники"
REPORTS_FOLDER = "Отчёты"
OWNER_BOOK = "owner"
OWN_PAGE = "Мой прогноз.html"


@dataclass(frozen=True, slots=True)
class Team:
    """An opened team: settings, store, backups and the shape of its books."""

    settings: Settings
    state: Path
    store: Store
    backups: SqliteBackups
    blueprint: Blueprint
    books: Books = field(default_factory=AnyBooks)
    online: Online | None = None
    """Where the books stand that are no files; None while there are none."""
    live: Live | None = None
    """Programs of this machine that have books open and let us in; None while there are none."""

    def path(self, book: BookState) -> Path:
        """Where a book's file stands."""
        return self.settings.folder / book.path

    def page(self, book: BookState) -> Path:
        """Where the html page beside a book stands."""
        name = "Сводка.html" if Role(book.role).leads else OWN_PAGE
        return self.path(book).parent / name

    def pages(self, book: BookState) -> tuple[Path, ...]:
        """Every html page that may stand beside a book: of a head the own forecast as well."""
        page = self.page(book)
        return (page, page.with_name(OWN_PAGE)) if Role(book.role) is Role.HEAD else (page,)

    @property
    def reports(self) -> Path:
        """Folder of the monthly reports."""
        return self.settings.folder / HEAD_FOLDER / REPORTS_FOLDER


def state_root(given: Path | None, environment: Mapping[str, str]) -> Path:
    """Folder of all teams' states: the option, else the variable, else the user's data folder."""
    if given is not None:
        return given
    named = environment.get(STATE_VARIABLE)
    return Path(named) if named else user_data_path("sheetcrm", appauthor=False)


def find_state(folder: Path | None, root: Path, here: Path) -> Path:
    """State directory of the team meant; raises UnknownTeam or SeveralTeams."""
    if folder is not None:
        return _of_folder(folder, root)
    for parent in (here, *here.parents):
        if (parent / MARKER).is_file():
            return _of_folder(parent, root)
    known = sorted(p.parent for p in root.glob(f"*/{FILE_NAME}"))
    if len(known) == 1:
        return known[0]
    if not known:
        raise UnknownTeam(path=here)
    raise SeveralTeams(teams=", ".join(str(read_settings(p / FILE_NAME).folder) for p in known))


def _of_folder(folder: Path, root: Path) -> Path:
    marker = folder / MARKER
    if not marker.is_file():
        raise UnknownTeam(path=folder)
    state = root / marker.read_text(encoding="utf-8").strip()
    if not (state / FILE_NAME).is_file():
        raise UnknownTeam(path=folder)
    return state


def open_team(state: Path, blueprint: Blueprint) -> Team:
    """The team whose state stands in a directory; raises WrongPlaceForStore."""
    refuse(state, RealDisk(), RealNetwork())
    settings = read_settings(state / FILE_NAME)
    keyhole = Keyhole(KeptPasswords(state, settings.family))
    return Team(
        settings=settings,
        state=state,
        store=Store.open(state / "store.sqlite3"),
        backups=SqliteBackups.open(state / "backups.sqlite3", plain=keyhole.plain),
        blueprint=blueprint,
        books=AnyBooks(XlsxBooks(settings.lock_password), keyhole=keyhole),
    )


LETTERS = {Role.HEAD: "h", Role.MANAGER: "m", Role.MARKETING: "k", Role.ACCOUNTANT: "a"}


def book_key(person: str, role: Role = Role.MANAGER) -> str:
    """Key of the book that a person has in a role."""
    return f"{LETTERS[role]}:{person}"
