"""Ordinary days of calls, and the same days with one invented pattern planted into them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sync.quality.patterns import Call, Pattern

START = datetime.fromisoformat("2026-03-02T00:00:00")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def ordinary(chance: random.Random, who: str, day: datetime) -> list[Call]:
    """Twenty to sixty calls from nine to six, one after another, two of five without a talk."""
    calls, at = [], day + timedelta(hours=9, seconds=chance.randrange(1200))
    for _ in range(chance.randint(20, 60)):
        talk = chance.random() < 0.6
        seconds = int(min(chance.lognormvariate(4.6, 0.9), 1500)) + 10 if talk else 0
        number = f"+7495{chance.randrange(10**7):07}"
        recorded = talk and chance.random() < 0.97
        calls.append(Call(who, at, seconds, talk, recorded, number))
        if chance.random() < 0.05:  # dialled again at once
            calls.append(replace(calls[-1], at=at + 8 * SECOND, talk=False, seconds=0))
        at += timedelta(seconds=seconds + 15 + chance.expovariate(1 / 300))
        at = at.replace(microsecond=0)
    return [call for call in calls if call.at.hour < 21]


def _burst(chance: random.Random, calls: list[Call]) -> list[Call]:
    at = calls[len(calls) // 2].at
    more = range(chance.randint(6, 40))
    return [
        *calls,
        *(
            Call(calls[0].who, at + timedelta(seconds=n % 55), 0, number=f"+7499{n:07}")
            for n in more
        ),
    ]


def _night(chance: random.Random, calls: list[Call]) -> list[Call]:
    late = calls[0].at.replace(hour=23, minute=5)
    more = range(chance.randint(3, 12))
    return [
        *calls,
        *(
            Call(
                calls[0].who,
                late + timedelta(seconds=n * 190 + chance.randrange(90)),
                60,
                True,
                True,
                f"+7499{n:07}",
            )
            for n in more
        ),
    ]


def _overlap(chance: random.Random, calls: list[Call]) -> list[Call]:
    talks = [call for call in calls if call.talk and call.seconds > 60]
    twice = chance.sample(talks, min(4, len(talks)))
    return [
        *calls,
        *(replace(c, at=c.at + 20 * SECOND, number="+74990000001") for c in twice),
    ]


def _equal(chance: random.Random, calls: list[Call]) -> list[Call]:
    length = chance.randint(11, 90)
    return [replace(c, seconds=length) if c.talk and chance.random() < 0.8 else c for c in calls]


def _even(chance: random.Random, calls: list[Call]) -> list[Call]:
    step, first = chance.randint(61, 240), calls[-1].at + timedelta(minutes=30)
    return [
        *calls,
        *(
            Call(calls[0].who, first + timedelta(seconds=n * step), 0, number=f"+7499{n:07}")
            for n in range(chance.randint(9, 25))
        ),
    ]


def _bare(chance: random.Random, calls: list[Call]) -> list[Call]:
    return [replace(c, recorded=c.recorded and chance.random() < 0.2) for c in calls]


PLANTS: dict[Pattern, Callable[[random.Random, list[Call]], list[Call]]] = {
    Pattern.BURST: _burst,
    Pattern.NIGHT: _night,
    Pattern.OVERLAP: _overlap,
    Pattern.EQUAL: _equal,
    Pattern.EVEN: _even,
    Pattern.NO_RECORD: _bare,
}


def year(
    seed: int, people: int, days: int, share: float
) -> tuple[list[Call], set[tuple[str, datetime, Pattern]]]:
    """Calls of a team with patterns planted into a share of the person-days, and which ones."""
    chance = random.Random(seed)
    calls: list[Call] = []
    planted: set[tuple[str, datetime, Pattern]] = set()
    for person in range(people):
        for n in range(days):
            who, day = f"П{person}", START + n * DAY
            own = ordinary(chance, who, day)
            if chance.random() < share:
                pattern = chance.choice(list(PLANTS))
                own = PLANTS[pattern](chance, own)
                planted.add((who, day, pattern))
            calls += own
    return calls, planted
