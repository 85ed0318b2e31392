"""The sources that may send us something: `sources.toml` beside the settings, 0600.

A source has an address with a secret path. The path itself is never kept, only its hash, so the
file gives no address away; what signatures are checked with has to be kept. The file is written by
`intake sources` only and never enters a copy: copies hold the store and the books.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from ipaddress import ip_address, ip_network
from pathlib import PurePath

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from model.errors import WrongSetting
from sync.settings import FILE_NAME
from sync.world import Disk

FILE = "sources.toml"
PATH_BYTES = 24
"""Of chance in a secret path: 192 bits."""
KEY_BYTES = 32


class SourceKind(StrEnum):
    """Who sends, and so how its requests are told from a stranger's."""

    FORM = "form"
    """Any form or program: fields as a form or as JSON."""
    TILDA = "tilda"
    VK = "vk"
    BITRIX24 = "bitrix24"
    ZADARMA = "zadarma"
    MANGO = "mango"
    UIS = "uis"
    """UIS, CoMagic, Novofon."""
    MAIL = "mail"
    """A mailbox that is read, not one that sends."""


KEYED = frozenset({SourceKind.VK, SourceKind.BITRIX24, SourceKind.ZADARMA, SourceKind.MANGO})
"""The service signs with a key of its own, which is given to us."""


class Mailbox(BaseModel):
    """Where letters are read. The password is in the keyring or in a variable, never here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1)
    port: int = Field(default=993, ge=1, le=65535)
    safety: str = Field(default="ssl", pattern="^(ssl|starttls|none)$")
    user: str = Field(min_length=1)
    folders: tuple[str, ...] = ("INBOX",)
    days: int = Field(default=30, ge=0, le=3650)
    """How far back letters are taken at the first look."""


class Source(BaseModel):
    """One source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=60)
    kind: SourceKind
    path: str = ""
    """SHA-256 of its secret path, as hex."""
    keys: tuple[str, ...] = Field(default=(), repr=False)
    """Signatures are checked with these; two while one takes the place of the other."""
    signed: bool = False
    """Only requests with our own signature are taken (`sync.intake.http.signing`)."""
    confirm: str = ""
    """What VK wants to read when the address is connected."""
    addresses: tuple[str, ...] = ()
    """Networks that may send; none named: the whole world, by the secret path alone."""
    per_minute: int = Field(default=30, ge=1, le=100_000)
    zone: str = ""
    """Time zone of moments without an offset; empty: the team's."""
    mailbox: Mailbox | None = None
    files_from: tuple[str, ...] = ()
    """Mailbox: senders whose attached files are taken, as «bank@firma.ru» or «@firma.ru»."""

    @field_validator("addresses")
    @classmethod
    def _are_networks(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for network in given:
            ip_network(network, strict=False)
        return given

    def lets_in(self, address: str) -> bool:
        """Whether a request may come from an address."""
        if not self.addresses:
            return True
        try:
            asked = ip_address(address)
        except ValueError:
            return False
        return any(asked in ip_network(network, strict=False) for network in self.addresses)


def hash_of(path: str) -> str:
    """What is kept of a secret path."""
    return hashlib.sha256(path.encode()).hexdigest()


def read_sources(disk: Disk, state: PurePath) -> tuple[Source, ...]:
    """The sources of a team in the order in which they were added; raises WrongSetting."""
    path = state / FILE
    if not disk.exists(path):
        return ()
    try:
        raw = tomllib.loads(disk.read(path).decode())
        return tuple(Source.model_validate(one) for one in raw.get("source", ()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSetting(key=str(error), value="", wanted="ключ = значение", path=path) from error
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise WrongSetting(key=key, value="", wanted=first["msg"], path=path) from error


def write_sources(disk: Disk, state: PurePath, sources: tuple[Source, ...]) -> None:
    """The sources in place of the earlier ones; a crash leaves the one list or the other."""
    path, fresh = state / FILE, state / f"{FILE}.tmp"
    if disk.exists(fresh):
        disk.unlink(fresh)
    disk.create(fresh, "\n".join(_lines(sources)).encode(), like=state / FILE_NAME)
    disk.rename(fresh, path)
    disk.sync_folder(state)


def _lines(sources: tuple[Source, ...]) -> Iterator[str]:
    yield "# Кто может присылать заявки и звонки. Меняет только sheetcrm intake sources"
    for source in sources:
        yield "\n[[source]]"
        said = source.model_dump(mode="json", exclude={"mailbox"})
        yield from _pairs(said)
        if source.mailbox is not None:
            yield "[source.mailbox]"
            yield from _pairs(source.mailbox.model_dump(mode="json"))


def _pairs(values: Mapping[str, object]) -> Iterator[str]:
    for key, value in values.items():
        # a string, number, truth value or list of strings reads the same in TOML as in JSON
        yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
