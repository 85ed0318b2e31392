"""What a painter of sheets needs to know of the book it paints in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DrawContext:
    """Size of the team and the visible names of the sheets."""

    people: int = 5
    titles: Mapping[str, str] = field(default_factory=dict)

    def title(self, key: str) -> str:
        """Visible name of a sheet."""
        return self.titles.get(key, {"deals": "Сделки", "plan_fact": "План-факт"}.get(key, key))
