"""The door under load, in short: `python -m tests.live.intake_load` is the long way."""

from pathlib import Path

from sync.commands.intake import NewSource, add_source
from sync.commands.serving import door
from sync.intake.arrival import take_in
from sync.intake.http.server import Address
from sync.intake.sources import SourceKind
from sync.team import Team
from sync.world.real import real_world
from tests.live.intake_load import outcome, send
from tests.live.sender import WRONG, Task
from tests.sync.small_team import ZONE

RATE, SECONDS = 100, 2.0


def test_every_accepted_request_is_one_lead(team: Team, tmp_path: Path) -> None:
    """Honest senders, senders who repeat and strangers, from a process of their own."""
    world = real_world(ZONE, 0)
    paths, key = [], ""
    for name, kind, signed in (
        ("сайт", SourceKind.TILDA, False),
        ("программа", SourceKind.FORM, True),
    ):
        wish = NewSource(name, kind, signed=signed, per_minute=100_000)
        told = add_source(team, world, wish, lambda _: "", dry_run=False).facts
        paths.append(f"/in/{str(told['address']).rpartition('/in/')[2]}")
        key = str(told.get("key", ""))
    with door(team, world, Address("127.0.0.1", 0)) as port:
        task = Task(port, paths[0], paths[1], key, RATE, SECONDS, seed=3, slow=0)
        sent = send(tmp_path, task)
    take_in(team, world)
    found = outcome(team.state, sent)
    assert [name for name, holds in found.checks.items() if not holds] == []
    kinds = {one.what for one in sent}
    assert len(kinds & set(WRONG)) >= 4
    assert {"form", "signed", "again"} <= kinds
    assert found.leads == len({one.number for one in sent if one.code == 200})
