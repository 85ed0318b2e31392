"""The figures of a day for commands that only look: settled inside a transaction taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from model.blueprint import Role
from model.errors import CrmError, WrongPlace
from model.records import BookState
from model.snapshot import Snapshot
from model.texts import Text
from store import Reader
from sync.explain.places import Places
from sync.figures.month import Month
from sync.online import kept_bytes
from sync.place import is_file
from sync.reporting import settled_now
from sync.scene import Person, Scene, fold
from sync.settle.everything import Settled
from sync.team import OWNER_BOOK, Team
from sync.thinking import make_month
from sync.world import World


@contextmanager
def month_as_of(team: Team, world: World, day: date) -> Iterator[tuple[Month, Settled]]:
    """The month of a day as it stands after the latest edits; nothing is kept."""
    with team.store.write() as writer:
        settled = settled_now(team, writer, world, world.now())
        yield make_month(writer, settled.scene, day), settled
        writer.cancel()


def person_named(scene: Scene, words: str) -> Person:
    """The one of the list whose name holds the words; raises WrongPlace."""
    exact = scene.person(words)
    if exact is not None:
        return exact
    fits = [person for person in scene.people if fold(words) in fold(person.name)]
    if len(fits) != 1:
        raise WrongPlace(what=Text.A_PERSON, value=words)
    return fits[0]


def places_of(team: Team, reader: Reader, person: str = "") -> Places:
    """Cells of the owner's book and of a person's; a book that cannot be read is left out."""
    found: list[tuple[str, Snapshot]] = []
    for state in reader.books():
        if state.book == OWNER_BOOK or (person and fold(state.person) == fold(person)):
            read = _read(team, state)
            if read is not None:
                found.insert(0 if state.book == OWNER_BOOK else len(found), read)
    return Places(team.blueprint, tuple(found))


def _read(team: Team, state: BookState) -> tuple[str, Snapshot] | None:
    path = team.path(state)
    try:
        raw = path.read_bytes() if is_file(state) else kept_bytes(team, state)
        file = team.books.open(raw, name=path.name)
        role, book = Role(state.role), state.book
        loaded = team.books.load(
            file, book=book, name=path.name, blueprint=team.blueprint, role=role
        )
    except (OSError, CrmError):
        return None
    return path.name, loaded.snapshot
