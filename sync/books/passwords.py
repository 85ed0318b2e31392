"""Workbooks that ask for a password when they are opened: taken out of their cover and put back.

Excel and LibreOffice put such a workbook, encrypted, into an OLE file. Its integrity is always
proven before a byte of it is believed: without that a flipped bit would pass unseen.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from model.errors import CrmError, EncryptedWorkbook, HalfCopied, HostileWorkbook, WrongPassword
from sync.ooxml import BookFile

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_STREAM = "EncryptedPackage".encode("utf-16-le")
MOST_TURNS = 10_000_000
"""Excel itself takes no more turns of the hash; an honest file has 100,000."""
MOST_REMEMBERED = 64


class Passwords(Protocol):
    """Passwords of the books of a team."""

    def wanted(self, book: str) -> str | None:
        """The password that a book is to be closed with; None when it is to lie open."""
        ...

    def known(self) -> tuple[str, ...]:
        """Every password that any book of the team had, the present ones first."""
        ...


@dataclass(frozen=True, slots=True)
class NoPasswords:
    """A team whose books open without asking."""

    def wanted(self, book: str) -> str | None:  # noqa: ARG002  # as the port
        """None."""
        return None

    def known(self) -> tuple[str, ...]:
        """None at all."""
        return ()


@dataclass(frozen=True, slots=True)
class Keyhole:
    """Opens and closes covers; a cover that did not open is not tried with the same keys again."""

    passwords: Passwords = field(default_factory=NoPasswords)
    _refused: dict[tuple[str, tuple[str, ...]], CrmError] = field(default_factory=dict)
    _opened: dict[str, str] = field(default_factory=dict)
    """Which password opened which content, by fingerprint."""

    def opened(self, raw: bytes, *, name: str) -> bytes:
        """The workbook under the cover.

        Raises EncryptedWorkbook when no password is known, WrongPassword when none fits, HalfCopied
        for a damaged file, HostileWorkbook for one that would take hours.
        """
        known = self.passwords.known()
        if not known:
            raise EncryptedWorkbook(name=name)
        token = sha256(raw).hexdigest()
        if (token, known) in self._refused:
            raise self._refused[token, known]
        for remembered in (self._refused, self._opened):
            if len(remembered) >= MOST_REMEMBERED:
                remembered.clear()
        try:
            plain, self._opened[token] = _opened(raw, known, name)
        except CrmError as error:
            self._refused[token, known] = error
            raise
        return plain

    def fits(self, book: BookFile, owner: str) -> bool:
        """Whether an opened book has the cover that is wanted: of this password, or none.

        Raises NoKeyring.
        """
        wanted = self.passwords.wanted(owner)
        if not is_covered(book.raw):
            return wanted is None
        return wanted is not None and self._opened.get(book.sha256, wanted) == wanted

    def open_book(self, raw: bytes, *, name: str, known: BookFile | None = None) -> BookFile:
        """The workbook under the cover, known by the bytes that lie on the disk."""
        plain = BookFile.open(self.opened(raw, name=name), name=name, known=known)
        book = BookFile(raw, name, plain.package, plain.workbook)
        if "strings" in vars(plain):
            vars(book)["strings"] = vars(plain)["strings"]
        return book

    def password_of(self, raw: bytes) -> str:
        """The password that opened these bytes last; raises KeyError when none did."""
        return self._opened[sha256(raw).hexdigest()]

    def plain(self, raw: bytes) -> bytes | None:
        """The workbook in the bytes, uncovered when they are covered; None when no key fits."""
        if not is_covered(raw):
            return raw
        try:
            return self.opened(raw, name="")
        except CrmError:
            return None


def is_covered(raw: bytes) -> bool:
    """Whether the bytes are a workbook that asks for a password."""
    return raw.startswith(OLE) and _STREAM in raw


def uncovered(raw: bytes, passwords: tuple[str, ...], *, name: str) -> bytes:
    """The workbook that one of the passwords opens; raises as `Keyhole.opened` does."""
    return _opened(raw, passwords, name)[0]


def _opened(raw: bytes, passwords: tuple[str, ...], name: str) -> tuple[bytes, str]:
    """The workbook and the password that opened it."""
    from msoffcrypto.exceptions import InvalidKeyError  # noqa: PLC0415  # seldom needed
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415

    try:
        cover = OOXMLFile(io.BytesIO(raw))
        _refuse_endless(cover, name)
        for password in passwords:
            try:
                cover.load_key(password=password, verify_password=True)
            except InvalidKeyError:
                continue
            return _proven(cover, name), password
    except CrmError:
        raise
    except Exception as error:  # a library over bytes of strangers: anything may come of a bit
        raise HalfCopied(name=name, detail="обложка с паролем испорчена") from error
    raise WrongPassword(name=name)


def covered(plain: bytes, password: str, *, name: str) -> bytes:
    """The workbook under a cover that opens with the password, opened once to prove it."""
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415  # seldom needed

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(plain)).encrypt(password, out)
    raw = out.getvalue()
    if uncovered(raw, (password,), name=name) != plain:
        raise HalfCopied(name=name, detail="закрыть паролем не вышло")
    return raw


def _refuse_endless(cover: Any, name: str) -> None:
    if cover.type == "agile" and cover.info["spinValue"] > MOST_TURNS:
        raise HostileWorkbook(name=name, detail="пароль проверялся бы часами")


def _proven(cover: Any, name: str) -> bytes:
    """The plain bytes, their check sum proven; older covers have only those of the zip."""
    from msoffcrypto.exceptions import InvalidKeyError  # noqa: PLC0415  # seldom needed

    out = io.BytesIO()
    try:
        cover.decrypt(out, verify_integrity=cover.type == "agile")
    except InvalidKeyError as error:
        detail = "контрольная сумма под паролем не сошлась"
        raise HalfCopied(name=name, detail=detail) from error
    plain = out.getvalue()
    if cover.type != "agile":
        file = BookFile.open(plain, name=name)
        for member in file.package.members:
            file.package.read(member)
    return plain
