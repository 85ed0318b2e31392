"""The live formulas as LibreOffice calculates them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import Slot
from model.figures import PersonFigures, SchemeBlock, TeamFigures
from templates.draw import DrawContext
from templates.screens import SCREENS, fill
from templates.screens.words import MEASURES
from tests.templates.screens import sample
from tests.templates.screens.sample import D, ivanov
from tests.templates.screens.team import team

pytestmark = pytest.mark.system
CONTEXT = DrawContext(people=5, titles={"deals": "Сделки"})
FORECAST, FIGURES, PLAN_FACT = "Мой прогноз", "_fig", "План-факт"


def draw(book: Workbook, key: str) -> tuple[Worksheet, dict[str, Slot], tuple[Slot, ...]]:
    sheet = book.create_sheet(SCREENS[key].title.ru)
    slots = SCREENS[key].draw(sheet, CONTEXT)
    return sheet, {slot.key: slot for slot in slots if slot.key}, slots


def forecast_book(person: PersonFigures, typed: object = None) -> Workbook:
    book = Workbook()
    sheet, keys, slots = draw(book, "my_forecast")
    sample.pour(sheet, slots, fill.fill_forecast(person))
    sheet.cell(*keys["forecast.what_if"].at).value = typed  # type: ignore[assignment]
    figures, _, own = draw(book, "fig_forecast")
    sample.pour(figures, own, fill.fill_service_forecast(person))
    sample.deals_sheet(book)
    sample.service_sheet(book)
    return book


def words(sheet: Worksheet) -> list[list[object]]:
    return [[c.value for c in row if c.value is not None] for row in sheet.iter_rows(min_col=3)]


def line(sheet: Worksheet, title: str) -> list[object]:
    return next(row for row in words(sheet) if row and row[0] == title)


def plain(text: object) -> str:
    return str(text).replace("\u00a0", " ")


def test_the_example_of_the_forecast(tmp_path: Path) -> None:
    result = sample.recalculated(forecast_book(ivanov(), 300000), tmp_path)[FORECAST]
    total = line(result, "Итого до вычета НДФЛ")
    assert total[1:4] == [61440, 82544, 93680]
    assert total[4] == "программа пересчитала отдельно: сходится до копейки"
    assert line(result, "Оплаты, с которых считаем")[1:4] == [548000, 1188600, 1467000]
    assert line(result, "4 % с оплат свыше 1 000 000")[1:4] == [0, 7544, 18680]
    asked = line(result, "А если придёт ещё, руб.")
    assert plain(asked[2]) == "станет 70 440 (+9 000). Прикидка, на факт не влияет"
    said = [plain(cell) for row in words(result) for cell in row]
    assert "2 оплаты; ждём ещё 3 на 919 000, с вероятностью 640 600" in said
    assert [row[:2] for row in words(result) if row and plain(row[0]).startswith("Просрочено")] == [
        ["Просрочено на 2 дн.", "ИП Ковалёв: Перезвонить"],
        ["Просрочено на 1 дн.", "Альфа-Маркет: Напомнить об оплате"],
    ]
    assert not [cell for cell in said if cell.startswith("#")]


def test_every_figure_of_plan_and_fact_is_live(tmp_path: Path) -> None:
    result = sample.recalculated(forecast_book(ivanov()), tmp_path)[FORECAST]
    for one in ivanov().plan_fact:
        titled = [row for row in words(result) if row and row[0] == MEASURES[one.measure]]
        shown = titled[-1]  # «Новые клиенты» is a line of pay too
        expected = [one.pct, one.expected, one.deviation, one.runrate, one.per_day]
        assert shown[3:8] == pytest.approx([float(value or 0) for value in expected], abs=0.6)
    cards = [cell for row in words(result)[:6] for cell in row]
    assert 43.84 in cards
    assert 54000 in cards


def proved(person: PersonFigures, folder: Path, paid: int, plan: int | None = None) -> str:
    book = forecast_book(person)
    sheet, keys = (
        book[FORECAST],
        {s.key: s for s in SCREENS["my_forecast"].draw(Workbook().create_sheet("x"), CONTEXT)},
    )
    sheet.cell(*keys["forecast.check.paid"].at).value = paid
    if plan is not None:
        sheet.cell(*keys["forecast.check.plan"].at).value = plan
    result = sample.recalculated(book, folder)[FORECAST]
    assert line(result, "Итого до вычета НДФЛ")[1:4] == [61440, 82544, 93680]
    return plain(line(result, "Проверка: оплат, руб.")[-1])


def test_the_scheme_is_proved_on_any_sum(tmp_path: Path) -> None:
    """40 000 + 3 % of 1 000 000 + 4 % of 200 000 + 6 000 - 1 000."""
    assert proved(ivanov(), tmp_path, 1_200_000).startswith("станет 83 000,00 руб.")


def test_tiers_by_attainment_move_with_the_plan_of_the_proof(tmp_path: Path) -> None:
    """Half the plan, half the bound: 3 % of 500 000, 4 % of 700 000."""
    scheme = replace(sample.scheme(), by_attainment=True, plan=D(1_000_000))
    person = replace(ivanov(), scheme=scheme)
    assert proved(person, tmp_path, 1_200_000, 500_000).startswith("станет 88 000,00 руб.")


def test_a_planned_step_raises_the_forecast_at_once(tmp_path: Path) -> None:
    book = forecast_book(ivanov())
    book["Сделки"]["F4"] = "Позвонить"
    book["Сделки"]["G4"] = sample.ASOF
    result = sample.recalculated(book, tmp_path)[FORECAST]
    assert line(result, "Оплаты, с которых считаем")[1:4] == [548000, 1444600, 2107000]
    assert line(result, "Итого до вычета НДФЛ")[1:4] == [61440, 92784, 119280]
    assert ["Сегодня", "Стройтехно ООО: Позвонить"] in [row[:2] for row in words(result)]


def test_the_program_says_when_it_counts_otherwise(tmp_path: Path) -> None:
    wrong = replace(ivanov(), pay=(D("61440.01"), D(82544), D(93680)))
    result = sample.recalculated(forecast_book(wrong), tmp_path)[FORECAST]
    said = plain(line(result, "Итого до вычета НДФЛ")[4])
    assert said == "программа насчитала 61 440,01 - разберёмся"


def test_without_a_scheme_nothing_is_invented(tmp_path: Path) -> None:
    bare = replace(ivanov(), scheme=None, pay=None, lines=())
    result = sample.recalculated(forecast_book(bare, 1000), tmp_path)[FORECAST]
    assert not [row for row in words(result) if row and row[0] == "Итого до вычета НДФЛ"]
    assert not [c for row in words(result) for c in row if plain(c).startswith("#")]


SCHEMES: Mapping[str, tuple[Callable[[SchemeBlock], SchemeBlock], tuple[float, float, float]]] = {
    # 3 % and 4 % of the whole basis; 200 000 short of nothing: tier by the basis reached
    "cliff": (lambda s: replace(s, cliff=True), (61440, 92544, 103680)),
    # variable 22 440, 43 544, 54 680 held at 40 000, then the penalty
    "cap": (lambda s: replace(s, cap=D(40000)), (61440, 79000, 79000)),
    # penalty at most 20 % of 40 000 + variable: 12 488, 16 708.80, 18 936 of 30 000 raw
    "deep penalty": (lambda s: replace(s, penalty=D(30000)), (49952, 66835.2, 75744)),
    # attainment 43.84, 95.088, 117.36 of 1 250 000: factors 0, 0.8, 1.1
    "step multiplier": (
        lambda s: replace(s, plan=D(1250000), multiplier=((D(80), D("0.8")), (D(100), D("1.1")))),
        (45000, 75035.2, 98548),
    ),
    # straight between 40 -> 0.5 and 100 -> 1, then 1: factors 0.532, 0.9591, 1
    "linear multiplier": (
        lambda s: replace(
            s,
            plan=D(1250000),
            linear_multiplier=True,
            multiplier=((D(40), D("0.5")), (D(100), D(1))),
        ),
        (53746.08, 81008.45, 93680),
    ),
    "kpi behind a gate": (lambda s: replace(s, kpi=D(10000), gate=D("0.5")), (58220, 68772, 74340)),
    "guarantee": (
        lambda s: replace(s, guarantee=D(70000), draw_balance=D(5000)),
        (70000, 77544, 88680),
    ),
    "correction of a closed month": (
        lambda s: replace(s, cap=D(40000), correction=D(-1500)),
        (59940, 77500, 77500),
    ),
    "regional": (lambda s: replace(s, regional=D("1.15")), (70656, 94925.6, 107732)),
}


@pytest.mark.parametrize("name", SCHEMES)
def test_every_step_of_the_scheme_is_live(name: str, tmp_path: Path) -> None:
    change, expected = SCHEMES[name]
    scheme = change(sample.scheme())
    result = sample.recalculated(forecast_book(replace(ivanov(), scheme=scheme)), tmp_path)
    total = line(result[FORECAST], "Итого до вычета НДФЛ")
    assert total[1:4] == pytest.approx(list(expected), abs=0.004)


def plan_fact_book(figures: TeamFigures, **chosen: str) -> Workbook:
    book = Workbook()
    sheet, keys, slots = draw(book, "plan_fact")
    sample.pour(sheet, slots, fill.fill_plan_fact(figures))
    for key, choice in chosen.items():
        sheet.cell(*keys[f"plan_fact.{key}"].at).value = choice
    hidden, _, own = draw(book, "fig_team")
    sample.pour(hidden, own, fill.fill_service_team(figures))
    sample.service_sheet(book)
    return book


def shown(book: Workbook) -> list[tuple[object, ...]]:
    sheet = book[PLAN_FACT]
    rows = sheet.iter_rows(min_row=7, max_row=15, min_col=2, max_col=5, values_only=True)
    return [row for row in rows if row[0]]


def test_plan_fact_opens_on_the_month(tmp_path: Path) -> None:
    result = sample.recalculated(plan_fact_book(team()), tmp_path)
    rows = shown(result)
    assert rows[0] == ("Петрова Анна", 1000000, 290000, 29)
    assert [row[0] for row in rows][-1] == "Отдел"
    assert result[PLAN_FACT]["J6"].value == "К февралю"
    assert result[PLAN_FACT]["K6"].value == "К марту 2025"


@pytest.mark.parametrize(
    ("chosen", "first", "count"),
    [
        ({"period": "Квартал"}, ("Петрова Анна", 3000000, 870000, 29), 6),
        ({"period": "февраль 2026"}, ("Отдел", 5600000, 2314000, 41.32), 6),
        ({"measure": "Звонки от 10 секунд"}, ("Петрова Анна", 95, 46, 48.42), 6),
        ({"cut": "по отделам"}, ("Опт", 3600000, 1500000, 41.67), 3),
        (
            {"period": "Год", "cut": "по отделам"},
            ("За этот период данных нет", None, None, None),
            1,
        ),
        ({"period": "март 1812"}, ("Петрова Анна", 1000000, 290000, 29), 6),
    ],
)
def test_selectors_choose_the_rows(
    chosen: dict[str, str], first: tuple[object, ...], count: int, tmp_path: Path
) -> None:
    rows = shown(sample.recalculated(plan_fact_book(team(), **chosen), tmp_path))
    assert rows[0] == first
    assert len(rows) == count


def test_the_rating_puts_people_in_order_of_the_choice(tmp_path: Path) -> None:
    book = Workbook()
    sheet, keys, slots = draw(book, "rating")
    sample.pour(sheet, slots, fill.fill_rating(team()))
    sheet.cell(*keys["rating.measure"].at).value = "Выигранные сделки"
    hidden, _, own = draw(book, "fig_team")
    sample.pour(hidden, own, fill.fill_service_team(team()))
    sample.service_sheet(book)
    result = sample.recalculated(book, tmp_path)["Рейтинг"]
    rows = list(result.iter_rows(min_row=7, max_row=14, min_col=2, max_col=6, values_only=True))
    assert [row[:3] for row in rows if row[1]] == [
        (1, "Смирнова Ольга", 6),
        (2, "Козлов Денис", 5),
        (3, "Иванов Пётр", 4),
        (4, "Сидоров Илья", 3),
        (5, "Петрова Анна", 2),
    ]
    # the best in all three measures has every point; the others their mean part of the best
    assert rows[0][3] == 100
    assert rows[4][3] == pytest.approx(100 * (290 / 702 + 2 / 6 + 46 / 226) / 3, abs=0.01)
