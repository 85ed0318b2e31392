"""What the doctor finds, and that it says nothing about a healthy team."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from decimal import Decimal

import pytest

from model.errors import ExitCode
from model.figures import Measure
from model.records import BatchKind, Contribution, Source, Stamped
from sync.commands.doctoring import NAMES, doctor
from sync.commands.status import note_pass
from sync.cycle import Memory, run_pass
from sync.doctor import CHECKS, examine
from sync.doctor_outside import OUTSIDE
from sync.finding import Finding
from sync.team import Team
from tests.sync.small_team import FakeWorld


@pytest.fixture
def healthy(team: Team, clock: FakeWorld) -> Team:
    """A team after its passes, with a client, a won deal and its payment."""
    at = clock.now.astimezone()
    with team.store.write() as writer:
        batch = writer.start_batch(BatchKind.IMPORT, "Орлов", at)
        by = Stamped(at, "Орлов", Source.IMPORT, None, batch)
        writer.put("clients", "k1", {"name": "ООО «Рассвет»", "owner": "Иванов Пётр"}, by=by)
        writer.put(
            "payments",
            "p1",
            {"date": at.date(), "amount": Decimal(500)},
            links={"client_id": "k1"},
            by=by,
        )
    memory = Memory()
    for _ in range(3):
        clock.later(minutes=1)
        note_pass(team, run_pass(team, clock.world(), memory=memory))
    return team


def of(findings: tuple[Finding, ...], check: str) -> list[Finding]:
    return [one for one in findings if one.check == check]


def wrong(team: Team, clock: FakeWorld) -> set[str]:
    return {one.check for one in examine(team, clock.world()) if not one.fine}


def broken_sql(team: Team, *statements: str) -> None:
    with sqlite3.connect(team.store.path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_healthy_team_has_nothing_wrong(healthy: Team, clock: FakeWorld):
    findings = examine(healthy, clock.world())
    assert [one for one in findings if not one.fine] == []
    assert {one.check for one in findings} == set(CHECKS) - set(OUTSIDE)
    said = doctor(healthy, clock.world(), version="1.0", repair=False)
    assert said.code is ExitCode.DONE
    assert said.lines[-1] == "Всё в порядке."
    assert set(CHECKS) < set(NAMES)


def test_the_doctor_changes_nothing(healthy: Team, clock: FakeWorld):
    before = {p: p.read_bytes() for p in healthy.settings.folder.rglob("*") if p.is_file()}
    with healthy.store.read() as reader:
        version = reader.version()
    examine(healthy, clock.world())
    assert {p: p.read_bytes() for p in healthy.settings.folder.rglob("*") if p.is_file()} == before
    with healthy.store.read() as reader:
        assert reader.version() == version


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rollups SET amount = amount + 1 WHERE measure = 'money'",
        "DELETE FROM rollups WHERE measure = 'income'",
        "INSERT INTO rollups VALUES ('money', '2026-01-05', 'Иванов Пётр', 7)",
        "UPDATE cut_rollups SET amount = amount - 3 WHERE cut = 'client'",
        "DELETE FROM cut_rollups",
    ],
)
def test_a_sum_that_drifted_is_found_and_mended(healthy: Team, clock: FakeWorld, statement: str):
    broken_sql(healthy, statement)
    (found,) = of(examine(healthy, clock.world()), "sums")
    assert not found.fine
    assert "--repair" in found.todo
    assert all(one.fine for one in of(examine(healthy, clock.world(), repair=True), "sums"))
    assert wrong(healthy, clock) == set()


def test_what_a_row_adds_is_compared_with_the_row(healthy: Team, clock: FakeWorld):
    part = Contribution(Measure.MONEY, "Смирнова Ольга", clock.now.date(), 100)
    with healthy.store.write() as writer:
        writer.set_contributions("payments", "p1", [part])
    (found,) = of(examine(healthy, clock.world()), "sums")
    assert "payments" in found.words
    examine(healthy, clock.world(), repair=True)
    assert wrong(healthy, clock) == set()


def test_rows_that_no_pass_has_seen_are_no_fault(healthy: Team, clock: FakeWorld):
    clock.later(minutes=5)
    at = clock.now.astimezone()
    with healthy.store.write() as writer:
        batch = writer.start_batch(BatchKind.IMPORT, "Орлов", at)
        by = Stamped(at, "Орлов", Source.IMPORT, None, batch)
        writer.put("payments", "p1", {"amount": Decimal(900)}, by=by)
    assert wrong(healthy, clock) == set()


def test_a_book_that_is_gone_or_broken_is_named(healthy: Team, clock: FakeWorld):
    with healthy.store.read() as reader:
        one, other, *_ = (healthy.path(book) for book in reader.books())
    one.unlink()
    other.write_bytes(b"PK\x03\x04 not a book")
    found = [line for line in of(examine(healthy, clock.world()), "books") if not line.fine]
    assert len(found) == 2
    assert one.stem in found[0].words
    assert other.stem in found[1].words
    assert all("backup list" in line.todo for line in found)


def test_a_book_of_another_team_is_named(healthy: Team, clock: FakeWorld):
    with healthy.store.read() as reader:
        one, other, *_ = (healthy.path(book) for book in reader.books())
    other.write_bytes(one.read_bytes())
    (found,) = [line for line in of(examine(healthy, clock.world()), "books") if not line.fine]
    assert "метки" in found.words


def test_a_clock_that_went_back_is_told(healthy: Team, clock: FakeWorld):
    clock.now -= timedelta(days=2)
    assert "clock" in wrong(healthy, clock)


def test_a_folder_that_is_gone_is_told(healthy: Team, clock: FakeWorld):
    folder = healthy.settings.folder
    folder.rename(folder.with_name("elsewhere"))
    assert {"folder", "books"} <= wrong(healthy, clock)


def test_damaged_copies_are_told(healthy: Team, clock: FakeWorld):
    (place,) = healthy.state.glob("backups*.sqlite3")
    with sqlite3.connect(place) as connection:
        connection.execute("UPDATE contents SET raw = x'00'")
    connection.close()
    assert "copies" in wrong(healthy, clock)


def test_a_write_that_never_ended_is_told(healthy: Team, clock: FakeWorld):
    with healthy.store.write() as writer:
        writer.intend("owner", "a", "b", "t.tmp", clock.now.astimezone())
    assert "queue" in wrong(healthy, clock)


def test_a_row_that_points_nowhere_is_damage(healthy: Team, clock: FakeWorld):
    broken_sql(
        healthy,
        "PRAGMA foreign_keys = OFF",
        "DELETE FROM rows WHERE row_id = 'p1'",
    )
    assert "store" in wrong(healthy, clock)


def test_the_words_name_what_to_do(healthy: Team, clock: FakeWorld):
    broken_sql(healthy, "DELETE FROM cut_rollups")
    said = doctor(healthy, clock.world(), version="1.0", repair=False)
    assert said.code is ExitCode.PROBLEMS
    assert any(line.startswith("НЕТ Суммы") for line in said.lines)
    assert said.facts["fine"] is False
