"""All that a pass computed of single rows, kept for the next pass of the same team.

Empty in a process that has made no pass yet: then everything is computed. Each part is used and
brought up to date by the one module that knows what its results are made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from formulas.cells import KnownFormulas, Programs
from model.problems import Problem
from model.records import Contribution, Question, Record
from sync.absorb import KnownBook
from sync.books.environment import KnownCells
from sync.card.belonging import KnownCards
from sync.columns import KnownColumns, KnownLines
from sync.duplicates import StandingPairs
from sync.figures.contribute import KnownParts
from sync.figures.standing import KnownFigures
from sync.remembered import Kept, Once
from sync.rights import Access, KnownAccess
from sync.scene import Canonical
from sync.settle.clients import ClientKeys
from sync.show import KnownShown
from sync.write_plan import Agreed

PartsOf = tuple[Contribution, ...]


@dataclass(slots=True)
class Known:
    """By subject, in the order of a pass."""

    canonical: Canonical = field(default_factory=Canonical)
    client_keys: Kept[str, Record, ClientKeys] = field(default_factory=Kept)
    findings: dict[str, Kept[str, Record, tuple[Problem, ...]]] = field(default_factory=dict)
    asked: Kept[tuple[str, str], Record, tuple[Question, ...]] = field(default_factory=Kept)
    """What is asked about the findings of a row, by table and row."""
    past: Kept[str, Record, bool] = field(default_factory=Kept)
    """Whether a deal is history."""
    parts: KnownParts = field(default_factory=KnownParts)
    agreed: dict[str, dict[str, tuple[PartsOf, PartsOf]]] = field(default_factory=dict)
    """By table and row, what it adds to the sums and what the store says it does: equal pairs."""
    agree: dict[str, tuple[Mapping[str, PartsOf], Mapping[str, PartsOf]]] = field(
        default_factory=dict
    )
    """The same of whole tables in which every row agrees."""
    gaps: Once[list[Question]] = field(default_factory=Once)
    """Payments, invoices and won deals that do not agree, as questions."""
    pairs: StandingPairs = field(default_factory=StandingPairs)
    figures: KnownFigures = field(default_factory=KnownFigures)
    card_keys: KnownCards = field(default_factory=KnownCards)
    """Places of rows among those of their client."""
    columns: KnownColumns = field(default_factory=dict)
    lines: KnownLines = field(default_factory=dict)
    """What deals and payments say about each client."""
    shown: KnownShown = field(default_factory=KnownShown)
    planned: dict[str, dict[str, Agreed]] = field(default_factory=dict)
    """By book and table, the rows that show what they should."""
    programs: Programs = field(default_factory=Programs)
    """Compiled formulas of all books."""
    cells: dict[str, KnownCells] = field(default_factory=dict)
    books: dict[str, KnownBook] = field(default_factory=dict)
    access: KnownAccess = field(default_factory=dict)
    """What the person of each book may see and do."""
    planned_for: dict[str, Access] = field(default_factory=dict)
    """By book, whose rights `planned` was found with."""

    def book(self, book: str) -> KnownBook:
        """The rows of one book."""
        return self.books.setdefault(book, KnownBook())

    def planned_of(self, book: str, access: Access) -> dict[str, Agreed]:
        """Rows of a book that show what they should to who has those rights."""
        if self.planned_for.get(book) is not access:
            self.planned_for[book], self.planned[book] = access, {}
        return self.planned.setdefault(book, {})

    def cells_of(self, book: str) -> KnownCells:
        """The cells of one book as formulas saw them."""
        fresh = KnownCells(formulas=KnownFormulas(self.programs))
        return self.cells.setdefault(book, fresh)

    def forget(self, book: str) -> None:
        """Let go of a book that is too large to be remembered."""
        for kept in (self.planned, self.cells, self.books):
            kept.pop(book, None)
