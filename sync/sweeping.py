"""When Python looks for garbage: never while a pass makes a million objects that all stay.

What a service remembers is set aside afterwards, so that later sweeps do not walk over it again.
The unpacked parts of two workbooks are let go of at once; their pages go back to the machine.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from sync.world import Process

FULL_EVERY = 200
"""So many rests, and everything is looked through once: circles that were set aside are found."""


@contextmanager
def no_sweeping() -> Iterator[None]:
    """A million new objects and no garbage: the collector would look through them many times."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def rest(passes: int, process: Process) -> None:
    """After the given number of passes: sweep what the last one left, set aside what stays."""
    if passes % FULL_EVERY == 0:
        gc.unfreeze()
    gc.collect()
    gc.freeze()
    process.give_back()
