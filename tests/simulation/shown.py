"""What the books show at the end of a life or a session, compared with the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from model.row_ids import belongs
from tests.simulation.broken import Broken
from tests.simulation.disk import Disk
from tests.simulation.pages import Content, by_id, from_bytes
from tests.simulation.people import Person
from tests.simulation.shape import CLIENTS, SCOPE


def content_of(disk: Disk, person: Person) -> Content:
    """What a person's book holds; raises Broken when it is torn."""
    content = from_bytes(disk.open(person.path).raw)
    if content is None:
        raise Broken("I13", f"{person.path} is torn")
    return content


def own_ids(content: Content, family: str) -> None:
    """Every row has an id of its own that is ours; raises Broken."""
    lines = [line for line in content.pages[CLIENTS].lines if line.cells]
    ids = Counter(line.row_id for line in lines)
    wrong = [i for i, n in ids.items() if not i or n > 1 or not belongs(family, i)]
    if wrong:
        raise Broken("I5", f"ids {wrong}")


def agree(
    name: str,
    content: Content,
    rows: Mapping[str, Any],
    *,
    fields: Collection[str],
    sees_all: bool,
) -> None:
    """Book and store say the same of every row that belongs into the book; raises Broken."""
    page = content.pages[CLIENTS]
    shown = by_id(page)
    mine = {
        i: r for i, r in rows.items() if not r.deleted and (sees_all or r.values.get(SCOPE) == name)
    }
    if set(shown) != set(mine):
        raise Broken("I6", f"{name}: rows {sorted(set(shown) ^ set(mine))}")
    for row_id, line in shown.items():
        for key in page.columns:
            if key in fields and line.cells.get(key) != mine[row_id].values.get(key):
                raise Broken("I6", f"{row_id}.{key}: {line.cells.get(key)!r} on the sheet")
