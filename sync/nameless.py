"""Which ids the rows of a save went by that it does not show.

A program that has a book open never sees the ids that its new rows get on the disk. Its later saves
show these rows without them, moved and typed on; by then the store may know more of them, too. So
every save that was merged is remembered with the ids of such rows, by their places in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from model.blueprint import Blueprint, Identity
from model.snapshot import Snapshot
from store import Reader, Writer

Nameless = Mapping[str, Mapping[int, str]]
"""By table and row number, the id of the row."""


def nameless_in(
    snapshot: Snapshot, places: Mapping[str, Mapping[str, int]], blueprint: Blueprint
) -> dict[str, dict[int, str]]:
    """The rows of a save that go by ids which it does not show; `places`: row numbers by id."""
    found = {}
    for key, there in places.items():
        if blueprint.tables[key].identity is Identity.ROW_ID:
            shown = {row.row: row.row_id for row in snapshot.tables[key].rows}
            hidden = {row: row_id for row_id, row in there.items() if shown.get(row) != row_id}
            if hidden:
                found[key] = hidden
    return found


def remember(writer: Writer, book: str, token: str, nameless: Nameless) -> None:
    """Keep them with the fingerprint of the save."""
    if nameless:
        writer.set_meta(_key(book, token), json.dumps(nameless, ensure_ascii=False))


def remembered(reader: Reader, book: str, token: str) -> dict[str, dict[int, str]]:
    """What was kept with a save; empty for one that was never merged, or showed every id."""
    told: dict[str, dict[str, str]] = json.loads(reader.meta(_key(book, token)) or "{}")
    return {key: {int(row): row_id for row, row_id in rows.items()} for key, rows in told.items()}


def _key(book: str, token: str) -> str:
    return f"nameless:{book}:{token}"
