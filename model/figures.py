"""Computed results, ready to be shown: one shape for sheets, pages, reports and the terminal.

Money is Decimal roubles rounded as METRICS.md says; None is "undefined" and is shown as a dash.
Texts inside are whole sentences in the language of the team.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum


class Measure(Enum):
    """What plan and fact are counted in (METRICS section 3)."""

    __hash__ = object.__hash__  # members are single

    MONEY = "money"
    WON = "won"
    """Amount of won deals."""
    INVOICED = "invoiced"
    DEALS = "deals"
    """Number of won deals."""
    NEW_CLIENTS = "new_clients"
    CALLS = "calls"
    """Talks: calls of at least ten seconds."""
    OFFERS = "offers"
    TRIES = "tries"
    """Calls that were no talk; with the talks they are all attempts."""
    TALK = "talk"
    """Seconds of talks."""
    INVOICES = "invoices"
    """Number of invoices."""
    LEADS = "leads"
    MARGIN = "margin"
    """Payments less their part of the deal's cost."""
    INCOME = "income"
    """Number of payments above zero."""
    STARTED = "started"
    """Deals by the day they were created; whole for their manager, like the six below."""
    STARTED_SUM = "started_sum"
    OPEN = "open"
    """A deal from the day it was created to the day it was closed: plus one, minus one."""
    FINISHED = "finished"
    """Won deals; shares do not split them here."""
    LOST = "lost"
    CYCLE = "cycle"
    """Days from creation to winning."""
    CHECK = "check"
    """Amount of a won deal."""
    AD_COST = "ad_cost"
    """Costs of advertising; they are nobody's own."""
    AD_CLICKS = "ad_clicks"


class Cut(Enum):
    """What sums are also kept by, beside person and day."""

    __hash__ = object.__hash__  # members are single

    MARKET = "market"
    PRODUCT = "product"
    CHANNEL = "channel"
    CLIENT = "client"
    """Row id of the client."""
    STAGE = "stage"
    """Furthest stage of the deal."""
    LOST_AT = "lost_at"
    """Furthest stage of a lost deal."""
    REASON = "reason"
    """Why a deal was lost."""


class Span(Enum):
    """Length of a period."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


class Light(Enum):
    """Colour of a comparison with the plan at this moment."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open range of dates: first day included, `end` excluded."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


@dataclass(frozen=True, slots=True)
class PlanFact:
    """One line of plan against actual for a person or a department in a period."""

    who: str
    """Shown name; the team's total is «Отдел»."""
    measure: Measure
    plan: Decimal | None
    fact: Decimal
    pct: Decimal | None
    expected: Decimal | None
    deviation: Decimal | None
    runrate: Decimal | None
    per_day: Decimal | None
    now_per_day: Decimal | None
    light: Light
    to_previous: Decimal | None
    """Percent against the like-for-like window of the period before."""
    to_last_year: Decimal | None
    reason: str = ""
    before: Decimal | None = None
    """Fact of the like-for-like window of the period before."""
    year_ago: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """Working days of a period: all of them, and those passed."""

    total: int
    passed: int


