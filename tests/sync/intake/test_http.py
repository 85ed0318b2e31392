"""The door: refuses early and without a reason, writes down before it answers."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette

from model.arrivals import Landed
from model.errors import CannotWrite
from sync.intake.http.app import Door, application
from sync.intake.http.payload import FORM, JSON, MOST_BYTES, PARTS, payload_of
from sync.intake.http.signing import SIGNATURE, TIME, signature_of
from sync.intake.sources import Source, SourceKind, hash_of

NOW = datetime(2026, 3, 12, 12, tzinfo=UTC)
KEY = "k" * 32
TILDA = "Name=%D0%98%D0%B2%D0%B0%D0%BD&Phone=%2B7+%28916%29+123-45-67&tranid=1234567%3A8901234"


@dataclass
class Shelf:
    """Keeps in memory; may be full."""

    kept: list[Landed] = field(default_factory=list)
    full: bool = False

    async def keep(self, one: Landed) -> None:
        if self.full:
            raise CannotWrite(name="landing.sqlite3", reason="нет места")
        await asyncio.sleep(0)
        self.kept.append(one)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@dataclass(frozen=True)
class Client:
    """A stranger at the door."""

    app: Starlette

    def get(self, path: str) -> httpx.Response:
        return asyncio.run(self._send("GET", path))

    def post(self, path: str, **more: Any) -> httpx.Response:
        return asyncio.run(self._send("POST", path, **more))

    async def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=("203.0.113.7", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            return await client.request(method, path, **more)


def client(shelf: Shelf, *sources: Source) -> Client:
    return Client(application(Door(lambda: sources, shelf, lambda: NOW)))


def source(kind: SourceKind = SourceKind.FORM, **more: object) -> Source:
    return Source.model_validate({"name": "сайт", "kind": kind, "path": hash_of("p"), **more})


def form(**fields: str) -> dict[str, Any]:
    return {"content": urlencode(fields), "headers": {"content-type": FORM}}


def test_what_was_answered_is_kept_with_its_bytes(shelf: Shelf) -> None:
    answer = client(shelf, source()).post(
        "/in/p", content=TILDA, headers={"content-type": f"{FORM}; charset=utf-8"}
    )
    assert (answer.status_code, answer.text) == (200, "ok")
    (one,) = shelf.kept
    assert (one.source, one.raw, one.media) == ("сайт", TILDA.encode(), FORM)
    assert one.key.startswith("id:1234567:8901234:")


def test_a_full_disk_is_not_answered_with_taken(shelf: Shelf) -> None:
    shelf.full = True
    answer = client(shelf, source()).post("/in/p", **form(phone="1"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


@pytest.mark.parametrize(
    ("path", "more"),
    [("other", {}), ("p", {"addresses": ("198.51.100.0/24",)}), ("p", {"signed": True})],
)
def test_strangers_hear_nothing_but_401(shelf: Shelf, path: str, more: dict[str, Any]) -> None:
    answer = client(shelf, source(**more)).post(f"/in/{path}", **form(phone="1"))
    assert (answer.status_code, answer.content) == (401, b"")
    assert shelf.kept == []


PART = b'--x\r\nContent-Disposition: form-data; name="phone"\r\n\r\n1\r\n'


def test_a_form_in_parts_is_kept_as_a_form(shelf: Shelf) -> None:
    """Of an attached file only the name; a sign of the usual form inside a value is no sign."""
    answer = asyncio.run(_in_parts(shelf))
    assert answer.status_code == 200
    (one,) = shelf.kept
    fields = payload_of(one.media, one.raw).fields
    assert fields == {"Имя": "Анна", "Вопрос": "a=b&c\r\nd", "tranid": "7", "file": "смета.pdf"}
    assert one.key.startswith("id:7:")


async def _in_parts(shelf: Shelf) -> httpx.Response:
    """As a real client sends it."""
    fields = {"Имя": "Анна", "Вопрос": "a=b&c\r\nd", "tranid": "7"}
    transport = httpx.ASGITransport(application(Door(lambda: [source()], shelf, lambda: NOW)))
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as browser:
        file = {"file": ("смета.pdf", b"%PDF\r\n--not the end")}
        return await browser.post("/in/p", data=fields, files=file)


@pytest.mark.parametrize(
    ("media", "body", "code"),
    [
        (JSON, b"x" * (MOST_BYTES + 1), 413),
        (JSON, b"{", 400),
        (JSON, b"12", 400),
        (JSON, b"\xff\xfe", 400),
        (JSON, b"[" * 100_000, 400),
        (JSON, b"[" * 21 + b"]" * 21, 400),
        (JSON, json.dumps({str(n): n for n in range(201)}).encode(), 400),
        (FORM, "&".join(f"a{n}=1" for n in range(201)).encode(), 400),
        (FORM, b"no pair at all", 400),
        (FORM, b"a" + b"[x]" * 21 + b"=1", 400),
        ("multipart/form-data", b"--x--\r\n", 400),
        (f"{PARTS}; boundary=x", b"no parts", 400),
        (f"{PARTS}; boundary=x", PART, 400),
        (f"{PARTS}; boundary=x", b"--x\r\nContent-Type: text/plain\r\n\r\n1\r\n--x--\r\n", 400),
        (f"{PARTS}; boundary=x", PART * 201 + b"--x--\r\n", 400),
        ("text/xml", b"<a/>", 415),
    ],
)
def test_what_is_no_honest_body_is_refused(
    shelf: Shelf, media: str, body: bytes, code: int
) -> None:
    answer = client(shelf, source()).post("/in/p", content=body, headers={"content-type": media})
    assert (answer.status_code, shelf.kept) == (code, [])


def test_a_body_that_grows_past_its_word_is_cut_off(shelf: Shelf) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(6):
            yield b"x" * 65_536

    answer = client(shelf, source()).post("/in/p", content=parts(), headers={"content-type": JSON})
    assert (answer.status_code, shelf.kept) == (413, [])


def test_a_source_may_send_so_many_a_minute(shelf: Shelf) -> None:
    door = client(shelf, source(per_minute=3))
    codes = [door.post("/in/p", **form(phone=str(n))).status_code for n in range(5)]
    assert codes == [200, 200, 200, 429, 429]


def signed(body: bytes, *, key: str = KEY, at: float | None = None) -> dict[str, Any]:
    moment = str(int(NOW.timestamp() if at is None else at))
    said = {TIME: moment, SIGNATURE: signature_of(key, moment, body), "content-type": JSON}
    return {"content": body, "headers": said}


def test_only_our_signature_of_about_now_lets_in(shelf: Shelf) -> None:
    door = client(shelf, source(keys=("old key " * 4, KEY), signed=True))
    body = b'{"phone": "1"}'
    good = signed(body)
    assert door.post("/in/p", **good).status_code == 200
    assert door.post("/in/p", **(good | {"content": body + b" "})).status_code == 401
    assert door.post("/in/p", **signed(body, key="another")).status_code == 401
    for late in (-301, 301):
        assert door.post("/in/p", **signed(body, at=NOW.timestamp() + late)).status_code == 401
    for at in ("", "nan", "1" * 30, "٣"):
        headers = {**good["headers"], TIME: at.encode()}
        assert door.post("/in/p", content=body, headers=headers).status_code == 401
    assert door.post("/in/p", **signed(body, key="old key " * 4)).status_code == 200
    one, other = shelf.kept
    assert one.key == other.key, "the same moment and body: sent again, so nothing is added"


def test_services_that_try_the_address_are_answered_as_they_want(shelf: Shelf) -> None:
    tilda = client(shelf, source(SourceKind.TILDA))
    assert tilda.post("/in/p", **form(test="test")).text == "ok"
    vk = client(shelf, source(SourceKind.VK, confirm="a1b2c3", keys=("s3cret",)))
    asked = {"type": "confirmation", "group_id": 1}
    assert vk.post("/in/p", json=asked).text == "a1b2c3"
    zadarma = client(shelf, source(SourceKind.ZADARMA))
    assert zadarma.get("/in/p?zd_echo=8f2e").text == "8f2e"
    assert zadarma.get("/in/p?zd_echo=<b>").status_code == 405
    assert tilda.get("/in/p?zd_echo=8f2e").status_code == 405
    assert shelf.kept == []


def test_the_keys_of_services_are_checked(shelf: Shelf) -> None:
    vk = client(shelf, source(SourceKind.VK, keys=("s3cret",)))
    lead = {"type": "lead_forms_new", "event_id": "e1", "object": {"lead_id": 7}}
    assert vk.post("/in/p", json={**lead, "secret": "s3cret"}).text == "ok"
    assert vk.post("/in/p", json=lead).status_code == 401
    bitrix = client(shelf, source(SourceKind.BITRIX24, keys=("token",)))
    event = {"event": "ONCRMLEADADD", "data[FIELDS][ID]": "9", "auth[application_token]": "token"}
    assert bitrix.post("/in/p", **form(**event)).status_code == 200
    event["auth[application_token]"] = "other"
    assert bitrix.post("/in/p", **form(**event)).status_code == 401
    call = {"event": "NOTIFY_END", "caller_id": "7916", "called_did": "7495", "call_start": "t"}
    digest = hmac.new(b"zkey", b"79167495t", hashlib.sha1).hexdigest().encode()
    zadarma = client(shelf, source(SourceKind.ZADARMA, keys=("zkey",)))
    asked = form(**call)
    assert zadarma.post("/in/p", **asked).status_code == 401
    asked["headers"] |= {"signature": base64.b64encode(digest).decode()}
    assert zadarma.post("/in/p", **asked).status_code == 200
    mango = client(shelf, source(SourceKind.MANGO, keys=("api salt",)))
    sign = hashlib.sha256(b'api{"entry_id":"1"}salt').hexdigest()
    said = {"vpbx_api_key": "api", "json": '{"entry_id":"1"}'}
    assert mango.post("/in/p/events/summary", **form(**said, sign=sign)).status_code == 200
    assert mango.post("/in/p/events/summary", **form(**said, sign="0")).status_code == 401
    assert [one.key.partition(":")[0] for one in shelf.kept] == ["id", "id", "body", "body"]


def test_a_slow_sender_is_cut_off(shelf: Shelf) -> None:
    async def body() -> int:
        async def receive() -> dict[str, object]:
            await asyncio.sleep(30)
            raise AssertionError

        sent: list[dict[str, object]] = []

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        door = Door(lambda: [source()], shelf, lambda: NOW, patience=0.01)
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/in/p",
            "query_string": b"",
            "headers": [(b"content-type", JSON.encode())],
        }
        await application(door)(scope, receive, send)  # type: ignore[arg-type]
        return int(str(sent[0]["status"]))

    assert asyncio.run(body()) == 408
    assert shelf.kept == []


def test_nothing_of_a_body_is_logged(shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "sheetcrm"):
        client(shelf, source()).post("/in/p", **form(phone="+79161234567", name="Анна"))
        client(shelf, source()).post("/in/secret-path", **form(phone="+79161234567"))
    assert "taken" in caplog.text
    for told in ("9161234567", "Анна", "secret-path"):
        assert told not in caplog.text
