"""The emulator behind the wire: as an adapter of `requests`, or as a server on a port."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import BaseAdapter
from typing_extensions import override

from tests.google.emulator.faults import Answer, Call, Kind, Lost
from tests.google.emulator.service import Google

SILENCE = 120.0
"""Seconds that a silent server keeps a connection open; the client gives up sooner."""


def call_of(method: str, url: str, headers: Mapping[str, str], raw: bytes) -> Call:
    """A request as the emulator takes it."""
    parts = urlsplit(url)
    small = {k.casefold(): v for k, v in headers.items()}
    body: Any = None
    kind = small.get("content-type", "")
    if raw and "json" in kind:
        body = json.loads(raw)
    elif raw and "form" in kind:
        body = dict(parse_qsl(raw.decode()))
    elif raw:
        body = raw.decode()
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return Call(method, parts.path, query, body, small)


def raw_of(answer: Answer) -> bytes:
    """The bytes of an answer."""
    if answer.body is None:
        return b""
    if isinstance(answer.body, bytes):
        return answer.body
    if isinstance(answer.body, str):
        return answer.body.encode()
    return json.dumps(answer.body, ensure_ascii=False).encode()


class Wire(BaseAdapter):
    """Calls the emulator in the same thread; lost answers become what `requests` makes of them."""

    def __init__(self, google: Google) -> None:
        super().__init__()
        self.google = google

    @override
    def send(self, request: Any, *_: Any, **__: Any) -> requests.Response:
        """One exchange."""
        raw = request.body or b""
        raw = raw.encode() if isinstance(raw, str) else raw
        try:
            answer = self.google.answer(call_of(request.method, request.url, request.headers, raw))
        except Lost as lost:
            if lost.kind in {Kind.TIMEOUT, Kind.TIMEOUT_DONE}:
                raise requests.ReadTimeout(lost.kind.value, request=request) from lost
            raise requests.ConnectionError(lost.kind.value, request=request) from lost
        response = requests.Response()
        response.status_code = answer.status
        response.headers["Content-Type"] = answer.kind
        response.headers.update(answer.headers)
        response.raw = BytesIO(raw_of(answer))
        response.request, response.url = request, request.url
        response.encoding = "utf-8"
        return response

    @override
    def close(self) -> None:
        """Nothing is open."""


class Server:
    """The emulator on a port of this machine, as long as the block runs."""

    def __init__(self, google: Google, port: int = 0, *, latency: float = 0) -> None:
        lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                call = call_of(
                    self.command, self.path, dict(self.headers.items()), self.rfile.read(length)
                )
                threading.Event().wait(latency)
                try:
                    with lock:
                        answer = google.answer(call)
                except Lost as lost:
                    if lost.kind in {Kind.TIMEOUT, Kind.TIMEOUT_DONE}:
                        threading.Event().wait(SILENCE)
                    self.close_connection = True
                    self.connection.close()
                    return
                raw = raw_of(answer)
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.kind)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815

            @override
            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Server:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
