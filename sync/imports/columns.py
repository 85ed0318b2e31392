"""What the columns of a file mean: by their headings, and by content where those are silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz import fuzz, process

from model.emails import read_email
from model.errors import ColumnsNotFound
from model.identity import read_inn
from model.phones import quick_phone
from model.values import Value, plain
from sync.imports.headings import FIELDS, IGNORED, LAST_FILLED, NEEDED, ImportKind, folded
from sync.imports.raw import RawTable, is_blank

ALIKE = 90
"""Ratio from which a misspelt heading is taken for a known one."""
_SURE = 0.8
"""Share of the filled cells that must look alike before content names a column."""
_SEEN, _ENOUGH = 500, 3
"""Cells looked at, and the fewest filled ones that say anything."""
_CONTENT: Mapping[str, Callable[[Value], bool]] = {
    "inn": lambda cell: bool(read_inn(cell).sure),
    "phone": lambda cell: isinstance(cell, str) and bool(quick_phone(cell)),
    "email": lambda cell: bool(read_email(cell).sure),
}


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column seems to be; without a field it stays the person's own column."""

    header: str
    field: str | None
    sample: str
    filled_share: float
    column: int


def guess_columns(kind: ImportKind, table: RawTable) -> tuple[Guess, ...]:
    """One guess a column, in the order of the file."""
    fields = [_by_heading(kind, header) for header in table.headers]
    named = list(_once(kind, fields, table))
    cells = [table.column(at) for at in range(len(table.headers))]
    for at, field in enumerate(named):
        if field is None and fields[at] is None and folded(table.headers[at]) not in IGNORED:
            named[at] = _by_content(kind, cells[at], named)
    return tuple(
        Guess(header, named[at], _sample(cells[at]), _filled(cells[at]), at)
        for at, header in enumerate(table.headers)
    )


def sure_kinds(table: RawTable) -> tuple[ImportKind, ...]:
    """The kinds that explain most columns, among those whose own marks are all there."""
    found: dict[ImportKind, int] = {}
    for kind, groups in _MARKS.items():
        fields = {g.field for g in guess_columns(kind, table) if g.field}
        if all(group & fields for group in (*NEEDED[kind], *groups)):
            found[kind] = len(fields)
    most = max(found.values(), default=0)
    return tuple(kind for kind, count in found.items() if count == most)


_MARKS: Mapping[ImportKind, tuple[frozenset[str], ...]] = {
    ImportKind.CLIENTS: (
        frozenset({"inn", "phone", "email", "address", "industry", "kpp", "legal_form"}),
    ),
    ImportKind.DEALS: (frozenset({"stage"}), frozenset({"amount", "created_at"})),
    ImportKind.LEADS: (frozenset({"at", "text", "form", "utm_source", "utm_campaign"}),),
    ImportKind.CALLS: (frozenset({"sec", "answered", "dir"}),),
    ImportKind.STAFF: (frozenset({"role", "department", "head", "ext"}),),
    ImportKind.PAYMENTS: (frozenset({"payer", "payer_inn", "purpose"}),),
    ImportKind.COSTS: (frozenset({"campaign", "campaign_id", "clicks", "source"}),),
}
"""What a table must also have to be taken for a kind that nobody named; `id, name` is no list of
clients."""


def check_columns(kind: ImportKind, table: RawTable, fields: Sequence[str | None]) -> None:
    """Raise ColumnsNotFound when the file lacks what its kind cannot do without."""
    lacking = [group for group in NEEDED[kind] if not group & set(fields)]
    if lacking:
        wanted = "; ".join(" или ".join(sorted(map(_russian(kind), g))) for g in lacking)
        raise ColumnsNotFound(
            name=table.name, kind=_TITLES[kind], wanted=wanted, found=", ".join(table.headers)
        )


_TITLES = {
    ImportKind.LEADS: "Заявки",
    ImportKind.CALLS: "Звонки",
    ImportKind.CLIENTS: "Клиенты",
    ImportKind.DEALS: "Сделки",
    ImportKind.STAFF: "Сотрудники",
    ImportKind.PAYMENTS: "Оплаты",
    ImportKind.COSTS: "Расходы",
    ImportKind.LETTERS: "Письма",
}


def _russian(kind: ImportKind) -> Callable[[str], str]:
    return lambda field: f"«{FIELDS[kind][field].headings[0].capitalize()}»"


def _by_heading(kind: ImportKind, header: str) -> str | None:
    """The field whose headings hold this one, or hold one very much like it."""
    words = folded(header)
    known = {h: name for name, field in FIELDS[kind].items() for h in reversed(field.headings)}
    exact = next((n for n, field in FIELDS[kind].items() if words in field.headings), None)
    if exact or len(words) < 4:
        return exact
    found = process.extractOne(words, list(known), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return known[found[0]] if found else None


def _once(kind: ImportKind, fields: Sequence[str | None], table: RawTable) -> Iterator[str | None]:
    """Fields that stand once, kept at their best column; the rest stay own columns."""
    best: dict[str, int] = {}
    for at, field in enumerate(fields):
        if field and _rank(kind, field, table, at) < _rank(kind, field, table, best.get(field)):
            best[field] = at
    for at, field in enumerate(fields):
        free = field is None or FIELDS[kind][field].many or field in LAST_FILLED
        yield field if free or best[field or ""] == at else None


def _rank(kind: ImportKind, field: str, table: RawTable, at: int | None) -> tuple[bool, int]:
    """Lower is better: a filled column first, then the heading that says the field most plainly."""
    headings = FIELDS[kind][field].headings
    if at is None:
        return True, len(headings) + 1
    words = folded(table.headers[at])
    known = headings.index(words) if words in headings else len(headings)
    return all(map(is_blank, table.column(at))), known


def _by_content(
    kind: ImportKind, cells: Sequence[Value], named: Sequence[str | None]
) -> str | None:
    filled = [cell for cell in cells[:_SEEN] if not is_blank(cell)]
    if len(filled) < _ENOUGH:
        return None
    for field, fits in _CONTENT.items():
        if field in FIELDS[kind] and field not in named:
            share = sum(fits(cell) for cell in filled) / len(filled)
            if share >= _SURE:
                return field
    return None


def _filled(cells: Sequence[Value]) -> float:
    return sum(not is_blank(cell) for cell in cells) / len(cells) if cells else 0.0


def _sample(cells: Sequence[Value]) -> str:
    first = next((cell for cell in cells if not is_blank(cell)), "")
    text = plain(first) if isinstance(first, Decimal) else str(first)
    return " ".join(text.split())[:40]
