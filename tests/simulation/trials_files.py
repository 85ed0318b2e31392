"""Trials of whole files: old copies, lost stamps, open books, crashes (MERGE_SPEC sections 7-8)."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from model.records import QuestionKind
from sync.delivery import MEANWHILE
from tests.simulation.pages import Line, from_bytes
from tests.simulation.shape import CLIENTS
from tests.simulation.trial import Trial, line_of, typing


def an_old_file_brings_no_edits(t: Trial) -> None:
    """The file as it was before is put back: today's comes forward, and one notice tells."""
    (row_id,) = t.plant()
    old, note, was = t.raw(t.owner), t.token("note"), t.rows()[row_id][1]["note"]
    t.save(t.owner, typing(row_id, note=note))
    t.settle()
    before = t.rows()
    t.put(t.owner, old)
    t.settle()
    t.same(before, "I8", "an old file moved the store")
    asked = t.asked("I8", QuestionKind.ROLLBACK, book=t.owner.book, token=_token(old))
    if t.rng.random() < 0.5:
        t.answer(asked, "Да")
        t.settle()
        t.holds("I8", row_id, note=was)
        t.answer(asked, "Отменить")
        t.settle()
        t.same(before, "undo", "«Отменить» did not take the roll-back back")


def an_old_file_with_edits(t: Trial) -> None:
    """Exactly its edits apply; what is stale in it is no edit."""
    (row_id,) = t.plant()
    old, phone = t.raw(t.owner), t.token("phone")
    t.save(t.owner, typing(row_id, note=t.token("note")))
    t.settle()
    t.fact(row_id, stage=t.token("stage"))
    t.settle()
    before = t.rows()
    t.save(t.owner, typing(row_id, phone=phone), on=old)
    t.settle()
    before[row_id][1]["phone"] = phone
    t.same(before, "I8", "an old copy that was edited moved more than its edits")


def an_older_save_of_one_stamp(t: Trial) -> None:
    """Of the contents under one stamp the nearest is the base, not the newest."""
    (row_id,) = t.plant()
    note, stage, phone = t.token("note"), t.token("stage"), t.token("phone")
    with t.open_elsewhere(t.owner):
        first = t.save(t.owner, typing(row_id, note=t.token("note")))
        t.once()
        t.save(t.owner, typing(row_id, note=note, stage=stage))
        t.once()
    t.fact(row_id, sum=None)
    t.save(t.seller, typing(row_id, name=t.token("name")))
    t.settle()
    before = t.rows()
    if t.rng.random() < 0.5:
        t.put(t.owner, first)
    else:
        t.save(t.owner, typing(row_id, phone=phone), on=first)
        before[row_id][1]["phone"] = phone
    t.settle()
    t.same(before, "I8", "an older save was compared with the wrong content")


def the_same_old_file_again_and_again(t: Trial) -> None:
    """The third return within an hour is held."""
    (row_id,) = t.plant()
    old = t.raw(t.owner)
    t.save(t.owner, typing(row_id, note=t.token("note")))
    t.settle()
    before = t.rows()
    for _ in range(2):
        t.put(t.owner, old)
        t.settle()
        t.held(t.owner, hold=False)
    t.put(t.owner, old)
    t.once()
    t.once()
    t.held(t.owner)
    t.same(before, "I8", "an old file moved the store")


def a_file_without_its_stamp(t: Trial) -> None:
    """What is certain is merged; what is too far from all that is known is held."""
    ids = t.plant(24)
    before, far = t.rows(), t.rng.random() < 0.5
    touched = ids if far else ids[:1]
    if far and len(t.content(t.owner).pages[CLIENTS].lines) // 4 >= len(ids):
        return
    note = t.token("note")
    content = t.content(t.owner)
    for row_id in touched:
        line_of(content.pages[CLIENTS].lines, row_id).cells["note"] = note
        before[row_id][1]["note"] = note
    kept = t.rows()
    t.write(t.owner, replace(content, stamp=None))
    if far:
        t.once()
        t.once()
        t.held(t.owner)
        t.same(kept, "time", "a file of unknown descent was merged")
    else:
        t.settle()
        t.same(before, "time", "a file without its stamp was not merged as what it is")


