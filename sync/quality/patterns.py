"""Activity that looks unusual: what to look at together, never what somebody is guilty of.

A pattern is a rule with a threshold that the owner sets in «Настройки», «Общее». What it finds is
said to the owner and the head alone, with an ordinary reason that it may have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import pairwise

from sync.scene import fold

MINUTE = timedelta(minutes=1)
NIGHT_KEY = "Необычно: ночь"
NIGHT = (time(22), time(7))


class Pattern(Enum):
    """What was noticed."""

    BURST = "burst"
    """Many calls within one minute."""
    NIGHT = "night"
    OVERLAP = "overlap"
    """Talks of one person at the same moment."""
    EQUAL = "equal"
    """Many talks of one length."""
    EVEN = "even"
    """Calls at exactly even distances."""
    NO_RECORD = "no_record"
    """Talks without a record where others have one."""
    MOVED = "moved"
    """Nearly all next steps moved to later days in one day, and nothing else done."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the patterns look at it."""

    who: str
    at: datetime
    """Local."""
    seconds: int = 0
    talk: bool = False
    recorded: bool = False
    number: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """A next step that was moved, and how many dated steps the person had that day."""

    who: str
    at: datetime
    row_id: str
    later: bool
    """Moved to a later day, the step itself left as it was."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From which number on each pattern counts."""

    counts: Mapping[Pattern, int]
    night: tuple[time, time] = NIGHT

    def of(self, pattern: Pattern) -> int:
        """The threshold of a pattern."""
        return self.counts[pattern]


KEYS: Mapping[Pattern, tuple[str, int, str]] = {
    Pattern.BURST: ("Необычно: звонков за минуту", 6, "столько за одну минуту"),
    Pattern.NIGHT: ("Необычно: звонков ночью", 3, "за одну ночь; когда ночь - строкой ниже"),
    Pattern.OVERLAP: ("Необычно: разговоров одновременно", 2, "столько пар за день"),
    Pattern.EQUAL: ("Необычно: разговоров одной длины", 8, "секунда в секунду, за день"),
    Pattern.EVEN: ("Необычно: звонков через равное время", 8, "подряд, секунда в секунду"),
    Pattern.NO_RECORD: (
        "Необычно: разговоров без записи",
        10,
        "за день, если у других запись есть",
    ),
    Pattern.MOVED: (
        "Необычно: шагов перенесено за день",
        10,
        "и не меньше 80 % всех шагов человека",
    ),
}
"""Setting, its default, what to write beside it. 0 turns a pattern off."""
MOST_STEPS = 80
"""Per cent of a person's dated steps."""
MOST_TALKS = 50
"""Per cent of a day's talks that have one length, or no record."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """One pattern of one person on one day."""

    pattern: Pattern
    who: str
    day: date
    count: int
    detail: str = ""
    """A moment or a length, as people write it."""


def limits_of(general: Mapping[str, str]) -> Limits:
    """The thresholds of the settings; what cannot be read stays as it is by default."""
    counts = {}
    for pattern, (key, usual, _) in KEYS.items():
        said = general.get(fold(key), "")
        counts[pattern] = int(said) if said.isdecimal() else usual
    return Limits(counts, _night(general.get(fold(NIGHT_KEY), "")))


def _night(said: str) -> tuple[time, time]:
    first, _, last = said.replace(" ", "").replace("–", "-").partition("-")
    try:
        return (time.fromisoformat(first.zfill(5)), time.fromisoformat(last.zfill(5)))
    except ValueError:
        return NIGHT


def in_calls(calls: Sequence[Call], limits: Limits) -> tuple[Noticed, ...]:
    """What is unusual in calls, by person and day."""
    by_day: dict[tuple[str, date], list[Call]] = defaultdict(list)
    for call in sorted(calls, key=lambda call: (call.who, call.at, call.number)):
        by_day[call.who, call.at.date()].append(call)
    recorded = any(call.recorded for call in calls)
    found: list[Noticed] = []
    for (who, on), day in by_day.items():
        for pattern, look in _LOOKS.items():
            most = limits.of(pattern)
            if not most or (pattern is Pattern.NO_RECORD and not recorded):
                continue
            count, detail = look(day)
            if count >= most:
                found.append(Noticed(pattern, who, on, count, detail))
    found += _nights(calls, limits)
    return tuple(sorted(found, key=lambda one: (one.day, one.who, one.pattern.value)))


def _burst(day: Sequence[Call]) -> tuple[int, str]:
    """The most calls that begin within one minute, and when it began."""
    best, start, first = 0, day[0].at, 0
    for last, call in enumerate(day):
        while call.at - day[first].at >= MINUTE:
            first += 1
        if last - first + 1 > best:
            best, start = last - first + 1, day[first].at
    return best, f"{start:%H:%M}"


def _overlap(day: Sequence[Call]) -> tuple[int, str]:
    """Pairs of neighbouring talks of which the second begins while the first goes on."""
    talks = [call for call in day if call.talk]
    pairs = [
        (one, two)
        for one, two in pairwise(talks)
        if one.at + timedelta(seconds=one.seconds) > two.at and one.number != two.number
    ]
    return len(pairs), f"{pairs[0][1].at:%H:%M}" if pairs else ""


def _equal(day: Sequence[Call]) -> tuple[int, str]:
    """Talks of the commonest length, where they are half of the day's."""
    lengths = Counter(call.seconds for call in day if call.talk)
    if not lengths:
        return 0, ""
    length, count = max(lengths.items(), key=lambda one: (one[1], one[0]))
    if 100 * count < MOST_TALKS * lengths.total():
        return 0, ""
    return count, f"{length} с"


