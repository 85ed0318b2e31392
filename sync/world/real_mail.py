"""Mailboxes over IMAP, opened for reading only; passwords from a variable or the keyring."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from model.errors import NoMail
from sync.intake.sources import Mailbox

PASSWORD = "SHEETCRM_IMAP_PASSWORD"  # noqa: S105  # the name of a variable
KEYRING = "sheetcrm"
PATIENCE = 30.0
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As IMAP wants them, whatever the language of the system."""
SIZES_AT_ONCE = 500
_SIZE = re.compile(rb"(?=.*?UID (\d+))(?=.*?RFC822\.SIZE (\d+))")
FAULTS = (ImapToolsError, imaplib.IMAP4.error, OSError)


@dataclass(frozen=True, slots=True)
class ImapPost:
    """Opens mailboxes with the passwords that it is given a way to find."""

    password: Callable[[str], str] = field(repr=False)
    """Password of a source; empty when there is none."""
    trust: ssl.SSLContext | None = None
    """None: the certificates that the system trusts."""

    @contextmanager
    def opened(self, source: str, box: Mailbox) -> Iterator[ImapSession]:
        """The mailbox, logged in; raises NoMail, also for what fails inside the block."""
        said = self.password(source)
        if not said:
            raise NoMail(source=source, reason="нет пароля", name=PASSWORD)
        inside: BaseMailBox | None = None
        try:
            inside = _connected(box, self.trust or ssl.create_default_context())
            inside.login_utf8(box.user, said, initial_folder=None)
            yield ImapSession(inside)
        except FAULTS as failure:
            raise NoMail(source=source, reason=_reason(failure), name=PASSWORD) from failure
        finally:
            if inside is not None:
                with suppress(*FAULTS):
                    inside.client.shutdown()


def _connected(box: Mailbox, trust: ssl.SSLContext) -> BaseMailBox:
    match box.safety:
        case "ssl":
            return MailBox(box.host, box.port, timeout=PATIENCE, ssl_context=trust)
        case "starttls":
            return MailBoxStartTls(box.host, box.port, timeout=PATIENCE, ssl_context=trust)
        case _:
            return MailBoxUnencrypted(box.host, box.port, timeout=PATIENCE)


@dataclass(frozen=True, slots=True)
class ImapSession:
    """A mailbox that is open."""

    box: BaseMailBox

    def choose(self, folder: str) -> str:
        """The folder's UIDVALIDITY; it is opened for reading only."""
        self.box.folder.set(folder, readonly=True)
        _, said = self.box.client.response("UIDVALIDITY")
        return said[0].decode() if said and isinstance(said[0], bytes) else "0"

    def letters(self, after: int, since: date | None) -> Sequence[tuple[int, int]]:
        """UID and size of each letter past a UID and not older than a day, in order."""
        asked = f"UID {after + 1}:*"
        if since is not None:
            asked += f" SINCE {since.day:02}-{MONTHS[since.month - 1]}-{since.year}"
        # «n:*» always names the last letter, even when it is before n
        uids = [uid for uid in self.box.uids(asked, charset=None) if int(uid) > after]
        found: list[tuple[int, int]] = []
        for start in range(0, len(uids), SIZES_AT_ONCE):
            names = ",".join(uids[start : start + SIZES_AT_ONCE])
            _, lines = self.box.client.uid("FETCH", names, "(RFC822.SIZE)")
            found += [size for line in lines if (size := _size(line)) is not None]
        return sorted(found)

    def fetch(self, uid: int, *, head_only: bool) -> bytes:
        """The bytes of a letter, which stays unread; empty when it is gone meanwhile."""
        part = "(BODY.PEEK[HEADER])" if head_only else "(BODY.PEEK[])"
        _, found = self.box.client.uid("FETCH", str(uid), part)
        return next((one[1] for one in found if isinstance(one, tuple)), b"")


def _size(line: object) -> tuple[int, int] | None:
    match = _SIZE.search(line) if isinstance(line, bytes) else None
    return None if match is None else (int(match[1]), int(match[2]))


def password_of(family: str, environment: Mapping[str, str]) -> Callable[[str], str]:
    """The way to a source's password: the variable, else the keyring of the system."""

    def found(source: str) -> str:
        return environment.get(PASSWORD) or _of_keyring(family, source)

    return found


def keep_password(family: str, source: str, password: str) -> bool:
    """Whether the system's keyring took the password."""
    import keyring  # noqa: PLC0415  # looks for its backends when imported
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        keyring.set_password(KEYRING, f"{family}:{source}", password)
    except (KeyringError, OSError):
        return False
    return True


def _of_keyring(family: str, source: str) -> str:
    import keyring  # noqa: PLC0415  # looks for its backends when imported
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        return keyring.get_password(KEYRING, f"{family}:{source}") or ""
    except (KeyringError, OSError):
        return ""


def _reason(failure: Exception) -> str:
    if isinstance(failure, ssl.SSLCertVerificationError):
        return "сертификату сервера не верю"
    if isinstance(failure, TimeoutError):
        return "сервер не отвечает"
    if isinstance(failure, OSError):
        return failure.strerror or str(failure) or type(failure).__name__
    if isinstance(failure, imaplib.IMAP4.abort):
        return "сервер оборвал связь"
    return "сервер не принял имя, пароль или папку"
