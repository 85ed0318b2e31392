"""Row ids: 80 random bits and a short check keyed by the team, so that a foreign id is recognised.

The id is 16 letters of base 32, a dash and 4 letters of check: `K7Q2...-9XJM`. The check needs
the public family id only, so a lost store can be rebuilt from the workbooks alone.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

RANDOM_BYTES = 10
CHECK_LETTERS = 4


def new_row_id(family: str, random_bytes: Callable[[int], bytes]) -> str:
    """A fresh id that `belongs` to the family."""
    body = base64.b32encode(random_bytes(RANDOM_BYTES)).decode("ascii")
    return f"{body}-{_check(family, body)}"


def belongs(family: str, row_id: str) -> bool:
    """Whether the id was made for this family and has not been mistyped."""
    body, dash, check = row_id.partition("-")
    return bool(dash) and check == _check(family, body)


def text_id(parts: tuple[str, ...]) -> str:
    """The id of a row that is recognised by its text: equal texts, equal ids, in any case."""
    return "|".join(" ".join(part.split()).casefold() for part in parts)


def _check(family: str, body: str) -> str:
    digest = hashlib.sha256(f"{family}|{body}".encode()).digest()
    return base64.b32encode(digest[:5]).decode("ascii")[:CHECK_LETTERS]
