"""What a save tells about older ones of its book.

An old file that was put back, cells that a second program took back, parts that a program dropped:
each is told or asked about, and «Откатить» makes edits of an old content.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from model.records import ROW_MARK, Question, QuestionKind, Source, Stamped
from model.texts import questions as said
from model.texts.numbers import moment
from model.values import encode
from store import Writer
from sync.absorb import Merges, roll_back
from sync.ask import of_book
from sync.descent import Origin, kept_snapshot
from sync.desk import Desk, Left
from sync.merge.bases import Descent, Moved, second_editor
from sync.taken import Taking, reader_of


def when_seen(taking: Taking, desk: Desk) -> str:
    """When the content that stands there was first seen."""
    kept = taking.writer.kept(desk.state.book, token=desk.save)
    first = kept[-1].at if kept else taking.now
    return moment(first.astimezone(taking.now.tzinfo))


def tell_old_file(taking: Taking, desk: Desk) -> None:
    """One notice about an old file that offers to roll back to it."""
    told = said.closed_unsaved if desk.left is Left.UNSAVED else said.old_file
    words = told(when_seen(taking, desk))
    book, whom = desk.state.book, desk.state.person
    taking.taken.asked.append(
        of_book(words, QuestionKind.ROLLBACK, book=book, token=desk.save, whom=whom)
    )


def roll_back_to(taking: Taking, desk: Desk) -> None:
    """Carry out «Откатить»: the old content becomes edits of the person whose book it is."""
    writer, book = taking.writer, desk.state.book
    token, _, word = (writer.meta(f"rollback:{book}") or "").partition(" ")
    if not token or desk.absorbed is None:
        return
    writer.set_meta(f"rollback:{book}", "")
    old = kept_snapshot(taking.team, desk, token) if word == "yes" else None
    if old is None:
        return
    question = writer.question_by_key(f"{QuestionKind.ROLLBACK.value}|{book}|{token}")
    batch = None if question is None else writer.meta(f"answer:{question.number}")
    by = Stamped(
        taking.at, desk.state.person, Source.PERSON, book, int(batch or taking.taken.batch)
    )
    reader = replace(reader_of(taking, desk), brake=False)
    taking.taken.add(replace(roll_back(writer, old, reader, by), answers=()), desk.state.person)


def watch_second_editor(
    taking: Taking, desk: Desk, origin: Origin, merges: Merges, by: Stamped
) -> None:
    """Ask about cells of the last save that another program took back, and remember this one."""
    assert desk.loaded is not None  # noqa: S101  # by `take`
    writer, book = taking.writer, desk.state.book
    stamp = desk.loaded.snapshot.stamp
    generation = "" if stamp is None else str(stamp.generation)
    known, _, batch = (writer.meta(f"lastsave:{book}") or "").partition(" ")
    if origin.way is Descent.NEWEST and generation and known == generation:
        edits = {t.key: m.edits for t, m in merges}
        back = second_editor(_moves(writer, book, int(batch)), edits)
        if back:
            taking.taken.asked.append(_taken_back(taking, desk, back))
    writer.set_meta(f"lastsave:{book}", f"{generation} {by.batch}")


def _moves(writer: Writer, book: str, batch: int) -> list[Moved]:
    """What the last save of a book did to single cells."""
    return [
        Moved(c.table, c.row_id, c.field, c.before, c.after)
        for c in writer.batch_changes(batch)
        if c.book == book and c.source is Source.PERSON and c.field != ROW_MARK
    ]


def _taken_back(taking: Taking, desk: Desk, back: Iterable[Moved]) -> Question:
    cells = [(m.table, m.row_id, m.field, encode(m.after)) for m in back]
    tables = taking.team.blueprint.tables
    named = [f"«{tables[table].column(key).title.ru}»" for table, _, key, _ in cells]
    words = said.taken_back(len(cells), sorted(set(named)), moment(taking.now))
    return of_book(
        words,
        QuestionKind.TAKE_BACK,
        book=desk.state.book,
        token=desk.save,
        whom=desk.state.person,
        cells=json.dumps(cells, ensure_ascii=False),
    )


def tell_lost_parts(taking: Taking, desk: Desk) -> None:
    """What the program that dropped the stamp dropped with it, and where a copy has it."""
    assert desk.loaded is not None  # noqa: S101  # by `take`
    team, book = taking.team, desk.state.book
    kept = [k for k in taking.writer.kept(book) if k.token != desk.save]
    copy = team.backups.find(kept[0].token, book) if kept else None
    if copy is None:
        return
    lost = team.books.lost_parts(team.backups.read(copy.id), desk.loaded.file.raw)
    if lost:
        words = said.parts_lost(lost, moment(copy.at.astimezone(taking.now.tzinfo)), copy.id)
        whom = desk.state.person
        taking.taken.asked.append(
            of_book(words, QuestionKind.NOTE, book=book, token=desk.save, whom=whom)
        )
