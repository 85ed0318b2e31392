"""Files without an erased client, and whether anything of the client can still be read in one.

A workbook keeps its form: its parts are cleaned, the others stay byte for byte. What is read as
text is cleaned as text. Anything else that still shows the client is not kept.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import MessageError
from hashlib import sha256

from model.erasing import Tokens
from model.errors import CrmError
from store.erasing import Order, erase_bytes
from sync.books.passwords import Keyhole, covered, is_covered
from sync.ooxml.package import Package

SQLITE = b"SQLite format 3\0"
ZIP = b"PK\x03\x04"
_XML = (".xml", ".rels", ".vml")
_ENCODINGS = ("utf-8", "cp1251")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Takes a client out of bytes of any kind."""

    order: Order
    keyhole: Keyhole
    clean: set[bytes] = field(default_factory=set)
    """Digests of parts of archives without the client: equal ones are not looked at again."""

    @property
    def tokens(self) -> Tokens:
        """What tells the client."""
        return self.order.tokens

    def cleaned(self, raw: bytes) -> bytes:
        """The bytes without the client, the same ones when it is not there.

        Empty bytes when it is there and cannot be taken out.
        """
        fresh = self._cleaned(raw)
        if fresh is None:
            return b""
        proven = fresh.startswith(ZIP)  # member by member
        return fresh if proven or not self.shows(fresh) else b""

    def shows(self, raw: bytes) -> bool:
        """Whether the client can be read in the bytes, however they are packed."""
        return any(map(self.tokens.found_in, self._texts(raw, DEEPEST)))

    def _cleaned(self, raw: bytes) -> bytes | None:
        if not raw:
            return raw
        if is_covered(raw):
            return self._under_cover(raw)
        if raw.startswith(SQLITE):
            return erase_bytes(raw, self.order, self.cleaned)
        if raw.startswith(ZIP):
            return self._package(raw)
        if not self.shows(raw):
            return raw
        text, encoding = decoded(raw)
        if text is None:
            return None
        clean = self.tokens.cleaned_xml(text) if text.lstrip()[:1] == "<" else self._lines(text)
        return clean.encode(encoding, "replace")

    def _lines(self, text: str) -> str:
        """A text line by line, and what stands between its separators where it has some."""
        clean = self.tokens.cleaned_json(text)
        separators = re.compile(r"([;,\t\n\r])")
        return "".join(map(self.tokens.cleaned, separators.split(clean)))

    def _under_cover(self, raw: bytes) -> bytes | None:
        plain = self.keyhole.plain(raw)
        if plain is None:
            return None
        clean = self._cleaned(plain)
        if clean is None or clean == plain:
            return None if clean is None else raw
        return covered(clean, self.keyhole.password_of(raw), name="")

    def _package(self, raw: bytes) -> bytes | None:
        """A workbook or another archive, with those members cleaned that show the client."""
        changed: dict[int, bytes] = {}
        try:
            package = Package.open(raw, label="")
            for index, member in enumerate(package.members):
                body = package.read(member)
                if (digest := sha256(body).digest()) in self.clean:
                    continue
                fresh = self._member(member.name, body)
                if not (fresh == body and _is_plain_xml(member.name, body)) and self.shows(fresh):
                    return None
                self.clean.add(digest if fresh == body else sha256(fresh).digest())
                if fresh != body:
                    changed[index] = fresh
        except (CrmError, UnicodeDecodeError):
            return None
        return package.rebuild(dict(changed)) if changed else raw

    def _member(self, name: str, body: bytes) -> bytes:
        if _is_xml(name):
            return self.tokens.cleaned_xml(body.decode("utf-8")).encode()
        return self.cleaned(body) if self.shows(body) else body

    def _texts(self, raw: bytes, deep: int) -> Iterator[str]:
        """Every text that the bytes hold, unpacked as often as it is needed."""
        if not raw.startswith(ZIP) and not is_covered(raw):
            yield from _plain_texts(raw)
        if deep:
            for inner in self._inner(raw):
                if sha256(inner).digest() not in self.clean:
                    yield from self._texts(inner, deep - 1)

    def _inner(self, raw: bytes) -> Iterator[bytes]:
        """What is packed in the bytes."""
        if is_covered(raw):
            plain = self.keyhole.plain(raw)
            yield from () if plain is None else (plain,)
        elif raw.startswith(ZIP):
            with (
                suppress(zipfile.BadZipFile, zlib.error, OSError, RuntimeError, ValueError),
                zipfile.ZipFile(io.BytesIO(raw)) as package,
            ):
                yield from (package.read(name) for name in package.namelist())
        elif raw.startswith(b"\x1f\x8b"):
            with suppress(OSError, EOFError, zlib.error):
                yield gzip.decompress(raw)
        elif b"base64" in raw[:20_000].lower() or b"quoted-printable" in raw[:20_000].lower():
            yield from _parts_of_letter(raw)


def _is_xml(name: str) -> bool:
    return name.lower().endswith(_XML)


def _is_plain_xml(name: str, body: bytes) -> bool:
    """Whether nothing can stand in a member but what XML shows by itself."""
    return _is_xml(name) and b"\\u" not in body and b"base64" not in body


def _plain_texts(raw: bytes) -> Iterator[str]:
    """The bytes as texts in every spelling, nothing unpacked."""
    for text in read_as_text(raw):
        yield text
        if "\\u" in text:
            yield _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
    if b"\0\x04" in raw or b"\x04\0" in raw:
        yield raw.decode("utf-16-le", "replace")
        yield raw[1:].decode("utf-16-le", "replace")


def _parts_of_letter(raw: bytes) -> Iterator[bytes]:
    with suppress(MessageError, ValueError, LookupError):
        letter = message_from_bytes(raw, policy=policy.default)
        yield "\n".join(f"{name}: {value}" for name, value in letter.items()).encode()
        for part in letter.walk():
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                yield body
    for found in re.findall(rb"(?:[A-Za-z0-9+/]{40,}={0,2}\s*)+", raw):
        with suppress(binascii.Error):
            yield base64.b64decode(found)


def read_as_text(raw: bytes) -> tuple[str, ...]:
    """The bytes as texts, in each way that somebody may have written them."""
    try:
        return (raw.decode(),)
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace"), raw.decode("cp1251", "replace")


def decoded(raw: bytes) -> tuple[str | None, str]:
    """The bytes as a text and how it is written; no text for what is none."""
    if b"\0" in raw:
        return None, ""
    for encoding in _ENCODINGS:
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding), encoding
    return None, ""
