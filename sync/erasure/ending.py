"""An erasure that was begun carried to its end, with its act."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from backups.sealing import Key
from sync.cycle import Memory
from sync.erasure.act import write_act
from sync.erasure.run import Erased, finish
from sync.team import Team
from sync.world import World


def carried_on(
    team: Team,
    world: World,
    key: Callable[[], Key | None],
    *,
    memory: Memory | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Erased, Path] | None:
    """What was erased and where its act stands; None when nothing was begun.

    `memory` and `say` are as `finish` wants them. Raises BooksNotWritten.
    """
    done = finish(team, world, key, memory=memory, say=say)
    return None if done is None else (done, write_act(team, world.disk, done))
