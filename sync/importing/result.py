"""What an import did, as a value; its words stand in `sync.commands.importing`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath

from sync.imports import Guess, ImportKind


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Counts of rows, and where the refused ones lie. In a dry run nothing of it happened."""

    kind: ImportKind
    name: str
    rows: int
    guesses: tuple[Guess, ...]
    title: str = ""
    """What the file was taken for, in words."""
    taken: int = 0
    """New facts."""
    matched: int = 0
    """Of these, rows that an own row already stood for: only its blank cells were filled."""
    updated: int = 0
    """Known facts that came with new content."""
    known: int = 0
    waiting: int = 0
    """Pieces of events that say too little for a row."""
    refused: tuple[tuple[int, str], ...] = ()
    """Row of the file and the reason."""
    refused_path: PurePath | None = None
    skipped: tuple[tuple[str, int], ...] = ()
    """Why rows of the file are none of ours, and how many each."""
    new_clients: int = 0
    new_people: tuple[str, ...] = ()
    amount: Decimal | None = None
    """Payments and costs: the sum of the new ones."""
    unlinked: int = 0
    unlinked_amount: Decimal = Decimal(0)
    talks: int = 0
    """Calls: how many of the new ones count as talks."""
    left_out: tuple[str, ...] = ()
    """Headings of filled columns that have no place on the sheet; the facts keep them."""
    problems: tuple[str, ...] = ()
    """What is wrong with the file as a whole, in words."""
    notes: tuple[str, ...] = ()
    batch: int = 0
    dry_run: bool = False
