"""From which content a save descends: the decision of section 7, made once and remembered.

The backups have the bytes of every save seen and of every write; they are parsed only when the
newest base is not the one. While a book is held the decision stays: the strip that we write gives
the file a new stamp, not a new past.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from model.errors import CrmError
from model.records import Kept, KeptKind
from model.row_ids import belongs
from model.snapshot import Snapshot, Stamp, TableRead
from store import Writer
from sync.absorb import came_as
from sync.desk import Desk, Left
from sync.merge.bases import (
    MOST,
    Content,
    Descent,
    Distance,
    alike,
    as_joined,
    content_of,
    descent,
    distance,
    distinct,
    nearest,
    sure,
    with_nameless,
)
from sync.nameless import Nameless, remembered
from sync.team import Team

Contents = Mapping[str, Content]
"""By table."""
REMEMBERED = 8
"""Parsed contents that a running daemon keeps."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a save descends from; `base` is set where it is not simply the newest content."""

    way: Descent
    base: Contents | None = None
    kept: Kept | None = None
    """The content that is the base, or the old one that stands there again."""

    @property
    def token(self) -> str:
        """Fingerprint of that content."""
        return "" if self.kept is None else self.kept.token

    @property
    def is_unsure(self) -> bool:
        """Whether nobody can tell what was edited."""
        return self.way is Descent.LOST and self.base is None


NEWEST = Origin(Descent.NEWEST)


