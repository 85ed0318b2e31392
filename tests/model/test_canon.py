import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.blueprint import Kind
from model.canon import canon
from model.values import Fault

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=30),
    st.text("0123456789 .,:+-()%'/доб|;ext=\u00a0", max_size=24),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.builds(Fault, st.text(max_size=5)),
)


@given(st.sampled_from(Kind), VALUES)
def test_the_form_of_a_form_is_itself(kind, value):
    once = canon(kind, value)
    assert canon(kind, once) == once
    assert type(canon(kind, once)) is type(once)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (Kind.INN, "7701234560", Decimal("7701234560")),
        (Kind.INN, "77 01 234560", "7701234560"),
        (Kind.KPP, "7701aa001", "7701AA001"),
        (Kind.PHONE, "8 (916) 123-45-67", "+79161234567"),
        (Kind.PHONE, Decimal("79161234567"), "89161234567"),
        (Kind.PHONE, "8 495 123-45-67 доб. 12", "8(495)1234567 вн. 12"),
        (Kind.EMAIL, "Info@Romashka.RU ", "info@romashka.ru"),
        (Kind.DATE, "15.03.2026", date(2026, 3, 15)),
        (Kind.DATE, datetime.fromisoformat("2026-03-15T00:00:00"), date(2026, 3, 15)),
        (Kind.DATE, Decimal(46096), date(2026, 3, 15)),
        (Kind.DATE, "15.3", "15.03."),
        (Kind.MOMENT, date(2026, 3, 15), datetime.fromisoformat("2026-03-15T00:00:00")),
        (Kind.MOMENT, "15.03.2026 10:00", datetime.fromisoformat("2026-03-15T10:00:00")),
        (Kind.TIME, "10.30", time(10, 30)),
        (Kind.TIME, Decimal("0.4375"), time(10, 30)),
        (Kind.TIME, datetime.fromisoformat("1899-12-30T10:30:00"), time(10, 30)),
        (Kind.TIME, Decimal(11), time(11)),
        (Kind.MONEY, "300 000,50", Decimal("300000.5")),
        (Kind.MONEY, "300\u00a0000 руб.", Decimal(300000)),
        (Kind.PERCENT, "10 %", Decimal("0.1")),
        (Kind.PERCENT, "0,1", Decimal("0.10")),
        (Kind.TEXT, " Вектор\u00a0", "Вектор"),
        (Kind.TEXT, "a\r\nb", "a\nb"),
        (Kind.TEXT, unicodedata.normalize("NFD", "Йод"), "Йод"),
        (Kind.TEXT, "  ", None),
        (Kind.NAME, "12", Decimal("12.0")),
        (Kind.YESNO, "Да", True),
        (Kind.YESNO, "нет", Decimal(0)),
    ],
)
def test_other_spellings_of_one_value_are_no_edit(kind, one, other):
    assert canon(kind, one) == canon(kind, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (Kind.PHONE, "8 916 123-45-67 Иван", "8 916 123-45-67 Пётр"),
        (Kind.PHONE, "123-45-67", "123-45-68"),
        (Kind.PHONE, Decimal("214943"), Decimal("214944")),
        (Kind.PHONE, Decimal("72564.9167"), "+77256491670"),
        (Kind.INN, Decimal(-1), "1"),
        (Kind.INN, Decimal("276001234"), "0276001234"),
        (Kind.INN, "ИНН 7701234560", "7701234560"),
        (Kind.MONEY, "300т", Decimal(300000)),
        (Kind.MONEY, "300.000", Decimal(300000)),
        (Kind.DATE, "15.03", date(2026, 3, 15)),
        (Kind.DATE, datetime.fromisoformat("2026-03-15T10:00:00"), date(2026, 3, 15)),
        (Kind.DATE, Decimal(5), Decimal(6)),
        (Kind.MOMENT, "завтра", "послезавтра"),
        (Kind.TIME, Decimal("11.5"), time(11)),
        (Kind.TIME, "утром", "вечером"),
        (Kind.TIME, "25:00", time(1)),
        (Kind.PERCENT, "много %", "мало %"),
        (Kind.YESNO, "может быть", None),
        (Kind.YESNO, Decimal(2), True),
        (Kind.TEXT, "007", Decimal(7)),
        (Kind.TEXT, Fault("#N/A"), None),
    ],
)
def test_an_edit_stays_an_edit(kind, one, other):
    assert canon(kind, one) != canon(kind, other)
