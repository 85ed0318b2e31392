"""The language of live cells: the portable subset of spreadsheet formulas, evaluated in Python.

A live cell answers while the daemon may not write; its cached value is written by the daemon, so
both must agree. Files hold English function names, commas and dots whatever the user's language;
that is the only spelling known here. Numbers are `Decimal`, dates are serial numbers, blank is
`None`. A formula outside the subset raises `FormulaError` when parsed; `lint` gives the reasons.
"""

from formulas.cells.environment import CellContent, CellValue, FormulaError, Sheets
from formulas.cells.evaluator import Evaluator, KnownFormulas, Programs, inside
from formulas.cells.linting import lint
from formulas.cells.operands import Area
from formulas.cells.parsing import parse
from formulas.cells.references import Ref, references, rewrite, translate
from formulas.cells.syntax import Formula
from formulas.cells.values import ENGLISH, RUSSIAN, Regional, to_text

__all__ = [
    "ENGLISH",
    "RUSSIAN",
    "Area",
    "CellContent",
    "CellValue",
    "Evaluator",
    "Formula",
    "FormulaError",
    "KnownFormulas",
    "Programs",
    "Ref",
    "Regional",
    "Sheets",
    "inside",
    "lint",
    "parse",
    "references",
    "rewrite",
    "to_text",
    "translate",
]
