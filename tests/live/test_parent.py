"""A daemon that a parent forked is the program, and dies as a process dies."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.live.keeper import ask, keeping
from tests.live.office import Office
from tests.live.parent import parenting


def test_a_child_says_what_the_command_says(tmp_path: Path) -> None:
    with parenting() as parent:
        said = tmp_path / "said.txt"
        code = parent.start(["sync", str(tmp_path / "nowhere")], said).wait(60)
    plain = ask("sync", str(tmp_path / "nowhere"), root=tmp_path / "state", cwd=tmp_path)
    assert code == plain.returncode != 0
    assert said.read_text(encoding="utf-8") == plain.stdout + plain.stderr


def test_a_child_is_killed_started_again_and_asked_to_leave(office: Office, tmp_path: Path) -> None:
    said = tmp_path / "said.txt"
    with parenting() as parent, keeping(office.folder, office.root, said, parent=parent) as keeper:
        first = keeper.pid
        with pytest.raises(subprocess.TimeoutExpired):
            parent.start(["sync", "--watch"], said).wait(0.001)
        keeper.kill()
        assert keeper.code == -signal.SIGKILL
        keeper.start()
        assert keeper.pid != first
        assert keeper.end() == 0
    assert "остановлено" in keeper.words
