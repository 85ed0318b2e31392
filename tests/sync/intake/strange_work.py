"""What a reading process may do wrong; light, for the process imports it."""

from collections.abc import Iterator

MB = 1024 * 1024


def hungry(asked: bytes, raw: bytes) -> Iterator[bytes]:
    yield b"x" * (2000 * MB)


def endless(asked: bytes, raw: bytes) -> Iterator[bytes]:
    number = 0
    while number >= 0:
        number += 1
    yield b""


def falling(asked: bytes, raw: bytes) -> Iterator[bytes]:
    yield b"one\n"
    raise RuntimeError


def asleep(asked: bytes, raw: bytes) -> Iterator[bytes]:
    import signal

    signal.pause()
    yield b""


def chatty(asked: bytes, raw: bytes) -> Iterator[bytes]:
    for number in range(20_000):
        yield f"{number}\n".encode()
