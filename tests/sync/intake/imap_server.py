"""A real Dovecot on loopback, with a mailbox of its own that nobody else knows."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from sync.intake.sources import Mailbox, Source, SourceKind
from tests.office import tool

USER, PASSWORD = "sales@ромашка.test", "пароль 1"
NOBODY = 65534
CONFIG = """
base_dir = {run}
state_dir = {run}
log_path = {place}/log
listen = 127.0.0.1
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_chars =
auth_username_format = %u
default_internal_user = {account}
default_internal_group = {group}
default_login_user = {account}
mail_location = maildir:{place}/mail:UTF-8
first_valid_uid = {uid}
last_valid_uid = {uid}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {place}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={place}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


@dataclass(frozen=True)
class MailServer:
    """What a test may do to the server behind our back."""

    place: Path
    port: int
    uid: int

    def source(self, *folders: str) -> Source:
        box = Mailbox(
            host="127.0.0.1",
            port=self.port,
            safety="none",
            user=USER,
            folders=folders or ("INBOX",),
        )
        return Source(name="почта", kind=SourceKind.MAIL, mailbox=box)

    def deliver(
        self, raw: bytes | EmailMessage, folder: str = "", *, at: datetime | None = None
    ) -> None:
        """A letter laid into the Maildir, as a delivery agent does."""
        place = self._folder(folder)
        if not place.is_dir() or not (place / "new").is_dir():
            made = [place, *(place / name for name in ("tmp", "new", "cur"))]
            for inner in made:
                inner.mkdir(exist_ok=True)
            self.own(*made)
        count = len(self.files(folder))
        path = place / "new" / f"{1_700_000_000 + count}.M{count}.letter"
        path.write_bytes(raw if isinstance(raw, bytes) else raw.as_bytes())
        if at is not None:
            os.utime(path, (at.timestamp(), at.timestamp()))
        self.own(path)

    def files(self, folder: str = "") -> list[str]:
        """Names of the letters' files; one that was seen ends with «S»."""
        found = [p for name in ("new", "cur") for p in (self._folder(folder) / name).glob("*")]
        return sorted(path.name for path in found)

    def number_anew(self, folder: str = "") -> None:
        """Another UIDVALIDITY, as after a move to another server."""
        for path in self._folder(folder).glob("dovecot*"):
            path.unlink()

    def _folder(self, name: str) -> Path:
        return self.place / "mail" / (f".{name}" if name else "")

    def own(self, *paths: Path) -> None:
        """The server reads under an account of its own."""
        if os.getuid() == 0:
            for path in paths:
                os.chown(path, self.uid, self.uid)


@contextmanager
def mail_server(port: int = 0) -> Iterator[MailServer]:
    """The server as long as the block runs."""
    place = Path(tempfile.mkdtemp(prefix="mail"))
    server = MailServer(place, port or _free_port(), NOBODY if os.getuid() == 0 else os.getuid())
    place.chmod(0o755)
    (place / "mail").mkdir()
    (place / "run").mkdir()
    (place / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
    server.own(place, place / "mail")
    (place / "conf").write_text(_config(server), encoding="utf-8")
    program = tool("dovecot")
    assert program is not None
    running = subprocess.Popen([program, "-F", "-c", str(place / "conf")])
    try:
        _wait(server, running)
        yield server
    finally:
        running.terminate()
        running.wait(20)
        shutil.rmtree(place, ignore_errors=True)


def _config(server: MailServer) -> str:
    import grp
    import pwd

    own = pwd.getpwuid(server.uid)
    return CONFIG.format(
        place=server.place,
        run=server.place / "run",
        port=server.port,
        uid=server.uid,
        gid=own.pw_gid,
        account=own.pw_name,
        group=grp.getgrgid(own.pw_gid).gr_name,
    )


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(server: MailServer, running: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", server.port), 0.2).close()
        except OSError:
            assert running.poll() is None, (server.place / "log").read_text()
            time.sleep(0.05)  # noqa: TID251  # a server of its own process gets ready
        else:
            return
    raise AssertionError((server.place / "log").read_text())
