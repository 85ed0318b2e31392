"""`quality` and `explain quality`: who keeps what how, and why."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from model.errors import WrongPlace
from model.records import Source
from sync.commands.caring import quality
from sync.commands.explaining import Why, explain
from tests.sync.ledger import IVANOV, SMIRNOVA, Ledger
from tests.sync.quality.test_scoring import rules
from tests.worlds import world_of

BAD_INN = "7707083890"


@pytest.fixture
def kept(ledger: Ledger) -> Ledger:
    """Weights 30 for the INN and 10 for the town; Smirnova fills, Ivanov does not."""
    rules(ledger, {"field": "ИНН", "weight": 30}, {"field": "Город"})
    build = {"industry": "Строительство"}
    ledger.put("clients", "c1", name="Альфа", owner=IVANOV, city="Тверь", inn=BAD_INN, **build)
    ledger.put("clients", "c2", name="Бета", owner=IVANOV, industry="Торговля")
    full = {"city": "Клин", "inn": "7707083893"}
    ledger.put("clients", "c3", name="Гамма", owner=SMIRNOVA, **full, **build)
    ledger.settle()
    return ledger


def world(ledger: Ledger):
    return world_of(lambda: ledger.now, bytes)


def told(ledger: Ledger, **wanted: Any) -> Any:
    return quality(ledger.team, world(ledger), **wanted)


def test_the_summary_goes_by_person_cell_and_segment(kept: Ledger) -> None:
    facts = told(kept).facts
    people = {one.who: (one.score, one.cards, one.poor, one.questions) for one in facts["people"]}
    assert people[IVANOV] == (Decimal("12.5"), 2, 2, 1)
    assert people[SMIRNOVA] == (100, 1, 0, 0)
    cells = {one.field: (one.asked, one.lacking, one.questions) for one in facts["fields"]}
    assert cells == {"ИНН": (3, 2, 1), "Город": (3, 1, 0)}
    segments = {one.segment: (one.score, one.cards) for one in facts["segments"]}
    assert segments == {"Строительство": (Decimal("62.5"), 2), "Торговля": (0, 1)}
    assert facts["score"] == Decimal("41.67")


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"person": "Иванов"}, ["Бета", "Альфа"]),
        ({"person": "Смирнова"}, []),
        ({"field": "город"}, ["Бета"]),
        ({"segment": "строительство"}, ["Альфа"]),
    ],
)
def test_cards_to_mend_are_listed_at_every_depth(kept: Ledger, wanted, numbers) -> None:
    said = told(kept, **wanted)
    assert [one.name for one in said.facts["cards"]] == numbers
    for name in numbers:
        assert any(name in line for line in said.lines)


def test_a_name_that_is_not_there_is_told(kept: Ledger) -> None:
    with pytest.raises(WrongPlace):
        told(kept, field="Рост")


def test_how_long_a_mended_finding_took(kept: Ledger) -> None:
    kept.now += timedelta(hours=5)
    kept.type("clients", "c1", inn="7728168971")
    (ivanov,) = [one for one in told(kept).facts["people"] if one.who == IVANOV]
    assert ivanov.questions == 0
    assert 5 <= ivanov.hours < Decimal("5.1")


def test_what_nobody_typed_is_counted_as_made_by_the_program(kept: Ledger) -> None:
    """A file brought two cells; one of them was typed over and taken back."""
    with kept.team.store.write() as writer:
        by = kept.stamp(writer, Source.IMPORT)
        writer.put("clients", "c4", {"name": "Дельта", "owner": SMIRNOVA, "city": "Тула"}, by=by)
        typed = kept.stamp(writer, Source.PERSON)
        writer.put("clients", "c4", {"city": "Орёл", "phone": "+74951111111"}, by=typed)
        writer.undo(typed.batch, by=kept.stamp(writer, Source.UNDO))
        origins = writer.origins("clients")["c4"]
    assert origins == {"name": Source.IMPORT, "owner": Source.IMPORT, "city": Source.IMPORT}
    facts = told(kept).facts
    (town,) = [one for one in facts["fields"] if one.field == "Город"]
    assert town.machine == Decimal("33.33")


def test_a_card_is_explained_cell_by_cell(kept: Ledger) -> None:
    with kept.reader() as reader:
        number = f"К-{reader.get('clients', 'c1').number}"
    said = explain(kept.team, Why.QUALITY, number, None, world=world(kept))
    assert said.lines[0] == f"{number} Альфа. Полнота карточки: 25,00 %"
    assert "  ИНН: нет" in said.lines
    assert "Сходится: 10 из 40 = 25,00 %" in said.lines


def test_an_average_is_explained_by_what_is_lacking(kept: Ledger) -> None:
    said = explain(kept.team, Why.QUALITY, "Иванов", None, world=world(kept))
    assert said.lines[0] == f"{IVANOV}. Качество карточек: 12,50 %"
    assert said.lines[1:3] == ("  Нет «ИНН»", "      минус 75,00 %")
    assert "Сходится: 25,00 / 2 = 12,50 %" in said.lines
