"""Which row of the workbook is which row of the base (MERGE_SPEC section 4, R1-R3, R10a-R13).

Rows are known by their id; content decides only where ids are doubled, blank or foreign.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from model.blueprint import NUMBER_FIELD, Column, Identity, Owner, Table
from model.canon import canon
from model.row_ids import text_id
from model.snapshot import RowRead
from model.values import Fault, Value
from sync.merge.sorts import EVIDENCE, Resolved, Row, follow_content

AT = "~at"
"""Mark in the base of a row whose id is not on the sheet yet: the row it stood in. A book that is
open, or a write that failed, leaves such rows, and the next save shows them without their id."""
TOTALS = ("итого", "всего", "total", "сумма итого")


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
    visible: Sequence[Column],
) -> tuple[Resolved, ...]:
    """Every content row with its id, in the order read.

    `visible` are the content columns that the sheet has and shows.
    """
    if table.identity is Identity.TEXT:
        return by_text(table, rows)
    claims, loose = _by_id(rows, base, known, content_fields(table))
    strangers = [row for row, copied in loose if copied is None]
    claims = follow_content(claims, strangers, base, visible)
    loose = _unclaimed(rows, claims, loose)
    absent = [row_id for row_id in base if row_id not in claims]
    found = _unwritten([row for row, _ in loose], absent, base, content_fields(table))
    absent = [row_id for row_id in absent if row_id not in found.values()]
    nameless = [r for r, copied in loose if copied is None and id(r) not in found]
    found |= _reattach(table, nameless, absent, base)
    resolved = {id(row): Resolved(row, row_id) for row_id, row in claims.items()}
    for row, copied in loose:
        if id(row) in found:
            resolved[id(row)] = Resolved(row, found[id(row)])
        else:
            resolved[id(row)] = Resolved(row, new_id(), fresh=True, copied_from=copied)
    return tuple(resolved[id(row)] for row in rows)


def _unclaimed(
    rows: Sequence[RowRead],
    claims: Mapping[str, RowRead],
    loose: Sequence[tuple[RowRead, str | None]],
) -> list[tuple[RowRead, str | None]]:
    """Rows that no id claims, copies with their original."""
    claimed = {id(row) for row in claims.values()}
    copies = {id(row): copied for row, copied in loose}
    return [(row, copies.get(id(row))) for row in rows if id(row) not in claimed]


def by_text(table: Table, rows: Sequence[RowRead]) -> tuple[Resolved, ...]:
    """Rows known by their text; a text that stands twice counts by order."""
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
        best = group[0][1]
        if len(group) > 1:
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


def _unwritten(
    rows: Sequence[RowRead],
    absent: Sequence[str],
    base: Mapping[str, Row],
    fields: Sequence[Column],
) -> dict[int, str]:
    """Rows whose id could not be written yet: where they stood, else by all that they held."""
    waiting = [row_id for row_id in absent if AT in base[row_id]]
    standing: dict[Value, RowRead] = {Decimal(row.row): row for row in rows}
    found: dict[int, str] = {}
    for row_id in waiting:
        row = standing.get(base[row_id][AT])
        if row is not None and _shared(row, base[row_id], fields):
            found[id(row)] = row_id
    wanted: dict[int, list[str]] = defaultdict(list)
    for row_id in set(waiting) - set(found.values()):
        held = sum(base[row_id].get(column.key) is not None for column in fields)
        fits = [r for r in rows if id(r) not in found and _shared(r, base[row_id], fields) == held]
        if len(fits) == 1:
            wanted[id(fits[0])].append(row_id)
    return found | {row: claims[0] for row, claims in wanted.items() if len(claims) == 1}


def _shared(row: RowRead, before: Row, fields: Sequence[Column]) -> int:
    """Number of filled cells of the base row that the row still holds."""
    return sum(
        before.get(column.key) is not None
        and canon(column.kind, row.value(column.key)) == canon(column.kind, before[column.key])
        for column in fields
    )


def _reattach(
    table: Table, rows: Sequence[RowRead], absent: Sequence[str], base: Mapping[str, Row]
) -> dict[int, str]:
    """R3, R4: a row without an id is a lost base row if one alone fits and no other claims it.

    A row that equals an absent base row in every cell is that row: it was seen before while its
    book was open, and its id could not be written yet.
    """
    found = _unchanged(table, rows, absent, base)
    taken = set(found.values())
    evidence = [c for c in table.columns if c.strong or c.likeness]
    wanted: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if id(row) in found:
            continue
        fits = [i for i in absent if i not in taken and _same_row(row, base[i], evidence)]
        if len(fits) == 1:
            wanted[fits[0]].append(id(row))
    single = {claims[0]: row_id for row_id, claims in wanted.items() if len(claims) == 1}
    return found | single


def _unchanged(
    table: Table, rows: Sequence[RowRead], absent: Sequence[str], base: Mapping[str, Row]
) -> dict[int, str]:
    """Rows whose whole content an absent base row holds, in the order of both."""
    fields = content_fields(table)
    waiting: dict[tuple[Value, ...], list[str]] = defaultdict(list)
    for row_id in absent:
        waiting[tuple(canon(c.kind, base[row_id].get(c.key)) for c in fields)].append(row_id)
    found: dict[int, str] = {}
    for row in rows:
        same = waiting.get(tuple(canon(c.kind, row.value(c.key)) for c in fields))
        if same:
            found[id(row)] = same.pop(0)
    return found


def _same_row(row: RowRead, before: Row, evidence: Sequence[Column]) -> bool:
    number = row.value(NUMBER_FIELD)
    if number not in (None, "") and number == before.get(NUMBER_FIELD):
        return True
    equal = 0
    for column in evidence:
        value = canon(column.kind, row.value(column.key))
        equal += value not in (None, "") and value == canon(column.kind, before.get(column.key))
    return equal >= EVIDENCE
