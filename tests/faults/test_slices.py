"""A long run in slices tells the total of all of them."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from tests.faults import race, slices
from tests.faults.slices import Tally, blocks, with_slices
from tests.faults.syscalls import Point, after, in_turn, turn


def test_the_next_slice_goes_on_after_the_last(tmp_path: Path):
    file = tmp_path / "total.json"
    first = Tally.read(file, 10)
    assert list(first.next(4)) == [0, 1, 2, 3]
    first.add(4, 2.0, {"kill": 3, "eio": 1}, ["torn"])
    second = Tally.read(file, 10)
    assert list(second.next(None)) == [4, 5, 6, 7, 8, 9]
    second.add(6, 1.0, {"kill": 6}, [])
    last = Tally.read(file, 10)
    assert not last.next(5)
    assert (last.counts["kill"], last.bad, last.seconds) == (9, ["torn"], 3.0)


def test_a_run_in_slices_hits_every_fault_though_the_passes_differ(tmp_path: Path):
    file, kinds = tmp_path / "total.json", ("KILL", "EIO")
    first = in_turn(_calls(193), kinds, 1)
    done = set(first[:200])
    Tally.read(file, 0).add(200, 1.0, {}, [], reached=turn(first[199], 1))
    second = in_turn(_calls(197), kinds, 1)
    later = after(Tally.read(file, 0).reached, second, 1)
    assert not done & set(later), "none twice"
    new = {(point, kind) for point, kind in second if point.nth > 193}
    assert set(second) - done - set(later) <= new, "none left out but what was not there before"
    assert first != sorted(first, key=lambda fault: fault[0].nth), "in slices of all parts"


def _calls(many: int) -> list[Point]:
    return [Point("pwrite64", nth, "store.sqlite3-wal") for nth in range(1, many + 1)]


def test_what_was_done_on_other_code_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "total.json"
    Tally.read(file, 10).add(4, 2.0, {"kill": 3}, ["torn"])
    monkeypatch.setattr(slices, "whole_digest", lambda: "other")
    later = Tally.read(file, 10)
    assert (list(later.next(None)), later.bad) == (list(range(10)), [])
    assert "4 done before do not count" in capsys.readouterr().out


def test_a_total_tells_how_long_the_rest_takes(capsys: pytest.CaptureFixture[str]):
    tally = Tally(None, 100)
    tally.add(10, 360.0, {}, [])
    assert tally.told() == 0
    assert capsys.readouterr().out.split("\n")[:3] == [
        "done: 10 of 100", "ms_each: 36000", "hours_left: 0.9",
    ]  # fmt: skip


def test_blocks_cover_a_slice_once():
    assert [list(b) for b in blocks(range(3, 10), 3)] == [[3, 4, 5], [6, 7, 8], [9]]


def test_the_options_of_a_slice():
    parser = argparse.ArgumentParser()
    with_slices(parser)
    asked = parser.parse_args(["--resume", "x", "--block", "5"])
    assert (asked.resume, asked.block) == (Path("x"), 5)


@pytest.mark.soak
def test_a_race_in_slices_counts_every_save(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    words = ["--saves", "2", "--resume", str(tmp_path / "race"), "--block", "1"]
    race.main(words)
    race.main(words)
    out = capsys.readouterr().out
    assert "done: 1 of 2" in out
    assert "done: 2 of 2" in out
    assert "saves aside rename: 2" in out
