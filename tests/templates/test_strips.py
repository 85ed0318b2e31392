"""How fresh the book says it is, worked out by the program's own evaluator."""

from __future__ import annotations

from datetime import datetime

import pytest

from model.values import to_serial
from templates.screens.pages import freshness_formula
from tests.formulas.cells.book import shown

NAMES = {
    name: f"Лист!$A${row}"
    for row, name in enumerate(("now", "written_at", "stop_text", "helper"), start=1)
}
WRITTEN = "12.03.2026 14:32"
HELPER = "Олег, 8 916 000-00-00"


def said(now: str, *, stop: str | None = None, helper: str | None = HELPER) -> str:
    cells = {"A1": moment(now), "A2": moment(WRITTEN), "A3": stop, "A4": helper}
    return str(shown(freshness_formula(), cells, names=NAMES))


def moment(text: str) -> object:
    return to_serial(datetime.strptime(text, "%d.%m.%Y %H:%M"))  # noqa: DTZ007  # local time


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ("12.03.2026 14:32", "Обновлено 12.03 в 14:32"),
        ("12.03.2026 15:30", "Обновлено 12.03 в 14:32"),
        (
            "12.03.2026 15:40",
            "Обновлено 12.03 в 14:32 - новое появится, когда закроете книгу",
        ),
        (
            "13.03.2026 00:05",
            "Данные от 12.03 в 14:32! Закройте и откройте книгу. Не помогло: Олег, 8 916 000-00-00",
        ),
    ],
)
def test_the_strip_says_how_fresh_the_book_is(now: str, text: str) -> None:
    assert said(now) == text


def test_nobody_is_named_when_nobody_helps() -> None:
    assert said("13.03.2026 09:00", helper=None).endswith("Закройте и откройте книгу.")


def test_a_stop_stands_before_everything() -> None:
    stop = "СТОП: пропали 90 строк из 240 - «Вопросы», № 21"
    assert said("13.03.2026 09:00", stop=stop) == stop
