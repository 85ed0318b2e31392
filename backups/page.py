"""docs/ru/сколько-хранятся.md from the rule itself: `python -m backups.page`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from backups.copies import Copy
from backups.retention import Label, Retention, labels

TODAY = datetime(2026, 3, 12, 18, tzinfo=UTC)
YEARS = 3
EVERY = timedelta(minutes=20)
BEGIN, END = time(9), time(18)
FRIDAY = 4
SHOWN_DAYS = 10
WORDS: Mapping[Label, tuple[str, str]] = {
    Label.LAST: ("последние {last}", "чтобы отменить то, что случилось только что"),
    Label.HOUR: ("последняя за каждый из {hours} часов", "утро, обед и вечер этой недели"),
    Label.DAY: ("последняя за каждый из {days} дней", "любой день последнего месяца с лишним"),
    Label.WEEK: ("последняя за каждую из {weeks} недель", "любая неделя квартала"),
    Label.MONTH: ("последняя за каждый из {months} месяцев", "конец любого месяца за два года"),
}
HEAD = """# Сколько хранятся копии

Эту страницу пишет само правило: `python -m backups.page > docs/ru/сколько-хранятся.md`.

Копия остаётся, если её держит хотя бы одно правило. Считаются часы, дни, недели и месяцы,
в которые копии были: за отпуск или из-за сбитых часов ничего не пропадёт. Числа - обычные,
меняются в `sheetcrm.toml`.

| Остаются | Зачем |
|---|---|
{rules}
| самая новая | всегда |
| до восстановления, до обновления, вторая книга, поздняя запись | навсегда: их номера названы |
| похожие на порчу | первая и пять последних; хороших они не вытесняют |

## На примере

Сегодня четверг, 12.03.2026, 18:00. Книгу три года сохраняли каждые двадцать минут с 9 до 18
по будням: это {taken} копии, из них остаётся {stay}.

| Правило | Держит | Самая старая из них |
|---|---|---|
{counts}

Последние дни:

| День | Сколько осталось | Какие |
|---|---|---|
{days}

До этого - по одной копии: {older}
"""


def retention_page(rule: Retention | None = None) -> str:
    """The whole page."""
    rule = rule or Retention()
    copies = tuple(saves())
    stay = labels(copies, rule)
    kept = [copy for copy in copies if copy.id in stay]
    counts = {label: [copy for copy in kept if label in stay[copy.id]] for label in WORDS}
    numbers = {
        "last": rule.last,
        "hours": rule.hours,
        "days": rule.days,
        "weeks": rule.weeks,
        "months": rule.months,
    }
    days = sorted({copy.at.date() for copy in kept}, reverse=True)
    return HEAD.format(
        rules="\n".join(f"| {words.format(**numbers)} | {why} |" for words, why in WORDS.values()),
        taken=len(copies),
        stay=len(kept),
        counts="\n".join(
            f"| {WORDS[label][0].format(**numbers)} | {len(held)} | {_moment(held[0])} |"
            for label, held in counts.items()
        ),
        days="\n".join(_day(day, kept) for day in days[:SHOWN_DAYS]),
        older=", ".join(f"{day:%d.%m.%y}" for day in days[SHOWN_DAYS:]) + ".",
    )


def saves() -> Iterator[Copy]:
    """Three years of a book that is saved all day long."""
    number, at = 0, TODAY.replace(year=TODAY.year - YEARS)
    while at <= TODAY:
        if at.weekday() <= FRIDAY and BEGIN <= at.time() <= END:
            number += 1
            yield Copy(number, "sales", at, "", 0, "read")
        at += EVERY


def _day(day: date, kept: list[Copy]) -> str:
    here = [copy for copy in kept if copy.at.date() == day]
    hours = ", ".join(f"{copy.at:%H:%M}" for copy in here)
    return f"| {day:%d.%m.%Y} | {len(here)} | {hours} |"


def _moment(copy: Copy) -> str:
    return f"{copy.at:%d.%m.%Y %H:%M}"


if __name__ == "__main__":
    sys.stdout.write(retention_page())
