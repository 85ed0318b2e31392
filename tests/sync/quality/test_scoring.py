"""How full cards and deals are, by the rows of «Полнота карточек»."""

from decimal import Decimal
from typing import Any

import pytest

from model.blueprint import Kind
from sync.quality.scoring import is_meant
from tests.sync.ledger import IVANOV, SMIRNOVA, TODAY, Ledger

INN = "7707083893"


def rules(ledger: Ledger, *rows: dict[str, Any]) -> None:
    """The sheet holds these rows and no others."""
    for row_id in ledger.rows("card_fields"):
        with ledger.team.store.write() as writer:
            from model.records import Source

            writer.bury("card_fields", row_id, by=ledger.stamp(writer, Source.PERSON))
    for number, row in enumerate(rows):
        ledger.put("card_fields", f"f{number}", **{"of": "Клиенты", "weight": 10, **row})


def scored(ledger: Ledger, row_id: str, table: str = "clients"):
    quality = ledger.thought().columns.quality
    assert quality is not None
    return quality.score(table, row_id)


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
    found = scored(ledger, "c1")
    assert found.score == Decimal("83.33")
    assert found.missing == ("E-mail", "Источник")
    shown = ledger.thought().columns
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
    assert scored(ledger, "c1").asked == ("Город", "ИНН")
    assert scored(ledger, "c2").score == 100
    assert scored(ledger, "c3").asked == ("Город", "ИНН")
    ledger.put("deals", "d1", client_id="Альфа", client_id_to="c1", stage="Договор")
    assert scored(ledger, "c1").missing == ("ИНН", "КПП")


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
    asked = {i: scored(ledger, i, "deals").asked for i in ("d1", "d2", "d3", "d4")}
    assert asked == {
        "d1": ("Следующий шаг",),
        "d2": ("Сумма, руб.", "Следующий шаг"),
        "d3": ("Причина отказа",),
        "d4": ("Сумма, руб.",),
    }
    assert scored(ledger, "d4", "deals").score == 100


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
    quality = ledger.thought().columns.quality
    assert quality is not None
    assert quality.of(IVANOV) == 50
    assert quality.of(SMIRNOVA) is None


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
    quality = ledger.thought().columns.quality
    assert quality is not None
    assert not quality.fields.doubts
    assert len(quality.fields.rules) == 15
