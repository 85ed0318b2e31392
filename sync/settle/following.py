"""What follows from calls and letters that came since the last pass, whatever brought them.

The pass remembers the line of history up to which it has looked. Of an older history nothing
follows: a team that gets this for the first time begins with what comes from then on.
"""

from __future__ import annotations

from sync.settle.calls import LOG as CALLS
from sync.settle.deals import Settler
from sync.settle.letters import LOG as LETTERS
from sync.settle.letters import settle_letters
from sync.settle.touches import settle_touches

SEEN = "followed"
"""Meta key: number of the last line of history that was looked at."""


def follow_facts(settler: Settler) -> bool:
    """Whether calls or letters have come, whose consequences were carried out."""
    writer = settler.writer
    seen, last = writer.meta(SEEN), writer.last_change()
    if seen == str(last):
        return False
    writer.set_meta(SEEN, str(last))
    if seen is None:
        return False
    moved = writer.moved_since((CALLS, LETTERS), int(seen))
    settle_touches(settler, moved[CALLS])
    settle_letters(settler, moved[LETTERS])
    return any(moved.values())
