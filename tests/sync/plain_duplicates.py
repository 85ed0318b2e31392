"""The search for duplicates once more, key by key and pair by pair, with no arrays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from sync.duplicates import Card, Pair, compare
from sync.duplicates.compare import one_party

MANY, CROWD = 50, 3


def plain_pairs(cards: Iterable[Card]) -> tuple[Pair, ...]:
    """Every pair that is worth a question, in the order of the rows."""
    here = sorted(cards, key=lambda card: card.row_id)
    rows: defaultdict[str, list[Card]] = defaultdict(list)
    for card in here:
        for key in dict.fromkeys(plain_keys(card)):
            rows[key].append(card)
    dull = {key[3:] for key, some in rows.items() if key.startswith("at ") and _is_dull(some)}
    by_id = {card.row_id: card for card in here}
    couples = {
        (left.row_id, right.row_id)
        for key, some in rows.items()
        for left, right in _couples(key, some)
    }
    pairs = (
        compare(by_id[left], by_id[right], by_id[left].contacts & by_id[right].contacts & dull)
        for left, right in sorted(couples)
    )
    return tuple(pair for pair in pairs if pair is not None)


def plain_keys(card: Card) -> Iterator[str]:
    """Keys as texts."""
    yield from (f"inn {inn}" for inn in card.inns)
    yield from (f"at {contact}" for contact in card.contacts)
    if card.name:
        flat = card.name.replace(" ", "")
        yield f"words {sorted(card.name.split())}"
        for size in {len(flat) // 2, (len(flat) + 1) // 2} - {0}:
            yield f"head {flat[:size]}"
            yield f"tail {flat[-size:]}"


def _couples(key: str, rows: list[Card]) -> Iterator[tuple[Card, Card]]:
    if len(rows) <= MANY or key.startswith("inn "):
        yield from combinations(rows[:MANY], 2)
        yield from ((rows[0], other) for other in rows[MANY:])


def _is_dull(rows: list[Card]) -> bool:
    if len(rows) < CROWD or len(rows) > MANY:
        return len(rows) > MANY
    parties: list[Card] = []
    for card in rows:
        if not any(one_party(card, other) for other in parties):
            parties.append(card)
    return len(parties) >= CROWD