def _even(day: Sequence[Call]) -> tuple[int, str]:
    """The longest run of calls with one distance between neighbours."""
    best, run, gap, shown = 0, 1, timedelta(0), ""
    for one, two in pairwise(day):
        distance = two.at - one.at
        run = run + 1 if distance == gap and distance else 2
        gap = distance
        if distance and run > best:
            best, shown = run, f"{int(distance.total_seconds())} с"
    return best, shown


def _unrecorded(day: Sequence[Call]) -> tuple[int, str]:
    talks = [call for call in day if call.talk]
    bare = [call for call in talks if not call.recorded]
    return (len(bare) if 100 * len(bare) >= MOST_TALKS * len(talks) else 0), ""


_LOOKS: Mapping[Pattern, Callable[[Sequence[Call]], tuple[int, str]]] = {
    Pattern.BURST: _burst,
    Pattern.OVERLAP: _overlap,
    Pattern.EQUAL: _equal,
    Pattern.EVEN: _even,
    Pattern.NO_RECORD: _unrecorded,
}


def _nights(calls: Sequence[Call], limits: Limits) -> Iterator[Noticed]:
    """Calls of one night count for the day on which it began."""
    most, (start, end) = limits.of(Pattern.NIGHT), limits.night
    nights: dict[tuple[str, date], list[Call]] = defaultdict(list)
    for call in calls if most else ():
        clock = call.at.time()
        late, early = clock >= start, clock < end
        if start > end and (late or early):
            nights[call.who, call.at.date() - timedelta(days=not late)].append(call)
        elif start <= clock < end:
            nights[call.who, call.at.date()].append(call)
    for (who, on), found in nights.items():
        if len(found) >= most:
            first = min(call.at for call in found)
            yield Noticed(Pattern.NIGHT, who, on, len(found), f"{first:%H:%M}")


def in_steps(
    shifts: Sequence[Shift], steps: Mapping[str, int], limits: Limits
) -> tuple[Noticed, ...]:
    """Days on which a person moved nearly all next steps to later days; `steps` are dated ones."""
    most = limits.of(Pattern.MOVED)
    moved: dict[tuple[str, date], dict[str, datetime]] = defaultdict(dict)
    for shift in shifts if most else ():
        if shift.later:
            moved[shift.who, shift.at.date()][shift.row_id] = shift.at
    return tuple(
        Noticed(Pattern.MOVED, who, on, len(rows), f"{max(rows.values()):%H:%M}")
        for (who, on), rows in sorted(moved.items())
        if len(rows) >= most and 100 * len(rows) >= MOST_STEPS * steps.get(who, 0)
    )
