"""Which row of the workbook is which row of the base (MERGE_SPEC section 4, R1-R3, R10a-R13).

Rows are known by their id; content decides only where ids are doubled, blank or foreign.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from model.blueprint import ID_FIELD, NUMBER_FIELD, Column, Identity, Owner, Table
from model.canon import canon
from model.row_ids import text_id
from model.snapshot import RowRead
from model.values import Fault, Value

Row = Mapping[str, Value]

EVIDENCE = 2
"""Fields that must agree before a row without an id is taken for a known one."""
TOTALS = ("итого", "всего", "total", "сумма итого")


@dataclass(frozen=True, slots=True)
class Resolved:
    """One content row with its identity."""

    row: RowRead
    row_id: str
    fresh: bool = False
    copied_from: str | None = None


def content_fields(table: Table) -> tuple[Column, ...]:
    """Columns that make a row a row: what people type and facts bring."""
    return tuple(c for c in table.columns if c.owner in {Owner.PERSON, Owner.IMPORT})


def is_content(row: RowRead, fields: Sequence[Column]) -> bool:
    """Whether any person's or fact's cell of the row holds something."""
    return any(row.value(column.key) not in (None, "") for column in fields)


def is_foreign(row: RowRead, fields: Sequence[Column], titles: Mapping[str, str]) -> bool:
    """R13: a total, a note or a second heading inside the table, recognised by its text."""
    if row.row_id:
        return False
    texts = {c.key: v for c in fields if isinstance(v := row.value(c.key), str)}
    first = next(iter(texts.values()), "").strip().casefold().rstrip(":")
    if first in TOTALS:
        return True
    same = sum(
        1 for key, text in texts.items() if text.strip() == titles.get(key, "").strip() != ""
    )
    return same >= EVIDENCE


def resolve(
    table: Table,
    rows: Sequence[RowRead],
    base: Mapping[str, Row],
    known: Callable[[str], bool],
    new_id: Callable[[], str],
) -> tuple[Resolved, ...]:
    """Every content row with its id, in the order read."""
    fields = content_fields(table)
    if table.identity is Identity.TEXT:
        return _by_text(table, rows)
    claims, loose = _by_id(rows, base, known, fields)
    claims = _follow_content(claims, base, fields)
    absent = [row_id for row_id in base if row_id not in claims]
    found = _reattach(
        table,
        [row for row, _ in loose if row.row_id is None or not known(row.row_id)],
        absent,
        base,
    )
    resolved = {id(row): Resolved(row, row_id) for row_id, row in claims.items()}
    for row, copied in loose:
        if id(row) in found:
            resolved[id(row)] = Resolved(row, found[id(row)])
        else:
            resolved[id(row)] = Resolved(row, new_id(), fresh=True, copied_from=copied)
    return tuple(resolved[id(row)] for row in rows)


def _by_text(table: Table, rows: Sequence[RowRead]) -> tuple[Resolved, ...]:
    seen: Counter[str] = Counter()
    out = []
    for row in rows:
        key = text_id(tuple(_text(row.value(f)) for f in table.key_fields))
        seen[key] += 1
        out.append(Resolved(row, key if seen[key] == 1 else f"{key}#{seen[key]}"))
    return tuple(out)


def _text(value: Value) -> str:
    return "" if value is None or isinstance(value, Fault) else str(value)


def _by_id(
    rows: Sequence[RowRead],
    base: Mapping[str, Row],
    known: Callable[[str], bool],
    fields: Sequence[Column],
) -> tuple[dict[str, RowRead], list[tuple[RowRead, str | None]]]:
    """R1, R2: one claim per known id; the copies and the rows without an id are loose."""
    groups: dict[str, list[tuple[int, RowRead]]] = defaultdict(list)
    loose: list[tuple[RowRead, str | None]] = []
    for place, row in enumerate(rows):
        if row.row_id and known(row.row_id):
            groups[row.row_id].append((place, row))
        else:
            loose.append((row, None))
    claims: dict[str, RowRead] = {}
    for row_id, group in groups.items():
        before = base.get(row_id, {})
        best = max(group, key=lambda pr: (_likeness(pr[1], before, fields), -pr[0]))[1]
        claims[row_id] = best
        loose += [(row, row_id) for _, row in group if row is not best]
    return claims, loose


def _likeness(row: RowRead, before: Row, fields: Sequence[Column]) -> int:
    """How much a row looks like the base row: equal cells, strong fields twice."""
    return sum(
        (2 if column.strong else 1)
        for column in fields
        if canon(column.kind, row.value(column.key)) == canon(column.kind, before.get(column.key))
    )


def _content(values: Callable[[str], Value], fields: Sequence[Column]) -> tuple[Value, ...]:
    return tuple(canon(column.kind, values(column.key)) for column in fields)


def _follow_content(
    claims: dict[str, RowRead], base: Mapping[str, Row], fields: Sequence[Column]
) -> dict[str, RowRead]:
    """R10a: where all declared cells moved together past standing ids, the ids follow."""
    now = {i: _content(row.value, fields) for i, row in claims.items() if i in base}
    was = {i: _content(base[i].get, fields) for i in now}
    moved = [i for i in now if now[i] != was[i]]
    homes: dict[tuple[Value, ...], list[str]] = defaultdict(list)
    for i in moved:
        homes[was[i]].append(i)
    new_home: dict[str, str] = {}
    for i in moved:
        if homes.get(now[i]):
            new_home[i] = homes[now[i]].pop(0)
    if len(new_home) < 2 or len(new_home) * 2 < len(moved):
        return claims
    _match_rest(new_home, moved, now, was)
    if len(new_home) < len(moved):
        return claims
    out = {i: row for i, row in claims.items() if i not in new_home}
    out |= {home: claims[i] for i, home in new_home.items()}
    return out


def _match_rest(
    new_home: dict[str, str],
    moved: Sequence[str],
    now: Mapping[str, tuple[Value, ...]],
    was: Mapping[str, tuple[Value, ...]],
) -> None:
    """Rows that were moved and edited in one save go to the free base row they resemble most."""
    free = set(moved) - set(new_home.values())
    for i in moved:
        if i in new_home or not free:
            continue
        score = {
            f: sum(a == b is not None for a, b in zip(now[i], was[f], strict=True)) for f in free
        }
        best = max(sorted(free), key=lambda f: score[f])
        if score[best] >= EVIDENCE:
            new_home[i] = best
            free.discard(best)


def _reattach(
    table: Table, rows: Sequence[RowRead], absent: Sequence[str], base: Mapping[str, Row]
) -> dict[int, str]:
    """R3, R4: a row without an id is a lost base row if one alone fits and no other claims it."""
    evidence = [c for c in table.columns if c.strong or c.likeness]
    wanted: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        fits = [i for i in absent if _same_row(row, base[i], evidence)]
        if len(fits) == 1:
            wanted[fits[0]].append(id(row))
    return {claimants[0]: row_id for row_id, claimants in wanted.items() if len(claimants) == 1}


def _same_row(row: RowRead, before: Row, evidence: Sequence[Column]) -> bool:
    number = row.value(NUMBER_FIELD)
    if number not in (None, "") and number == before.get(NUMBER_FIELD):
        return True
    equal = 0
    for column in evidence:
        value = canon(column.kind, row.value(column.key))
        equal += value not in (None, "") and value == canon(column.kind, before.get(column.key))
    return equal >= EVIDENCE


__all__ = ["ID_FIELD", "Resolved", "content_fields", "is_content", "is_foreign", "resolve"]
