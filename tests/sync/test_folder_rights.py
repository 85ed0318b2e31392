"""Whose folder a user of the machine can open, by modes and by lists of rights."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from sync.commands import folder_rights
from sync.commands.folder_rights import User, can_open, user_of

NOBODY = User("nobody", 54_321, frozenset({54_321}))
pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX are looked at")


def folder(place: Path, mode: int) -> Path:
    made = place / "Сотрудники" / "Иванов Пётр"
    made.mkdir(parents=True)
    for each in (place, place / "Сотрудники"):
        each.chmod(0o755)
    made.chmod(mode)
    return made


@pytest.mark.parametrize(
    ("mode", "opens"),
    [(0o700, False), (0o755, True), (0o750, False), (0o704, False), (0o705, True)],
)
def test_others_open_what_is_open_to_all(
    tmp_path: Path,
    mode: int,
    opens: bool,  # a column
) -> None:
    assert can_open(NOBODY, folder(tmp_path, mode), tmp_path) is opens


def test_a_shut_folder_above_shuts_those_below(tmp_path: Path) -> None:
    made = folder(tmp_path, 0o755)
    made.parent.chmod(0o700)
    assert not can_open(NOBODY, made, tmp_path)
    made.parent.chmod(0o755)


def test_the_group_of_the_folder_counts(tmp_path: Path) -> None:
    made = folder(tmp_path, 0o750)
    member = User("x", 54_321, frozenset({made.stat().st_gid}))
    assert can_open(member, made, tmp_path)


@pytest.mark.parametrize(("perm", "mask", "opens"), [(5, 7, True), (5, 0, False), (1, 7, False)])
def test_a_list_of_rights_goes_before_the_mode(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    perm: int,
    mask: int,
    opens: bool,  # a column
) -> None:
    """The bytes are those that `setfacl -m u:54321:rx` leaves; tmpfs keeps no lists itself."""
    made = folder(tmp_path, 0o700)
    entries = [(0x01, 7, 2**32 - 1), (0x02, perm, 54_321), (0x04, 0, 2**32 - 1)]
    entries += [(0x10, mask, 2**32 - 1), (0x20, 0, 2**32 - 1)]
    raw = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)

    def listed(path: Path, name: str) -> bytes:
        assert name == folder_rights.ACL
        if Path(path) != made:
            raise OSError
        return raw

    monkeypatch.setattr(os, "getxattr", listed)
    assert can_open(NOBODY, made, tmp_path) is opens


def test_a_mail_address_is_no_user_of_the_machine() -> None:
    assert user_of("ivanov@firma.ru") is None
    assert user_of("") is None
    root = user_of("root")
    assert root is not None
    assert root.uid == 0
