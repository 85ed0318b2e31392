"""Strangers' bytes in a process of their own: what breaks there breaks there only."""

import pytest

from model.errors import HostileWorkbook, UnreadableInput
from sync.imports import ImportKind, Incoming, Refused
from sync.intake.apart import read_apart
from sync.intake.formats import Merging, Reading, Wish, recognised
from sync.intake.wire import Cut, asked_of, error_line, lines_of, reading_of, wish_line
from sync.world import Broke, Limits
from sync.world.real_apart import apart
from sync.world.real_job import around, limits_of

MB = 1024 * 1024
LEADS = "Имя;Телефон;Сообщение\nАнна;+7 903 765-43-21;вопрос\nБорис;;без телефона\n".encode()
SMALL = Limits(400 * MB, 20.0)


@pytest.mark.parametrize(
    ("work", "limits", "why"),
    [("hungry", SMALL, "memory"), ("endless", Limits(400 * MB, 1.0), "time"),
     ("falling", SMALL, "crash"), ("asleep", Limits(400 * MB, 1.0), "time")],
)  # fmt: skip
def test_a_process_apart_ends_alone(work: str, limits: Limits, why: str) -> None:
    place = f"tests.sync.intake.strange_work:{work}"
    with apart(place, b"", b"", limits) as lines, pytest.raises(Broke) as broke:
        list(lines)
    assert broke.value.why == why


def test_who_reads_slowly_is_waited_for() -> None:
    from threading import Event

    with apart("tests.sync.intake.strange_work:chatty", b"", b"", Limits(400 * MB, 3.0)) as lines:
        next(lines)
        Event().wait(4)
        assert sum(1 for _ in lines) == 19_999


def test_a_file_is_read_apart_as_it_is_read_here() -> None:
    from sync.world.real_process import RealProcess

    with read_apart(RealProcess(), LEADS, "заявки.csv", Wish()) as reading:
        there = list(reading.rows)
    assert there == list(recognised(LEADS, "заявки.csv").rows)
    assert isinstance(there[0], Incoming)
    assert isinstance(there[1], Refused)


def test_a_reading_travels_whole() -> None:
    here = recognised(LEADS, "заявки.csv")
    there = reading_of(lines_of(here))
    assert list(there.rows) == list(here.rows)
    assert (there.guesses, there.headers, there.merging) == (
        here.guesses,
        here.headers,
        Merging.LATEST,
    )


def test_a_wish_travels_whole() -> None:
    wish = Wish(
        ImportKind.CALLS, "Asia/Omsk", ("Новая",), {"А": None}, ("x = 1",), {"a": "b"}, True
    )
    assert asked_of(wish_line("имя", wish)) == ("имя", wish)


def test_an_error_comes_back_as_itself() -> None:
    with pytest.raises(HostileWorkbook) as refused:
        reading_of([error_line(HostileWorkbook(name="a", detail="б"))])
    assert refused.value.facts == {"name": "a", "detail": "б"}


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [b"not json\n"],
        [b'{"error": "os", "facts": {}}\n'],
        [b'{"error": "CrmError", "facts": {}}'],
    ],
)
def test_lines_that_are_no_reading_are_seen(lines: list[bytes]) -> None:
    with pytest.raises(Cut):
        reading_of(lines)


def test_a_reading_that_ends_too_early_is_no_reading() -> None:
    lines = list(lines_of(recognised(LEADS, "заявки.csv")))[:-1]
    reading: Reading = reading_of(lines)
    with pytest.raises(Cut):
        list(reading.rows)


def test_a_file_that_is_too_large_is_not_even_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    from sync.intake import apart as module
    from sync.world.real_process import RealProcess

    monkeypatch.setattr(module, "MAX_BYTES", len(LEADS) - 1)
    with (
        pytest.raises(UnreadableInput, match="больше"),
        read_apart(RealProcess(), LEADS, "a.csv", Wish()),
    ):
        pass


class Kernel:
    """What Windows is asked."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __getattr__(self, name: str):
        class Call:
            restype = None

            def __call__(call, *arguments: object) -> int:  # noqa: N805  # self is the kernel
                self.said.append(name)
                return 7

        return Call()


def test_windows_is_asked_for_a_job_with_limits() -> None:
    kernel = Kernel()

    class Child:
        _handle = 5

    around(Child(), SMALL, kernel).close()  # type: ignore[arg-type]
    assert kernel.said == [
        "CreateJobObjectW",
        "SetInformationJobObject",
        "AssignProcessToJobObject",
        "CloseHandle",
    ]
    told = limits_of(SMALL)
    assert (told.process_memory, told.basic.process_time) == (400 * MB, 200_000_000)
    assert told.basic.flags & 0x2000
