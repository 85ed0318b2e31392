"""A save found in a displaced file goes into the store: merged against what it descends from.

The workbook's own base is another content by then. So the content that was displaced, or the older
one that the program had opened, is taken from the copies and made the base of an alias of the book,
the save is merged under the alias, and the alias is dropped. What it brought stands in the store,
and the pass writes it into the workbook.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from model.blueprint import Role
from model.errors import CrmError, NotOurWorkbook
from model.records import BookState, KeptKind, Question, QuestionKind, Stamped
from model.row_ids import belongs
from model.values import Value
from store import Writer
from sync.absorb import (
    Absorbed,
    Reader,
    accept_as_seen,
    merge_all,
    remember_all,
    summary,
)
from sync.books.read import Loaded
from sync.descent import Descents
from sync.desk import Desk
from sync.displaced import LATE, LOOKS, UNREADABLE, LateSave
from sync.exchange import FROZEN
from sync.merge.sides import AT, SHOWN
from sync.nameless import nameless_in, remember, remembered
from sync.team import Team

ALIAS = "#late"
"""Suffix of a book's key under which a displaced save is merged."""


@dataclass(frozen=True, slots=True)
class Late:
    """A save that can be merged: as it was written, and what it was written over, if still kept."""

    save: LateSave
    state: BookState
    loaded: Loaded
    before: Loaded | None


def freeze(
    team: Team, saves: tuple[LateSave, ...], states: tuple[BookState, ...], now: datetime
) -> tuple[Late, ...]:
    """Saves of displaced files, kept as copies; what is no workbook yet is left for later looks."""
    by_book = {state.book: state for state in states}
    out = []
    for save in saves:
        state = by_book[save.file.book]
        if _is_known(team, by_book, save.token):
            _let_lie(team, save)
            continue
        try:
            loaded = _loaded(team, state, save.raw)
        except CrmError:
            _give_up(team, save, now)
            continue
        stamp = loaded.snapshot.stamp
        if stamp is not None and stamp.book != state.book:
            _hand_over(team, save, stamp.book)  # of a book in the same folder: its turn comes
            continue
        team.backups.take(state.book, save.raw, at=now.astimezone(UTC), why=LATE)
        out.append(Late(save, state, loaded, _descended(team, state, save, loaded, now)))
    return in_order(out)


def in_order(found: Iterable[Late]) -> tuple[Late, ...]:
    """Saves by the write of ours that their program had opened: the newer one has the last word."""
    return tuple(sorted(found, key=_generation))


def _generation(late: Late) -> int:
    stamp = late.loaded.snapshot.stamp
    return late.state.generation if stamp is None else stamp.generation


def _is_known(team: Team, books: Iterable[str], token: str) -> bool:
    """Whether the content was seen or written before, in whichever book."""
    with team.store.read() as reader:
        return any(reader.kept(book, token=token) for book in books)


def _descended(
    team: Team, state: BookState, save: LateSave, loaded: Loaded, now: datetime
) -> Loaded | None:
    """What the save was written over; of a program that had opened an older write, that one."""
    before, stamp = _before(team, state, save.file.was), loaded.snapshot.stamp
    over = None if before is None else before.snapshot.stamp
    if stamp is None or over is None or stamp.generation >= over.generation:
        return before
    with team.store.write() as writer:
        token = Descents(team, writer, now, {}).opened(Desk(state), loaded.snapshot)
    return (_before(team, state, token) if token else None) or before


def _let_lie(team: Team, save: LateSave) -> None:
    """An older content came back under the name, as after a power cut: it was seen already."""
    with team.store.write() as writer:
        writer.put_displaced(save.file.after(save.token))


def _hand_over(team: Team, save: LateSave, book: str) -> None:
    """A file without a line of its own turned out to be another book's."""
    with team.store.write() as writer:
        writer.forget_displaced(save.file.book, save.file.name)
        writer.put_displaced(replace(save.file.after(""), book=book, seen=""))


def take(writer: Writer, late: Late, reader: Reader, by: Stamped) -> Absorbed | Question:
    """What the save brought into the store, or a question when it cannot be merged by itself."""
    book = late.state.book
    found: Absorbed | Question = _question(late, reader)
    kind = KeptKind.COPY
    if late.before is not None:
        _drop_alias(writer, book)
        _name_rows(writer, late, reader.family)
        once = replace(reader, brake=False, scoped=False)  # rows handed over since were its own
        accept_as_seen(writer, late.before.snapshot, once)
        merges = merge_all(writer, late.loaded.snapshot, reader, by.who)
        _drop_alias(writer, book)
        if all(merge.hold is None for _, merge in merges):
            remember_all(writer, merges, reader, by)
            found, kind = summary(merges), KeptKind.SEEN
            hidden = nameless_in(late.loaded.snapshot, found.places, reader.blueprint)
            remember(writer, book, late.save.token, hidden)
    _keep(writer, late, kind, by.at)
    writer.put_displaced(late.save.file.after(late.save.token))
    return found


