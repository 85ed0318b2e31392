"""`python -m bench.imports [--calls N] [--payments N] [--parts N]`: files into the store.

Reference: pandas reading the same file in the same run (`read_csv` of a log of calls; the lines of
a statement through `read_csv`, too, for pandas knows no statement). `ratio` is what a log of calls
costs to that, reading apart, joining, matching and sums included; `payments_ratio` the same of a
statement whose payers are clients of the team. `next_500_growth` is what the next 500 calls cost
after all others to what the first 500 cost in an empty store, `payments_next_500_growth` the same
of payments, and `flat_mb` how much more memory the process holds after the run than after its first
tenth. `known_500_ratio` is what calls cost that are known already.
"""

from __future__ import annotations

import argparse
import gc
import io
import resource
import tempfile
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bench.timing import timed
from model.records import Source
from sync.importing import ImportResult, import_file
from sync.team import Team
from sync.world import World
from sync.world.real_process import RealProcess
from templates.blueprint import load
from tests.sync.ledger import IVANOV, Ledger
from tests.worlds import world_of

KB = 1024
NEXT = 500
CLIENTS = 2_000
START = datetime(2026, 1, 10, 9, 0, 0)  # noqa: DTZ001  # as logs write it
OURS = "40702810200000000001"
LINE = (
    '"","8916{n:07}","7495111","from-trunk","""x"" <8916{n:07}>","SIP/t-{n:08x}",'
    '"SIP/{ext}-{m:08x}","Dial","SIP/{ext},60","{start}","{start}","{end}",{talk},{talk},'
    '"ANSWERED","DOCUMENTATION","{unix}.{n}","","","{unix}.{n}",{n}\n'
)


def calls(first: int, count: int) -> bytes:
    """A log of Asterisk, a leg a call."""
    out = io.StringIO()
    for n in range(first, first + count):
        start = START + timedelta(seconds=7 * n)
        talk = n % 300
        out.write(
            LINE.format(
                n=n,
                m=n + 1,
                ext=101 + n % 20,
                start=start,
                end=start + timedelta(seconds=talk),
                talk=talk,
                unix=1_768_000_000 + n,
            )
        )
    return out.getvalue().encode()


def statement(first: int, count: int) -> bytes:
    """Payments of clients, in the exchange format of 1C."""
    out = io.StringIO()
    out.write(f"1CClientBankExchange\nВерсияФормата=1.03\nКодировка=Windows\nРасчСчет={OURS}\n")
    for n in range(first, first + count):
        day = (START + timedelta(days=n % 60)).strftime("%d.%m.%Y")
        out.write(
            f"СекцияДокумент=Платежное поручение\nНомер={n}\nДата={day}\nСумма={1000 + n}.50\n"
            f"ПлательщикСчет=407028109000{n % CLIENTS:08}\nДатаПоступило={day}\n"
            f"ПлательщикИНН={inn(n % CLIENTS)}\nПлательщик1=ООО Покупатель {n % CLIENTS}\n"
            f"ПолучательСчет={OURS}\nНазначениеПлатежа=Оплата по счёту {n}\nКонецДокумента\n"
        )
    out.write("КонецФайла\n")
    return out.getvalue().encode("cp1251")


def inn(number: int) -> str:
    """A firm's INN with a right check digit."""
    body = f"77{number:07}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return f"{body}{sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11 % 10}"


def found(place: Path) -> Ledger:
    """A team with clients."""
    ledger = Ledger(place, load(2), departments=("Опт", "Розница"))
    with ledger.team.store.write() as writer:
        by = ledger.stamp(writer, Source.IMPORT)
        rows = {
            f"C{n}": {"name": f"ООО Покупатель {n}", "inn": inn(n), "owner": IVANOV}
            for n in range(CLIENTS)
        }
        writer.put_many("clients", rows, by=by)
    return ledger


class Desk:
    """A team that takes files, and seconds of the processor that each took with its reader."""

    def __init__(self, ledger: Ledger, place: Path) -> None:
        self.team: Team = ledger.team
        near = world_of(lambda: ledger.now, Random(7).randbytes)
        self.world: World = replace(near, process=RealProcess())
        self.place = place

    def take(self, name: str, raw: bytes) -> tuple[float, ImportResult]:
        path = self.place / name
        path.write_bytes(raw)
        before = _seconds()
        result = import_file(self.team, None, path, world=self.world)
        return _seconds() - before, result


def _seconds() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    readers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in (own, readers))


def _held() -> float:
    """Megabytes that the process holds now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / KB / KB


def _pandas(raw: bytes, **how: Any) -> float:
    import pandas as pd

    pd.read_csv(io.StringIO("a,b\n1,2\n"))  # the first call loads half of the library
    return timed(lambda: pd.read_csv(io.BytesIO(raw), dtype=str, keep_default_na=False, **how))


def main(call_count: int, payment_count: int, parts: int) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as one:
        place = Path(one)
        desk = Desk(found(place), place)
        first, _ = desk.take("first.csv", calls(0, NEXT))
        spent = reading = 0.0
        each, held = call_count // parts, []
        began = time.monotonic()
        for part in range(parts):
            raw = calls(NEXT + part * each, each)
            seconds, result = desk.take("calls.csv", raw)
            assert result.taken == each
            spent, reading = spent + seconds, reading + _pandas(raw, header=None)
            del raw
            held.append(_held())
            print(f"part {part + 1} of {parts}: {seconds:.1f} s, {held[-1]:.0f} MB", flush=True)
        last, _ = desk.take("last.csv", calls(NEXT + parts * each, NEXT))
        again, result = desk.take("last.csv", calls(NEXT + parts * each, NEXT))
        assert result.taken == 0
        first_paid, _ = desk.take("first.txt", statement(0, NEXT))
        bank = statement(NEXT, payment_count)
        paid, result = desk.take("bank.txt", bank)
        assert (result.taken, result.unlinked) == (payment_count, 0)
        last_paid, _ = desk.take("last.txt", statement(NEXT + payment_count, NEXT))
        lines = _pandas(bank, sep="=", names=["key", "value"], encoding="cp1251")
    print(f"ratio: {spent / reading:.1f}")
    print(f"calls_per_s: {call_count / spent:.0f}\nwall_s: {time.monotonic() - began:.0f}")
    print(f"payments_ratio: {paid / lines:.1f}\npayments_per_s: {payment_count / paid:.0f}")
    print(f"next_500_growth: {last / first:.2f}\nknown_500_ratio: {again / first:.2f}")
    print(f"payments_next_500_growth: {last_paid / first_paid:.2f}")
    print(f"flat_mb: {held[-1] - held[0]:.0f}\nheld_mb: {held[-1]:.0f}")
    print(f"readers_peak_mb: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // KB}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--payments", type=int, default=2_000)
    parser.add_argument("--parts", type=int, default=5)
    given = parser.parse_args()
    main(given.calls, given.payments, given.parts)
