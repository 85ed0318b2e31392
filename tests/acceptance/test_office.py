"""A few sessions at a real LibreOffice; `python -m tests.acceptance.office` lives hundreds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from model.records import Record
from tests.acceptance.office.oracle import lost, shown
from tests.acceptance.office.session import Lives
from tests.sync.teams import HIS, Office


@pytest.mark.system("soffice", "uno")
def test_what_a_document_showed_is_in_the_store_or_asked_about(tmp_path: Path) -> None:
    with Lives(tmp_path, 4) as lives:
        for number in (3, 14, 15):
            seen = lives.session(number)
            assert seen.wrong == (), seen.done


def test_the_comparison_notices_what_is_lost(office: Office) -> None:
    """One amount of the document is not in the store, one row has no record at all."""
    table, loaded = office.team.blueprint.tables["deals"], office.loaded(HIS)
    read = loaded.snapshot.tables["deals"]
    width = max(read.places.values())
    lines: list[list[object]] = [[""] * width for _ in range(read.last_row)]
    for key, col in read.places.items():
        lines[0][col - 1] = f"deals.{key}"
        for row in read.rows:
            value = row.value(key)
            lines[row.row - 1][col - 1] = float(value) if isinstance(value, Decimal) else ""
    first, second = read.rows[0], read.rows[1]
    lines[first.row - 1][read.places["amount"] - 1] = 77_777.0
    seen = shown(lines, table)
    store: dict[str, Record] = dict(office.rows("deals"))
    del store[second.row_id or ""]
    only = type(seen)({n: {"amount": seen.rows[n]["amount"]} for n in seen.rows}, seen.ids)
    found = lost(only, table, loaded, store, ())
    assert [line.partition(":")[0] for line in found] == [
        f"deals row {first.row} amount",
        f"deals row {first.row} amount",
        f"deals row {second.row}",
    ]
