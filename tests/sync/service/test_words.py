"""The very words that a system is given start the daemon and let it end in peace."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from sync.commands.service import service_of
from sync.oslock import LOCK_FILE, holder
from sync.team import Team
from sync.world.real_process import RealProcess

WITHIN = 90.0

pytestmark = pytest.mark.long


def test_the_daemon_runs_from_its_state_and_ends_when_told(team: Team) -> None:
    one = service_of(team)
    bare = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME"}}
    process = subprocess.Popen(one.words, cwd=one.state, env=bare, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + WITHIN
        while (held := holder(RealProcess(), team.state / LOCK_FILE)) is None:
            assert process.poll() is None, "it ended by itself"
            assert time.monotonic() < until
            pause()
        assert (held.pid, held.way) == (process.pid, "служба")
        process.send_signal(signal.SIGTERM)
        assert process.wait(WITHIN) == 0
    finally:
        process.kill()
        process.wait()
    assert holder(RealProcess(), team.state / LOCK_FILE) is None


def pause() -> None:
    """A moment; a process starts meanwhile."""
    signal.sigtimedwait((), 0.2)
