"""Row formulas of an older program in living tables, exchanged by an upgrade."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from model.blueprint import Blueprint, Role
from sync.books.read import Loaded, load
from sync.commands.upgrading import said_of, said_of_back
from sync.ooxml import BookFile, Result, col_letter, patch
from sync.upgrade import Did, UpgradeReport, Why, take_back, upgrade
from sync.upgrade.reforming import exchanges, outdated
from tests.office import Office as Program
from tests.sync.teams import HEAD, HIS, Office

TITLE = "Осталось оплатить"
NEWER = '=IF({amount}="","",MAX({amount}-{paid},0)*1)'


def newer(office: Office) -> str:
    """A later program counts «rest» of deals otherwise; the formula of before."""
    old: Blueprint = office.team.blueprint
    deals = old.tables["deals"]
    columns = tuple(replace(c, live=NEWER) if c.key == "rest" else c for c in deals.columns)
    shape = replace(old, tables={**old.tables, "deals": replace(deals, columns=columns)})
    office.team = replace(office.team, blueprint=shape)
    office.restart()
    return deals.column("rest").live or ""


def upgraded(office: Office) -> UpgradeReport:
    office.now += timedelta(minutes=1)
    return upgrade(office.team, office.world())


def formulas(office: Office, book: str) -> dict[int, str]:
    """Formulas of the column, by row."""
    read = office.loaded(book).snapshot.tables["deals"]
    sheet = openpyxl.load_workbook(office.path(book))[read.sheet]
    found = {row: sheet.cell(row, read.places["rest"]).value for row in range(4, sheet.max_row + 1)}
    return {row: str(value) for row, value in found.items() if str(value).startswith("=")}


def expected(office: Office, book: str, row: int) -> str:
    places = office.loaded(book).snapshot.tables["deals"].places
    amount, paid = (f"${col_letter(places[key])}{row}" for key in ("amount", "paid"))
    return f'=IF({amount}="","",MAX({amount}-{paid},0)*1)'


def test_row_formulas_of_living_tables_are_exchanged_and_taken_back(office: Office):
    """All but the one that a person changed; that one is told and stays through both."""
    read = office.loaded(HIS).snapshot.tables["deals"]
    own = read.rows[0].row
    with office.edit(HIS) as pen:
        pen.workbook[read.sheet][f"{col_letter(read.places['rest'])}{own}"] = "=1000+1"
    office.rest()
    before = {book: formulas(office, book) for book in (HEAD, HIS)}
    shown = {book: rests(office, book) for book in (HEAD, HIS)}
    newer(office)
    report = upgraded(office)
    for made in report.books:
        assert [(s.did, s.title) for s in made.done] == [(Did.FORMULAS, TITLE)]
        told = [(x.why, x.detail) for x in made.left]
        assert told == ([(Why.OWN, "1")] if made.state.book == HIS else [])
    after = {book: formulas(office, book) for book in (HEAD, HIS)}
    assert after[HIS][own] == before[HIS][own] == "=1000+1"
    for book, now in after.items():
        theirs = {own} if book == HIS else set()
        assert now.keys() == before[book].keys()
        assert all(now[row] == expected(office, book, row) for row in now.keys() - theirs)
        assert rests(office, book) == shown[book]
    said = " ".join(said_of(report, dry_run=False).lines)
    assert f"новые формулы в «{TITLE}» на листе «Сделки»" in said
    assert "ваши формулы (1 строка)" in said
    assert report.batch is not None
    office.now += timedelta(minutes=1)
    taken = take_back(office.team, office.world(), report.batch)
    assert {book: formulas(office, book) for book in (HEAD, HIS)} == before
    assert "прежние формулы" in " ".join(said_of_back(taken, 1, dry_run=False).lines)


@pytest.mark.system("soffice")
def test_formulas_in_a_book_that_libreoffice_saved_are_known(
    office: Office, libreoffice: Program, tmp_path: Path
):
    saved = libreoffice.convert(office.path(HIS), "xlsx", tmp_path)
    blueprint = office.team.blueprint
    today = read_of(saved, blueprint)
    assert outdated(today, blueprint, Role.MANAGER) == ((), ())
    newer(office)
    loaded = read_of(saved, office.team.blueprint)
    (one,), left = outdated(loaded, office.team.blueprint, Role.MANAGER)
    assert (one.step.title, left) == (TITLE, ())
    places = loaded.snapshot.tables["deals"].places
    patched = patch(loaded.workbook, tuple(exchanges(one, loaded.workbook, places)))
    assert {made.result for made in patched.receipt.outcomes} == {Result.APPLIED}
    saved.write_bytes(patched.raw)
    again = read_of(saved, office.team.blueprint)
    assert outdated(again, office.team.blueprint, Role.MANAGER) == ((), ())
    assert len(one.cells) > len(loaded.snapshot.tables["deals"].rows)


def read_of(path: Path, blueprint: Blueprint) -> Loaded:
    file = BookFile.open(path.read_bytes(), name=path.name)
    return load(file, book="", name=path.name, blueprint=blueprint, role=Role.MANAGER)


def rests(office: Office, book: str) -> dict[str, object]:
    return {row_id: row.get("rest") for row_id, row in office.shown(book, "deals").items()}
