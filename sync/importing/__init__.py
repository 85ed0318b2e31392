"""A foreign file into the store: every row a fact that counts once, in one batch to undo."""

from __future__ import annotations

from sync.importing.result import ImportResult
from sync.importing.run import import_file

__all__ = ["ImportResult", "import_file"]
