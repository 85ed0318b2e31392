"""The zip around a workbook: its directory, its members, and a copy that changes only some.

Members are known by position, because honest files hold two names that differ in case only.
Everything that is not replaced travels as the compressed bytes it came in.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from model.errors import HalfCopied, HostileWorkbook, OddWorkbook
from sync.ooxml.deflate import ERRORS, crc32, deflate, inflate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR64 = struct.Struct("<4sIQI")
_FULL32 = 0xFFFFFFFF
_FULL16 = 0xFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 1, 8, 0x800
_EPOCH_DOS = (0, 0x21)

# RELIABILITY 5.4, widened: honest books with many sheets and charts pass 200 members,
# and sheets of equal rows reach a ratio of 100.
MAX_MEMBERS = 2_000
MAX_TOTAL = 1 << 30
MAX_RATIO = 300
RATIO_FROM = 10 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive as its central directory names it."""

    name: str
    """Path with forward slashes, without a leading one."""
    raw_name: bytes
    flags: int
    method: int
    stamp: tuple[int, int]
    crc: int
    packed: int
    size: int
    extra: bytes
    comment: bytes
    made_by: int
    internal: int
    external: int
    offset: int


@dataclass(frozen=True)
class Package:
    """An archive in memory; `label` is the file's name for messages."""

    raw: bytes
    label: str
    members: tuple[Member, ...]
    comment: bytes = b""

    @cached_property
    def _exact(self) -> Mapping[str, Member]:
        """The first member of each path."""
        return {m.name: m for m in reversed(self.members)}

    @cached_property
    def _loose(self) -> Mapping[str, Member]:
        """The first member of each path in small letters."""
        return {m.name.lower(): m for m in reversed(self.members)}

    @classmethod
    def open(cls, raw: bytes, *, label: str) -> Package:
        """The archive in the bytes; raises HalfCopied, HostileWorkbook or OddWorkbook."""
        try:
            members, comment = _directory(raw, label)
        except struct.error as error:
            raise HalfCopied(name=label, detail="оглавление архива оборвано") from error
        _check_limits(members, label)
        _check_names(members, label)
        return cls(raw, label, members, comment)

    def find(self, name: str) -> Member | None:
        """The member of that path; case decides only between two that differ in it."""
        wanted = name.lstrip("/")
        return self._exact.get(wanted) or self._loose.get(wanted.lower())

    def packed_bytes(self, member: Member) -> memoryview:
        """The compressed bytes of a member."""
        head = self.raw[member.offset : member.offset + _LOCAL.size]
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            raise HalfCopied(name=self.label, detail=member.name)
        fields = _LOCAL.unpack(head)
        start = member.offset + _LOCAL.size + fields[9] + fields[10]
        found = memoryview(self.raw)[start : start + member.packed]
        if len(found) < member.packed:
            raise HalfCopied(name=self.label, detail=member.name)
        return found

    def read(self, member: Member) -> bytes:
        """The content of a member, its check sum proven."""
        if member.flags & _ENCRYPTED or member.method not in {_STORED, _DEFLATED}:
            raise OddWorkbook(name=self.label, detail=f"часть {member.name} зашифрована")
        packed = self.packed_bytes(member)
        content = bytes(packed) if member.method == _STORED else self._inflate(member, packed)
        if len(content) != member.size or crc32(content) != member.crc:
            raise HalfCopied(name=self.label, detail=member.name)
        return content

    def _inflate(self, member: Member, packed: memoryview) -> bytes:
        try:
            content = inflate(packed, member.size + 1)
        except ERRORS as error:
            raise HalfCopied(name=self.label, detail=member.name) from error
        if len(content) > member.size:
            raise HostileWorkbook(name=self.label, detail=f"часть {member.name} больше обещанного")
        return content

    def rebuild(
        self,
        changed: Mapping[int, bytes | Callable[[], bytes]],
        *,
        dropped: frozenset[int] = frozenset(),
        added: Sequence[tuple[str, bytes]] = (),
    ) -> bytes:
        """The archive with some members replaced, dropped or added; the rest is copied raw.

        What is to be called for is made when its turn comes and let go of: sheets are large.
        """
        writer = _Writer()
        for index, member in enumerate(self.members):
            if index in dropped:
                continue
            if index in changed:
                content = changed[index]
                writer.add(*_pack(member, content() if callable(content) else content))
            else:
                writer.add(member, self.packed_bytes(member))
        for name, content in added:
            writer.add(*_pack(_fresh(name), content))
        return writer.finish(self.comment)


