"""The questions that full sessions ask of files notice what they are asked about."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from random import Random
from zipfile import ZipFile

import pytest

from backups import SqliteBackups
from tests.simulation.broken import Broken
from tests.simulation.files import copies_read_back, own_rows_only, parts, strange_parts_stay
from tests.simulation.office import BEGAN, OWNER, SELLERS, Founded, founded
from tests.simulation.pages import from_bytes
from tests.simulation.shape import CLIENTS

Mend = Callable[[str, bytes], bytes]


@pytest.fixture(scope="module")
def team() -> Founded:
    return founded(whole=False)


def book_of(team: Founded, person: str) -> bytes:
    return next(team.disk.open(path).raw for _, who, path in team.books if who == person)


def rezipped(raw: bytes, mend: Mend) -> bytes:
    """The same archive with members written anew."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in parts(raw).items():
            archive.writestr(name, mend(name, content))
    return out.getvalue()


def test_another_theme_is_noticed(team: Founded) -> None:
    raw = book_of(team, OWNER)
    strange_parts_stay("книга", raw, rezipped(raw, lambda _, content: content))
    worse = rezipped(raw, lambda n, c: c + b" " if n == "xl/theme/theme1.xml" else c)
    with pytest.raises(Broken, match=r"I11.*theme1"):
        strange_parts_stay("книга", raw, worse)


def test_a_formula_that_became_a_constant_is_noticed(team: Founded) -> None:
    raw = book_of(team, SELLERS[0])
    name = next(n for n, c in parts(raw).items() if b"<f>" in c)
    worse = rezipped(raw, lambda n, c: c.replace(b"<f>", b"<v>", 1) if n == name else c)
    with pytest.raises(Broken, match=r"I11.*1 of"):
        strange_parts_stay("книга", raw, worse)


@pytest.mark.parametrize("part", ["docProps/core.xml", "xl/styles.xml"])
def test_a_colleagues_word_in_any_part_is_noticed(team: Founded, part: str) -> None:
    content = from_bytes(book_of(team, OWNER))
    assert content is not None
    rows = [line.cells for line in content.pages[CLIENTS].lines]
    raw, other = book_of(team, SELLERS[0]), next(r for r in rows if r.get("owner") == SELLERS[1])
    own_rows_only("книга", SELLERS[0], raw, rows)
    note = str(other["note"]).encode()
    worse = rezipped(raw, lambda n, c: c + b"<!-- " + note + b" -->" if n == part else c)
    with pytest.raises(Broken, match="I18"):
        own_rows_only("книга", SELLERS[0], worse, rows)


def test_a_copy_that_is_no_workbook_is_noticed(team: Founded, tmp_path) -> None:
    copies = SqliteBackups.open(tmp_path / "copies.sqlite3")
    copies.take("owner", book_of(team, OWNER), at=BEGAN, why="seen")
    copies_read_back(copies, Random(1))
    copies.take("owner", b"half of a book", at=BEGAN, why="seen")
    with pytest.raises(Broken, match="I19"):
        copies_read_back(copies, Random(1))
