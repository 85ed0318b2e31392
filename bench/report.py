"""`python -m bench.report`: what a month's report costs, against the bare SQL of its sums.

A store of 10,000 clients, 50,000 deals, 80,000 payments, 1,000,000 calls and 300 people over four
years, made by the product's own formulas and written into its own tables (in bulk; kept in
`.bench/`). `ratio:` is the figures of all five pages of a month to the same sums asked for by bare
SQL in the sqlite3 module: every statement that the pages need, each once, all lines fetched.
`day_ratio:` is the time to count a changed day anew in a store of four years to that in a store of
one: 1 means that history costs nothing. Times are the smallest of several rounds, of the processor.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from formulas.periods import PeriodType
from model.figures import Cut, Measure, Period
from model.records import BatchKind, Contribution, Source, Stamped
from model.values import Value
from store import Store, Writer
from store.codec import dump, pack
from store.cuts import pack as pack_cuts
from sync.figures.contribute import call_parts, contributions
from sync.founding.first_rows import NewPerson, Pay, Ways, first_rows, whole_year
from sync.reporting import facts_of
from sync.reports.facts import BY_CUT
from sync.reports.kinds import Kind, page
from sync.reports.kinds.activity import SHOWN
from sync.reports.spans import Chosen
from sync.scene import Scene, make_scene
from templates.blueprint import load

PLACE = Path(__file__).parents[1] / ".bench"
YEARS, ROUNDS, DAY_ROUNDS = 4, 7, 25
RECOUNTED = 50
"""A store of fewer people than this is counted anew as a whole; a large one takes minutes."""
NOW = datetime(2026, 3, 31, 18, 0, tzinfo=UTC)
MONTH = Period(date(2026, 3, 1), date(2026, 4, 1))
OWNER = "Орлов Олег"
STAGES = ("Новая", "КП отправлено", "Переговоры", "Договор", "Счёт выставлен", "Успешно", "Отказ")
WEIGHTS = (2, 2, 2, 1, 1, 60, 32)
CHANNELS = ("Сайт", "Яндекс Директ", "ВКонтакте", "Рекомендация", "Выставка")
REASONS = ("Дорого", "Выбрали других", "Не отвечает")
PORTION = 20_000
Rows = dict[str, dict[str, Value]]


@dataclass(frozen=True, slots=True)
class Size:
    """How large the trade of four years is."""

    clients: int = 10_000
    deals: int = 50_000
    payments: int = 80_000
    calls: int = 1_000_000
    people: int = 300

    def part(self, years: int) -> Size:
        """The same pace over fewer years."""
        share = years / YEARS
        return Size(
            self.clients,
            round(self.deals * share),
            round(self.payments * share),
            round(self.calls * share),
            self.people,
        )


def main() -> int:
    """Print the figures; 1 when the pages disagree with the bare sums."""
    options = _options()
    size = Size() if options.scale == 1 else _scaled(options.scale)
    PLACE.mkdir(exist_ok=True)
    store, scene = _store(size, YEARS)
    small, _ = _store(size.part(1), 1)
    print(f"clients: {size.clients}")
    print(f"deals: {size.deals}")
    print(f"payments: {size.payments}")
    print(f"calls: {size.calls}")
    print(f"people: {size.people}")
    bare = min(_bare(store) for _ in range(ROUNDS))
    pages = min(_pages(store, scene) for _ in range(ROUNDS))
    days = [min(_day(one) for _ in range(DAY_ROUNDS)) for one in (small, store)]
    print(f"bare_s: {bare:.4f}")
    print(f"pages_s: {pages:.4f}")
    print(f"day_1_year_s: {days[0]:.4f}")
    print(f"day_4_years_s: {days[1]:.4f}")
    print(f"day_ratio: {days[1] / days[0]:.2f}")
    print(f"ratio: {pages / bare:.2f}")
    agree = _agree(store, scene)
    print(f"agree: {'yes' if agree else 'no'}")
    store.close()
    small.close()
    return 0 if agree else 1


def _scaled(scale: float) -> Size:
    whole = Size()
    return Size(
        clients=round(whole.clients * scale),
        deals=round(whole.deals * scale),
        payments=round(whole.payments * scale),
        calls=round(whole.calls * scale),
        people=max(round(whole.people * scale), 3),
    )


def _store(size: Size, years: int) -> tuple[Store, Scene]:
    """A store of that many years, made once, and the team's settings as a scene."""
    path = PLACE / f"report-{years}-{size.deals}-{size.calls}.sqlite3"
    if not path.exists():
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        _make(fresh, size, years)
        fresh.rename(path)
    store = Store.open(path)
    with store.read() as reader:
        scene = make_scene(reader, load(size.people), now=NOW, owner=OWNER, helper="")
    light = {key: rows if key in _LIGHT else {} for key, rows in scene.rows.items()}
    return store, Scene(**{**_fields(scene), "rows": light})  # type: ignore[arg-type]