def _keep(writer: Writer, late: Late, kind: KeptKind, at: datetime) -> None:
    """The save is known from now on, and a merged one is what its program goes on from.

    A power cut may bring its removed file back: what is known is not merged again.
    """
    writer.keep(late.state.book, _generation(late), late.save.token, kind, at=at)


def _loaded(team: Team, state: BookState, raw: bytes) -> Loaded:
    name = state.path.rpartition("/")[2]
    file = team.books.open(raw, name=name)
    found = team.books.load(
        file,
        book=state.book + ALIAS,
        name=name,
        blueprint=team.blueprint,
        role=Role(state.role),
    )
    stamp = found.snapshot.stamp
    if stamp is not None and stamp.family != team.settings.family:
        raise NotOurWorkbook(name=name)
    return found


def _before(team: Team, state: BookState, was: str) -> Loaded | None:
    """The content that the save was written over; None when no copy gives it back."""
    copy = team.backups.find(was, state.book)
    if copy is None:
        return None
    try:
        return _loaded(team, state, team.backups.read(copy.id))
    except CrmError:
        return None


def _give_up(team: Team, save: LateSave, now: datetime) -> None:
    """Bytes that stood still and are no workbook are kept as a copy and looked at no more.

    They may be the first half of a save: what it was written over stays known, for the second.
    """
    file = save.file
    if file.quiet < LOOKS and not file.name.endswith(FROZEN):
        return
    team.backups.take(file.book, save.raw, at=now.astimezone(UTC), why=UNREADABLE)
    with team.store.write() as writer:
        writer.put_displaced(replace(file, ours=save.token, quiet=0))


def _name_rows(writer: Writer, late: Late, family: str) -> None:
    """Rows that the program shows without their id are known by where they stood.

    The write that named them says so, or the merge of the save that this one descends from.
    """
    book, before = late.state.book, "" if late.before is None else late.before.file.sha256
    bases = writer.bases(book)
    rows: dict[str, dict[str, Mapping[str, Value]]] = {}
    known_there = {(t, n): i for t, n, i in late.save.file.named if before == late.save.file.was}
    for table, there in remembered(writer, book, before).items():
        known_there |= {(table, row): row_id for row, row_id in there.items()}
    shown_in = {table: _shown(late, table, known_there) for table, _ in known_there}
    for (table, row), given in known_there.items():
        living, shown = writer.rows(table), shown_in[table]
        row_id = given if given in living else writer.joined(table).get(given, given)
        known = bases.get(table, {}).get(row_id)
        if known is None and (record := living.get(row_id)) is not None:
            known = record.values  # it came with the last save, and the book is not written yet
        other = shown.get(row, "")
        if known is not None and other != row_id:
            over = {SHOWN: other} if belongs(family, other) else {}
            rows.setdefault(table, {})[row_id] = {**known, AT: Decimal(row), **over}
    for table, named in rows.items():
        writer.set_base(late.state.book + ALIAS, table, named)


def _shown(late: Late, table: str, known: Collection[tuple[str, int]]) -> dict[int, str]:
    """By row number, ids that no other row of the content shows but one that goes by another (R9).

    A copy shows the id of its original, which has it.
    """
    read = None if late.before is None else late.before.snapshot.tables.get(table)
    rows = () if read is None else read.rows
    own = {row.row_id for row in rows if (table, row.row) not in known}
    return {r.row: r.row_id for r in rows if r.row_id and r.row_id not in own}


def _drop_alias(writer: Writer, book: str) -> None:
    for table, rows in writer.bases(book + ALIAS).items():
        writer.set_base(book + ALIAS, table, dict.fromkeys(rows), [])


def _question(late: Late, reader: Reader) -> Question:
    name = late.loaded.file.name.removesuffix(".xlsx")
    return Question(
        key=f"late|{late.state.book}|{late.save.token}",
        kind=QuestionKind.WORD,
        about=name,
        where=f"«{name}»",
        wrong="Одно сохранение легло мимо книги, пока я её записывал, и сам я его не разобрал.",
        proposal="Оно лежит копией: sheetcrm backup list. Перенесите нужное в книгу.",
        whom=reader.person,
        red=True,
    )
