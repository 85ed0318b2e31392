"""Whether a request is from its source: by our own signature, or the one that a service makes.

Ours: the header X-Sheetcrm-Time holds Unix seconds, X-Sheetcrm-Signature the hex HMAC-SHA-256 of
the time, a point and the raw body. Requests whose time is more than five minutes off are refused;
the same one sent again within them adds nothing. Every comparison takes the same time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

from sync.intake.http.payload import Payload
from sync.intake.sources import Source, SourceKind

TIME, SIGNATURE = "x-sheetcrm-time", "x-sheetcrm-signature"
WINDOW = 300
"""Seconds by which the clocks of sender and receiver may differ."""
_SIGNED_BY_ZADARMA = {
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
    "NOTIFY_OUT_START": ("internal", "destination", "call_start"),
    "NOTIFY_OUT_END": ("internal", "destination", "call_start"),
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
}
"""Fields under the signature by event; of all other events the three below."""
_USUALLY = ("caller_id", "called_did", "call_start")


def signature_of(key: str, at: str, raw: bytes) -> str:
    """Our own signature over a moment and a body."""
    return hmac.new(key.encode(), at.encode() + b"." + raw, hashlib.sha256).hexdigest()


def is_signed(source: Source, headers: Mapping[str, str], raw: bytes, now: datetime) -> bool:
    """Whether the body carries our signature, by one of the source's keys, of about this time."""
    at = headers.get(TIME, "")
    said = headers.get(SIGNATURE, "").removeprefix("sha256=")
    if not (at.isdecimal() and at.isascii() and len(at) <= 12):
        return False
    if abs(now.timestamp() - int(at)) > WINDOW:
        return False
    return _any_is(said, (signature_of(key, at, raw) for key in source.keys))


def is_vouched(source: Source, headers: Mapping[str, str], payload: Payload) -> bool:
    """Whether the body carries what the service signs with, where a key of it is known."""
    if not source.keys or source.signed:
        return True
    match source.kind:
        case SourceKind.VK:
            return _any_is(payload.get("secret"), source.keys)
        case SourceKind.BITRIX24:
            return _any_is(payload.get("auth[application_token]"), source.keys)
        case SourceKind.ZADARMA:
            names = _SIGNED_BY_ZADARMA.get(payload.get("event"), _USUALLY)
            text = "".join(payload.get(name) for name in names)
            expected = (_zadarma(key, text) for key in source.keys)
            return _any_is(headers.get("signature", ""), expected)
        case SourceKind.MANGO:
            return _any_is(payload.get("sign"), (_mango(k, payload) for k in source.keys))
        case _:
            return True


def _zadarma(key: str, text: str) -> str:
    digest = hmac.new(key.encode(), text.encode("utf-8", "surrogateescape"), hashlib.sha1)
    return base64.b64encode(digest.hexdigest().encode()).decode()


def _mango(key: str, payload: Payload) -> str:
    """`key` is the API key and the salt, divided by a blank."""
    name, _, salt = key.partition(" ")
    signed = f"{name}{payload.get('json')}{salt}"
    return hashlib.sha256(signed.encode("utf-8", "surrogateescape")).hexdigest()


def _any_is(said: str, expected: Iterable[str]) -> bool:
    given = said.encode("utf-8", "surrogateescape")
    found = False
    for one in expected:  # all of them, whichever fits
        found |= hmac.compare_digest(given, one.encode())
    return found and bool(given)
