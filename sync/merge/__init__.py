"""The three-way merge: pure over what it is handed, no I/O, no clock, no chance of its own."""

from sync.merge.result import Clash, ClashKind, Edit, Hold, NewRow, TableMerge
from sync.merge.table import Sides, merge_table

__all__ = ["Clash", "ClashKind", "Edit", "Hold", "NewRow", "Sides", "TableMerge", "merge_table"]
