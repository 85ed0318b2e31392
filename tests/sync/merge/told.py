"""A merge told as a table: lines of base, workbook and store in, lines of the outcome out.

    fields    amount | stage             headings after the row id; these two by default
    table     stages                     deals unless told; stages are known by text
    base      Д-1 | 100 | КП             what the daemon wrote last
    workbook  Д-1 | 120 | КП             what was read; a blank id, «?…» for a foreign one
    store     Д-1 | 100 | Счёт           what the store holds now, or «import»; else the base
    author    Д-1 | stage | Смирнова     who moved the store's cell; «import», «rule» too
    order     Д-2 | Д-1                  row ids as the book last showed them
    waiting   Д-9 | 5 | 100 | КП         a base row whose id could not be written yet, in row 5
    shown     Д-9 | 5 | Д-1 | 100 | КП   the same, while the row still shows another id
    buried    Д-1 | 100 | КП             a tombstone
    without   stage                      a column that is gone from the sheet
    expect    Д-1 | 120 | Счёт           the store afterwards; fresh rows are called +1, +2
    clash     fact | Д-1 | stage | КП | Счёт     kind, row, field, live, other
    back      Д-1                        a row that returned from its tombstone
    copied    +1 | Д-1                   a copy and its original
    replaced  Д-1 | +1                   a row whose place another record took
    mixed     Д-1 | amount, stage        a group of fields that both sides moved
    strange   Д-1 | ?X                   a known row that came with another id
    problem   formula-fault | Д-1 | amount
    hold      deleted 21, changed 0, cleared 0 of 60
    hold      name, phone                columns sorted alone
    hold      scaled amount              damage to a whole column

A cell: empty, a number, 15.03.2026, #N/A, «=B2 > 120» (formula and its result), «=B2 > ?» (none
yet), «(merged)», else a text. Every line of the outcome is told, so nothing can happen unseen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from difflib import ndiff
from typing import Any

import pytest

from model.blueprint import Column, Identity, Kind, Owner, RowMaker, Table, Title
from model.records import Source
from model.snapshot import CellRead, RowRead, TableRead
from model.values import Fault, Value, plain
from sync.merge import Author, Sides, TableMerge, merge_table
from sync.merge.remarks import remarks_of
from sync.merge.sides import AT, SHOWN

FIRST_ROW = 4
OUTCOME = (
    "expect",
    "clash",
    "back",
    "copied",
    "replaced",
    "mixed",
    "strange",
    "problem",
    "hold",
)
ME = "Иванов"
_DAY = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")
_CODE = re.compile(r"0\d+|7916\d{7}")
"""Digits that people type as a text: with a zero in front, or a phone."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def column(key: str, owner: Owner, kind: Kind = Kind.TEXT, **more: Any) -> Column:
    return Column(key, Title(f"«{key}»", key), owner, kind, **more)


DEALS = Table(
    "deals",
    Title("Сделки", "Deals"),
    (
        column("id", Owner.COMPUTED, Kind.CODE),
        column("row_id", Owner.SYSTEM, Kind.CODE),
        column("name", Owner.PERSON, Kind.NAME, likeness=True),
        column("inn", Owner.PERSON, Kind.INN, strong=True),
        column("phone", Owner.PERSON, Kind.PHONE, strong=True),
        column("amount", Owner.PERSON, Kind.MONEY),
        column("due", Owner.PERSON, Kind.DATE),
        column("note", Owner.PERSON),
        column("stage", Owner.IMPORT, Kind.CHOICE),
        column("source", Owner.IMPORT),
        column("number", Owner.IMPORT, Kind.CODE),
        column("manager", Owner.PERSON),
        column("deep", Owner.PERSON, hidden=True),
        column("paid", Owner.COMPUTED, Kind.MONEY),
        column("signal", Owner.COMPUTED, live='=IF({name}="","",1)'),
    ),
    prefix="Д",
    scope="manager",
    groups=(("stage", "amount", "due"),),
)
STAGES = Table(
    "stages",
    Title("Этапы", "Stages"),
    (column("name", Owner.PERSON), column("prob", Owner.PERSON, Kind.NUMBER)),
    Identity.TEXT,
    key_fields=("name",),
)
QUESTIONS = Table(
    "questions",
    Title("Вопросы", "Questions"),
    (
        column("row_id", Owner.SYSTEM, Kind.CODE),
        column("about", Owner.COMPUTED),
        column("answer", Owner.PERSON),
    ),
    makes_rows=RowMaker.DAEMON,
)

