"""A job of Windows around a process: its memory is limited, and it ends with the job.

Other systems limit a process from inside (`sync.world.real_apart`); there no job is made.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from sync.world import Limits

_EXTENDED = 9
_PROCESS_MEMORY, _PROCESS_TIME, _KILL_ON_CLOSE = 0x100, 0x2, 0x2000
_TICKS = 10_000_000
"""Of 100 ns in a second."""


class _Basic(ctypes.Structure):
    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least", ctypes.c_size_t),
        ("most", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    )


class _Limits(ctypes.Structure):
    _fields_ = (
        ("basic", _Basic),
        ("io", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process", ctypes.c_size_t),
        ("peak_job", ctypes.c_size_t),
    )


@dataclass(frozen=True, slots=True)
class Job:
    """An open job; closing it ends what is left in it."""

    kernel: Any
    handle: int

    def close(self) -> None:
        """Lets go of the job."""
        self.kernel.CloseHandle(ctypes.c_void_p(self.handle))


def limits_of(limits: Limits) -> _Limits:
    """The limits as the system wants them."""
    told = _Limits()
    told.basic.flags = _PROCESS_MEMORY | _PROCESS_TIME | _KILL_ON_CLOSE
    told.basic.process_time = int(limits.seconds * _TICKS)
    told.process_memory = limits.memory
    return told


def job_of(child: subprocess.Popen[bytes], limits: Limits) -> Job | None:
    """The job that a process was put into; None on systems that limit from inside."""
    if sys.platform == "win32":
        return around(child, limits, ctypes.WinDLL("kernel32"))
    return None


def around(child: subprocess.Popen[bytes], limits: Limits, kernel: Any) -> Job:
    """A process in a new job of this kernel."""
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    handle = kernel.CreateJobObjectW(None, None)
    told = limits_of(limits)
    kernel.SetInformationJobObject(
        ctypes.c_void_p(handle), _EXTENDED, ctypes.byref(told), ctypes.sizeof(told)
    )
    kernel.AssignProcessToJobObject(
        ctypes.c_void_p(handle), ctypes.c_void_p(int(getattr(child, "_handle", 0)))
    )
    return Job(kernel, handle)
