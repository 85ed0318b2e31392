"""A program that keeps what it opened saves again: its new row is the one we named meanwhile."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from model.values import Value
from tests.sync.teams import HIS, Office, Pen, close, few_spare_rows, found_office

NEW: dict[str, dict[str, Value]] = {
    "deals": {"client_id": "ООО «Новый»", "stage": "Новая", "amount": Decimal(1002)},
    "clients": {"name": "ООО «Якорь»", "city": "Тверь"},
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with few_spare_rows():
        made = found_office(tmp_path)
        made.chance = random.Random(99)  # ids were given from the seed
        made.rest()
        yield made
        close(made)


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
@pytest.mark.parametrize("table", NEW)
def test_a_row_that_got_its_id_meanwhile_is_not_doubled(
    office: Office, table: str, *, restarted: bool
) -> None:
    known = len(office.rows(table))
    with office.edit(HIS) as pen:
        pen.add(table, **NEW[table])
    opened = office.path(HIS).read_bytes()
    office.sync()
    if restarted:
        office.restart()
    workbook = openpyxl.load_workbook(io.BytesIO(opened))
    Pen(workbook, office).put("clients", next(iter(office.rows("clients"))), note="позже")
    workbook.save(office.path(HIS))
    office.rest()
    assert len(office.rows(table)) == known + 1