_LIGHT = ("staff", "stages", "general", "plans", "sheets", "pay_rules")


def _fields(scene: Scene) -> dict[str, object]:
    return {name: getattr(scene, name) for name in Scene.__dataclass_fields__}


def _make(path: Path, size: Size, years: int) -> None:
    chance = Random(17)
    people = [f"Менеджер {n:03}" for n in range(size.people)]
    store = Store.open(path)
    with store.write() as writer:
        batch = writer.start_batch(BatchKind.INIT, OWNER, NOW)
        by = Stamped(NOW, OWNER, Source.IMPORT, None, batch)
        pay = Pay(Decimal(40_000), ((Decimal(0), Decimal(3)),))
        sellers = tuple(
            NewPerson(who, f"Отдел {n % 9}", pay, whole_year(Decimal(1_000_000)))
            for n, who in enumerate(people)
        )
        for table, rows in first_rows(Ways(OWNER, "", sellers, 2026), load(size.people)).items():
            writer.put_many(table, rows.values, links=rows.links, by=by)
    store.close()
    with _bulk(path) as connection:
        _Trade(chance, size, years, people).write(connection)
    store = Store.open(path)
    with store.read() as reader:
        scene = make_scene(reader, load(size.people), now=NOW, owner=OWNER, helper="")
        made = contributions(scene)
    store.close()
    with _bulk(path) as connection:
        for table, own in made.items():
            parts = ((table, i, part) for i, mine in own.items() for part in mine)
            _write_parts(connection, parts)
        for statement in SUMMED:
            connection.execute(statement)


SUMMED = (
    "INSERT INTO rollups SELECT measure, day, manager, SUM(amount) FROM contributions "
    "GROUP BY measure, day, manager HAVING SUM(amount) <> 0",
    "INSERT INTO cut_rollups SELECT e.key, measure, day, e.value, manager, SUM(amount) "
    "FROM contributions, json_each(cuts) e WHERE cuts <> '' "
    "GROUP BY e.key, measure, day, e.value, manager HAVING SUM(amount) <> 0",
)
"""What the store keeps after as many changes: its own recount of a small one finds the same."""


@contextmanager
def _bulk(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cares for speed only; indexes of the parts are made at the end."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    asked = (
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'contributions' AND type = 'index'"
    )
    indexes = connection.execute(asked).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield connection
    for _, sql in indexes:
        connection.execute(sql)
    connection.commit()
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


