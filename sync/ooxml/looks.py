"""Cell looks of one book taken over into another: fonts, fills, borders, formats, and their users.

Nothing that the book has is renumbered: what it lacks is appended, what it has alike is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.ooxml.tree import Node, Splice, append_child, set_attribute
from sync.ooxml.xmltext import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles", "colors", "extLst",
)  # fmt: skip
"""Children of the styles part in the order of the schema (ECMA-376 18.8.39)."""
_SHARED = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
_FIRST_OWN_FORMAT = 164
"""Number formats below are built in and mean the same in every book."""
Look = tuple[object, ...]


def markup(node: Node, prefix: str, **changed: str) -> str:
    """An element of the main namespace written anew, some of its attributes changed."""
    given = {k: v for k, v in node.attributes.items() if ":" not in k and k != "xmlns"} | changed
    tag = f"{prefix}{node.tag}"
    inside = "".join(markup(child, prefix) for child in node.children) or escape(node.text)
    head = tag + "".join(f' {k}="{escape(v)}"' for k, v in given.items())
    return f"<{head}>{inside}</{tag}>" if inside else f"<{head}/>"


def look(root: Node, index: int) -> Look:
    """Everything a cell look comes to, free of numbers that only its own book knows."""
    node = _children(root, "cellXfs")[index]
    own = {k: v for k, v in node.attributes.items() if k.startswith("apply") or k == "quotePrefix"}
    parts = [
        markup(_children(root, box)[int(node.attributes.get(name, "0"))], "")
        for name, box in _SHARED.items()
    ]
    code = _code(root, node.attributes.get("numFmtId", "0"))
    return (tuple(sorted(own.items())), *parts, code, *(markup(c, "") for c in node.children))


def rule_look(root: Node, index: int) -> str:
    """Everything a look of conditional formatting comes to."""
    return markup(_children(root, "dxfs")[index], "")


@dataclass(slots=True)
class Looks:
    """The styles of a book while looks of another are taken over."""

    content: bytes
    root: Node
    other: Node
    _added: dict[str, list[str]] = field(default_factory=dict)
    _known: dict[str, dict[str, int]] = field(default_factory=dict)

    def cell(self, index: int) -> int:
        """The number here of a cell look of the other book."""
        node = _children(self.other, "cellXfs")[index]
        changed = {"xfId": "0", "numFmtId": self._format(node.attributes.get("numFmtId", "0"))}
        for name, box in _SHARED.items():
            theirs = _children(self.other, box)[int(node.attributes.get(name, "0"))]
            changed[name] = str(self._place(box, markup(theirs, self.root.prefix)))
        return self._place("cellXfs", markup(node, self.root.prefix, **changed))

    def rule(self, index: int) -> int:
        """The number here of a conditional format's look of the other book."""
        theirs = _children(self.other, "dxfs")[index]
        return self._place("dxfs", markup(theirs, self.root.prefix))

    def splices(self) -> Iterator[Splice]:
        """What makes the styles hold everything taken over."""
        for box in _ORDER:
            new = "".join(self._added.get(box, ())).encode()
            if new:
                count = len(_children(self.root, box)) + len(self._added[box])
                yield from self._grown(box, new, count)

    def _grown(self, box: str, new: bytes, count: int) -> Iterator[Splice]:
        node, p = self.root.first(box), self.root.prefix
        if node is None:
            before = [n for n in self.root.children if n.tag in _ORDER[: _ORDER.index(box)]]
            at = before[-1].end if before else self.root.open_end
            whole = f'<{p}{box} count="{count}">'.encode() + new + f"</{p}{box}>".encode()
            yield Splice(at, at, whole)
        elif node.empty:
            whole = f'<{p}{box} count="{count}">'.encode() + new + f"</{p}{box}>".encode()
            yield Splice(node.start, node.end, whole)
        else:
            yield set_attribute(self.content, node, "count", str(count))
            yield append_child(self.content, node, new)

    def _place(self, box: str, text: str) -> int:
        """The number of an element in its box, appended where the box holds none alike."""
        standing = _children(self.root, box)
        if box not in self._known:
            pairs = [(markup(n, self.root.prefix), i) for i, n in enumerate(standing)]
            self._known[box] = dict(reversed(pairs))  # of equal ones the first
        known = self._known[box]
        if text not in known:
            known[text] = len(standing) + len(self._added.get(box, ()))
            self._added.setdefault(box, []).append(text)
        return known[text]

    def _format(self, number: str) -> str:
        """The number here of a number format of the other book."""
        if int(number) < _FIRST_OWN_FORMAT:
            return number
        if "numFmts" not in self._known:
            standing = _children(self.root, "numFmts")
            self._known["numFmts"] = {
                n.attributes["formatCode"]: int(n.attributes["numFmtId"]) for n in standing
            }
        known, code = self._known["numFmts"], _code(self.other, number)
        if code not in known:
            known[code] = max(_FIRST_OWN_FORMAT - 1, *known.values(), 0) + 1
            node = f'numFmt numFmtId="{known[code]}" formatCode="{escape(code)}"'
            self._added.setdefault("numFmts", []).append(f"<{self.root.prefix}{node}/>")
        return str(known[code])


def _children(root: Node, box: str) -> Sequence[Node]:
    node = root.first(box)
    return node.children if node else ()


def _code(root: Node, number: str) -> str:
    """The code of a number format; the number itself for a built-in one."""
    for node in _children(root, "numFmts"):
        if node.attributes.get("numFmtId") == number:
            return node.attributes.get("formatCode", "")
    return number
