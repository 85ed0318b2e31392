"""Whether a folder may hold a team's state: on a disk of this machine, in no synced folder.

SQLite over a network share loses its locks, and a cloud program copies a database in the middle of
a transaction. The names of the types of mounts are those of the systems' documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath

from platformdirs import user_data_path

from model.errors import WrongPlaceForStore
from sync.world import Disk, Machine, Network

SHARES = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb3", "smbfs", "afpfs", "webdav", "davfs", "ncpfs", "9p"}
    | {"afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.rclone", "fuse.davfs2", "fuse.s3fs"}
    | {"fuse.gvfsd-fuse", "fuse.google-drive-ocamlfuse", "fuse.onedriver"}
)
"""Types of mounts whose files another machine serves."""
CLOUDS = {
    "Яндекс.Диск": r"(yandex\.?disk|яндекс\.?диск)( .*)?",
    "Dropbox": r"dropbox( .*)?",
    "OneDrive": r"onedrive( ?-.*)?",
    "Google Drive": r"(google ?drive|googledrive.*|my drive|мой диск)",
    "iCloud": r"(icloud ?drive|mobile documents|com~apple~clouddocs)",
    "Облако Mail.ru": r"(облако mail\.?ru|mail\.?ru cloud|cloud mail\.?ru)( .*)?",
}
"""Names of the folders that cloud programs make; the account may follow."""
MARKS = {".dropbox": "Dropbox", ".dropbox.cache": "Dropbox"}
"""Entries that cloud programs leave in their root."""
ROOTS = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")
"""Variables in which Windows says where OneDrive keeps its folder."""
REMOTE_DRIVE = 4
"""DRIVE_REMOTE of GetDriveTypeW."""


def refuse(path: PurePath, disk: Disk, network: Network, instead: PurePath | None = None) -> None:
    """Nothing for a disk of this machine; raises WrongPlaceForStore, naming a better place.

    Links are followed: a link into a synced folder is that folder.
    """
    what = share_or_cloud(disk.resolve(path), network.machine())
    if what:
        better = instead if instead is not None else user_data_path("sheetcrm", appauthor=False)
        raise WrongPlaceForStore(path=path, what=what, instead=better)


def share_or_cloud(path: PurePath, machine: Machine) -> str:
    """«сетевая папка», «папка Яндекс.Диск»; empty for a disk of this machine."""
    if path.drive.startswith("\\\\") or str(path).startswith("//"):
        return "сетевая папка"
    if path.drive and machine.drive_type(f"{path.drive}\\") == REMOTE_DRIVE:
        return "сетевая папка"
    kind = mount_of(path, machine.mounts)
    if kind in SHARES:
        return f"сетевая папка ({kind})"
    cloud = _cloud(path, machine)
    return f"папка «{cloud}»" if cloud else ""


def mount_of(path: PurePath, mounts: Mapping[str, str]) -> str:
    """Type of the file system that holds a path; the innermost mount counts."""
    for parent in (path, *path.parents):
        if str(parent) in mounts:
            return mounts[str(parent)]
    return ""


def _cloud(path: PurePath, machine: Machine) -> str:
    for name in ROOTS:
        root = machine.environment.get(name)
        if root and path.is_relative_to(root):
            return "OneDrive"
    for parent in (path, *path.parents):
        for cloud, pattern in CLOUDS.items():
            if re.fullmatch(pattern, parent.name, re.IGNORECASE):
                return cloud
        if parent.parts[-2:-1] == ("CloudStorage",):  # macOS: ~/Library/CloudStorage/Dropbox-Anna
            return parent.name.partition("-")[0]
        for mark, cloud in MARKS.items():
            if parent != PurePath(parent.anchor) and machine.is_there(str(parent / mark)):
                return cloud
    return ""
