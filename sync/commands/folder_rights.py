"""Who of the machine's users can open whose folder; asked of the file system, not of people.

A login on «Сотрудники» that is a user of this machine is looked up with all groups. Whoever else
opens the folder over the network has rights that stand on the server of that folder; those cannot
be read from here, and it is said so.
"""

from __future__ import annotations

import os
import stat
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from model.blueprint import Role
from model.records import BookState
from sync.desk import NEXT
from sync.finding import Finding
from sync.place import is_file
from sync.rights import is_active
from sync.scene import fold, text
from sync.team import Team

CHECK = "rights"
ACL = "system.posix_acl_access"
ACL_HEAD, ACL_ENTRY = "<I", "<HHI"
USER, GROUP, MASK = 0x02, 0x08, 0x10
OWNER_OBJ, GROUP_OBJ, OTHER = 0x01, 0x04, 0x20
READ, ENTER = 4, 1


@dataclass(frozen=True, slots=True)
class User:
    """A user of this machine."""

    name: str
    uid: int
    groups: frozenset[int]


@dataclass(frozen=True, slots=True)
class Reached:
    """A folder that a person can open though it is somebody else's."""

    person: str
    folder: str


def examine_folders(team: Team) -> Iterator[Finding]:
    """What `doctor` says of the rights on the folders of people."""
    with team.store.read() as reader:
        states = [s for s in reader.books() if is_file(s) and not s.book.endswith(NEXT)]
        logins = {
            fold(text(record, "fio")): text(record, "login")
            for record in reader.rows("staff").values()
            if is_active(record.values)
        }
    others = [state for state in states if state.role != Role.OWNER.value]
    if not others:
        return
    known = {s.person: user for s in others if (user := user_of(logins.get(fold(s.person), "")))}
    found = [
        reached
        for s in others
        if s.person in known
        for reached in foreign_folders(team, states, s, known[s.person])
    ]
    for one in found:
        yield Finding(
            CHECK,
            fine=False,
            words=f"{one.person} может открыть чужую папку «{one.folder}»",
            todo="Оставьте права на папку только тому, чья она, и программе.",
        )
    if not found:
        checked = f"Чужих папок не открывает никто из {len(known)} проверенных" if known else ""
        unknown = sorted({s.person for s in others} - known.keys())
        missing = f"не проверить: {', '.join(unknown)}" if unknown else ""
        words = "; ".join(filter(None, (checked, missing)))
        todo = (
            "Права даёт тот компьютер, где лежит папка. Если люди входят на этот, впишите их имена "
            "в «Логин или почта» на «Настройках»."
        )
        yield Finding(CHECK, fine=True, words=words, todo=todo if unknown else "")


def foreign_folders(
    team: Team, states: list[BookState], own: BookState, user: User
) -> Iterator[Reached]:
    """Folders of other people's books that a user can open."""
    root = team.settings.folder
    mine = {team.path(state).parent for state in states if fold(state.person) == fold(own.person)}
    for folder in dict.fromkeys(team.path(state).parent for state in states):
        if folder not in mine and can_open(user, folder, root):
            yield Reached(own.person, str(folder.relative_to(root)))


def user_of(login: str) -> User | None:
    """The machine's user of a login; None for a mail address or where there are none."""
    if not login or sys.platform == "win32":
        return None
    import pwd  # noqa: PLC0415  # not there on Windows

    try:
        found = pwd.getpwnam(login)
    except KeyError:
        return None
    return User(login, found.pw_uid, frozenset(os.getgrouplist(login, found.pw_gid)))


def can_open(user: User, folder: Path, root: Path) -> bool:
    """Whether a user may list a folder, with every folder above it up to the team's."""
    if user.uid == 0:
        return True
    try:
        if not _allowed(user, folder, READ | ENTER):
            return False
        above = [p for p in folder.parents if p == root or root in p.parents]
        return all(_allowed(user, parent, ENTER) for parent in above)
    except OSError:
        return False


def _allowed(user: User, folder: Path, wanted: int) -> bool:
    """By the mode, or by the list of rights where the folder has one."""
    state = folder.stat()
    mode = stat.S_IMODE(state.st_mode)
    listed = _entries(folder)
    if user.uid == state.st_uid:
        return (mode >> 6) & wanted == wanted
    mask = next((perm for tag, perm, _ in listed if tag == MASK), 7)
    for tag, perm, who in listed:
        if tag == USER and who == user.uid:
            return perm & mask & wanted == wanted
    mine = [perm for tag, perm, who in listed if tag == GROUP and who in user.groups]
    if state.st_gid in user.groups:
        own = [perm for tag, perm, _ in listed if tag == GROUP_OBJ]
        mine += own or [(mode >> 3) & 7]
    if mine:
        return any(perm & mask & wanted == wanted for perm in mine)
    return mode & wanted == wanted


def _entries(folder: Path) -> list[tuple[int, int, int]]:
    """Tag, rights and whose, of each entry of a folder's list; none where there is no list."""
    if not hasattr(os, "getxattr"):
        return []
    try:
        raw = os.getxattr(folder, ACL)
    except OSError:
        return []
    body = raw[struct.calcsize(ACL_HEAD) :]
    return list(struct.iter_unpack(ACL_ENTRY, body))
