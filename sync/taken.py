"""What the books of a pass brought, and all that the taking works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from model.problems import Problem
from model.records import BookState, Question
from store import Writer
from sync.absorb import Absorbed, Reader
from sync.descent import Contents, Origin
from sync.desk import Desk
from sync.known import Known
from sync.rights import Access, access_of
from sync.team import Team


@dataclass(slots=True)
class Taken:
    """What the books of a pass brought; filled book by book."""

    batch: int = 0
    touched: dict[str, set[str]] = field(default_factory=dict)
    answers: list[tuple[str, str, str]] = field(default_factory=list)
    """(who, row id of «Вопросы», what was typed)."""
    late: list[tuple[Absorbed, str]] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)

    def add(self, found: Absorbed, who: str) -> None:
        """One more save of somebody was merged."""
        self.answers += [(who, row_id, text) for row_id, text in found.answers]
        self.late.append((found, who))
        for table, rows in found.touched.items():
            self.touched.setdefault(table, set()).update(rows)


@dataclass(slots=True)
class Taking:
    """One pass's taking: the team, the transaction, the moment, and how new rows are named."""

    team: Team
    writer: Writer
    now: datetime
    new_id: Callable[[], str]
    parsed: dict[str, Contents]
    seen: dict[str, tuple[str, tuple[Problem, ...]]]
    """By book, the fingerprint that was looked over last and what is wrong in it."""
    known: Known = field(default_factory=Known)
    """What earlier passes of this process computed."""
    taken: Taken = field(default_factory=Taken)
    origins: dict[str, Origin] = field(default_factory=dict)
    """What each book's save descends from, decided once a pass."""

    @property
    def at(self) -> datetime:
        """The moment in UTC."""
        return self.now.astimezone(UTC)

    def access(self, state: BookState) -> Access:
        """What the person of a book may see and do."""
        team = self.team
        return access_of(self.writer, team.blueprint, state, team.settings.owner, self.known.access)


def reader_of(taking: Taking, desk: Desk) -> Reader:
    """How the save of a book is read."""
    team = taking.team
    return Reader(
        team.blueprint,
        desk.role,
        desk.state.person,
        team.settings.family,
        taking.new_id,
        known=taking.known.book(desk.state.book),
        access=taking.access(desk.state),
    )
