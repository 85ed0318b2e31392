"""The kept copies without an erased client: the file of copies made anew, the second place renewed.

The second place only ever gets packs added, and each names the one before; so it cannot be mended.
Its packs are removed where the folder lets us, and everything is sent anew.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePath

from backups import Copy, SqliteBackups
from backups.erasing import put_in_place, renewed
from backups.sealing import Key
from model.errors import CrmError
from sync.copies.keeping import FOREVER
from sync.copies.place import ENDING, listed, send
from sync.erasure.begun import Begun
from sync.erasure.files import Cleaner
from sync.settings import FILE_NAME, write_settings
from sync.team import Team
from sync.world import Disk, World

FRESH = ".fresh"


def clean_copies(
    team: Team, disk: Disk, begun: Begun, cleaner: Cleaner, *, remember: Callable[[], None]
) -> None:
    """Every kept version without the client, in a new file that takes the old one's place.

    What became of the fingerprints is remembered before: bases are known by them.
    """
    live = team.backups.path
    path = live.with_name(live.name + FRESH)
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        if disk.exists(half := path.with_name(name)):
            disk.unlink(half)
    first = _first_to_move(team, cleaner)
    if first is None:
        return
    fresh = SqliteBackups.open(path, plain=cleaner.keyhole.plain)

    def change(copy: Copy, raw: bytes) -> bytes | None:
        known = first[1] if copy.sha256 == first[0] else None
        return (cleaner.cleaned(raw) if known is None else known) or None

    done = renewed(team.backups, fresh, change, whole=FOREVER)
    begun.moved |= done.moved
    begun.count("copies", len(done.moved))
    for number in done.left_out:
        begun.leave(f"копия {number}: не читается, убрана")
    remember()
    put_in_place(path, live)


def clean_place(team: Team, world: World, begun: Begun, key: Callable[[], Key | None]) -> None:
    """The sealed packs of the second place removed and sent anew; told where that cannot be."""
    place = team.settings.copies_place
    if not place:
        return
    folder = PurePath(place)
    try:
        names = [n for n in listed(world.disk, folder) if n.endswith(ENDING)]
        mine = [n for n in names if team.settings.family in n]
        for name in mine:
            world.disk.unlink(folder / name)
        world.disk.sync_folder(folder)
        begun.count("packs", len(mine))
        team.backups.forget_place(place)
        send(team, world, key())
    except (CrmError, OSError):
        begun.leave(
            f"вторые копии в {place}: удалите там файлы «{ENDING}» сами, они запечатаны ключом "
            "команды, и назовите пустую папку: sheetcrm backup place ПАПКА"
        )
        settings = team.settings.model_copy(update={"copies_place": ""})
        write_settings(team.state / FILE_NAME, settings)


def _first_to_move(team: Team, cleaner: Cleaner) -> tuple[str, bytes] | None:
    """Fingerprint of the first content that shows the client, and the content without it."""
    for copy in team.backups.list():
        with suppress(CrmError):
            clean = cleaner.cleaned(raw := team.backups.read(copy.id))
            if clean != raw:
                return copy.sha256, clean
    return None
