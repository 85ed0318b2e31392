"""The spreadsheets of one key: read, compared, written and checked (`sync.place.Online`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL

from model.blueprint import Blueprint, Role
from model.errors import (
    CrmError,
    GoogleAway,
    GoogleDenied,
    GoogleRefused,
    GoogleUnsettled,
    NotOurWorkbook,
    WorkbookChanged,
)
from model.records import BookState
from model.snapshot import Stamp
from sync.books.google.client import Away, Connect, Denied, PatientClient, Refused, Unknown
from sync.books.google.content import GoogleFile
from sync.books.google.doubting import Doubt, same_tabs
from sync.books.google.loading import stamp_in, stamp_of
from sync.books.google.painting import painted
from sync.books.google.protecting import mended, wanted_locks
from sync.books.google.reading import (
    FIELDS,
    Answer,
    content_of,
    dead_names_of,
    holds_something,
    locks_of,
    sheets_of,
)
from sync.books.google.requests import Change, Request, changes, put, requests
from sync.books.google.sharing import about, accesses, exported, give
from sync.books.google.verifying import id_cols, misplaced, of_table, stands
from sync.books.google.watching import (
    LOOK,
    WHOLE_EVERY,
    Watched,
    digests_of,
    is_busy,
    is_known,
    pause_of,
)
from sync.books.opened import Opened
from sync.books.stamp import stamp_text
from sync.books.written import Sheet, body_of
from sync.looking import Look
from sync.ooxml import Patched
from sync.place import Access, Written, key_of, path_to
from sync.world import FileMark, World

REPAIRS = 3


@dataclass(slots=True)
class Place:
    """All spreadsheets that one service account keeps."""

    connect: Connect
    robot: str
    """Address of the service account."""
    watched: dict[str, Watched] = field(default_factory=dict)
    doubts: dict[str, Doubt] = field(default_factory=dict)
    """By key, writes whose end nobody saw."""
    _client: PatientClient | None = None

    def client(self, world: World) -> PatientClient:
        """The one client, so that all calls share its buckets."""
        if self._client is None:
            self._client = self.connect(world)
        return self._client

    def see(
        self, world: World, state: BookState, blueprint: Blueprint, *, last: bytes | None
    ) -> tuple[Look, bytes]:
        """The book as it stands; the very bytes `last` when nothing in it moved since."""
        watched = self.watched.setdefault(key_of(state), Watched())
        doubtful = key_of(state) in self.doubts
        if last is not None and not doubtful and is_known(watched, last, world.now()):
            return Look(state, PurePath(watched.title), FileMark(len(last), 0, 0), None), last
        answer = self.read(world, state)
        if doubtful:
            answer = self._settled(world, state, answer)
        watched.digests = digests_of(sheets_of(answer))
        watched.read_at, watched.quiet_at, watched.answer = world.now(), None, answer
        told = answer["properties"]
        watched.zone, watched.locale = told.get("timeZone", ""), told.get("locale", "")
        at = world.now().astimezone(UTC).isoformat(timespec="microseconds")
        raw = content_of(answer, blueprint, Role(state.role), at=at)
        if last is not None and body_of(last) == body_of(raw):
            raw = last
        watched.title, watched.token = str(told["title"]), sha256(raw).hexdigest()
        return Look(state, PurePath(watched.title), FileMark(len(raw), 0, 0), None), raw

    def read(
        self, world: World, state: BookState, titles: Iterable[str] = (), *, fields: str = FIELDS
    ) -> Answer:
        """Everything that stands in a spreadsheet, or in some of its tabs."""
        params: dict[str, Any] = {"fields": fields}
        ranges = [_quoted(title) for title in titles]
        if ranges:
            params["ranges"] = ranges
        with _worded(state, self.robot):
            response = self.client(world).request(
                "get", SPREADSHEET_URL % key_of(state), params=params
            )
            answer: Answer = _json(response)
            return answer

    def write(
        self, world: World, before: Opened, patched: Patched, state: BookState, blueprint: Blueprint
    ) -> Written:
        """The planned content in the live book; what hit another record is put back."""
        assert isinstance(before, GoogleFile)  # noqa: S101  # by `is_file`
        after = GoogleFile(patched.raw, before.name)
        moved = {
            old.title: changes(old, new) for old, new in zip(before.tabs, after.tabs, strict=True)
        }
        touched = tuple(title for title, cells in moved.items() if cells)
        try:
            found = sheets_of(self.read(world, state, touched))
        except GoogleRefused as error:  # a tab got another name meanwhile
            raise WorkbookChanged(name=state.path.rpartition("/")[2], frozen=()) from error
        fresh = same_tabs(found, before, touched)
        ids = {title: id_cols(before.tab(title)) for title in touched}
        for title in touched:
            known = fresh.get(title)
            if known is None or not stands(before.tab(title), known, moved[title], ids[title]):
                raise WorkbookChanged(name=state.path.rpartition("/")[2], frozen=())
        batch = [*requests(before, after), *self._locks(state, blueprint)]
        doubt = Doubt(before, stamp_of(after), moved, fresh)
        self.doubts[key_of(state)] = doubt
        try:
            got = self._send(world, state, batch, touched, doubt.stamp)
        except GoogleUnsettled:
            raise
        except CrmError:  # it did not take place
            del self.doubts[key_of(state)]
            raise
        there = same_tabs(got, before, touched)
        done = _Done(tuple(there), moved, ids, fresh, there)
        written = self._repaired(world, state, done, before)
        del self.doubts[key_of(state)]
        watched = self.watched.get(key_of(state))
        if watched is not None and not written.undone:
            planned = digests_of(tuple(after.tab(title) for title in touched))
            watched.digests = {**watched.digests, **planned}
            watched.token = patched.receipt.sha_after
        return written

    def found(self, world: World, key: str, stamp: Stamp, raw: bytes) -> str:
        """An empty spreadsheet gets the form of a workbook; its title."""
        state = BookState(stamp.book, path_to(key, key), Role.OWNER.value, "")
        answer = self.read(world, state)
        title, tabs = str(answer["properties"]["title"]), sheets_of(answer)
        known = stamp_in(tabs)
        if known is not None and (known.family, known.book) == (stamp.family, stamp.book):
            return title
        if holds_something(tabs):
            raise NotOurWorkbook(name=title)
        batch = painted(raw, stamp_text(stamp), emptied=tuple(tab.id for tab in tabs)).requests
        self._post(world, state, {"requests": list(batch)}, "spreadsheetId")
        return title

    def _post(self, world: World, state: BookState, body: Mapping[str, Any], fields: str) -> Any:
        url = SPREADSHEET_BATCH_UPDATE_URL % key_of(state)
        with _worded(state, self.robot):
            params = {"fields": fields}
            return _json(self.client(world).request("post", url, params=params, json=body))

    def _locks(self, state: BookState, blueprint: Blueprint) -> list[Request]:
        answer = self.watched.get(key_of(state), Watched()).answer
        if answer is None:
            return []
        wanted = wanted_locks(sheets_of(answer), blueprint, Role(state.role), self.robot)
        return list(mended(wanted, locks_of(answer)))

    def _send(
        self,
        world: World,
        state: BookState,
        batch: list[Request],
        touched: tuple[str, ...],
        stamp: Stamp | None,
    ) -> tuple[Sheet, ...]:
        """The touched tabs right after the batch, from its own answer or from a read.

        With a stamp, raises WorkbookChanged when the batch did not take place; a repair has none,
        whoever asked for it looks again.
        """
        body = {
            "requests": batch,
            "includeSpreadsheetInResponse": True,
            "responseIncludeGridData": True,
            "responseRanges": [_quoted(title) for title in touched],
        }
        name = state.path.rpartition("/")[2]
        try:
            told = self._post(world, state, body, f"spreadsheetId,updatedSpreadsheet({FIELDS})")
            return sheets_of(told["updatedSpreadsheet"])
        except (Unknown, GoogleRefused) as lost:
            try:
                answer = self.read(world, state)
            except CrmError as error:
                raise GoogleUnsettled(name=name) from error
            if stamp is not None and not _took_place(answer, stamp):
                if isinstance(lost, GoogleRefused) and touched == _there(answer, touched):
                    raise
                raise WorkbookChanged(name=name, frozen=()) from lost
            return sheets_of(answer)

    def _repaired(self, world: World, state: BookState, done: _Done, before: GoogleFile) -> Written:
        """Cells that hit another record go back to what that record held."""
        undone: set[tuple[str, int]] = set()
        for _ in range(REPAIRS):
            backs: list[Request] = []
            for title in done.touched:
                for id_col in done.ids[title]:
                    cells = of_table(done.fresh[title], done.moved[title], id_col)
                    for one in misplaced(done.fresh[title], done.got[title], cells, id_col):
                        undone.add((title, one.row))
                        backs += put(done.got[title].id, one.back)
            if not backs:
                break
            titles = tuple(tab.title for tab in done.got.values())
            got = self._send(world, state, backs, titles, None)
            done = done.after(same_tabs(got, before, done.touched))
        return Written(frozenset(undone))

    def _settled(self, world: World, state: BookState, answer: Answer) -> Answer:
        """The book after a write in doubt was settled; raises GoogleUnsettled to look once more."""
        backs = self.doubts[key_of(state)].requests(sheets_of(answer))
        if backs:
            self.reshape(world, state, backs)
            answer = self.read(world, state)
        del self.doubts[key_of(state)]
        return answer

    def sign_in(self, world: World) -> None:
        """Google knows the key; raises GoogleAway, GoogleDenied or GoogleRefused."""
        state = BookState("", path_to("", "ключ"), "", "")
        with _worded(state, self.robot):
            about(self.client(world))

    def accesses(self, world: World, state: BookState) -> tuple[Access, ...]:
        """Everybody who can open a book."""
        with _worded(state, self.robot):
            return accesses(self.client(world), key_of(state))

    def give(self, world: World, state: BookState, email: str) -> None:
        """Somebody may edit a book from now on."""
        try:
            with _worded(state, self.robot):
                give(self.client(world), key_of(state), email)
        except Unknown as lost:
            raise GoogleUnsettled(name=state.path.rpartition("/")[2]) from lost

    def reshape(self, world: World, state: BookState, batch: Iterable[Request]) -> None:
        """A batch that changes the form of a book; raises GoogleUnsettled when nobody knows."""
        try:
            self._post(world, state, {"requests": list(batch)}, "spreadsheetId")
        except Unknown as lost:
            raise GoogleUnsettled(name=state.path.rpartition("/")[2]) from lost

    def dead_names(self, state: BookState) -> dict[str, str]:
        """Names, with their ids, whose cells were taken away before the book was read last."""
        answer = self.watched[key_of(state)].answer or {}
        return dead_names_of(answer)

    def exported(self, world: World, state: BookState) -> bytes:
        """A book as a workbook."""
        with _worded(state, self.robot):
            return exported(self.client(world), key_of(state))

    def told(self, world: World, state: BookState, blueprint: Blueprint) -> Told:
        """How a spreadsheet stands: what Google says of it, and how many of our locks are gone."""
        answer = self.read(world, state)
        props = answer["properties"]
        wanted = wanted_locks(sheets_of(answer), blueprint, Role(state.role), self.robot)
        lost = sum("addProtectedRange" in one for one in mended(wanted, locks_of(answer)))
        cells = sum(
            one["properties"]["gridProperties"]["rowCount"]
            * one["properties"]["gridProperties"]["columnCount"]
            for one in answer["sheets"]
        )
        stamp = stamp_in(sheets_of(answer))
        return Told(
            props["title"],
            props.get("locale", ""),
            props.get("timeZone", ""),
            cells,
            len(wanted),
            lost,
            "" if stamp is None else stamp.book,
        )

    def moved(self, world: World, states: Iterable[BookState]) -> bool:
        """Whether a book seems to have moved since it was last read or written."""
        books = [state for state in states if key_of(state)]
        known = [self.watched.setdefault(key_of(state), Watched()) for state in books]
        busy = sum(is_busy(one, world.now()) for one in known)
        found = False
        for state, watched in zip(books, known, strict=True):
            now = world.now()
            pause = pause_of(watched, now, busy, len(books) - busy)
            if watched.asked_at is None or now - watched.asked_at >= pause:
                watched.asked_at = now
                found = self._asked(world, state, watched, now) or found
        return found

    def _asked(self, world: World, state: BookState, watched: Watched, now: datetime) -> bool:
        if watched.read_at is None or now - watched.read_at >= WHOLE_EVERY:
            return True
        try:
            found = digests_of(sheets_of(self.read(world, state, fields=LOOK)))
        except CrmError:
            return False  # the pass, when one is due, says why it cannot be read
        if found == watched.digests:
            watched.quiet_at = now
            return False
        watched.moved_at, watched.quiet_at = now, None
        return True


@dataclass(frozen=True, slots=True)
class Told:
    """What `google status` says of a spreadsheet."""

    title: str
    locale: str
    zone: str
    cells: int
    locks: int
    locks_lost: int
    book: str
    """The book that its stamp names; empty without a stamp."""


@dataclass(frozen=True, slots=True)
class _Done:
    """A write and what its answer shows."""

    touched: tuple[str, ...]
    moved: Mapping[str, tuple[Change, ...]]
    ids: Mapping[str, frozenset[int]]
    fresh: Mapping[str, Sheet]
    got: Mapping[str, Sheet]

    def after(self, got: Mapping[str, Sheet]) -> _Done:
        """The same write after a repair."""
        return _Done(tuple(got), self.moved, self.ids, self.fresh, got)


def _took_place(answer: Answer, stamp: Stamp) -> bool:
    """Whether a batch was carried out: its stamp is part of it."""
    return stamp_in(sheets_of(answer)) == stamp


def _there(answer: Answer, titles: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the titles that tabs still have."""
    known = {one["properties"]["title"] for one in answer["sheets"]}
    return tuple(title for title in titles if title in known)


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def _json(response: Any) -> Any:
    return json.loads(response.content)


class _worded:  # noqa: N801  # reads as a word after `with`
    """Failures of the client in the team's words; Unknown passes."""

    def __init__(self, state: BookState, robot: str) -> None:
        self._name, self._robot = state.path.rpartition("/")[2], robot

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        if isinstance(error, Away):
            raise GoogleAway(name=self._name, reason=error.reason) from error
        if isinstance(error, Denied):
            raise GoogleDenied(name=self._name, robot=self._robot) from error
        if isinstance(error, Refused):
            raise GoogleRefused(name=self._name, reason=error.reason) from error
