"""The demo team that benchmarks and acceptance runs share: made and filled once.

Five salespeople, 2,000 clients, 5,000 deals, founded from its seed, kept in `.bench/` of the
working folder.
"""

from __future__ import annotations

import os
import subprocess
import sys

from bench.books import FOLDER

DEMO = FOLDER / "demo-4"
"""The number is raised when the demo changes, so that an old one is not taken for the new."""


def found_demo() -> None:
    """The demo team is there afterwards, brought up to date once."""
    if (DEMO / "ready").exists():
        return
    DEMO.mkdir(parents=True, exist_ok=True)
    given = {**os.environ, "SHEETCRM_STATE": str(DEMO / "state")}
    for command in (("init", str(DEMO / "team"), "--demo"), ("sync", str(DEMO / "team"))):
        subprocess.run(
            [sys.executable, "cli.py", *command], check=True, env=given, stdout=sys.stderr
        )
    (DEMO / "ready").touch()
