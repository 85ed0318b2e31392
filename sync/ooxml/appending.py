"""Many rows laid below the last one in one piece: first fills and imports.

A row by `SetValue` costs a look at every cell; these rows do not exist yet, so their markup is
written straight away and proven by comparing bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.values import Value
from sync.ooxml.a1 import col_letter
from sync.ooxml.edits import AppendRows
from sync.ooxml.markup_out import formula_markup, written
from sync.ooxml.reasons import Reason


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that do not exist yet, from `first` to `last`, as markup."""

    first: int
    last: int
    left: int
    right: int
    markup: bytes

    @property
    def rows(self) -> range:
        """The numbers of the rows."""
        return range(self.first, self.last + 1)


def appended(
    edit: AppendRows, looks: Mapping[int, str], tag: str, *, prefix: str, date1904: bool
) -> tuple[Block, tuple[str, ...]]:
    """The rows, and notices about texts that had to be changed or left out.

    `looks` are the style numbers of the row they look like, `tag` its height and the like.
    """
    columns = sorted({*looks, *edit.formulas, *(c for row in edit.rows for c in row)})
    letters = {col: col_letter(col) for col in columns}
    styles = {col: f' s="{looks[col]}"' if col in looks else "" for col in columns}
    notices: list[str] = []
    out: list[str] = []
    for place, row in enumerate(edit.rows):
        number = edit.first + place
        results = edit.results[place] if place < len(edit.results) else {}
        out.append(f'<{prefix}row r="{number}"{tag}>')
        for col in columns:
            head = f'<{prefix}c r="{letters[col]}{number}"{styles[col]}'
            template = edit.formulas.get(col)
            value: Value = results.get(col, "") if template is not None else row.get(col)
            if template is None and value is None:
                out.append(f"{head}/>")
                continue
            new = written(value, prefix=prefix, date1904=date1904, cached=template is not None)
            if isinstance(new, Reason):
                notices.append(f"{letters[col]}{number}: {new.value}")
                out.append(f"{head}/>")
                continue
            if new.notice:
                notices.append(f"{letters[col]}{number}: {new.notice}")
            kind = f' t="{new.kind}"' if new.kind else ""
            formula = "" if template is None else _formula(template, number, prefix)
            out.append(f"{head}{kind}>{formula}{new.inner}</{prefix}c>")
        out.append(f"</{prefix}row>")
    last = edit.first + len(edit.rows) - 1
    edges = columns or [1]
    return Block(edit.first, last, edges[0], edges[-1], "".join(out).encode()), tuple(notices)


def _formula(template: str, number: int, prefix: str) -> str:
    return formula_markup(template.replace("{row}", str(number)), prefix=prefix)
