"""How many requests and answers were held against Google's own documents, and what was wrong."""

from __future__ import annotations

from collections import Counter

COUNTED: Counter[str] = Counter()
"""Requests and answers of this process."""
WRONG: list[str] = []
"""What a document does not allow, with the method."""


def counted(what: str, method: str, wrong: str = "") -> None:
    """One more request or answer, and what is wrong with it."""
    if wrong:
        WRONG.append(f"{method}: {wrong}")
    else:
        COUNTED[what] += 1
