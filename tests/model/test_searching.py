"""The quick search of an erasure never says no where the exact patterns find something."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import searching
from model.erasing import Tokens
from model.searching import Search, pieces, whole_pieces

TOKENS = Tokens(
    "Удалён К-7",
    ('ООО "Ёж & Ко"', "ИП Ким А.Б."),
    ("Хризантемов Аристарх",),
    ("9165554433",),
    ("5047123455",),
    ("ari@giatsint.example",),
    frozenset({"любит кофе без сахара"}),
)
SPELT = (
    *('ооо &quot;ёж  &amp; ко&quot;', "ИП\u00a0КИМ А.Б.", "Хризантемов\n Аристарх"),
    *("8 (916) 555-44-33", "+7916–555.44 33", "79165554433", "916\u2009555\u202f4433"),
    *("ИНН 5047123455", "Ari@Giatsint.example", "Любит кофе  без сахара"),
)  # fmt: skip
FILL = st.lists(st.sampled_from(["да", "ким", "кофе", "916", " ", "-", "<v>", "№5", "п"]))
CELL = "<c r='A{0}'><is><t>{1}</t></is></c>"


@given(FILL, st.sampled_from(SPELT), FILL)
def test_what_is_spelt_in_any_way_is_never_missed(
    before: list[str], spelt: str, after: list[str]
) -> None:
    text = f"{''.join(before)} {spelt} {''.join(after)}"
    assert TOKENS.may_stand_in(text)


def test_words_apart_of_each_other_are_no_phrase() -> None:
    search = Search(frozenset({"Хризантемов Аристарх"}), ("9165554433",))
    assert not search.may_stand_in("Хризантемов Пётр, 916 555-44-34")
    assert search.may_stand_in("аристарх ... ХРИЗАНТЕМОВ")


@pytest.mark.parametrize("closing", ["</row>", "</x:si>"])
def test_a_long_part_is_cleaned_as_a_short_one(
    monkeypatch: pytest.MonkeyPatch, closing: str
) -> None:
    """Row by row, with the very result that cleaning the whole at once has."""
    chance = random.Random(7)
    opening = closing.replace("</", "<")
    rows = [
        opening + "".join(CELL.format(n, chance.choice(("да", "5", *SPELT))) for n in range(3))
        + ("<r><t>ИП Ки</t></r><r><t>м А.Б.</t></r>" if at % 9 == 0 else "") + closing
        for at in range(40)
    ]  # fmt: skip
    part = "<head>ИП Ким А.Б.</head>" + "".join(rows) + "<foot>5047123455</foot>"
    whole = TOKENS.cleaned_xml(part)
    monkeypatch.setattr(searching, "_LONG", 1)
    assert len(list(whole_pieces(part))) >= len(rows)
    assert pieces(part)[0] == closing
    again = replace(TOKENS)
    assert again.found_in(part)
    assert again.cleaned_xml(part) == whole != part
    assert not again.found_in(whole)


def test_a_long_text_is_searched_in_windows_that_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_LONG", 100)
    monkeypatch.setattr(searching, "_OVERLAP", 40)
    for before in range(230):
        for spelt in ("Хризантемов Аристарх", "+7 916 555-44-33"):
            assert replace(TOKENS).found_in("я" * before + f" {spelt} " + "ю" * (240 - before))
    assert not TOKENS.found_in("Хризантемов" + "я" * 200 + "Аристарх")
