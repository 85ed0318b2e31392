"""Random inputs of the live figures, with the values that people and sources really leave.

A blank cell, a formula that shows nothing, words where a number is due, zero, less than zero, an
odd half of a kopeck. An input that is a list becomes a range of cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from random import Random

from formulas.registry import compute

TODAY = date(2026, 3, 31)
WORDS = "уточню"
Row = dict[str, object]
Draw = Callable[[Random], object]
LENGTH = 5


def amount(random: Random) -> object:
    """Money or a count."""
    kinds: list[Callable[[], object]] = [
        lambda: random.choice([None, "", WORDS, 0]),
        lambda: -random.randint(1, 5_000_000) / 100,
        lambda: random.randint(0, 9_999_999) / 100,
        lambda: round(random.randint(0, 999_999) / 100 + 0.005, 3),
        lambda: random.randint(1, 9_999) * 1000,
        lambda: random.randint(0, 60),
    ]
    return random.choice(kinds)()


def number(random: Random) -> object:
    """A number that is there."""
    return random.choice([0, random.randint(1, 90), random.randint(1, 9_999_999) / 100])


def positive(random: Random) -> object:
    """A number above zero."""
    return random.choice([1, random.randint(1, 90), random.randint(1, 999_999) / 100])


def working_days(random: Random) -> object:
    """A number of working days."""
    return random.choice([0, 1, random.randint(2, 23), random.randint(60, 247)])


def near(random: Random) -> date:
    """A day around today."""
    return TODAY + timedelta(days=random.randint(-40, 40))


def maybe_day(random: Random) -> object:
    """A day, or nothing."""
    return random.choice([None, "", near(random), TODAY])


def around_limits(random: Random) -> object:
    """A day around the limits of a client's state, or a blank."""
    return random.choice(
        [None, "", TODAY - timedelta(days=random.choice([0, 89, 90, 91, 180, 181]))]
    )


def due(random: Random) -> object:
    """A day, a moment, or a blank."""
    day = datetime.combine(TODAY, datetime.min.time()) + timedelta(days=random.randint(-2, 2))
    return random.choice([None, "", day.date(), day + timedelta(hours=random.randint(1, 23))])


def this_moment(random: Random) -> object:
    """A moment of today."""
    return datetime.combine(TODAY, datetime.min.time()) + timedelta(hours=random.randint(0, 23))


def some(draw: Draw, count: int = LENGTH) -> Callable[[Random], list[object]]:
    """A list of them."""
    return lambda random: [draw(random) for _ in range(count)]


def one_of(*values: object) -> Draw:
    """One of the values."""
    return lambda random: random.choice(values)