@dataclass(slots=True)
class Descents:
    """Decides for the books of one pass."""

    team: Team
    writer: Writer
    now: datetime
    parsed: dict[str, Contents]
    """By fingerprint; belongs to the daemon's memory."""

    def of(self, desk: Desk) -> Origin:
        """What the save on a desk descends from."""
        if desk.loaded is None or not (desk.changed or desk.state.held):
            return NEWEST
        if desk.left is not Left.NOT and not desk.state.held:
            kept = self.writer.kept(desk.state.book, token=desk.save)
            return Origin(Descent.RESTORED, kept=next(iter(kept), None))
        if not desk.state.held:
            return self.decide(desk, desk.loaded.snapshot, desk.save)
        if desk.changed:
            fresh = self.decide(desk, desk.loaded.snapshot, desk.save)
            if fresh.way is not Descent.NEWEST:
                return fresh
        return self._remembered(desk) or NEWEST

    def decide(self, desk: Desk, read: Snapshot, token: str) -> Origin:
        """What any file with the stamp of the book descends from."""
        here = self.writer.kept(desk.state.book, token=token)
        mates = self._of_stamp(desk, read)
        kept = (*here, *(k for k in mates if k.token != token))
        home = Stamp(self.team.settings.family, desk.state.book, desk.state.generation)
        way = descent(read.stamp, token, kept, home=home, now=self.now)
        if way is Descent.OLDER:
            return self._older(desk, read, distinct(mates))
        if way is Descent.LOST:
            every = self.writer.kept(desk.state.book)
            return self._lost(desk, read, distinct(every)[:MOST]) if every else NEWEST
        return Origin(way, kept=next(iter(here), None))

    def of_copy(self, desk: Desk, read: Snapshot) -> Origin:
        """What a second file of the book descends from: never its newest save as such.

        Of contents equally near the oldest is taken, so that what the book and its copy both
        changed is seen as a conflict.
        """
        found = self._parsed(desk, distinct(self._of_stamp(desk, read)))
        ranked = [(k, self._distance(read, content)) for k, content in found]
        best = nearest(ranked, newest=False)
        return Origin(Descent.LOST) if best is None else Origin(Descent.OLDER, dict(found)[best])

    def opened(self, desk: Desk, read: Snapshot) -> str:
        """Fingerprint of the nearest content that is kept for the stamp of a save; empty: none."""
        best, _ = self._nearest(desk, read, distinct(self._of_stamp(desk, read)))
        return "" if best is None else best.token

    def _of_stamp(self, desk: Desk, read: Snapshot) -> tuple[Kept, ...]:
        """What is kept for the write of ours that a save names in its stamp."""
        if read.stamp is None:
            return ()
        return self.writer.kept(desk.state.book, generation=read.stamp.generation)

    def remember(self, desk: Desk, origin: Origin) -> None:
        """The decision stays while the book is held, whatever our strip does to its stamp."""
        words = f"{origin.way.value} {0 if origin.kept is None else origin.kept.number}"
        self.writer.set_meta(_key(desk), words)

    def _remembered(self, desk: Desk) -> Origin | None:
        word, _, number = (self.writer.meta(_key(desk)) or "").partition(" ")
        if not word:
            return None
        way = Descent(word)
        one = next((k for k in self.writer.kept(desk.state.book) if str(k.number) == number), None)
        if way is Descent.FIGHT and one is not None and one.token != desk.save:
            way = Descent.OLDER  # somebody went on working in the old file that we stopped at
        base = None if one is None or way is Descent.FIGHT else self._contents(desk, one)
        return Origin(way, base, one)

    def _older(self, desk: Desk, read: Snapshot, kept: Sequence[Kept]) -> Origin:
        best, found = self._nearest(desk, read, kept)
        if best is None:
            return self._lost(desk, read, distinct(self.writer.kept(desk.state.book))[:MOST])
        others = [contents for k, contents in found if k is not best]
        return Origin(Descent.OLDER, self._with_nameless(dict(found)[best], others, read), best)

    def _with_nameless(
        self, base: Contents, others: Sequence[Contents], read: Snapshot
    ) -> Contents:
        """The base with the rows of the save that other contents of its stamp show without an id.

        Such a row is nobody's but this program's, whichever content comes nearest to the rest.
        """
        tables = self.team.blueprint.tables
        return {
            key: with_nameless(
                tables[key], content, [c[key] for c in others if key in c], read.tables[key]
            )
            if key in read.tables
            else content
            for key, content in base.items()
        }

    def _nearest(
        self, desk: Desk, read: Snapshot, kept: Sequence[Kept]
    ) -> tuple[Kept | None, list[tuple[Kept, Contents]]]:
        """The nearest of some contents, and all that could be read."""
        found = self._parsed(desk, kept)
        return nearest([(k, self._distance(read, content)) for k, content in found]), found

    def _lost(self, desk: Desk, read: Snapshot, kept: Sequence[Kept]) -> Origin:
        found = self._parsed(desk, kept)
        ranked = [(k, self._distance(read, content)) for k, content in found]
        best = sure(ranked, alike(found, self.team.blueprint.tables))
        if best is None:
            return Origin(Descent.LOST)
        return Origin(Descent.LOST, dict(found)[best], best)

    def _distance(self, read: Snapshot, contents: Contents) -> Distance:
        tables = self.team.blueprint.tables
        far = Distance()
        for key, content in contents.items():
            if key in read.tables:
                far += distance(tables[key], read.tables[key], content)
        return far

    def _parsed(self, desk: Desk, kept: Sequence[Kept]) -> list[tuple[Kept, Contents]]:
        found = [(one, self._contents(desk, one)) for one in kept]
        return [(one, contents) for one, contents in found if contents is not None]

    def _contents(self, desk: Desk, one: Kept) -> Contents | None:
        """The tables of a kept content; None when its copy is no longer there."""
        if one.token not in self.parsed:
            old = kept_snapshot(self.team, desk, one.token)
            if old is None:
                return None
            while len(self.parsed) >= REMEMBERED:
                del self.parsed[next(iter(self.parsed))]
            self.parsed[one.token] = self._tables(old, remembered(self.writer, one.book, one.token))
        found = self.parsed[one.token]
        return {key: as_joined(content, self._joined(key)) for key, content in found.items()}

    def _joined(self, key: str) -> Mapping[str, str]:
        """Rows that stand for others now, with those, as long as nobody parted them again."""
        joined = self.writer.joined(key)
        living = self.writer.rows(key) if joined else {}
        return {new: old for new, old in joined.items() if new not in living}

    def _tables(self, old: Snapshot, nameless: Nameless) -> Contents:
        return {k: self._table(k, read, nameless.get(k, {})) for k, read in old.tables.items()}

    def _table(self, key: str, read: TableRead, nameless: Mapping[int, str]) -> Content:
        table, family = self.team.blueprint.tables[key], self.team.settings.family
        stored = {i: r.values for i, r in self.writer.rows(key).items()}

        def is_ours(row_id: str) -> bool:
            return belongs(family, row_id) or bool(self.writer.meta(came_as(table, row_id)))

        return content_of(table, read, stored, is_ours, nameless)


def _key(desk: Desk) -> str:
    return f"descent:{desk.state.book}"


def kept_snapshot(team: Team, desk: Desk, token: str) -> Snapshot | None:
    """What a kept content held; None when its copy was let go or cannot be read."""
    copy = team.backups.find(token, desk.state.book)
    if copy is None:
        return None
    try:
        file = team.books.open(team.backups.read(copy.id), name=desk.state.path)
        return team.books.load(
            file,
            book=desk.state.book,
            name=desk.state.path,
            blueprint=team.blueprint,
            role=desk.role,
        ).snapshot
    except CrmError:
        return None


def keep_seen(writer: Writer, desk: Desk, origin: Origin, at: datetime, *, ordered: bool) -> None:
    """A save that was read is a content that later saves may descend from."""
    back = origin.way in {Descent.RESTORED, Descent.FIGHT} and not ordered
    stamp = None if desk.loaded is None else desk.loaded.snapshot.stamp
    generation = desk.state.generation if stamp is None else stamp.generation
    kind = KeptKind.RETURNED if back else KeptKind.SEEN
    writer.keep(desk.state.book, generation, desk.save, kind, at=at)
