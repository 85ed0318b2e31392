"""Compression of zip members: isal at level 1 where it is installed, zlib at level 1 elsewhere.

With level 6 deflate alone would be four fifths of the time of a write (XLSX.md section 3).
"""

from __future__ import annotations

import zlib

try:
    from isal import isal_zlib as engine
except ImportError:  # no wheel for this machine
    engine = zlib  # type: ignore[misc]  # the two modules offer the same calls

RAW = -15
"""Window bits of a bare deflate stream, as zip holds it."""
ERRORS: tuple[type[Exception], ...] = (engine.error, zlib.error)  # type: ignore[assignment]  # isal types its class as a value


def deflate(content: bytes) -> bytes:
    """The content as a bare deflate stream."""
    packer = engine.compressobj(1, 8, RAW)
    return packer.compress(content) + packer.flush()


def inflate(packed: bytes | memoryview, limit: int) -> bytes:
    """At most `limit` bytes of what the stream holds; raises one of ERRORS."""
    return engine.decompressobj(RAW).decompress(packed, limit)


def crc32(content: bytes) -> int:
    """Check sum of some content as zip counts it."""
    return engine.crc32(content)
