"""One daemon on all machines: the second is told who is first; a silent one loses its lease."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from model.errors import AlreadyRunning, ExitCode, LeaseLost
from model.texts import say
from store import Store
from sync.lease import EXPIRES, Holder, beat, leased

NOW = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
FIRST, SECOND = Holder("anna", "crm-1", 11), Holder("oleg", "crm-2", 22)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """The same file as two machines see it."""
    both = Store.open(tmp_path / "s.sqlite3"), Store.open(tmp_path / "s.sqlite3")
    yield both
    for store in both:
        store.close()


def no_wait(_: float) -> None:
    pytest.fail("there was nothing to wait for")


def test_a_second_machine_is_told_who_has_the_team(stores: tuple[Store, Store]) -> None:
    one, two = stores
    with (
        leased(one, FIRST, NOW, pause=no_wait),
        pytest.raises(AlreadyRunning) as caught,
        leased(two, SECOND, NOW + timedelta(minutes=1), pause=no_wait),
    ):
        pytest.fail("two have the lease")
    assert caught.value.facts == {"pid": 11, "host": "crm-1", "since": "12.03 08:00"}
    assert "crm-1" in say(caught.value.text, **caught.value.facts)
    assert caught.value.exit_code is ExitCode.BUSY


def test_a_lease_that_was_let_go_is_free_at_once_under_a_higher_number(
    stores: tuple[Store, Store],
) -> None:
    one, two = stores
    with leased(one, FIRST, NOW, pause=no_wait) as lease:
        assert lease.fence == 1
    with leased(two, SECOND, NOW, pause=no_wait) as lease:
        assert lease.fence == 2


def test_a_process_that_died_here_is_succeeded_at_once(stores: tuple[Store, Store]) -> None:
    one, two = stores
    with two.write() as writer:
        writer.grant(lease_of(FIRST))
    with leased(one, FIRST, NOW, pause=no_wait) as lease:
        assert lease.fence == 2


@pytest.mark.parametrize("days", [1, -1], ids=["late", "their clock is ahead"])
def test_a_silent_holder_is_shut_out(stores: tuple[Store, Store], days: int) -> None:
    """What it still writes afterwards fails before anything is written."""
    one, two = stores
    waits: list[float] = []
    with leased(one, FIRST, NOW, pause=no_wait):
        later = NOW + timedelta(days=days)
        with leased(two, SECOND, later, pause=waits.append) as lease:
            assert lease.fence == 2
            with pytest.raises(LeaseLost) as caught, one.write() as writer:
                writer.set_meta("key", "too late")
            assert caught.value.facts["host"] == "crm-2"
            with pytest.raises(LeaseLost):
                beat(one, NOW)
            with pytest.raises(LeaseLost):
                one.check_fence()
            with two.read() as reader:
                assert reader.meta("key") is None
    assert sum(waits) == EXPIRES
    with two.read() as reader:
        (known,) = [reader.lease()]
    assert known is not None
    assert (known.host, known.free) == ("crm-2", True), "the first one freed nothing at its end"


@pytest.mark.parametrize("days", [1, -1])
def test_a_holder_with_a_wrong_clock_that_lives_keeps_its_lease(
    stores: tuple[Store, Store], days: int
) -> None:
    one, two = stores

    def pause(_: float) -> None:
        beat(one, NOW)

    with (
        leased(one, FIRST, NOW, pause=no_wait),
        pytest.raises(AlreadyRunning),
        leased(two, SECOND, NOW + timedelta(days=days), pause=pause),
    ):
        pytest.fail("two have the lease")


def test_of_two_who_wait_one_gets_it(stores: tuple[Store, Store]) -> None:
    one, two = stores
    with one.write() as writer:
        writer.grant(lease_of(Holder("x", "crm-0", 1)))
    late = NOW + timedelta(days=1)
    other = leased(two, Holder("y", "crm-3", 3), late, pause=lambda _: None)
    quicker: list[int] = []

    def pause(_: float) -> None:
        if not quicker:
            quicker.append(other.__enter__().fence)

    with pytest.raises(AlreadyRunning), leased(one, SECOND, late, pause=pause):
        pytest.fail("two have the lease")
    assert quicker == [2]
    other.__exit__(None, None, None)


def lease_of(holder: Holder):
    from model.records import Lease

    return Lease(holder.who, holder.host, holder.pid, since=NOW, beat_at=NOW)