@dataclass(frozen=True, slots=True)
class PayLine:
    """One line of the pay scheme in the three scenarios; `how` says it in words and numbers."""

    code: str
    title: str
    now: Decimal
    likely: Decimal
    everything: Decimal
    how: str
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A dated next step of an open deal, for «Сегодня и просрочено»."""

    when: str
    """«Просрочено на 2 дн.» or «Сегодня»."""
    text: str
    deal: str
    due: date


@dataclass(frozen=True, slots=True)
class Counted:
    """A payment that entered the pay of the month, or a sum that did not and why."""

    day: date | None
    client: str
    amount: Decimal | None
    note: str
    rate: Decimal | None = None
    """As a fraction; only of payments that entered the pay."""
    pay: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SchemeBlock:
    """The scheme of a person as the live formulas need it: plain numbers."""

    base: Decimal
    tiers: tuple[tuple[Decimal, Decimal], ...]
    """(lower bound of the slice in roubles of basis, rate as a fraction), first bound 0."""
    multiplier: tuple[tuple[Decimal, Decimal], ...]
    """(attainment in percent, coefficient); empty: no multiplier."""
    linear_multiplier: bool
    new_clients: Decimal
    penalty: Decimal
    cliff: bool = False
    by_attainment: bool = False
    cap: Decimal | None = None
    sentences: tuple[str, ...] = ()
    """«Как считается ваша зарплата», one sentence a line."""
    plan: Decimal | None = None
    """What the multiplier's attainment is measured by."""
    max_drop: Decimal = Decimal(20)
    """Most that the penalty may take, in percent of pay; `penalty` is the sum before this bound."""
    kpi: Decimal = Decimal(0)
    gate: Decimal = Decimal(1)
    extra: Decimal = Decimal(0)
    """Special prize and team part, less clawback and what was carried in."""
    guarantee: Decimal | None = None
    draw_balance: Decimal = Decimal(0)
    """What a recoverable guarantee may still take back."""
    regional: Decimal = Decimal(1)
    correction: Decimal = Decimal(0)
    """Corrections of closed months, below everything else."""


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """Everything on «Мой прогноз» of one salesperson."""

    name: str
    month: Period
    asof: date
    written_at: datetime
    scheme: SchemeBlock | None
    """None: pay is not set up for this person."""
    basis: tuple[Decimal, Decimal, Decimal]
    pay: tuple[Decimal, Decimal, Decimal] | None
    """Now, likely, if everything is paid; before income tax."""
    lines: tuple[PayLine, ...]
    paid_count: int
    expected_count: int
    expected_rest: Decimal
    expected_likely: Decimal
    since_yesterday: Decimal | None
    since_yesterday_why: str
    plan_fact: tuple[PlanFact, ...]
    days_total: int
    days_left: int
    steps: tuple[Step, ...]
    not_counted: tuple[Counted, ...]
    counted: tuple[Counted, ...]
    changes: tuple[Counted, ...]
    """«Что изменило сумму», newest first."""
    promised: Decimal | None
    """What «likely» said on the 12th of the month before; None: not known."""
    accrued_before: Decimal | None
    last_month_pay: Decimal | None
    head: str
    helper: str
    questions: tuple[tuple[str, str, str], ...] = ()
    """Open questions to this person: what about, what is wrong, what is proposed."""
    accepted_edits: int = 0
    accepted_at: datetime | None = None
    waiting_changes: int = 0
    """Changes that wait until the book is closed."""
    thresholds: tuple[Decimal, Decimal] = (Decimal(95), Decimal(80))
    """Per cent of the pace from which a light is green and yellow."""
    draft: str = ""
    """What to say when the working calendar of these figures is a draft."""
    quality: Decimal | None = None
    """How full the person's cards and deals are, in per cent, where the pay depends on it."""
    next_tier: str = ""
    """How far the next tier is and which deals would reach it."""
    answer: str = ""
    """What became of the objection of this month."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """One of the nine lamps: text as shown, state, the sum at stake and the worst name."""

    title: str
    count: int | None
    """None: no data; 0: fine."""
    level: Light
    """RED or YELLOW when lit, GREEN when fine, GREY without data."""
    detail: tuple[str, ...] = ()
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """One stage of the funnel of deals created in the period."""

    stage: str
    deals: int
    amount: Decimal
    onward: Decimal | None
    """Share that went further, a ratio; None on the last stage or without deals."""
    worst: bool = False


@dataclass(frozen=True, slots=True)
class PayrollRow:
    """One person on «Зарплата» with the lines under the name."""

    name: str
    base: Decimal
    worked: int
    percent: Decimal
    bonuses: Decimal
    penalty: Decimal
    gross: Decimal
    tax: Decimal | None
    net: Decimal | None
    lines: tuple[PayLine, ...]
    question: str = ""
    """What the person wrote under «Не согласны?»."""


@dataclass(frozen=True, slots=True)
class PayrollMonth:
    """The month that «Зарплата» shows: any one that the owner picked, else the one that runs."""

    month: Period
    rows: tuple[PayrollRow, ...]
    state: str
    """«Предварительно: …» or «Утверждён 03.04, Орлов»."""
    approved: Mapping[str, str] = field(default_factory=dict)
    """What stands in «Утверждено», by person."""
    picked: str = ""
    """What stands in the cell that picks the month."""


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """Plan and fact of one past month, for the twelve columns."""

    month: date
    plan: Decimal | None
    fact: Decimal


@dataclass(frozen=True, slots=True)
class MoneyBlock:
    """Money of the period on «Сводка»."""

    paid: Decimal
    expected: Decimal
    overdue: tuple[Decimal, Decimal, Decimal, Decimal]
    """By age in days: 1-30, 31-60, 61-90, over 90."""
    fund: Decimal
    fund_share: Decimal | None


@dataclass(frozen=True, slots=True)
class TeamFigures:
    """Everything on the owner's figure sheets and in the monthly report."""

    month: Period
    asof: date
    written_at: datetime
    money_measure: Measure
    plan_fact: Mapping[tuple[Span, Measure], tuple[PlanFact, ...]]
    """People worst first, then departments, then the total «Отдел», by span and measure."""
    departments: Mapping[tuple[Span, Measure], tuple[PlanFact, ...]]
    lamps: tuple[Lamp, ...]
    pay_forecast: Mapping[str, Decimal]
    funnel: tuple[FunnelStage, ...]
    money: MoneyBlock
    payroll: tuple[PayrollRow, ...]
    history: tuple[MonthPoint, ...]
    undistributed: Mapping[Measure, Decimal]
    plans_last_year: Mapping[tuple[str, str], tuple[Decimal | None, ...]]
    """(who, measure) -> facts of the twelve months a year before."""
    unlinked_count: int
    unlinked_sum: Decimal
    no_amount_count: int
    version: int
    """Number of the newest batch: the data version that a report cites."""
    approved: str = ""
    """«Утверждён 03.04, Орлов», or empty while the month is open."""
    payroll_month: PayrollMonth | None = None
    """What «Зарплата» shows; None: the payroll of the month of these figures."""
    past: Mapping[tuple[Span, Measure], tuple[PlanFact, ...]] = field(default_factory=dict)
    """The same as `plan_fact` for the month, quarter, half and year before."""
    past_departments: Mapping[tuple[Span, Measure], tuple[PlanFact, ...]] = field(
        default_factory=dict
    )
    days: Mapping[Span, Days] = field(default_factory=dict)
    """Working days of the periods that hold the day."""
    past_days: Mapping[Span, Days] = field(default_factory=dict)
    thresholds: tuple[Decimal, Decimal] = (Decimal(95), Decimal(80))
    quality: Mapping[str, Decimal] = field(default_factory=dict)
    """How full each person's cards and deals are, in per cent, by name."""
    queue: tuple[tuple[str, int], ...] = ()
    """People whose books are open elsewhere, and how many changes wait for each."""
    heads: tuple[str, ...] = ()
    """Who has pay for the sales of others and no line of plan against fact."""
    draft: str = ""
