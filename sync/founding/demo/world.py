"""What the parts of the demo share: chance, the calendar, sizes, people, what was made so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from formulas.calendar import Calendar
from model.values import Value

DAY = timedelta(days=1)
MONTHS = 13
"""This month and twelve before it: enough for «к прошлому году»."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything (INTAKE section 5)."""

    clients: int
    deals: int
    payments_a_month: int
    calls_a_month: int
    leads: int

    def flaws(self, whole: int) -> int:
        """How many planted mistakes of a kind, given their number at size S."""
        return max(2, whole * self.clients // S.clients)


S = Size(clients=2000, deals=5000, payments_a_month=250, calls_a_month=4200, leads=60)
SMALL = Size(clients=100, deals=250, payments_a_month=12, calls_a_month=210, leads=12)
"""A twentieth, for tests."""


@dataclass(frozen=True, slots=True)
class Seller:
    """A person of the demo. `pace`: what the month will come to, as a share of the plan."""

    name: str
    department: str
    plan: int
    pace: float
    extension: str


SELLERS = (
    Seller("Иванов Пётр", "Опт", 1_250_000, 0.98, "101"),
    Seller("Смирнова Ольга", "Опт", 1_400_000, 1.31, "102"),
    Seller("Козлов Дмитрий", "Опт", 950_000, 1.05, "103"),
    Seller("Петрова Анна", "Проекты", 1_000_000, 0.62, "104"),
    Seller("Сидоров Алексей", "Проекты", 1_000_000, 0.88, "105"),
)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the demo up to today, with its working days."""

    days: tuple[date, ...]
    """Working days that have come."""
    share: float
    """Part of the month's working days that has come."""


@dataclass(slots=True)
class Firm:
    """A client of the demo."""

    row_id: str
    name: str
    owner: str
    values: dict[str, Value]
    since: date
    number: int = 0


@dataclass(slots=True)
class Payment:
    """Money that came for a deal."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Stray:
    """Money from somebody who is no client."""

    payment: Payment
    payer: str
    inn: str


@dataclass(slots=True)
class Deal:
    """A deal of the demo; `values` are its cells."""

    row_id: str
    firm: Firm
    made: date
    values: dict[str, Value]
    payments: list[Payment] = field(default_factory=list)
    number: int = 0

    @property
    def amount(self) -> Decimal | None:
        """The sum of the deal when it is a number."""
        value = self.values.get("amount")
        return value if isinstance(value, Decimal) else None


@dataclass(slots=True)
class World:
    """Everything that the makers of the demo share."""

    chance: Random
    size: Size
    now: datetime
    """Local time of the team."""
    calendar: Calendar
    new_id: Callable[[], str]
    firms: list[Firm] = field(default_factory=list)
    spare: list[Firm] = field(default_factory=list)
    """Clients without deals, kept for mistakes to be planted in them."""
    deals: list[Deal] = field(default_factory=list)
    inns: set[str] = field(default_factory=set)
    strays: list[Stray] = field(default_factory=list)
    _by_owner: dict[str, list[Firm]] = field(default_factory=lambda: defaultdict(list))

    def add(self, firm: Firm, *, spare: bool) -> None:
        """Let a client exist."""
        self.firms.append(firm)
        (self.spare if spare else self._by_owner[firm.owner]).append(firm)

    @property
    def asof(self) -> date:
        """Today."""
        return self.now.date()

    def months(self) -> list[Month]:
        """The months of the demo, the oldest first."""
        start = self.asof.replace(day=1)
        out: list[Month] = []
        for _ in range(MONTHS):
            whole = self.workdays(start, (start + 31 * DAY).replace(day=1) - DAY)
            come = tuple(day for day in whole if day <= self.asof)
            out.append(Month(come, len(come) / len(whole)))
            start = (start - DAY).replace(day=1)
        return out[::-1]

    def workdays(self, first: date, last: date) -> list[date]:
        """Working days of a range, both ends included."""
        count = (last - first).days + 1
        return [d for d in (first + n * DAY for n in range(count)) if self.calendar.working(d)]

    def last_workdays(self, count: int, upto: date) -> list[date]:
        """The last working days up to a day, that one included."""
        found: list[date] = []
        while len(found) < count:
            if self.calendar.working(upto):
                found.append(upto)
            upto -= DAY
        return found[::-1]

    def workday(self, days: int) -> date:
        """The working day that many days from today, or the next one after it."""
        day = self.asof + days * DAY
        while not self.calendar.working(day):
            day += DAY
        return day

    def pick(self, weighted: Sequence[tuple[str, int]]) -> str:
        """One of the words, by weight."""
        words, weights = zip(*weighted, strict=True)
        return str(self.chance.choices(words, weights)[0])

    def likely(self, share: float) -> bool:
        """True in that share of cases."""
        return self.chance.random() < share

    def of(self, seller: Seller) -> list[Firm]:
        """Clients of a person that may have deals."""
        return self._by_owner[seller.name]
