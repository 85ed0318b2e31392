"""Where the passwords of the books lie: in the keyring of the system.

`passwords.json` of the state folder says which books ask for one, which are remembered for their
older copies, and where each lies. Only on a machine without a keyring, and only when that was asked
for, the words themselves stand in it, readable by its account alone.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import keyring
from keyring.errors import KeyringError

from model.errors import CannotWrite, NoKeyring

SERVICE = "sheetcrm books"
FILE = "passwords.json"
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Entry:
    """One password that a book has or had; `words` only where there is no keyring."""

    number: int
    book: str
    wanted: bool
    words: str = ""


@dataclass(slots=True)
class KeptPasswords:
    """Passwords of the books of one team; the file is read again when it moved."""

    state: Path
    family: str
    _seen: tuple[int, int] | None = None
    _entries: tuple[Entry, ...] = ()
    _words: dict[int, str] = field(default_factory=dict)

    def wanted(self, book: str) -> str | None:
        """The password that a book is to be closed with; None when it is to lie open.

        Raises NoKeyring when it lies in a keyring that does not answer: the book is not written.
        """
        for entry in self._read():
            if entry.book == book and entry.wanted:
                words = self._of(entry)
                if not words:
                    raise NoKeyring
                return words
        return None

    def known(self) -> tuple[str, ...]:
        """Every password that any book had, the present ones first, the newer before the older."""
        entries = sorted(self._read(), key=lambda e: (not e.wanted, -e.number))
        return tuple(dict.fromkeys(filter(None, map(self._of, entries))))

    def books(self) -> frozenset[str]:
        """Books that ask for a password."""
        return frozenset(entry.book for entry in self._read() if entry.wanted)

    def keep(self, book: str, words: str | None, *, in_file: bool = False) -> None:
        """A new password of a book, or none from now on; the earlier ones stay for its copies.

        Raises NoKeyring, or CannotWrite.
        """
        old = self._read()
        entries = [Entry(e.number, e.book, e.wanted and e.book != book, e.words) for e in old]
        if words is not None:
            number = max((entry.number for entry in old), default=0) + 1
            entries.append(Entry(number, book, wanted=True, words=words if in_file else ""))
            if not in_file:
                self._lay(number, words)
        self._write(entries)

    def _lay(self, number: int, words: str) -> None:
        name = f"{self.family}/{number}"
        try:
            keyring.set_password(SERVICE, name, words)
            kept = keyring.get_password(SERVICE, name) == words
        except KeyringError as failure:
            raise NoKeyring from failure
        if not kept:
            raise NoKeyring

    def _of(self, entry: Entry) -> str:
        if entry.words:
            return entry.words
        if entry.number not in self._words:
            with suppress(KeyringError):
                found = keyring.get_password(SERVICE, f"{self.family}/{entry.number}")
                self._words[entry.number] = found or ""
        return self._words.get(entry.number, "")

    def _read(self) -> tuple[Entry, ...]:
        path = self.state / FILE
        try:
            found = path.stat()
        except OSError:
            self._seen, self._entries = None, ()
            return ()
        mark = (found.st_mtime_ns, found.st_size)
        if mark != self._seen:
            lines = json.loads(path.read_text(encoding="utf-8"))
            self._entries = tuple(Entry(**line) for line in lines)
            self._seen = mark
            self._words.clear()
        return self._entries

    def _write(self, entries: list[Entry]) -> None:
        path = self.state / FILE
        fresh = path.with_suffix(".part")
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
            with open(handle, "w", encoding="utf-8") as stream:  # noqa: PTH123  # a descriptor
                json.dump([asdict(entry) for entry in entries], stream, ensure_ascii=False)
                stream.flush()
                os.fsync(stream.fileno())
            fresh.chmod(OWNER_ONLY)
            fresh.replace(path)
        except OSError as failure:
            raise CannotWrite(name=path.name, reason=failure.strerror) from failure
        self._seen = None
