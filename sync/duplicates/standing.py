"""All pairs of the clients as they stand, kept from pass to pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.records import Record
from sync.duplicates.compare import card_of
from sync.duplicates.index import DuplicateIndex
from sync.duplicates.matching import Pair

_MANY = 8
"""From one row in so many on, all pairs at once are cheaper than row by row."""


@dataclass(slots=True)
class StandingPairs:
    """The index, the records it was made of, and the pairs that it found."""

    index: DuplicateIndex = field(default_factory=DuplicateIndex)
    records: dict[str, Record] = field(default_factory=dict)
    found: dict[str, Pair] = field(default_factory=dict)
    overfull: bool = False
    """Whether a key had too many rows to compare each with each."""

    def of(self, clients: Mapping[str, Record]) -> tuple[Pair, ...]:
        """Every pair in a stable order; only rows near one that moved are compared again."""
        index, moves = self.index, self.index.moves
        near: set[str] = set()
        gone = self.records.keys() - clients.keys()
        moved = [c for row_id, c in clients.items() if self.records.get(row_id) is not c]
        if len(gone) + len(moved) > len(index) // _MANY:
            index.fill(map(card_of, clients.values()))
            near.update(clients)
        else:
            near.update(*map(index.drop, gone), *map(index.put, moved))
        self.records = dict(clients)
        if index.moves != moves:
            self._find(near)
        return tuple(self.found[key] for key in sorted(self.found))

    def _find(self, near: set[str]) -> None:
        was, self.overfull = self.overfull, self.index.is_overfull
        if was or self.overfull or len(near) > len(self.records) // _MANY:
            self.found = {pair.key: pair for pair in self.index.pairs()}
            return
        far = {
            key: pair
            for key, pair in self.found.items()
            if pair.left not in near and pair.right not in near
        }
        self.found = far | {pair.key: pair for pair in self.index.pairs(near)}
