"""What an upgrade did to a book and what it left alone, as it is told and remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum

from model.errors import CrmError
from model.records import BookState


class Did(Enum):
    """A step of an upgrade."""

    COLUMN = "column"
    SHEET = "sheet"
    SHOWN = "shown"
    MENDED = "mended"
    FORMULAS = "formulas"
    """Row formulas of a table exchanged; `before` is the shape of those that stood there."""
    REDRAWN = "redrawn"
    """A screen drawn anew; `field` is the fingerprint of the bytes that have the old one."""


class Why(Enum):
    """Why a step was not made, or not taken back."""

    REMOVED = "removed"
    """A person took the column away: it does not come back by itself."""
    LABELLED = "labelled"
    """A column with that heading stands there without its key."""
    BLOCK = "block"
    """Blocks side by side have no free place between them."""
    NO_TABLE = "no table"
    """The spreadsheet's own table over the rows is gone."""
    REFUSED = "refused"
    """The patcher says why in `detail`."""
    TYPED = "typed"
    """Somebody typed there."""
    NOT_LAST = "not last"
    """Columns of people stand to the right of it inside the table."""
    USED = "used"
    """Formulas of people look at it."""
    UNLIKE = "unlike"
    """A screen of another form in a spreadsheet: its cells cannot be moved into place."""
    OWN = "own"
    """Row formulas of a person, in `detail` rows."""
    NO_NAME = "no name"
    """The formula looks at a name that the book does not have."""
    NO_COPY = "no copy"
    """The copy with the old drawing is gone."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a book's form; `title` is what people call the column or sheet."""

    did: Did
    sheet: str
    title: str = ""
    table: str = ""
    field: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """A step that was not made, and why."""

    step: Step
    why: Why
    detail: str = ""


@dataclass(frozen=True, slots=True)
class BookUpgrade:
    """What an upgrade did to one book, or would do."""

    name: str
    state: BookState
    done: tuple[Step, ...]
    left: tuple[Left, ...]
    written: bool
    holder: str = ""
    """Who has it open: it waits."""
    held: bool = False
    """It is stopped: the answer comes first."""
    fault: CrmError | None = None


def packed(steps: Mapping[str, Sequence[Step]]) -> str:
    """Steps by book, as the store remembers a batch."""
    plain = {
        book: [{**asdict(step), "did": step.did.value} for step in made]
        for book, made in steps.items()
    }
    return json.dumps(plain, ensure_ascii=False)


def unpacked(text: str) -> dict[str, tuple[Step, ...]]:
    """What `packed` wrote."""
    return {
        book: tuple(Step(**{**line, "did": Did(line["did"])}) for line in lines)
        for book, lines in json.loads(text).items()
    }
