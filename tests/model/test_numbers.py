"""Numbers in words, by table. A plain space in a table stands for the no-break one."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from model.texts import numbers
from model.texts.numbers import GAP


def spaced(text: str) -> str:
    return text.replace(GAP, " ")


@pytest.mark.parametrize(
    ("amount", "plain", "signed", "kopecks"),
    [
        ("1250000", "1 250 000", "+1 250 000", "1 250 000,00"),
        ("61440.5", "61 441", "+61 441", "61 440,50"),
        ("-1000", "-1 000", "-1 000", "-1 000,00"),
        ("-0.4", "0", "0", "-0,40"),
        ("0.5", "1", "+1", "0,50"),
        ("-0.5", "-1", "-1", "-0,50"),
        ("0", "0", "0", "0,00"),
        ("999.995", "1 000", "+1 000", "1 000,00"),
        ("1E+6", "1 000 000", "+1 000 000", "1 000 000,00"),
        (None, "—", "—", "—"),
    ],
)
def test_a_sum_is_printed(amount, plain, signed, kopecks):
    value = None if amount is None else Decimal(amount)
    assert spaced(numbers.money(value)) == plain
    assert spaced(numbers.signed_money(value)) == signed
    assert spaced(numbers.money(value, kopecks=True)) == kopecks


@pytest.mark.parametrize(
    ("share", "plain", "delta", "one_place"),
    [
        ("105.607", "106 %", "+106 %", "105,6 %"),
        ("-17.6", "-18 %", "-18 %", "-17,6 %"),
        ("-0.3", "0 %", "0 %", "-0,3 %"),
        ("12345", "12 345 %", "+12 345 %", "12 345,0 %"),
        (None, "—", "—", "—"),
    ],
)
def test_a_percent_is_printed(share, plain, delta, one_place):
    value = None if share is None else Decimal(share)
    assert spaced(numbers.percent(value)) == plain
    assert spaced(numbers.delta_percent(value)) == delta
    assert spaced(numbers.percent(value, places=1)) == one_place


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("2340499", "2 340 тыс."),
        ("999.4", "999"),
        ("-418000", "-418 тыс."),
        ("0", "0"),
        (None, "—"),
    ],
)
def test_a_tight_sum_is_in_thousands(amount, text):
    assert spaced(numbers.thousands(None if amount is None else Decimal(amount))) == text


def test_a_sum_never_breaks_over_two_lines():
    assert " " not in numbers.money(Decimal(1250000))
    assert " " not in numbers.percent(Decimal(12345))


@pytest.mark.parametrize(
    ("count", "word"),
    [
        (0, "оплат"),
        (1, "оплата"),
        (2, "оплаты"),
        (4, "оплаты"),
        (5, "оплат"),
        (11, "оплат"),
        (14, "оплат"),
        (21, "оплата"),
        (22, "оплаты"),
        (111, "оплат"),
        (1001, "оплата"),
    ],
)
def test_a_noun_follows_its_count(count, word):
    assert numbers.plural(count, "оплата", "оплаты", "оплат") == word
    assert spaced(numbers.counted(count, "оплата", "оплаты", "оплат")).endswith(f" {word}")


def test_days_and_months_are_said_as_people_say_them():
    day = date(2026, 3, 12)
    assert numbers.month_name(day) == "март 2026"
    assert numbers.month_word(day) == "март"
    assert numbers.month_dative(date(2026, 2, 1)) == "февралю"
    assert numbers.month_short(day) == "мар"
    assert numbers.day_month(day) == "12.03"
    assert numbers.day_year(day) == "12.03.2026"
    assert numbers.moment(datetime(2026, 3, 12, 14, 32)) == "12.03 в 14:32"  # noqa: DTZ001 - shown as it is


def test_every_month_has_its_three_forms():
    for table in (numbers.MONTHS, numbers.MONTHS_DATIVE, numbers.MONTHS_SHORT):
        assert len(set(table)) == 12
    assert spaced(numbers.number(1482)) == "1 482"
    assert numbers.number(Decimal("0.5"), places=1) == "0,5"
    assert numbers.number(None) == "—"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ООО «Вектор»", "Вектор"),
        ("ИП Ковалёв", "Ковалёв"),
        ("ООО «Кровля-Перспектива Юг»", "Кровля-Перспектива…"),
        ("АО «Уралмонтажспецстройсервис»", "Уралмонтажспецстрой…"),
        ("ООО", "ООО"),
    ],
)
def test_a_companys_name_is_cut_at_a_word(name, shown):
    assert numbers.short_company(name, 20) == shown