class _Trade:
    """Clients, deals, payments and calls of some years, written in bulk."""

    def __init__(self, chance: Random, size: Size, years: int, people: Sequence[str]) -> None:
        self.chance, self.size, self.people = chance, size, people
        self.first = date(MONTH.end.year - years, MONTH.end.month, 1)
        self.length = (MONTH.end - self.first).days

    def write(self, connection: sqlite3.Connection) -> None:
        """All rows, and what the calls add."""
        clients = {f"k{n}": self.client(n) for n in range(self.size.clients)}
        _write_rows(connection, "clients", ((i, v, {}) for i, v in clients.items()))
        deals = {f"d{n}": self.deal(n) for n in range(self.size.deals)}
        links = {i: {"client_id": f"k{self.some(self.size.clients)}"} for i in deals}
        _write_rows(connection, "deals", ((i, v, links[i]) for i, v in deals.items()))
        _write_rows(connection, "payments", self.payments(deals, links))
        self.calls(connection)

    def some(self, count: int) -> int:
        return self.chance.randrange(count)

    def day(self) -> date:
        return self.first + timedelta(days=self.some(self.length))

    def client(self, number: int) -> dict[str, Value]:
        return {"name": f"ООО «Фирма {number}»", "owner": self.chance.choice(self.people)}

    def deal(self, number: int) -> dict[str, Value]:
        stage = self.chance.choices(STAGES, WEIGHTS)[0]
        made = self.day()
        values: dict[str, Value] = {
            "stage": stage,
            "owner": self.chance.choice(self.people),
            "amount": Decimal(self.chance.randrange(10_000, 900_000)),
            "created_on": made,
            "product": f"Товар {number % 20}",
            "market": f"Рынок {number % 5}",
            "channel": self.chance.choice(CHANNELS),
            "max_stage": self.chance.choice(STAGES[:5]),
        }
        if stage in STAGES[5:]:
            values["closed_on"] = min(made + timedelta(days=self.some(90)), MONTH.end)
        if stage == "Отказ":
            values["lost_reason"] = self.chance.choice(REASONS)
        if self.chance.random() < 0.7:
            values["offer_on"] = made + timedelta(days=3)
        return values

    def payments(
        self, deals: Mapping[str, object], links: Mapping[str, Mapping[str, str]]
    ) -> Iterator[tuple[str, dict[str, Value], Mapping[str, str]]]:
        ids = list(deals)
        for number in range(self.size.payments):
            deal = ids[self.some(len(ids))]
            sign = -1 if self.chance.random() < 0.03 else 1
            value = Decimal(sign * self.chance.randrange(100_000, 40_000_000)) / 100
            yield (
                f"p{number}",
                {"date": self.day(), "amount": value},
                {**links[deal], "deal_id": deal},
            )

    def calls(self, connection: sqlite3.Connection) -> None:
        """Calls and what they add, a portion at a time."""
        for start in range(0, self.size.calls, PORTION):
            ids = range(start, min(start + PORTION, self.size.calls))
            calls = {f"c{n}": self.call() for n in ids}
            _write_rows(connection, "call_log", ((i, v, {}) for i, v in calls.items()), start)
            parts = (("call_log", i, part) for i, v in calls.items() for part in call_parts(v))
            _write_parts(connection, parts)
            connection.commit()

    def call(self) -> dict[str, Value]:
        day = self.day()
        talked = self.chance.random() < 0.46
        return {
            "at": datetime(day.year, day.month, day.day, 12, 0),  # noqa: DTZ001  # local
            "manager": self.chance.choice(self.people),
            "seconds": Decimal(self.chance.randrange(10, 400) if talked else 0),
            "answered": talked,
        }


def _write_rows(
    connection: sqlite3.Connection,
    table: str,
    rows: Iterator[tuple[str, dict[str, Value], Mapping[str, str]]],
    start: int = 0,
) -> None:

    at = "2026-03-01 00:00:00.000000"
    connection.executemany(
        "INSERT INTO rows "
        "(table_key, row_id, number, cells, links, deleted, created_at, changed_at)"
        " VALUES (?, ?, ?, ?, ?, 0, ?, ?)",
        (
            (table, row_id, number, pack(values), dump(dict(links)), at, at)
            for number, (row_id, values, links) in enumerate(rows, start + 1)
        ),
    )


def _write_parts(
    connection: sqlite3.Connection, parts: Iterable[tuple[str, str, Contribution]]
) -> None:
    connection.executemany(
        "INSERT INTO contributions (table_key, row_id, measure, manager, day, amount, live, cuts)"
        " VALUES (?, ?, ?, ?, ?, ?, 1, ?)",
        (
            (table, i, p.measure.value, p.manager, p.day.isoformat(), p.amount, pack_cuts(p.cuts))
            for table, i, p in parts
        ),
    )


