"""How full cards and deals are, by the rows of «Полнота карточек»."""

from decimal import Decimal
from typing import Any

import pytest

from model.blueprint import Kind
from model.records import Source
from sync.quality.scoring import Quality, is_meant
from tests.sync.ledger import IVANOV, SMIRNOVA, TODAY, Ledger

INN = "7707083893"


def rules(ledger: Ledger, *rows: dict[str, Any]) -> None:
    """The sheet holds these rows and no others."""
    with ledger.team.store.write() as writer:
        by = ledger.stamp(writer, Source.PERSON)
        for row_id in writer.rows("card_fields"):
            writer.bury("card_fields", row_id, by=by)
    for number, row in enumerate(rows):
        ledger.put("card_fields", f"f{number}", **{"of": "Клиенты", "weight": 10, **row})


def quality(ledger: Ledger) -> Quality:
    found = ledger.thought().columns.quality
    assert found is not None
    return found


def test_the_score_is_the_weight_of_what_is_filled(ledger: Ledger) -> None:
    """Weights 30 + 20 of 60; missing ones stand heaviest first."""
    rules(
        ledger,
        {"field": "Телефон", "weight": 30},
        {"field": "Город", "weight": 20},
        {"field": "Источник", "weight": 4},
        {"field": "E-mail", "weight": 6},
    )
    ledger.put("clients", "c1", name="Альфа", phone="+7 495 123-45-67", city="Тверь")
    shown = ledger.thought().columns
    assert shown.quality is not None
    found = shown.quality.score("clients", "c1")
    assert found.score == Decimal("83.33")
    assert found.missing == ("E-mail", "Источник")
    line = shown.of_table("clients", shown.scene.rows["clients"])["c1"]
    assert (line["fill_pct"], line["missing"]) == (Decimal("83.33"), "E-mail, Источник")


def test_kinds_and_stages_decide_what_is_asked(ledger: Ledger) -> None:
    rules(
        ledger,
        {"field": "Город"},
        {"field": "ИНН", "kinds": "юрлицо, ИП"},
        {"field": "КПП", "kinds": "юрлицо", "stage": "Договор"},
    )
    ledger.put("clients", "c1", name="ООО «Альфа»", city="Тверь")
    ledger.put("clients", "c2", name="Мария Петровна", city="Тверь")
    ledger.put("clients", "c3", name="ИП Громов", city="Тверь", inn=INN)
    found = quality(ledger)
    assert found.score("clients", "c1").asked == ("Город", "ИНН")
    assert found.score("clients", "c2").score == 100
    assert found.score("clients", "c3").asked == ("Город", "ИНН")
    ledger.put("deals", "d1", client_id="Альфа", client_id_to="c1", stage="Договор")
    assert quality(ledger).score("clients", "c1").missing == ("ИНН", "КПП")


def test_a_deal_needs_more_from_stage_to_stage(ledger: Ledger) -> None:
    rules(
        ledger,
        {"of": "Сделки", "field": "Сумма, руб.", "stage": "КП отправлено"},
        {"of": "Сделки", "field": "Следующий шаг"},
        {"of": "Сделки", "field": "Причина отказа", "stage": "Отказ"},
    )
    ledger.put("clients", "c1", name="Альфа")
    deal = {"client_id": "Альфа", "client_id_to": "c1"}
    ledger.put("deals", "d1", stage="Новая", next_step="Звонок", **deal)
    ledger.put("deals", "d2", stage="Переговоры", **deal)
    ledger.put("deals", "d3", stage="Отказ", closed_on=TODAY, **deal)
    ledger.put("deals", "d4", stage="Успешно", closed_on=TODAY, amount=5, **deal)
    found = quality(ledger)
    asked = {i: found.score("deals", i).asked for i in ("d1", "d2", "d3", "d4")}
    assert asked == {
        "d1": ("Следующий шаг",),
        "d2": ("Сумма, руб.", "Следующий шаг"),
        "d3": ("Причина отказа",),
        "d4": ("Сумма, руб.",),
    }
    assert found.score("deals", "d4").score == 100


@pytest.mark.parametrize(
    ("kind", "value", "meant"),
    [
        (Kind.INN, INN, True),
        (Kind.INN, "7707083890", False),
        (Kind.PHONE, "8 (495) 123-45-67", True),
        (Kind.PHONE, "123-45-67", False),
        (Kind.EMAIL, "a@b.ru", True),
        (Kind.EMAIL, "нет почты", False),
        (Kind.MONEY, Decimal(5), True),
        (Kind.MONEY, "300т", False),
        (Kind.TEXT, ".", False),
        (Kind.TEXT, "-", True),
        (Kind.TEXT, None, False),
    ],
)
def test_what_cannot_be_meant_does_not_fill_a_card(kind, value, meant) -> None:
    assert is_meant(kind, value) is meant


def test_a_person_has_the_mean_of_own_cards_and_deals(ledger: Ledger) -> None:
    rules(ledger, {"field": "Город"}, {"of": "Сделки", "field": "Сумма, руб."})
    for number, city in enumerate(("Тверь", None, "Тверь")):
        ledger.put("clients", f"c{number}", name=f"Имя {number}", owner=IVANOV, city=city)
    ledger.put("deals", "d1", stage="Новая", owner=IVANOV, client_id="Имя 0", client_id_to="c0")
    found = quality(ledger)
    assert found.of(IVANOV) == 50
    assert found.of(SMIRNOVA) is None


def test_each_row_of_the_sheet_says_how_often_its_cell_is_filled(ledger: Ledger) -> None:
    rules(ledger, {"field": "Город"}, {"field": "Рост"}, {"field": "ИНН", "weight": "много"})
    for number, city in enumerate(("Тверь", None, "Тверь", "Клин")):
        ledger.put("clients", f"c{number}", name=f"Имя {number}", city=city)
    columns = ledger.thought().columns
    shown = columns.of_table("card_fields", columns.scene.rows["card_fields"])
    assert (shown["f0"]["filled"], shown["f0"]["asked"]) == (75, 4)
    assert "Рост" in str(shown["f1"]["doubt"])
    assert "Впишите число" in str(shown["f2"]["doubt"])


def test_the_rows_of_a_new_team_can_all_be_meant(ledger: Ledger) -> None:
    found = quality(ledger)
    assert not found.fields.doubts
    assert len(found.fields.rules) == 15
