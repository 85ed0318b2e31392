"""Sure pairs gathered into clients: what stands together, and what a group refuses.

A=B and B=C make one client of the three unless A and C are different taxpayers: then the group is
split at its weakest link, and that link is offered to a person instead (INTAKE section 4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sync.duplicates.matching import Pair

TWO_INNS = "но вместе с остальными выходят два разных ИНН"
SAID_NO = "но среди остальных есть тот, о ком ответили «Нет»"


@dataclass(frozen=True, slots=True)
class Grouped:
    """Rows that are one client, each group sorted, and the links that were refused."""

    groups: tuple[tuple[str, ...], ...]
    refused: tuple[Pair, ...]


def grouped(
    pairs: Iterable[Pair],
    parties: Callable[[str], frozenset[str]],
    apart: Mapping[str, frozenset[str]] | None = None,
) -> Grouped:
    """Groups of the sure pairs, the strongest links first.

    `parties` names the taxpayers of a row: no group holds rows of which none is shared. `apart`
    names the rows that a person called other clients than a row: these never share a group.
    """
    others = apart or {}
    group: dict[str, list[str]] = {}
    names: dict[str, frozenset[str]] = {}
    refused = []
    order = sorted((p for p in pairs if p.sure), key=lambda p: (-p.strength, p.left, p.right))
    for pair in order:
        for row in (pair.left, pair.right):
            if row not in group:
                group[row], names[row] = [row], parties(row)
        one, other = group[pair.left], group[pair.right]
        if one is other:
            continue
        ours, theirs = names[one[0]], names[other[0]]
        two_inns = bool(ours and theirs) and not ours & theirs
        if two_inns or any(row in others and others[row] & {*other} for row in one):
            why = TWO_INNS if two_inns else SAID_NO
            refused.append(pair._replace(sure=False, reasons=(*pair.reasons, why)))
            continue
        names[one[0]] = ours | theirs
        one += other
        for row in other:
            group[row] = one
    whole: dict[int, list[str]] = defaultdict(list)
    for row, rows in group.items():
        whole[id(rows)].append(row)
    found = sorted(tuple(sorted(rows)) for rows in whole.values() if len(rows) > 1)
    return Grouped(tuple(found), tuple(refused))