def another_teams_file(t: Trial) -> None:
    """Never merged, never written."""
    before, ours = t.rows(), t.raw(t.owner)
    content = t.content(t.owner)
    stamp = content.stamp
    assert stamp is not None  # the book was written by us
    content.pages[CLIENTS].lines.append(Line(None, {"name": t.token("name")}))
    raw = t.write(t.owner, replace(content, stamp=replace(stamp, family="another")))
    t.once()
    t.once()
    t.same(before, "time", "another team's file was merged")
    t.must("P4", "another team's file was written", hold=t.raw(t.owner) == raw)
    t.put(t.owner, ours)
    t.settle()


def another_program_took_edits_back(t: Trial) -> None:
    """Three cells of the last save are back and another moved: taken, and one question tells."""
    (row_id,) = t.plant()
    was = {name: t.rows()[row_id][1][name] for name in ("note", "stage", "phone")}
    typed, name = {key: t.token(key) for key in was}, t.token("name")
    with t.open_elsewhere(t.owner):
        t.save(t.owner, typing(row_id, **typed))
        t.once()
        t.save(t.owner, typing(row_id, name=name, **was))
        t.once()
    t.settle()
    t.holds("I2", row_id, name=name, **was)
    asked = t.asked("time", QuestionKind.TAKE_BACK, book=t.owner.book)
    t.answer(asked, "Да")
    t.settle()
    t.holds("list", row_id, name=name, **typed)


def an_open_book_is_not_written(t: Trial) -> None:
    """What is to be written waits until the program lets go, then it stands there."""
    (row_id,) = t.plant()
    note = t.token("note")
    with t.open_elsewhere(t.owner):
        before = t.raw(t.owner)
        t.save(t.seller, typing(row_id, note=note))
        for _ in range(3):
            t.once()
        t.must("8.1", "an open book was written", hold=t.raw(t.owner) == before)
        t.holds("I2", row_id, note=note)
    t.settle()
    shown = line_of(t.content(t.owner).pages[CLIENTS].lines, row_id).cells["note"]
    t.must("8.1", "the book was not written when it was free", hold=shown == note)


def what_waited_is_no_base(t: Trial) -> None:
    """What was planned while the book was open never stood there: the person's save does."""
    (row_id,) = t.plant()
    typed = t.token("stage")
    with t.open_elsewhere(t.owner):
        t.fact(row_id, stage=t.token("stage"))
        t.once()
        t.save(t.owner, typing(row_id, stage=typed))
    t.settle()
    t.holds("I2", row_id, stage=typed)
    second, name = t.token("stage"), t.token("name")
    t.save(t.seller, typing(row_id, stage=second))
    t.save(t.owner, typing(row_id, name=name))
    t.settle()
    t.holds("P5", row_id, stage=second, name=name)


