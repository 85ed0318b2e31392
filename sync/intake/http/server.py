"""The server: uvicorn on one port, which cuts off whoever is slow to say what he wants."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN = 10.0
"""Seconds in which a new connection must have sent the head of its first request."""
KEPT_ALIVE = 5
AT_ONCE = 200
"""Connections; the next one hears 503."""
LONGEST_HEAD = 16 * 1024
PROXY = "127.0.0.1"
"""Whose word on the sender's address is taken: the proxy that speaks TLS for us."""


class Hasty(H11Protocol):
    """The protocol of a connection that is closed when its first head is too slow."""

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.loop.call_later(HEADERS_WITHIN, self._give_up)

    def _give_up(self) -> None:
        if not (self.has_begun() or self.transport.is_closing()):
            self.transport.close()

    def has_begun(self) -> bool:
        """Whether a whole head has come in."""
        return self.cycle is not None


@dataclass(frozen=True, slots=True)
class Address:
    """Where the door stands."""

    host: str
    port: int


def server_of(app: Starlette, address: Address) -> uvicorn.Server:
    """A server to be run; it logs nothing, since an address is a secret."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=address.host,
            port=address.port,
            http=Hasty,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=PROXY,
            timeout_keep_alive=KEPT_ALIVE,
            timeout_graceful_shutdown=5,
            limit_concurrency=AT_ONCE,
            h11_max_incomplete_event_size=LONGEST_HEAD,
        )
    )
