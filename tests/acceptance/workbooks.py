"""`python -m tests.acceptance.workbooks DIR`: one cell and one row written into every workbook.

What is lost or changed is measured without our own reader: parts, content types, relationships and
elements by zipfile and ElementTree, values by python-calamine in a process of its own (a single
far cell is enough to end it).
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

from model.errors import CrmError
from model.texts import say
from sync.ooxml import (
    BookFile,
    Outcome,
    Patched,
    Result,
    patch,
)
from tests.acceptance.asked import Asked, ask_for
from tests.acceptance.outside import changed_values, lost_parts


@dataclass(slots=True)
class Tally:
    """What came of every file."""

    edited: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    lost: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    uncompared: dict[str, str] = field(default_factory=dict)


def main(folder: Path) -> int:
    """Print the tally; 1 when anything was lost or changed."""
    tally = Tally()
    for path in sorted(p for p in folder.rglob("*.xls[xm]") if not p.name.startswith("~$")):
        _try(path, tally)
    for line in _report(tally):
        print(line)
    failed = tally.lost.keys() | tally.changed.keys()
    print(f"{len(tally.edited) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def _try(path: Path, tally: Tally) -> None:
    raw = path.read_bytes()
    complaint = _plain_reader(raw)
    if complaint:
        tally.unreadable[path.name] = complaint
        return
    try:
        asked, done = _edited(raw, path.name)
    except CrmError as error:
        tally.refused[path.name] = say(error.text, **error.facts)
        return
    refusals = [o for o in done.receipt.outcomes if o.result is not Result.APPLIED]
    if refusals:
        tally.refused[path.name] = "; ".join(_why(outcome) for outcome in refusals)
        return
    tally.edited.append(path.name)
    _compare(path, done.raw, asked, tally)


def _edited(raw: bytes, name: str) -> tuple[Asked, Patched]:
    """The first choice of cells that the book takes: a merged or tied cell is passed over."""
    book = BookFile.open(raw, name=name)
    asked = done = None
    for asked in ask_for(book):
        done = patch(book, asked.edits)
        if all(o.result is Result.APPLIED for o in done.receipt.outcomes):
            break
    if asked is None or done is None:
        raise LookupError(name)
    return asked, done


def _compare(path: Path, after: bytes, asked: Asked, tally: Tally) -> None:
    lost = lost_parts(path.read_bytes(), after, asked)
    if lost:
        tally.lost[path.name] = lost
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(after)
        changed = changed_values(path, copy, asked)
    if isinstance(changed, str):
        tally.uncompared[path.name] = changed
    elif changed:
        tally.changed[path.name] = changed


def _plain_reader(raw: bytes) -> str:
    """Why zipfile and ElementTree cannot open the file; nothing when they can."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            bad = archive.testzip()
            ET.fromstring(archive.read("[Content_Types].xml"))
    except (zipfile.BadZipFile, KeyError, ET.ParseError, RuntimeError) as error:
        return str(error)
    return f"{bad} is damaged" if bad else ""


def _why(outcome: Outcome) -> str:
    return f"{type(outcome.edit).__name__}: {outcome.reason or outcome.result.value}"


def _report(tally: Tally) -> Iterator[str]:
    yield f"edited: {len(tally.edited)}"
    for title, facts in (
        ("refused", tally.refused),
        ("unreadable by a plain reader", tally.unreadable),
        ("values not compared", tally.uncompared),
    ):
        yield f"{title}: {len(facts)}"
        yield from (f"    {name}: {why}" for name, why in facts.items())
    for title, found in (("lost", tally.lost), ("changed", tally.changed)):
        yield f"{title}: {len(found)}"
        yield from (f"    {name}: {what}" for name, all_ in found.items() for what in all_[:10])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
