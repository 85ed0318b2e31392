"""Changes around the rows of a sheet: its reach, its rules drawn on, its tab unselected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync.ooxml.a1 import Area
from sync.ooxml.tree import Node, Splice, set_attribute

if TYPE_CHECKING:
    from sync.ooxml.frame import Frame

_REACHING = ("dataValidation", "conditionalFormatting")


@dataclass(frozen=True, slots=True)
class Stretch:
    """New rows that look like another: rules that reach down to them are drawn on over them."""

    like: int
    first: int
    last: int

    def over(self, area: Area) -> Area:
        """The area, drawn on when it holds the row of the look and ends right above."""
        holds = area.top <= self.like <= area.bottom
        if holds and self.first - 1 <= area.bottom < self.last:
            return replace(area, bottom=self.last)
        return area


def widened(frame: Frame, places: Iterable[tuple[int, int]]) -> list[Splice]:
    """The dimension of the sheet, if it has one, holding the new cells too."""
    node = frame.root.first("dimension")
    found = list(places)
    if node is None or not found or ":" not in node.attributes.get("ref", ""):
        return []
    area = Area.parse(node.attributes["ref"])
    wide = Area(
        min(area.left, *(col for col, _ in found)),
        min(area.top, *(row for _, row in found)),
        max(area.right, *(col for col, _ in found)),
        max(area.bottom, *(row for _, row in found)),
    )
    return [] if wide == area else [_reset(frame, node, "ref", wide.ref)]


def stretched(frame: Frame, stretches: Sequence[Stretch]) -> Iterator[Splice]:
    """Validations and conditional formats drawn on, those of the extension list too."""
    for node in frame.root.walk() if stretches else ():
        if node.tag in _REACHING and "sqref" in node.attributes:
            old = node.attributes["sqref"]
            new = _reach(old, stretches)
            if new != old:
                yield _reset(frame, node, "sqref", new)
        elif node.tag == "sqref" and node.text:
            new = _reach(node.text, stretches)
            if new != node.text:
                start, end = frame.place(node.open_end), frame.place(node.close_start)
                yield Splice(start, end, new.encode())


def rule_reaching(frame: Frame, sqref: str) -> Node | None:
    """The validation that reaches over some areas."""
    listed = frame.root.first("dataValidations")
    nodes = listed.all("dataValidation") if listed else ()
    return next((n for n in nodes if n.attributes.get("sqref") == sqref), None)


def reached(frame: Frame, reaches: Mapping[str, str]) -> Iterator[Splice]:
    """Validations that reach elsewhere: old areas -> new ones."""
    for old, new in reaches.items():
        node = rule_reaching(frame, old)
        if node is not None:
            yield _reset(frame, node, "sqref", new)


def unselected(frame: Frame) -> list[Splice]:
    """The tab taken out of the selected ones."""
    views = frame.root.first("sheetViews")
    chosen = [v for v in (views.children if views else ()) if "tabSelected" in v.attributes]
    return [_reset(frame, view, "tabSelected", "0") for view in chosen]


def _reach(sqref: str, stretches: Sequence[Stretch]) -> str:
    areas = []
    for ref in sqref.split():
        area = Area.parse(ref)
        for stretch in stretches:
            area = stretch.over(area)
        areas.append(area.ref)
    return " ".join(areas)


def _reset(frame: Frame, node: Node, name: str, value: str) -> Splice:
    change = set_attribute(frame.content, node, name, value)
    return Splice(frame.place(change.start), frame.place(change.end), change.new)