def summary_day(random: Random) -> tuple[date, date]:
    """A month and what comes of it: first and last day."""
    first = date(2026, random.randint(1, 12), 1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _special(random: Random) -> Row:
    """A period and the days in it that are not what their weekday says."""
    first, last = random.choice([summary_day(random), (near(random), near(random))])
    start = min(first, last)
    days = [start + timedelta(days=step) for step in random.sample(range(-9, 40), LENGTH)]
    changes = [random.choice([0, -1 if day.weekday() < 5 else 1]) for day in days]
    return {"from": first, "to": last, "cal_date": days, "cal_change": changes}


def _versions(random: Random) -> Row:
    days = [TODAY + timedelta(days=step) for step in random.sample(range(-60, 60), LENGTH)]
    total = random.choice([0, random.randint(1, 23)])
    worked = random.choice([None, "", 0, random.randint(0, 23)])
    plans = some(amount)(random)
    return {"since": days, "value": plans, "to": TODAY, "total": total, "worked": worked}


def _segments(random: Random) -> Row:
    days = some(one_of(0, 1, 5, 9))(random)
    return {**_versions(random), "days": days}


def _contested(random: Random) -> Row:
    """Values of five, and which of them is asked about."""
    few = random.choice([0, 5.5, 100, 250.25])
    values = [random.choice([few, few, amount(random), number(random)]) for _ in range(LENGTH)]
    at = random.randint(1, LENGTH)
    return {"values": values, "at": at, "value": values[at - 1]}


def _contest(random: Random) -> Row:
    prizes = sorted((random.randint(1, 999_999) / 100 for _ in range(3)), reverse=True)
    least = random.choice([None, "", 0, 100])
    return {**_contested(random), "prizes": prizes, "places": [1, 2, 3], "min": least}


def _score(random: Random) -> Row:
    parts = [random.choice(["", 0, 1, random.randint(0, 100) / 100]) for _ in range(LENGTH)]
    return {"weights": [random.randint(0, 5) for _ in range(LENGTH)], "parts": parts}


def _losses(random: Random) -> Row:
    reasons = some(one_of(None, "", "Дорого", "Нет бюджета", "Спам"), 7)(random)
    reason = random.choice(["Дорого", "Нет бюджета", "Не отвечает"])
    return {"reasons": reasons, "reason": reason, "deals": some(one_of(None, "С-1"), 7)(random)}


def _card(random: Random) -> Row:
    weights = some(one_of(0, 1, 2, 2, 2.5))(random)
    flag = one_of(0, 1, 1)
    return {"weights": weights, "filled": some(flag)(random), "applies": some(flag)(random)}


def _missing(random: Random) -> Row:
    order = [random.choice(["", place - 10 / 7]) for place in range(1, LENGTH + 1)]
    names = ["ИНН", "Телефон", "E-mail", "Адрес", "Отрасль"]
    return {"names": names, "order": order, "number": random.randint(1, LENGTH)}


def _records(random: Random) -> Row:
    first, last = summary_day(random)
    inside = [first + timedelta(days=random.randint(-9, 40)) for _ in range(8)]
    return {
        "managers": some(one_of("Иванов", "Петрова", None), 8)(random),
        "dates": [random.choice([day, day, day, None, WORDS]) for day in inside],
        "amounts": some(amount, 8)(random),
        "manager": "Иванов",
        "from": first,
        "next": last + timedelta(days=1),
    }


def _split(random: Random) -> Row:
    whole, weights = amount(random), some(one_of(0, 0, 1, 7, 7, 15))(random)
    given = {"amount": whole, "weights": weights}
    shares = [
        compute("pf.dept_plan.share", {**given, "place": place})["value"]
        for place in range(1, LENGTH + 1)
    ]
    known = [None if share is None else float(str(share)) for share in shares]
    at = random.randint(1, LENGTH)
    return {"amount": whole, "weights": weights, "shares": known, "place": at}


def _departments(random: Random) -> Row:
    names = some(one_of("Опт", "Розница", "Сервис"))(random)
    return {"departments": names, "department": "Опт", "parts": some(amount)(random)}


WHOLE: Mapping[str, Callable[[Random], Row]] = {
    "cal.workdays.days": _special,
    "pf.summary.days_total": _special,
    "pf.summary.days_passed": lambda random: {**_special(random), "asof": near(random)},
    "pf.plan.plan": _versions,
    "pf.plan.weighted": _segments,
    "pf.dept_plan.share": _split,
    "pf.dept_plan.part": _split,
    "pf.dept_plan.rows": _departments,
    "pf.fact.rows.money": _records,
    "pf.fact.rows.deals": _records,
    "pf.fact.missing": _records,
    "rating.rank.ranks": _contested,
    "rating.score.part": _contested,
    "rating.score.scores": _score,
    "contest.prizes.prizes": _contest,
    "funnel.losses.rows.n": _losses,
    "funnel.losses.rows.share": _losses,
    "client.card.score": _card,
    "client.card.missing": _missing,
}
"""Figures whose inputs belong together."""

ONE: Mapping[str, Draw] = {
    **dict.fromkeys(("total", "passed", "left", "worked", "n", "den"), working_days),
    **dict.fromkeys(("first", "last"), around_limits),
    **dict.fromkeys(("expected_on", "step_on"), maybe_day),
    **dict.fromkeys(("raw", "weight"), number),
    **dict.fromkeys(("filled", "applies"), one_of(0, 1)),
    **dict.fromkeys(("children", "parts", "rows", "pays"), some(amount)),
    **dict.fromkeys(("won", "lost", "open"), one_of(None, 0, 1, 7, 240)),
    "norm": one_of(None, "", WORDS, 0, 1, 12.5, 0.25, 150_000),
    "num": one_of(0, 1, 7, 150),
    "k": one_of(0, 5, 20),
    "at": one_of(1, 2, 9),
    "due": due,
    "now": this_moment,
    "asof": one_of(TODAY),
    "to": one_of(TODAY + timedelta(days=9)),
    "status": one_of("open", "open", "won", "lost"),
    "unit": one_of("money", "count"),
    "per": one_of("day", "week", "month"),
    "better": one_of("more", "less"),
    "week_days": one_of(5, 6),
    "month_days": one_of(None, 15, 23),
    "green": one_of(95, 100, 97.5),
    "yellow": one_of(80, 70.25),
    "active_days": one_of(90),
    "lost_days": one_of(180),
    "rest": some(positive),
    "p": some(one_of(0, 0.1, 0.405, 1)),
    "counts": some(one_of(0, 1)),
    "places": some(one_of("included", "no_date", "overdue", "no_amount", "no_step", "ignored"), 8),
    "won_amounts": some(amount),
    "cycles": some(one_of(None, 0, 1, 9, 40)),
    "csat": some(one_of(None, 1, 3, 4, 5)),
    "nps": some(one_of(None, 0, 6, 7, 9, 10)),
}
"""Inputs by name; money where nothing is said."""


def inputs(metric: str, names: tuple[str, ...], random: Random) -> Row:
    """Random inputs of a figure, in the order of its declaration."""
    known = WHOLE[metric](random) if metric in WHOLE else {}
    return {name: known[name] if name in known else ONE.get(name, amount)(random) for name in names}
