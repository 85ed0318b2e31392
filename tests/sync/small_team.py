"""A founded team of two salespeople in a temporary folder, and the world it lives in."""

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from sync.founding import Founding, NewPerson, Pay, found
from sync.founding.first_rows import whole_year
from sync.opening import opened
from sync.settings import FILE_NAME, read_settings, write_settings
from sync.team import Team
from sync.world import World
from templates.blueprint import load
from templates.build import build_book
from tests.worlds import world_of

ZONE = ZoneInfo("Europe/Moscow")
START = datetime(2026, 3, 12, 9, 40, tzinfo=ZONE)
OWNER = "Орлов Олег"
PEOPLE = ("Иванов Пётр", "Смирнова Ольга")


@dataclass(slots=True)
class FakeWorld:
    """A clock that stands until it is moved, chance from a seed."""

    now: datetime = START
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def world(self) -> World:
        return world_of(lambda: self.now, self.chance.randbytes)

    def later(self, **parts: float) -> datetime:
        self.now += timedelta(**parts)
        return self.now


def founded(place: Path, clock: FakeWorld, *, people: tuple[str, ...] = PEOPLE) -> Path:
    """State directory of a new team under place/state, its folder place/team."""
    pay = Pay(Decimal(40_000), ((Decimal(0), Decimal(3)),))
    return found(
        Founding(
            place / "team",
            OWNER,
            tuple(NewPerson(name, "", pay, whole_year(Decimal(1_000_000))) for name in people),
            helper="Олег, 8 916 000-00-00",
        ),
        place / "state",
        blueprint=load(max(len(people), 1)),
        random_bytes=clock.chance.randbytes,
        now=clock.now,
        build=build_book,
    )


@contextmanager
def copied_team(template: Path, place: Path) -> Iterator[Team]:
    """A copy of a founded team in a place of its own: founding anew takes seconds."""
    for name in ("state", "team"):
        shutil.copytree(template / name, place / name)
    (state,) = (place / "state").iterdir()
    settings = read_settings(state / FILE_NAME)
    write_settings(
        state / FILE_NAME, settings.model_copy(update={"folder": (place / "team").absolute()})
    )
    with opened(state) as team:
        yield team
