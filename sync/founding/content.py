"""Rows that a founding puts into the store beside the settings: a demo, or an old list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.records import Contribution
from model.values import Value
from store.writer import Links


@dataclass(slots=True)
class Rows:
    """Rows of one table by id, in the order of their numbers from 1 on."""

    values: dict[str, dict[str, Value]] = field(default_factory=dict)
    links: dict[str, Links] = field(default_factory=dict)

    def add(self, row_id: str, values: Mapping[str, Value], **links: str | None) -> int:
        """Number that the new row will have; empty cells are left out."""
        self.values[row_id] = {key: value for key, value in values.items() if value is not None}
        given = {key: target for key, target in links.items() if target is not None}
        if given:
            self.links[row_id] = given
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Content:
    """Rows and what they add to the sums, by table."""

    tables: Mapping[str, Rows] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, tuple[Contribution, ...]]] = field(default_factory=dict)
