"""Awkward letters of real mail programs: each is understood or says why it is not; none breaks."""

from datetime import UTC, datetime
from pathlib import Path

from model.arrivals import InboxRow
from sync.intake.formats import Wish
from sync.intake.mail.reading import LETTER, key_of
from sync.intake.understanding import Home, understood

NOW = datetime(2026, 3, 12, 12, tzinfo=UTC)


def test_no_real_letter_breaks_the_intake(shared_data: Path) -> None:
    home = Home(Wish(zone="Europe/Moscow"))
    letters = sorted((shared_data / "inputs" / "email").glob("*.eml"))
    assert letters
    for number, path in enumerate(letters):
        raw = path.read_bytes()
        found = understood(InboxRow(number, "почта", key_of(raw), NOW, LETTER, raw), None, home)
        assert found.readings or found.reason, path.name
        for reading in found.readings:
            for row in reading.rows:
                assert isinstance(row.values["at"], datetime)  # type: ignore[union-attr]
