"""A workbook taken apart into its unpacked parts, and put together again byte for byte.

Programs that pack with zlib or isal (LibreOffice, WPS, OnlyOffice, Google, this program) are
repeated by packing again with the same level. Excel packs by a way of its own: such a file comes
back with the same parts under the same names, times and order, not with the same bytes.
"""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from typing import Any

try:
    from isal import isal_zlib
except ImportError:
    isal_zlib = None  # type: ignore[assignment]  # no wheel for this machine

OURS = ("isal", 1, 8)
WAYS = (
    ("zlib", 6, 8),
    OURS,
    *(("zlib", level, memory) for memory in (8, 9) for level in (1, 9, 5, 4, 3, 2, 7, 8, 6, 0)),
)
"""Program, level and memory, the usual ones first."""
MOST_PARTS = 2_000
MOST_BYTES = 500_000_000
"""Unpacked; more is no workbook of a person, and stays as it came."""
TRIED = 150_000
"""So many bytes of a part tell most ways apart."""
SLACK = 80
"""Packed bytes at the end of a trial that depend on what follows."""
_LOCAL = struct.Struct("<4s22xHH")
_WHOLE = "\0whole"
"""Name of the only part of what is no zip."""
GLUE = "\0glue"
"""Name under which the bytes between the parts are kept."""

Way = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """One member of the file; `way` is how to pack it again, None when it lies there unpacked."""

    name: str
    digest: str
    size: int
    way: Way | None
    packed: str = ""
    """Digest of the packed bytes."""
    time: tuple[int, ...] = (1980, 1, 1, 0, 0, 0)
    attributes: int = 0


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A file as its parts; `glue` has the lengths of what stands before, between and after them."""

    parts: tuple[Part, ...]
    glue: tuple[int, ...]
    exact: bool
    """Whether putting it together gives the very bytes."""
    sha256: str
    """Of what comes out."""

    def dumped(self) -> bytes:
        """As bytes, alike for alike files."""
        parts = [
            [p.name, p.digest, p.size, p.way, p.packed, p.time, p.attributes] for p in self.parts
        ]
        lines = ",\n".join(json.dumps(part, ensure_ascii=False) for part in parts)
        head = json.dumps([self.exact, self.sha256, self.glue])
        return f"[{head},\n{lines}]".encode()


Bodies = Mapping[str, bytes]
"""Unpacked bytes by digest."""


def loaded(raw: bytes) -> Anatomy:
    """The anatomy of its bytes; raises ValueError."""
    try:
        (exact, token, glue), *parts = json.loads(raw)
        return Anatomy(tuple(map(_part, parts)), tuple(glue), exact, token)
    except (TypeError, KeyError, UnicodeDecodeError) as failure:
        raise ValueError(str(failure)) from failure


def _part(line: list[Any]) -> Part:
    name, digest, size, way, packed, time, attributes = line
    again = None if way is None else (str(way[0]), int(way[1]), int(way[2]))
    return Part(name, digest, size, again, packed, tuple(time), attributes)


def taken_apart(
    raw: bytes, before: Anatomy | None = None
) -> tuple[Anatomy, dict[str, bytes], bytes]:
    """Anatomy, unpacked bytes and glue; a save before it spares trying out how parts are packed."""
    older = () if before is None else before.parts
    ways = {part.name: part.way for part in older if part.way}
    proven = {(p.digest, p.packed, p.way) for p in older if before is not None and before.exact}
    found = _members(raw)
    if found is None:
        digest, token = digest_of(raw), sha256(raw).hexdigest()
        only = Part(_WHOLE, digest, len(raw), None)
        return Anatomy((only,), (0, 0), exact=True, sha256=token), {digest: raw}, b""
    parts, bodies, exact = [], {}, True
    last = WAYS[0]
    for entry, packed, plain in found:
        digest, token, way = digest_of(plain), digest_of(packed), None
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            way = ways.get(entry.filename, last)
            if exact and (digest, token, way) not in proven:
                way = _way(plain, packed, (way, last))
                exact = way is not None
            last = way = way or last
        bodies[digest] = plain
        parts.append(Part(entry.filename, digest, len(plain), way, token, *_named(entry)))
    glue = _glue(raw, [(entry, len(packed)) for entry, packed, _ in found])
    if exact:
        lengths, joined = tuple(map(len, glue)), b"".join(glue)
        whole = Anatomy(tuple(parts), lengths, exact=True, sha256=sha256(raw).hexdigest())
        return whole, bodies, joined
    loose = Anatomy(tuple(parts), (), exact=False, sha256="")
    token = sha256(put_together(loose, bodies.__getitem__, b"")).hexdigest()
    return Anatomy(loose.parts, (), exact=False, sha256=token), bodies, b""


def put_together(anatomy: Anatomy, body: Callable[[str], bytes], glue: bytes) -> bytes:
    """The file of its parts: the very bytes, or a workbook with the same parts."""
    if not anatomy.exact:
        return same_parts(anatomy, body)
    pieces, at = [], 0
    for part, length in zip(anatomy.parts, anatomy.glue, strict=False):
        pieces += [glue[at : at + length], _packed(body(part.digest), part.way)]
        at += length
    return b"".join([*pieces, glue[at:]])


def same_parts(anatomy: Anatomy, body: Callable[[str], bytes]) -> bytes:
    """A workbook with these parts, in their order, with their names and times."""
    if anatomy.parts[0].name == _WHOLE:
        return body(anatomy.parts[0].digest)
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in anatomy.parts:
            year, month, day, hour, minute, second = part.time
            entry = zipfile.ZipInfo(part.name, (year, month, day, hour, minute, second))
            entry.external_attr = part.attributes
            entry.compress_type = zipfile.ZIP_DEFLATED if part.way else zipfile.ZIP_STORED
            archive.writestr(entry, body(part.digest), compresslevel=6)
    return out.getvalue()


def digest_of(plain: bytes) -> str:
    """By what equal parts are known."""
    return sha256(plain).hexdigest()


def _named(entry: zipfile.ZipInfo) -> tuple[tuple[int, ...], int]:
    return entry.date_time, entry.external_attr


def _members(raw: bytes) -> list[tuple[zipfile.ZipInfo, bytes, bytes]] | None:
    """Members, packed and unpacked, as they lie; None when it is no zip of the plain kind."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
        if not 0 < len(entries) <= MOST_PARTS or sum(e.file_size for e in entries) > MOST_BYTES:
            return None
        if len({entry.filename for entry in entries}) != len(entries):
            return None
        known = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        if any(e.compress_type not in known or e.flag_bits & 1 for e in entries):
            return None
        spans = [_span(raw, entry) for entry in entries]
        if any(end > start for (_, end), (start, _) in pairwise(spans)):
            return None
        packed = [raw[start:end] for start, end in spans]
        return [(e, one, _inflated(one, e)) for e, one in zip(entries, packed, strict=True)]
    except (zipfile.BadZipFile, ValueError, struct.error, zlib.error):
        return None
    except NotImplementedError:  # zipfile says so of archives that it cannot read, split ones
        return None


