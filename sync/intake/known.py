"""The list of sources as it stands on the disk, read again only when the file moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath

from sync.intake.sources import FILE, Source, read_sources
from sync.world import Disk, FileMark


@dataclass(slots=True)
class Listed:
    """What a running service knows of the list."""

    disk: Disk
    state: PurePath
    _mark: FileMark | None = None
    _sources: tuple[Source, ...] = field(default=())

    def now(self) -> tuple[Source, ...]:
        """The sources; raises WrongSetting for a list that cannot be read."""
        try:
            mark = self.disk.stat(self.state / FILE)
        except FileNotFoundError:
            self._mark, self._sources = None, ()
            return ()
        if mark != self._mark:
            self._sources = read_sources(self.disk, self.state)
            self._mark = mark
        return self._sources
