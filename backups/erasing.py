"""The file of copies made anew without something: each copy is changed, kept and folded again.

Parts are kept as differences from older parts, so taking something out of one place would leave it
in the key that others differ from. A fresh file has none of it. Numbers, moments and reasons of the
copies stay; a copy that cannot be changed is left out and named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from backups.copies import Copy
from backups.sqlite import SqliteBackups
from model.errors import BackupDamaged

Change = Callable[[Copy, bytes], bytes | None]
"""The bytes of a copy as they are to be; None when they cannot be looked into."""


@dataclass(slots=True)
class Renewed:
    """What was made anew."""

    copies: int = 0
    moved: dict[str, str] = field(default_factory=dict)
    """Fingerprints of contents that changed: before to after."""
    left_out: list[int] = field(default_factory=list)
    """Copies that could not be read or looked into."""


def renewed(
    old: SqliteBackups, fresh: SqliteBackups, change: Change, *, whole: frozenset[str]
) -> Renewed:
    """Every copy of one file in another one, which is empty; `whole` as `fold` wants it."""
    done = Renewed()
    for copy in reversed(old.list()):
        token = copy.sha256
        raw = _again(fresh, done.moved.get(token, token)) or _changed(old, copy, change)
        if raw is None:
            done.left_out.append(copy.id)
            continue
        after = sha256(raw).hexdigest()
        if after != token:
            done.moved[token] = after
        fresh.put(Copy(copy.id, copy.book, copy.at, after, len(raw), copy.why), raw)
        told = old.told(token)
        if told is not None and after == token:
            fresh.tell(token, told)
        fresh.fold(after, whole=whole)
        done.copies += 1
    return done


def _changed(old: SqliteBackups, copy: Copy, change: Change) -> bytes | None:
    try:
        return change(copy, old.read(copy.id))
    except BackupDamaged:
        return None


def _again(fresh: SqliteBackups, token: str) -> bytes | None:
    """A content that another copy brought already."""
    known = fresh.find(token)
    return None if known is None else fresh.read(known.id)


def put_in_place(fresh: Path, live: Path) -> None:
    """The new file stands under the name of the old one, of which nothing is left."""
    for path in (fresh, live):
        SqliteBackups(path).settle()
    fresh.replace(live)
