"""Days and hours as a salesperson types them: «завтра», «пн», «15.03 10:00», «через неделю».

Everything is relative to a given day. A weekday is the next one, never today; a day without a year
is the one nearest to today, so that «28.12» typed in January means the December just gone.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, time, timedelta

from model.spoken import clock_of, day_of, make_day


@dataclass(frozen=True, slots=True)
class Understood:
    """What a text about time means; without `at` the whole day is meant."""

    day: date
    at: time | None = None


_NEAR = {"сегодня": 0, "завтра": 1, "послезавтра": 2, "вчера": -1, "today": 0, "tomorrow": 1}
_WEEKDAYS = {
    stem: day
    for day, stems in enumerate(
        (
            ("пн", "понедельник"),
            ("вт", "вторник"),
            ("ср", "среда", "среду"),
            ("чт", "четверг"),
            ("пт", "пятница", "пятницу"),
            ("сб", "суббота", "субботу"),
            ("вс", "воскресенье"),
        )
    )
    for stem in stems
}
_MONTHS = (
    "янв январь января",
    "фев февр февраль февраля",
    "мар март марта",
    "апр апрель апреля",
    "май мая",
    "июн июнь июня",
    "июл июль июля",
    "авг август августа",
    "сен сент сентябрь сентября",
    "окт октябрь октября",
    "ноя нояб ноябрь ноября",
    "дек декабрь декабря",
)
_COUNTS = {"": 1, "один": 1, "одну": 1, "два": 2, "две": 2, "пару": 2, "три": 3}
_AFTER = re.compile(r"через\s+(?:(\d{1,3}|[а-я]+)\s+)?(день|дн\S*|недел\S*|нед\.?|месяц\S*|мес\.?)")
_CLOCK_AT_END = re.compile(r"(?:^|\s+)(?:в\s+|к\s+)?(\d{1,2}[:.]\d{2})(?::\d{2})?$")
_HOUR_AT_END = re.compile(r"\s+в\s+(\d{1,2})(?:\s*ч\S*)?$")
_SHORT = re.compile(r"(\d{1,2})[./](\d{1,2})\.?")
_NAMED = re.compile(r"(\d{1,2})\s+([а-я]{3,8})\.?(?:\s+(\d{4})(?:\s*г\.?)?)?")


def understand(text: str, today: date) -> Understood | None:
    """The day and the hour of a text, None when it could mean anything («после праздников»)."""
    words = " ".join(text.casefold().replace("ё", "е").replace(",", " ").split())
    whole = _day(words, today)
    if whole:
        return Understood(whole)
    head, at = _split_clock(words)
    if at is None:
        return None
    day = _day(head, today) if head else today
    return Understood(day, at) if day else None


def _split_clock(words: str) -> tuple[str, time | None]:
    match = _CLOCK_AT_END.search(words)
    if match:
        return words[: match.start()].strip(), clock_of(match[1])
    match = _HOUR_AT_END.search(words)
    if match:
        return words[: match.start()].strip(), clock_of(f"{match[1]}:00")
    return words, None


def _day(words: str, today: date) -> date | None:
    bare = re.sub(r"^(?:в|во|до|к|на)\s+", "", words)
    if bare in _NEAR:
        return today + timedelta(days=_NEAR[bare])
    if bare.rstrip(".") in _WEEKDAYS:
        ahead = (_WEEKDAYS[bare.rstrip(".")] - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead)
    return day_of(bare) or _near_day(bare, today) or _after(bare, today) or _edge(bare, today)


def _near_day(words: str, today: date) -> date | None:
    """«15.03», «15 марта», «15 марта 2026»."""
    short = _SHORT.fullmatch(words)
    if short:
        return _nearest(int(short[2]), int(short[1]), today)
    named = _NAMED.fullmatch(words)
    month = _month(named[2]) if named else 0
    if not named or not month:
        return None
    if named[3]:
        return make_day(int(named[3]), month, int(named[1]))
    return _nearest(month, int(named[1]), today)


def _nearest(month: int, day: int, today: date) -> date | None:
    found = [make_day(today.year + shift, month, day) for shift in (-1, 0, 1)]
    return min((d for d in found if d), key=lambda d: abs(d - today), default=None)


def _month(word: str) -> int:
    return next((n for n, forms in enumerate(_MONTHS, 1) if word in forms.split()), 0)


def _after(words: str, today: date) -> date | None:
    """«через 3 дня», «через неделю», «через месяц»."""
    match = _AFTER.fullmatch(words)
    if match is None:
        return None
    said = match[1] or ""
    count = int(said) if said.isdigit() else _COUNTS.get(said)
    if count is None:
        return None
    if match[2].startswith("мес"):
        return _months_on(today, count)
    return today + timedelta(days=count * (7 if match[2].startswith("нед") else 1))


def _edge(words: str, today: date) -> date | None:
    """«следующей неделе» is its Monday, «конец месяца» its last day."""
    if words in {"следующей неделе", "след. неделе", "след неделе"}:
        return today + timedelta(days=7 - today.weekday())
    if words in {"конец месяца", "конце месяца", "концу месяца"}:
        return today.replace(day=monthrange(today.year, today.month)[1])
    return None


def _months_on(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
