"""The answer of a command: lines for people, the same as facts for `--json`, the exit code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path

from model.errors import CrmError, ExitCode
from model.texts import say
from model.texts.numbers import DASH, GAP
from model.texts.values import shown
from model.values import Fault, Value, plain
from sync.reports.terminal import BETWEEN


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answers; `warnings` go to the error stream."""

    lines: tuple[str, ...]
    facts: Mapping[str, object] = field(default_factory=dict)
    code: ExitCode = ExitCode.DONE
    warnings: tuple[str, ...] = ()

    def and_then(self, *lines: str) -> Said:
        """The same answer with more lines below."""
        return replace(self, lines=(*self.lines, *lines))

    def also(self, other: Said) -> Said:
        """The same answer with the lines and facts of another below."""
        return replace(self.and_then(*other.lines), facts={**self.facts, **other.facts})


def plain_letters(text: str) -> str:
    """A text that an old console can show: plain dashes and blanks."""
    return text.replace(GAP, " ").replace(DASH, "-").replace("–", "-").replace("−", "-")


def table(rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()) -> tuple[str, ...]:
    """Aligned lines, titles first; the columns named in `right` hold figures."""
    if not rows:
        return ()
    cells = [[plain_letters(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    return tuple(
        BETWEEN.join(
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def words_of(error: CrmError) -> str:
    """An error in the words of the catalogue."""
    return say(error.text, **error.facts)


def dumped(facts: Mapping[str, object]) -> str:
    """Facts as JSON: dates in ISO, money as exact text."""
    return json.dumps(facts, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, CrmError):
        return {"error": type(value).__name__, "words": words_of(value)}
    if isinstance(value, Fault):
        return value.text
    if isinstance(value, Path):
        return str(value)
    if is_dataclass(value):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    raise TypeError(type(value).__name__)


def cell_words(value: Value) -> str:
    """A cell's value as people read it."""
    return plain_letters(shown(value)) or "пусто"
