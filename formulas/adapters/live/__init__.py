"""Figures that live in a cell (METRICS.md section 12): one value, one function, one template.

A template returns "" for an undefined figure. Names in braces are inputs: a cell, or a range where
the figure is taken over many. COUNT(cell)=0 stands for «no number here»: blank, or words.
`total`, `passed` and `left` are working days.
"""

from formulas.adapters.live import (
    days,
    decomposing,
    facts,
    people,
    plans,
    progress,
    ratings,
    sales,
    weighing,
)

METRICS = (
    *days.METRICS,
    *facts.METRICS,
    *plans.METRICS,
    *progress.METRICS,
    *weighing.METRICS,
    *decomposing.METRICS,
    *ratings.METRICS,
    *sales.METRICS,
    *people.METRICS,
)
"""Every live figure."""
