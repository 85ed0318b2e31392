"""Copies of the team's books that lie in its folder: recognised by what is in them, told once.

A book tells by its stamp whose it is, whatever its file is called. A workbook that lost the stamp,
or into which a sheet was copied, still has the hidden ids of rows, and those carry a check that
belongs to the team. A changed copy beside its book is not told here: the pass reads it as a second
save and says so itself (`sync.beside`). Nothing is moved or written: people put such files away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

from model.errors import CrmError
from model.records import BookState, KeptKind, Question, QuestionKind, Stance
from model.row_ids import belongs
from model.snapshot import Stamp
from model.texts import copied as said
from model.texts.questions import Words
from store import Reader
from sync.beside import NOT_OURS
from sync.cycle import SHOWN
from sync.desk import NEXT
from sync.leavers import LEAVERS_FOLDER
from sync.looking import token_of
from sync.ooxml import BookFile
from sync.ooxml.package import Package
from sync.place import is_file
from sync.team import HEAD_FOLDER, OWNER_BOOK, REPORTS_FOLDER, Team
from sync.walking import files_under
from sync.world import Disk, FileMark, World

KEY = "copied|"
ENDINGS = (".xlsx", ".xlsm")
MOST_BYTES = 100_000_000
EVERY = timedelta(minutes=10)
"""How often a running service goes through the folder."""
_ROW_ID = re.compile(rb"\b[A-Z2-7]{16}-[A-Z2-7]{4}\b")


@dataclass(slots=True)
class Looked:
    """What a process remembers, so that a file is opened once."""

    at: datetime | None = None
    marks: dict[PurePath, FileMark] = field(default_factory=dict)
    found: dict[PurePath, Question] = field(default_factory=dict)

    def is_due(self, now: datetime) -> bool:
        """Whether the folder is to be gone through again; a clock set back counts."""
        return self.at is None or abs(now - self.at) >= EVERY


def tell_copies(team: Team, world: World, looked: Looked) -> int:
    """Number of copies told for the first time; questions about copies that went away are gone."""
    looked.at = world.now()
    with team.store.read() as reader:
        states = tuple(s for s in reader.books() if not s.book.endswith(NEXT))
    look = _Look(team, world.disk, states)
    marks = dict(look.others())
    for path, mark in marks.items():
        if looked.marks.get(path) != mark:
            looked.found.pop(path, None)
            if (question := look.at(path)) is not None:
                looked.found[path] = question
    looked.marks = marks
    looked.found = {path: one for path, one in looked.found.items() if path in marks}
    return _put(team, tuple(looked.found.values()), world.now().astimezone(UTC))


@dataclass(frozen=True, slots=True)
class _Look:
    """One walk through the folder of a team."""

    team: Team
    disk: Disk
    states: Sequence[BookState]

    def others(self) -> Iterator[tuple[PurePath, FileMark]]:
        """Workbooks that are no books of the team, with their marks."""
        folder = self.team.settings.folder
        own = {self.team.path(s) for s in self.states if is_file(s)}
        ours = (folder / HEAD_FOLDER / REPORTS_FOLDER, folder / HEAD_FOLDER / LEAVERS_FOLDER)
        for path in files_under(self.disk, folder):
            named = path.name.casefold().endswith(ENDINGS) and not path.name.startswith(NOT_OURS)
            if named and path not in own and not any(map(path.is_relative_to, ours)):
                with suppress(OSError):
                    yield path, self.disk.stat(path)

    def at(self, path: PurePath) -> Question | None:
        """What is to be told of a file; None when it is nobody's copy."""
        try:
            raw = self.disk.read(path)
            if len(raw) > MOST_BYTES:
                return None
            file = self.team.books.open(raw, name=path.name)
            stamp = self.team.books.stamp(file)
        except (OSError, CrmError):
            return None
        place = path.relative_to(self.team.settings.folder).as_posix()
        if stamp is None:
            inside = file.package if isinstance(file, BookFile) else None
            if inside is None or not self._has_our_rows(inside):
                return None
            return _question(place, "rows", said.rows_copied(place), self.team.settings.owner)
        if stamp.family != self.team.settings.family:
            return _question(place, stamp.family, said.other_team(place), self.team.settings.owner)
        return self._of_book(path, place, stamp, token_of(raw))

    def _of_book(self, path: PurePath, place: str, stamp: Stamp, token: str) -> Question | None:
        mark = f"{stamp.book} {stamp.generation}"
        book = next((s for s in self.states if s.book == stamp.book), None)
        if book is not None and is_file(book) and self.team.path(book).parent == path.parent:
            with self.team.store.read() as reader:
                known = reader.kept(book.book, token=token)
            if not known or known[-1].kind is KeptKind.COPY:
                return None  # changed: the pass reads it as a second save and tells so itself
            whom = book.person if book.book != OWNER_BOOK else self.team.settings.owner
            return _question(place, mark, said.safety_copy(place, stamp.generation), whom)
        name = PurePath(book.path).stem if book is not None else stamp.book
        words = said.book_copied(place, name, stamp.generation)
        return _question(place, mark, words, self.team.settings.owner)

    def _has_our_rows(self, package: Package) -> bool:
        """Whether a part has the id of a row of this team."""
        family = self.team.settings.family
        for member in package.members:
            if not member.name.endswith(".xml"):
                continue
            with suppress(CrmError):
                found = set(_ROW_ID.findall(package.read(member)))
                if any(belongs(family, row_id.decode()) for row_id in found):
                    return True
        return False


def _question(place: str, mark: str, words: Words, whom: str) -> Question:
    return Question(
        key=f"{KEY}{place}|{mark}",
        kind=QuestionKind.NOTE,
        about=words.about,
        where=place,
        wrong=words.wrong,
        proposal=words.proposal,
        whom=whom,
    )


def _put(team: Team, found: Sequence[Question], at: datetime) -> int:
    """Ask what was not asked before, and let go of what went away."""
    with team.store.read() as reader:
        fresh = [one for one in found if _is_fresh(reader, one)]
        gone = _gone(reader, {one.key for one in found})
    if not fresh and not gone:
        return 0
    with team.store.write() as writer:
        for one in fresh:
            writer.ask(one, at=at)
        for one in gone:
            writer.settle(one.number, Stance.GONE, answer="", at=at, outcome="")
        writer.set_meta(SHOWN, "")  # a pass is due that shows it
    return len(fresh)


def _is_fresh(reader: Reader, question: Question) -> bool:
    """Whether it was never asked, or the copy had gone and lies there again."""
    was = reader.question_by_key(question.key)
    return was is None or was.stance is Stance.GONE


def _gone(reader: Reader, here: set[str]) -> list[Question]:
    waiting = reader.questions(stances={Stance.OPEN, Stance.LATER})
    return [q for q in waiting if q.key.startswith(KEY) and q.key not in here]
