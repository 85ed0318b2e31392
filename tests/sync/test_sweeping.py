"""What a pass let go of goes back to the machine."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest

from sync.world.real_process import RealProcess

BLOCK, PIN, COUNT = 100_000, 1_000, 400
"""Blocks lie in the heap, not in pages of their own, and the small ones stay between them."""


def resident() -> int:
    """Bytes of this process that lie in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


GLIBC = sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_trim")


@pytest.mark.skipif(not GLIBC, reason="only the GNU C library keeps freed pages until it is asked")
def test_memory_in_the_middle_of_the_heap_goes_back_to_the_machine() -> None:
    pairs = [(b"x" * BLOCK, b"y" * PIN) for _ in range(COUNT)]
    pins = [pin for _, pin in pairs]
    full = resident()
    del pairs
    RealProcess().give_back()
    assert full - resident() > COUNT * BLOCK // 2, len(pins)
