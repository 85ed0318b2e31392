"""Books that one program has open (`sync.programs.Live`): read, compared, written and checked.

A child process speaks with the program (`children`). It is started when somebody seems to have a
book open, killed when it does not answer in time, and started anew at the next look. What it hears
of changes is a hint: the cells themselves are compared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import Any

from model.blueprint import HEADER_ROW, KEY_ROW, Blueprint, Role
from model.errors import LiveBusy, LiveUnsettled, WorkbookChanged
from model.records import BookState
from model.values import plain
from sync.books.google.reading import declared
from sync.books.google.requests import Change, changes
from sync.books.google.verifying import id_cols, of_table
from sync.books.live.content import LiveFile, written_down
from sync.books.live.mending import mended
from sync.books.opened import Opened
from sync.books.stamp import NAME
from sync.books.written import Sheet, body_of
from sync.looking import Look
from sync.ooxml import CellKind, CellScan, Patched, digits_kept
from sync.place import Written
from sync.programs import Reached
from sync.world import Gone, Speaker, World

LOOK_WITHIN, READ_WITHIN, WRITE_WITHIN = 5.0, 60.0, 120.0
"""Seconds that the program is given."""
WHOLE_EVERY = timedelta(minutes=1)
"""So often an open book is read although nothing was heard of it."""
STILL_FOR = 2.0
"""Seconds without an edit before a pass is due for one."""
LONGEST = timedelta(seconds=15)
"""Of editing without a pause, after which a pass is due all the same."""
LEFT_ALONE = timedelta(minutes=1)
"""So long a program that did not answer in time is not asked: passes over other books go on."""
REPAIRS = 3
WHY = {"typing": "в ней печатают", "readonly": "она открыта только для чтения"}
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Program:
    """One program: what it is called, and by which file beside a book it shows."""

    name: str
    sign: Callable[..., str]
    start: Callable[[], Speaker]


@dataclass(slots=True)
class Watched:
    """What is remembered of one open book between looks."""

    session: str = ""
    count: int = -1
    """Of changes, when the book was read or written last."""
    read_at: datetime | None = None
    heard_at: datetime | None = None
    """When a change was heard of that no pass has taken yet."""
    added: tuple[Told, ...] = ()
    """The new rows of the last write, as orders: whoever takes it back deletes none of them."""


@dataclass(slots=True)
class Documents:
    """The books that a program has open."""

    program: Program
    idle: float = 1.5
    """Seconds that the person must have rested before a write."""
    watched: dict[str, Watched] = field(default_factory=dict)
    open: dict[str, Reached] = field(default_factory=dict)
    _speaker: Speaker | None = None
    _silent_until: datetime | None = None

    def see(
        self,
        world: World,
        state: BookState,
        path: PurePath,
        blueprint: Blueprint,
        *,
        last: bytes | None,
    ) -> tuple[Look, bytes] | None:
        """The open document as it stands; None when it is not open here, or not to be written."""
        self.open.pop(state.book, None)
        told = self._ask(world, path, {"do": "read", "path": str(path)}, READ_WITHIN)
        if not told or told["readonly"]:
            return None
        added = self._added(state)
        if told["undone"] and added:
            told = self._laid_again(state, path, told, added)
        self._remember(state, told, world.now(), added)
        role = Role(state.role)
        tabs = tuple(declared(tab, blueprint, role) for tab in map(sheet_of, told["tabs"]))
        at = world.now().astimezone(UTC).isoformat(timespec="microseconds")
        raw = written_down(tabs, told["stamp"], at=at)
        if last is not None and body_of(last) == body_of(raw):
            raw = last
        return Look(state, path, world.disk.stat(path), None), raw

    def write(
        self, world: World, before: Opened, patched: Patched, state: BookState, path: PurePath
    ) -> Written:
        """The planned content in the open document; what hit another record is put back."""
        assert isinstance(before, LiveFile)  # noqa: S101  # by `see`
        after = LiveFile(patched.raw, before.name)
        moved = {
            old.title: changes(old, new)
            for old, new in zip(before.tabs, after.tabs, strict=True)
            if old.hidden != new.hidden or changes(old, new)
        }
        orders = [_order(before.tab(t), after.tab(t), cells) for t, cells in moved.items()]
        got = self._write(state, path, orders, after.names.get(NAME, ""))
        undone: set[tuple[str, int]] = set()
        for _ in range(REPAIRS):
            there = {tab.title: tab for tab in map(sheet_of, got["tabs"])}
            backs: list[Told] = []
            for title, cells in moved.items():
                old, now = before.tab(title), there[title]
                found = [mended(old, now, of_table(old, cells, c), c) for c in id_cols(old)]
                undone |= {(title, row) for one in found for row in one.undone}
                back = [change for one in found for change in one.cells]
                if back:
                    backs.append(_repair(now, back))
            if not backs:
                break
            got = self._write(state, path, backs, "")
        self._remember(state, got, world.now(), tuple(filter(None, map(_new_rows, orders))))
        return Written(frozenset(undone))

    def _added(self, state: BookState) -> tuple[Told, ...]:
        watched = self.watched.get(state.book)
        return () if watched is None else watched.added

    def _laid_again(
        self, state: BookState, path: PurePath, told: Told, added: tuple[Told, ...]
    ) -> Told:
        """The person took our step back to reach an own one: the new rows of it come again.

        Values that it gave to rows of theirs stay as they put them back.
        """
        try:
            self._write(state, path, added, told["stamp"])
        except (LiveBusy, LiveUnsettled, WorkbookChanged):
            return told  # they work there: what is missing counts as deleted, and is in the basket
        return self._asked({"do": "read", "path": str(path)}, READ_WITHIN) or told

    def _write(
        self,
        state: BookState,
        path: PurePath,
        orders: Iterable[Told],
        stamp: str,
    ) -> Told:
        order = {
            "do": "write",
            "path": str(path),
            "session": self.watched[state.book].session,
            "idle": self.idle if stamp else 0,
            "stamp": stamp,
            "tabs": list(orders),
        }
        name = path.name
        try:
            got = self._asked(order, WRITE_WITHIN)
        except Gone as error:
            raise LiveUnsettled(name=name, program=self.program.name) from error
        if got is None or "moved" in got:
            raise WorkbookChanged(name=name, frozen=())
        if "busy" in got:
            raise LiveBusy(name=name, program=self.program.name, why=WHY.get(got["busy"], ""))
        return got

    def moved(self, world: World, books: Mapping[str, PurePath]) -> bool:
        """Whether an open book moved and rests, was opened or closed, or not read for long."""
        seen = {book: path for book, path in books.items() if self._may_be_open(world, path)}
        if not seen:
            return bool(self._closed(frozenset()))
        order = {"do": "look", "paths": [str(path) for path in seen.values()]}
        try:
            told = self._in_time(world, order, LOOK_WITHIN) or {}
        except Gone:
            return False
        here = {book: told[str(path)] for book, path in seen.items() if str(path) in told}
        writable = {book: one for book, one in here.items() if not one["readonly"]}
        due = [self._is_due(book, one, world.now()) for book, one in writable.items()]
        return any(due) or bool(self._closed(frozenset(writable)))

    def reached(self) -> Mapping[str, Reached]:
        """The books that the last looks found open."""
        return self.open

    def close(self) -> None:
        """The child ends; the program goes on."""
        if self._speaker is not None:
            self._speaker.end()
            self._speaker = None

    def _closed(self, still: frozenset[str]) -> tuple[str, ...]:
        """Books that were open at the last look and are no more."""
        gone = tuple(book for book in self.open if book not in still)
        for book in gone:
            del self.open[book]
        return gone

    def _is_due(self, book: str, told: Told, now: datetime) -> bool:
        watched = self.watched.get(book)
        if watched is None or watched.session != told["session"] or watched.read_at is None:
            return True
        if watched.count != told["count"]:
            watched.heard_at = watched.heard_at or now
            resting = told["idle"] >= STILL_FOR and not told["waits"]
            return resting or now - watched.heard_at >= LONGEST
        return now - watched.read_at >= WHOLE_EVERY

    def _remember(
        self, state: BookState, told: Told, now: datetime, added: tuple[Told, ...]
    ) -> None:
        self.watched[state.book] = Watched(told["session"], told["count"], now, added=added)
        self.open[state.book] = Reached(
            self.program.name,
            told["session"],
            modified=told["modified"],
            waits=WHY.get(told["waits"], ""),
        )

    def _may_be_open(self, world: World, path: PurePath) -> bool:
        """Whether it is worth asking: a sign lies beside the book, or the child runs anyhow."""
        if self._silent_until is not None and world.now() < self._silent_until:
            return False
        if self._speaker is not None:
            return True
        return world.disk.exists(path.with_name(self.program.sign(name=path.name)))

    def _ask(self, world: World, path: PurePath, order: Told, seconds: float) -> Told | None:
        """An answer, or None from a program that is not there or does not answer."""
        if not self._may_be_open(world, path):
            return None
        try:
            return self._in_time(world, order, seconds)
        except Gone:
            return None

    def _in_time(self, world: World, order: Told, seconds: float) -> Told | None:
        """The answer; a program that lets all the seconds pass is left alone for a while."""
        since = world.now()
        try:
            return self._asked(order, seconds)
        except Gone:
            if world.now() - since >= timedelta(seconds=seconds):
                self._silent_until = world.now() + LEFT_ALONE
            raise

    def _asked(self, order: Told, seconds: float) -> Told | None:
        if self._speaker is None:
            self._speaker = self.program.start()
        try:
            answer = json.loads(self._speaker.ask(json.dumps(order), within=seconds))
        except Gone:
            self.close()
            raise
        if answer.get("away"):
            return None
        if "ok" not in answer:
            self.close()
            raise Gone(str(answer.get("fault", "")))
        found: Told | None = answer["ok"]
        return found


def sheet_of(told: Told) -> Sheet:
    """A tab as a child tells it."""
    rows = {number: tuple(map(_cell, cells)) for number, *cells in told["rows"]}
    return Sheet(
        told["id"],
        told["title"],
        told["hidden"],
        told["height"],
        told["width"],
        tuple(told["merged"]),
        rows,
    )


def _cell(told: list[Any]) -> CellScan:
    col, value, *formula = told
    kind, text = _kind(value)
    return CellScan(col, kind, text, formula[0] if formula else None)


def _kind(value: Any) -> tuple[CellKind, str]:
    if isinstance(value, bool):
        return CellKind.BOOL, "1" if value else "0"
    if isinstance(value, int | float):
        return CellKind.NUMBER, plain(digits_kept(value))
    if isinstance(value, dict):
        return CellKind.ERROR, value["e"]
    return CellKind.TEXT, value or ""


def _value(cell: CellScan | None) -> Any:
    if cell is None or cell.kind is CellKind.EMPTY:
        return None
    if cell.kind is CellKind.NUMBER:
        return float(cell.text)
    if cell.kind is CellKind.BOOL:
        return cell.text == "1"
    return {"e": cell.text} if cell.kind is CellKind.ERROR else cell.text


def _told(cell: CellScan | None) -> list[Any] | None:
    if cell is None:
        return None
    if cell.formula is not None:
        return [cell.col, None, cell.formula]
    return [cell.col, _value(cell)]


def _order(before: Sheet, after: Sheet, moved: tuple[Change, ...]) -> Told:
    """What is put into a tab, and what must stand there for it."""
    ids = id_cols(before)
    rows = {one.row for one in moved}
    named = {n for n in rows if any((c := before.cell(n, col)) and c.text for col in ids)}
    whole = [KEY_ROW, *sorted(rows - named)]
    cells = [[one.row, one.col, _told(one.before)] for one in moved]
    cells += [[n, col, _told(before.cell(n, col))] for n in sorted(named) for col in sorted(ids)]
    return {
        "title": before.title,
        "whole": [[n, [_told(c) for c in before.rows.get(n, ())]] for n in whole],
        "cells": cells,
        "put": [_put(one) for one in sorted(moved, key=lambda c: (c.row, c.col not in ids, c.col))],
        "like": _pattern(before, ids),
        "hidden": after.hidden if after.hidden != before.hidden else None,
    }


def _new_rows(order: Told) -> Told | None:
    """The part of an order that fills rows in which nothing but formulas of ours stood."""
    blank = [[n, cells] for n, cells in order["whole"] if all(len(c) > 2 for c in cells)]
    rows = {n for n, _ in blank} - {KEY_ROW}
    if not rows:
        return None
    put = [one for one in order["put"] if one[0] in rows]
    whole = [one for one in order["whole"] if one[0] in rows or one[0] == KEY_ROW]
    return {**order, "whole": whole, "cells": [], "put": put, "hidden": None}


def _put(one: Change) -> list[Any]:
    formula = None if one.after is None else one.after.formula
    return [one.row, one.col, None if formula is not None else _value(one.after), formula]


def _pattern(tab: Sheet, ids: frozenset[int]) -> list[int] | None:
    """First and last column of the one table of a tab, and the row that looks like all others."""
    keys = [c.col for c in tab.rows.get(KEY_ROW, ()) if "." in c.text]
    return [min(keys), max(keys), HEADER_ROW + 1] if len(ids) == 1 and keys else None


def _repair(there: Sheet, back: Iterable[Change]) -> Told:
    cells = tuple(back)
    return {
        "title": there.title,
        "whole": [],
        "cells": [[c.row, c.col, _told(there.cell(c.row, c.col))] for c in cells],
        "put": [_put(c) for c in cells],
        "like": None,
        "hidden": None,
    }
