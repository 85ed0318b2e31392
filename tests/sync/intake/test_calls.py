"""Calls of telephony: legs joined, columns told by content, zones, and every provider's shape."""

import json
import random
from datetime import datetime

import pytest

from sync.imports import ImportKind, Incoming, Refused
from sync.intake.formats import Wish, recognised

NAMES = [
    "accountcode",
    "src",
    "dst",
    "dcontext",
    "clid",
    "channel",
    "dstchannel",
    "lastapp",
    "lastdata",
    "start",
    "answer",
    "end",
    "duration",
    "billsec",
    "disposition",
    "amaflags",
    "uniqueid",
    "userfield",
    "peeraccount",
    "linkedid",
    "sequence",
]
EXTENSIONS = "101", "102", "103"


def leg(**cells: str) -> dict[str, str]:
    usual = {
        "accountcode": "", "src": "89161234567", "dst": "74951112233", "dcontext": "from-trunk",
        "clid": '"Анна" <89161234567>', "channel": "SIP/trunk-00000001",
        "dstchannel": "SIP/101-00000002", "lastapp": "Dial", "lastdata": "SIP/101,60,t",
        "start": "2026-03-12 10:00:00", "answer": "2026-03-12 10:00:05",
        "end": "2026-03-12 10:01:05", "duration": "65", "billsec": "60", "disposition": "ANSWERED",
        "amaflags": "DOCUMENTATION", "uniqueid": "1773298800.1", "userfield": "",
        "peeraccount": "", "linkedid": "1773298800.1", "sequence": "1",
    }  # fmt: skip
    return usual | cells


def master(*legs: dict[str, str], order: list[str] | None = None) -> bytes:
    lines = []
    for one in legs:
        cells = [one[name].replace('"', '""') for name in order or NAMES]
        lines.append(",".join(f'"{cell}"' for cell in cells))
    return ("\n".join(lines) + "\n").encode()


def calls(raw: bytes, wish: Wish | None = None) -> list[dict[str, object]]:
    reading = recognised(raw, "Master.csv", wish or Wish())
    assert reading.kind is ImportKind.CALLS
    return [dict(row.values) for row in reading.rows if isinstance(row, Incoming)]


RING_GROUP = (
    leg(
        dstchannel="SIP/102-00000003", lastdata="SIP/101&SIP/102", disposition="NO ANSWER",
        answer="", duration="20", billsec="0", end="2026-03-12 10:00:20", sequence="2",
    ),
    leg(uniqueid="1773298801.4", sequence="4", start="2026-03-12 10:00:20"),
    leg(
        lastapp="Hangup", lastdata="", dstchannel="", uniqueid="1773298899.9",
        linkedid="1773298899.9", src="89035556677", clid='"x" <89035556677>', duration="30",
        billsec="30", start="2026-03-12 11:00:00", answer="2026-03-12 11:00:00",
        end="2026-03-12 11:00:30", sequence="7",
    ),
)  # fmt: skip


def test_legs_of_a_ring_group_are_one_call_and_a_machine_is_no_person() -> None:
    talked, missed = calls(master(*RING_GROUP))
    assert (talked["sec"], talked["answered"], talked["manager"]) == ("60", True, "101")
    assert (talked["at"], talked["number"]) == (datetime(2026, 3, 12, 10, 0), "89161234567")
    assert (missed["sec"], missed["answered"]) == ("0", False)


@pytest.mark.parametrize("seed", range(12))
def test_the_columns_are_told_by_what_stands_in_them(seed: int) -> None:
    order = NAMES.copy()
    random.Random(seed).shuffle(order)
    place = order.index("lastapp")
    order.remove("lastdata")
    order.insert(order.index("lastapp") + 1 if place else 1, "lastdata")
    shuffled = calls(master(*RING_GROUP, order=order))
    assert shuffled == calls(master(*RING_GROUP))


def test_without_linkedid_the_channel_tells_and_a_note_says_so() -> None:
    short = [name for name in NAMES if name not in {"linkedid", "sequence", "peeraccount"}]
    reading = recognised(master(*RING_GROUP, order=short), "Master.csv", Wish())
    assert "uniqueid" in reading.notes[0]
    assert len(list(reading.rows)) == 3


def test_headings_of_the_database_are_known() -> None:
    named = dict(leg(), calldate=leg()["start"])
    head = ["calldate", "clid", "src", "dst", "channel", "dstchannel", "lastapp", "billsec"]
    head += ["disposition", "uniqueid", "linkedid"]
    raw = ",".join(head).encode() + b"\n" + master(named, order=head)
    assert [call["sec"] for call in calls(raw)] == ["60"]


def test_a_call_out_and_a_call_within() -> None:
    out = leg(
        src="101", clid='"Иванов" <101>', channel="SIP/101-00000001", dst="89161234567",
        dstchannel="SIP/trunk-00000002", lastdata="SIP/trunk/89161234567",
    )  # fmt: skip
    within = leg(src="101", dst="102", channel="SIP/101-0000000a", uniqueid="1773298877.2",
                 linkedid="1773298877.2", clid='"Иванов" <101>')  # fmt: skip
    reading = recognised(master(out, out | {"sequence": "2"}, within), "Master.csv", Wish())
    first, second = reading.rows
    assert isinstance(first, Incoming)
    assert isinstance(second, Refused)
    said = (first.values["dir"], first.values["number"], first.values["manager"])
    assert said == ("исходящий", "89161234567", "101")
    assert (second.reason, second.ours) == ("внутренний звонок", False)


