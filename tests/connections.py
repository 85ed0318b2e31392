"""Which SQLite files are opened by whoever goes through the standard library."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest


def told_opens(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files that are opened from now on."""
    found: list[Path] = []
    connect = sqlite3.connect

    def told(path: Any, **given: Any) -> sqlite3.Connection:
        found.append(path)
        made: sqlite3.Connection = connect(path, **given)
        return made

    monkeypatch.setattr(sqlite3, "connect", told)
    return found
