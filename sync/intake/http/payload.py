"""A body as fields, within the limits of INTAKE section 6, and the key it is kept under."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import HTTP, compat32
from urllib.parse import parse_qsl, urlencode

from store.inbox import BY_CONTENT

MOST_BYTES = 256 * 1024
MOST_FIELDS = 200
DEEPEST = 20
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PARTS = "multipart/form-data"
IDS = (
    "tranid",
    "event_id",
    "lead_id",
    "pbx_call_id",
    "call_session_id",
    "call_id",
    "entry_id",
    "data[fields][id]",
    "data[call_id]",
    "uid",
    "id",
)
"""Names under which services put the number of what happened, the surest first."""


class Malformed(Exception):
    """The body is not what its type says, or has too many fields, or nests too deep."""


@dataclass(frozen=True, slots=True)
class Payload:
    """The fields of a body; nested ones by their path: «auth[application_token]»."""

    fields: Mapping[str, str]

    def get(self, name: str) -> str:
        """A field as text, empty when there is none."""
        return self.fields.get(name, "")


def payload_of(media: str, raw: bytes) -> Payload:
    """The fields of a body; raises Malformed."""
    if media == JSON:
        return Payload(dict(_flat(_json(raw))))
    text = raw.decode("utf-8", "surrogateescape")
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise Malformed from error
    if any(name.count("[") > DEEPEST for name, _ in pairs):
        raise Malformed
    return Payload(dict(pairs))


def form_of(content_type: str, raw: bytes) -> bytes:
    """The fields of a form sent in parts as the usual form; raises Malformed.

    Of a file that a visitor attached only its name is kept: files come by mail or into the folder.
    """
    head = f"content-type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    boundary = BytesHeaderParser(policy=compat32).parsebytes(head).get_boundary()
    if not boundary:
        raise Malformed
    mark = b"\r\n--" + boundary.encode("latin-1", "replace")
    first, *parts = (b"\r\n" + raw).split(mark, MOST_FIELDS + 2)
    if first.strip() or not parts or parts.pop().strip() != b"--":
        raise Malformed
    fields = [_part(part) for part in parts]
    return urlencode(fields, errors="surrogateescape").encode()


def _part(part: bytes) -> tuple[str, str]:
    """Name and value of a part; inside it nothing is taken apart any more."""
    head, divided, body = part.partition(b"\r\n\r\n")
    said = BytesHeaderParser(policy=HTTP).parsebytes(head.lstrip(b"\r\n") + b"\r\n\r\n")
    name = said.get_param("name", header="content-disposition")
    if not divided or not isinstance(name, str):
        raise Malformed
    file = said.get_filename()
    return name, body.decode("utf-8", "surrogateescape") if file is None else str(file)


def _json(raw: bytes) -> object:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if not isinstance(found, dict | list) or _fields(found) > MOST_FIELDS:
        raise Malformed
    return found


def _fields(found: object) -> int:
    """How many fields a value holds, at every depth; raises Malformed past the deepest."""
    count, level = 0, [found]
    for _ in range(DEEPEST):
        inner = [child for one in level for child in _children(one)]
        if not inner:
            return count
        count, level = count + len(inner), inner
    raise Malformed


def _children(one: object) -> list[object]:
    if isinstance(one, dict):
        return list(one.values())
    return list(one) if isinstance(one, list) else []


def _flat(found: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every field with its path, as PHP writes it: «data[FIELDS][ID]»."""
    if isinstance(found, dict):
        for name, inner in found.items():
            yield from _flat(inner, f"{path}[{name}]" if path else str(name))
    elif isinstance(found, list):
        for at, inner in enumerate(found):
            yield from _flat(inner, f"{path}[{at}]")
    elif found is not None:
        yield path, str(found)


def key_of(payload: Payload, raw: bytes, signed_at: str = "") -> str:
    """What tells a thing sent again from another one.

    The same bytes with a number of their own are the same thing for ever, and so are the same bytes
    signed for the same moment. Other bytes without a number may be a second wish in the same
    words: the store tells them by time.
    """
    digest = hashlib.sha256(raw).hexdigest()[:32]
    folded = {name.casefold(): value for name, value in payload.fields.items()}
    known = next((folded[name] for name in IDS if folded.get(name)), "")
    if known:
        return f"id:{known[:100]}:{digest}"
    return f"at:{signed_at}:{digest}" if signed_at else f"{BY_CONTENT}{digest}"