def test_times_of_an_exchange_in_another_zone_become_the_teams() -> None:
    wish = Wish(zone="Europe/Moscow", zones={"asterisk": "Asia/Omsk"})
    talked, _ = calls(master(*RING_GROUP), wish)
    assert talked["at"] == datetime(2026, 3, 12, 7, 0)


MANGO = "[];1773298800;1773298925;{answer};{ext};{number};{to_ext};{to};1100;74951112233;abonent;1773298795;{id}"


def mango(**cells: str) -> str:
    usual = {"answer": "1773298810", "ext": "", "number": "79161234567", "to_ext": "101"}
    return MANGO.format(**(usual | {"to": "sip:a@b", "id": "MToxMDA="} | cells))


def test_mango_counts_from_the_answer_and_joins_by_entry() -> None:
    lines = (
        mango(answer="0", to_ext="102"), mango(),
        mango(id="B", ext="101", number="sip:a@b", to_ext="", to="79035556677"),
        mango(id="C", ext="101", to_ext="102"),
    )  # fmt: skip
    reading = recognised("\n".join(lines).encode(), "stats.csv", Wish())
    first, second, third = sorted(
        reading.rows, key=lambda r: (isinstance(r, Refused), r.source_row)
    )
    assert isinstance(first, Incoming)
    assert isinstance(second, Incoming)
    assert (first.values["sec"], first.values["manager"]) == ("115", "101")
    assert (second.values["dir"], second.values["number"]) == ("исходящий", "+79035556677")
    assert isinstance(third, Refused)


PROVIDERS = {
    "zadarma": (
        "event=NOTIFY_END&call_start=2026-03-12+10%3A00%3A00&pbx_call_id=in_1&caller_id=79161234567"
        "&internal=101&duration=125&disposition=answered",
        ("входящий", "+79161234567", "125", True),
    ),
    "zadarma, nobody there": (
        "event=NOTIFY_END&call_start=2026-03-12+10%3A00%3A00&pbx_call_id=in_1&caller_id=79161234567"
        "&duration=25&disposition=no+answer",
        ("входящий", "+79161234567", "0", False),
    ),
    "zadarma out": (
        "event=NOTIFY_OUT_END&call_start=2026-03-12+10%3A00%3A00&pbx_call_id=out_1"
        "&destination=79161234567&caller_id=101&internal=101&duration=5&disposition=answered",
        ("исходящий", "79161234567", "5", True),
    ),
    "uis": (
        {"call_session_id": 7, "contact_phone_number": "79161234567", "direction": "in",
         "notification_time": "2026-03-12 10:00:00.123", "talk_time_duration": 12},
        ("входящий", "+79161234567", "12", True),
    ),
    "uis report": (
        {"jsonrpc": "2.0", "result": {"data": [
            {"id": 7, "start_time": "2026-03-12 10:00:00", "contact_phone_number": "79161234567",
             "direction": "in", "talk_duration": 0, "is_lost": True}]}},
        ("входящий", "+79161234567", "0", False),
    ),
    "bitrix24": (
        {"event": "ONVOXIMPLANTCALLEND", "data": {
            "CALL_ID": "e.1", "CALL_TYPE": "2", "PHONE_NUMBER": "+79161234567",
            "CALL_DURATION": "17", "CALL_START_DATE": "2026-03-12T10:00:00+03:00",
            "CALL_FAILED_CODE": "200"}},
        ("входящий", "+79161234567", "17", True),
    ),
    "bitrix24 form": (
        "event=ONVOXIMPLANTCALLEND&data[CALL_ID]=e.1&data[CALL_TYPE]=1&data[CALL_FAILED_CODE]=304"
        "&data[PHONE_NUMBER]=%2B79161234567&data[CALL_DURATION]=0"
        "&data[CALL_START_DATE]=2026-03-12T07:00:00%2B00:00",
        ("исходящий", "+79161234567", "0", False),
    ),
    "mango": (
        "vpbx_api_key=k&sign=s&json=%7B%22entry_id%22%3A%22a%22%2C%22call_direction%22%3A1%2C%22from"
        "%22%3A%7B%22number%22%3A%2279161234567%22%7D%2C%22to%22%3A%7B%22extension%22%3A%22101%22%7D"
        "%2C%22create_time%22%3A1773298800%2C%22talk_time%22%3A1773298810%2C%22end_time%22%3A"
        "1773298820%2C%22entry_result%22%3A1%7D",
        ("входящий", "+79161234567", "10", True),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_gives_the_same_call(name: str) -> None:
    body, expected = PROVIDERS[name]
    raw = body if isinstance(body, str) else json.dumps(body)
    (call,) = calls(raw.encode())
    said = (call["dir"], call["number"], call["sec"], call["answered"])
    assert said == expected
    at = call["at"]
    assert isinstance(at, datetime)
    assert at.replace(second=0) == datetime(2026, 3, 12, 10, 0)


def test_a_record_that_comes_before_the_end_waits() -> None:
    raw = b"event=NOTIFY_RECORD&pbx_call_id=in_1&call_id_with_rec=17.1"
    (row,) = recognised(raw, "x", Wish()).rows
    assert isinstance(row, Incoming)
    assert row.partial
    assert row.key == "id:in_1"
