import pytest

from model.identity import Status
from sync.identity import read_any_phone


@pytest.mark.parametrize(
    ("cell", "status", "values"),
    [
        ("+7 916 123-45-67", Status.OK, ("+79161234567",)),
        ("+49 30 901820", Status.OK, ("+4930901820",)),
        ("+49 1", Status.REJECT, ()),
        ("+999 123 456 789", Status.ASK, ("+999123456789",)),
        ("tel:8-916-123-45-67;доб=5", Status.OK, ("+79161234567;ext=5",)),
        ("8 916 123 45 6", Status.REJECT, ()),
        ("8 16 123 45 67 8 9 0 1", Status.REJECT, ()),
        ("00 49 30 901820", Status.REJECT, ()),
        ("88 1234567890123456789012345", Status.REJECT, ()),
        ("8-495-123-45-67 x5", Status.OK, ("+74951234567;ext=5",)),
        ("84951234567 4", Status.REJECT, ()),
        (None, Status.EMPTY, ()),
    ],
)
def test_foreign_numbers_are_checked_by_their_plans(cell, status, values):
    reading = read_any_phone(cell)
    assert (reading.status, reading.values) == (status, values)
