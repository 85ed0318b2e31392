"""The disk of the machine and the simulated one keep the same promises to the engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath
from random import Random

import pytest

from sync.exchange import move_aside
from sync.world import Disk, Rung
from sync.world.real_disk import RealDisk
from tests.simulation.disk import Disk as Inodes
from tests.simulation.world import SimDisk

OLD, NEW, THEIRS = b"old", b"new", b"theirs"
Place = tuple[Disk, PurePath]
Change = Callable[[Disk, PurePath], object]


@pytest.fixture(params=["real", "simulated"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A disk and a folder on it with one workbook."""
    disk: Disk = RealDisk() if request.param == "real" else SimDisk(Inodes(Random(1)))
    folder = tmp_path / "Отдел"
    disk.make_folder(folder)
    disk.create(folder / "книга.xlsx", OLD)
    return disk, folder


def test_a_new_file_is_whole_and_takes_nobodys_name(place: Place) -> None:
    disk, folder = place
    live, temp = folder / "книга.xlsx", folder / "новая.tmp"
    disk.create(temp, NEW, like=live)
    assert disk.read(temp) == NEW
    with pytest.raises(FileExistsError):
        disk.create(live, THEIRS)
    with pytest.raises(FileNotFoundError):
        disk.create(folder / "ещё.tmp", THEIRS, like=folder / "нет.xlsx")
    assert disk.read(live) == OLD
    assert sorted(disk.names(folder)) == ["книга.xlsx", "новая.tmp"]


def test_two_names_swap_their_files(place: Place) -> None:
    disk, folder = place
    live, temp = folder / "книга.xlsx", folder / "новая.tmp"
    disk.create(temp, NEW)
    before = disk.stat(live), disk.stat(temp)
    if disk.exchange(live, temp) is None:
        pytest.skip("this file system swaps no files")  # the simulated disk is tried all the same
    disk.sync_folder(folder)
    assert (disk.read(live), disk.read(temp)) == (NEW, OLD)
    assert (disk.stat(temp).inode, disk.stat(live).inode) == tuple(m.inode for m in before)


def test_the_last_rung_stands_on_the_same_calls(place: Place) -> None:
    disk, folder = place
    live, temp = folder / "книга.xlsx", folder / "новая.tmp"
    disk.create(temp, NEW)
    assert move_aside(disk, live, temp) is Rung.ASIDE
    assert (disk.read(live), disk.read(temp)) == (NEW, OLD)
    assert len(disk.names(folder)) == 2


def test_placing_replaces_nothing_and_renaming_does(place: Place) -> None:
    disk, folder = place
    live, temp = folder / "книга.xlsx", folder / "новая.tmp"
    disk.create(temp, NEW)
    with pytest.raises(FileExistsError):
        disk.place(temp, live)
    assert (disk.read(live), disk.read(temp)) == (OLD, NEW)
    disk.rename(temp, live)
    assert disk.read(live) == NEW
    disk.place(live, temp)
    assert disk.names(folder) == ["новая.tmp"]


def test_a_file_that_went_is_gone(place: Place) -> None:
    disk, folder = place
    live = folder / "книга.xlsx"
    assert disk.exists(live)
    assert disk.resolve(live, strict=True).name == "книга.xlsx"
    disk.unlink(live)
    assert not disk.exists(live)
    assert disk.resolve(live).name == "книга.xlsx"
    asked: tuple[Change, ...] = (
        lambda disk, path: disk.read(path),
        lambda disk, path: disk.stat(path),
        lambda disk, path: disk.unlink(path),
        lambda disk, path: disk.resolve(path, strict=True),
        lambda disk, path: disk.rename(path, path.with_name("другая.xlsx")),
        lambda disk, path: disk.place(path, path.with_name("другая.xlsx")),
    )
    for ask in asked:
        with pytest.raises(FileNotFoundError):
            ask(disk, live)


def test_a_mark_tells_one_file_from_the_next(place: Place) -> None:
    disk, folder = place
    live, temp = folder / "книга.xlsx", folder / "новая.tmp"
    seen = disk.stat(live)
    assert disk.stat(live) == seen
    assert seen.size == len(OLD)
    disk.create(temp, THEIRS)
    disk.rename(temp, live)
    assert disk.stat(live) != seen
