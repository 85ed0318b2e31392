"""What the team decides about a reading, from its store, its settings and its own profiles.

Profiles of the team lie as `*.toml` in the folder `profiles` beside the settings; one of the shape
`zone` only says in which zone the times of a built-in format are.
"""

from __future__ import annotations

from datetime import datetime

from model.errors import UnreadableInput
from sync.imports import ImportKind
from sync.intake.formats import Wish
from sync.intake.formats.profiles import profile_of
from sync.scene import text
from sync.team import Team
from sync.world import Disk

PROFILES = "profiles"


def wish_of(
    team: Team,
    disk: Disk,
    kind: ImportKind | None = None,
    *,
    micros: bool = False,
    came: datetime | None = None,
) -> Wish:
    """The wish of a team; raises WrongSetting for a profile that cannot be understood."""
    with team.store.read() as reader:
        stages = tuple(text(row, "name") for row in reader.rows("stages").values())
    own = own_profiles(team, disk)
    parsed = [profile_of(words, name) for name, words in own.items()]
    return Wish(
        kind=kind,
        zone=team.settings.zone,
        stages=stages,
        profiles=tuple(own.values()),
        zones={profile.name: profile.zone for profile in parsed if profile.zone},
        micros=micros,
        came=came,
    )


def own_profiles(team: Team, disk: Disk) -> dict[str, str]:
    """The team's own profiles by file name."""
    folder = team.state / PROFILES
    if not disk.exists(folder):
        return {}
    names = sorted(name for name in disk.names(folder) if name.endswith(".toml"))
    return {name: _text(disk.read(folder / name), name) for name in names}


def _text(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableInput(name=name, reason="профиль сохраняют в UTF-8") from error
