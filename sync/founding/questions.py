"""The five questions of `init` and how their answers are understood (UX section 10).

Each has an option of the same meaning, so that a script can answer. An answer that cannot be
understood gives `Misread` with what is wanted, and the question is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from model.spoken import number_of
from model.texts import founding as words
from sync.founding.first_rows import Pay
from sync.scene import fold

DEFAULT_PAY = "40000 3"
HIGHEST_RATE = 100
SCALES = {"тыс": 1000, "т": 1000, "к": 1000, "млн": 1_000_000, "м": 1_000_000}
LATER = frozenset({"", "-", "позже", "нет"})
_RATE = re.compile(r"^(?P<salary>.*?)[\s/;+и]+(?P<rate>\d{1,3}(?:[.,]\d+)?)\s*%?$")
_SCALED = re.compile(r"(\d+(?:[.,]\d+)?)\s*(тыс|млн|т|к|м)\.?(?:\s*р\S*)?", re.IGNORECASE)


class Way(Enum):
    """How a team works; the value is the answer's figure."""

    OWN_BOOKS = "1"
    GOOGLE = "2"
    ALONE = "3"


@dataclass(frozen=True, slots=True)
class Misread:
    """An answer that was not understood, and what is wanted, in words."""

    wanted: str


Answer = str | Way | Pay | Decimal | Misread | None


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: its option on the command line, its words, what Enter means."""

    key: str
    option: str
    text: str
    default: str
    parse: Callable[[str], Answer]

    def answer(self, typed: str) -> Answer:
        """What was meant; nothing typed means the default."""
        return self.parse(typed.strip() or self.default)


def parse_name(typed: str) -> str | Misread:
    """A person's name with single spaces."""
    name = " ".join(typed.split())
    return name if any(c.isalpha() for c in name) else Misread(words.WANT_NAME)


def parse_way(typed: str) -> Way | Misread:
    """How they work, by figure."""
    try:
        return Way(typed.strip(" ."))
    except ValueError:
        return Misread(words.WANT_WAY)


def parse_pay(typed: str) -> Pay | Misread | None:
    """Salary and per cent: «40000 3», «40 000 и 3,5 %», «50т 2»; None for «позже».

    A salary alone is a salary without a per cent.
    """
    if fold(typed) in LATER:
        return None
    match = _RATE.match(typed.strip())
    split = match is not None and _is_rate(match["salary"], match["rate"])
    salary = _sum(match["salary"] if match and split else typed)
    if salary is None or salary < 0:
        return Misread(words.WANT_PAY)
    rate = Decimal(match["rate"].replace(",", ".")) if match and split else None
    if rate is not None and rate > HIGHEST_RATE:
        return Misread(words.WANT_PAY)
    return Pay(salary) if rate is None else Pay(salary, ((Decimal(0), rate),))


def _is_rate(salary: str, rate: str) -> bool:
    """Whether the last figures are a per cent and not the last three of «40 000»."""
    return bool(re.search(r"\d", salary)) and not re.fullmatch(r"\d{3}", rate)


def parse_plan(typed: str) -> Decimal | Misread | None:
    """Plan of a month in roubles: «1000000», «1 000 000 руб.», «1,2 млн»; None for later."""
    if fold(typed) in LATER:
        return None
    plan = _sum(typed)
    return plan if plan is not None and plan > 0 else Misread(words.WANT_PLAN)


def parse_helper(typed: str) -> str:
    """Whom to call, as typed."""
    return " ".join(typed.split())


def parse_people(typed: str) -> tuple[str, ...]:
    """Names divided by commas, semicolons or lines, each once."""
    names = (" ".join(part.split()) for part in re.split(r"[,;\n]", typed))
    return tuple({fold(name): name for name in names if name}.values())


def _sum(typed: str) -> Decimal | None:
    plain = number_of(typed.strip())
    if plain is not None:
        return plain
    match = _SCALED.fullmatch(typed.strip())
    if match is None:
        return None
    return Decimal(match[1].replace(",", ".")) * SCALES[match[2].casefold()]


def asks(owner: str = "", helper: str = "") -> tuple[Ask, ...]:
    """The questions in their order; the old list may know a likely owner."""
    return (
        Ask("owner", "--owner", words.OWNER, owner, parse_name),
        Ask("way", "--way", words.WAY, Way.OWN_BOOKS.value, parse_way),
        Ask("pay", "--pay", words.PAY, DEFAULT_PAY, parse_pay),
        Ask("plan", "--plan", words.PLAN, "", parse_plan),
        Ask("helper", "--helper", words.HELPER, helper, parse_helper),
    )
