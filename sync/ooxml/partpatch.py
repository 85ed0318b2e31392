"""Changes of the small parts: workbook, tables, properties, relationships, content types.

Every function takes a part in UTF-8 and gives it back changed; the same bytes mean nothing to do.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from model.errors import OddWorkbook
from sync.ooxml.a1 import Area, col_letter
from sync.ooxml.tree import Node, Splice, append_child, parse, set_attribute, splice
from sync.ooxml.xmltext import escape, legal

if TYPE_CHECKING:
    from sync.ooxml.edits import SetName

_BEFORE_NAMES = ("externalReferences", "functionGroups", "sheets")
_BEFORE_CALC = ("definedNames", *_BEFORE_NAMES)
"""What stands before an element of the workbook, nearest first (ECMA-376 18.2.27)."""

_FILTER_NAME = "_xlnm._FilterDatabase"
_OFFICE_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_PROPERTIES_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VARIANT_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_STRICT = b"http://purl.oclc.org/ooxml/"
"""What every namespace of the strict dialect begins with."""
_STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument"
_PROPERTY_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST_PID = 2
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def recalculated(content: bytes, *, label: str) -> bytes:
    """The workbook that asks its program to calculate everything when it is opened."""
    root = parse(content, label=label, part="workbook")
    node = root.first("calcPr")
    if node is None:
        markup = f'<{root.prefix}calcPr fullCalcOnLoad="1"/>'.encode()
        return splice(content, [_after(root, _BEFORE_CALC, markup, label)])
    if node.attributes.get("fullCalcOnLoad") in {"1", "true"}:
        return content
    return splice(content, [set_attribute(content, node, "fullCalcOnLoad", "1")])


def named(content: bytes, edit: SetName, *, label: str, index: int | None = None) -> bytes:
    """The workbook with a name defined: for the whole book, or for the sheet of an index."""
    root = parse(content, label=label, part="workbook")
    listed = root.first("definedNames")
    markup = _name_markup(edit, root.prefix, index)
    if listed is None:
        box = f"{root.prefix}definedNames"
        whole = f"<{box}>".encode() + markup + f"</{box}>".encode()
        return splice(content, [_after(root, _BEFORE_NAMES, whole, label)])
    local = None if index is None else str(index)
    for node in listed.all("definedName"):
        given = node.attributes
        if given.get("name") == edit.name and given.get("localSheetId") == local:
            hidden = given.get("hidden") in {"1", "true"}
            if node.text == edit.formula and hidden == edit.hidden:
                return content
            return splice(content, [Splice(node.start, node.end, markup)])
    return splice(content, [append_child(content, listed, markup)])


def unnamed(content: bytes, names: Collection[str], *, label: str) -> bytes:
    """The workbook without some names of the whole book."""
    root = parse(content, label=label, part="workbook")
    listed = root.first("definedNames")
    nodes = list(listed.all("definedName")) if listed else []
    gone = [
        n for n in nodes if n.attributes.get("name") in names and "localSheetId" not in n.attributes
    ]
    return without_names(content, listed, gone)


def without_names(content: bytes, listed: Node | None, gone: Sequence[Node]) -> bytes:
    """The workbook without some of its names; without the list when none is left."""
    if listed is None or not gone:
        return content
    if len(gone) == len(listed.children):
        return splice(content, [Splice(listed.start, listed.end, b"")])
    return splice(content, [Splice(n.start, n.end, b"") for n in gone])


def stated(content: bytes, sheet: str, state: str, *, label: str) -> bytes | None:
    """The workbook with a sheet shown or hidden; None when no visible sheet would remain."""
    root = parse(content, label=label, part="workbook")
    listed = root.first("sheets")
    nodes = list(listed.all("sheet")) if listed else []
    states = [n.attributes.get("state", "visible") for n in nodes]
    names = [n.attributes.get("name", "") for n in nodes]
    index = names.index(sheet)
    if states[index] == state:
        return content
    states[index] = state
    if "visible" not in states:
        return None
    changes = [set_attribute(content, nodes[index], "state", state)]
    views = root.first("bookViews")
    for view in views.all("workbookView") if views else ():
        active = int(view.attributes.get("activeTab", "0"))
        if active == index and state != "visible":
            shown = str(states.index("visible"))
            changes.append(set_attribute(content, view, "activeTab", shown))
    return splice(content, changes)


def filter_moved(content: bytes, index: int, old: Area, new: Area, *, label: str) -> bytes:
    """The workbook whose hidden name of a sheet's filter follows the filter."""
    root = parse(content, label=label, part="workbook")
    listed = root.first("definedNames")
    for node in listed.all("definedName") if listed else ():
        given = node.attributes
        sheet, _, ref = node.text.rpartition("!")
        tied = given.get("name") == _FILTER_NAME and given.get("localSheetId") == str(index)
        if tied and ref == _absolute(old):
            text = escape(f"{sheet}!{_absolute(new)}").replace("&quot;", '"').encode()
            return splice(content, [Splice(node.open_end, node.close_start, text)])
    return content


def grown(content: bytes, last_row: int, *, label: str, part: str) -> bytes:
    """The table, and its filter, ending at a row."""
    root = parse(content, label=label, part=part)
    changes = []
    for node in (root, root.first("autoFilter")):
        if node is not None:
            area = Area.parse(node.attributes["ref"])
            if area.bottom != last_row:
                ref = replace(area, bottom=last_row).ref
                changes.append(set_attribute(content, node, "ref", ref))
    return splice(content, changes)