def _directory(raw: bytes, label: str) -> tuple[tuple[Member, ...], bytes]:
    end = raw.rfind(b"PK\x05\x06", max(0, len(raw) - _END.size - _FULL16))
    if end < 0:
        raise HalfCopied(name=label, detail="нет оглавления архива")
    fields = _END.unpack_from(raw, end)
    count, size, start = fields[4], fields[5], fields[6]
    comment = raw[end + _END.size : end + _END.size + fields[7]]
    tail = end
    locator = end - _LOCATOR64.size
    if locator >= 0 and raw[locator : locator + 4] == b"PK\x06\x07":
        tail = _LOCATOR64.unpack_from(raw, locator)[2]
        wide = _END64.unpack_from(raw, tail)
        count, size, start = wide[7], wide[8], wide[9]
    shift = tail - size - start  # bytes glued before the archive
    if shift < 0 or raw[start + shift : start + shift + 4] != b"PK\x01\x02":
        raise HalfCopied(name=label, detail="оглавление архива не на месте")
    if count > MAX_MEMBERS:
        raise HostileWorkbook(name=label, detail=f"в архиве {count} частей")
    return _entries(raw, start + shift, count, shift, label), comment


def _entries(raw: bytes, at: int, count: int, shift: int, label: str) -> tuple[Member, ...]:
    members = []
    for _ in range(count):
        f = _CENTRAL.unpack_from(raw, at)
        if f[0] != b"PK\x01\x02":
            raise HalfCopied(name=label, detail="оглавление архива оборвано")
        names = at + _CENTRAL.size
        extras = names + f[10]
        notes = extras + f[11]
        raw_name, extra = raw[names:extras], raw[extras:notes]
        size, packed, offset = _wide(extra, f[9], f[8], f[16])
        at = notes + f[12]
        members.append(
            Member(
                name=_path(raw_name, f[3]),
                raw_name=raw_name,
                flags=f[3],
                method=f[4],
                stamp=(f[5], f[6]),
                crc=f[7],
                packed=packed,
                size=size,
                extra=_without_wide(extra),
                comment=raw[notes:at],
                made_by=f[1],
                internal=f[14],
                external=f[15],
                offset=offset + shift,
            )
        )
    return tuple(members)


def _path(raw_name: bytes, flags: int) -> str:
    name = raw_name.decode("utf-8" if flags & _UTF8 else "cp437", errors="replace")
    return name.replace("\\", "/").lstrip("/")


def _extras(extra: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        found.append((kind, extra[at + 4 : at + 4 + length]))
        at += 4 + length
    return found


def _wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    values = [size, packed, offset]
    for kind, body in _extras(extra):
        if kind == 1:
            at = 0
            for index, value in enumerate(values):
                if value == _FULL32:
                    (values[index],) = struct.unpack_from("<Q", body, at)
                    at += 8
    return values[0], values[1], values[2]


def _without_wide(extra: bytes) -> bytes:
    kept = [(k, b) for k, b in _extras(extra) if k != 1]
    return b"".join(struct.pack("<2H", kind, len(body)) + body for kind, body in kept)


def _check_names(members: Sequence[Member], label: str) -> None:
    """No name stands twice: each program would take another one of the two for the part."""
    seen: set[str] = set()
    for member in members:
        if member.name in seen:
            raise OddWorkbook(name=label, detail=f"часть {member.name} лежит в архиве дважды")
        seen.add(member.name)


def _check_limits(members: Sequence[Member], label: str) -> None:
    if sum(m.size for m in members) > MAX_TOTAL:
        raise HostileWorkbook(name=label, detail="в развёрнутом виде больше 1 ГБ")
    for member in members:
        if member.size > RATIO_FROM and member.size > MAX_RATIO * member.packed:
            raise HostileWorkbook(
                name=label, detail=f"часть {member.name} сжата подозрительно сильно"
            )


def _fresh(name: str) -> Member:
    raw = name.encode()
    flags = 0 if name.isascii() else _UTF8
    return Member(
        name, raw, flags, _DEFLATED, _EPOCH_DOS, 0, 0, 0, b"", b"", made_by=20, internal=0,
        external=0, offset=0,
    )  # fmt: skip


def _pack(member: Member, content: bytes) -> tuple[Member, bytes]:
    packed = deflate(content)
    fresh = replace(
        member, method=_DEFLATED, crc=crc32(content), packed=len(packed), size=len(content)
    )
    return fresh, packed


class _Writer:
    """Collects members and writes the directory behind them. No zip64: 1 GB is the limit."""

    def __init__(self) -> None:
        self._chunks: list[bytes | memoryview] = []
        self._directory: list[bytes] = []
        self._at = 0

    def add(self, member: Member, packed: bytes | memoryview) -> None:
        flags = member.flags & ~_DESCRIPTOR
        head = _LOCAL.pack(
            b"PK\x03\x04", 20, flags, member.method, *member.stamp, member.crc, member.packed,
            member.size, len(member.raw_name), 0,
        )  # fmt: skip
        self._directory.append(
            _CENTRAL.pack(
                b"PK\x01\x02", member.made_by, 20, flags, member.method, *member.stamp, member.crc,
                member.packed, member.size, len(member.raw_name), len(member.extra),
                len(member.comment), 0, member.internal, member.external, self._at,
            )
            + member.raw_name + member.extra + member.comment
        )  # fmt: skip
        self._chunks += [head, member.raw_name, packed]
        self._at += len(head) + len(member.raw_name) + len(packed)

    def finish(self, comment: bytes) -> bytes:
        directory = b"".join(self._directory)
        count = len(self._directory)
        end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), self._at, len(comment))
        return b"".join([*self._chunks, directory, end, comment])
