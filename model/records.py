"""What the store keeps: rows with typed values, changes, batches, sums.

A row's `values` are what people typed (or facts brought), typed but never tidied; the canonical
form is derived from them. `links` point from a reference field to the row it was resolved to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from model.figures import Cut, Measure
from model.values import Value

ROW_MARK = "~row"
"""In history, the "field" of a row itself: None to True is born, True to False buried, False to
True revived. No field key starts with a tilde."""


class Source(Enum):
    """Where a value came from; kept with every change."""

    __hash__ = object.__hash__  # members are single

    PERSON = "person"
    IMPORT = "import"
    RULE = "rule"
    ANSWER = "answer"
    UNDO = "undo"
    RESTORE = "restore"
    """Taken from a kept copy by a person's order."""


class BatchKind(Enum):
    """What a batch of changes was: the unit of undo."""

    INIT = "init"
    SYNC = "sync"
    IMPORT = "import"
    MERGE = "merge"
    ANSWER = "answer"
    APPROVE = "approve"
    """The pay of a month was approved."""
    RESTORE = "restore"
    UNDO = "undo"
    REPORT = "report"
    """A report was made or sent by itself; no row moved."""
    UPGRADE = "upgrade"
    """Books were given the form of a newer blueprint."""
    ASSIGN = "assign"
    """Leads or clients were given out by the rules."""
    HANDOVER = "handover"
    """One person's clients, deals and steps went to another."""
    ERASE = "erase"
    """A client was erased; nothing takes that back."""
    EXPORT = "export"
    """Rows left the base; no row moved."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the store. `number` is the figure of the visible «К-123»."""

    table: str
    row_id: str
    number: int | None
    values: Mapping[str, Value]
    links: Mapping[str, str] = field(default_factory=dict)
    deleted: bool = False
    created_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One moved cell in history: who, when, from where, what was and what became."""

    table: str
    row_id: str
    field: str
    before: Value
    after: Value
    at: datetime
    who: str
    source: Source
    book: str | None
    batch: int


@dataclass(frozen=True, slots=True)
class Stamped:
    """Who moves cells now, when, from where and in which batch; kept with every change."""

    at: datetime
    who: str
    source: Source
    book: str | None
    batch: int


@dataclass(frozen=True, slots=True)
class Batch:
    """One action that can be undone as a whole."""

    number: int
    kind: BatchKind
    who: str
    at: datetime
    book: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that arrived: its payload as canonical text and the row that it made."""

    source: str
    key: str
    kind: str
    payload: str
    row_id: str
    batch: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one row adds to a sum: kopecks for money, whole units for counts."""

    measure: Measure
    manager: str
    day: date
    amount: int
    cuts: tuple[tuple[Cut, str], ...] = ()
    """What the amount also counts for, in the order of `Cut`; blank ones are left out."""


@dataclass(frozen=True, slots=True)
class BookState:
    """What is remembered of one workbook."""

    book: str
    path: str
    role: str
    person: str
    token: str = ""
    generation: int = 0
    seen_at: datetime | None = None
    written_at: datetime | None = None
    waiting: int = 0
    held: str = ""
    """Words of the hold that stops data writes; empty when free."""
    holder: str = ""
    """«открыта в Excel с 09:04», empty when free."""


class KeptKind(Enum):
    """How a content of a workbook came to be known."""

    __hash__ = object.__hash__  # members are single

    WROTE = "wrote"
    """The daemon wrote it."""
    SEEN = "seen"
    """A person's save."""
    RETURNED = "returned"
    """An older content stood in the book's place again."""
    COPY = "copy"
    """A second file with the stamp of the book."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A content of a workbook that may be the base of a later save; the backups have its bytes."""

    number: int
    book: str
    generation: int
    token: str
    kind: KeptKind
    at: datetime


class Stance(Enum):
    """Where a question stands."""

    __hash__ = object.__hash__  # members are single

    OPEN = "open"
    LATER = "later"
    DONE = "done"
    KEPT = "kept"
    """Answered «Нет»: left as it is, for ever."""
    GONE = "gone"
    """Mended by itself."""


