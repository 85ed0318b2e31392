"""Seconds of the processor that a piece of work takes."""

from __future__ import annotations

import cProfile
import pstats
import sys
import time
from collections.abc import Callable


def timed(run: Callable[[], object], shown: int = 0) -> float:
    """Seconds of the work; with `shown`, so many lines of its profile go to the errors."""
    profile = cProfile.Profile(time.process_time)
    if shown:
        profile.enable()
    start = time.process_time()
    run()
    seconds = time.process_time() - start
    if shown:
        profile.disable()
        pstats.Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats(shown)
    return seconds
