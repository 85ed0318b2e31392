"""Random rows of «Мотивация» over random months against a slow evaluator of the metrics."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from formulas.pay.components import Around, Counted, TeamMonth, extras_of
from formulas.pay.outlook import month_pay, outlook
from formulas.pay.parts import Member, Refund
from formulas.pay.rules import MEASURES, RuleRow, in_force, read_rules, rows_of
from formulas.pay.scheme import LATE_STEP, Given, OpenDeal
from formulas.pay.total import Correction
from tests.formulas.slow_pay import slow_pay

D = Decimal
ME = "я"
COUNTED = ("звонки", "кп отправлено", "новые клиенты", "сделки")
STEPS = ("шкала", "коэффициент плана", "порог")
SEEDS, SOAK = 300, 10_000


def row(component: str, base: str = "", **cells: int | str | None) -> dict[str, Any]:
    """A row: numbers as texts, so that none of them is binary."""
    numbers = {k: None if v is None else D(v) for k, v in cells.items()}
    blank = dict.fromkeys(("start", "rate", "factor", "cap"))
    return {"component": component, "base": base, **blank, **numbers}


class Chance:
    """Random schemes and months from a seed."""

    def __init__(self, seed: int) -> None:
        self.any = random.Random(seed)

    def maybe(self) -> bool:
        return self.any.random() < 0.45

    def money(self, most: int) -> str:
        return str(
            self.any.choice([0, self.any.randrange(most), self.any.randrange(most * 100) / D(100)])
        )

    def rate(self, most: int = 12) -> str:
        return str(self.any.randrange(1, most * 100) / D(100) + D("0.05"))

    def rows(self, *, rising: bool = False) -> list[dict[str, Any]]:
        """Rows of one scheme; with `rising` nothing in it pays less for more."""
        chance, out = self.any, [row("оклад", rate=self.money(90_000))]
        out += self.scale(rising=rising)
        if self.maybe():
            smooth = chance.choice(["", "плавно"])
            ks = [chance.randrange(0, 20) / D(10) for _ in range(chance.randrange(1, 4))]
            starts = sorted(chance.sample(range(150), len(ks)))
            out += [
                row("коэффициент плана", smooth, start=s, factor=str(k))
                for s, k in zip(starts, sorted(ks) if rising else ks, strict=True)
            ]
        for name in chance.sample(COUNTED, chance.randrange(0, 3)):
            floor, cap = chance.choice([0, 50, 80]), chance.choice([None, 100, 150])
            weight = chance.choice([None, "2"])
            out.append(
                row("показатель", name, start=floor, cap=cap, rate=self.money(9000), factor=weight)
            )
        if self.maybe():
            gate = chance.choice([*COUNTED, "план", "просроченные шаги"])
            out.append(
                row(
                    "порог",
                    gate,
                    start=chance.randrange(0, 120),
                    factor=chance.choice([None, "0.5", "1"]),
                )
            )
        out += self.small()
        return out

    def scale(self, *, rising: bool) -> list[dict[str, Any]]:
        chance = self.any
        words = [w for w in ("план", "вся сумма") if self.maybe()]
        base = ", ".join(words)
        count = chance.randrange(1, 5)
        most = 160 if "план" in words else 2_000_000
        starts = sorted(chance.sample(range(1, most), count))
        starts[0] = chance.choice([0, starts[0]])
        rates = [self.rate() for _ in starts]
        if rising and "вся сумма" in words:
            rates.sort(key=D)
        if count == 1 and not words:
            return [row("процент", start=0, rate=rates[0])]
        out = [row("шкала", base, start=s, rate=x) for s, x in zip(starts, rates, strict=True)]
        if "план" in words and self.maybe():
            out.append(row("шкала", f"{base}, без плана", start=0, rate=self.rate()))
        return out

    def small(self) -> list[dict[str, Any]]:
        """Components of one row each."""
        chance = self.any
        rows = (
            row("новые клиенты", rate=self.money(5000), start=chance.choice([0, 20_000])),
            row("премия", chance.choice(COUNTED), start=chance.randrange(20), rate=self.money(300)),
            row("премия", rate=self.money(9000)),
            row(
                "команда", chance.choice(["", "поровну", "по вкладу", "по дням"]), rate=self.rate(3)
            ),
            row(
                "депремирование",
                start=chance.randrange(4),
                rate=self.money(2000),
                cap=chance.choice([None, 10, 50]),
            ),
            row("возвраты", start=chance.choice([None, 30, 60])),
            row("перенос"),
            row("гарантия", chance.choice(["", "возвратная"]), rate=self.money(120_000)),
            row("потолок", cap=self.money(80_000)),
            row("районный коэффициент", factor=chance.choice(["1.15", "1.7"])),
        )
        return [one for one in rows if self.maybe()]

    def month(self) -> dict[str, Any]:
        """What happened: sums are exact, names of measures are those of «База»."""
        chance = self.any
        plan = chance.choice([None, D(0), D(self.money(1_500_000)), D(1_000_000)])
        fact = D(self.money(2_500_000)) * (-1 if chance.random() < 0.05 else 1)
        paid = [date(2026, 1, 5) + timedelta(days=chance.randrange(80)) for _ in range(2)]
        return {
            "fact": fact,
            "plan": plan,
            "worked": chance.randrange(0, 24),
            "norm": chance.choice([0, 21, 21, 21]),
            "late": chance.randrange(0, 12),
            "firsts": [D(self.money(60_000)) for _ in range(chance.randrange(4))],
            "measures": {
                name: (D(chance.randrange(0, 300)), chance.choice([None, D(0), D(40), D(150)]))
                for name in COUNTED
            },
            "team": [
                (name, D(self.money(900_000)) * chance.choice([1, 1, -1]), chance.randrange(22))
                for name in (ME, "он", "она")
            ],
            "refunds": [
                (
                    D(self.money(90_000)),
                    day,
                    day + timedelta(days=chance.randrange(100)),
                    D(self.rate(9)) / 100,
                )
                for day in paid
            ],
            "carry_in": D(self.money(20_000)),
            "balance": D(self.money(50_000)),
            "correction": D(self.money(3000)) * chance.choice([0, 1, -1]),
        }

    def on_a_bound(self, rows: Sequence[Mapping[str, Any]], month: dict[str, Any]) -> None:
        """Every third month stands exactly at a bound of its scheme."""
        starts = [one["start"] for one in rows if one["component"] in STEPS]
        if starts and self.any.random() < 1 / 3:
            start = self.any.choice(starts)
            month["fact"] = self.any.choice([start, start * (month["plan"] or D(0)) / 100])


def rule_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[RuleRow, ...]:
    return tuple(
        RuleRow(str(n), "основная", **one, since=date(2026, 3, 1)) for n, one in enumerate(rows)
    )


def paid(rows: Sequence[Mapping[str, Any]], month: Mapping[str, Any]) -> dict[str, Decimal]:
    """Lines of the product by code, and the figure."""
    reading = read_rules(in_force(rule_rows(rows), date(2026, 3, 1)))
    assert not reading.doubts
    around = Around(
        ME,
        month["fact"],
        month["plan"],
        {MEASURES[name]: Counted(*both) for name, both in month["measures"].items()},
        month["late"],
        TeamMonth(
            sum((v for _, v, _ in month["team"]), D(0)),
            tuple((name, Member(value, days)) for name, value, days in month["team"]),
        ),
        tuple(("Клиент", Refund(*refund)) for refund in month["refunds"]),
        month["carry_in"],
        month["balance"],
        (Correction("2026-01", month["correction"]),) if month["correction"] else (),
    )
    extras, notes = extras_of(reading.scheme, around)
    given = Given(
        month["fact"],
        month["plan"],
        month["worked"],
        month["norm"],
        date(2026, 3, 31),
        date(2026, 3, 31),
        tuple(month["firsts"]),
        {LATE_STEP: month["late"]},
        extras=extras,
        notes=notes,
    )
    pay = month_pay(reading.scheme, given)
    lines = {line.code.replace("_2026-01", ""): line.amount for line in pay.steps}
    return {**lines, "figure": pay.pay}


def fractions(value: Any) -> Any:
    """The same with fractions for decimals."""
    if isinstance(value, Decimal):
        return Fraction(value)
    if isinstance(value, Mapping):
        return {key: fractions(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(fractions(one) for one in value)
    return value


def check(seed: int) -> None:
    chance = Chance(seed)
    rows, month = chance.rows(), chance.month()
    chance.on_a_bound(rows, month)
    said = paid(rows, month)
    figure = said.pop("figure")
    assert sum(said.values()) == figure, (seed, rows, month)
    slow = slow_pay(fractions(rows), fractions(month))
    wrong = {
        code: (said.get(code, D(0)), amount)
        for code, amount in slow.items()
        if Fraction(said.get(code, D(0))) != amount
    }
    assert not wrong, (seed, wrong, rows, month)
    assert not set(said) - set(slow), seed


def test_every_line_of_random_schemes_is_what_the_metrics_say() -> None:
    for seed in range(SEEDS):
        check(seed)


@pytest.mark.soak
def test_every_line_of_ten_thousand_random_schemes_is_what_the_metrics_say() -> None:
    for seed in range(SOAK):
        check(seed)


def rises(seed: int) -> None:
    chance = Chance(seed)
    rows, month = chance.rows(rising=True), chance.month()
    if "fact" in month and month["fact"] < 0:
        return
    before = paid(rows, month)["figure"]
    for more in ("0.01", "500", "70000", "1500000"):
        after = paid(rows, {**month, "fact": month["fact"] + D(more)})["figure"]
        assert after >= before, (seed, more, rows, month)
        before = after if D(more) < 1 else before


def test_pay_never_falls_when_sales_rise() -> None:
    for seed in range(SEEDS):
        rises(seed)


@pytest.mark.soak
def test_pay_never_falls_in_ten_thousand_schemes() -> None:
    for seed in range(SOAK):
        rises(seed)


def test_a_falling_whole_sum_scale_is_the_owners_word() -> None:
    rows = [
        row("шкала", "вся сумма", start=0, rate=5),
        row("шкала", "вся сумма", start=100, rate=2),
    ]
    month = {**Chance(1).month(), "plan": None}
    low, high = (paid(rows, {**month, "fact": D(x)})["tier_1"] for x in (99, 100))
    assert (low, high) == (D("4.95"), D(0))


DOUBTFUL = [
    (row("надбавка", rate=1), "component", "Выберите компонент из списка"),
    (row("оклад"), "rate", "Впишите рублей за полный месяц, например 40000"),
    (row("оклад", rate=-5), "rate", "Впишите число без минуса"),
    (row("процент", rate=300), "rate", "Впишите процент от 0 до 100"),
    (row("процент", rate="0.03"), "rate", "Если это 3 %, впишите 3"),
    (row("шкала", "наценка", rate=3), "base", "Впишите: оплаты, закрытые сделки, счета"),
    (row("показатель", rate=300), "base", "Впишите: звонки, КП отправлено"),
    (row("порог", "звонки"), "start", "Впишите, сколько нужно"),
    (row("районный коэффициент"), "factor", "Впишите коэффициент, например 1,15"),
    (row("потолок"), "cap", "Впишите, сколько рублей самое большее"),
    (row("команда", "по росту", rate=1), "base", "Впишите: поровну, по вкладу или по дням"),
]


@pytest.mark.parametrize(("wrong", "column", "advice"), DOUBTFUL)
def test_a_row_without_a_meaning_is_doubted_and_left_out(
    wrong: dict[str, Any], column: str, advice: str
) -> None:
    good = row("оклад", rate=40_000) if wrong["component"] != "оклад" else row("процент", rate=3)
    reading = read_rules(rule_rows([good, wrong]))
    (doubt,) = reading.doubts
    assert (doubt.row_id, doubt.column) == ("1", column)
    assert doubt.advice.startswith(advice)
    assert [kept.row_id for kept in reading.rows] == ["0"]


def test_words_in_a_number_cell_and_a_bound_twice_are_doubted() -> None:
    rows = rule_rows([row("шкала", start=0, rate=3), row("шкала", start=0, rate=4)])
    assert [d.row_id for d in read_rules(rows).doubts] == ["1"]
    words = replace(rows[0], rate=None, faults=(("rate", "три"),))
    (doubt,) = read_rules((words,)).doubts
    assert (doubt.column, doubt.typed) == ("rate", "три")


def test_more_steps_than_the_forecast_holds_are_doubted() -> None:
    rows = rule_rows([row("шкала", start=n * 1000 + 1, rate=1) for n in range(9)])
    reading = read_rules(rows)
    assert [d.row_id for d in reading.doubts] == ["7", "8"]
    assert len(reading.scheme.scale) == 8


def test_a_refund_alone_and_a_payment_to_come_have_the_same_lines() -> None:
    base = "план, без плана"
    rows = [row("шкала", "план", start=0, rate=3), row("шкала", base, start=0, rate=2)]
    scheme = read_rules(rule_rows(rows)).scheme
    deal = OpenDeal(D(500), D(1), date(2026, 3, 31))
    given = Given(D(-100), None, 21, 21, date(2026, 3, 1), date(2026, 3, 31), deals=(deal,))
    seen = outlook(scheme, given)
    assert [seen.pay.now, seen.pay.all] == [D(0), D(8)]


def test_rules_hold_from_their_date_and_end_with_no() -> None:
    def dated(component: str, month: int, base: str = "", **cells: int) -> RuleRow:
        (one,) = rule_rows([row(component, base, **cells)])
        since = date(2026, month, 1)
        return replace(one, row_id=f"{component} {month}", since=since)

    rows = (
        dated("оклад", 1, rate=40_000),
        dated("оклад", 3, rate=50_000),
        dated("шкала", 1, rate=3),
        dated("процент", 4, rate=5),
        dated("потолок", 1, cap=9),
        dated("потолок", 4, "нет"),
        dated("премия", 2, rate=7000),
    )

    def held(month: int) -> list[str]:
        return [one.row_id for one in in_force(rows, date(2026, month, 1))]

    assert held(2) == ["оклад 1", "шкала 1", "потолок 1", "премия 2"]
    assert held(3) == ["оклад 3", "шкала 1", "потолок 1"]
    assert held(4) == ["оклад 3", "процент 4"]


def test_a_persons_own_row_takes_the_place_of_the_schemes() -> None:
    rows = rule_rows([row("оклад", rate=40_000), row("процент", rate=3), row("премия", rate=1000)])
    own = [
        replace(rows[0], row_id="own", scheme="иванов пётр", rate=D(60_000)),
        replace(rows[2], row_id="prize", scheme="иванов пётр", rate=D(5000)),
    ]
    found = rows_of((*rows, *own), "основная", "иванов пётр", date(2026, 3, 1))
    assert [one.row_id for one in found] == ["1", "2", "own", "prize"]
    assert read_rules(found).scheme.base == 60_000
