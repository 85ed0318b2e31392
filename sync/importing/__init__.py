"""A foreign file into the store: every row a fact that counts once, in one batch to undo."""

from __future__ import annotations

from sync.importing.result import ImportResult
from sync.importing.run import bring_reading, import_file

__all__ = ["ImportResult", "bring_reading", "import_file"]
