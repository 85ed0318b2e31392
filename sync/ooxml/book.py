"""A workbook as it lies in its bytes: sheets, names, tables, and the rows of each sheet.

Nothing is parsed before it is asked for, and no part that is not needed is parsed at all: exports
of other programs hold properties that no XML reader accepts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from model.errors import CrmError, NotAWorkbook, OddWorkbook
from sync.ooxml.cells import RowScan, SheetRef, TableRef
from sync.ooxml.frame import Frame
from sync.ooxml.kinds import archive_kind, refusal
from sync.ooxml.package import Member, Package
from sync.ooxml.parts import Link, links, read_text, read_tree
from sync.ooxml.scan import read_rows
from sync.ooxml.strings import Strings
from sync.ooxml.styles import date_styles
from sync.ooxml.tree import Node, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STATES = frozenset({"visible", "hidden", "veryHidden"})
_YES = frozenset({"1", "true"})


@dataclass(frozen=True)
class BookFile:
    """One state of a workbook file; `name` is what messages call it."""

    raw: bytes
    name: str
    package: Package
    workbook: Member
    """The part that lists the sheets."""

    @classmethod
    def open(cls, raw: bytes, *, name: str, known: BookFile | None = None) -> BookFile:
        """The workbook in the bytes; with its earlier state the strings known are not read again.

        Raises NotAWorkbook, HalfCopied, EncryptedWorkbook, HostileWorkbook or OddWorkbook.
        """
        error = refusal(raw, label=name)
        if error is not None:
            raise error
        package = Package.open(raw, label=name)
        for link in links(package, ""):
            member = package.find(link.part)
            if link.kind == "officeDocument" and member is not None:
                root = parse(read_text(package, member), label=name, part=member.name)
                if root.tag == "workbook":
                    book = cls(raw, name, package, member)
                    if known is not None:
                        vars(book)["strings"] = book._strings_after(known)
                    return book
        mimetype = package.find("mimetype")
        names = frozenset(member.name for member in package.members)
        kind = archive_kind(names, package.read(mimetype) if mimetype else b"")
        raise NotAWorkbook(name=name, found=kind)

    def made_of(self, token: str) -> BookFile:
        """This book known by the fingerprint of the bytes on the disk that it was made from."""
        vars(self)["sha256"] = token
        return self

    @cached_property
    def sha256(self) -> str:
        """Fingerprint of the bytes."""
        return hashlib.sha256(self.raw).hexdigest()

    @cached_property
    def workbook_xml(self) -> bytes:
        """The workbook part in UTF-8."""
        return read_text(self.package, self.workbook)

    @cached_property
    def workbook_tree(self) -> Node:
        """The workbook part as a tree over `workbook_xml`."""
        return parse(self.workbook_xml, label=self.name, part=self.workbook.name)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The relationships of the workbook part."""
        return links(self.package, self.workbook.name)

    @cached_property
    def sheets(self) -> tuple[SheetRef, ...]:
        """The tabs in their order, chart sheets included."""
        parts = {link.id: link.part for link in self.links}
        listed = self.workbook_tree.first("sheets")
        return tuple(
            SheetRef(
                name=node.attributes.get("name", ""),
                part=parts.get(_link_id(node), ""),
                state=_state(node.attributes.get("state", "visible")),
            )
            for node in (listed.all("sheet") if listed else ())
        )

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names defined for the whole book, with their formulas."""
        listed = self.workbook_tree.first("definedNames")
        found = {
            node.attributes.get("name", ""): node.text
            for node in (listed.all("definedName") if listed else ())
            if "localSheetId" not in node.attributes
        }
        return MappingProxyType(found)

    @cached_property
    def properties(self) -> Mapping[str, str]:
        """The custom document properties; none when their part cannot be read."""
        try:
            root = read_tree(self.package, self.properties_part)
        except CrmError:
            root = None
        found = {
            node.attributes.get("name", ""): "".join(child.text for child in node.children)
            for node in (root.all("property") if root else ())
        }
        return MappingProxyType(found)

    @cached_property
    def properties_part(self) -> str:
        """Path of the custom properties, also where there are none yet."""
        for link in links(self.package, ""):
            if link.kind in {"custom-properties", "customProperties"}:
                return link.part
        return "docProps/custom.xml"

    @cached_property
    def date1904(self) -> bool:
        """Whether days are counted from 1904."""
        settings = self.workbook_tree.first("workbookPr")
        return settings is not None and settings.attributes.get("date1904") in _YES

    @cached_property
    def signed(self) -> bool:
        """Whether a digital signature covers the package."""
        return any(link.kind == "origin" for link in links(self.package, ""))

    @cached_property
    def strings(self) -> Strings:
        """The shared strings."""
        member = self._strings_member
        return Strings(read_text(self.package, member) if member else b"")

    @cached_property
    def _strings_member(self) -> Member | None:
        parts = (link.part for link in self.links if link.kind == "sharedStrings")
        return next(filter(None, map(self.package.find, parts)), None)

    def _strings_after(self, before: BookFile) -> Strings:
        member, old = self._strings_member, before._strings_member
        if member is None or old is None:
            return self.strings
        if (member.crc, member.size) == (old.crc, old.size):
            return before.strings
        return Strings.after(read_text(self.package, member), before.strings)

    @cached_property
    def _date_styles(self) -> frozenset[int]:
        part = next((link.part for link in self.links if link.kind == "styles"), "")
        return date_styles(read_tree(self.package, part) if part else None)

    def is_date_style(self, style: int | None) -> bool:
        """Whether a cell of that style shows its number as a date or a time."""
        return style is not None and style in self._date_styles

    def sheet(self, name: str) -> SheetRef:
        """The tab of that name; raises KeyError."""
        for ref in self.sheets:
            if ref.name == name:
                return ref
        raise KeyError(name)

    def member(self, sheet: str) -> Member:
        """The archive's member behind a tab; raises KeyError, OddWorkbook."""
        member = self.package.find(self.sheet(sheet).part)
        if member is None:
            raise OddWorkbook(name=self.name, detail=f"нет части листа «{sheet}»")
        return member

    @cached_property
    def _held(self) -> dict[str, bytes]:
        return {}

    @cached_property
    def locks(self) -> dict[str, bool]:
        """Whether a tab that was read may hold array formulas or data tables."""
        return {}

    @cached_property
    def tabs_protected(self) -> dict[str, bool]:
        """Whether a tab that was asked for is protected."""
        return {}

    def sheet_xml(self, sheet: str, *, hold: bool = False) -> bytes:
        """The part of a tab in UTF-8; `hold`: kept unpacked, since it will be asked for again."""
        content = self._held.get(sheet)
        if content is None:
            content = read_text(self.package, self.member(sheet))
        if hold:
            self._held[sheet] = content
        return content

    def holds(self) -> bool:
        """Whether any tab is kept unpacked."""
        return bool(self._held)

    def let_go(self) -> None:
        """Tabs that were kept unpacked are packed again: the book was written."""
        self._held.clear()

    def sheet_crc(self, sheet: str) -> int:
        """Check sum of a tab's part as the archive names it."""
        return self.member(sheet).crc

    def rows(self, sheet: str) -> Iterator[RowScan]:
        """The rows that a tab holds, in file order; raises KeyError, OddWorkbook."""
        content = self.sheet_xml(sheet)
        try:
            yield from read_rows(content, self.strings.whole(), label=self.name)
        except (ValueError, IndexError) as error:
            raise OddWorkbook(name=self.name, detail=f"разметка листа «{sheet}»") from error

    def frame(self, sheet: str) -> Frame:
        """Everything of a tab's part but its rows."""
        return Frame.of(self.sheet_xml(sheet), label=self.name, part=self.sheet(sheet).part)

    def merged(self, sheet: str) -> tuple[str, ...]:
        """The merged areas of a tab."""
        listed = self.frame(sheet).root.first("mergeCells")
        return tuple(
            node.attributes.get("ref", "") for node in (listed.all("mergeCell") if listed else ())
        )

    def protected(self, sheet: str) -> bool:
        """Whether a tab is protected against typing."""
        node = self.frame(sheet).root.first("sheetProtection")
        return node is not None and node.attributes.get("sheet") in _YES

    def tables(self, sheet: str) -> tuple[TableRef, ...]:
        """The table objects of a tab."""
        found = []
        for link in links(self.package, self.sheet(sheet).part):
            root = read_tree(self.package, link.part) if link.kind == "table" else None
            if root is not None:
                found.append(_table(root, link.part, sheet))
        return tuple(found)


def _table(root: Node, part: str, sheet: str) -> TableRef:
    listed = root.first("tableColumns")
    return TableRef(
        name=root.attributes.get("displayName") or root.attributes.get("name", ""),
        part=part,
        sheet=sheet,
        ref=root.attributes.get("ref", ""),
        has_filter=root.first("autoFilter") is not None,
        columns=tuple(
            n.attributes.get("name", "") for n in (listed.all("tableColumn") if listed else ())
        ),
        totals=root.attributes.get("totalsRowCount", "0") != "0",
        headed=root.attributes.get("headerRowCount", "1") != "0",
    )


def _link_id(node: Node) -> str:
    return next((v for k, v in node.attributes.items() if k.endswith(":id")), "")


def _state(text: str) -> str:
    return text if text in _STATES else "visible"
