"""The arrays of the search find exactly what the plain way finds."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.duplicates import Card, DuplicateIndex
from sync.duplicates.clients import ClientKeys
from sync.duplicates.numbers import (
    CONTACT,
    FOR_GOOD,
    KIND,
    Keys,
    joined,
    name_keys,
    name_numbers,
    text_number,
)
from sync.duplicates.postings import in_order
from tests.sync.plain_duplicates import plain_keys, plain_pairs

WORDS = ("ВЕКТОР", "ВЕКТР", "ЗАРЯ", "СТРОЙ", "А", "ТД", "ЮГ")
INNS = ("7701234560", "5018123450", "7707083893")
PHONES = (
    "+79161234567",
    "+74951234567",
    "+74951234567;ext=1",
    "+74951234567;ext=2",
    "+78432000000",
)
MAILS = ("a@v.ru", "b@v.ru")
TOWNS = ("", "ПЕРМЬ", "ОМСК")
NAMES = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
CARDS = st.builds(
    Card,
    row_id=st.just(""),
    inns=st.lists(st.sampled_from(INNS), max_size=2, unique=True).map(tuple),
    kpp=st.sampled_from(("", "770101001", "540145001")),
    phones=st.frozensets(st.sampled_from(PHONES), max_size=2),
    emails=st.frozensets(st.sampled_from(MAILS), max_size=2),
    name=NAMES,
    city=st.sampled_from(TOWNS),
    typed_inn=st.sampled_from(("", "7701234561", "77012")),
)


def placed(cards: list[Card]) -> list[Card]:
    """The same cards with rows of their own, in no order."""
    return [_again(card, f"{n * 7 % 101:03}") for n, card in enumerate(cards)]


def _again(card: Card, row_id: str) -> Card:
    inns = () if card.typed_inn else card.inns
    return Card(
        row_id, inns, card.kpp, card.phones, card.emails, card.name, card.city, card.typed_inn
    )


def index_of(cards: list[Card]) -> DuplicateIndex:
    index = DuplicateIndex()
    index.fill(cards)
    return index


@given(st.lists(CARDS, max_size=14))
def test_the_pairs_are_those_of_the_plain_way(cards):
    here = placed(cards)
    assert index_of(here).pairs() == plain_pairs(here)


@given(st.lists(CARDS, max_size=10), st.lists(st.tuples(st.integers(0, 12), CARDS), max_size=6))
def test_changes_after_a_filling_leave_the_pairs_of_the_plain_way(cards, changes):
    index, here = index_of(placed(cards)), {card.row_id: card for card in placed(cards)}
    kept = {pair.key: pair for pair in index.pairs()}
    for number, card in changes:
        row_id = f"{number * 7 % 101:03}"
        gone = row_id in here and number % 3 == 0
        near = index.drop(row_id) if gone else index.add(_again(card, row_id))
        here.pop(row_id) if gone else here.update({row_id: _again(card, row_id)})
        kept = {key: p for key, p in kept.items() if not {p.left, p.right} & near}
        kept |= {pair.key: pair for pair in index.pairs(near)}
    wanted = plain_pairs(here.values())
    assert tuple(sorted(kept.values(), key=lambda p: (p.left, p.right))) == wanted
    assert index.pairs() == wanted


@pytest.mark.parametrize("seed", range(3))
def test_crowded_keys_are_those_of_the_plain_way(seed):
    """Names, a phone, an e-mail and an INN of more than fifty rows each."""
    cards = [*_crowd(Random(seed))]
    wanted = plain_pairs(cards)
    assert len(wanted) > 1_000
    assert index_of(cards).pairs() == wanted
    later = index_of(cards[:100])
    for card in cards[100:]:
        later.add(card)
    assert later.is_overfull
    assert later.pairs() == wanted


def _crowd(dice: Random) -> list[Card]:
    made = [
        Card(
            f"{n:03}",
            inns=(INNS[0] if n % 3 else dice.choice(INNS),) if n % 2 else (),
            phones=frozenset(dice.choices((*PHONES, f"+7916{n // 2:07}"), k=n % 3 // 2)),
            emails=frozenset({MAILS[0] if n % 5 < 2 else f"m{n // 3}@v.ru"}),
            name=" ".join(dice.choice(WORDS) for _ in range(dice.randrange(4))) or f"ТД {n // 2}",
            city=dice.choice(TOWNS),
        )
        for n in range(160)
    ]
    dice.shuffle(made)
    return made


@given(st.lists(st.one_of(NAMES, st.text("абв😀", max_size=5)), max_size=8))
def test_numbers_of_one_name_are_those_of_many(names):
    none = Keys(np.empty(0, np.uint64), np.empty(0, np.int32))
    many = joined((none, *name_keys(names)))
    found = defaultdict(set)
    for number, place in zip(many.numbers.tolist(), many.places.tolist(), strict=True):
        found[place].add(number)
    assert [found[place] for place in range(len(names))] == [{*name_numbers(n)} for n in names]


def test_a_name_longer_than_the_ready_powers_has_its_keys():
    name = " ".join(["ОБЩЕСТВО", "ПОТРЕБИТЕЛЕЙ"] * 30)
    assert set(joined(name_keys([name])).numbers.tolist()) == {*name_numbers(name)}


def test_numbers_part_keys_as_texts_do():
    cards = [*_crowd(Random(1)), *_crowd(Random(2))]
    keys = ClientKeys().of_all(cards)
    texts = {text for card in cards for text in plain_keys(card)}
    assert len(set(keys.numbers.tolist())) == len(texts)
    of_one = chain.from_iterable(map(ClientKeys().of_one, cards))
    assert {*of_one} == {*keys.numbers.tolist()}
    assert text_number("a", CONTACT) != text_number("a", FOR_GOOD)
    assert text_number("a", CONTACT) & KIND == CONTACT


@given(st.lists(st.integers(0, 40) | st.integers(0, 2**64 - 1), max_size=60))
def test_hashes_that_differ_in_their_lowest_bits_alone_are_sorted_too(hashes: list[int]) -> None:
    found = in_order(Keys(np.array(hashes, np.uint64), np.arange(len(hashes), dtype=np.int32)))
    assert found.numbers.tolist() == sorted(hashes)
    assert sorted(found.places.tolist()) == list(range(len(hashes)))
    assert [hashes[place] for place in found.places.tolist()] == found.numbers.tolist()
