"""Where the key of the sealed copies lies: the keyring of the system, else a file of the owner's.

The state folder of a team on a server without a keyring has `copies.key`, readable by its account
alone. Whoever holds the recovery phrase makes the key anew.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

import keyring
from keyring.errors import KeyringError

from backups.sealing import SALT, Key
from model.errors import CannotWrite

SERVICE = "sheetcrm copies"
FILE = "copies.key"
OWNER_ONLY = 0o600


def kept_key(state: Path, family: str) -> Key | None:
    """The key; None when there is none."""
    try:
        words = keyring.get_password(SERVICE, family)
    except KeyringError:
        words = None
    if words is None and (state / FILE).is_file():
        words = (state / FILE).read_text(encoding="ascii")
    if not words:
        return None
    raw = base64.b64decode(words)
    return Key(raw[SALT:], raw[:SALT])


def keep_key(state: Path, family: str, key: Key) -> Path | None:
    """Keeps the key; the file that it went to, None for the keyring. Raises CannotWrite."""
    words = base64.b64encode(key.salt + key.secret).decode("ascii")
    try:
        keyring.set_password(SERVICE, family, words)
        if keyring.get_password(SERVICE, family) == words:
            (state / FILE).unlink(missing_ok=True)
            return None
    except KeyringError:
        pass  # a server without one: the file below
    path = state / FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        with open(handle, "w", encoding="ascii") as stream:  # noqa: PTH123  # a descriptor
            stream.write(words)
        path.chmod(OWNER_ONLY)
    except OSError as failure:
        raise CannotWrite(name=path.name, reason=failure.strerror) from failure
    return path
