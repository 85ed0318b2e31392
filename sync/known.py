"""All that a pass computed of single rows, kept for the next pass of the same team.

Empty in a process that has made no pass yet: then everything is computed. Each part is used and
brought up to date by the one module that knows what its results are made of.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from model.problems import Problem
from model.records import Contribution, Record
from sync.columns import KnownColumns
from sync.duplicates import StandingPairs
from sync.figures.contribute import KnownParts
from sync.figures.standing import KnownFigures
from sync.remembered import Kept
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
    past: Kept[str, Record, bool] = field(default_factory=Kept)
    """Whether a deal is history."""
    parts: KnownParts = field(default_factory=KnownParts)
    agreed: dict[str, dict[str, tuple[PartsOf, PartsOf]]] = field(default_factory=dict)
    """By table and row, what it adds to the sums and what the store says it does: equal pairs."""
    pairs: StandingPairs = field(default_factory=StandingPairs)
    figures: KnownFigures = field(default_factory=KnownFigures)
    columns: KnownColumns = field(default_factory=dict)
    shown: KnownShown = field(default_factory=KnownShown)
    planned: dict[str, dict[str, Agreed]] = field(default_factory=dict)
    """By book and table, the rows that show what they should."""
