"""Pieces of one event joined into one: the same whole in whatever order they come.

Field by field the greater of two values stays, by an order that is fixed for the field: the
earliest moment, the longest talk, «answered» over «not answered», of texts the longer. So joining
is commutative, associative and idempotent, and nothing is ever blanked. Whose a call was follows
the longest talk, which travels beside it (`LEG`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from model.canon import canon
from model.values import Value
from sync.imports import ImportKind
from sync.imports.headings import FIELDS
from sync.intake.formats.legs import LEG

EARLIEST = frozenset({"at", "date"})
LONGEST = frozenset({"sec"})
_LEG = f"+{LEG}"
Cells = Mapping[str, str | None]


def joined_payload(kind: ImportKind, one: str, other: str) -> str:
    """The text of a fact that is made of both."""
    left: Cells = json.loads(one)
    right: Cells = json.loads(other)
    cells = {name: _greater(name, left.get(name), right.get(name)) for name in (*left, *right)}
    if kind is ImportKind.CALLS and cells.get(_LEG):
        cells["manager"] = f"s:{str(cells[_LEG]).partition('|')[2]}"
    names = sorted(n for n in cells if not n.startswith("+"))
    extras = sorted(n for n in cells if n.startswith("+"))
    ordered = {name: cells[name] for name in (*names, *extras)}
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":"))


def _greater(name: str, one: str | None, other: str | None) -> str | None:
    if not one or not other or one == other:
        return one or other
    if name in EARLIEST:
        return min(one, other)
    if name in LONGEST:
        return max(one, other, key=lambda text: (_seconds(text), text))
    if name == _LEG:
        return max(one, other)
    return max(one, other, key=lambda text: (len(text), text))


def _seconds(text: str) -> int:
    body = text[2:]
    return int(body) if body.isdecimal() else 0


def joined_values(
    kind: ImportKind,
    one: Mapping[str, Value],
    other: Mapping[str, Value],
    whole: Mapping[str, Value],
) -> dict[str, Value]:
    """The values of the whole, spelled as in the piece that they come from."""
    return {name: _spelled(kind, name, value, (one, other)) for name, value in whole.items()}


def _spelled(
    kind: ImportKind, name: str, value: Value, pieces: tuple[Mapping[str, Value], ...]
) -> Value:
    shape = FIELDS[kind][name].kind
    alike = [p[name] for p in pieces if name in p and canon(shape, p[name]) == value]
    texts = [a for a in alike if isinstance(a, str)]
    if texts:
        return max(texts, key=lambda text: (len(text), text))
    return alike[0] if alike else value
