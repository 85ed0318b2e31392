"""Clients that may be one: an index of keys, pairs with reasons, questions to people.

Nothing is ever merged here: pairs and groups are proposed with their reasons in words. Whoever
answers decides, or whoever says `dedupe --join`.
"""

from __future__ import annotations

from sync.duplicates.branches import BRANCH, is_told, parent_of, rehung
from sync.duplicates.compare import Card, card_of, compare, is_repeat
from sync.duplicates.groups import Grouped, grouped
from sync.duplicates.index import DuplicateIndex, Index
from sync.duplicates.joining import OneClient, Proposal, proposal
from sync.duplicates.matching import Matching, Named, Pair, Tie
from sync.duplicates.questions import COLLEAGUE, View, questions_of, seniority
from sync.duplicates.standing import StandingPairs
from sync.duplicates.surviving import Side, Standing, Why, last_changes, standing

__all__ = [
    "BRANCH",
    "COLLEAGUE",
    "Card",
    "DuplicateIndex",
    "Grouped",
    "Index",
    "Matching",
    "Named",
    "OneClient",
    "Pair",
    "Proposal",
    "Side",
    "Standing",
    "StandingPairs",
    "Tie",
    "View",
    "Why",
    "card_of",
    "compare",
    "grouped",
    "is_repeat",
    "is_told",
    "last_changes",
    "parent_of",
    "proposal",
    "questions_of",
    "rehung",
    "seniority",
    "standing",
]
