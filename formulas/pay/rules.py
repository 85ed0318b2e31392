"""Rows of «Мотивация» as a scheme of pay, and what in a row cannot be meant.

A row says its component; «База» says in words what it is counted from and how, the other cells hold
one number each. A row with a doubt that leaves it without a meaning takes no part; every doubt
names the column and what to write there.

    процент, шкала     База: what is counted; «план»: bounds in per cent of the plan; «вся сумма»: a
                       cliff scale; «без плана»: the rate where there is no plan
    коэффициент плана  Порог: per cent of the plan; Множитель; База «плавно»: a straight line
    показатель         База: a measure; Порог: least per cent; Ставка: roubles at 100 %; Множитель:
                       weight; Потолок: most per cent
    порог              База: a measure; Порог: its least value; Множитель: what is left below it
    новые клиенты      Ставка for each, Порог: least first payment
    премия             Ставка, once in the month of «С даты»; with a measure: for each above «Порог»
    команда            Ставка: per cent of the team's money; База: поровну, по вкладу, по дням
    депремирование     Ставка for each late step, Порог: how many are forgiven, Потолок: per cent
    возвраты           Порог: days
    перенос            a negative bonus goes to the next month
    гарантия           Ставка; База «возвратная»: taken back from later pay
    потолок, районный коэффициент, оклад
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from formulas.pay.basis import BasisKind, BasisRule
from formulas.pay.parts import CLAWBACK_DAYS, MAX_DROP_PCT, TeamMode
from formulas.pay.scheme import (
    CARD_QUALITY,
    LATE_STEP,
    GateRule,
    KpiRule,
    PenaltyRule,
    PrizeRule,
    Scheme,
    TeamRule,
)
from formulas.pay.tiers import MultiplierMode, Point, ScaleBy, ScaleMode, Tier
from formulas.pay.total import Draw
from formulas.rounding import HUNDRED, ONE, ZERO
from model.values import plain

SALARY, PERCENT, SCALE, FACTOR = "оклад", "процент", "шкала", "коэффициент плана"
KPI, GATE, NEW, PRIZE, TEAM = "показатель", "порог", "новые клиенты", "премия", "команда"
PENALTY, RETURNS, CARRY = "депремирование", "возвраты", "перенос"
GUARANTEE, CAP, REGIONAL = "гарантия", "потолок", "районный коэффициент"
COMPONENTS = (
    SALARY,
    PERCENT,
    SCALE,
    FACTOR,
    KPI,
    GATE,
    NEW,
    PRIZE,
    TEAM,
    PENALTY,
    RETURNS,
    CARRY,
    GUARANTEE,
    CAP,
    REGIONAL,
)
"""As the list of «Компонент» offers them."""
PLAN, LATE = "план", "просроченные шаги"
MEASURES: Mapping[str, str] = {
    "оплаты": "money",
    "закрытые сделки": "won",
    "счета": "invoiced",
    "выигранные сделки": "deals",
    "сделки": "deals",
    "новые клиенты": "new_clients",
    "звонки": "calls",
    "кп": "offers",
    "кп отправлено": "offers",
    "качество карточек": CARD_QUALITY,
    "заполнение карточек": CARD_QUALITY,
    "просроченные шаги": LATE_STEP,
    "план": PLAN,
}
"""Words of «База» for what an indicator, a condition or a prize looks at."""
KINDS: Mapping[str, BasisKind] = {
    "оплаты": BasisKind.PAID,
    "оплата": BasisKind.PAID,
    "закрыто": BasisKind.WON,
    "закрытые сделки": BasisKind.WON,
    "счёт": BasisKind.INVOICED,
    "счет": BasisKind.INVOICED,
    "счета": BasisKind.INVOICED,
    "отгрузка": BasisKind.SHIPPED,
    "отгрузки": BasisKind.SHIPPED,
    "маржа": BasisKind.MARGIN,
}
CLIFF, SMOOTH, NO_PLAN, NO_VAT = "вся сумма", "плавно", "без плана", "без ндс"
ONLY_WON, RECOVERABLE = "только закрытые", "возвратная"
END = "нет"
"""In «База»: from its date on the component is no more."""
_FAMILY = {PERCENT: SCALE}
"""Components that take each other's place."""
SCALE_WORDS = (*KINDS, PLAN, CLIFF, NO_PLAN, NO_VAT, ONLY_WON)
TEAM_WORDS: Mapping[str, TeamMode] = {
    "поровну": TeamMode.EQUAL,
    "по вкладу": TeamMode.SHARE,
    "по дням": TeamMode.DAYS,
}
LEAST_RATE = Decimal("0.05")
"""Per cent: «3 %» typed into an Excel cell is 0.03, and nobody pays 3 kopecks of 100 roubles."""
KPI_CAP = Decimal(120)
MOST_STEPS = 7
"""Of a scale; below the first one stands a step of nothing, and the forecast holds eight."""
Faults = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row of «Мотивация»; `faults` are cells that hold no number or day, as typed."""

    row_id: str
    scheme: str
    component: str
    base: str = ""
    start: Decimal | None = None
    rate: Decimal | None = None
    factor: Decimal | None = None
    cap: Decimal | None = None
    since: date | None = None
    note: str = ""
    faults: Faults = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What «База» says, apart by commas."""
        return tuple(part.strip() for part in self.base.split(",") if part.strip())

    def says(self, word: str) -> bool:
        """Whether «База» or the explanation says it."""
        return word in self.words or word in self.note


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a row cannot mean: the column, what stands there, what to write."""

    row_id: str
    column: str
    typed: str
    advice: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What rows say together: the scheme, what is doubtful, and the rows each line follows from."""

    scheme: Scheme
    doubts: tuple[Doubt, ...]
    rows: tuple[RuleRow, ...]
    """Those that take part."""

    def of(self, *components: str) -> tuple[RuleRow, ...]:
        """Rows of these components, in their order."""
        return tuple(row for row in self.rows if row.component in components)


