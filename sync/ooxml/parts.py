"""Parts of a package and the relationships between them.

Relationship types are known by their last word, so the strict dialect reads like the usual one.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.errors import HostileWorkbook, OddWorkbook
from sync.ooxml.tree import Node, parse
from sync.ooxml.xmltext import to_utf8

if TYPE_CHECKING:
    from sync.ooxml.package import Member, Package

_PROLOG = 4_096
"""A DTD stands before the root element; patterns expand no entities, so this is no lone guard."""


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship inside the package: its id, the last word of its type, the part it names."""

    id: str
    kind: str
    part: str


def rels_name(part: str) -> str:
    """Path of the part that holds a part's relationships; of the package's for an empty name."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def resolve(part: str, target: str) -> str:
    """The path that a relationship's target means, seen from a part."""
    target = target.replace("\\", "/")
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target)).lstrip("/")


def read_text(package: Package, member: Member) -> bytes:
    """The content of an XML part in UTF-8; raises OddWorkbook for an unknown encoding."""
    try:
        content = to_utf8(package.read(member))
    except (UnicodeDecodeError, LookupError) as error:
        raise OddWorkbook(name=package.label, detail=f"кодировка части {member.name}") from error
    if b"<!DOCTYPE" in content[:_PROLOG]:
        raise HostileWorkbook(name=package.label, detail="в разметке есть DTD")
    return content


def read_tree(package: Package, name: str) -> Node | None:
    """The tree of an XML part; None when there is no such part."""
    member = package.find(name)
    if member is None:
        return None
    return parse(read_text(package, member), label=package.label, part=member.name)


def links(package: Package, part: str) -> tuple[Link, ...]:
    """The internal relationships of a part; of the package for an empty name."""
    root = read_tree(package, rels_name(part))
    if root is None:
        return ()
    return tuple(
        Link(
            id=node.attributes.get("Id", ""),
            kind=node.attributes.get("Type", "").rpartition("/")[2],
            part=resolve(part, node.attributes.get("Target", "")),
        )
        for node in root.all("Relationship")
        if node.attributes.get("TargetMode") != "External"
    )
