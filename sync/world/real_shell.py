"""Programs of the system and files of the person, for the service that a system keeps."""

from __future__ import annotations

import locale
import os
import subprocess
import sys
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path, PurePath

from sync.service import Answer

PATIENCE = 200.0
"""Seconds: a system waits for a daemon that ends its pass."""
NOT_THERE, TOO_LONG = 127, 124


@dataclass(frozen=True, slots=True)
class RealShell:
    """This machine."""

    def run(self, *words: str) -> Answer:
        """What the program said, its complaints after its answer."""
        quiet = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        try:
            done = subprocess.run(  # noqa: S603  # programs of the system, words of ours
                words,
                check=False,
                capture_output=True,
                timeout=PATIENCE,
                stdin=subprocess.DEVNULL,
                creationflags=quiet,
            )
        except FileNotFoundError:
            return Answer(NOT_THERE, "такой программы на этой машине нет")
        except subprocess.TimeoutExpired:
            return Answer(TOO_LONG, "не ответила вовремя")
        return Answer(done.returncode, _text(done.stdout) + _text(done.stderr))

    def read(self, path: PurePath, /) -> bytes | None:
        """A file; None where there is none."""
        file = Path(path)
        return file.read_bytes() if file.is_file() else None

    def write(self, path: PurePath, raw: bytes, /) -> None:
        """A file and its folders."""
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)

    def remove(self, path: PurePath, /) -> None:
        """A file goes."""
        Path(path).unlink(missing_ok=True)

    def own_folder(self) -> PurePath:
        """Folder of the person."""
        return Path.home()

    def user(self) -> str:
        """`DOMAIN\\name` on Windows, the name elsewhere."""
        domain = os.environ.get("USERDOMAIN", "") if sys.platform == "win32" else ""
        return f"{domain}\\{getuser()}" if domain else getuser()

    def number(self) -> int:
        """The account's number; 0 on Windows."""
        return os.getuid() if hasattr(os, "getuid") else 0


def _text(raw: bytes) -> str:
    """The words of a program; Windows has another code page for its consoles."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    page = "oem" if sys.platform == "win32" else locale.getpreferredencoding(do_setlocale=False)
    return raw.decode(page, "replace")
