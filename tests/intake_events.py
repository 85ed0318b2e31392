"""Deliveries of one telephony, one site and one bank: what happened, cut into pieces that overlap.

The truth is what the store must hold after every piece has come, in whatever order and how often.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

from model.blueprint import Kind
from model.canon import canon
from store import Reader
from sync.importing.desk import TABLES
from sync.imports import ImportKind

FIRST_DAY = 10
"""Of March 2026."""
OURS = "40702810200000000001"
CALL_FIELDS = ("at", "dir", "number", "manager", "seconds", "answered", "record_url")
LEAD_FIELDS = ("name", "phone", "email", "text")
PAYMENT_FIELDS = ("date", "payer", "payer_inn", "amount", "purpose")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file or request."""

    name: str
    raw: bytes


def deliveries(count: int, seed: int) -> list[Delivery]:
    """Pieces of `count` facts, each of which is delivered one to five times."""
    dice = Random(seed)
    calls, leads = count * 6 // 10, count * 2 // 10
    return [
        *_calls(calls, dice),
        *_leads(leads, dice),
        *_statements(count - calls - leads, dice),
    ]


def _calls(count: int, dice: Random) -> list[Delivery]:
    """Events of calls: an end, sometimes a record before or after it, and files of several ends."""
    found: list[Delivery] = []
    bodies = []
    for number in range(count):
        day, hour, minute = FIRST_DAY + number % 9, 8 + number % 11, number % 60
        out = number % 3 == 0
        end = {
            "event": "NOTIFY_OUT_END" if out else "NOTIFY_END",
            "call_start": f"2026-03-{day} {hour:02}:{minute:02}:{number % 59:02}",
            "pbx_call_id": f"{'out' if out else 'in'}_{number}",
            "caller_id": f"7916{number:07}",
            "destination": f"7916{number:07}",
            "internal": str(101 + number % 2),
            "duration": str(dice.randrange(0, 300)),
            "disposition": dice.choice(("answered", "answered", "busy", "no answer")),
        }
        bodies.append(urlencode(end))
        if dice.random() < 0.4:
            record = {"event": "NOTIFY_RECORD", "pbx_call_id": end["pbx_call_id"]}
            bodies.append(urlencode(record | {"call_id_with_rec": f"rec.{number}"}))
    for body in bodies:
        found += [Delivery("call.txt", body.encode())] * dice.choice((0, 0, 0, 1))
    return found + _files("calls", bodies, dice)


def _leads(count: int, dice: Random) -> list[Delivery]:
    """Forms of a site; a retry may lack what the first one had."""
    bodies = []
    for number in range(count):
        whole = {
            "Name": f"Клиент {number}",
            "Phone": f"+7903{number:07}",
            "tranid": f"7:{number}",
            "formid": "f1",
            "Comment": f"нужен товар {number}",
        }
        bodies.append(urlencode(whole))
        if dice.random() < 0.3:
            bodies.append(urlencode({k: v for k, v in whole.items() if k != "Comment"}))
    return _files("leads", bodies, dice)


def _files(name: str, bodies: list[str], dice: Random) -> list[Delivery]:
    """Every body in one to three files that overlap."""
    found = []
    for size in (7, 31, 400)[: dice.randrange(1, 4)]:
        mixed = dice.sample(bodies, len(bodies))
        parts = (mixed[at : at + size] for at in range(0, len(mixed), size))
        found += [Delivery(f"{name}.txt", "\n".join(part).encode()) for part in parts]
    return found


def _statements(count: int, dice: Random) -> list[Delivery]:
    """Statements whose days overlap; some payments of a day are equal to the last sign."""
    days: dict[int, list[str]] = {day: [] for day in range(FIRST_DAY, FIRST_DAY + 9)}
    for number in range(count):
        day = FIRST_DAY + number % 9
        document = _document(number, day, dice)
        days[day] += [document] * (2 if dice.random() < 0.05 else 1)
    found = []
    for first in days:
        last = min(first + dice.randrange(0, 4), FIRST_DAY + 8)
        body = "".join(text for day in range(first, last + 1) for text in days[day])
        head = f"1CClientBankExchange\nВерсияФормата=1.03\nКодировка=Windows\nРасчСчет={OURS}\n"
        raw = f"{head}{body}КонецФайла\n".encode(dice.choice(("utf-8", "cp1251", "cp866")))
        found.append(Delivery("выписка.txt", raw))
    return found


def _document(number: int, day: int, dice: Random) -> str:
    lines = {
        "Номер": number,
        "Дата": f"{day}.03.2026",
        "Сумма": f"{dice.randrange(100, 10**6)}.{dice.randrange(100):02}",
        "ПлательщикСчет": f"4070281090000000{number % 97:04}",
        "ДатаПоступило": f"{day}.03.2026",
        "Плательщик1": f"ООО Покупатель {number % 97}",
        "ПлательщикИНН": "7707083893",
        "ПолучательСчет": OURS,
        "НазначениеПлатежа": f"Оплата по счёту {number}",
    }
    body = "\n".join(f"{key}={value}" for key, value in lines.items())
    return f"СекцияДокумент=Платежное поручение\n{body}\nКонецДокумента\n"


def state_of(reader: Reader) -> dict[str, list[str]]:
    """What the store holds, apart from row ids, numbers and moments."""
    return {
        "calls": _rows(reader, ImportKind.CALLS, CALL_FIELDS),
        "leads": _rows(reader, ImportKind.LEADS, LEAD_FIELDS),
        "payments": _rows(reader, ImportKind.PAYMENTS, PAYMENT_FIELDS),
        "sums": sorted(
            f"{p.measure.value} {p.manager} {p.day} {p.amount}"
            for parts in reader.contributions_of("call_log").values()
            for p in parts
        ),
    }


def _rows(reader: Reader, kind: ImportKind, fields: tuple[str, ...]) -> list[str]:
    found: list[Any] = []
    for row in reader.rows(TABLES[kind]).values():
        shown = {name: str(_canon(name, row.values.get(name))) for name in fields}
        found.append(json.dumps(shown, ensure_ascii=False, sort_keys=True))
    return sorted(found)


def _canon(name: str, value: Any) -> Any:
    return canon(Kind.PHONE, value) if name in {"phone", "number"} else value