WAITING = frozenset({Stance.OPEN, Stance.LATER})
"""Of questions that still want an answer."""


class QuestionKind(Enum):
    """What an answer carries out; PROBLEM needs none and vanishes when the cell is mended."""

    __hash__ = object.__hash__  # members are single

    PROBLEM = "problem"
    FIX = "fix"
    """«Да» writes the proposed value into the cell."""
    DUPLICATE = "duplicate"
    """«Да» joins two rows under the main one (a reversible link)."""
    CLIENT = "client"
    """Who is it: «Да» links to the likely client, «Нет» makes a new one."""
    CONFLICT = "conflict"
    """«Да» puts the other value."""
    TYPED_OVER = "typed_over"
    TRASH = "trash"
    """«Да» returns the vanished row."""
    HOLD = "hold"
    """«Да» does what is proposed, «Нет» accepts what was seen."""
    PAYMENT = "payment"
    """«Да» gives the payment to the proposed client and person."""
    REPLACED = "replaced"
    """«Да» says that the row typed over another one is the same client."""
    ROLLBACK = "rollback"
    """«Да» brings back what an old file held."""
    TAKE_BACK = "take_back"
    """«Да» puts back the cells that another program saved over."""
    NOTE = "note"
    """Something to know; an answer only takes it off the list."""
    CALL = "call"
    """«Да» makes a lead of a number that nobody knows."""
    WORD = "word"
    """A person's own remark («Не согласны?») to the owner."""


@dataclass(frozen=True, slots=True)
class Question:
    """One row of «Вопросы». `key` makes it one: the same finding never asks twice."""

    key: str
    kind: QuestionKind
    about: str
    where: str
    wrong: str
    proposal: str
    whom: str
    """Person it is put to; the owner's name for the owner."""
    red: bool = False
    money: Decimal | None = None
    table: str = ""
    row_id: str = ""
    column: str = ""
    payload: Mapping[str, str] = field(default_factory=dict)
    """What the answer needs: encoded values, the other row id, the backup to return to."""
    number: int = 0
    """Given by the store."""
    stance: Stance = Stance.OPEN
    answer: str = ""
    created_at: datetime | None = None
    shown_on: date | None = None
    """Day it was first put on the sheet; None: still waiting its turn (ten new ones a day)."""
    answered_at: datetime | None = None
    outcome: str = ""
    """«Сделано 12.03 в 14:40»."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A journal line: a write that was begun. `done` says how it ended; empty while pending."""

    number: int
    book: str
    base_token: str
    new_token: str
    temp_name: str
    at: datetime
    done: str = ""


@dataclass(frozen=True, slots=True)
class Displaced:
    """A file that a write left beside a workbook; a program may still write into it."""

    book: str
    name: str
    """Its name in the workbook's folder."""
    was: str
    """Fingerprint of the content that the next save in it descends from."""
    ours: str = ""
    """Fingerprint of our own bytes that may lie there as well."""
    seen: str = ""
    """Fingerprint at the last look."""
    quiet: int = 0
    """Looks in a row that found it unchanged."""
    named: tuple[tuple[str, int, str], ...] = ()
    """Table, row, id: rows of the content that `was` tells of to which the write gave their ids."""

    def after(self, token: str) -> Displaced:
        """The same file when the next save in it descends from another content."""
        return replace(self, was=token, named=(), quiet=0)


@dataclass(frozen=True, slots=True)
class Lease:
    """Who works with the team. `fence` orders the holders; times are shown, never compared."""

    who: str
    host: str
    pid: int
    since: datetime
    beat_at: datetime
    beat: int = 0
    fence: int = 0
    free: bool = False


@dataclass(frozen=True, slots=True)
class OutlookLine:
    """One line of the pay scheme as it stood on a day, in the three scenarios."""

    code: str
    now: Decimal
    likely: Decimal
    everything: Decimal


@dataclass(frozen=True, slots=True)
class DayOutlook:
    """What a person's pay forecast said on a day: for «со вчера» and «обещали 12-го»."""

    person: str
    day: date
    now: Decimal
    likely: Decimal
    everything: Decimal
    lines: tuple[OutlookLine, ...] = ()
