"""Which copies stay. The rule counts hours and days that have copies, so no clock can fool it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from backups.copies import Copy


@dataclass(frozen=True, slots=True)
class Retention:
    """The newest copies, then the newest one of each of so many hours, days, weeks and months."""

    last: int = 20
    hours: int = 25
    days: int = 32
    weeks: int = 12
    months: int = 24
    forever: frozenset[str] = frozenset()
    """Reasons (`Copy.why`) whose copies always stay."""


def kept(copies: Iterable[Copy], rule: Retention) -> frozenset[int]:
    """Ids of the copies of one book that stay; the newest always does."""
    newest_first = sorted(copies, key=lambda copy: copy.id, reverse=True)
    stay = {copy.id for copy in newest_first[: max(rule.last, 1)]}
    stay |= {copy.id for copy in newest_first if copy.why in rule.forever}
    spans: tuple[tuple[Callable[[datetime], object], int], ...] = (
        (lambda at: (at.date(), at.hour), rule.hours),
        (lambda at: at.date(), rule.days),
        (lambda at: at.isocalendar()[:2], rule.weeks),
        (lambda at: (at.year, at.month), rule.months),
    )
    for span, count in spans:
        newest_of_span = dict[object, int]()
        for copy in newest_first:
            newest_of_span.setdefault(span(copy.at), copy.id)
        stay.update(list(newest_of_span.values())[:count])
    return frozenset(stay)
