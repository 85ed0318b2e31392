"""Clients that may be one: an index of keys, pairs with reasons, questions to people.

Nothing is ever merged here. A pair is proposed with its reasons in words; whoever answers decides.
"""

from __future__ import annotations

from sync.duplicates.compare import Card, card_of, compare, is_repeat
from sync.duplicates.groups import Grouped, grouped
from sync.duplicates.index import DuplicateIndex, Index
from sync.duplicates.matching import Matching, Pair, Tie
from sync.duplicates.questions import BRANCH, COLLEAGUE, View, questions_of
from sync.duplicates.standing import StandingPairs

__all__ = [
    "BRANCH",
    "COLLEAGUE",
    "Card",
    "DuplicateIndex",
    "Grouped",
    "Index",
    "Matching",
    "Pair",
    "StandingPairs",
    "Tie",
    "View",
    "card_of",
    "compare",
    "grouped",
    "is_repeat",
    "questions_of",
]
