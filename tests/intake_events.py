"""Deliveries of one telephony, one site and one bank: what happened, cut into pieces that overlap.

The truth is what the store must hold after every piece has come, in whatever order and how often.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
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
LEAD_FIELDS = ("name", "phone", "email", "text", "first_reply")
PAYMENT_FIELDS = ("date", "payer", "payer_inn", "amount", "purpose")


CHANNELS = {"calls": "телефония", "leads": "сайт"}
"""Sources of requests by what they tell of."""
MOST_TIMES = 5
TIMES, WEIGHTS = range(1, MOST_TIMES + 1), (40, 25, 15, 10, 10)
"""How often a piece comes: once in most cases, as in life, and up to five times."""
LONGEST_FILE = 400
REQUESTED = 0.6
"""Of pieces that come as requests of their own; the others come in files."""
HEAD = f"1CClientBankExchange\nВерсияФормата=1.03\nКодировка=Windows\nРасчСчет={OURS}\n"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file, or one request of a source."""

    name: str
    raw: bytes
    source: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, in pieces: bodies of requests, and documents of a bank by day."""

    bodies: dict[str, list[str]]
    days: dict[int, list[str]]

    def once(self) -> list[Delivery]:
        """Every piece once and in order."""
        files = [
            _file(name, bodies[at : at + LONGEST_FILE])
            for name, bodies in self.bodies.items()
            for at in range(0, len(bodies), LONGEST_FILE)
        ]
        return [*files, _statement(text for day in self.days for text in self.days[day])]

    def again(self, dice: Random) -> list[Delivery]:
        """Every piece one to five times, as requests and in files that overlap, in any order."""
        found = [one for name in self.bodies for one in self._repeated(name, dice)]
        found += self._statements(dice)
        return dice.sample(found, len(found))

    def _repeated(self, name: str, dice: Random) -> list[Delivery]:
        times = dice.choices(TIMES, WEIGHTS, k=len(self.bodies[name]))
        copies = [one for one, n in zip(self.bodies[name], times, strict=True) for _ in range(n)]
        mixed = dice.sample(copies, len(copies))
        asked = round(len(mixed) * REQUESTED)
        found = [Delivery("", body.encode(), CHANNELS[name]) for body in mixed[:asked]]
        while asked < len(mixed):
            size = dice.randint(1, LONGEST_FILE)
            found.append(_file(name, mixed[asked : asked + size]))
            asked += size
        return found

    def _statements(self, dice: Random) -> list[Delivery]:
        """Periods that overlap, until every day was told of."""
        left, found = dict.fromkeys(self.days, MOST_TIMES), list[Delivery]()
        while any(times == MOST_TIMES for times in left.values()):
            first = dice.choice([day for day, times in left.items() if times == MOST_TIMES])
            period = [day for day in range(first, first + dice.randint(1, 4)) if left.get(day)]
            texts = [text for day in period for text in self.days[day]]
            coding = dice.choice(("utf-8", "cp1251", "cp866"))
            for _ in range(dice.randint(1, min(left[day] for day in period))):
                found.append(_statement(texts, coding))
                for day in period:
                    left[day] -= 1
        return found


def story_of(count: int, seed: int) -> Story:
    """`count` facts: calls, leads and payments."""
    dice = Random(seed)
    calls, leads = count * 6 // 10, count * 2 // 10
    bodies = {"calls": _calls(calls, dice), "leads": _leads(leads, dice)}
    return Story(bodies, _days(count - calls - leads, dice))


def _file(name: str, bodies: list[str]) -> Delivery:
    return Delivery(f"{name}.txt", "\n".join(bodies).encode())


def _statement(texts: Iterable[str], coding: str = "cp1251") -> Delivery:
    return Delivery("выписка.txt", f"{HEAD}{''.join(texts)}КонецФайла\n".encode(coding))


def _calls(count: int, dice: Random) -> list[str]:
    """An end of each call, and sometimes a record after it."""
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
    return bodies


def _leads(count: int, dice: Random) -> list[str]:
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
    return bodies


def _days(count: int, dice: Random) -> dict[int, list[str]]:
    """Documents of each day; some of a day are equal to the last sign."""
    days: dict[int, list[str]] = {day: [] for day in range(FIRST_DAY, FIRST_DAY + 9)}
    for number in range(count):
        day = FIRST_DAY + number % 9
        document = _document(number, day, dice)
        days[day] += [document] * (2 if dice.random() < 0.05 else 1)
    return days


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
        "tasks": sorted(
            f"{row.values['what']} {row.values['state']}" for row in reader.rows("tasks").values()
        ),
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
