"""Two files swapped in one call of the operating system, as far as this one can.

Each rung answers False where the system or the file system does not know it, so the next may try;
any other failure is an OSError and leaves both files under their names.
"""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path, PurePath
from typing import Protocol

_HERE = -100
"""AT_FDCWD of Linux: paths count from the working folder."""
_LINUX_NO_REPLACE = 1
_LINUX_EXCHANGE = 2
_MAC_SWAP = 2
_UNKNOWN = frozenset(
    {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.EXDEV}
)
_SHARING = frozenset({32, 33, 1224})
"""Another program holds the file, a part of it, or has it mapped into its memory."""
MOVED_ASIDE = 1177
"""ERROR_UNABLE_TO_MOVE_REPLACEMENT_2: the replaced file stands under the backup's name."""


class WindowsFiles(Protocol):
    """The two calls of kernel32 that we need; a test gives its own."""

    def replace(self, live: str, temp: str, backup: str) -> bool:
        """Put `temp` in the place of `live`, whose file goes to `backup`; False on failure."""

    def last_error(self) -> int:
        """Number of the last failure."""


def linux_exchange(first: PurePath, second: PurePath) -> bool:
    """Whether Linux swapped the two files in one call."""
    return _renameat2(first, second, _LINUX_EXCHANGE)


def linux_place(source: PurePath, target: PurePath) -> bool:
    """Whether Linux renamed without replacing; FileExistsError when the target is there."""
    return _renameat2(source, target, _LINUX_NO_REPLACE)


def mac_swap(first: PurePath, second: PurePath) -> bool:
    """Whether macOS swapped the two files in one call."""
    call = getattr(_libc(), "renamex_np", None)
    if call is None:
        return False
    return _done(call(os.fsencode(first), os.fsencode(second), _MAC_SWAP), second)


def windows_replace(live: Path, temp: Path, files: WindowsFiles | None) -> bool:
    """Whether Windows put `temp` in the place of `live` and the old file under temp's name.

    Of the three documented failures two leave both names intact; after the third the old file is
    brought back, unless somebody saved there meanwhile.
    """
    if files is None:
        return False
    backup = temp.with_name(f"{temp.stem}-old{temp.suffix}")
    if files.replace(str(live), str(temp), str(backup)):
        backup.replace(temp)
        return True
    code = files.last_error()
    if code == MOVED_ASIDE and backup.exists() and not live.exists():
        backup.rename(live)
    number = errno.EBUSY if code in _SHARING else errno.EACCES
    raise OSError(number, f"ReplaceFileW {code}", str(live))


def windows_files() -> WindowsFiles | None:
    """The calls of this Windows; None elsewhere."""
    loader = getattr(ctypes, "WinDLL", None)
    return _Kernel32(loader("kernel32", use_last_error=True)) if loader else None


class _Kernel32:
    def __init__(self, library: ctypes.CDLL) -> None:
        self._replace = library.ReplaceFileW
        self._replace.argtypes = [ctypes.c_wchar_p] * 3 + [ctypes.c_uint32] + [ctypes.c_void_p] * 2
        self._replace.restype = ctypes.c_int

    def replace(self, live: str, temp: str, backup: str) -> bool:
        return bool(self._replace(live, temp, backup, 0, None, None))

    def last_error(self) -> int:
        reader = getattr(ctypes, "get_last_error", None)
        return int(reader()) if reader else 0


def _libc() -> ctypes.CDLL | None:
    return None if os.name == "nt" else ctypes.CDLL(None, use_errno=True)


def _renameat2(source: PurePath, target: PurePath, flags: int) -> bool:
    call = getattr(_libc(), "renameat2", None)
    if call is None:
        return False
    answer = call(_HERE, os.fsencode(source), _HERE, os.fsencode(target), flags)
    return _done(answer, target)


def _done(answer: int, path: PurePath) -> bool:
    if answer == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNKNOWN:
        return False
    raise OSError(code, os.strerror(code), str(path))
