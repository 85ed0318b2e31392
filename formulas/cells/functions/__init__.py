"""The functions of live cells, by name; IF and IFERROR are compiled, since they choose."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from formulas.cells.functions import aggregates, dates, logic, lookup, maths, texts
from formulas.cells.operands import Function

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        **maths.FUNCTIONS,
        **dates.FUNCTIONS,
        **texts.FUNCTIONS,
        **logic.FUNCTIONS,
        **aggregates.FUNCTIONS,
        **lookup.FUNCTIONS,
    }
)
ARRAY_FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "ROW": lookup.rows_of,
        "COLUMN": lookup.columns_of,
        "IF": logic.choose,
        "IFERROR": logic.rescue,
    }
)
"""What these mean inside SUMPRODUCT, where they answer for each cell of a range."""
