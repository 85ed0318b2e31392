"""A sheet of one book, usually a fresh template, set into another as its last tab.

What the sheet needs travels with it: looks, tables, drawings, names. Nothing that stands in the
book is renumbered or moved, and the result is proven before it is handed out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from model.errors import CrmError, OddWorkbook
from sync.ooxml import partpatch
from sync.ooxml.book import BookFile
from sync.ooxml.calculation import without_chain
from sync.ooxml.edits import SetName
from sync.ooxml.graftproof import prove
from sync.ooxml.graftsheet import fitted, fitted_table
from sync.ooxml.looks import Looks
from sync.ooxml.parts import read_text, read_tree, rels_name, resolve
from sync.ooxml.tree import append_child, parse, splice
from sync.ooxml.xmltext import escape

_TYPES = "[Content_Types].xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STRICT = "http://purl.oclc.org/ooxml/"
_TIED = frozenset({"pivotTable", "slicer", "timeline", "queryTable", "externalLink"})
"""Kinds of parts that hang on other parts of their book and cannot travel alone."""
_SHEET_NAME = re.compile(r"'((?:[^']|'')+)'!|([\w.]+)!")


@dataclass(frozen=True, slots=True)
class Grafted:
    """The bytes of the book with the new tab, and the parts that came with it."""

    raw: bytes
    parts: tuple[str, ...]


def graft(book: BookFile, source: BookFile, sheet: str, *, state: str = "visible") -> Grafted:
    """The book with a sheet of another as its last tab; raises OddWorkbook where it cannot be."""
    if book.signed:
        raise OddWorkbook(name=book.name, detail="книга подписана, запись разрушит подпись")
    if any(ref.name.casefold() == sheet.casefold() for ref in book.sheets):
        raise OddWorkbook(name=book.name, detail=f"лист «{sheet}» в книге уже есть")
    if book.workbook_tree.uri.startswith(_STRICT) or source.workbook_tree.prefix:
        raise OddWorkbook(name=book.name, detail="книга записана в другом виде, чем образец")
    try:
        work = Travel(book, source, sheet)
        work.run(state)
        raw = work.rebuilt()
        prove(book, BookFile.open(raw, name=book.name), source, sheet, frozenset(work.added))
    except OddWorkbook:
        raise
    except (CrmError, ValueError, KeyError, IndexError) as error:
        raise OddWorkbook(name=book.name, detail=f"перенос листа: {error}") from error
    return Grafted(raw, tuple(work.added))


@dataclass(slots=True)
class Travel:
    """The parts that change and those that come, by name."""

    book: BookFile
    source: BookFile
    sheet: str
    changed: dict[str, bytes] = field(default_factory=dict)
    added: dict[str, bytes] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    _names: dict[str, str] = field(default_factory=dict)
    """Part of the source -> its name in the book."""
    _looks: Looks = field(init=False)

    def __post_init__(self) -> None:
        styles = self._styles(self.book)
        content = read_text(self.book.package, self.book.package.find(styles))  # type: ignore[arg-type]  # its own link
        root = parse(content, label=self.book.name, part=styles)
        other = read_tree(self.source.package, self._styles(self.source))
        if other is None:
            raise OddWorkbook(name=self.source.name, detail="нет части с видом ячеек")
        self._looks = Looks(content, root, other)

    def run(self, state: str) -> None:
        """Bring the sheet as the last tab, with its names."""
        part = self.take(self.source.member(self.sheet).name, "worksheet")
        self._list(part, state)
        for edit, index in self._defined():
            self._define(edit, index)
        self._chain()
        self.dress()

    def dress(self) -> None:
        """Put the looks that the sheet needs behind those of the book."""
        looks = list(self._looks.splices())
        if looks:
            self.changed[self._styles(self.book)] = splice(self._looks.content, looks)

    def rebuilt(self) -> bytes:
        """The bytes of the new archive."""
        places = {m.name: i for i, m in enumerate(self.book.package.members)}
        changed = {places[name]: content for name, content in self.changed.items()}
        dropped = frozenset(places[name] for name in self.dropped)
        return self.book.package.rebuild(changed, dropped=dropped, added=[*self.added.items()])

    def _styles(self, book: BookFile) -> str:
        part = next((link.part for link in book.links if link.kind == "styles"), "")
        member = book.package.find(part)
        if member is None:
            raise OddWorkbook(name=book.name, detail="нет части с видом ячеек")
        return member.name

    def take(self, part: str, kind: str) -> str:
        """Take a part over with everything it links to; its name in the book."""
        member = self.source.package.find(part)
        if member is None or kind in _TIED:
            raise OddWorkbook(name=self.source.name, detail=f"часть {part} одна не переносится")
        if member.name in self._names:
            return self._names[member.name]
        name = self._names[member.name] = self._free(member.name)
        self.added[name] = b""  # its place, before those it links to
        self.added[name] = self._content(member.name, kind)
        rels = self._rels(member.name)
        if rels:
            self.added[rels_name(name)] = rels
        self._type(member.name, name)
        return name

    def _content(self, part: str, kind: str) -> bytes:
        member = self.source.package.find(part)
        if member is None:
            raise KeyError(part)
        if kind == "worksheet":
            text = read_text(self.source.package, member).decode()
            texts = self.source.strings
            return fitted(text, texts, self._looks.cell, self._looks.rule).encode()
        if kind == "table":
            return self._table(read_text(self.source.package, member).decode())
        return self.source.package.read(member)

    def _table(self, text: str) -> bytes:
        root = parse(text.encode(), label=self.source.name, part="table")
        tables = [t for ref in self.book.sheets for t in self.book.tables(ref.name)]
        taken = {t.name.casefold() for t in tables} | {n.casefold() for n in self.book.names}
        if root.attributes.get("displayName", "").casefold() in taken:
            name = root.attributes.get("displayName", "")
            raise OddWorkbook(name=self.book.name, detail=f"имя таблицы {name} занято")
        trees = [read_tree(self.book.package, t.part) for t in tables]
        numbers = [int(t.attributes.get("id", "0")) for t in trees if t is not None]
        mine = sum(name.startswith("xl/tables/") and bool(c) for name, c in self.added.items())
        return fitted_table(text, max(numbers, default=0) + mine + 1, self._looks.rule).encode()

    def _free(self, part: str) -> str:
        """A name like the part's that no member of the book has."""
        folder, name = posixpath.split(part)
        stem, ending = posixpath.splitext(name)
        stem = stem.rstrip("0123456789")
        taken = {m.name.lower() for m in self.book.package.members}
        taken |= {n.lower() for n in self._names.values()}
        number = 1
        while (found := posixpath.join(folder, f"{stem}{number}{ending}")).lower() in taken:
            number += 1
        return found

    def _rels(self, part: str) -> bytes:
        root = read_tree(self.source.package, rels_name(part))
        if root is None:
            return b""
        out = []
        for node in root.all("Relationship"):
            given = dict(node.attributes)
            if given.get("TargetMode") != "External":
                kind = given.get("Type", "").rpartition("/")[2]
                given["Target"] = "/" + self.take(resolve(part, given.get("Target", "")), kind)
            out.append("<Relationship" + "".join(f' {k}="{escape(v)}"' for k, v in given.items()))
        inner = "".join(f"{tag}/>" for tag in out)
        space = "http://schemas.openxmlformats.org/package/2006/relationships"
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        return f'{head}<Relationships xmlns="{space}">{inner}</Relationships>'.encode()

    def _type(self, part: str, name: str) -> None:
        """Say what the part is, as the source says it."""
        root = read_tree(self.source.package, _TYPES)
        nodes = root.children if root else []
        ending = part.rpartition(".")[2].lower()
        kind = next(
            (n.attributes["ContentType"] for n in nodes
             if n.attributes.get("PartName", "").lstrip("/").lower() == part.lower()),
            next(
                (n.attributes["ContentType"] for n in nodes
                 if n.attributes.get("Extension", "").lower() == ending),
                _SHEET_TYPE,
            ),
        )  # fmt: skip
        content = self._part(_TYPES)
        mine = parse(content, label=self.book.name, part=_TYPES)
        tag = f'<{mine.prefix}Override PartName="/{escape(name)}" ContentType="{escape(kind)}"/>'
        self._put(_TYPES, splice(content, [append_child(content, mine, tag.encode())]))

    def _list(self, part: str, state: str) -> None:
        """Name the sheet among the tabs, and link its part to the book."""
        rels = rels_name(self.book.workbook.name)
        content = self._part(rels)
        root = parse(content, label=self.book.name, part=rels)
        taken = {n.attributes.get("Id") for n in root.children}
        link = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        tag = (
            f'<{root.prefix}Relationship Id="{link}" Type="{_OFFICE}/worksheet" Target="/{part}"/>'
        )
        self._put(rels, splice(content, [append_child(content, root, tag.encode())]))
        name = self.book.workbook.name
        content = self._part(name)
        root = parse(content, label=self.book.name, part=name)
        listed = root.first("sheets")
        if listed is None:
            raise OddWorkbook(name=self.book.name, detail="в книге нет списка листов")
        number = max(int(n.attributes.get("sheetId", "0")) for n in listed.children) + 1
        hidden = "" if state == "visible" else f' state="{state}"'
        tag = (
            f'<{root.prefix}sheet xmlns:r="{_OFFICE}" name="{escape(self.sheet)}"'
            f' sheetId="{number}"{hidden} r:id="{link}"/>'
        )
        content = splice(content, [append_child(content, listed, tag.encode())])
        self._put(name, partpatch.recalculated(content, label=self.book.name))

    def _defined(self) -> Iterator[tuple[SetName, int | None]]:
        """The names the sheet uses or owns and the book lacks; with a place for those it owns."""
        index = [ref.name for ref in self.source.sheets].index(self.sheet)
        listed = self.source.workbook_tree.first("definedNames")
        used = self.added[self._names[self.source.member(self.sheet).name]].decode()
        for node in listed.all("definedName") if listed else ():
            name, local = node.attributes.get("name", ""), node.attributes.get("localSheetId")
            hidden = node.attributes.get("hidden") in {"1", "true"}
            edit = SetName(name, node.text, hidden=hidden)
            if local is not None:
                if local == str(index):
                    yield edit, len(self.book.sheets)
            elif name not in self.book.names and self._needs(edit, used):
                yield edit, None

    def _needs(self, edit: SetName, used: str) -> bool:
        sheets = set(sheets_in(edit.formula))
        if self.sheet not in sheets and not re.search(
            rf"(?<!\w){re.escape(edit.name)}(?!\w)", used
        ):
            return False
        gone = sheets - {self.sheet, *(ref.name for ref in self.book.sheets)}
        if gone:
            detail = f"имя {edit.name} ссылается на лист «{min(gone)}», которого нет"
            raise OddWorkbook(name=self.book.name, detail=detail)
        return True

    def _define(self, edit: SetName, index: int | None) -> None:
        part = self.book.workbook.name
        content = partpatch.named(self._part(part), edit, label=self.book.name, index=index)
        self._put(part, content)

    def _chain(self) -> None:
        """The order of calculation is made anew by the program that opens the book."""
        self.dropped |= without_chain(self.book, self.changed)

    def _part(self, name: str) -> bytes:
        if name in self.changed:
            return self.changed[name]
        member = self.book.package.find(name)
        if member is None:
            raise OddWorkbook(name=self.book.name, detail=f"нет части {name}")
        return read_text(self.book.package, member)

    def _put(self, name: str, content: bytes) -> None:
        member = self.book.package.find(name)
        self.changed[member.name if member else name] = content


def sheets_in(formula: str) -> Sequence[str]:
    """Titles of the tabs that a formula names."""
    return [(m[1] or m[2]).replace("''", "'") for m in _SHEET_NAME.finditer(formula)]
