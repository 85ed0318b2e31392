"""A team that random things happen to: deals, payments, refunds, moves of people, undo."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from formulas.owners import DepartmentSince
from model.records import Source, Stamped
from model.values import Value
from store import Writer
from sync.scene import text
from sync.settle.everything import settle
from tests.sync.ledger import IVANOV, SMIRNOVA, Ledger

PEOPLE = (IVANOV, SMIRNOVA)
STAGES = ("Новая", "Переговоры", "Успешно", "Успешно", "Отказ")
PRODUCTS, MARKETS, CHANNELS = ("Фанера", "Брус", None), ("Опт", None), ("Сайт", "Выставка", None)
START = date(2026, 1, 1)
CLIENTS = 9
REASONS = ("Дорого", "Не отвечает", None)


class Life:
    """A team that random things happen to, a few of them each day."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self.ledger, self.chance, self.count = ledger, Random(seed), 0
        self.deals: list[str] = []
        self.payments: list[str] = []
        self.buried: set[str] = set()
        self.batches: list[int] = []
        self.departments = {
            who: [DepartmentSince(date.min, name)]
            for who, name in zip(PEOPLE, ("Опт", "Розница"), strict=True)
        }
        self.moves: list[tuple[int, str, list[DepartmentSince]]] = []
        with ledger.team.store.write() as writer:
            for number in range(CLIENTS):
                name = {"name": f"ООО «Фирма {number}»", "owner": self.chance.choice(PEOPLE)}
                writer.put("clients", f"k{number}", name, by=ledger.stamp(writer, Source.IMPORT))

    def live(self, steps: int) -> None:
        """So many events; days go by between them."""
        ways = (self.deal, self.deal, self.payment, self.payment, self.edit, self.edit)
        rare = (self.bury, self.move, self.undo_move, self.undo, self.lead)
        for _ in range(steps):
            if self.chance.random() < 0.3:
                self.ledger.now += timedelta(days=self.chance.randint(1, 9))
            with self.ledger.team.store.write() as writer:
                self.chance.choice((*ways, *rare))(writer)

    def some_day(self) -> date:
        return START + timedelta(days=self.chance.randrange(120))

    def sum(self) -> Decimal:
        sign = -1 if self.chance.random() < 0.2 else 1
        return Decimal(sign * self.chance.randrange(1, 50_000_000)) / 100

    def batch(self, writer: Writer, source: Source = Source.PERSON) -> Stamped:
        by = self.ledger.stamp(writer, source)
        self.batches.append(by.batch)
        return by

    def cells(self) -> dict[str, Value]:
        stage = self.chance.choice(STAGES)
        final = stage in {"Успешно", "Отказ"}
        second = self.chance.random() < 0.3
        return {
            "stage": stage,
            "owner": self.chance.choice(PEOPLE),
            "second": self.chance.choice(PEOPLE) if second else None,
            "split": Decimal(self.chance.choice((30, 45, 100))) if second else None,
            "amount": abs(self.sum()) if self.chance.random() < 0.9 else None,
            "closed_on": self.some_day() if final else None,
            "created_on": self.some_day() if self.chance.random() < 0.9 else None,
            "product": self.chance.choice(PRODUCTS),
            "market": self.chance.choice(MARKETS),
            "channel": self.chance.choice(CHANNELS),
            "lost_reason": self.chance.choice(REASONS),
            "max_stage": self.chance.choice(("Новая", "Переговоры")),
            "cost": Decimal(10_000) if self.chance.random() < 0.5 else None,
        }

    def deal(self, writer: Writer) -> None:
        self.count += 1
        row_id = f"d{self.count}"
        links = {"client_id": f"k{self.chance.randrange(CLIENTS)}"}
        writer.put("deals", row_id, self.cells(), links=links, by=self.batch(writer))
        self.deals.append(row_id)

    def payment(self, writer: Writer) -> None:
        if not self.deals:
            return
        self.count += 1
        row_id = f"p{self.count}"
        values: dict[str, Value] = {
            "date": self.some_day(),
            "amount": self.sum(),
            "payer": "ООО «Рассвет»",
        }
        deal = self.chance.choice(self.deals)
        found = writer.get("deals", deal)
        client = found.links.get("client_id") if found is not None else None
        links = {"deal_id": deal, "client_id": client}
        writer.put("payments", row_id, values, links=links, by=self.batch(writer))
        self.payments.append(row_id)

    def lead(self, writer: Writer) -> None:
        self.count += 1
        values: dict[str, Value] = {
            "at": self.some_day(),
            "name": "Пётр",
            "owner": self.chance.choice(PEOPLE),
            "source": self.chance.choice(CHANNELS),
        }
        writer.put("leads", f"l{self.count}", values, by=self.batch(writer))

    def settle(self) -> None:
        """What a pass does to the rows."""
        ledger = self.ledger
        with ledger.team.store.write() as writer:
            by = ledger.stamp(writer, Source.RULE)
            settle(ledger.team, writer, ledger.now, {}, lambda: next(ledger.ids), by)

    def edit(self, writer: Writer) -> None:
        if self.chance.random() < 0.5 and self.deals:
            cells = self.cells()
            some = self.chance.sample(sorted(cells), 4)
            values = {key: cells[key] for key in some}
            writer.put("deals", self.chance.choice(self.deals), values, by=self.batch(writer))
        elif self.payments:
            fresh: dict[str, Value] = {"amount": self.sum(), "date": self.some_day()}
            key = self.chance.choice(sorted(fresh))
            row_id = self.chance.choice(self.payments)
            writer.put("payments", row_id, {key: fresh[key]}, by=self.batch(writer))

    def bury(self, writer: Writer) -> None:
        if not self.payments:
            return
        row_id = self.chance.choice(self.payments)
        by = self.batch(writer)
        if row_id in self.buried:
            writer.revive("payments", row_id, by=by)
            self.buried.discard(row_id)
        else:
            writer.bury("payments", row_id, by=by)
            self.buried.add(row_id)

    def move(self, writer: Writer) -> None:
        who = self.chance.choice(PEOPLE)
        row_id = next(i for i, r in writer.rows("staff").items() if text(r, "fio") == who)
        name = self.chance.choice(("Опт", "Розница", "Сети"))
        if name == self.departments[who][-1].department:
            return
        by = self.batch(writer)
        writer.put("staff", row_id, {"department": name}, by=by)
        self.moves.append((by.batch, who, list(self.departments[who])))
        stays, today = self.departments[who], self.ledger.now.date()
        if stays[-1].since == today:
            stays.pop()
        stays.append(DepartmentSince(today if stays else date.min, name))

    def undo_move(self, writer: Writer) -> None:
        """Only the newest move of a person: later edits would be kept."""
        if not self.moves:
            return
        number, who, before = self.moves.pop()
        writer.undo(number, by=self.batch(writer, Source.UNDO))
        self.departments[who] = before
        self.batches.remove(number)
        self.batches.pop()

    def undo(self, writer: Writer) -> None:
        own = [n for n in self.batches if n not in {number for number, _, _ in self.moves}]
        if own:
            number = self.chance.choice(own[-8:])
            writer.undo(number, by=self.batch(writer, Source.UNDO))
            self.batches.remove(number)
            living = writer.rows("payments")
            self.buried = {i for i in self.payments if i not in living}
            self.deals = [i for i in self.deals if i in writer.rows("deals")]
            self.payments = [i for i in self.payments if writer.get("payments", i) is not None]
