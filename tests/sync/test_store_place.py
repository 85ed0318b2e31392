"""The state lies on a disk of this machine: a share or a synced folder is refused by name."""

from __future__ import annotations

from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from model.errors import ExitCode, WrongPlaceForStore
from model.texts import say
from sync.store_place import (
    mount_of,
    refuse,
    share_or_cloud,
)
from sync.world import Machine
from sync.world.real_disk import RealDisk
from sync.world.real_network import RealNetwork, linux_mounts, mac_mounts, this_machine

PROC = """/dev/sda1 / ext4 rw,relatime 0 0
//server/sales /mnt/\\320\\276\\321\\202\\320\\264\\320\\265\\320\\273\\0401 cifs rw,vers=3.1.1 0 0
nas:/export /srv/crm nfs4 rw 0 0
/dev/sdb1 /srv/crm/local xfs rw 0 0
anna@host:/ /people/anna/far fuse.sshfs rw 0 0
"""
MOUNT = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//anna@server/sales on /Volumes/sales (smbfs, nodev, nosuid, mounted by anna)
nas:/export on /Volumes/my data (nfs)
"""


def mounts() -> dict[str, str]:
    return linux_mounts(PROC.encode().decode("latin-1"))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/people/anna/.local/share/sheetcrm", "ext4"),
        ("/mnt/отдел 1/state", "cifs"),
        ("/srv/crm/state", "nfs4"),
        ("/srv/crm/local/state", "xfs"),
        ("/people/anna/far", "fuse.sshfs"),
    ],
)
def test_the_innermost_mount_says_what_a_folder_is(path: str, kind: str) -> None:
    assert mount_of(PurePosixPath(path), mounts()) == kind
    refused = share_or_cloud(PurePosixPath(path), Machine(mounts()))
    assert bool(refused) == (kind not in {"ext4", "xfs"}), refused


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/Users/anna/Library/Application Support/sheetcrm", "apfs"),
        ("/Volumes/sales/crm", "smbfs"),
        ("/Volumes/my data/crm", "nfs"),
    ],
)
def test_the_words_of_mount_on_macos_are_understood(path: str, kind: str) -> None:
    assert mount_of(PurePosixPath(path), mac_mounts(MOUNT)) == kind


@pytest.mark.parametrize(
    ("path", "cloud"),
    [
        (PurePosixPath("/people/a/Yandex.Disk/crm"), "Яндекс.Диск"),
        (PureWindowsPath(r"C:\Users\a\YandexDisk\crm"), "Яндекс.Диск"),
        (PureWindowsPath(r"C:\Users\a\YandexDisk (2)\crm"), "Яндекс.Диск"),
        (PureWindowsPath(r"C:\Users\a\Яндекс.Диск\crm"), "Яндекс.Диск"),
        (PurePosixPath("/people/a/Dropbox"), "Dropbox"),
        (PureWindowsPath(r"C:\Users\a\Dropbox (Фирма)\crm"), "Dropbox"),
        (PureWindowsPath(r"C:\Users\a\OneDrive\crm"), "OneDrive"),
        (PureWindowsPath(r"C:\Users\a\OneDrive - ООО Ромашка\crm"), "OneDrive"),
        (PureWindowsPath(r"G:\Мой диск\crm"), "Google Drive"),
        (PurePosixPath("/Users/a/Library/CloudStorage/GoogleDrive-a@b.ru/x"), "Google Drive"),
        (PurePosixPath("/Users/a/Library/CloudStorage/Box-a/x"), "Box"),
        (PurePosixPath("/Users/a/Library/Mobile Documents/com~apple~CloudDocs/x"), "iCloud"),
        (PureWindowsPath(r"C:\Users\a\iCloudDrive\x"), "iCloud"),
        (PureWindowsPath(r"C:\Users\a\Облако Mail.ru\x"), "Облако Mail.ru"),
        (PurePosixPath("/people/a/mail.ru cloud/x"), "Облако Mail.ru"),
    ],
    ids=str,
)
def test_folders_of_cloud_programs_are_known_by_name(path: PurePath, cloud: str) -> None:
    assert share_or_cloud(path, Machine()) == f"папка «{cloud}»"


@pytest.mark.parametrize(
    "path",
    ["/people/a/onedriver", "/people/a/my dropbox notes", "/srv/yandex", "/people/a/cloud/mail"],
)
def test_names_that_only_look_alike_are_fine(path: str) -> None:
    assert share_or_cloud(PurePosixPath(path), Machine()) == ""


def test_windows_shares_and_mapped_drives_are_refused() -> None:
    machine = Machine(drive_type={"Z:\\": 4, "C:\\": 3}.__getitem__)
    assert share_or_cloud(PureWindowsPath(r"\\server\sales\crm"), machine) == "сетевая папка"
    assert share_or_cloud(PureWindowsPath(r"Z:\crm"), machine) == "сетевая папка"
    assert share_or_cloud(PureWindowsPath(r"C:\Users\a\AppData\Local\sheetcrm"), machine) == ""


def test_windows_says_where_onedrive_lives() -> None:
    machine = Machine(environment={"OneDriveCommercial": r"D:\Работа"})
    assert share_or_cloud(PureWindowsPath(r"D:\Работа\crm"), machine) == "папка «OneDrive»"
    assert share_or_cloud(PureWindowsPath(r"D:\Личное\crm"), machine) == ""


def test_a_mark_of_dropbox_is_enough(tmp_path: Path) -> None:
    (tmp_path / "файлы" / "crm").mkdir(parents=True)
    (tmp_path / "файлы" / ".dropbox.cache").mkdir()
    link = tmp_path / "ссылка"
    link.symlink_to(tmp_path / "файлы")
    with pytest.raises(WrongPlaceForStore) as caught:
        refuse(link / "crm", RealDisk(), RealNetwork(), instead=Path("/people/a/state"))
    assert caught.value.exit_code is ExitCode.SETTINGS
    words = say(caught.value.text, **caught.value.facts)
    assert "Dropbox" in words
    assert "--state /people/a/state" in words


def test_this_machine_is_asked_and_its_temporary_folder_is_fine(tmp_path: Path) -> None:
    assert this_machine().mounts
    refuse(tmp_path / "нет ещё", RealDisk(), RealNetwork())
