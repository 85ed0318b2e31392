"""Who has a workbook open, as the files beside it say."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync.owner_files import holders
from sync.world.real_disk import RealDisk

NOW = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)


def excel_sign(name: str) -> bytes:
    """165 bytes: the length, the narrow name padded with blanks, and the same in UTF-16."""
    narrow = name.encode("cp1251").ljust(54)
    wide = name.encode("utf-16-le") + " ".encode("utf-16-le") * (54 - len(name))
    return bytes([len(name)]) + narrow + len(name).to_bytes(2, "little") + wide


def laid(folder: Path, name: str, content: bytes, *, hours: float) -> None:
    sign = folder / name
    sign.write_bytes(content)
    when = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(sign, (when, when))


def test_excel_names_its_user(tmp_path):
    sign = excel_sign("Анна Петрова")
    assert len(sign) == 165
    laid(tmp_path, "~$Отдел продаж.xlsx", sign, hours=1)
    (holder,) = holders(RealDisk(), tmp_path / "Отдел продаж.xlsx", now=NOW)
    assert (holder.user, holder.program, holder.fresh) == ("Анна Петрова", "Excel", True)
    assert holder.since == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("content", "user"),
    [
        (excel_sign("Ли"), "Ли"),
        (b"\x04Olga" + b" " * 50, "Olga"),
        (b"\x04Olga" + b" " * 50 + "Ольга".encode("utf-16-le"), "Ольга"),
        (b"", ""),
        (b"\x36", ""),
    ],
)
def test_odd_excel_signs_are_read_as_far_as_they_go(tmp_path, content, user):
    laid(tmp_path, "~$к.xlsx", content, hours=0)
    assert [h.user for h in holders(RealDisk(), tmp_path / "к.xlsx", now=NOW)] == [user]


@pytest.mark.parametrize(
    ("content", "user"),
    [
        (",anna,crm-server,05.10.2026 11:00,file:///C:/Users/anna/soffice;", "anna"),
        ("Петрова\\, Анна,anna,host,05.10.2026 11:00,file:///x;", "Петрова, Анна"),
        (",,host,05.10.2026 11:00,;", "host"),
        ("", ""),
    ],
)
def test_libreoffice_names_its_user(tmp_path, content, user):
    laid(tmp_path, ".~lock.к.xlsx#", content.encode(), hours=0)
    (holder,) = holders(RealDisk(), tmp_path / "к.xlsx", now=NOW)
    assert (holder.user, holder.program) == (user, "LibreOffice")


def test_a_sign_left_behind_by_a_crash_is_not_fresh(tmp_path):
    laid(tmp_path, "~$к.xlsx", excel_sign("Анна"), hours=13)
    laid(tmp_path, ".~lock.к.xlsx#", b",oleg,h,x,y;", hours=11)
    assert [(h.user, h.fresh) for h in holders(RealDisk(), tmp_path / "к.xlsx", now=NOW)] == [
        ("Анна", False), ("oleg", True),
    ]  # fmt: skip
    assert (tmp_path / "~$к.xlsx").exists(), "the sign of another program is never removed"


def test_nobody_holds_a_book_without_signs(tmp_path):
    assert holders(RealDisk(), tmp_path / "к.xlsx", now=NOW) == ()
