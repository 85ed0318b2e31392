"""A sheet's part without its rows: what stands before and after sheetData, as a tree.

Offsets of the tree are offsets in the frame; `place` turns them into offsets in the whole part.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.errors import OddWorkbook
from sync.ooxml.markup import sheet_data
from sync.ooxml.tree import Node, parse


@dataclass(frozen=True, slots=True)
class Frame:
    """The part's prefix, where its rows begin and end, and the rest as a tree."""

    prefix: str
    content: bytes
    """The part with an empty sheetData."""
    root: Node
    start: int
    """Where the sheetData element begins, in the part and in the frame alike."""
    opened: int
    """Where the rows begin; equal to `end` when sheetData is a closed tag."""
    closed: int
    """Where the rows end: the closing tag of sheetData."""
    end: int
    """Where the sheetData element ends in the part."""

    @classmethod
    def of(cls, part_content: bytes, *, label: str, part: str) -> Frame:
        """The frame of a worksheet; of a chart sheet too, which has no rows. Raises OddWorkbook."""
        opening = sheet_data(part_content)
        if opening is None:
            root = parse(part_content, label=label, part=part)
            size = len(part_content)
            return cls("", part_content, root, size, size, size, size)
        prefix = opening[1].decode()
        closing = f"</{prefix}sheetData".encode()
        end = closed = opening.end()
        if not opening[2]:
            closed = part_content.rfind(closing)
            if closed < 0:
                raise OddWorkbook(name=label, detail=f"часть {part} оборвана")
            end = part_content.index(b">", closed) + 1
        hollow = f"<{prefix}sheetData/>".encode()
        content = part_content[: opening.start()] + hollow + part_content[end:]
        root = parse(content, label=label, part=part)
        return cls(prefix, content, root, opening.start(), opening.end(), closed, end)

    def place(self, offset: int) -> int:
        """The offset in the part for an offset in the frame."""
        if offset <= self.start:
            return offset
        hollow = len(f"<{self.prefix}sheetData/>")
        return offset - self.start - hollow + self.end