def column_added(content: bytes, name: str, *, label: str, part: str) -> bytes:
    """The table, and its filter, one column wider."""
    root = parse(content, label=label, part=part)
    listed = root.first("tableColumns")
    if listed is None:
        raise OddWorkbook(name=label, detail=f"часть {part} без столбцов")
    changes = []
    for node in (root, root.first("autoFilter")):
        if node is not None:
            area = Area.parse(node.attributes["ref"])
            ref = replace(area, right=area.right + 1).ref
            changes.append(set_attribute(content, node, "ref", ref))
    nodes = list(listed.all("tableColumn"))
    number = max((int(n.attributes.get("id", "0")) for n in nodes), default=0) + 1
    text = escape(name.replace("\n", "_x000a_"))
    markup = f'<{listed.prefix}tableColumn id="{number}" name="{text}"/>'.encode()
    changes += [
        set_attribute(content, listed, "count", str(len(nodes) + 1)),
        append_child(content, listed, markup),
    ]
    return splice(content, changes)


def column_named(content: bytes, index: int, name: str, *, label: str, part: str) -> bytes:
    """The table with a column, counted from 0, called by another name."""
    root = parse(content, label=label, part=part)
    listed = root.first("tableColumns")
    nodes = list(listed.all("tableColumn") if listed else ())
    text = name.replace("\n", "_x000a_")
    return splice(content, [set_attribute(content, nodes[index], "name", text)])


def with_property(content: bytes, name: str, value: str, *, label: str) -> bytes:
    """The custom properties with a text set; raises OddWorkbook when they cannot be read."""
    root = parse(content, label=label, part="docProps/custom.xml")
    for node in root.all("property"):
        if node.attributes.get("name") == name:
            if "".join(child.text for child in node.children) == value:
                return content
            pid = node.attributes.get("pid", str(_FIRST_PID))
            markup = _property(name, value, pid, root)
            return splice(content, [Splice(node.start, node.end, markup)])
    pids = [int(n.attributes.get("pid", "0")) for n in root.all("property")]
    pid = str(max(pids, default=_FIRST_PID - 1) + 1)
    return splice(content, [append_child(content, root, _property(name, value, pid, root))])


def new_properties(rels: bytes) -> bytes:
    """A part for custom properties without any, in the dialect of the relationships."""
    space = f"{_STRICT_OFFICE}/customProperties" if _STRICT in rels else _PROPERTIES_SPACE
    return f'{_HEAD}<Properties xmlns="{space}"></Properties>'.encode()


def with_properties_link(content: bytes, part: str, *, label: str) -> bytes:
    """The package's relationships with one to the custom properties."""
    root = parse(content, label=label, part="_rels/.rels")
    taken = {node.attributes.get("Id") for node in root.children}
    number = next(n for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
    kind = f"{_OFFICE_LINKS}/custom-properties"
    if _STRICT in content:
        kind = f"{_STRICT_OFFICE}/relationships/customProperties"
    markup = f'<{root.prefix}Relationship Id="rId{number}" Type="{kind}" Target="{escape(part)}"/>'
    return splice(content, [append_child(content, root, markup.encode())])


def with_properties_type(content: bytes, part: str, *, label: str) -> bytes:
    """The content types with the one of the custom properties."""
    root = parse(content, label=label, part="[Content_Types].xml")
    markup = f'<{root.prefix}Override PartName="/{escape(part)}" ContentType="{_PROPERTIES_TYPE}"/>'
    return splice(content, [append_child(content, root, markup.encode())])


def without_type(content: bytes, part: str, *, label: str) -> bytes:
    """The content types without a part."""
    root = parse(content, label=label, part="[Content_Types].xml")
    gone = [
        Splice(node.start, node.end, b"")
        for node in root.all("Override")
        if node.attributes.get("PartName", "").lstrip("/").lower() == part.lower()
    ]
    return splice(content, gone)


def without_link(content: bytes, kind: str, *, label: str) -> bytes:
    """The relationships without those of a kind."""
    root = parse(content, label=label, part="rels")
    gone = [
        Splice(node.start, node.end, b"")
        for node in root.all("Relationship")
        if posixpath.basename(node.attributes.get("Type", "")) == kind
    ]
    return splice(content, gone)


def valid_name(name: str) -> bool:
    """Whether Excel takes the text for a defined name."""
    looks_like_cell = re.fullmatch(r"[A-Za-z]{1,3}[0-9]+|[RrCc]", name)
    return re.fullmatch(r"[^\W\d][\w.\\]{0,254}", name) is not None and not looks_like_cell


def _after(root: Node, tags: tuple[str, ...], markup: bytes, label: str) -> Splice:
    for tag in tags:
        node = root.first(tag)
        if node is not None:
            return Splice(node.end, node.end, markup)
    raise OddWorkbook(name=label, detail="в книге нет списка листов")


def _name_markup(edit: SetName, prefix: str, index: int | None) -> bytes:
    local = "" if index is None else f' localSheetId="{index}"'
    local += ' hidden="1"' if edit.hidden else ""
    tag = f"{prefix}definedName"
    return f'<{tag} name="{escape(edit.name)}"{local}>{escape(edit.formula)}</{tag}>'.encode()


def _property(name: str, value: str, pid: str, root: Node) -> bytes:
    tag = f"{root.prefix}property"
    strict = root.uri.encode().startswith(_STRICT)
    space = f"{_STRICT_OFFICE}/docPropsVTypes" if strict else _VARIANT_SPACE
    text = escape(legal(value)[0])
    return (
        f'<{tag} fmtid="{_PROPERTY_SET}" pid="{pid}" name="{escape(name)}">'
        f'<vt:lpwstr xmlns:vt="{space}">{text}</vt:lpwstr></{tag}>'
    ).encode()


def _absolute(area: Area) -> str:
    first = f"${col_letter(area.left)}${area.top}"
    return f"{first}:${col_letter(area.right)}${area.bottom}"
