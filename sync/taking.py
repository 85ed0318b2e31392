"""What the books of a pass brought goes into the store: merged, held, answered, asked about.

Between «frozen» and «planned» of a pass; everything happens inside one store transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from model.blueprint import Role, RowMaker, Table
from model.problems import Code, Problem
from model.records import (
    BatchKind,
    KeptKind,
    Question,
    QuestionKind,
    Source,
    Stamped,
    Stance,
)
from model.snapshot import Stamp
from model.texts import questions as said
from model.texts.numbers import moment
from store import Writer
from sync.absorb import (
    Absorbed,
    Merges,
    Reader,
    accept_as_seen,
    is_waiting,
    merge_all,
    places_of,
    rebase,
    recognise,
    remember_all,
    summary,
)
from sync.ask import of_book, of_clashes, of_hold, put_questions
from sync.card.adding import take_add
from sync.copies.condition import Copied
from sync.descent import NEWEST, Descents, Origin, keep_seen, kept_snapshot
from sync.desk import Beside, Desk, Left
from sync.holding import ask_about, batch_of, forget_said, let_run, said_of, save_of
from sync.late import Late
from sync.late import take as take_late
from sync.live_faults import faults_of, overwritten, questions_over, totals_apart
from sync.locks import lock_questions
from sync.merge import TableMerge
from sync.merge.bases import RETURNS, Descent
from sync.nameless import nameless_in, remember
from sync.older_saves import (
    roll_back_to,
    tell_lost_parts,
    tell_old_file,
    watch_second_editor,
    when_seen,
)
from sync.outside import of_outside
from sync.plans.seeding import seed_tables
from sync.readdressing import readdress
from sync.remarks import beside_rows, questions_of, remarks
from sync.same_row import renamed
from sync.settle.answers import Answering, answer
from sync.settle.everything import Settled, settle
from sync.settle.inputs import take_inputs
from sync.taken import Taking, reader_of
from sync.thinking import Thought, think


def merge_and_think(
    taking: Taking, desks: list[Desk], late: Iterable[Late] = ()
) -> tuple[Thought, tuple[Question, ...]]:
    """Take every book, settle what follows, carry out answers, ask, compute."""
    team, writer, taken = taking.team, taking.writer, taking.taken
    seed_tables(writer, team.blueprint, taking.now.date(), taking.at)
    for save in late:
        _take_late(taking, save)
    for desk in desks:
        if (desk.changed or desk.beside) and desk.loaded is not None and not taken.batch:
            taken.batch = writer.start_batch(BatchKind.SYNC, "", taking.at)
        take(taking, desk)
    rule = Stamped(taking.at, "", Source.RULE, None, taken.batch or writer.version())
    settled = settle(
        team, writer, taking.now, taken.touched, taking.new_id, rule, known=taking.known
    )
    while taken.answers:
        _answer(taking, settled)
        for desk in desks:
            _obey(taking, desk)
        settled = settle(
            team, writer, taking.now, taken.touched, taking.new_id, rule, known=taking.known
        )
    found = {desk.state.book: _remarks(taking, desk) for desk in desks}
    pending, owner = [*taken.asked, *settled.questions], team.settings.owner
    for desk in desks:
        book, whom = desk.state.book, desk.state.person
        pending += questions_of(found[book], team.blueprint, book=book, whom=whom)
        if desk.loaded is not None and desk.changed:
            over = overwritten(desk.loaded.snapshot, team.blueprint, desk.role)
            pending += questions_over(over, book=book, whom=whom)
            pending += lock_questions(
                desk.loaded, team.blueprint, desk.state, save=desk.save, owner=owner
            )
    for brought, who in taken.late:
        pending += of_clashes(brought, team.blueprint, writer, person=who)
        pending += of_outside(brought.outside, team.blueprint, person=who, owner=owner)
    unread = {desk.state.book for desk in desks if desk.loaded is None}
    put_questions(writer, pending, taking.at, team.blueprint, unread=unread)
    readdress(writer, team.blueprint, owner)
    every = [problem for problems in found.values() for problem in problems]
    thought = think(
        writer,
        replace(settled, problems=beside_rows(settled.problems, every)),
        [desk.state for desk in desks],
        _faults(taking, desks, found),
    )
    return thought, writer.questions(stances={Stance.OPEN, Stance.LATER})


def _faults(
    taking: Taking, desks: list[Desk], remarks: Mapping[str, Sequence[Problem]]
) -> list[str]:
    """What lamp 9 names: books that cannot be read, live cells typed over or gone wrong.

    A stopped book shows what nobody took, and cells that say nothing are told already: there live
    sums differ from ours for a reason that is named elsewhere.
    """
    unread = [f"{d.state.person}: книга не читается" for d in desks if d.fault is not None]
    waiting = taking.writer.questions(stances={Stance.OPEN, Stance.LATER})
    apart: list[str] = []
    for desk in desks:
        if desk.loaded is not None and not desk.stop:
            snapshot, blueprint = desk.loaded.snapshot, taking.team.blueprint
            silent = any(r.code is Code.FORMULA_FAULT for r in remarks[desk.state.book])
            apart += totals_apart(snapshot, blueprint, edited=desk.changed or silent)
    copied = Copied.of(taking.writer, taking.team.settings).faults(taking.now)
    return [*unread, *faults_of(waiting), *apart, *copied]


def _remarks(taking: Taking, desk: Desk) -> tuple[Problem, ...]:
    """What is wrong in a book as it stands; looked for anew only when it was saved."""
    if desk.loaded is None:
        return ()
    book, token = desk.state.book, desk.loaded.file.sha256
    if taking.seen.get(book, ("",))[0] != token:
        taking.seen[book] = (
            token,
            remarks(desk.loaded, taking.team.blueprint, desk.role, taking.known.book(book)),
        )
    return taking.seen[book][1]


def _answer(taking: Taking, settled: Settled) -> None:
    """Carry out what was answered; the rows that it moved are the touched ones now."""
    taken = taking.taken
    answering = Answering(
        taking.writer, settled.scene, settled.clients, taking.new_id, "", taking.at
    )
    answers, taken.answers, taken.touched = taken.answers, [], {}
    for who, row_id, text in answers:
        number = row_id.removeprefix("Q")
        question = taking.writer.question(int(number)) if number.isdecimal() else None
        if question is not None:
            answer(replace(answering, who=who), question, text)
            taken.touched.setdefault(question.table, set()).add(question.row_id)


def _obey(taking: Taking, desk: Desk) -> None:
    """What an answer says about whole books: a stopped one, an old one, two rows that are one."""
    if desk.stop:
        take(taking, desk)
    roll_back_to(taking, desk)
    if desk.absorbed is not None:
        places = renamed(taking.writer, desk.state.book, desk.absorbed.places)
        if places != desk.absorbed.places:
            desk.absorbed = replace(desk.absorbed, places=places)
            _flag_waiting(taking.writer, desk, waiting=True)


def take(taking: Taking, desk: Desk) -> None:
    """Absorb one book; a stopped one leaves a question and waits for the answer."""
    if desk.loaded is None:
        return
    writer, book = taking.writer, desk.state.book
    desk.save = save_of(writer, book, desk.loaded.file.sha256)
    told = said_of(writer, book, desk.save)
    if desk.stop and told is None:
        return
    _catch_up(desk)
    descents = Descents(taking.team, writer, taking.now, taking.parsed)
    origin = taking.origins.get(book)
    if origin is None:
        origin = taking.origins[book] = descents.of(desk)
        if desk.changed and desk.left is Left.NOT:
            keep_seen(writer, desk, origin, taking.at, ordered=told is False)
    found = _found(taking, desk, origin, told=told)
    if found is None:
        if not desk.state.held or desk.changed:
            descents.remember(desk, origin)
        return
    _run_again(taking, desk, told=told)
    desk.stop, desk.absorbed = "", found
    if desk.changed:
        hidden = nameless_in(desk.loaded.snapshot, found.places, taking.team.blueprint)
        remember(writer, book, desk.save, hidden)
    if told is False or (told is None and desk.changed and origin.way is not Descent.RESTORED):
        _take_inputs(taking, desk, origin)
    taking.taken.add(found, desk.state.person)
    for second in desk.beside:
        _merge_beside(taking, descents, desk, second)
    desk.beside = []


def _run_again(taking: Taking, desk: Desk, *, told: bool | None) -> None:
    """A book that is merged is stopped no more."""
    if told is not None:
        forget_said(taking.writer, desk.state.book)
    if desk.state.held or desk.stop:
        let_run(taking.writer, desk.state.book, at=taking.at)


def _take_late(taking: Taking, late: Late) -> None:
    """Merge what was found in a displaced file."""
    taken, writer, state = taking.taken, taking.writer, late.state
    taken.batch = taken.batch or writer.start_batch(BatchKind.SYNC, "", taking.at)
    family, role = taking.team.settings.family, Role(state.role)
    reader = Reader(
        taking.team.blueprint,
        role,
        state.person,
        family,
        taking.new_id,
        access=taking.access(state),
    )
    by = Stamped(taking.at, state.person, Source.PERSON, state.book, taken.batch)
    found = take_late(writer, late, reader, by)
    if isinstance(found, Question):
        taken.asked.append(found)
    else:
        taken.add(found, state.person)


def _take_inputs(taking: Taking, desk: Desk, origin: Origin) -> None:
    """What people typed into the cells of figure sheets."""
    assert desk.loaded is not None  # noqa: S101  # by `take`
    team, who, book = taking.team, desk.state.person, desk.state.book
    by = Stamped(taking.at, who, Source.PERSON, book, taking.taken.batch or taking.writer.version())
    old = kept_snapshot(team, desk, origin.token) if origin.base is not None else None
    take_inputs(
        taking.writer,
        desk.loaded.snapshot,
        team.blueprint,
        person=who,
        boss=team.settings.owner,
        by=by,
        base=old,
        access=taking.access(desk.state),
    )
    take_add(taking.writer, desk.loaded.snapshot, team.blueprint, by=by, base=old)


def _catch_up(desk: Desk) -> None:
    """A file of a later write than we remember: the store came from an older copy of itself."""
    stamp = None if desk.loaded is None else desk.loaded.snapshot.stamp
    if stamp is not None and stamp.generation > desk.state.generation:
        desk.state = replace(desk.state, generation=stamp.generation)


def _found(taking: Taking, desk: Desk, origin: Origin, *, told: bool | None) -> Absorbed | None:
    """What the save brought; None when it is held, and `desk.stop` says why."""
    assert desk.loaded is not None  # noqa: S101  # by `take`
    writer, snapshot, reader = taking.writer, desk.loaded.snapshot, reader_of(taking, desk)
    if told is None and not desk.changed and not desk.state.held:
        once = reader.known.recognised
        make = partial(recognise, snapshot, reader)
        known = once.of(make, snapshot) if not _is_waiting(writer, desk) else None
        if known is not None:
            return known
    if told is None and _is_stopped(taking, desk, origin):
        return None
    if told or (told is None and origin.way is Descent.RESTORED):
        if told is None and desk.left is not Left.CLEAN:
            tell_old_file(taking, desk)
        return accept_as_seen(writer, snapshot, reader)
    ordered = told is False and origin.way in {Descent.RESTORED, Descent.FIGHT}
    return _merged(taking, desk, NEWEST if ordered else origin, told=told)


def _is_stopped(taking: Taking, desk: Desk, origin: Origin) -> bool:
    """Whether the save waits because nobody can tell what it descends from."""
    when = moment(taking.now)
    if origin.way is Descent.FIGHT:
        words = said.hold_old_file(when_seen(taking, desk), RETURNS)
        _stop(taking, desk, _hold(desk, words, turned="1"))
    elif origin.is_unsure:
        _stop(taking, desk, _hold(desk, said.hold_unknown_file(when)))
    else:
        return False
    assert desk.loaded is not None  # noqa: S101  # by `take`
    merges = merge_all(taking.writer, desk.loaded.snapshot, reader_of(taking, desk), "")
    desk.absorbed = Absorbed(places_of(merges))
    if desk.state.held:
        _hear(taking, desk, merges)
    return True


def _hear(taking: Taking, desk: Desk, merges: Merges) -> None:
    """Answers typed into a stopped book count: they may be what it waits for."""
    listed = [(t, m) for t, m in merges if t.makes_rows is RowMaker.DAEMON]
    rebase(taking.writer, desk.state.book, listed)
    who = desk.state.person
    taking.taken.answers += [(who, row_id, text) for row_id, text in summary(listed).answers]


def _hold(desk: Desk, words: said.Words, **payload: str) -> Question:
    book, whom = desk.state.book, desk.state.person
    asked = of_book(words, QuestionKind.HOLD, book=book, token=desk.save, whom=whom, **payload)
    return replace(asked, red=True)


def _stop(taking: Taking, desk: Desk, hold: Question) -> None:
    question = ask_about(taking.writer, hold, at=taking.at)
    desk.stop = f"СТОП: {question.wrong} - «Вопросы», № {question.number}"


def _merged(taking: Taking, desk: Desk, origin: Origin, *, told: bool | None) -> Absorbed | None:
    assert desk.loaded is not None  # noqa: S101  # by `take`
    writer, snapshot, who = taking.writer, desk.loaded.snapshot, desk.state.person
    reader = replace(reader_of(taking, desk), brake=told is not False, older=origin.base)
    merges = merge_all(writer, snapshot, reader, who)
    hold = next((m.hold for _, m in merges if m.hold is not None), None)
    if hold is not None:
        book, blueprint = desk.state.book, taking.team.blueprint
        asked = of_hold(hold, blueprint, book=book, token=desk.save, at=taking.now, whom=who)
        _stop(taking, desk, asked)
        desk.absorbed = Absorbed(places_of(merges))
        _hear(taking, desk, merges)
        return None
    batch = batch_of(writer, desk.state.book) if told is not None else taking.taken.batch
    by = Stamped(taking.at, who, Source.PERSON, desk.state.book, batch or writer.version())
    if desk.changed:
        watch_second_editor(taking, desk, origin, merges, by)
    remember_all(writer, merges, reader, by)
    rebase(writer, snapshot.book, merges)
    _flag_waiting(writer, desk, waiting=is_waiting(merges))
    if origin.way is Descent.LOST:
        tell_lost_parts(taking, desk)
    return summary(merges)


def _flag_waiting(writer: Writer, desk: Desk, *, waiting: bool) -> None:
    """Remember whether some row of the file does not show its own id yet."""
    word = "1" if waiting else ""
    if (writer.meta(_waiting(desk)) or "") != word:
        writer.set_meta(_waiting(desk), word)


def _is_waiting(writer: Writer, desk: Desk) -> bool:
    return bool(writer.meta(_waiting(desk)))


def _waiting(desk: Desk) -> str:
    return f"waiting:{desk.state.book}"


def _merge_beside(taking: Taking, descents: Descents, desk: Desk, second: Beside) -> None:
    """A second file of the book: merged as somebody else's save, reported, never written."""
    writer, snapshot, whom = taking.writer, second.loaded.snapshot, desk.state.person
    origin = descents.of_copy(desk, snapshot)
    reader = replace(reader_of(taking, desk), older=origin.base)
    who = f"копия «{second.name}»"
    merges = [
        (t, _without_known(writer, t, m)) for t, m in merge_all(writer, snapshot, reader, who)
    ]
    stamp = snapshot.stamp or Stamp("", "", desk.state.generation)
    writer.keep(desk.state.book, stamp.generation, snapshot.token, KeptKind.COPY, at=taking.at)
    held = origin.is_unsure or any(m.hold is not None for _, m in merges)
    words = said.second_file_held(second.name)
    if not held:
        batch = taking.taken.batch or writer.version()
        by = Stamped(taking.at, who, Source.PERSON, f"{desk.state.book}|{second.name}", batch)
        remember_all(writer, merges, reader, by)
        found = replace(summary(merges), answers=())
        taking.taken.add(found, whom)
        words = said.second_file(second.name, found.edits)
    taking.taken.asked.append(
        of_book(words, QuestionKind.NOTE, book=desk.state.book, token=snapshot.token, whom=whom)
    )


def _without_known(writer: Writer, table: Table, merge: TableMerge) -> TableMerge:
    """New rows of a copy whose equal stands already: they came with an earlier save of it."""
    rows: Mapping[str, Mapping[str, object]] = {
        i: r.values for i, r in writer.rows(table.key).items()
    }
    new = [
        one
        for one in merge.new
        if not any(all(r.get(k) == v for k, v in one.values.items()) for r in rows.values())
    ]
    return replace(merge, new=tuple(new))
