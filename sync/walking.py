"""Every file under a folder of the team."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePath

from sync.world import Disk


def files_under(disk: Disk, folder: PurePath) -> Iterator[PurePath]:
    """Every file under a folder, hidden ones too; links to other folders are not followed."""
    for name in sorted(disk.names(folder)):
        path = folder / name
        try:
            disk.names(path)
        except NotADirectoryError:
            yield path
        except OSError:
            continue
        else:
            with suppress(OSError):
                if disk.resolve(path) == disk.resolve(folder) / name:
                    yield from files_under(disk, path)
