"""«Мой прогноз» and «Сводка»: what they say, and that a quiet pass writes nothing."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from model.errors import CannotWrite
from model.figures import Counted, Light, Measure
from model.texts.numbers import GAP
from sync.exchange import reason
from sync.reports import persons
from sync.reports.pages import (
    book_line,
    receipt,
    render_dashboard,
    render_forecast,
    write_page,
)
from sync.world.real_disk import RealDisk
from tests.office import chromium
from tests.sync.reports import sample

D = Decimal


def read(html: str) -> str:
    """The words of a page without its tags, spaces made plain."""
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace(GAP, " ").split())


def test_the_first_screen_says_pay_plan_and_pace():
    text = read(render_forecast(sample.person()))
    for words in (
        "Иванов Пётр · март 2026 Обновлено 12.03 в 14:32",
        "Ваши правки приняты в 14:32: 6. В книге новое появится, когда вы её закроете: 12 изм",
        "Уже ваши, если больше никто не заплатит 61 440 руб.",
        "Со вчера +17 700: Орион Плюс, 490 000 × 3 %, новый клиент Скорее всего 82 544",
        "Оплаты к плану 44 % 548 000 из 1 250 000 К сегодня надо 476 190",
        "Нужно в день до конца месяца 54 000 руб. Осталось 13 рабочих дней из 21",
        "2 оплаты; ждём ещё 3 на 919 000, с вероятностью 640 600",
        "Итого до вычета НДФЛ 61 440 82 544 93 680",
        "Прогноз, не расчётный лист",
        "Дом-Сервис 1 200 000 у шага нет даты",
        "Телефон без кода 123-45-67: не хватает кода города",
        "Обещали 12.02: 78 900. Начислено: 80 120.",
    ):
        assert words in text


def test_empty_figures_say_what_to_do():
    bare = sample.person(
        scheme=None, pay=None, lines=(), plan_fact=(), steps=(), not_counted=(), counted=(),
        changes=(), questions=(), paid_count=0, expected_count=0, promised=None,
        accrued_before=None, accepted_edits=0, waiting_changes=0,
    )  # fmt: skip
    text = read(render_forecast(bare))
    for words in (
        "Зарплата не настроена: «Настройки», «Мотивация»",
        "Плана на март нет: его ставит Орлов на листе «Планы»",
        "Оплат за март ещё не было.",
        "На сегодня шагов нет.",
        "Всё вошло.",
        "Вопросов нет, всё сходится.",
    ):
        assert words in text
    for absent in ("Из чего складывается", "План и факт", "Что вошло", "Прошлый месяц", "правки"):
        assert absent not in text


def test_without_payments_only_the_salary_stands():
    text = read(render_forecast(sample.person(paid_count=0)))
    assert "Оплат за март ещё не было, пока только оклад." in text
    assert "Оплат в этом месяце ещё не было; ждём ещё 3 на 919 000" in text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"waiting_changes": 0}, "Ваши правки приняты в 14:32: 6."),
        ({"accepted_edits": 0, "waiting_changes": 1},
         "В книге новое появится, когда вы её закроете: 1 изменение."),
        ({"accepted_at": datetime(2026, 3, 11, 18, 5), "waiting_changes": 0},  # noqa: DTZ001
         "Ваши правки приняты 11.03 в 18:05: 6."),
        ({"accepted_edits": 0, "waiting_changes": 0}, ""),
    ],
)  # fmt: skip
def test_the_receipt_says_what_was_taken_and_what_waits(changes, text):
    assert receipt(sample.person(**changes)).replace(GAP, " ") == text


def test_a_long_list_is_whole_on_the_screen_and_short_on_paper() -> None:
    rows = tuple(Counted(None, f"ООО «Фирма {n}»", D(1000 + n), "нет суммы") for n in range(80))
    page = render_forecast(sample.person(not_counted=rows, counted=rows, changes=rows[:3]))
    assert page.count('<tr class="screen">') == 2 * 72
    assert page.count("И ещё 72 - на странице и в книге.") == 2


@pytest.mark.system("chromium", "pdftoppm")
def test_the_page_of_a_busy_month_prints_on_two_sheets(tmp_path: Path) -> None:
    rows = tuple(Counted(None, f"ООО «Фирма {n}»", D(1000 + n), "нет суммы") for n in range(80))
    page = tmp_path / "page.html"
    page.write_text(render_forecast(sample.person(not_counted=rows, counted=rows)), "utf-8")
    paper = tmp_path / "page.pdf"
    chromium("--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())
    subprocess.run(["pdftoppm", "-r", "20", "-png", paper, tmp_path / "sheet"], check=True)
    assert 1 <= len(list(tmp_path.glob("sheet*.png"))) <= 2


def test_a_long_day_shows_six_steps():
    page = read(render_forecast(sample.person(steps=sample.person().steps * 3)))
    assert page.count("Напомнить об оплате") == 2
    assert "И ещё 6 - лист «Сделки»." in page


@pytest.mark.parametrize(
    ("since", "why", "note"),
    [
        (D(0), "", "Со вчера без изменений"),
        (D(-500), "просрочен шаг", "Со вчера -500: просрочен шаг"),
        (D(700), "", "Со вчера +700"),
    ],
)
def test_the_change_since_yesterday_is_named(since, why, note):
    mine = sample.person(since_yesterday=since, since_yesterday_why=why)
    assert persons.forecast_cards(mine)[0].notes[0].replace(GAP, " ") == note
    silent = persons.forecast_cards(sample.person(since_yesterday=None))[0].notes
    assert [n.replace(GAP, " ") for n in silent] == ["Скорее всего 82 544"]


def test_a_reached_plan_asks_for_nothing_more():
    line = sample.line("Иванов Пётр", Measure.MONEY, 1_000_000, 1_200_000, left=3)
    card = persons.forecast_cards(sample.person(plan_fact=(line,)))[2]
    assert card.value == "План выполнен"


def test_a_closed_month_shows_what_was_accrued_alone():
    closed = sample.person(asof=sample.MARCH.end - timedelta(days=1), days_left=0)
    sheet = persons.person_sheet(closed)
    assert sheet.pay_titles == ("Начислено",)
    assert [len(row.sums) for row in sheet.lines] == [1] * 7
    assert sheet.lines[0].how.replace(GAP, " ") == "2 оплаты"
    assert [card.title.replace(GAP, " ") for card in sheet.cards] == [
        "Зарплата за март", "Оплаты к плану", "К марту 2025",
    ]  # fmt: skip
    assert len(persons.person_sheet(replace(closed, plan_fact=())).cards) == 1


def test_the_largest_payments_stay_when_the_sheet_is_full():
    rows = [Counted(None, f"К-{place}", D(place), "") for place in range(1, 21)]
    cut = persons.largest([*rows, Counted(None, "без суммы", None, "")], 3)
    assert [row.client for row in cut.rows] == ["К-18", "К-19", "К-20"]
    assert cut.more.replace(GAP, " ") == "И ещё 18 строк на 153 руб.: книга, лист «Мой прогноз»."
    assert persons.largest(rows[:3], 3).more == ""


def test_the_dashboard_shows_lamps_people_and_money():
    text = read(render_dashboard(sample.team_midmonth(), sample.books()))
    for words in (
        "Без следующего шага 14 2 340 тыс. Петрова 9",
        "Не перезвонили нет данных",
        "Заявки без ответа ок",
        "Петрова Анна 1 000 000 290 000 29 % 380 952 -90 952 761 250 51 200",
        "Отдел 5 600 000 2 314 000 41 % 2 133 333 +180 667 6 074 250 438 210",
        "КП отправлено 72 15 120 000 44 %",
        "Просрочено больше 90 дней 18 000",
        "Продажи Иванов 14:32 09:02 открыта в Excel с 09:04, ждут 12 изменений",
        "Продажи Сидоров 14:32 10.03 в 18:05 свободна",
    ):
        assert words in text
    assert "Всё в порядке" not in text


def test_nine_dark_lamps_are_one_line():
    dark = tuple(replace(lamp, count=0, level=Light.GREEN) for lamp in sample.lamps())
    text = read(render_dashboard(sample.team(lamps=dark, plan_fact={}, funnel=()), ()))
    assert "Всё в порядке" in text
    assert "Без следующего шага" not in text
    assert "За этот период данных нет." in text
    assert "Книги" not in text


def test_a_lamp_without_data_is_never_fine():
    blind = tuple(replace(lamp, count=None, level=Light.GREY) for lamp in sample.lamps())
    assert "Всё в порядке" not in read(render_dashboard(sample.team(lamps=blind), ()))


@pytest.mark.parametrize(
    ("changes", "state", "light"),
    [
        ({}, "свободна", Light.GREEN),
        ({"waiting": 1}, "свободна, ждёт 1 изменение", Light.YELLOW),
        ({"waiting": 21}, "свободна, ждёт 21 изменение", Light.YELLOW),
        ({"holder": "открыта в Excel с 09:04"}, "открыта в Excel с 09:04", Light.GREEN),
        ({"holder": "открыта", "waiting": 3}, "открыта, ждут 3 изменения", Light.YELLOW),
        ({"held": "СТОП: пропали 90 строк", "waiting": 3}, "СТОП: пропали 90 строк", Light.RED),
    ],
)
def test_the_state_of_a_book_is_one_line(changes, state, light):
    book = replace(sample.books()[0], seen_at=None, **changes)
    line = book_line(book, sample.NOON.date())
    assert (line.state.replace(GAP, " "), line.light) == (state, light)
    assert (line.name, line.read, line.written) == ("Отдел продаж", "—", "14:32")


def test_an_unchanged_page_is_not_written_again(tmp_path: Path) -> None:
    page = tmp_path / "Иванов Пётр" / "Мой прогноз.html"
    text = render_forecast(sample.person())
    assert write_page(RealDisk(), page, text)
    before = page.stat()
    assert not write_page(RealDisk(), page, render_forecast(sample.person()))
    after = page.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert write_page(RealDisk(), page, text.replace("61", "62"))
    assert page.read_text(encoding="utf-8") == text.replace("61", "62")
    assert [p.name for p in page.parent.iterdir()] == ["Мой прогноз.html"]


def test_a_failed_exchange_leaves_the_old_page_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "Сводка.html"
    write_page(RealDisk(), page, "старое")

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CannotWrite) as failure:
        write_page(RealDisk(), page, "новое")
    expected = {"name": "Сводка.html", "reason": reason(PermissionError(13, "Permission denied"))}
    assert failure.value.facts == expected
    assert page.read_text(encoding="utf-8") == "старое"
    assert [p.name for p in tmp_path.iterdir()] == ["Сводка.html"]


def test_what_a_kill_left_goes_at_the_next_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "Сводка.html"
    write_page(RealDisk(), page, "старое")

    def killed(self: RealDisk, *_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(RealDisk, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            write_page(RealDisk(), page, "новое")
    assert len(list(tmp_path.iterdir())) == 2
    assert write_page(RealDisk(), page, "новейшее")
    assert [p.name for p in tmp_path.iterdir()] == ["Сводка.html"]
    assert page.read_text(encoding="utf-8") == "новейшее"
