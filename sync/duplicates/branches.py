"""Branches of one firm: every one hangs under the same parent, in whatever order they were told."""

from __future__ import annotations

from collections.abc import Mapping

from model.records import Record
from sync.duplicates.matching import Pair, Tie

BRANCH = "branch_of"
"""Link of a client to the one whose branch it is; the two stay two rows."""


def parent_of(row: str, clients: Mapping[str, Record]) -> str:
    """The card on top of a branch, the row itself when it is nobody's branch."""
    seen = {row}
    while row in clients:
        above = clients[row].links.get(BRANCH)
        if above is None or above in seen:
            return row
        seen.add(above)
        row = above
    return row


def rehung(row: str, parent: str, clients: Mapping[str, Record]) -> tuple[str, ...]:
    """The rows to hang under the parent: the row's own parent, and all that hung there."""
    old = parent_of(row, clients)
    if old == parent:
        return ()
    under = (i for i, c in clients.items() if c.links.get(BRANCH) and parent_of(i, clients) == old)
    return (old, *sorted(under))


def is_told(pair: Pair, clients: Mapping[str, Record]) -> bool:
    """Whether both already are branches of one parent: then there is nothing to ask."""
    return pair.tie is Tie.BRANCH and parent_of(pair.left, clients) == parent_of(
        pair.right, clients
    )
