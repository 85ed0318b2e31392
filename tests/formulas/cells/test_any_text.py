"""No text a person may type breaks the language of live cells."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from formulas.cells import FormulaError, lint, parse, references, rewrite
from formulas.cells.signatures import SIGNATURES
from formulas.cells.tokens import tokenise
from model.values import Fault
from tests.formulas.cells.book import row_of, shown

PIECES = st.sampled_from(
    [
        *(f"{name}(" for name in SIGNATURES), *"+-*/^&=<>%(),:;{}[]@#!' ", '"', "<>", "<=", ">=",
        "A1", "$B$1", "C1:E1", "B:B", "1:2", "Лист!", "'План '!", "имя", "Т[x]", "TRUE", "#N/A",
        '"текст"', '"5"', '"0"', '">=1"', "0", "1", "2.5", "1E300", "-1", "46093", ")", ")", ",",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=30)
CELLS = row_of(5, "abc", True, None, Fault("#N/A"))


@given(TEXTS)
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    with suppress(FormulaError):
        assert parse(text).text == text.removeprefix("=")
    assert isinstance(lint(text), tuple)


@given(TEXTS)
def test_what_parses_shows_a_value(text: str) -> None:
    with suppress(FormulaError):
        assert isinstance(shown(text, CELLS), object)


@given(TEXTS)
def test_tokens_and_references_stand_where_they_say(text: str) -> None:
    for token in tokenise(text):
        assert text[token.start : token.end] == token.text
    for ref in references(text):
        assert 0 <= ref.start < ref.end <= len(text)
    with suppress(FormulaError):
        parse(text)
        assert rewrite(text, lambda _sheet, row, col: (row, col)).lower() == text.lower()


CALLS = st.sampled_from(sorted(SIGNATURES))
ARGS = st.sampled_from(
    [
        "A1", "B1", "C1", "D1", "E1", "A1:E1", "A1:B2", "Z1", '""', '"5"', '"x"', "TRUE", "0", "-1",
        "2.5", "1E300", "99999999", "#N/A", "", "A1:C1*2", "имя",
    ]
)  # fmt: skip


@given(CALLS, st.lists(ARGS, max_size=5), st.booleans())
def test_every_call_that_parses_shows_a_value(name: str, args: list[str], array: bool) -> None:
    call = f"{name}({','.join(args)})"
    with suppress(FormulaError):
        value = shown(f"SUMPRODUCT({call})" if array else call, CELLS)
        assert value is not None