def in_force(rows: Iterable[RuleRow], month: date) -> tuple[RuleRow, ...]:
    """Of each component the rows with the latest «С даты» not after the month's first day.

    A percent and a scale take each other's place; «нет» in База ends a component. A prize without
    a measure is of the month of its date alone, so none takes another's place.
    """
    rows = tuple(rows)
    lasting = [row for row in rows if not _is_once(row) and _since(row) <= month]
    newest: dict[str, date] = {}
    for row in lasting:
        family = _FAMILY.get(row.component, row.component)
        newest[family] = max(newest.get(family, date.min), _since(row))
    once = {
        row.row_id for row in rows if _is_once(row) and _month(row) == (month.year, month.month)
    }
    last = {
        row.row_id
        for row in lasting
        if _since(row) == newest[_FAMILY.get(row.component, row.component)] and END not in row.words
    }
    return tuple(row for row in rows if row.row_id in once | last)


def rows_of(rows: Iterable[RuleRow], scheme: str, person: str, month: date) -> tuple[RuleRow, ...]:
    """The rows in force for a person: a component with rows under the own name follows those.

    Prizes of both stand. Names are folded.
    """
    rows = tuple(rows)
    mine = in_force((row for row in rows if row.scheme == person), month)
    if scheme == person:
        return mine
    taken = {_FAMILY.get(row.component, row.component) for row in mine} - {PRIZE}
    theirs = in_force((row for row in rows if row.scheme == scheme), month)
    kept = (r for r in theirs if _FAMILY.get(r.component, r.component) not in taken)
    return (*kept, *mine)


def _since(row: RuleRow) -> date:
    return row.since or date.min


def _month(row: RuleRow) -> tuple[int, int]:
    return _since(row).year, _since(row).month


def _is_once(row: RuleRow) -> bool:
    return row.component == PRIZE and not row.words


def read_rules(rows: Sequence[RuleRow]) -> Reading:
    """The scheme that the rows in force make."""
    doubts = [doubt for row in rows for doubt in doubts_of(row)]
    doubts += _doubles(rows)
    out = {doubt.row_id for doubt in doubts}
    kept = tuple(row for row in rows if row.row_id not in out)
    return Reading(_scheme(kept), tuple(doubts), kept)


def doubts_of(row: RuleRow) -> tuple[Doubt, ...]:
    """What one row cannot mean."""
    if not row.component:
        return (Doubt(row.row_id, "component", "", "Выберите компонент из списка"),)
    if row.component not in COMPONENTS:
        return (Doubt(row.row_id, "component", row.component, "Выберите компонент из списка"),)
    if END in row.words:
        return ()
    found = [Doubt(row.row_id, c, typed, _INSTEAD[c]) for c, typed in row.faults]
    if not row.scheme:
        found.append(Doubt(row.row_id, "scheme", "", "Впишите название схемы или ФИО"))
    return (*found, *_words_of(row), *_numbers_of(row))


