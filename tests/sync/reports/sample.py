"""An invented team whose figures agree with each other (UX sections 4, 7, 9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from model.figures import (
    Counted,
    FunnelStage,
    Lamp,
    Light,
    Measure,
    MoneyBlock,
    MonthPoint,
    PayLine,
    PayrollRow,
    Period,
    PersonFigures,
    PlanFact,
    SchemeBlock,
    Span,
    Step,
    TeamFigures,
)
from model.records import BookState

D = Decimal

WHOLE = D(1)
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))
NOON = datetime(2026, 3, 12, 14, 32)  # noqa: DTZ001 - local, as it is shown
LAST = datetime(2026, 3, 31, 23, 59)  # noqa: DTZ001

PEOPLE = (
    ("Смирнова Ольга", 1_400_000, 1_902_000, 21, 44, 121_480),
    ("Козлов Денис", 1_250_000, 1_344_000, 5, 22, 98_320),
    ("Иванов Пётр", 1_250_000, 1_306_000, 12, 31, 92_440),
    ("Петрова Анна", 1_000_000, 680_000, -18, None, 63_400),
    ("Сидоров Илья", 700_000, 682_000, 2, -11, 62_570),
)
HISTORY = (
    (2025, 4, 4_400, 4_020), (2025, 5, 4_400, 4_610), (2025, 6, 4_600, 4_480),
    (2025, 7, 4_200, 3_150), (2025, 8, 4_200, 3_900), (2025, 9, 4_800, 5_060),
    (2025, 10, 5_000, 5_210), (2025, 11, 5_000, 4_890), (2025, 12, 5_600, 6_480),
    (2026, 1, 4_400, 3_640), (2026, 2, 5_200, 5_280), (2026, 3, 5_600, 5_914),
)  # fmt: skip


def d(value: int | str | None) -> D | None:
    return None if value is None else D(value)


def line(
    who: str,
    measure: Measure,
    plan: int | None,
    fact: int | str,
    *,
    share: D = WHOLE,
    left: int = 0,
    deltas: tuple[int | None, int | None] = (None, None),
) -> PlanFact:
    """A plan-fact line whose derived figures follow from plan, fact and the passed share."""
    done, goal = D(fact), d(plan)
    expected = None if goal is None else (goal * share).quantize(D("0.01"))
    pace = None if not expected else done * 100 / expected
    rest = None if goal is None else max(goal - done, D(0))
    return PlanFact(
        who=who,
        measure=measure,
        plan=goal,
        fact=done,
        pct=None if not goal else (done * 100 / goal).quantize(D("0.01")),
        expected=expected,
        deviation=None if expected is None else done - expected,
        runrate=(done / share).quantize(D("0.01")),
        per_day=None if rest is None or (not left and rest) else rest / max(left, 1),
        now_per_day=done / 8,
        light=_light(pace),
        to_previous=d(deltas[0]),
        to_last_year=d(deltas[1]),
    )


def _light(pace: D | None) -> Light:
    if pace is None:
        return Light.GREY
    return Light.GREEN if pace >= 95 else Light.YELLOW if pace >= 80 else Light.RED


def team(**changes: object) -> TeamFigures:
    """March 2026, closed and approved: 5 914 000 of 5 600 000."""
    money = [line(n, Measure.MONEY, p, f, deltas=(a, b)) for n, p, f, a, b, _ in PEOPLE]
    money.sort(key=lambda row: row.pct or D(0))
    money.append(line("Отдел", Measure.MONEY, 5_600_000, 5_914_000, deltas=(12, 31)))
    offers = ((0, 40, 52), (1, 40, 44), (2, 40, 38), (3, 40, 18), (4, 30, 29))
    others = {
        (Span.MONTH, Measure.OFFERS): (
            *(line(PEOPLE[i][0], Measure.OFFERS, p, f) for i, p, f in offers),
            line("Отдел", Measure.OFFERS, 190, 181),
        ),
        (Span.MONTH, Measure.DEALS): (line("Отдел", Measure.DEALS, 40, "43.6"),),
        (Span.MONTH, Measure.NEW_CLIENTS): (line("Отдел", Measure.NEW_CLIENTS, 20, 17),),
        (Span.MONTH, Measure.CALLS): (line("Отдел", Measure.CALLS, 2_100, 2_244),),
    }
    facts: dict[str, object] = {
        "month": MARCH,
        "asof": date(2026, 3, 31),
        "written_at": LAST,
        "money_measure": Measure.MONEY,
        "plan_fact": {(Span.MONTH, Measure.MONEY): tuple(money), **others},
        "departments": {},
        "lamps": lamps(),
        "pay_forecast": {name: D(pay) for name, *_, pay in PEOPLE},
        "funnel": funnel(),
        "money": MoneyBlock(
            paid=D(5_914_000),
            expected=D(2_180_000),
            overdue=(D(98_000), D(250_000), D(52_000), D(18_000)),
            fund=D(438_210),
            fund_share=D("7.41"),
        ),
        "payroll": tuple(payroll(name, D(pay)) for name, *_, pay in PEOPLE),
        "history": tuple(
            MonthPoint(date(y, m, 1), D(p * 1000), D(f * 1000)) for y, m, p, f in HISTORY
        ),
        "undistributed": {Measure.MONEY: D(0)},
        "plans_last_year": {("Отдел", "money"): (None, None, D(4_515_000))},
        "unlinked_count": 3,
        "unlinked_sum": D(74_000),
        "no_amount_count": 2,
        "version": 1482,
        "approved": "Утверждён 03.04, Орлов",
    }
    return TeamFigures(**{**facts, **changes})  # type: ignore[arg-type]  # a test's own facts


def team_midmonth(**changes: object) -> TeamFigures:
    """12 March 2026: 2 314 000 of 5 600 000 after 8 working days of 21."""
    share = D(8) / D(21)
    rows = (
        ("Петрова Анна", 1_000_000, 290_000),
        ("Сидоров Илья", 700_000, 214_000),
        ("Иванов Пётр", 1_250_000, 548_000),
        ("Козлов Денис", 1_250_000, 560_000),
        ("Смирнова Ольга", 1_400_000, 702_000),
        ("Отдел", 5_600_000, 2_314_000),
    )
    lines = tuple(line(n, Measure.MONEY, p, f, share=share, left=13) for n, p, f in rows)
    midmonth: dict[str, object] = {
        "asof": date(2026, 3, 12),
        "written_at": NOON,
        "approved": "",
        "plan_fact": {(Span.MONTH, Measure.MONEY): lines},
        "pay_forecast": {"Иванов Пётр": D(82_544), "Петрова Анна": D(51_200)},
    }
    return team(**{**midmonth, **changes})


def february() -> TeamFigures:
    """The month before, for comparisons."""
    steps = tuple(
        FunnelStage(step.stage, step.deals, step.amount, D("0.52") if step.worst else step.onward)
        for step in funnel()
    )
    block = MoneyBlock(
        D(5_280_000), D(1_900_000), (D(60_000), D(230_000), D(0), D(0)), D(401_000), None
    )
    clients = line("Отдел", Measure.NEW_CLIENTS, 20, 12)
    return team(
        month=FEBRUARY,
        asof=date(2026, 2, 28),
        funnel=steps,
        money=block,
        plan_fact={(Span.MONTH, Measure.NEW_CLIENTS): (clients,)},
    )


def lamps() -> tuple[Lamp, ...]:
    red, yellow, green, grey = Light.RED, Light.YELLOW, Light.GREEN, Light.GREY
    return (
        Lamp("Без следующего шага", 14, red, ("2 340 тыс.", "Петрова 9"), "deals"),
        Lamp("Просрочены шаги", 6, yellow, ("1 120 тыс.", "Иванов 3"), "deals"),
        Lamp("Заявки без ответа", 0, green, (), "leads"),
        Lamp("Просрочена оплата", 3, red, ("418 тыс.", "Вектор 250"), "payments"),
        Lamp("Зависли", 0, green, (), "deals"),
        Lamp("Отстают от плана", 2, yellow, ("Петрова, Сидоров",), "plan_fact"),
        Lamp("Не перезвонили", None, grey, (), "calls"),
        Lamp("Ждут ответа", 4, red, ("1 стоп",), "questions"),
        Lamp("Копии и связь", 0, green, (), "settings"),
    )


def funnel() -> tuple[FunnelStage, ...]:
    return (
        FunnelStage("Новая", 96, D(18_400_000), D("0.75")),
        FunnelStage("КП отправлено", 72, D(15_120_000), D("0.44"), worst=True),
        FunnelStage("Переговоры", 32, D(8_960_000), D("0.78")),
        FunnelStage("Договор", 25, D(7_150_000), D("0.88")),
        FunnelStage("Счёт выставлен", 22, D(6_420_000), D("0.86")),
        FunnelStage("Успешно", 19, D(5_510_000), None),
    )


def payroll(name: str, gross: D) -> PayrollRow:
    tax = (gross * 13 / 100).quantize(D(1))
    return PayrollRow(
        name=name,
        base=D(40_000),
        worked=21,
        percent=gross - D(45_000),
        bonuses=D(6_000),
        penalty=D(1_000),
        gross=gross,
        tax=tax,
        net=gross - tax,
        lines=(),
    )


def pay_lines() -> tuple[PayLine, ...]:
    rows = (
        ("base", "Оклад", 40_000, 40_000, 40_000, "21 рабочий день из 21"),
        ("tier1", "3 % с первых 1 000 000 оплат", 16_440, 30_000, 30_000, "548 000 × 3 %"),
        ("tier2", "4 % с оплат свыше 1 000 000", 0, 7_544, 18_680,
         "до ступени 452 000; дальше с каждой 1 000 - 40 руб. вместо 30"),
        ("new", "Новые клиенты", 6_000, 6_000, 6_000, "2 × 3 000: Орион Плюс, Альфа-Маркет"),
        ("penalty", "Депремирование", -1_000, -1_000, -1_000,
         "5 просроченных шагов, 3 прощаются, 2 × 500. Оклад не трогаем"),
    )  # fmt: skip
    return tuple(PayLine(c, t, D(n), D(k), D(e), how) for c, t, n, k, e, how in rows)


def scheme() -> SchemeBlock:
    return SchemeBlock(
        base=D(40_000),
        tiers=((D(0), D("0.03")), (D(1_000_000), D("0.04"))),
        multiplier=(),
        linear_multiplier=False,
        new_clients=D(3_000),
        penalty=D(500),
        sentences=(
            "Оклад 40 000 руб. за полностью отработанный месяц.",
            "3 % с оплат до 1 000 000 руб., 4 % с того, что выше.",
            "3 000 руб. за каждого нового клиента.",
            "Действует с 01.01.2026, утвердил Орлов.",
        ),
    )


def person(**changes: object) -> PersonFigures:
    """Иванов on 12 March 2026, as UX section 4 draws him."""
    share = D(8) / D(21)

    def mine(measure: Measure, plan: int | None, fact: int) -> PlanFact:
        return line("Иванов Пётр", measure, plan, fact, share=share, left=13)

    facts: dict[str, object] = {
        "name": "Иванов Пётр",
        "month": MARCH,
        "asof": date(2026, 3, 12),
        "written_at": NOON,
        "scheme": scheme(),
        "basis": (D(548_000), D(1_188_600), D(1_467_000)),
        "pay": (D(61_440), D(82_544), D(93_680)),
        "lines": pay_lines(),
        "paid_count": 2,
        "expected_count": 3,
        "expected_rest": D(919_000),
        "expected_likely": D(640_600),
        "since_yesterday": D(17_700),
        "since_yesterday_why": "Орион Плюс, 490 000 × 3 %, новый клиент",
        "plan_fact": (
            mine(Measure.MONEY, 1_250_000, 548_000),
            mine(Measure.DEALS, 9, 3),
            mine(Measure.NEW_CLIENTS, 4, 2),
            mine(Measure.CALLS, 420, 131),
            mine(Measure.OFFERS, 40, 12),
        ),
        "days_total": 21,
        "days_left": 13,
        "steps": (
            Step("Просрочено на 2 дн.", "Перезвонить", "ИП Ковалёв", date(2026, 3, 10)),
            Step("Просрочено на 1 дн.", "Напомнить об оплате", "Альфа-Маркет", date(2026, 3, 11)),
            Step("Сегодня", "Созвон по КП", "Гранит-Юг", date(2026, 3, 12)),
            Step("Сегодня", "Отправить КП", "Медснаб", date(2026, 3, 12)),
        ),
        "not_counted": (
            Counted(
                date(2026, 3, 11), "ООО «Рассвет»", D(54_000), "нет такого клиента, «Вопросы» № 24"
            ),
            Counted(None, "Дом-Сервис", D(1_200_000), "у шага нет даты"),
            Counted(None, "Стройтехно ООО", D(640_000), "нет следующего шага"),
            Counted(None, "Лесторг", None, "нет суммы"),
        ),
        "counted": (
            Counted(date(2026, 3, 11), "Орион Плюс", D(490_000), "3 %, в зарплату 14 700"),
            Counted(date(2026, 3, 4), "Альфа-Маркет", D(58_000), "3 %, в зарплату 1 740"),
        ),
        "changes": (
            Counted(
                date(2026, 3, 11), "Орион Плюс", D(17_700), "490 000 × 3 %, новый клиент 3 000"
            ),
            Counted(date(2026, 3, 10), "Депремирование", D(-500), "просрочен шаг: ИП Ковалёв"),
        ),
        "promised": D(78_900),
        "accrued_before": D(80_120),
        "last_month_pay": D(80_120),
        "head": "Орлов",
        "helper": "Олег, 8 916 000-00-00",
        "questions": (
            ("Телефон без кода", "123-45-67: не хватает кода города", "Впишите: 495 123-45-67"),
            ("Нет в списке", "Этап «Переговры»", "Поставить «Переговоры»?"),
        ),
        "accepted_edits": 6,
        "accepted_at": NOON,
        "waiting_changes": 12,
    }
    return PersonFigures(**{**facts, **changes})  # type: ignore[arg-type]  # a test's own facts


def books() -> tuple[BookState, ...]:
    def at(hour: int, minute: int) -> datetime:
        return datetime(2026, 3, 12, hour, minute)  # noqa: DTZ001

    def state(name: str, person_: str, **facts: object) -> BookState:
        base: Mapping[str, object] = {"seen_at": at(14, 32), "written_at": at(14, 32)}
        path = f"Сотрудники/{person_}/{name}.xlsx"
        return BookState(name, path, "manager", person_, **{**base, **facts})  # type: ignore[arg-type]

    return (
        state("Отдел продаж", "Орлов"),
        state("Продажи Иванов", "Иванов Пётр", written_at=at(9, 2), waiting=12,
              holder="открыта в Excel с 09:04"),
        state("Продажи Петрова", "Петрова Анна", seen_at=at(11, 40), written_at=at(11, 41),
              held="СТОП: с листа пропали 90 строк из 240, жду ответа - «Вопросы», № 21"),
        state("Продажи Сидоров", "Сидоров Илья",
              written_at=datetime(2026, 3, 10, 18, 5)),  # noqa: DTZ001
    )  # fmt: skip
