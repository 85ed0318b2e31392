"""What the doctor looks at and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sync.service import Standing
from sync.team import Team
from sync.world import World


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor."""

    check: str
    fine: bool
    words: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What the machine tells of itself beyond the six faces of the world."""

    free: int | None = None
    """Bytes left where the state lies; None while nobody knows."""
    python: str = ""
    lacking: tuple[str, ...] = ()
    """Libraries that are absent or older than the program wants."""
    standing: Standing | None = None
    """How the service stands; None on a system that keeps none for us."""
    open_port: Callable[[str, int], bool] = lambda _host, _port: True
    """Whether somebody listens there."""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at."""

    team: Team
    world: World
    around: Around
    repair: bool


Check = Callable[[Patient], Iterator[Finding]]