_INSTEAD = {
    "start": "Впишите одно число",
    "rate": "Впишите одно число, например 3 или 40000",
    "factor": "Впишите одно число, например 1,15",
    "cap": "Впишите одно число",
    "since": "Впишите день, например 01.03.2026",
}
_VOCABULARY: Mapping[str, tuple[str, ...]] = {
    PERCENT: SCALE_WORDS,
    SCALE: SCALE_WORDS,
    FACTOR: (SMOOTH, PLAN),
    KPI: tuple(word for word, code in MEASURES.items() if code not in {PLAN, LATE_STEP}),
    GATE: tuple(MEASURES),
    PRIZE: tuple(word for word, code in MEASURES.items() if code not in {PLAN, LATE_STEP}),
    TEAM: tuple(TEAM_WORDS),
    PENALTY: (LATE,),
    GUARANTEE: (RECOVERABLE,),
}
_ADVICE: Mapping[str, str] = {
    PERCENT: "Впишите: оплаты, закрытые сделки, счета, отгрузка или маржа",
    SCALE: "Впишите: оплаты, закрытые сделки, счета, отгрузка, маржа или план",
    FACTOR: "Впишите «плавно» или оставьте пустым",
    KPI: "Впишите: звонки, КП отправлено, новые клиенты, сделки, оплаты, счета или "
    "качество карточек",
    GATE: "Впишите: план, звонки, КП отправлено, новые клиенты, сделки, качество карточек или "
    "просроченные шаги",
    PRIZE: "Впишите показатель, например «звонки», или оставьте пустым",
    TEAM: "Впишите: поровну, по вкладу или по дням",
    GUARANTEE: "Впишите «возвратная» или оставьте пустым",
}
_NEEDS_BASE = frozenset({KPI, GATE})


def _words_of(row: RuleRow) -> list[Doubt]:
    known = _VOCABULARY.get(row.component, ())
    advice = _ADVICE.get(row.component, "Оставьте пустым")
    strange = [word for word in row.words if word not in (*known, END)] if known else []
    if strange:
        return [Doubt(row.row_id, "base", strange[0], advice)]
    if row.component in _NEEDS_BASE and len(row.words) != 1:
        return [Doubt(row.row_id, "base", row.base, advice)]
    return []


_NUMBERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    SALARY: (("rate", "Впишите рублей за полный месяц, например 40000"),),
    PERCENT: (("rate", "Впишите процент, например 3"),),
    SCALE: (("rate", "Впишите процент, например 3"),),
    FACTOR: (("factor", "Впишите, на сколько умножать, например 1,1"),),
    KPI: (("rate", "Впишите, сколько рублей за 100 %"),),
    GATE: (("start", "Впишите, сколько нужно"),),
    NEW: (("rate", "Впишите рублей за клиента"),),
    PRIZE: (("rate", "Впишите рублей"),),
    TEAM: (("rate", "Впишите процент с оплат команды"),),
    PENALTY: (("rate", "Впишите рублей за просроченный шаг"),),
    GUARANTEE: (("rate", "Впишите рублей за полный месяц"),),
    REGIONAL: (("factor", "Впишите коэффициент, например 1,15"),),
}
_IN_PERCENT = frozenset({PERCENT, SCALE, TEAM})


def _numbers_of(row: RuleRow) -> list[Doubt]:
    values = {"start": row.start, "rate": row.rate, "factor": row.factor, "cap": row.cap}
    unread = {column for column, _ in row.faults}
    found = [
        Doubt(row.row_id, column, plain(value), "Впишите число без минуса")
        for column, value in values.items()
        if value is not None and value < 0
    ]
    found += [
        Doubt(row.row_id, column, "", advice)
        for column, advice in _NUMBERS.get(row.component, ())
        if values[column] is None and column not in unread and not _elsewhere(row)
    ]
    rate = row.rate
    if row.component in _IN_PERCENT and rate is not None:
        if rate > HUNDRED:
            found.append(Doubt(row.row_id, "rate", plain(rate), "Впишите процент от 0 до 100"))
        elif ZERO < rate < LEAST_RATE:
            advice = f"Если это {plain(rate * 100)} %, впишите {plain(rate * 100)}"
            found.append(Doubt(row.row_id, "rate", plain(rate), advice))
    if row.component == CAP and row.cap is None and rate is None and not unread:
        found.append(Doubt(row.row_id, "cap", "", "Впишите, сколько рублей самое большее"))
    if _is_once(row) and row.since is None and not unread:
        found.append(Doubt(row.row_id, "since", "", "Впишите месяц премии, например 01.03.2026"))
    return found


def _elsewhere(row: RuleRow) -> bool:
    """An indicator beside another one may leave its sum to it and say a weight only."""
    return row.component == KPI and row.factor is not None


def _doubles(rows: Sequence[RuleRow]) -> list[Doubt]:
    """Two steps of a scale from one bound, and steps that the forecast has no room for."""
    found, seen = [], set[tuple[str, Decimal]]()
    for row in rows:
        if row.component not in {SCALE, FACTOR} or row.says(NO_PLAN):
            continue
        step = row.component, row.start or ZERO
        if sum(kind == row.component for kind, _ in seen) == MOST_STEPS:
            advice = f"На листе место для {MOST_STEPS} ступеней: оставьте не больше"
            found.append(Doubt(row.row_id, "start", plain(step[1]), advice))
            continue
        if step in seen:
            advice = "С этого порога ступень уже есть: впишите другой порог"
            found.append(Doubt(row.row_id, "start", plain(step[1]), advice))
        seen.add(step)
    return found


