"""Books that LibreOffice has edited and saved, brought to a newer blueprint."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from model.blueprint import Blueprint, Role
from sync.books.read import Loaded, load
from sync.cycle import Memory
from sync.ooxml import BookFile
from sync.upgrade import UpgradeReport, take_back, upgrade
from sync.world import World
from tests.scenarios.calc import Calc
from tests.scenarios.compare import Change, Package, letters
from tests.scenarios.ours import OWN_PARTS, Allowed, Judge
from tests.scenarios.story import Story
from tests.scenarios.team import BLUEPRINT, OWNER, ROGOV, Scene
from tests.sync.upgrade.newer import AGREEMENTS, open_to_all, with_columns, with_sheet
from tests.worlds import world_of

pytestmark = pytest.mark.system("soffice", "uno")
DEALS, NEWER = "Сделки", with_sheet(with_columns(BLUEPRINT))


def world(scene: Scene) -> World:
    scene.now += timedelta(minutes=1)
    return world_of(lambda: scene.now, scene.chance.randbytes)


@pytest.fixture(autouse=True)
def rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the later version lets each role do."""
    for holder in ("sync.rights", "sync.rights_lines"):
        monkeypatch.setattr(f"{holder}.DEFAULTS", open_to_all())


def newer(story: Story, blueprint: Blueprint = NEWER) -> None:
    """The program of a later version takes over."""
    story.scene.team = replace(story.scene.team, blueprint=blueprint)
    story.scene.memory = Memory()


def upgraded(story: Story) -> UpgradeReport:
    report = upgrade(story.scene.team, world(story.scene))
    assert not [(book.fault, book.left) for book in report.books if book.fault]
    return report


def read(story: Story, person: str, blueprint: Blueprint = NEWER) -> Loaded:
    path = story.book(person)
    file = BookFile.open(path.read_bytes(), name=path.name)
    role = Role.OWNER if person == OWNER else Role.MANAGER
    return load(file, book="", name=path.name, blueprint=blueprint, role=role)


def beyond(saved: bytes, written: bytes, role: Role) -> list[str]:
    """What changed of the parts and cells that stood there, beyond the daemon's own cells."""
    old, new = Package(saved), Package(written)
    free = {*old.sheets.values(), "xl/workbook.xml", "xl/styles.xml", *OWN_PARTS}
    free |= {name for name in old.parts if name.startswith("xl/tables/")}
    said = [name for name in old.parts if name not in free and old.parts[name] != new.parts[name]]
    judge = Judge(old, new, BLUEPRINT, role, Allowed())
    for sheet in old.sheets:
        cells, fresh = old.cells(sheet), new.cells(sheet)
        for at, cell in cells.items():
            change = Change(cell, fresh.get(at))
            wrong = cell != change.after and judge.verdict(sheet, at, change)
            if wrong and not (sheet == DEALS and wrong == "heading"):
                said.append(f"{sheet}!{letters(at[1])}{at[0]}: {wrong}: {change}")
    return said


def test_libreoffice_opens_an_upgraded_book_and_works_in_it(story: Story, calc: Calc) -> None:
    newer(story)
    upgraded(story)
    after = read(story, ROGOV).snapshot.tables
    row, col = after["deals"].rows[0], letters(after["deals"].places["freight"])
    due = letters(after[AGREEMENTS].places["what"])
    order = {"do": "show", "sheets": [DEALS, "Договоры"], "recalculate": True}
    (shown,) = calc.show(story.book(ROGOV), order)
    assert not shown[DEALS]["faults"]
    assert not shown["Договоры"]["faults"]
    calc.edit(
        story.book(ROGOV),
        {"do": "put", "sheet": DEALS, "cell": f"{col}{row.row}", "value": 55},
        {"do": "put", "sheet": "Договоры", "cell": f"{due}4", "value": "Подписать"},
    )
    scene = story.scene
    scene.run()
    with scene.team.store.read() as reader:
        assert reader.rows("deals")[row.row_id or ""].values["freight"] == Decimal(55)
        assert [r.values["what"] for r in reader.rows(AGREEMENTS).values()] == ["Подписать"]
    assert not any(book.done for book in upgraded(story).books), "as LibreOffice saved it"


def test_a_column_deleted_in_libreoffice_does_not_come_back(story: Story, calc: Calc) -> None:
    deals = story.table(ROGOV, "deals")
    calc.edit(
        story.book(ROGOV), {"do": "delete_column", "sheet": DEALS, "column": deals.places["note"]}
    )
    newer(story, BLUEPRINT)
    report = upgraded(story)
    (mine,) = [book for book in report.books if book.state.person == ROGOV]
    assert [(left.step.field, left.why.value) for left in mine.left] == [("note", "removed")]


def test_an_upgrade_is_taken_back_from_a_book_of_libreoffice(story: Story, calc: Calc) -> None:
    newer(story)
    batch = upgraded(story).batch
    calc.edit(story.book(ROGOV))
    calc.edit(story.book(OWNER))
    taken = take_back(story.scene.team, world(story.scene), batch or 0)
    assert [(len(book.back), book.left) for book in taken.books if book.state.person == ROGOV] == [
        (4, ())
    ]
    newer(story, BLUEPRINT)
    scene = story.scene
    scene.run()
    assert "Договоры" not in {ref.name for ref in scene.loaded(ROGOV).file.sheets}
    assert "deals.freight" not in {
        cell.text for cell in scene.loaded(ROGOV).sheets[DEALS].rows[1].values()
    }
    story.shows_fresh(calc, ROGOV)
