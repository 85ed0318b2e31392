"""Locks by role: columns of the program can be edited by the service account alone.

A lock is known by its description. Locks of people are left alone; ours are listed at every read
and set again where somebody took one away. The owner of a spreadsheet can always edit: locks are
against slips, not for secrecy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.blueprint import FIRST_ROW, KEY_ROW, STRIP_ROW, Blueprint, Owner, Role, SlotKind
from sync.books.google.requests import Request
from sync.books.read import carries
from sync.books.written import Sheet

TAG = "sheetcrm "
"""Start of the description of our locks."""
DAEMON = frozenset({Owner.COMPUTED, Owner.SYSTEM})


@dataclass(frozen=True, slots=True)
class Lock:
    """One protected range as it should be."""

    tag: str
    area: Mapping[str, int]
    robot: str
    free: tuple[Mapping[str, int], ...] = ()

    def told(self) -> dict[str, Any]:
        """ProtectedRange."""
        told = {
            "range": dict(self.area),
            "description": self.tag,
            "editors": {"users": [self.robot]},
        }
        return told | ({"unprotectedRanges": [dict(a) for a in self.free]} if self.free else {})


def wanted_locks(
    tabs: Sequence[Sheet], blueprint: Blueprint, role: Role, robot: str
) -> tuple[Lock, ...]:
    """The locks that a book should have."""
    return tuple(_wanted(tabs, blueprint, role, robot))


def _wanted(tabs: Sequence[Sheet], blueprint: Blueprint, role: Role, robot: str) -> Iterator[Lock]:
    for tab in tabs:
        lines = {n: {c.col: c for c in row} for n, row in tab.rows.items() if n == KEY_ROW}
        keys = {c.text: c.col for c in tab.rows.get(KEY_ROW, ())}
        for name in blueprint.books[role].sheets:
            sheet = blueprint.sheets[name]
            if not carries(sheet, lines):
                continue
            if sheet.slots:
                free = _inputs(tab, sheet.slots, keys)
                yield Lock(f"{TAG}{name}", {"sheetId": tab.id}, robot, free)
                continue
            rows = {"startRowIndex": 0, "endRowIndex": STRIP_ROW}
            yield Lock(f"{TAG}{name}", {"sheetId": tab.id, **rows}, robot)
            for table in sheet.tables:
                for column in blueprint.columns_of(role, table):
                    col = keys.get(f"{table}.{column.key}")
                    if column.owner in DAEMON and col is not None:
                        tag = f"{TAG}{table}.{column.key}"
                        yield Lock(tag, _column(tab, col), robot)


def _column(tab: Sheet, col: int) -> dict[str, int]:
    return {
        "sheetId": tab.id,
        "startRowIndex": FIRST_ROW - 1,
        "startColumnIndex": col - 1,
        "endColumnIndex": col,
    }


def _inputs(tab: Sheet, slots: Iterable[Any], keys: Mapping[str, int]) -> tuple[Any, ...]:
    """Cells of a screen that people type into."""
    rows = {row[0].text: n for n, row in tab.rows.items() if row and row[0].col == 1}
    return tuple(
        {
            "sheetId": tab.id,
            "startRowIndex": rows[s.row] - 1,
            "endRowIndex": rows[s.row],
            "startColumnIndex": keys[s.col] - 1,
            "endColumnIndex": keys[s.col],
        }
        for s in slots
        if s.kind is SlotKind.INPUT and s.row in rows and s.col in keys
    )


def mended(
    wanted: Sequence[Lock], found: Iterable[tuple[int, Mapping[str, Any]]]
) -> Iterator[Request]:
    """Requests that bring our locks back to what they should be."""
    ours: dict[str, list[Mapping[str, Any]]] = {}
    for _, lock in found:
        if str(lock.get("description", "")).startswith(TAG):
            ours.setdefault(lock["description"], []).append(lock)
    for one in wanted:
        known = ours.pop(one.tag, [])
        right = [lock for lock in known if _same(one, lock)]
        if not right:
            yield {"addProtectedRange": {"protectedRange": one.told()}}
        for lock in known:
            if lock not in right[:1]:
                yield _removed(lock)
    for left in ours.values():
        yield from map(_removed, left)


def _removed(lock: Mapping[str, Any]) -> Request:
    return {"deleteProtectedRange": {"protectedRangeId": lock["protectedRangeId"]}}


def _same(one: Lock, lock: Mapping[str, Any]) -> bool:
    """Whether a lock is as it should be; its size past the end of the grid does not count."""
    if lock.get("warningOnly") or one.robot not in lock.get("editors", {}).get("users", ()):
        return False
    free = [_bare(area) for area in lock.get("unprotectedRanges", ())]
    return _bare(one.area) == _bare(lock.get("range", {})) and free == [_bare(a) for a in one.free]


def _bare(area: Mapping[str, int]) -> dict[str, int]:
    return {k: v for k, v in area.items() if v}
