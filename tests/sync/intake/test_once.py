"""Exactly once: files that overlap, requests that come again, pieces in any order, crashes."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.blueprint import Blueprint
from sync.importing import ImportResult, bring_reading
from sync.importing.arriving import payload_of
from sync.importing.asking import wish_of
from sync.importing.pieces import joined_payload
from sync.imports import ImportKind, Incoming
from sync.intake.formats import recognised
from sync.intake.formats.legs import call_row
from sync.team import Team
from tests.intake_events import Delivery, Story, state_of, story_of
from tests.intake_facts import block_of
from tests.sync.ledger import Ledger
from tests.worlds import world_of

FACTS = 15


class Office:
    """A team that takes deliveries."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.dice = ledger, Random(1)
        self.world = world_of(lambda: ledger.now, self.dice.randbytes)

    @property
    def team(self) -> Team:
        return self.ledger.team

    def take(self, one: Delivery, *, dry_run: bool = False) -> ImportResult:
        wish = wish_of(self.team, self.world.disk)
        reading = recognised(one.raw, one.name, wish)
        return bring_reading(self.team, reading, one.name, world=self.world, dry_run=dry_run)

    def state(self) -> dict[str, list[str]]:
        with self.team.store.read() as reader:
            return state_of(reader)


@pytest.fixture
def office(ledger: Ledger) -> Office:
    return Office(ledger)


@pytest.fixture
def offices(tmp_path: Path, founded_ledger: Path, shape: Blueprint) -> Iterator[list[Office]]:
    """Two teams that know nothing of each other."""
    found = []
    for name in ("one", "two"):
        place = tmp_path / name
        shutil.copytree(founded_ledger, place)
        team = Ledger(place, shape, departments=("Опт", "Розница"), begun=True)
        found.append(Office(team))
    yield found
    for office in found:
        office.team.store.close()


def test_the_order_of_deliveries_does_not_matter(offices: list[Office]) -> None:
    straight, mixed = offices
    story = story_of(FACTS, 1)
    for one in story.once():
        straight.take(one)
    for one in story.again(Random(1)):
        mixed.take(one)
    assert mixed.state() == straight.state()
    assert len(straight.state()["calls"]) == FACTS * 6 // 10
    assert len(straight.state()["payments"]) >= FACTS * 2 // 10


def test_a_second_delivery_adds_nothing_and_makes_no_batch(office: Office) -> None:
    brought = story_of(FACTS, 5).once()
    for one in brought:
        office.take(one)
    before = office.state()
    results = [office.take(one) for one in brought]
    assert {(r.taken, r.updated, r.batch) for r in results} == {(0, 0, 0)}
    assert office.state() == before


def test_a_crash_in_the_middle_leaves_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = next(d for d in story_of(FACTS, 7).once() if d.name == "calls.txt")
    empty = office.state()

    def dies(*_: object) -> None:
        raise OSError("power")

    with monkeypatch.context() as patched:
        patched.setattr("store.facts.add_many", dies)
        with pytest.raises(OSError, match="power"):
            office.take(one)
    assert office.state() == empty
    assert office.take(one).taken > 0


def test_a_record_that_came_first_joins_its_call(office: Office) -> None:
    record = b"event=NOTIFY_RECORD&pbx_call_id=in_1&call_id_with_rec=17.1"
    end = (
        b"event=NOTIFY_END&pbx_call_id=in_1&call_start=2026-03-12+10:00:00&caller_id=79161234567"
        b"&internal=101&duration=42&disposition=answered"
    )
    first, second = office.take(Delivery("a", record)), office.take(Delivery("b", end))
    assert (first.taken, first.waiting) == (0, 1)
    assert (second.taken, second.waiting, second.talks) == (1, 0, 1)
    with office.team.store.read() as reader:
        (call,) = reader.rows("call_log").values()
    assert (call.values["record_url"], str(call.values["seconds"])) == ("17.1", "42")


def test_a_longer_piece_moves_the_sums(office: Office) -> None:
    end = (
        "event=NOTIFY_END&pbx_call_id=in_1&call_start=2026-03-12+10:00:00&caller_id=79161234567"
        "&internal={}&duration={}&disposition=answered"
    )
    office.take(Delivery("a", end.format(101, 5).encode()))
    assert office.take(Delivery("b", end.format(102, 30).encode())).updated == 1
    with office.team.store.read() as reader:
        (call,) = reader.rows("call_log").values()
        sums = {p.measure.value for p in reader.contributions_of("call_log")[call.row_id]}
    assert (call.values["manager"], str(call.values["seconds"])) == ("102", "30")
    assert sums == {"calls", "talk"}


def test_a_call_that_was_undone_may_come_again(office: Office) -> None:
    from sync.commands.past import undo

    end = (
        b"event=NOTIFY_END&pbx_call_id=in_1&call_start=2026-03-12+10:00:00&caller_id=79161234567"
        b"&duration=42&disposition=answered"
    )
    batch = office.take(Delivery("a", end)).batch
    undo(office.team, batch, now=office.ledger.now, dry_run=False)
    assert office.state()["calls"] == []
    assert office.take(Delivery("a", end)).taken == 1


def test_a_dry_run_tells_and_leaves_no_trace(office: Office) -> None:
    one = next(d for d in story_of(FACTS, 7).once() if d.name == "leads.txt")
    before = office.state()
    result = office.take(one, dry_run=True)
    assert (result.taken > 0, result.batch) == (True, 0)
    assert office.state() == before


PIECES = st.lists(
    st.tuples(
        st.sampled_from(("", "101", "102", "Иванов")),
        st.integers(0, 99),
        st.sampled_from(("", "a", "bb", "cc")),
        st.booleans(),
    ),
    min_size=2,
    max_size=5,
)


@given(PIECES, st.randoms(use_true_random=False))
def test_joining_pieces_is_one_thing_in_any_order(pieces, dice) -> None:
    payloads = [_piece(*one) for one in pieces]
    mixed = [*dice.sample(payloads, len(payloads)), dice.choice(payloads)]
    assert _whole(payloads) == _whole(mixed)


def _piece(person: str, talk: int, record: str, answered: bool) -> str:
    values: dict[str, str | bool | datetime] = {"record_url": record, "answered": answered}
    values["sec"] = str(talk)
    row = call_row(1, "7", values, person=person, talk=talk)
    assert isinstance(row, Incoming)
    return payload_of(ImportKind.CALLS, row)


def _whole(payloads: list[str]) -> str:
    whole = payloads[0]
    for payload in payloads[1:]:
        whole = joined_payload(ImportKind.CALLS, whole, payload)
    return joined_payload(ImportKind.CALLS, whole, whole)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_short_part_of_the_soak(founded_ledger: Path, shape: Blueprint) -> None:
    """Through the inbox and the folder, with a process that is killed."""
    found = block_of(founded_ledger, shape, 20, 7, kills=1)
    assert found.wrong == ()
    assert found.counts["deliveries"] > 30
    assert (found.counts["killed"], found.counts["broken"]) == (1, 1)


def test_what_is_missing_is_named(
    founded_ledger: Path, shape: Blueprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trial of facts sees a store that takes things twice or not at all."""
    whole = Story.again
    monkeypatch.setattr(Story, "again", lambda story, dice: whole(story, dice)[3:4])
    assert "calls" in block_of(founded_ledger, shape, 20, 3, kills=0).wrong
