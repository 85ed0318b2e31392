"""Which copies stay, and why. The rule counts spans that have copies, so no clock can fool it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from backups.copies import Copy


class Label(StrEnum):
    """Why a copy stays."""

    NEWEST = "newest"
    LAST = "last"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    FOREVER = "forever"
    STRANGE = "strange"


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
    strange: int = 5
    """The first and so many newest of the copies that look like damage."""
    zone: tzinfo | None = None
    """Whose hours and days are meant; those of UTC when none is named."""


Span = Callable[[datetime], object]


def labels(
    copies: Iterable[Copy], rule: Retention, strange: frozenset[int] = frozenset()
) -> Mapping[int, tuple[Label, ...]]:
    """Ids of the copies of one book that stay, each with its reasons; the newest always does.

    What looks like damage takes nobody's place: it is counted by itself.
    """
    newest_first = sorted(copies, key=lambda copy: copy.id, reverse=True)
    good = [copy for copy in newest_first if copy.id not in strange]
    found = dict[int, list[Label]]()

    def give(label: Label, chosen: Iterable[Copy]) -> None:
        for copy in chosen:
            found.setdefault(copy.id, []).append(label)

    give(Label.NEWEST, good[:1])
    give(Label.LAST, good[: rule.last])
    for label, count, span in _spans(rule):
        give(label, _newest_of_each(good, span)[:count])
    give(Label.FOREVER, (copy for copy in good if copy.why in rule.forever))
    aside = [copy for copy in newest_first if copy.id in strange]
    give(Label.STRANGE, {c.id: c for c in (*aside[: rule.strange], *aside[-1:])}.values())
    return {number: tuple(reasons) for number, reasons in found.items()}


def kept(
    copies: Iterable[Copy], rule: Retention, strange: frozenset[int] = frozenset()
) -> frozenset[int]:
    """Ids of the copies of one book that stay."""
    return frozenset(labels(copies, rule, strange))


def _spans(rule: Retention) -> tuple[tuple[Label, int, Span], ...]:
    def local(at: datetime) -> datetime:
        return at if rule.zone is None else at.astimezone(rule.zone)

    return (
        (Label.HOUR, rule.hours, lambda at: (local(at).date(), local(at).hour)),
        (Label.DAY, rule.days, lambda at: local(at).date()),
        (Label.WEEK, rule.weeks, lambda at: local(at).isocalendar()[:2]),
        (Label.MONTH, rule.months, lambda at: (local(at).year, local(at).month)),
    )


def _newest_of_each(newest_first: Iterable[Copy], span: Span) -> list[Copy]:
    found = dict[object, Copy]()
    for copy in newest_first:
        found.setdefault(span(copy.at), copy)
    return list(found.values())
