"""Numbers, days and months in Russian words: pure text, the same on every sheet, page and screen.

A gap inside a number is a no-break space, so a sum never breaks over two lines; None is "undefined"
and becomes a dash. Halves are rounded away from zero, once, and a rounded zero has no sign. The
currency mark stands in the heading, never beside a number.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

GAP = "\u00a0"
"""No-break space: old Windows code pages have it, the narrow one (U+202F) they have not."""
DASH = "—"
MINUS = "-"
"""The plain hyphen, as in the number formats of the sheets."""

MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
MONTHS_DATIVE = (
    "январю", "февралю", "марту", "апрелю", "маю", "июню",
    "июлю", "августу", "сентябрю", "октябрю", "ноябрю", "декабрю",
)  # fmt: skip
MONTHS_SHORT = (
    "янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
)  # fmt: skip


def money(amount: Decimal | None, *, kopecks: bool = False) -> str:
    """A sum with its thousands apart: «1 250 000», with kopecks «1 250 000,50»; None is a dash."""
    return _grouped(amount, places=2 if kopecks else 0)


def signed_money(amount: Decimal | None, *, kopecks: bool = False) -> str:
    """A sum that always shows its sign: «+17 700», «-1 000»; nothing is «0»."""
    return _with_plus(money(amount, kopecks=kopecks))


def number(amount: Decimal | int | None, *, places: int = 0) -> str:
    """A count with its thousands apart and the asked places after the comma: «1 482», «0,5»."""
    return _grouped(None if amount is None else Decimal(amount), places=places)


def percent(share: Decimal | None, *, places: int = 0) -> str:
    """Percent as printed: 105.6 is «106 %», with one place «105,6 %»; None is a dash."""
    text = _grouped(share, places=places)
    return text if share is None else f"{text}{GAP}%"


def delta_percent(share: Decimal | None) -> str:
    """A change in percent with its sign: «+21 %», «-18 %», «0 %»; None is a dash."""
    return _with_plus(percent(share))


def thousands(amount: Decimal | None) -> str:
    """A sum in whole thousands for tight places: 2 340 499 is «2 340 тыс.»; under 1 000 in full."""
    if amount is None or abs(amount) < 1000:
        return money(amount)
    return f"{_grouped(amount / 1000, places=0)}{GAP}тыс."


def month_name(day: date) -> str:
    """The month of a day with its year: «март 2026»."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def month_word(day: date) -> str:
    """The month of a day alone: «март»."""
    return MONTHS[day.month - 1]


def month_dative(day: date) -> str:
    """The month one compares with, after «к»: «февралю»."""
    return MONTHS_DATIVE[day.month - 1]


def month_short(day: date) -> str:
    """The month in three letters, for axes: «мар»."""
    return MONTHS_SHORT[day.month - 1]


def day_month(day: date) -> str:
    """A day of this year: «12.03»."""
    return f"{day:%d.%m}"


def day_year(day: date) -> str:
    """A day with its year: «12.03.2026»."""
    return f"{day:%d.%m.%Y}"


def moment(at: datetime) -> str:
    """A moment as people say it: «12.03 в 14:32»."""
    return f"{at:%d.%m} в {at:%H:%M}"


def plural(count: int, one: str, few: str, many: str) -> str:
    """The form of a noun that goes with a count: 1 оплата, 2 оплаты, 5 оплат, 11 оплат."""
    tens, units = abs(count) % 100, abs(count) % 10
    if 11 <= tens <= 14 or units == 0 or units >= 5:
        return many
    return one if units == 1 else few


def counted(count: int, one: str, few: str, many: str) -> str:
    """A count with its noun: «3 оплаты»."""
    return f"{number(count)}{GAP}{plural(count, one, few, many)}"


def _grouped(amount: Decimal | None, *, places: int) -> str:
    if amount is None:
        return DASH
    rounded = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,f}".replace(",", GAP).replace(".", ",")
    return f"{MINUS}{text}" if rounded < 0 else text


def _with_plus(text: str) -> str:
    bare = text == DASH or text.startswith(MINUS) or not any(c in "123456789" for c in text)
    return text if bare else f"+{text}"


def clipped(text: str, room: int) -> str:
    """A text that fits a tight place, cut between words or at a hyphen: «Кровля-…»."""
    if len(text) <= room:
        return text
    head = text[: room - 1]
    cut = max(head.rfind(" "), head.rfind("-"))
    return (head[:cut] if cut > room // 3 else head).rstrip(" -,") + "…"


_FORM = re.compile(r"^(?:ООО|ОАО|ПАО|ЗАО|НАО|АО|ИП|ГК)\s+", re.IGNORECASE)


def short_company(name: str, room: int) -> str:
    """A company's name without its legal form and quotes, fitted into a tight place."""
    bare = _FORM.sub("", name.strip()).strip("«»\"' ")
    return clipped(bare or name.strip(), room)
