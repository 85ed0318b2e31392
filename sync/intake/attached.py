"""Files that letters bring: a statement, a list of leads, taken as if they lay in «Входящие».

A letter can be sent by anybody, and a false statement would be false money. So files are taken only
from senders whom the owner named for the mailbox, and not where the mail server says that the
sender's address is forged. They are laid into the folder under names of ours and read there: in a
process of their own, by content, with the same quarantine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import compat32
from hashlib import sha256
from pathlib import PurePath

from sync.importing.run import INBOX
from sync.intake.formats import Letter
from sync.intake.sources import Source
from sync.reports.pages import write_bytes
from sync.world import Disk

KINDS = frozenset({".txt", ".csv", ".tsv", ".xlsx", ".xls", ".json", ".log"})
"""Endings of files that may be statements and lists; pictures of signatures are none."""
FORGED = "файлы не взяты: почтовый сервер не подтвердил отправителя"
_FAILED = re.compile(r"\b(?:dmarc|dkim|spf)\s*=\s*(?:fail|softfail|permerror)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attached:
    """The files of a letter that are to be taken, or why they are not."""

    files: tuple[tuple[str, bytes], ...] = ()
    """Name in the folder, and bytes."""
    reason: str = ""


def attached(letter: Letter, raw: bytes, source: Source | None) -> Attached:
    """What a letter brings for the folder; nothing from senders who were not named."""
    if source is None or not _is_named(letter.sender, source.files_from):
        return Attached()
    files = [(_name(name, content), content) for name, content in letter.files if content]
    known = tuple((name, content) for name, content in files if name)
    if known and _is_forged(raw):
        return Attached(reason=FORGED)
    return Attached(known)


def lay_down(disk: Disk, team_folder: PurePath, files: Iterable[tuple[str, bytes]]) -> None:
    """The files in «Входящие»; the same file again goes to the same name."""
    for name, content in files:
        write_bytes(disk, team_folder / INBOX / name, content)


def _is_named(sender: str, named: Iterable[str]) -> bool:
    """Whether an address, or everybody at its «@domain», was named."""
    address = sender.casefold()
    return any(address == one or (one[:1] == "@" and address.endswith(one)) for one in named)


def _name(name: str, content: bytes) -> str:
    """A name of ours: what a letter calls its files is not to be trusted."""
    ending = PurePath(name.replace("\\", "/")).suffix.casefold()
    return f"Почта {sha256(content).hexdigest()[:12]}{ending}" if ending in KINDS else ""


def _is_forged(raw: bytes) -> bool:
    """Whether our own mail server, which writes the first of these lines, doubts the sender."""
    head = BytesHeaderParser(policy=compat32).parsebytes(raw)
    return _FAILED.search(str(head.get("authentication-results", ""))) is not None