SOURCES = {"import": Source.IMPORT, "rule": Source.RULE, "answer": Source.ANSWER}
TABLES = {table.key: table for table in (DEALS, STAGES, QUESTIONS)}

Rows = dict[str, dict[str, Value]]


def value_of(text: str) -> Value:
    """What a cell of the told table holds."""
    if not text:
        return None
    if day := _DAY.fullmatch(text):
        return date(int(day[3]), int(day[2]), int(day[1]))
    if _NUMBER.fullmatch(text) and not _CODE.fullmatch(text):
        return Decimal(text)
    if text.startswith("#") or text in {"(merged)", "?"}:
        return Fault(text.strip("()"))
    return text


def cell_of(text: str) -> CellRead:
    """A cell with its formula, if it has one."""
    if text.startswith("="):
        formula, _, result = text[1:].partition(" > ")
        return CellRead(value_of(result), formula)
    return CellRead(value_of(text))


def text_of(value: Value) -> str:
    """A value as the told table writes it."""
    match value:
        case None:
            return ""
        case Decimal():
            return plain(value)
        case date():
            return f"{value:%d.%m.%Y}"
        case Fault():
            return value.text
        case _:
            return str(value)


class Story:
    """The lines of one story and what the merge makes of them."""

    def __init__(self, told: str) -> None:
        self.lines: dict[str, list[list[str]]] = defaultdict(list)
        for line in told.strip().splitlines():
            what, _, rest = line.strip().partition(" ")
            if what:
                self.lines[what].append([cell.strip() for cell in rest.split("|")])
        self.table = TABLES[self.lines.pop("table", [["deals"]])[0][0]]
        self.fields = self.lines.pop("fields", [["amount", "stage"]])[0]
        self.ids = 0

    def sides(self, *, brake: bool = True) -> Sides:
        """The sides as told."""
        base = self._rows("base") | self._waiting()
        store = self._rows("store") | self._rows("import")
        dead = self._rows("buried")
        live = {i: v for i, v in (base | store).items() if i not in dead}
        hidden = {cells[0] for cells in self.lines.get("without", ())}
        typed = {c.key for c in self.table.columns if c.owner in {Owner.PERSON, Owner.IMPORT}}
        return Sides(
            table=self.table,
            read=self._read(hidden),
            base=base,
            store={i: {k: v for k, v in r.items() if k in typed} for i, r in live.items()},
            dead=dead,
            known=lambda _: False,
            new_id=self._new_id,
            brake=brake,
            order=self.lines.get("order", [[]])[0],
            me=ME,
            author=self._author,
        )

    def told(self) -> list[str]:
        """The lines of the outcome as told."""
        return [self._line(what, cells) for what in OUTCOME for cells in self.lines.get(what, ())]

    def came(self, *, brake: bool = True) -> list[str]:
        """The lines of the outcome as merged."""
        sides = self.sides(brake=brake)
        merge = merge_table(sides)
        found: dict[str, list[list[str]]] = defaultdict(list)
        if merge.hold is not None:
            hold = merge.hold
            if hold.apart:
                return [self._line("hold", [", ".join(hold.apart)])]
            if hold.mass is not None:
                mass = hold.mass
                return [self._line("hold", [f"{mass.kind.value} {', '.join(mass.columns)}"])]
            words = f"deleted {hold.deleted}, changed {hold.changed}, cleared {hold.cleared}"
            words += f", copied {hold.copied}" if hold.copied else ""
            words += f", spoilt {hold.spoilt}" if hold.spoilt else ""
            return [self._line("hold", [f"{words} of {hold.total}"])]
        for row_id, values in after(sides, merge).items():
            found["expect"].append([row_id, *(text_of(values.get(f)) for f in self.fields)])
        for clash in merge.clashes:
            sides_of = [text_of(clash.live), text_of(clash.other)]
            found["clash"].append([clash.kind.value, clash.row_id, clash.field, *sides_of])
        found["back"] = [[i] for i in merge.revived]
        found["copied"] = [[n.row_id, n.copied_from] for n in merge.new if n.copied_from]
        found["replaced"] = [[r.old, r.new] for r in merge.replaced]
        found["mixed"] = [[m.row_id, ", ".join(m.fields)] for m in merge.mixed]
        found["strange"] = [[i, came] for i, came in merge.strange.items()]
        found["problem"] = [
            [p.code.value, p.where.row_id or f"row {p.where.row}", p.where.field or ""]
            for p in remarks_of(sides.table, sides.read)
        ]
        return [self._line(what, cells) for what in OUTCOME for cells in found[what]]

    def _line(self, what: str, cells: list[str]) -> str:
        return f"{what:<9} {' | '.join(cells)}".rstrip(" |")

    def _new_id(self) -> str:
        self.ids += 1
        return f"+{self.ids}"

    def _author(self, row_id: str, field: str) -> Author | None:
        named = {(i, f): who for i, f, who in self.lines.get("author", ())}
        who = named.get((row_id, field))
        return None if who is None else Author(who, SOURCES.get(who, Source.PERSON))

    def _rows(self, what: str) -> Rows:
        found: Rows = {}
        for row_id, *cells in self.lines.get(what, ()):
            values = zip(self.fields, (value_of(c) for c in cells), strict=False)
            found[row_id] = {k: v for k, v in values if v is not None}
        return found

    def _waiting(self) -> Rows:
        """Base rows whose id is not on the sheet yet: id, row number, cells."""
        lines = self.lines.get("waiting", ())
        shown = self.lines.get("shown", ())
        marks: Rows = {row_id: {AT: Decimal(at)} for row_id, at, *_ in (*lines, *shown)}
        for row_id, _, other, *_ in shown:
            marks[row_id][SHOWN] = other
        self.lines["named"] = [[i, *cells] for i, _, *cells in lines]
        self.lines["named"] += [[i, *cells] for i, _, _, *cells in shown]
        return {i: {**values, **marks[i]} for i, values in self._rows("named").items()}

    def _read(self, hidden: set[str]) -> TableRead:
        fields = [f for f in self.fields if f not in hidden]
        rows = tuple(self._read_rows(hidden))
        return TableRead(
            table=self.table.key,
            sheet=self.table.title.ru,
            places={f: i for i, f in enumerate(("row_id", *fields), start=1)},
            titles={f: f"«{f}»" for f in fields},
            rows=rows,
            last_row=rows[-1].row if rows else FIRST_ROW - 1,
            header_row=FIRST_ROW - 1,
        )

    def _read_rows(self, hidden: set[str]) -> Iterator[RowRead]:
        for at, (row_id, *cells) in enumerate(self.lines.get("workbook", ()), start=FIRST_ROW):
            pairs = zip(self.fields, cells, strict=False)
            read = {f: cell_of(text) for f, text in pairs if text and f not in hidden}
            if read or row_id:
                yield RowRead(at, row_id or None, read)


def after(sides: Sides, merge: TableMerge) -> Rows:
    """The store once the outcome is carried out."""
    rows: Rows = {i: dict(values) for i, values in sides.store.items()}
    rows |= {i: dict(sides.dead[i]) for i in merge.revived}
    for edit in merge.edits:
        rows[edit.row_id][edit.field] = edit.after
    rows |= {new.row_id: dict(new.values) for new in merge.new}
    for row_id in merge.deleted:
        del rows[row_id]
    return {i: {k: v for k, v in r.items() if v is not None} for i, r in rows.items()}


def play(told: str, *, brake: bool = True) -> None:
    """Merge what is told; the outcome must be what is told, line by line."""
    story = Story(told)
    told_lines, came = story.told(), story.came(brake=brake)
    if came != told_lines:
        pytest.fail("\n".join(ndiff(told_lines, came)), pytrace=False)


def seen_of(told: str) -> Mapping[str, Mapping[str, Value]]:
    """The next base after a told merge."""
    return merge_table(Story(told).sides()).seen
