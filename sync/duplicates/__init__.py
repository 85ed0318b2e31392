"""Clients that may be one: an index of keys, pairs with reasons, questions to people.

Nothing is ever merged here. A pair is proposed with its reasons in words; whoever answers decides.
"""

from __future__ import annotations

from sync.duplicates.compare import Card, Pair, Tie, card_of, compare, is_repeat
from sync.duplicates.index import DuplicateIndex
from sync.duplicates.questions import BRANCH, COLLEAGUE, View, questions_of
from sync.duplicates.standing import StandingPairs

__all__ = [
    "BRANCH",
    "COLLEAGUE",
    "Card",
    "DuplicateIndex",
    "Pair",
    "StandingPairs",
    "Tie",
    "View",
    "card_of",
    "compare",
    "is_repeat",
    "questions_of",
]
