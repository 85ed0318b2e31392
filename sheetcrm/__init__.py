"""Launcher. The application itself is the folder that holds cli.py."""

from __future__ import annotations

import sys
from pathlib import Path

__version__ = "0.1.0"


def app_root() -> Path:
    """Installed: the bundled copy beside this file. In a checkout: the repository root."""
    here = Path(__file__).resolve().parent
    bundled = here / "_app"
    return bundled if bundled.is_dir() else here.parent


def main() -> int:
    """Put the application's folder first on the import path and run it."""
    root = str(app_root())
    if sys.path[:1] != [root]:
        sys.path.insert(0, root)
    from cli import main as run

    return run()
