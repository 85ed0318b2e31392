"""All pairs of the clients as they stand, kept from pass to pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.records import Record
from sync.duplicates.index import DuplicateIndex
from sync.duplicates.matching import Pair


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
        for row_id in self.records.keys() - clients.keys():
            near |= index.drop(row_id)
        for row_id, client in clients.items():
            if self.records.get(row_id) is not client:
                near |= index.put(client)
        self.records = dict(clients)
        if index.moves != moves:
            self._find(near)
        return tuple(self.found[key] for key in sorted(self.found))

    def _find(self, near: set[str]) -> None:
        was, self.overfull = self.overfull, self.index.is_overfull
        if was or self.overfull:
            self.found = {pair.key: pair for pair in self.index.pairs()}
            return
        far = {
            key: pair
            for key, pair in self.found.items()
            if pair.left not in near and pair.right not in near
        }
        self.found = far | {pair.key: pair for pair in self.index.pairs(near)}