def a_late_save(t: Trial) -> None:
    """A program writes into the file that we displaced: merged, beside what we wrote."""
    row_id, other = t.plant(2)
    stage, note, second = t.token("stage"), t.token("note"), t.token("note")
    inode = t.life.disk.open(t.owner.path)
    inode.watched += 1
    old, fresh = inode.raw, t.token("name")
    content = from_bytes(old)
    assert content is not None  # the team rests
    t.save_in_place(inode, typing(row_id, note=note), old)
    if t.rng.random() < 0.5:
        t.save_in_place(inode, lambda lines: lines.append(Line(None, {"name": fresh})), inode.raw)
    before = t.live()
    t.fact(other, stage=stage)
    t.once()
    t.save_in_place(inode, typing(other, note=second), inode.raw)
    if t.rng.random() < 0.5:  # half of the next save lies there for long
        whole = inode.raw
        t.life.disk.overwrite(inode, whole[: len(whole) // 2], synced=False)
        for _ in range(t.rng.choice((1, 4))):
            t.once()
        t.life.disk.overwrite(inode, whole)
    t.once()
    inode.watched -= 1
    t.settle()
    t.holds("I3", row_id, note=note)
    t.holds("I3", other, note=second, stage=stage)
    named = [i for i in t.live() - before if t.rows()[i][1].get("name") == fresh]
    t.must("I4", f"{len(named)} rows of one", hold=len(named) == len(t.live() - before) <= 1)


def new_rows_that_move_in_a_displaced_file(t: Trial) -> None:
    """Their program never sees the ids, and saves on: where a row was named another stands."""
    t.plant()
    before, note = t.rows(), t.token("note")
    first, second = ({n: t.token(n) for n in ("name", "inn")} for _ in range(2))
    inode = t.life.disk.open(t.owner.path)
    inode.watched += 1
    new: list[Line] = [Line(None, dict(first)), Line(None, dict(second))]
    t.save_in_place(inode, lambda lines: lines.extend(new), inode.raw)
    t.once()

    def move(lines: list[Line]) -> None:
        above, below = lines[-2:]
        lines[:] = [above, *lines[:-3], below, lines[-3]]

    t.save_in_place(inode, move, inode.raw)
    t.once()

    def edit(lines: list[Line]) -> None:
        lines[-2].cells["note"] = note

    t.save_in_place(inode, edit, inode.raw)
    t.once()
    inode.watched -= 1
    t.settle()
    fresh = t.rows().keys() - before.keys()
    t.must("I4", f"{len(fresh)} rows of two", hold=len(fresh) == 2)  # as said
    (below,) = (i for i in fresh if t.rows()[i][1].get("name") == second["name"])
    t.holds("I4", below, note=note, **second)


def two_late_saves(t: Trial) -> None:
    """Of two displaced files the one of the newer write has the last word."""
    row_id, other = t.plant(2)
    inodes, notes = [], (t.token("note"), t.token("note"))
    for _ in notes:
        inodes.append(t.life.disk.open(t.owner.path))
        inodes[-1].watched += 1
        t.fact(other, stage=t.token("stage"))
        t.once()
    for inode, note in zip(inodes, notes, strict=True):
        t.save_in_place(inode, typing(row_id, note=note), inode.raw)
    t.once()
    for inode in inodes:
        inode.watched -= 1
    t.settle()
    t.holds("8.3", row_id, note=notes[-1])


def a_save_that_only_the_check_saw(t: Trial) -> None:
    """It came between look and write and was replaced before the next pass: a copy keeps it."""
    (row_id,) = t.plant()
    first, second = t.token("note"), t.token("note")
    t.fact(row_id, stage=t.token("stage"))
    with t.before("create", lambda: t.save(t.owner, typing(row_id, note=first))) as read:
        t.once()
    stays = not read or t.raw(t.owner) in read
    t.must("8.2", "a save that the check saw was displaced", hold=stays)
    t.save(t.owner, typing(row_id, note=second))
    t.settle()
    t.holds("I2", row_id, note=second)
    kept = t.life.team.backups.texts({MEANWHILE, "read"})
    known = first in kept or first in t.history(row_id, "note")
    t.must("I1", f"{first} was read and is nowhere", hold=known or not read)


def a_save_between_check_and_exchange(t: Trial) -> None:
    """It is displaced, and merged all the same."""
    (row_id,) = t.plant()
    note, stage = t.token("note"), t.token("stage")
    t.life.disk.swaps = True
    t.fact(row_id, stage=stage)
    with t.before("exchange", lambda: t.save(t.owner, typing(row_id, note=note))):
        t.once()
    t.settle()
    t.holds("I3", row_id, note=note, stage=stage)


def a_displaced_save_written_over(t: Trial) -> None:
    """It came between check and exchange, and its program saves again before the next pass."""
    (row_id,) = t.plant()
    first, second, stage = t.token("note"), t.token("note"), t.token("stage")
    t.life.disk.swaps = True
    t.fact(row_id, stage=stage)
    inode = t.life.disk.open(t.owner.path)
    inode.watched += 1

    def save() -> bytes:
        t.save_in_place(inode, typing(row_id, note=first), inode.raw)
        return inode.raw

    with t.before("exchange", save):
        t.once()
    t.save_in_place(inode, typing(row_id, note=second), inode.raw)
    t.once()
    inode.watched -= 1
    t.settle()
    t.holds("I3", row_id, note=second, stage=stage)
    known = first in t.life.team.backups.texts({MEANWHILE}) or first in t.history(row_id, "note")
    t.must("I1", f"{first} was displaced and is nowhere", hold=known)


def a_merged_save_comes_back(t: Trial) -> None:
    """A power cut brings back a displaced file that was merged and removed: it says nothing new."""
    (row_id,) = t.plant()
    phone, last = t.token("phone"), t.token("phone")
    inode = t.life.disk.open(t.owner.path)
    inode.watched += 1
    t.fact(row_id, stage=t.token("stage"))
    t.once()
    t.save_in_place(inode, typing(row_id, phone=phone), inode.raw)
    name = next((n for n, i in t.life.disk.names.items() if i is inode), t.owner.path)
    t.once()
    inode.watched -= 1
    t.settle()
    t.save(t.owner, typing(row_id, phone=last))
    t.settle()
    if name != t.owner.path and name not in t.life.disk.names:
        t.life.disk.put(name, inode.raw)
        t.settle()
    t.holds("8.3", row_id, phone=last)
    t.not_asked("8.3", row_id)


def killed_after_the_exchange(t: Trial) -> None:
    """The write is found in its place: what it carried is no edit of the person."""
    (row_id,) = t.plant()
    second = t.token("stage")
    t.fact(row_id, stage=t.token("stage"))
    with t.killed_at("fsync folder", times=2):  # the first is before the exchange
        t.once()
    t.fact(row_id, stage=second)
    if t.rng.random() < 0.5:
        t.save(t.owner, typing(row_id, name=t.token("name")))
    t.settle()
    t.holds("I13", row_id, stage=second)
    t.not_asked("I13", row_id)


def killed_with_the_book_aside(t: Trial) -> None:
    """Where two files cannot be swapped, a crash leaves the name free: the book comes back."""
    row_id, values = _to_be_moved_aside(t)
    with t.killed_at("rename", times=2):
        t.once()
    if t.owner.path in t.life.disk.names:
        return  # another book was written first
    _comes_back(t, row_id, values)


def refused_with_the_book_aside(t: Trial) -> None:
    """The disk gives the name neither to the new file nor back to the old one, for a while."""
    row_id, values = _to_be_moved_aside(t)
    with t.refused_from("rename", 2):
        for _ in range(t.rng.choice((1, 5))):
            t.once()
    _comes_back(t, row_id, values)


def _to_be_moved_aside(t: Trial) -> tuple[str, dict[str, str]]:
    """A row whose book the next pass writes on a disk that swaps no files; what it must hold."""
    (row_id,) = t.plant()
    values = {"note": t.token("note"), "stage": t.token("stage")}
    t.life.disk.swaps = False
    t.save(t.owner, typing(row_id, note=values["note"]))
    t.fact(row_id, stage=values["stage"])
    return row_id, values


def _comes_back(t: Trial, row_id: str, values: dict[str, str]) -> None:
    t.once()
    t.must("9", "the book was left aside", hold=t.owner.path in t.life.disk.names)
    t.settle()
    t.holds("I13", row_id, **values)


def _token(raw: bytes) -> str:
    return sha256(raw).hexdigest()


FILES = (
    an_old_file_brings_no_edits,
    an_old_file_with_edits,
    an_older_save_of_one_stamp,
    the_same_old_file_again_and_again,
    a_file_without_its_stamp,
    another_teams_file,
    another_program_took_edits_back,
    an_open_book_is_not_written,
    what_waited_is_no_base,
    a_late_save,
    new_rows_that_move_in_a_displaced_file,
    two_late_saves,
    a_save_that_only_the_check_saw,
    a_save_between_check_and_exchange,
    a_displaced_save_written_over,
    a_merged_save_comes_back,
    killed_after_the_exchange,
    killed_with_the_book_aside,
    refused_with_the_book_aside,
)
