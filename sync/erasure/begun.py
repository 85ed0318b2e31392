"""The order of an erasure that has begun: it stands in the store until its last step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from model.erasing import Tokens
from store import Reader, Writer
from store.erasing import ORDER, Order


@dataclass(slots=True)
class Begun:
    """An erasure on its way: what it takes and how far files were rewritten."""

    title: str
    order: Order
    buried: Mapping[str, tuple[str, ...]]
    batch: int = 0
    moved: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    """What could not be reached, in words without content."""

    @property
    def order_now(self) -> Order:
        """The order with the fingerprints of what was rewritten so far."""
        return replace(self.order, moved=dict(self.moved))

    def count(self, what: str, more: int = 1) -> None:
        """So many more of something were rewritten."""
        self.counts[what] = self.counts.get(what, 0) + more

    def leave(self, words: str) -> None:
        """Something stays, and people are told."""
        if words not in self.left:
            self.left.append(words)


def load(reader: Reader) -> Begun | None:
    """The erasure that was begun and not ended."""
    text = reader.meta(ORDER)
    if not text:
        return None
    said = json.loads(text)
    rows = {table: tuple(ids) for table, ids in said["rows"].items()}
    fields = {table: frozenset(names) for table, names in said["fields"].items()}
    return Begun(
        said["title"],
        Order(rows, fields, said["kept"], Tokens.of(said["tokens"])),
        {table: tuple(ids) for table, ids in said["buried"].items()},
        said["batch"],
        said["moved"],
        said["counts"],
        said["left"],
    )


def save(writer: Writer, begun: Begun) -> None:
    """Write down how far it is."""
    order = begun.order
    said = {
        "title": begun.title,
        "rows": {table: sorted(ids) for table, ids in order.rows.items()},
        "fields": {table: sorted(names) for table, names in order.fields.items()},
        "kept": dict(order.kept),
        "tokens": order.tokens.dumped(),
        "buried": dict(begun.buried),
        "batch": begun.batch,
        "moved": begun.moved,
        "counts": begun.counts,
        "left": begun.left,
    }
    writer.set_meta(ORDER, json.dumps(said, ensure_ascii=False))
