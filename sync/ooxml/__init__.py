"""Reading and patching xlsx bytes without touching what nobody asked to change."""

from sync.ooxml.a1 import Area, col_letter, col_number, split_ref
from sync.ooxml.book import BookFile
from sync.ooxml.cells import (
    CellKind,
    CellScan,
    RowFormula,
    RowScan,
    SheetRef,
    TableRef,
    digits_kept,
)
from sync.ooxml.dressing import take_looks
from sync.ooxml.edits import (
    ANY,
    AnyValue,
    AppendColumn,
    AppendRows,
    CellEdit,
    Edit,
    GrowTable,
    NameColumn,
    Outcome,
    Patched,
    Receipt,
    Result,
    Rule,
    SetCache,
    SetFormula,
    SetName,
    SetProperty,
    SetReach,
    SetSheetState,
    SetValue,
    SpareRows,
)
from sync.ooxml.grafting import Grafted, graft
from sync.ooxml.lines import Lines, read_lines
from sync.ooxml.mending import mends
from sync.ooxml.narrowing import narrowed
from sync.ooxml.patching import patch
from sync.ooxml.regrafting import regrafted
from sync.ooxml.ungrafting import ungrafted
from sync.ooxml.verifying import verify
from sync.ooxml.xmltext import too_long

__all__ = [
    "ANY",
    "AnyValue",
    "AppendColumn",
    "AppendRows",
    "Area",
    "BookFile",
    "CellEdit",
    "CellKind",
    "CellScan",
    "Edit",
    "Grafted",
    "GrowTable",
    "Lines",
    "NameColumn",
    "Outcome",
    "Patched",
    "Receipt",
    "Result",
    "RowFormula",
    "RowScan",
    "Rule",
    "SetCache",
    "SetFormula",
    "SetName",
    "SetProperty",
    "SetReach",
    "SetSheetState",
    "SetValue",
    "SheetRef",
    "SpareRows",
    "TableRef",
    "col_letter",
    "col_number",
    "digits_kept",
    "graft",
    "mends",
    "narrowed",
    "patch",
    "read_lines",
    "regrafted",
    "split_ref",
    "take_looks",
    "too_long",
    "ungrafted",
    "verify",
]
