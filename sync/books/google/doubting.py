"""A write whose end nobody saw, looked at again when the spreadsheet can be read.

If its batch took place and rows had moved meanwhile, cells hold what was meant for another record.
Then all of the batch goes back, its stamp too, in one more batch: the write never was, the pass
drops its intent and plans anew. A cell that holds anything else by now is somebody's edit and
stays. What is remembered here ends with the process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from model.snapshot import Stamp
from sync.books.google.content import GoogleFile
from sync.books.google.loading import stamp_in
from sync.books.google.requests import Change, Request, put, same
from sync.books.google.verifying import id_cols, misplaced, of_table
from sync.books.written import Sheet


@dataclass(frozen=True, slots=True)
class Doubt:
    """A batch that was sent: what stood there before, and what it was to change."""

    before: GoogleFile
    stamp: Stamp | None
    moved: Mapping[str, tuple[Change, ...]]
    """By title, as the tabs were called then."""
    fresh: Mapping[str, Sheet]

    def requests(self, tabs: tuple[Sheet, ...]) -> tuple[Request, ...]:
        """What takes the batch back; none when it never was, or hit what it was meant for."""
        if self.stamp is None or stamp_in(tabs) != self.stamp:
            return ()
        there = same_tabs(tabs, self.before, tuple(self.fresh))
        wrong = {title: dict(self._misplaced(title, got)) for title, got in there.items()}
        if not any(wrong.values()):
            return ()
        out: list[Request] = []
        for title, got in there.items():
            backs = [c for cells in wrong[title].values() for c in cells]
            backs += [
                Change(one.row, one.col, one.after, self.fresh[title].cell(one.row, one.col))
                for one in self.moved[title]
                if one.row not in wrong[title] and same(one.after, got.cell(one.row, one.col))
            ]
            out += put(got.id, sorted(backs, key=lambda one: (one.row, one.col)))
        return tuple(out)

    def _misplaced(self, title: str, got: Sheet) -> Iterator[tuple[int, tuple[Change, ...]]]:
        for id_col in id_cols(self.before.tab(title)):
            cells = of_table(self.fresh[title], self.moved[title], id_col)
            for one in misplaced(self.fresh[title], got, cells, id_col):
                yield one.row, one.back


def same_tabs(
    tabs: tuple[Sheet, ...], before: GoogleFile, titles: tuple[str, ...]
) -> dict[str, Sheet]:
    """The tabs by the titles that they had: people may give them others at any moment."""
    by_id = {tab.id: tab for tab in tabs}
    return {t: by_id[before.tab(t).id] for t in titles if before.tab(t).id in by_id}
