"""Edits outside a person's rights: left out of the merge, kept in history, told to both.

Nothing of them reaches the rows: what stands is written back over them as over any other cell. A
row that was added is kept as a buried one, so that the owner can still bring it back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256

from model.blueprint import Blueprint, Identity, RowMaker, Table
from model.records import ROW_MARK, Question, QuestionKind, Source, Stamped
from model.texts import questions as said
from model.texts.values import shown as in_words
from model.values import Value
from store import Writer
from sync.merge import Clash, ClashKind, NewRow, Outside, TableMerge
from sync.rights import Access
from sync.scene import fold

TOLD_CELLS = 3
"""So many cells are named in one question; of the rest their number."""
MARK = 16
"""Letters that tell two saves apart."""
ADDED, TAKEN = "added", "taken"
SECOND = frozenset({ClashKind.CAME_SECOND, ClashKind.TYPED_OVER})
"""Clashes of which `other` is what this save holds, without an edit beside it."""


def within(merge: TableMerge, table: Table, access: Access) -> TableMerge:
    """The merge of what the person may do; the rest stands in `outside`."""
    by_text = table.identity is Identity.TEXT
    some = by_text and access.whose(table) is not None
    if merge.is_still or table.makes_rows is RowMaker.DAEMON:
        return merge
    if access.edits_all(table) and not some:
        return merge
    if not access.edits(table.key):
        return _nothing_of(merge)
    foreign = {n.row_id for n in merge.new if some and not access.sees(table, n.values)}
    if by_text:  # a row that got another name is one gone and one new: both or neither
        foreign |= {n.row_id for n in merge.new if _names(n, table, access)}
    edits = tuple(e for e in merge.edits if access.edits(table.key, e.field))
    clashes = tuple(c for c in merge.clashes if access.edits(table.key, c.field))
    outside = [
        *(Outside(e.row_id, e.field, e.before, e.after) for e in merge.edits if e not in edits),
        *_second(c for c in merge.clashes if c not in clashes),
        *(_added(new) for new in merge.new if new.row_id in foreign),
    ]
    kept = [new for new in merge.new if new.row_id not in foreign]
    new = tuple(replace(one, values=_allowed(one, table, access, outside)) for one in kept)
    gone = merge.deleted
    if by_text and table.key == "staff":
        outside += [Outside(row_id, ROW_MARK, TAKEN, None) for row_id in gone]
        gone = ()
    return replace(
        merge, edits=edits, clashes=clashes, new=new, deleted=gone, outside=tuple(outside)
    )


def _names(new: NewRow, table: Table, access: Access) -> bool:
    """Whether the new row carries a key that the person may not write."""
    return any(not access.edits(table.key, key) for key in table.key_fields if new.values.get(key))


def _nothing_of(merge: TableMerge) -> TableMerge:
    """Of a table that the person only reads nothing is taken."""
    outside = [
        *(Outside(e.row_id, e.field, e.before, e.after) for e in merge.edits),
        *_second(merge.clashes),
        *map(_added, merge.new),
        *(Outside(row_id, ROW_MARK, TAKEN, None) for row_id in merge.deleted),
    ]
    return replace(
        merge,
        edits=(),
        new=(),
        deleted=(),
        revived=(),
        clashes=(),
        replaced=(),
        mixed=(),
        strange={},
        hold=None,
        outside=tuple(outside),
    )


def _second(clashes: Iterable[Clash]) -> Iterator[Outside]:
    for clash in clashes:
        if clash.kind in SECOND:
            yield Outside(clash.row_id, clash.field, clash.live, clash.other)


def _added(new: NewRow) -> Outside:
    first = next((value for value in new.values.values() if value is not None), None)
    return Outside(new.row_id, ROW_MARK, ADDED, first, new.values)


def _allowed(
    new: NewRow, table: Table, access: Access, outside: list[Outside]
) -> Mapping[str, Value]:
    """The cells of a new row that the person may fill."""
    good = {key: value for key, value in new.values.items() if access.edits(table.key, key)}
    for key, value in new.values.items():
        if key not in good and value is not None:
            outside.append(Outside(new.row_id, key, None, value))
    return good


def keep_outside(writer: Writer, table: Table, merge: TableMerge, by: Stamped) -> None:
    """History has what was tried; the rows stand as they stood."""
    ours = replace(by, who="", source=Source.RULE, book=None)
    cells: dict[str, dict[str, Value]] = defaultdict(dict)
    for one in merge.outside:
        if one.field != ROW_MARK:
            cells[one.row_id][one.field] = one.tried
    if table.identity is Identity.ROW_ID:
        for one in merge.outside:
            if one.row:
                writer.put(table.key, one.row_id, one.row, by=by)
                writer.bury(table.key, one.row_id, by=ours)
    for row_id, tried in cells.items():
        record = writer.get(table.key, row_id)
        if record is not None:
            stands = {key: record.values.get(key) for key in tried}
            writer.put(table.key, row_id, tried, by=by)
            writer.put(table.key, row_id, stands, by=ours)


def of_outside(
    found: Mapping[str, tuple[Outside, ...]], blueprint: Blueprint, *, person: str, owner: str
) -> Iterator[Question]:
    """What the person and the owner read about edits that were put back."""
    for key, tried in found.items():
        table = blueprint.tables[key]
        sheet = blueprint.sheet_of(key).title.ru
        cells = [_cell_words(table, one) for one in tried if one.field != ROW_MARK]
        added = sum(one.stands == ADDED for one in tried if one.field == ROW_MARK)
        taken = sum(one.stands == TAKEN for one in tried if one.field == ROW_MARK)
        mark = sha256("|".join(sorted(map(repr, tried))).encode()).hexdigest()[:MARK]
        to_person = said.put_back(cells[:TOLD_CELLS], len(cells), added, taken, owner)
        to_owner = said.tried_outside(person, cells[:TOLD_CELLS], len(cells), added, taken)
        readers = ((person, to_person), (owner, to_owner))
        for whom, words in readers if fold(person) != fold(owner) else readers[1:]:
            yield Question(
                key=f"outside|{person}|{whom}|{key}|{mark}",
                kind=QuestionKind.NOTE,
                about=words.about,
                where=f"«{sheet}»",
                wrong=words.wrong,
                proposal=words.proposal,
                whom=whom,
                table=key,
                row_id=tried[0].row_id,
            )


def _cell_words(table: Table, one: Outside) -> str:
    heading = table.column(one.field).title.ru
    return f"«{heading}»: {in_words(one.tried) or 'пусто'}"
