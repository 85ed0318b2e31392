"""Other programs of this machine, as far as the system tells of them."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import PurePath

from sync.world import Waker


@dataclass(frozen=True, slots=True)
class RealOffice:
    """Whoever else works in the team's folder."""

    def has_writer(self, path: PurePath, /) -> bool:
        """Whether some program has the file open for writing."""
        if not sys.platform.startswith("linux"):
            return False  # Windows refuses to remove an open file by itself
        import fcntl  # noqa: PLC0415  # not there on Windows

        handle = os.open(path, os.O_RDONLY)
        try:
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except BlockingIOError:
            return True
        except OSError:  # no leases on this file system, or not our file
            return False
        finally:
            os.close(handle)
        return False

    def news(self, folder: PurePath, /) -> AbstractContextManager[Waker]:
        """A waker that hears of saves in a folder."""
        from sync.world.real_waking import folder_waker  # noqa: PLC0415  # only where one watches

        return folder_waker(folder)
