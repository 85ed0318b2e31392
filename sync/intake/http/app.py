"""The application behind the door: refuse early, write down, then answer.

A stranger learns nothing: an unknown address, a wrong network and a wrong signature get the same
empty 401. What was answered with 200 is on the disk. Nothing of a body enters the log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from model.arrivals import Landed
from model.errors import CrmError
from sync.intake.http.payload import (
    FORM,
    JSON,
    MOST_BYTES,
    PARTS,
    Malformed,
    Payload,
    form_of,
    key_of,
    payload_of,
)
from sync.intake.http.rates import Rates
from sync.intake.http.signing import TIME, is_signed, is_vouched
from sync.intake.sources import Source, SourceKind, hash_of

LOG = logging.getLogger("sheetcrm")
PATIENCE = 10.0
"""Seconds for a whole body."""
CLOSE = {"connection": "close"}


class Keeper(Protocol):
    """Whoever writes arrivals down."""

    async def keep(self, one: Landed) -> None:
        """Returns when the arrival is on the disk; raises CrmError when it cannot be."""
        ...


class Refused(Exception):
    """The request is not taken; `code` is all that its sender hears."""

    def __init__(self, code: int, why: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(why)
        self.code, self.why, self.headers = code, why, headers


@dataclass(frozen=True, slots=True)
class Door:
    """What answering needs."""

    sources: Callable[[], Sequence[Source]]
    """The sources as they are now."""
    keeper: Keeper
    now: Callable[[], datetime]
    patience: float = PATIENCE
    rates: Rates = field(default_factory=Rates)


def application(door: Door) -> Starlette:
    """The application; everything lies under /in/, followed by the secret path of a source."""

    async def answer(request: Request) -> Response:
        return await _answer(door, request)

    methods = ["GET", "POST"]
    return Starlette(
        routes=[
            Route("/in/{path}", answer, methods=methods),
            Route("/in/{path}/{rest:path}", answer, methods=methods),
        ]
    )


async def _answer(door: Door, request: Request) -> Response:
    name = "?"
    try:
        source = _source(door, request)
        name = source.name
        if request.method == "GET":
            return _echo(source, request)
        return await _take(door, source, request)
    except Refused as refused:
        LOG.info("intake %s: refused %s, %s", name, refused.code, refused.why)
        return Response(status_code=refused.code, headers=refused.headers)


def _source(door: Door, request: Request) -> Source:
    """The source of the secret path, from a network of its own and within its allowance."""
    asked = hash_of(request.path_params["path"])
    source = next((s for s in door.sources() if s.path and s.path == asked), None)
    if source is None:
        raise Refused(401, "no such address", CLOSE)
    if not source.lets_in(request.client.host if request.client else ""):
        raise Refused(401, "not its network", CLOSE)
    wait = door.rates.wait(source.name, source.per_minute, asyncio.get_running_loop().time())
    if wait:
        raise Refused(429, "too many", {"retry-after": str(ceil(wait)), **CLOSE})
    return source


def _echo(source: Source, request: Request) -> Response:
    """What Zadarma wants to read when the address is connected."""
    said = request.query_params.get("zd_echo")
    if source.kind is SourceKind.ZADARMA and said and said.isalnum():
        return PlainTextResponse(said)
    raise Refused(405, "GET", {"allow": "POST"})


async def _take(door: Door, source: Source, request: Request) -> Response:
    said = request.headers.get("content-type", "")
    media = said.partition(";")[0].strip().casefold()
    if media not in {JSON, FORM, PARTS}:
        raise Refused(415, "neither form nor JSON", CLOSE)
    raw = await _body(door, request)
    received = door.now()
    if source.signed and not is_signed(source, request.headers, raw, received):
        raise Refused(401, "signature")
    try:
        if media == PARTS:
            media, raw = FORM, form_of(said, raw)
        payload = payload_of(media, raw)
    except Malformed as error:
        raise Refused(400, "malformed") from error
    confirmed = _confirmation(source, payload)
    if confirmed is not None:
        return PlainTextResponse(confirmed)
    if not is_vouched(source, request.headers, payload):
        raise Refused(401, "key of the service")
    signed_at = request.headers[TIME] if source.signed else ""
    key = key_of(payload, raw, signed_at)
    try:
        await door.keeper.keep(Landed(source.name, key, received, media, raw))
    except CrmError as error:
        raise Refused(503, type(error).__name__, {"retry-after": "60"}) from error
    LOG.info("intake %s: taken %s", source.name, key[-8:])
    return PlainTextResponse("ok")


def _confirmation(source: Source, payload: Payload) -> str | None:
    """The answer to a service that only tries the address; None for what is to be kept."""
    if source.kind is SourceKind.VK and payload.get("type") == "confirmation":
        return source.confirm
    if source.kind is SourceKind.TILDA and dict(payload.fields) == {"test": "test"}:
        return "ok"
    return None


async def _body(door: Door, request: Request) -> bytes:
    """The body, as long as it is not too large and not too slow."""
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or int(said) > MOST_BYTES:
        raise Refused(413, "too large", CLOSE)
    parts, size = [], 0
    try:
        async with asyncio.timeout(door.patience):
            async for part in request.stream():
                size += len(part)
                if size > MOST_BYTES:
                    raise Refused(413, "too large", CLOSE)
                parts.append(part)
    except TimeoutError as error:
        raise Refused(408, "too slow", CLOSE) from error
    except ClientDisconnect as error:
        raise Refused(400, "gone") from error
    return b"".join(parts)
