"""The second place of the copies: a folder or a mounted disk that gets sealed packs, only added.

Nothing there is ever changed or removed by this program, so its account needs no right to delete.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import PurePath

from backups import SqliteBackups
from backups.packs import Missing, Pack, Sent, dumped, loaded, pack_name
from backups.sealing import NONCE, CannotOpen, Key, key_of, salt_of
from model.errors import BackupDamaged, NoKey, PlaceAway, WrongPhrase
from sync.team import Team
from sync.world import Disk, World

ENDING = ".pack"
UNFINISHED = ".part"


def send(team: Team, world: World, key: Key | None) -> tuple[str, ...]:
    """Names of the packs that were written; raises NoKey or PlaceAway."""
    if key is None:
        raise NoKey
    folder = PurePath(team.settings.copies_place)
    place, names = str(folder), list[str]()
    listed(world.disk, folder)
    while not (pack := team.backups.unsent(place)).is_empty:
        name = pack_name(team.settings.family, pack.number)
        try:
            pack, token = _written(world, folder / name, pack, key)
        except OSError as failure:
            raise PlaceAway(path=folder, reason=failure.strerror or failure) from failure
        team.backups.sent(place, pack, Sent(pack.number, name, token, world.now()))
        names.append(name)
    return tuple(names)


def checked(team: Team, world: World, key: Key | None) -> tuple[int, Missing]:
    """How many packs there must be and which are gone or damaged; raises NoKey or PlaceAway."""
    if key is None:
        raise NoKey
    folder = PurePath(team.settings.copies_place)
    there, found, before = set(listed(world.disk, folder)), Missing(), ""
    sent = team.backups.sent_to(str(folder))
    for one in sent:
        if one.name not in there:
            found.gone.append(one.name)
        elif not _is_whole(world.disk, folder / one.name, one, before, key):
            found.damaged.append(one.name)
        before = one.sha256
    return len(sent), found


def fetched(world: World, folder: PurePath, phrase: bytes, into: SqliteBackups) -> int:
    """Number of copies built again of the packs of a folder, with the recovery phrase alone.

    Raises PlaceAway when there are none, WrongPhrase, or BackupDamaged for one that is missing.
    """
    first_pack(world, folder)
    names = sorted(name for name in listed(world.disk, folder) if name.endswith(ENDING))
    key, before, count = None, "", 0
    for number, name in enumerate(names, start=1):
        sealed = world.disk.read(folder / name)
        try:
            key = key or key_of(phrase, salt_of(sealed))
            pack = loaded(key.open(sealed, name=name))
        except CannotOpen as failure:
            if number == 1:
                raise WrongPhrase(detail=f"{name} не открывается") from failure
            raise BackupDamaged(path=folder, detail=name) from failure
        if (pack.number, pack.before) != (number, before):
            raise BackupDamaged(path=folder, detail=f"перед {name} не хватает части")
        count += into.take_in(pack)
        before = sha256(sealed).hexdigest()
    return count


def first_pack(world: World, folder: PurePath) -> tuple[str, bytes]:
    """Name and bytes of the first pack of a folder; raises PlaceAway when there is none."""
    names = sorted(name for name in listed(world.disk, folder) if name.endswith(ENDING))
    if not names:
        raise PlaceAway(path=folder, reason="копий там нет")
    return names[0], world.disk.read(folder / names[0])


def listed(disk: Disk, folder: PurePath) -> list[str]:
    """Names in the folder; raises PlaceAway."""
    try:
        return disk.names(folder)
    except OSError as failure:
        raise PlaceAway(path=folder, reason=failure.strerror or failure) from failure


def _written(world: World, path: PurePath, pack: Pack, key: Key) -> tuple[Pack, str]:
    """The pack that stands there now, and its fingerprint; one of an interrupted run counts."""
    disk = world.disk
    if disk.exists(path):
        sealed = disk.read(path)
        try:
            return loaded(key.open(sealed, name=path.name)), sha256(sealed).hexdigest()
        except CannotOpen as failure:
            raise BackupDamaged(path=path, detail="чужой или испорченный файл") from failure
    sealed = key.seal(dumped(pack), name=path.name, nonce=world.random_bytes(NONCE))
    fresh = path.with_name(path.name + UNFINISHED)
    if disk.exists(fresh):
        disk.unlink(fresh)
    disk.create(fresh, sealed)
    disk.rename(fresh, path)
    disk.sync_folder(path.parent)
    if disk.read(path) != sealed:
        raise BackupDamaged(path=path, detail="записалось не то")
    return pack, sha256(sealed).hexdigest()


def _is_whole(disk: Disk, path: PurePath, sent: Sent, before: str, key: Key) -> bool:
    try:
        sealed = disk.read(path)
        pack = loaded(key.open(sealed, name=path.name))
    except (OSError, CannotOpen):
        return False
    return (sha256(sealed).hexdigest(), pack.number, pack.before) == (
        sent.sha256,
        sent.number,
        before,
    )
