"""A team of five in March 2026, with the sums of UX.md sections 6 and 7."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from model.figures import (
    Days,
    FunnelStage,
    Lamp,
    Light,
    Measure,
    MoneyBlock,
    MonthPoint,
    PayLine,
    PayrollRow,
    PlanFact,
    Span,
    TeamFigures,
)
from tests.templates.screens.sample import ASOF, MARCH, NOW, D, ivanov

PEOPLE = (
    ("Петрова Анна", 1000000, 290000, Light.RED, "-18", None),
    ("Сидоров Илья", 700000, 214000, Light.RED, "-6", "-11"),
    ("Иванов Пётр", 1250000, 548000, Light.GREEN, "12", "31"),
    ("Козлов Денис", 1250000, 560000, Light.GREEN, "5", "22"),
    ("Смирнова Ольга", 1400000, 702000, Light.GREEN, "21", "44"),
)


def line(
    who: str,
    plan: int,
    fact: int,
    light: Light,
    *,
    months: int = 1,
    measure: Measure = Measure.MONEY,
    previous: str | None = "9",
    year: str | None = "27",
    reason: str = "",
) -> PlanFact:
    plan_, fact_ = D(plan), D(fact)
    expected = (plan_ * 8 / (21 * months)).quantize(D("0.01"))
    return PlanFact(
        who=who,
        measure=measure,
        plan=plan_,
        fact=fact_,
        pct=(100 * fact_ / plan_).quantize(D("0.01")),
        expected=expected,
        deviation=fact_ - expected,
        runrate=(fact_ * 21 * months / 8).quantize(D("0.01")),
        per_day=((plan_ - fact_) / (21 * months - 8)).quantize(D("0.01")),
        now_per_day=(fact_ / 8).quantize(D("0.01")),
        light=light,
        to_previous=None if previous is None else D(previous),
        to_last_year=None if year is None else D(year),
        reason=reason,
        before=None if previous is None else (fact_ / (1 + D(previous) / 100)),
        year_ago=None if year is None else (fact_ / (1 + D(year) / 100)),
    )


def people(months: int = 1) -> tuple[PlanFact, ...]:
    rows = [
        line(
            who,
            plan * months,
            fact * months,
            light,
            months=months,
            previous=prev,
            year=year,
            reason="Отпуск до 10.03. Добираем звонками" if who.startswith("Сидоров") else "",
        )
        for who, plan, fact, light, prev, year in PEOPLE
    ]
    total = line("Отдел", 5600000 * months, 2314000 * months, Light.GREEN, months=months)
    return (*rows, total)


def small(measure: Measure, scale: int) -> tuple[PlanFact, ...]:
    rows = [
        line(who, 5 + n * scale, 1 + n * scale // 2, Light.YELLOW, measure=measure)
        for n, (who, *_) in enumerate(PEOPLE, start=1)
    ]
    return (*rows, line("Отдел", 40 * scale, 17 * scale, Light.YELLOW, measure=measure))


def pay_row(name: str, percent: int, bonuses: int, penalty: int) -> PayrollRow:
    gross = D(40000 + percent + bonuses - penalty)
    tax = (gross * 13 / 100).quantize(D(1))
    lines = ivanov().lines
    return PayrollRow(
        name,
        D(40000),
        21,
        D(percent),
        D(bonuses),
        D(penalty),
        gross,
        tax,
        gross - tax,
        tuple(PayLine(x.code, x.title, x.now, x.likely, x.everything, x.how) for x in lines),
        question="Где оплата Вектора, 54 000?" if name.startswith("Петрова") else "",
    )


def lamps() -> tuple[Lamp, ...]:
    red, yellow, fine, none = Light.RED, Light.YELLOW, Light.GREEN, Light.GREY
    return (
        Lamp("Без следующего шага", 14, red, ("2 340 тыс.", "Петрова 9"), "Сделки"),
        Lamp("Просрочены шаги", 6, yellow, ("1 120 тыс.", "Иванов 3"), "Сделки"),
        Lamp("Заявки без ответа", 0, fine, (), "Заявки"),
        Lamp("Просрочена оплата", 3, red, ("418 тыс.", "Вектор 250"), "Оплаты"),
        Lamp("Зависли", 0, fine, (), "Сделки"),
        Lamp("Отстают от плана", 2, yellow, ("Петрова,", "Сидоров"), "План-факт"),
        Lamp("Не перезвонили", None, none, (), "Звонки"),
        Lamp("Ждут ответа", 4, yellow, ("1 стоп",), "Вопросы"),
        Lamp("Копии и связь", 0, fine, (), "Настройки"),
    )


def team(**changes: object) -> TeamFigures:
    stages = (
        FunnelStage("Новая", 62, D(9200000), D("0.71")),
        FunnelStage("КП отправлено", 44, D(7400000), D("0.4403"), worst=True),
        FunnelStage("Переговоры", 19, D(4100000), D("0.79")),
        FunnelStage("Договор", 15, D(3300000), D("0.8")),
        FunnelStage("Счёт выставлен", 12, D(2600000), D("0.75")),
        FunnelStage("Успешно", 9, D(1900000), None),
    )
    months = [(2025, m) for m in range(4, 13)] + [(2026, m) for m in range(1, 4)]
    fields: dict[str, object] = {
        "month": MARCH,
        "asof": ASOF,
        "written_at": NOW,
        "money_measure": Measure.MONEY,
        "plan_fact": {
            (Span.MONTH, Measure.MONEY): people(),
            (Span.QUARTER, Measure.MONEY): people(3),
            (Span.HALF, Measure.MONEY): people(6),
            (Span.YEAR, Measure.MONEY): people(12),
            (Span.MONTH, Measure.DEALS): small(Measure.DEALS, 2),
            (Span.MONTH, Measure.CALLS): small(Measure.CALLS, 90),
        },
        "departments": {
            (Span.MONTH, Measure.MONEY): (
                line("Опт", 3600000, 1500000, Light.GREEN),
                line("Розница", 2000000, 814000, Light.YELLOW),
                line("Отдел", 5600000, 2314000, Light.GREEN),
            ),
        },
        "past": {(Span.MONTH, Measure.MONEY): tuple(reversed(people()))},
        "days": {
            Span.MONTH: Days(21, 8),
            Span.QUARTER: Days(63, 8),
            Span.HALF: Days(126, 8),
            Span.YEAR: Days(252, 8),
        },
        "past_days": {Span.MONTH: Days(19, 19)},
        "lamps": lamps(),
        "pay_forecast": {
            "Петрова Анна": D(63400),
            "Сидоров Илья": D(62570),
            "Иванов Пётр": D(82544),
            "Козлов Денис": D(91320),
            "Смирнова Ольга": D(121080),
        },
        "funnel": stages,
        "money": MoneyBlock(
            D(2314000), D(2120000), (D(168000), D(0), D(250000), D(0)), D(420914), D("18.19")
        ),
        "payroll": (
            pay_row("Петрова Анна", 8700, 3000, 1000),
            pay_row("Сидоров Илья", 6420, 0, 500),
            pay_row("Иванов Пётр", 16440, 6000, 1000),
            pay_row("Козлов Денис", 16800, 3000, 0),
            pay_row("Смирнова Ольга", 21060, 9000, 0),
        ),
        "history": tuple(
            MonthPoint(
                date(y, m, 1),
                D(4600000 + 90000 * n),
                D(4100000 + 130000 * n + (n * 7919 % 5) * 110000),
            )
            for n, (y, m) in enumerate(months)
        ),
        "undistributed": {Measure.MONEY: Decimal(0)},
        "plans_last_year": {},
        "unlinked_count": 3,
        "unlinked_sum": D(74000),
        "no_amount_count": 2,
        "version": 1482,
    }
    return TeamFigures(**(fields | changes))  # type: ignore[arg-type]
