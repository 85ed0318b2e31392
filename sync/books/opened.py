"""What the pass asks of an opened book, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sync.ooxml import SheetRef, TableRef


class Opened(Protocol):
    """One content of a book; parts of it are understood when they are asked for."""

    @property
    def raw(self) -> bytes:
        """The bytes that are kept as a copy."""
        ...

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    @property
    def sha256(self) -> str:
        """Fingerprint of the content."""
        ...

    @property
    def sheets(self) -> tuple[SheetRef, ...]:
        """The tabs in their order."""
        ...

    @property
    def names(self) -> Mapping[str, str]:
        """Defined names with their formulas."""
        ...

    @property
    def date1904(self) -> bool:
        """Whether days are counted from 1904."""
        ...

    def tables(self, sheet: str, /) -> Sequence[TableRef]:
        """Tables of the spreadsheet's own on a tab."""
        ...
