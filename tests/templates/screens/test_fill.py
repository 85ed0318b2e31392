"""Words and folding of the figure screens."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from model.figures import Counted, Light, Measure, PayLine
from templates.screens import fill, room
from templates.screens.fill_forecast import folded
from tests.templates.screens.sample import D, ivanov
from tests.templates.screens.team import lamps, team


def test_a_person_without_a_scheme_is_told_where_to_set_it() -> None:
    filled = fill.fill_forecast(replace(ivanov(), scheme=None, pay=None, lines=()))
    assert "Зарплата не настроена: «Настройки», «Мотивация»" in str(filled["forecast.note"])


def test_a_month_without_plan_and_payments_says_so() -> None:
    bare = replace(ivanov().plan_fact[0], plan=None, pct=None, per_day=None, light=Light.GREY)
    filled = fill.fill_forecast(replace(ivanov(), plan_fact=(bare,), paid_count=0))
    note = str(filled["forecast.note"])
    assert "Плана на март нет: его ставит Орлов на листе «Планы»" in note
    assert "Оплат в марте ещё не было, пока только оклад" in note
    assert filled["forecast.metric.1.plan"] == "—"
    assert filled["forecast.metric.2.title"] is None


def test_a_long_scheme_keeps_its_sum_in_the_last_line() -> None:
    lines = [PayLine(f"c{n}", f"Строка {n}", D(n), D(2 * n), D(3 * n), "") for n in range(1, 10)]
    shown = folded(lines)
    assert len(shown) == room.LINES
    assert shown[-1].code == "rest"
    assert "Строка 9 +9" in shown[-1].how
    for part in ("now", "likely", "everything"):
        assert sum(getattr(x, part) for x in shown) == sum(getattr(x, part) for x in lines)


def test_lines_of_nothing_leave_before_others_are_folded() -> None:
    zero = PayLine("tier_3", "Третья ступень", D(0), D(0), D(0), "")
    lines = [*ivanov().lines, zero, zero, ivanov().lines[0]]
    assert [x.code for x in folded(lines)] == [
        "base",
        "tier_1",
        "tier_2",
        "new_clients",
        "penalty",
        "base",
    ]


def test_what_does_not_fit_is_counted_and_summed() -> None:
    many = tuple(Counted(None, f"Клиент {n}", D(1000), "нет следующего шага") for n in range(20))
    filled = fill.fill_forecast(replace(ivanov(), not_counted=many))
    last = room.LEFT_OUT
    assert filled[f"forecast.left_out.{last}.client"] == "и ещё 15"
    assert filled[f"forecast.left_out.{last}.amount"] == Decimal(15000)


def test_the_change_since_yesterday_is_named() -> None:
    filled = fill.fill_service_forecast(ivanov())
    said = "Со вчера +17 700: Орион Плюс, 490 000 × 3 %, новый клиент."
    assert str(filled["fig.yesterday"]).replace("\u00a0", " ").strip() == said
    quiet = fill.fill_service_forecast(replace(ivanov(), since_yesterday=D(0)))
    assert str(quiet["fig.yesterday"]).strip() == "Со вчера без изменений."


def test_a_lamp_without_data_never_says_fine() -> None:
    filled = fill.fill_dashboard(team())
    assert filled["dashboard.lamp.7.count"] == "нет данных"
    assert filled["dashboard.lamp.3.count"] == "ок"
    assert filled["dashboard.lamp.1.count"] == Decimal(14)


def test_all_dark_is_one_line() -> None:
    dark = tuple(replace(lamp, count=0, level=Light.GREEN, detail=()) for lamp in lamps())
    assert fill.fill_dashboard(team(lamps=dark))["dashboard.note"] == "Всё в порядке"
    assert fill.fill_dashboard(team())["dashboard.note"] != "Всё в порядке"


def test_payroll_is_preliminary_until_approved() -> None:
    assert str(fill.fill_payroll(team())["payroll.state"]).startswith("Предварительно")
    signed = fill.fill_payroll(team(approved="утверждён 03.04, Орлов"))
    assert signed["payroll.state"] == "Утверждён 03.04, Орлов"


def test_a_total_with_an_unknown_part_is_a_dash() -> None:
    rows = (replace(team().payroll[0], tax=None, net=None), *team().payroll[1:])
    filled = fill.fill_payroll(team(payroll=rows))
    assert filled["payroll.total.tax"] == filled["payroll.1.net"] == "—"
    assert filled["payroll.total.gross"] == sum(row.gross for row in rows)


def test_reasons_follow_their_people() -> None:
    owners, said = fill.reason_owners(team()), fill.reasons(team())
    assert owners["plan_fact.reason.2"] == "Сидоров Илья"
    assert said["plan_fact.reason.2"] == "Отпуск до 10.03. Добираем звонками"
    assert said["plan_fact.reason.1"] is None
    assert "Отдел" not in owners.values()


def test_small_counts_keep_one_decimal() -> None:
    shared = replace(ivanov().plan_fact[1], fact=D("3.25"))
    filled = fill.fill_forecast(replace(ivanov(), plan_fact=(ivanov().plan_fact[0], shared)))
    assert filled["forecast.metric.2.fact"] == D("3.3")
    assert filled["forecast.metric.1.fact"] == D(548000)
    assert [filled[f"forecast.metric.{n}.unit"] for n in (1, 2, 3)] == ["money", "count", None]


def test_undistributed_plan_is_named() -> None:
    filled = fill.fill_plan_fact(team(undistributed={Measure.MONEY: D(400000)}))
    said = str(filled["plan_fact.undistributed"]).replace("\u00a0", " ")
    assert said == "Не распределено по людям: 400 000 руб."
