"""What may be joined at once, what a person is asked about, and which card stays the main one.

A group of one client is joined by itself only while one person sells to it: whose the client is,
the program never chooses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from model.records import Record
from sync.duplicates.branches import is_told
from sync.duplicates.groups import grouped
from sync.duplicates.index import DuplicateIndex
from sync.duplicates.matching import Pair, Tie
from sync.duplicates.questions import manager_of, seniority

TWO_MANAGERS = "ведут разные менеджеры"


@dataclass(frozen=True, slots=True)
class OneClient:
    """Cards of one client: the main one first, and why they are one."""

    main: str
    others: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Clients to join, and pairs to ask about; pairs of one client are not asked about."""

    clients: tuple[OneClient, ...]
    asked: tuple[Pair, ...]
    crowds: Mapping[str, tuple[str, ...]]
    """Phones and e-mails that are no keys, since so many different clients have them."""


def proposal(
    clients: Mapping[str, Record], deals: Mapping[str, int], refused: Collection[str] = ()
) -> Proposal:
    """What is to be done about the clients, `deals` counted by client row.

    `refused` are the keys of pairs that a person answered «Нет» about: never joined, never asked.
    """
    index = DuplicateIndex(clients.values())
    found = index.pairs()
    pairs = [pair for pair in found if pair.key not in refused]
    apart = _apart(pair for pair in found if pair.key in refused)
    made = grouped(pairs, lambda row: frozenset(index.card(row).inns), apart)
    joined, asked = [], [*made.refused]
    together: dict[str, int] = {}
    for number, rows in enumerate(made.groups):
        group = sorted((clients[row] for row in rows), key=lambda c: seniority(c, deals))
        inside = [p for p in pairs if p.sure and {p.left, p.right} <= {*rows}]
        if len({m for m in map(manager_of, group) if m}) > 1:
            asked += [p._replace(sure=False, reasons=(*p.reasons, TWO_MANAGERS)) for p in inside]
            continue
        together |= dict.fromkeys(rows, number)
        reasons = dict.fromkeys(", ".join(p.reasons) for p in inside)
        ids = [client.row_id for client in group]
        joined.append(OneClient(ids[0], tuple(ids[1:]), tuple(reasons)))
    asked += [
        p
        for p in pairs
        if not p.sure
        and not is_told(p, clients)
        and (p.tie is Tie.BRANCH or together.get(p.left, -1) != together.get(p.right, -2))
    ]
    order = sorted(asked, key=lambda p: (p.tie is Tie.PHONE, p.tie is Tie.NAME, p.left, p.right))
    return Proposal(tuple(joined), tuple(order), index.crowds())


def _apart(refused: Iterable[Pair]) -> dict[str, frozenset[str]]:
    """The rows that each row was said to be no client of."""
    found: dict[str, frozenset[str]] = {}
    for pair in refused:
        for row, other in ((pair.left, pair.right), (pair.right, pair.left)):
            found[row] = found.get(row, frozenset()) | {other}
    return found
