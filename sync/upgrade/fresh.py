"""Empty books as the blueprint draws them now: what a living book is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field

from model.blueprint import Role
from model.snapshot import Stamp
from sync.books.read import Loaded, load
from sync.books.stamp import stamp_text
from sync.ooxml import BookFile
from sync.opening import people_of
from sync.team import Team
from templates.build import build_book


@dataclass(slots=True)
class FreshBooks:
    """A team's empty books, each drawn once."""

    team: Team
    _known: dict[Role, Loaded] = field(default_factory=dict)

    def of(self, role: Role) -> Loaded:
        """An empty book of a role, read."""
        if role not in self._known:
            file = BookFile.open(self.raw(role), name="образец")
            self._known[role] = load(
                file, book="", name=file.name, blueprint=self.team.blueprint, role=role
            )
        return self._known[role]

    def raw(self, role: Role) -> bytes:
        """Its bytes."""
        settings = self.team.settings
        return build_book(
            self.team.blueprint,
            role,
            stamp=stamp_text(Stamp(settings.family, "", 0)),
            people=people_of(self.team),
            password=settings.lock_password,
            owner=settings.owner,
        )
