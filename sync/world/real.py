"""The world of production: every face bound to this machine."""

from __future__ import annotations

from datetime import tzinfo

from sync.world import World
from sync.world.real_clock import RealChance, RealClock
from sync.world.real_disk import RealDisk
from sync.world.real_network import RealNetwork
from sync.world.real_office import RealOffice
from sync.world.real_process import RealProcess


def real_world(zone: tzinfo, settle_seconds: float) -> World:
    """This machine, with the time of a zone."""
    return World(
        disk=RealDisk(),
        clock=RealClock(zone, settle_seconds),
        chance=RealChance(),
        network=RealNetwork(),
        process=RealProcess(),
        office=RealOffice(),
    )