def _statements() -> Iterator[tuple[str, tuple[object, ...]]]:
    """Every sum that the five pages need, in bare SQL."""
    start, end = MONTH.start.isoformat(), MONTH.end.isoformat()
    by_person = (
        "SELECT measure, manager, SUM(amount) FROM rollups WHERE measure IN ({}) "
        "AND day >= ? AND day < ? GROUP BY measure, manager"
    )
    marks = ", ".join("?" for _ in Measure)
    every = tuple(measure.value for measure in Measure)
    before, year_ago = ("2026-02-01", "2026-03-01"), ("2025-03-01", "2025-04-01")
    yield by_person.format(marks), (*every, start, end)
    for first, last in (before, year_ago):
        yield by_person.format("?"), (Measure.MONEY.value, first, last)
    yield by_person.format("?"), (Measure.OPEN.value, "0001-01-01", end)
    by_cut = (
        "SELECT measure, key, SUM(amount) FROM cut_rollups WHERE cut = ? AND measure IN ({}) "
        "AND day >= ? AND day < ? GROUP BY measure, key"
    )
    for cut, measures in BY_CUT.items():
        marks = ", ".join("?" for _ in measures)
        yield by_cut.format(marks), (cut.value, *(m.value for m in measures), start, end)
    for first in (start, "2025-04-01"):
        yield by_cut.format("?"), (Cut.CLIENT.value, Measure.MONEY.value, first, end)
    yield (
        "SELECT key, MIN(day), MAX(day), SUM(CASE WHEN day >= ? THEN amount ELSE 0 END), "
        "MAX(CASE WHEN day >= ? AND day < ? THEN 1 ELSE 0 END), "
        "MAX(CASE WHEN day >= ? THEN 1 ELSE 0 END) FROM cut_rollups "
        "WHERE cut = 'client' AND measure = 'income' AND day < ? GROUP BY key",
        ("2025-04-01", "2025-09-02", start, "2025-10-03", end),
    )
    for measure in (Measure.CHECK, Measure.CYCLE):
        yield (
            "SELECT manager, amount FROM contributions WHERE measure = ? AND day >= ? AND day < ? "
            "AND live ORDER BY day",
            (measure.value, start, end),
        )
    for shown in SHOWN:
        yield (
            "SELECT day, SUM(amount) FROM rollups WHERE measure = ? AND day >= ? AND day < ? "
            "GROUP BY day",
            (shown.value, start, end),
        )


def _bare(store: Store) -> float:
    connection = sqlite3.connect(store.path)

    def ask() -> None:
        for statement, values in _statements():
            connection.execute(statement, values).fetchall()

    seconds = _timed(ask)
    connection.close()
    return seconds


def _pages(store: Store, scene: Scene) -> float:
    with store.read() as reader:
        chosen = Chosen(MONTH, NOW.date(), PeriodType.MONTH)

        def ask() -> None:
            facts = facts_of(reader, scene, chosen)
            for kind in Kind:
                page(kind, facts)

        return _timed(ask)


def _day(store: Store) -> float:
    """Seconds to count the payments of one day anew after each of them moved by a rouble."""
    with store.write() as writer:
        parts = _moved(writer, date(2026, 3, 17))
        seconds = _timed(lambda: writer.set_contributions_many("payments", parts))
        writer.cancel()
    return seconds


def _moved(writer: Writer, day: date) -> dict[str, list[Contribution]]:
    known = writer.contributions(Measure.MONEY, Period(day, day + timedelta(days=1)))
    ids = sorted({row_id for _, row_id, _ in known})[:50]
    found: dict[str, list[Contribution]] = {row_id: [] for row_id in ids}
    for measure in (Measure.MONEY, Measure.INCOME, Measure.NEW_CLIENTS, Measure.MARGIN):
        for _, row_id, part in writer.contributions(measure, Period(day, day + timedelta(days=1))):
            if row_id in found:
                found[row_id].append(part)
    return {i: [_richer(part) for part in parts] for i, parts in found.items()}


def _richer(part: Contribution) -> Contribution:
    return Contribution(part.measure, part.manager, part.day, part.amount + 100, part.cuts)


def _agree(store: Store, scene: Scene) -> bool:
    """Whether the money and the deals of the pages are those of the rows themselves."""
    connection = sqlite3.connect(store.path)
    start, end = MONTH.start.isoformat(), MONTH.end.isoformat()
    wanted = {
        measure: connection.execute(
            "SELECT SUM(amount) FROM contributions WHERE measure = ? AND day >= ? AND day < ?",
            (measure.value, start, end),
        ).fetchone()[0]
        for measure in (Measure.MONEY, Measure.DEALS, Measure.CALLS, Measure.STARTED)
    }
    connection.close()
    with store.read() as reader:
        facts = facts_of(reader, scene, Chosen(MONTH, NOW.date(), PeriodType.MONTH))
        if len(scene.people) < RECOUNTED and reader.wrong_sums():
            return False
        return all(facts.total(measure) * 100 == total for measure, total in wanted.items())


def _timed(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1, help="a part of the full size")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
