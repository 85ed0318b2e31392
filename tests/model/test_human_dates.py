from datetime import date, time

import pytest

from model.human_dates import Understood, understand

TODAY = date(2026, 3, 12)  # a Thursday


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("завтра", date(2026, 3, 13), None),
        ("Послезавтра в 10", date(2026, 3, 14), time(10)),
        ("пн", date(2026, 3, 16), None),
        ("в чт.", date(2026, 3, 19), None),
        ("в пятницу к 9:30", date(2026, 3, 13), time(9, 30)),
        ("15.03 10:00", date(2026, 3, 15), time(10)),
        ("15.03", date(2026, 3, 15), None),
        ("28.12", date(2025, 12, 28), None),
        ("15.03.26", date(2026, 3, 15), None),
        ("2026-03-15", date(2026, 3, 15), None),
        ("15 марта", date(2026, 3, 15), None),
        ("3 мая 2027 г.", date(2027, 5, 3), None),
        ("через неделю", date(2026, 3, 19), None),
        ("через 3 дня", date(2026, 3, 15), None),
        ("через две недели", date(2026, 3, 26), None),
        ("через месяц", date(2026, 4, 12), None),
        ("на следующей неделе", date(2026, 3, 16), None),
        ("в конце месяца", date(2026, 3, 31), None),
        ("14:00", TODAY, time(14)),
    ],
)
def test_a_typed_day_is_understood(text, day, at):
    assert understand(text, TODAY) == Understood(day, at)


@pytest.mark.parametrize(
    "text",
    [
        "после праздников",
        "31.02",
        "15 мартобря",
        "через много дней",
        "завтра 25:00",
        "",
        "макс 5",
        "5 маков",
        "когда-нибудь 10:00",
    ],
)
def test_an_unclear_day_is_not_guessed(text):
    assert understand(text, TODAY) is None


def test_a_month_later_ends_within_the_month():
    assert understand("через 1 мес.", date(2026, 1, 31)) == Understood(date(2026, 2, 28))