def _span(raw: bytes, entry: zipfile.ZipInfo) -> tuple[int, int]:
    mark, name, extra = _LOCAL.unpack_from(raw, entry.header_offset)
    start = entry.header_offset + _LOCAL.size + name + extra
    end = start + entry.compress_size
    if mark != b"PK\x03\x04" or end > len(raw):
        raise ValueError(entry.filename)
    return start, end


def _inflated(packed: bytes, entry: zipfile.ZipInfo) -> bytes:
    if entry.compress_type == zipfile.ZIP_STORED and len(packed) == entry.file_size:
        return packed
    stream = zlib.decompressobj(-15)
    plain = stream.decompress(packed, entry.file_size + 1)
    if len(plain) != entry.file_size or not stream.eof or stream.unused_data:
        raise ValueError(entry.filename)
    return plain


def _glue(raw: bytes, members: Sequence[tuple[zipfile.ZipInfo, int]]) -> list[bytes]:
    pieces, at = [], 0
    for entry, length in members:
        start, _ = _span(raw, entry)
        pieces.append(raw[at:start])
        at = start + length
    return [*pieces, raw[at:]]


def _way(plain: bytes, packed: bytes, likely: tuple[Way, ...]) -> Way | None:
    """What gives these packed bytes; None when nothing known does."""
    for way in dict.fromkeys((*likely, *WAYS)):
        if _begins(plain, packed, way) and _packed(plain, way) == packed:
            return way
    return None


def _begins(plain: bytes, packed: bytes, way: Way) -> bool:
    start = _stream(way).compress(plain[:TRIED])
    return packed.startswith(bytes(start[: max(len(start) - SLACK, 0)]))


def _packed(plain: bytes, way: Way | None) -> bytes:
    if way is None:
        return plain
    stream = _stream(way)
    return bytes(stream.compress(plain)) + bytes(stream.flush())


def _stream(way: Way) -> Any:
    program, level, memory = way
    engine = isal_zlib if program == "isal" and isal_zlib is not None else zlib
    return engine.compressobj(level, zlib.DEFLATED, -15, memory)
