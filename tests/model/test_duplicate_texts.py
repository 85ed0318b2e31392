# ruff: noqa: E501 - the table of cases reads as a table
import pytest

from model.texts.duplicates import colleague, deals_text


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 сделок"), (1, "1 сделка"), (2, "2 сделки"), (5, "5 сделок"), (11, "11 сделок"), (12, "12 сделок"), (21, "21 сделка"), (24, "24 сделки")],
)  # fmt: skip
def test_deals_are_counted_in_russian(count, words):
    assert deals_text(count) == words


def test_a_colleague_is_not_named():
    assert colleague("телефоном").wrong == "Клиент с таким телефоном уже ведётся другим менеджером"
