"""Whether a folder may hold a team's state: on a disk of this machine, in no synced folder.

SQLite over a network share loses its locks, and a cloud program copies a database in the middle of
a transaction. What each system calls a share is taken from its documentation: mount types of Linux
(/proc/mounts), UNC paths and GetDriveTypeW on Windows, statfs names on macOS (`mount`).
"""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from platformdirs import user_data_path

from model.errors import WrongPlaceForStore

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
_MAC_MOUNT = re.compile(r"^.+? on (?P<place>/.*) \((?P<kind>\w+)[,)].*$")
_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Machine:
    """What is asked of the system; a test gives its own."""

    mounts: Mapping[str, str] = field(default_factory=dict)
    """Mount point -> type of its file system."""
    environment: Mapping[str, str] = field(default_factory=dict)
    drive_type: Callable[[str], int] = lambda _: 0
    """GetDriveTypeW for «X:\\»; 0 where there is no such thing."""
    is_there: Callable[[str], bool] = lambda _: False


def this_machine(environment: Mapping[str, str] = os.environ) -> Machine:
    """The system that we run on."""
    if sys.platform == "win32":
        return Machine({}, environment, ctypes.windll.kernel32.GetDriveTypeW, os.path.exists)
    mounts = mac_mounts(_mount_says()) if sys.platform == "darwin" else _linux()
    return Machine(mounts, environment, is_there=os.path.exists)


def refuse(path: Path, machine: Machine | None = None, instead: Path | None = None) -> None:
    """Nothing for a disk of this machine; raises WrongPlaceForStore, naming a better place."""
    asked = machine if machine is not None else this_machine()
    what = share_or_cloud(_full(path), asked)
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


def linux_mounts(text: str) -> dict[str, str]:
    """Mount point -> type, from /proc/mounts; blanks stand there as «\\040»."""
    found = {}
    for line in text.splitlines():
        fields = line.split(" ")
        if len(fields) >= 3:
            place = _OCTAL.sub(lambda m: chr(int(m[1], 8)), fields[1])
            found[place.encode("latin-1", "replace").decode("utf-8", "replace")] = fields[2]
    return found


def mac_mounts(text: str) -> dict[str, str]:
    """Mount point -> type, from the words of `mount`: «//a@b/c on /Volumes/c (smbfs, nodev)»."""
    lines = (_MAC_MOUNT.match(line) for line in text.splitlines())
    return {match["place"]: match["kind"] for match in lines if match is not None}


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


def _full(path: Path) -> Path:
    """Links are followed: a link into a synced folder is that folder."""
    try:
        return path.resolve()
    except OSError:
        return path.absolute()


def _linux() -> dict[str, str]:
    try:
        return linux_mounts(Path("/proc/mounts").read_bytes().decode("latin-1"))
    except OSError:
        return {}


def _mount_says() -> str:
    try:
        done = subprocess.run(
            ["/sbin/mount"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