def _scheme(rows: Sequence[RuleRow]) -> Scheme:
    by = {kind: [row for row in rows if row.component == kind] for kind in COMPONENTS}
    cuts = by[PENALTY]
    scheme = Scheme(
        base=_first(by[SALARY], "rate") or ZERO,
        scale=(Tier(ZERO, ZERO),),
        new_client_bonus=_first(by[NEW], "rate") or ZERO,
        new_client_min=_first(by[NEW], "start") or ZERO,
        penalty=tuple(PenaltyRule(LATE_STEP, r.rate or ZERO, int(r.start or 0)) for r in cuts),
        max_drop_pct=_or(_first(cuts, "cap"), MAX_DROP_PCT),
        cap=next((v for r in by[CAP] for v in (r.cap, r.rate) if v is not None), None),
        guarantee=_first(by[GUARANTEE], "rate") or ZERO,
        draw=_draw(by[GUARANTEE]),
        regional=_or(_first(by[REGIONAL], "factor"), ONE),
        kpis=tuple(map(_kpi, by[KPI])),
        gates=tuple(GateRule(_measure(r), r.start or ZERO, r.factor or ZERO) for r in by[GATE]),
        prizes=tuple(map(_prize, by[PRIZE])),
        team=_team(by[TEAM]),
        clawback_days=_clawback(by[RETURNS]),
        carry=bool(by[CARRY]),
    )
    return _scaled(scheme, by[SCALE] or by[PERCENT], by[FACTOR])


def _scaled(scheme: Scheme, scale: Sequence[RuleRow], points: Sequence[RuleRow]) -> Scheme:
    steps = sorted((_tier(r) for r in scale if not r.says(NO_PLAN)), key=lambda t: t.start)
    if not steps or steps[0].start > 0:
        steps.insert(0, Tier(ZERO, ZERO))
    without = [r.rate for r in scale if r.says(NO_PLAN) and r.rate is not None]
    return replace(
        scheme,
        scale=tuple(steps),
        by=ScaleBy.ATTAINMENT if any(PLAN in r.words for r in scale) else ScaleBy.AMOUNT,
        mode=ScaleMode.CLIFF if any(r.says(CLIFF) for r in scale) else ScaleMode.MARGINAL,
        no_plan_rate=without[0] / HUNDRED if without else None,
        basis=_basis(scale),
        multiplier=tuple(
            sorted((Point(r.start or ZERO, _or(r.factor, ONE)) for r in points), key=lambda p: p.at)
        ),
        multiplier_mode=(
            MultiplierMode.LINEAR if any(r.says(SMOOTH) for r in points) else MultiplierMode.STEP
        ),
    )


def _basis(scale: Sequence[RuleRow]) -> BasisRule | None:
    """What the scale counts from; None: what «Продажи считать по» says."""
    words = [word for row in scale for word in row.words]
    kind = next((KINDS[word] for word in words if word in KINDS), None)
    won, net = ONLY_WON in words, NO_VAT in words
    if kind is None and not won and not net:
        return None
    return BasisRule(kind or BasisKind.PAID, requires_won=won, net_of_vat=net)


def _tier(row: RuleRow) -> Tier:
    return Tier(row.start or ZERO, (row.rate or ZERO) / HUNDRED)


def _kpi(row: RuleRow) -> KpiRule:
    return KpiRule(
        _measure(row),
        fund=row.rate or ZERO,
        weight=_or(row.factor, row.rate or ZERO),
        floor=(row.start or ZERO) / HUNDRED,
        cap=_or(row.cap, KPI_CAP) / HUNDRED,
    )


def _prize(row: RuleRow) -> PrizeRule:
    return PrizeRule(_measure(row), row.rate or ZERO, row.start or ZERO)


def _measure(row: RuleRow) -> str:
    return MEASURES[row.words[0]] if row.words else ""


def _team(rows: Sequence[RuleRow]) -> TeamRule | None:
    if not rows:
        return None
    mode = next((TEAM_WORDS[w] for r in rows for w in r.words), TeamMode.EQUAL)
    return TeamRule((rows[0].rate or ZERO) / HUNDRED, mode)


def _draw(rows: Sequence[RuleRow]) -> Draw:
    if not rows:
        return Draw.NONE
    return Draw.RECOVERABLE if any(r.says(RECOVERABLE) for r in rows) else Draw.FREE


def _clawback(rows: Sequence[RuleRow]) -> int | None:
    return int(_or(_first(rows, "start"), Decimal(CLAWBACK_DAYS))) if rows else None


def _first(rows: Sequence[RuleRow], column: str) -> Decimal | None:
    values: Iterable[Decimal | None] = (getattr(row, column) for row in rows)
    return next((value for value in values if value is not None), None)


def _or(value: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if value is None else value
