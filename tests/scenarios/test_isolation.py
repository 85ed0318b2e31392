"""No book and no page of a salesperson holds anything of another one: not in any part, nowhere.

Tokens of the other person's rows are looked for in all parts of the unzipped file, names, caches,
shared texts and properties included, and in the pages beside it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.scenarios.calc import Calc
from tests.scenarios.ours import Allowed
from tests.scenarios.story import Story
from tests.scenarios.team import LEBEDEVA, OWNER, PAY, PEOPLE, PLANS, ROGOV, Scene


def tokens(scene: Scene, person: str) -> Iterator[str]:
    """What only this person's rows and pay hold, as files write it."""
    for client in scene.rows("clients").values():
        if client.values.get("owner") == person:
            for key in ("name", "phone", "inn"):
                if value := client.values.get(key):
                    yield str(value).replace("ООО «", "").rstrip("»")
    for deal in scene.rows("deals").values():
        if deal.values.get("owner") == person:
            yield from _number(deal.values.get("amount"))
            yield deal.row_id
    mine = {i for i, c in scene.rows("clients").items() if c.values.get("owner") == person}
    for payment in scene.rows("payments").values():
        if payment.links.get("client_id") in mine:
            yield from _number(payment.values.get("amount"))
    yield from _number(PAY[person].salary)
    yield from _number(PLANS[person])


def _number(value: object) -> Iterator[str]:
    """A sum as a cell has it and as a sentence has it."""
    if isinstance(value, Decimal):
        whole = f"{value:f}".removesuffix(".0")
        yield f">{whole}<"
        yield f"{value:,.0f}".replace(",", "\u00a0")
        yield f"{value:,.0f}".replace(",", " ")


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every part of every file in a folder."""
    for path in folder.rglob("*"):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path.name}/{name}", archive.read(name).decode("utf-8", "replace")
        elif path.is_file():
            yield path.name, path.read_text(encoding="utf-8", errors="replace")


def leaks(story: Story) -> list[tuple[str, str, str]]:
    """Tokens of one person in the folder of another one."""
    found = []
    for person in PEOPLE:
        (other,) = set(PEOPLE) - {person}
        foreign = set(tokens(story.scene, other)) - set(tokens(story.scene, person))
        assert len(foreign) > 200
        for place, text in texts(story.book(person).parent):
            found += [(person, place, token) for token in foreign if token in text]
    return found


def results(story: Story) -> Iterator[tuple[str, str]]:
    """What each person earns, as figures of the other one's book must not show it."""
    report = story.scene.run()
    for figures in report.people:
        for value in figures.pay or ():
            yield figures.name, f"{value:,.0f}".replace(",", "\u00a0")
            yield figures.name, f">{value.normalize():f}<"


def test_the_tokens_are_found_where_they_belong(story: Story) -> None:
    """The owner's folder holds all of them: the search does not look past things."""
    seen = "\n".join(text for _, text in texts(story.book(OWNER).parent))
    for person in PEOPLE:
        cells = [t for t in tokens(story.scene, person) if "\u00a0" not in t and " " not in t]
        missed = [t for t in cells if t not in seen]
        assert missed == [], missed[:9]


def test_no_book_holds_anothers_rows_or_pay(story: Story) -> None:
    assert leaks(story) == []


@pytest.mark.system("soffice", "uno")
def test_nothing_stays_behind_when_rows_change_hands(story: Story, calc: Calc) -> None:
    """The owner gives one client with its deals away; another client of a like name is made."""
    client = story.table(ROGOV, "clients").rows[5]
    theirs = [
        r for r in story.table(OWNER, "deals").rows if r.value("client_id") == client.value("name")
    ]
    assert theirs
    line = story.row_of(OWNER, "clients", client.row_id or "")
    rows = story.standing(ROGOV, "deals", *(r.row_id for r in theirs)).rows
    rows |= story.standing(ROGOV, "clients", client.row_id).rows
    calc.edit(
        story.book(OWNER),
        *story.typing(OWNER, "clients", line, owner=LEBEDEVA),
        *(s for r in theirs for s in story.typing(OWNER, "deals", r, owner=LEBEDEVA)),
    )
    story.one_pass({ROGOV: Allowed(rows=rows)})
    assert client.row_id in story.ids(LEBEDEVA, "clients")
    assert leaks(story) == []


def test_no_book_shows_what_another_earns(story: Story) -> None:
    with story.scene.team.store.write() as writer:
        writer.set_meta("shown", "")
    for person, token in results(story):
        for other in set(PEOPLE) - {person}:
            for place, text in texts(story.book(other).parent):
                assert token not in text, (other, place, token)
