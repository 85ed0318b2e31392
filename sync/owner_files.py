"""Who has a workbook open, told by the small files that Excel and LibreOffice lay beside it.

They stay behind when a machine goes down, so one that is older than half a day is not believed.
They are never deleted: they are not ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

from sync.world import Disk

FRESH = timedelta(hours=12)
_WIDE_PART = 55
"""After the narrow name stand its length as a word and the name in UTF-16, 54 letters at most."""
_LONGEST = 54


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who seems to have the workbook open. `fresh`: the sign is younger than 12 hours."""

    user: str
    program: str
    since: datetime
    fresh: bool


def holders(disk: Disk, path: PurePath, *, now: datetime) -> tuple[Holder, ...]:
    """Everyone whose owner file lies beside the workbook; `now` carries its time zone."""
    signs = [
        (path.with_name(f"~${path.name}"), "Excel", _excel_user),
        (path.with_name(f".~lock.{path.name}#"), "LibreOffice", _libreoffice_user),
    ]
    found = []
    for sign, program, read_user in signs:
        try:
            since = datetime.fromtimestamp(disk.stat(sign).mtime_ns / 1e9, tz=now.tzinfo)
            user = read_user(_content(disk, sign))
        except FileNotFoundError:
            continue
        found.append(Holder(user, program, since, fresh=now - since < FRESH))
    return tuple(found)


def _content(disk: Disk, sign: PurePath) -> bytes:
    try:
        return disk.read(sign)
    except PermissionError:  # Excel holds it: that is an answer too
        return b""


def _excel_user(content: bytes) -> str:
    wide = content[_WIDE_PART:]
    length = int.from_bytes(wide[:2], "little")
    if 0 < length <= _LONGEST:
        wide = wide[2 : 2 + 2 * length]
    name = wide.decode("utf-16-le", errors="ignore").split("\x00")[0].strip()
    if name:
        return name
    narrow = content[1 : 1 + content[0]] if content else b""
    return narrow.decode("cp1251", errors="replace").split("\x00")[0].strip()


def _libreoffice_user(content: bytes) -> str:
    fields = _fields(content.decode("utf-8", errors="replace"))
    return next((text for text in fields[:3] if text), "")


def _fields(text: str) -> list[str]:
    """The comma fields of a lock file: a backslash guards a comma, a semicolon ends."""
    fields = [""]
    letters = iter(text)
    for letter in letters:
        if letter == "\\":
            fields[-1] += next(letters, "")
        elif letter == ",":
            fields.append("")
        elif letter == ";":
            break
        else:
            fields[-1] += letter
    return [field.strip() for field in fields]
