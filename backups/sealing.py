"""Bytes that only the team's key opens: AES-256-GCM, the key from a recovery phrase by scrypt.

The name under which something is sealed is bound to it: a sealed file that is renamed, or put in
another one's place, does not open. The phrase has 128 bits of chance and a check, in seven groups
of four signs that nobody confuses.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from hashlib import sha256

MAGIC = b"SCRM1\n"
SALT = 16
NONCE = 12
CHANCE = 16
"""Bytes of chance in a phrase."""
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O and U."""
_GROUPS, _GROUP = 7, 4
_CHECK_BITS = _GROUPS * _GROUP * 5 - CHANCE * 8
COST, BLOCK, LANES = 2**17, 8, 1
"""Of scrypt: 128 MB and half a second for each guess."""
_HEAD = struct.Struct(f"<{len(MAGIC)}s{SALT}s{NONCE}s")


class CannotOpen(Exception):
    """The key is another one, or the bytes or their name were changed."""


class NotAPhrase(Exception):
    """The text is no recovery phrase: a sign is missing, too many or another one."""


@dataclass(frozen=True, slots=True)
class Key:
    """What seals and opens; `salt` stands in every sealed file, so the phrase is enough."""

    secret: bytes
    salt: bytes

    def seal(self, plain: bytes, *, name: str, nonce: bytes) -> bytes:
        """The bytes sealed under a name; a nonce serves once."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # heavy

        head = _HEAD.pack(MAGIC, self.salt, nonce)
        return head + AESGCM(self.secret).encrypt(nonce, plain, head + name.encode())

    def open(self, sealed: bytes, *, name: str) -> bytes:
        """What was sealed under the name; raises CannotOpen."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # heavy
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        _, nonce = _head(sealed)
        head, body = sealed[: _HEAD.size], sealed[_HEAD.size :]
        try:
            return AESGCM(self.secret).decrypt(nonce, body, head + name.encode())
        except InvalidTag as failure:
            raise CannotOpen(name) from failure


def key_of(phrase: bytes, salt: bytes) -> Key:
    """The key that a phrase gives; slow on purpose."""
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415  # heavy

    kdf = Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=LANES)
    return Key(kdf.derive(phrase), salt)


def salt_of(sealed: bytes) -> bytes:
    """The salt of whoever sealed it; raises CannotOpen when it is no sealed file."""
    return _head(sealed)[0]


def phrase_words(chance: bytes) -> str:
    """«7K2M-0VQ4-…»: so many bytes of chance for people to write down."""
    number = int.from_bytes(chance) << _CHECK_BITS | _check(chance)
    signs = [SIGNS[number >> 5 * at & 31] for at in reversed(range(_GROUPS * _GROUP))]
    groups = ("".join(signs[at : at + _GROUP]) for at in range(0, len(signs), _GROUP))
    return "-".join(groups)


def read_phrase(text: str) -> bytes:
    """The chance in a phrase as somebody typed it; raises NotAPhrase."""
    alike = str.maketrans({"O": "0", "О": "0", "I": "1", "L": "1", "-": "", " ": "", "–": ""})
    number = 0
    signs = text.upper().translate(alike)
    for sign in signs:
        if sign not in SIGNS:
            raise NotAPhrase
        number = number << 5 | SIGNS.index(sign)
    chance, check = number >> _CHECK_BITS, number & (1 << _CHECK_BITS) - 1
    if len(signs) != _GROUPS * _GROUP or chance >> CHANCE * 8:
        raise NotAPhrase
    found = chance.to_bytes(CHANCE)
    if check != _check(found):
        raise NotAPhrase
    return found


def _check(chance: bytes) -> int:
    return int.from_bytes(sha256(chance).digest()) & (1 << _CHECK_BITS) - 1


def _head(sealed: bytes) -> tuple[bytes, bytes]:
    if len(sealed) < _HEAD.size:
        raise CannotOpen("")
    magic, salt, nonce = _HEAD.unpack_from(sealed)
    if magic != MAGIC:
        raise CannotOpen("")
    return salt, nonce
