"""The three-way merge: pure over what it is handed, no I/O, no clock, no chance of its own.

docs/merge-rules.md names the function of each rule.
"""

from sync.merge.result import (
    Clash,
    ClashKind,
    Edit,
    Hold,
    Mass,
    MassKind,
    Mixed,
    NewRow,
    Outside,
    Replaced,
    TableMerge,
)
from sync.merge.sides import Author, Sides
from sync.merge.table import merge_table

__all__ = [
    "Author",
    "Clash",
    "ClashKind",
    "Edit",
    "Hold",
    "Mass",
    "MassKind",
    "Mixed",
    "NewRow",
    "Outside",
    "Replaced",
    "Sides",
    "TableMerge",
    "merge_table",
]
