"""Those who send: honest forms at a steady rate, and strangers who try everything else.

    python -m tests.live.sender TASK.json ANSWERS.json

A process of its own, so that its work is not the server's. Every request stands in the answers
with its code and how long the answer took.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlencode

from sync.intake.http.payload import FORM, JSON, MOST_BYTES
from sync.intake.http.signing import SIGNATURE, TIME, signature_of

LANES = 40
"""Connections that are kept alive."""
SLOW_LANES = 3
PATIENCE = 30.0
CUT = 0
"""Code of a connection that was closed without an answer."""
NEVER_CUT = -1


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be sent where."""

    port: int
    plain: str
    """Path of the source that takes forms."""
    signed: str
    key: str
    rate: int
    seconds: float
    seed: int
    prefix: str = ""
    slow: int = SLOW_LANES
    """Senders who never end."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request and its answer."""

    what: str
    number: str
    code: int
    took: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request before it goes."""

    what: str
    number: str
    path: str
    body: bytes
    headers: dict[str, str]


HONEST = ("form", "signed", "again")
WRONG = ("oversized", "malformed", "deep", "stranger", "unsigned", "tampered", "replayed")
EXPECTED = {
    "form": {200},
    "signed": {200},
    "again": {200},
    "oversized": {413},
    "malformed": {400},
    "deep": {400},
    "stranger": {401},
    "unsigned": {401},
    "tampered": {401},
    "replayed": {401},
    "slow": {408, CUT},
}
"""Codes that each kind of request may hear. «again» is an honest one sent twice."""


class Requests:
    """The requests of a task, one after another, from a seed."""

    def __init__(self, task: Task) -> None:
        self.task, self.chance, self.count = task, random.Random(task.seed), 0
        self.last: Wanted | None = None

    def next(self) -> Wanted:
        self.count += 1
        kind = self.chance.choices(("form", "signed", "again", "wrong"), (70, 22, 3, 5))[0]
        if kind == "again" and self.last is not None:
            return Wanted("again", self.last.number, *_rest(self.last))
        if kind == "wrong":
            return self._wrong(self.chance.choice(WRONG))
        found = self._signed() if kind == "signed" else self._form()
        self.last = found
        return found

    def _fields(self) -> tuple[str, dict[str, str]]:
        number = f"{self.task.prefix}{self.count}"
        phone = f"+7{9_000_000_000 + self.task.seed % 100 * 1_000_000 + self.count}"
        return number, {"tranid": number, "Name": f"Имя {number}", "Phone": phone}

    def _form(self) -> Wanted:
        number, fields = self._fields()
        body = urlencode(fields).encode()
        return Wanted("form", number, self.task.plain, body, {"content-type": FORM})

    def _signed(self, *, at: float | None = None, what: str = "signed") -> Wanted:
        number, fields = self._fields()
        body = json.dumps(fields).encode()
        moment = str(int(time.time() if at is None else at))
        said = {TIME: moment, SIGNATURE: signature_of(self.task.key, moment, body)}
        return Wanted(what, number, self.task.signed, body, {"content-type": JSON, **said})

    def _wrong(self, what: str) -> Wanted:
        form = self._form()
        match what:
            case "oversized":
                return Wanted(what, form.number, form.path, b"x" * (MOST_BYTES + 1), form.headers)
            case "malformed":
                json_head = {"content-type": JSON}
                return Wanted(what, form.number, form.path, b'{"tranid": ', json_head)
            case "deep":
                body = b"[" * 5_000 + b"]" * 5_000
                return Wanted(what, form.number, form.path, body, {"content-type": JSON})
            case "stranger":
                return Wanted(what, form.number, "/in/nobody-knows-this", form.body, form.headers)
            case "unsigned":
                return Wanted(what, form.number, self.task.signed, form.body, form.headers)
            case "tampered":
                honest = self._signed()
                return Wanted(what, honest.number, honest.path, honest.body + b" ", honest.headers)
            case _:
                return self._signed(at=time.time() - 3_600, what=what)


def _rest(one: Wanted) -> tuple[str, bytes, dict[str, str]]:
    return one.path, one.body, one.headers


class Lane:
    """One connection, made anew when the other side closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, wanted: Wanted) -> int:
        try:
            return await asyncio.wait_for(self._ask(wanted), PATIENCE)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            self.close()
            return CUT

    async def _ask(self, wanted: Wanted) -> int:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        head = [f"POST {wanted.path} HTTP/1.1", "host: door"]
        head += [f"{name}: {value}" for name, value in wanted.headers.items()]
        head += [f"content-length: {len(wanted.body)}", "", ""]
        writer.write("\r\n".join(head).encode() + wanted.body)
        status = await reader.readuntil(b"\r\n")
        rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").casefold()
        length = next(
            (int(line[15:]) for line in rest.splitlines() if line.startswith("content-length:")), 0
        )
        await reader.readexactly(length)
        if "connection: close" in rest:
            self.close()
        return int(status.split()[1])

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


async def slow(task: Task, number: int) -> Sent:
    """A sender who says a byte a second and never ends, in the head or in the body."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", task.port)
    head = f"POST {task.plain} HTTP/1.1\r\nhost: door\r\ncontent-type: {FORM}\r\n"
    writer.write(head.encode() if number % 2 else f"{head}content-length: 5000\r\n\r\n".encode())
    answer = asyncio.create_task(reader.readline())
    while not answer.done() and time.monotonic() - began < PATIENCE:
        writer.write(b"a")
        await asyncio.wait({answer}, timeout=1.0)
    code = _code(answer) if answer.done() else NEVER_CUT
    answer.cancel()
    writer.close()
    return Sent("slow", f"{task.prefix}slow{number}", code, time.monotonic() - began)


def _code(answer: asyncio.Task[bytes]) -> int:
    failed = answer.exception() is not None
    return CUT if failed or not answer.result() else int(answer.result().split()[1])


async def send(task: Task) -> list[Sent]:
    """All requests of the task at its rate; a late answer does not slow the next request down."""
    requests, answers = Requests(task), list[Sent]()
    lanes: asyncio.Queue[Lane] = asyncio.Queue()
    for _ in range(LANES):
        lanes.put_nowait(Lane(task.port))

    async def one(wanted: Wanted) -> None:
        began = time.monotonic()
        lane = await lanes.get()
        code = await lane.ask(wanted)
        lanes.put_nowait(lane)
        answers.append(Sent(wanted.what, wanted.number, code, time.monotonic() - began))

    started = time.monotonic()
    crawling = [asyncio.create_task(slow(task, number)) for number in range(task.slow)]
    running = []
    for number in range(int(task.rate * task.seconds)):
        await asyncio.sleep(max(0.0, started + number / task.rate - time.monotonic()))
        running.append(asyncio.create_task(one(requests.next())))
    await asyncio.gather(*running)
    return answers + list(await asyncio.gather(*crawling))


def main() -> int:
    place, result = map(Path, sys.argv[1:3])
    task = Task(**json.loads(place.read_text(encoding="utf-8")))
    answers = asyncio.run(send(task))
    result.write_text(json.dumps([asdict(one) for one in answers]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
