"""Programs of the machine that tests look through: LibreOffice, Chromium, poppler.

LibreOffice trusts the cached values of an xlsx file unless its profile says otherwise, and two
runs sharing a profile block each other; so every call gets a fresh profile with the language of
the team's programs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TOOLS = {
    "soffice": ("soffice", "libreoffice"),
    "chromium": ("chromium", "google-chrome", "chromium-browser"),
    "pdftoppm": ("pdftoppm",),
    "pdftotext": ("pdftotext",),
}
SERVERS = {
    "dovecot": ("dovecot", "/usr/sbin/dovecot"),
    "systemd-analyze": ("systemd-analyze",),
    "Xvfb": ("Xvfb",),
    "xdotool": ("xdotool",),
}
"""Programs that a test asks for by name."""
UNO = "uno"
SYSTEM_PYTHON = "/usr/bin/python3"
SECONDS = 180
RECALCULATE_ALWAYS, RECALCULATE_NEVER = 0, 1
CHROMIUM_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars",
)  # fmt: skip
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
  oor:op="fuse"><value>{mode}</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale"
  oor:op="fuse"><value>ru-RU</value></prop></item>
</oor:items>
"""


def tool(name: str) -> str | None:
    """Path of a program under any of its names; None when the machine has none."""
    return next(filter(None, map(shutil.which, (TOOLS | SERVERS)[name])), None)


def missing(names: tuple[str, ...]) -> list[str]:
    """The programs that this machine lacks; `uno` is the system's Python with that module."""
    return [name for name in names or (*TOOLS, UNO) if not _is_here(name)]


@cache
def _is_here(name: str) -> bool:
    if name != UNO:
        return tool(name) is not None
    if not Path(SYSTEM_PYTHON).exists():
        return False
    asked = [SYSTEM_PYTHON, "-c", "import uno"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


@dataclass(frozen=True, slots=True)
class Office:
    """LibreOffice as a converter."""

    program: str

    def convert(self, path: Path, to: str, folder: Path, *, recalc: bool = False) -> Path:
        """The file in another format («pdf», «xlsx»), saved in a folder under the same stem."""
        with tempfile.TemporaryDirectory(prefix="office-") as profile:
            user = Path(profile) / "user"
            user.mkdir()
            mode = RECALCULATE_ALWAYS if recalc else RECALCULATE_NEVER
            settings = user / "registrymodifications.xcu"
            settings.write_text(PROFILE.format(mode=mode), encoding="utf-8")
            command = [
                self.program, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless",
                "--convert-to", to, "--outdir", str(folder), str(path),
            ]  # fmt: skip
            subprocess.run(command, check=True, timeout=SECONDS, capture_output=True)
        return folder / f"{path.stem}.{to.partition(':')[0]}"


def office() -> Office:
    """LibreOffice of this machine; FileNotFoundError when it has none."""
    program = tool("soffice")
    if program is None:
        raise FileNotFoundError("soffice")
    return Office(program)


def chromium(*flags: str) -> None:
    """Chromium has done what the flags ask, without a screen and without the network."""
    program = tool("chromium")
    if program is None:
        raise FileNotFoundError("chromium")
    with tempfile.TemporaryDirectory(prefix="chromium-") as home:
        command = [program, *CHROMIUM_FLAGS, f"--user-data-dir={home}/profile", *flags]
        environment = {**os.environ, "HOME": home}
        subprocess.run(command, check=True, timeout=SECONDS, capture_output=True, env=environment)
