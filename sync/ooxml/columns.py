"""What a new column changes around the rows of a sheet: its width, its validation, its colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync.ooxml.a1 import Area
from sync.ooxml.tree import Node, Splice, append_child, set_attribute
from sync.ooxml.xmltext import escape

if TYPE_CHECKING:
    from sync.ooxml.edits import Rule
    from sync.ooxml.frame import Frame

_BEFORE_RULES = (
    "sheetData", "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter",
    "sortState", "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr",
    "conditionalFormatting",
)  # fmt: skip
"""What stands before the validations of a sheet (ECMA-376 18.3.1.99)."""


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column that a sheet gets: its place, the rows below its heading, its width and rule."""

    area: Area
    width: float
    hidden: bool
    rule: Rule | None
    table: Area
    """The table as it was; colours that reach to its right edge reach over the column."""


def column_splices(frame: Frame, columns: list[NewColumn]) -> Iterator[Splice]:
    """The changes of the frame, offsets in the whole part."""
    if not columns:
        return
    content = frame.content
    found = [_widths(frame, columns), *_colours(frame, columns)]
    rules = [_rule(column, frame.prefix) for column in columns if column.rule is not None]
    if rules:
        found += _rules(frame, rules)
    for change in found:
        assert change.end <= len(content)  # noqa: S101  # a splice of the frame itself
        yield Splice(frame.place(change.start), frame.place(change.end), change.new)


def widths(root: Node) -> dict[int, dict[str, str]]:
    """What the sheet says of each column that it lists; wide runs by their ends only."""
    listed = root.first("cols")
    found: dict[int, dict[str, str]] = {}
    for node in listed.all("col") if listed else ():
        kept = {k: v for k, v in node.attributes.items() if k not in {"min", "max"}}
        for col in range(int(node.attributes["min"]), int(node.attributes["max"]) + 1):
            found[col] = kept
    return found


def rule_facts(column: NewColumn) -> tuple[str, ...]:
    """What the validation of a new column must say."""
    rule = column.rule
    if rule is None:
        return ()
    style = "warning" if rule.warns else ""
    return (rule.kind, style, rule.title, rule.error, column.area.ref, rule.formula)


def node_facts(node: Node) -> tuple[str, ...]:
    """What the validation in a sheet says, in the order of `rule_facts`."""
    names = ("type", "errorStyle", "errorTitle", "error", "sqref")
    formula = node.first("formula1")
    return (*(node.attributes.get(n, "") for n in names), formula.text if formula else "")


def _widths(frame: Frame, columns: list[NewColumn]) -> Splice:
    """The list of columns written anew: runs that hold a new column are cut around it."""
    p = frame.prefix
    listed = frame.root.first("cols")
    runs = [
        (int(n.attributes["min"]), int(n.attributes["max"]), dict(n.attributes))
        for n in (listed.all("col") if listed else ())
    ]
    for column in columns:
        at = column.area.left
        runs = [part for run in runs for part in _cut(run, at)]
        given = {"width": f"{column.width:g}", "customWidth": "1"}
        runs.append((at, at, given | ({"hidden": "1"} if column.hidden else {})))
    runs.sort(key=lambda run: run[0])
    inner = "".join(_col(p, *run) for run in runs)
    new = f"<{p}cols>{inner}</{p}cols>".encode()
    if listed is None:
        return Splice(frame.start, frame.start, new)
    return Splice(listed.start, listed.end, new)


def without_width(frame: Frame, at: int) -> Iterator[Splice]:
    """The list of columns without what it says of one; no list when it said nothing else."""
    listed = frame.root.first("cols")
    if listed is None:
        return
    runs = [
        part
        for n in listed.all("col")
        for part in _cut(
            (int(n.attributes["min"]), int(n.attributes["max"]), dict(n.attributes)), at
        )
    ]
    p = frame.prefix
    inner = "".join(_col(p, *run) for run in runs)
    new = f"<{p}cols>{inner}</{p}cols>".encode() if runs else b""
    yield Splice(listed.start, listed.end, new)


def _cut(
    run: tuple[int, int, dict[str, str]], at: int
) -> Iterator[tuple[int, int, dict[str, str]]]:
    first, last, given = run
    if not first <= at <= last:
        yield run
        return
    if first < at:
        yield first, at - 1, given
    if at < last:
        yield at + 1, last, given


def _col(prefix: str, first: int, last: int, given: dict[str, str]) -> str:
    kept = {"min": str(first), "max": str(last)}
    kept |= {k: v for k, v in given.items() if k not in kept}
    return f"<{prefix}col" + "".join(f' {k}="{escape(v)}"' for k, v in kept.items()) + "/>"


def _colours(frame: Frame, columns: list[NewColumn]) -> Iterator[Splice]:
    for node in frame.root.all("conditionalFormatting"):
        old = node.attributes.get("sqref", "")
        new = reaching(old, columns)
        if new != old:
            yield set_attribute(frame.content, node, "sqref", new)


def reaching(sqref: str, columns: list[NewColumn]) -> str:
    """Areas that reached over the last columns of a table, over its new one too."""
    areas = []
    for ref in sqref.split():
        area = Area.parse(ref)
        for column in columns:
            edge = column.area.left - 1
            inside = area.left < area.right == edge and area.top > column.table.top
            if inside and area.left <= column.table.right:
                area = replace(area, right=column.area.left)
        areas.append(area.ref)
    return " ".join(areas)


def _rule(column: NewColumn, prefix: str) -> bytes:
    rule = column.rule
    if rule is None:
        return b""
    style = ' errorStyle="warning"' if rule.warns else ""
    words = f' errorTitle="{escape(rule.title)}"' if rule.title else ""
    words += f' error="{escape(rule.error)}"' if rule.error else ""
    p = prefix
    return (
        f'<{p}dataValidation type="{escape(rule.kind)}"{style} allowBlank="1" '
        f'showErrorMessage="1"{words} sqref="{column.area.ref}">'
        f"<{p}formula1>{escape(rule.formula)}</{p}formula1></{p}dataValidation>"
    ).encode()


def _rules(frame: Frame, rules: list[bytes]) -> Iterator[Splice]:
    listed = frame.root.first("dataValidations")
    p = frame.prefix
    if listed is None:
        before = [n for n in frame.root.children if n.tag in _BEFORE_RULES]
        whole = f'<{p}dataValidations count="{len(rules)}">'.encode() + b"".join(rules)
        whole += f"</{p}dataValidations>".encode()
        yield Splice(before[-1].end, before[-1].end, whole)
        return
    count = len(list(listed.all("dataValidation"))) + len(rules)
    yield set_attribute(frame.content, listed, "count", str(count))
    yield append_child(frame.content, listed, b"".join(rules))
