"""Small XML parts as a tree that knows where in the bytes every element stands.

Edits are splices of the original bytes, so everything around them stays as it was written. One
write looks at the same part several times (to open, to plan, to edit, to prove), so that equal
bytes share one tree: a tree is read, never changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.parsers import expat

from model.errors import HostileWorkbook, OddWorkbook
from sync.ooxml.xmltext import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TAG_END = re.compile(rb"""[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
_REMEMBERED = 320
"""Trees that are kept: the parts of two books, read and written, without their rows."""
_SMALL = 1 << 16
"""Bytes of a part whose tree is kept: at most half a megabyte of nodes."""


@dataclass(slots=True)
class Node:
    """An element: its tag without namespace, attributes as written, and byte offsets."""

    tag: str
    uri: str
    raw_tag: str
    attributes: dict[str, str]
    start: int
    open_end: int = 0
    close_start: int = 0
    end: int = 0
    text: str = ""
    children: list[Node] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        """Prefix of the tag with its colon, or nothing."""
        return self.raw_tag[: self.raw_tag.index(":") + 1] if ":" in self.raw_tag else ""

    @property
    def empty(self) -> bool:
        """Whether the element is a single closed tag."""
        return self.open_end == self.end

    def all(self, tag: str) -> Iterator[Node]:
        """The children of that tag."""
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> Node | None:
        """The first child of that tag."""
        return next(self.all(tag), None)

    def walk(self) -> Iterator[Node]:
        """The element and everything below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def attribute(self, name: str) -> str:
        """An attribute by its name without prefix; nothing when absent."""
        for key, value in self.attributes.items():
            if key == name or key.endswith(":" + name):
                return value
        return ""


@dataclass(frozen=True, slots=True)
class Splice:
    """Bytes to put in place of a stretch of the original."""

    start: int
    end: int
    new: bytes


def parse(content: bytes, *, label: str, part: str) -> Node:
    """The root of an XML part in UTF-8, to be read only; raises OddWorkbook.

    Raises HostileWorkbook for a DTD.
    """
    try:
        return _remembered(content) if len(content) <= _SMALL else _root(content)
    except expat.ExpatError as error:
        raise OddWorkbook(name=label, detail=f"часть {part} не разбирается") from error
    except _DtdError as error:
        raise HostileWorkbook(name=label, detail="в разметке есть DTD") from error


def well_formed(content: bytes, *, label: str, part: str) -> None:
    """Prove that markup parses, at the speed of the parser alone; raises OddWorkbook."""
    try:
        expat.ParserCreate().Parse(content, True)  # noqa: FBT003  # expat takes it by place only
    except expat.ExpatError as error:
        raise OddWorkbook(name=label, detail=f"часть {part} не разбирается") from error


def splice(content: bytes, splices: Iterable[Splice]) -> bytes:
    """The content with every stretch replaced; equal places keep the order given."""
    view = memoryview(content)
    out: list[bytes | memoryview] = []
    at = 0
    for change in sorted(splices, key=lambda s: (s.start, s.end)):
        if change.start < at:
            raise ValueError("overlapping splices")
        out += [view[at : change.start], change.new]
        at = change.end
    out.append(view[at:])
    return b"".join(out)


def set_attribute(content: bytes, node: Node, name: str, value: str) -> Splice:
    """The splice that gives an attribute another value or adds it."""
    tag = content[node.start : node.open_end]
    new = f'{name}="{escape(value)}"'.encode()
    found = re.search(
        rb"(?<=\s)" + re.escape(name.encode()) + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", tag
    )
    if found is not None:
        return Splice(node.start + found.start(), node.start + found.end(), new)
    at = node.start + 1 + len(node.raw_tag.encode())
    return Splice(at, at, b" " + new)


def append_child(content: bytes, node: Node, child: bytes) -> Splice:
    """The splice that adds a last child."""
    if not node.empty:
        return Splice(node.close_start, node.close_start, child)
    tag = content[node.start : node.end].rstrip(b"/> \t\r\n")
    close = f"</{node.raw_tag}>".encode()
    return Splice(node.start, node.end, tag + b">" + child + close)


class _DtdError(Exception):
    """The part declares entities of its own."""


def _root(content: bytes) -> Node:
    builder = _Builder(content)
    builder.run()
    return builder.root


_remembered = lru_cache(maxsize=_REMEMBERED)(_root)


class _Builder:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._open: list[Node] = []
        self._spaces: list[dict[str, str]] = [
            {"": "", "xml": "http://www.w3.org/XML/1998/namespace"}
        ]
        self.root = Node("", "", "", {}, 0)
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype

    def run(self) -> None:
        self._parser.Parse(self._content, True)  # noqa: FBT003  # expat takes it by place only

    def _start(self, raw_tag: str, attributes: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        tag_end = _TAG_END.match(self._content, at)
        open_end = tag_end.end() if tag_end else at
        spaces = self._spaces[-1]
        declared = {k[6:]: v for k, v in attributes.items() if k[:6] == "xmlns:" or k == "xmlns"}
        if declared:
            spaces = {**spaces, **declared}
        self._spaces.append(spaces)
        prefix, _, tag = raw_tag.rpartition(":")
        node = Node(tag, spaces.get(prefix, ""), raw_tag, attributes, at, open_end)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def _end(self, _tag: str) -> None:
        self._spaces.pop()
        node = self._open.pop()
        if self._content[node.open_end - 2 : node.open_end] == b"/>":
            node.close_start = node.end = node.open_end
            return
        node.close_start = self._parser.CurrentByteIndex
        node.end = self._content.index(b">", node.close_start) + 1

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text

    def _doctype(self, *_: object) -> None:
        raise _DtdError
