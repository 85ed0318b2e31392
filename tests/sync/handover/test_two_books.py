"""A row that is handed over leaves one book and enters the other; no unsaved edit is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.commands.handing import handover
from sync.team import book_key
from tests.quick import remembering
from tests.sync.teams import HIS, IVANOV, Office, close, few_spare_rows, found_office

PETROVA = "Петрова Анна"
HERS = book_key(PETROVA)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Office]:
    """Ivanov's team with a colleague who has nothing yet."""
    with few_spare_rows(), remembering():
        office = found_office(tmp_path, colleagues=(PETROVA,))
        office.rest()
        yield office
    close(office)


def test_the_leaver_still_has_the_book_open(two: Office) -> None:
    """He types while his clients are handed over; she gets the rows and types, too; he saves.

    His edits reach her book, hers stay, a client that he started meanwhile stays his own.
    """
    alfa = two.the("clients", name="ООО «Альфа»").row_id
    deal = next(iter(two.rows("deals")))
    with two.edit(HIS) as pen:
        pen.put("clients", alfa, contact="Ольга")
        pen.put("deals", deal, note="обещал скидку")
        pen.add("clients", name="ООО «Журавль»", phone="+7 916 000-00-77")
        handover(two.team, two.world(), "Иванов", "Петрова")
        two.sync()
        with two.edit(HERS) as hers:
            hers.put("clients", alfa, city="Клин")
    two.rest()
    client = two.rows("clients")[alfa].values
    assert (client["owner"], client["contact"], client["city"]) == (PETROVA, "Ольга", "Клин")
    assert two.rows("deals")[deal].values["note"] == "обещал скидку"
    assert two.the("clients", name="ООО «Журавль»").values["owner"] == IVANOV
    left = two.shown(HIS, "clients").values()
    assert [row["name"] for row in left if row.get("name")] == ["ООО «Журавль»"]
    assert two.shown(HERS, "clients")[alfa]["contact"] == "Ольга"
    assert two.shown(HERS, "deals")[deal]["note"] == "обещал скидку"
