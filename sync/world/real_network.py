"""What this machine is among others, and which of its folders another one serves.

What each system calls a share is taken from its documentation: mount types of Linux
(/proc/mounts), UNC paths and GetDriveTypeW on Windows, statfs names on macOS (`mount`).
"""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from platform import node

from sync.world import Machine

_MAC_MOUNT = re.compile(r"^.+? on (?P<place>/.*) \((?P<kind>\w+)[,)].*$")
_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class RealNetwork:
    """The network as this machine sees it."""

    def host(self) -> str:
        """Name of this machine."""
        return node()

    def machine(self) -> Machine:
        """Mounts and drives of this machine."""
        return this_machine()


def this_machine(environment: Mapping[str, str] = os.environ) -> Machine:
    """The system that we run on."""
    if sys.platform == "win32":
        return Machine({}, environment, ctypes.windll.kernel32.GetDriveTypeW, os.path.exists)
    mounts = mac_mounts(_mount_says()) if sys.platform == "darwin" else _linux()
    return Machine(mounts, environment, is_there=os.path.exists)


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
