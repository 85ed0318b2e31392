"""Ordinary days of a sales department: what people do to their tables, never to be held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from model.snapshot import CellRead, RowRead, TableRead
from model.values import Value
from tests.acceptance.damage.ground import Ground, placed, with_cells

Act = Callable[[TableRead, Random], TableRead]
DAY = date(2026, 3, 12)
STAGES = ("Новая", "КП отправлено", "Переговоры", "Договор", "Счёт выставлен")
STEPS = ("Позвонить", "Выслать КП", "Встреча", "Напомнить об оплате", "Согласовать договор")
NAMES = ("Альтаир", "Бригантина", "Вершина", "Горизонт", "Диалог", "Енисей", "Заря", "Искра")


def edits(keys: Mapping[str, Callable[[Random], Value]], most: int) -> Act:
    """Some rows get some cells typed anew."""

    def act(read: TableRead, chance: Random) -> TableRead:
        rows = list(read.rows)
        for n in chance.sample(range(len(rows)), min(len(rows), chance.randint(1, most))):
            wanted = chance.sample(sorted(keys), chance.randint(1, min(3, len(keys))))
            rows[n] = with_cells(rows[n], {key: keys[key](chance) for key in wanted})
        return replace(read, rows=tuple(rows))

    return act


def _phone(chance: Random) -> Value:
    return f"8 9{chance.randint(10, 99)} {chance.randint(1000000, 9999999)}"


def _soon(chance: Random) -> Value:
    return DAY + timedelta(days=chance.randint(-5, 40))


def _money(chance: Random) -> Value:
    return Decimal(chance.randint(20, 900) * 1000)


CLIENT: Mapping[str, Callable[[Random], Value]] = {
    "phone": _phone,
    "contact": lambda c: f"{c.choice(('Анна', 'Олег', 'Ирина'))} {c.choice(NAMES)}ова",
    "note": lambda c: f"{c.choice(STEPS)} {c.randint(1, 99)}",
    "city": lambda c: c.choice(("Москва", "Тверь", "Казань", "Пермь")),
    "email": lambda c: f"zakaz{c.randint(1, 9999)}@example.com",
}
DEAL: Mapping[str, Callable[[Random], Value]] = {
    "stage": lambda c: c.choice(STAGES),
    "amount": _money,
    "next_step": lambda c: c.choice(STEPS),
    "step_on": _soon,
    "expected_on": _soon,
    "note": lambda c: f"{c.choice(STEPS)}, {c.randint(1, 99)}",
}


def new_rows(make: Callable[[int, Random], Mapping[str, Value]], most: int) -> Act:
    """Rows typed or pasted below the others."""

    def act(read: TableRead, chance: Random) -> TableRead:
        start = max((row.row for row in read.rows), default=read.header_row) + 1
        fresh = tuple(
            RowRead(start + n, None, {k: CellRead(v) for k, v in make(n, chance).items()})
            for n in range(chance.randint(1, most))
        )
        return replace(read, rows=(*read.rows, *fresh), last_row=start + len(fresh) - 1)

    return act


def _client(n: int, chance: Random) -> Mapping[str, Value]:
    return {"name": f"ООО «{chance.choice(NAMES)}-{chance.randint(100, 9999)}-{n}»",
            "phone": _phone(chance)}  # fmt: skip


def _deal(_: int, chance: Random) -> Mapping[str, Value]:
    return {"client_id": f"ООО «{chance.choice(NAMES)}»", "stage": "Новая",
            "amount": _money(chance)}  # fmt: skip


def whole_sort(read: TableRead, chance: Random) -> TableRead:
    """A sort or a filter with a sort: whole rows change places, ids with them."""
    keys = sorted(read.places)
    key = chance.choice(keys)
    down = chance.random() < 0.5  # either way
    rows = sorted(read.rows, key=lambda r: (r.value(key) is None, str(r.value(key))), reverse=down)
    return placed(read, rows)


def column_set(key: str, value: Callable[[Random], Value], most: int, least: int = 1) -> Act:
    """One value filled down over neighbouring rows: a stage, a manager, a date."""

    def act(read: TableRead, chance: Random) -> TableRead:
        count = min(len(read.rows), chance.randint(least, most))
        start = chance.randint(0, max(len(read.rows) - count, 0))
        one = value(chance)
        rows = [
            with_cells(row, {key: one}) if start <= n < start + count else row
            for n, row in enumerate(read.rows)
        ]
        return replace(read, rows=tuple(rows))

    return act


def closed(read: TableRead, chance: Random) -> TableRead:
    """Thirty deals of the month are won on one day."""
    chosen = set(chance.sample(range(len(read.rows)), min(30, len(read.rows))))
    return replace(read, rows=tuple(
        with_cells(row, {"stage": "Успешно", "expected_on": DAY}) if n in chosen else row
        for n, row in enumerate(read.rows)
    ))  # fmt: skip


def month_end(read: TableRead, chance: Random) -> TableRead:
    """Dead deals are lost with their reason, a dozen junk rows are deleted."""
    count = len(read.rows)
    dead = set(chance.sample(range(count), min(count // 8, 120)))
    junk = set(chance.sample(range(count), min(12, count // 10)))
    rows = [
        with_cells(row, {"stage": "Отказ", "lost_reason": "Дорого", "next_step": None})
        if n in dead
        else row
        for n, row in enumerate(read.rows)
        if n not in junk
    ]
    return placed(read, rows)


def postponed(read: TableRead, chance: Random) -> TableRead:
    """Every step of a week moves a week on."""
    since = DAY + timedelta(days=chance.randint(-10, 10))

    def move(row: RowRead) -> RowRead:
        day = row.value("step_on")
        day = day.date() if isinstance(day, datetime) else day
        if isinstance(day, date) and since <= day < since + timedelta(days=7):
            return with_cells(row, {"step_on": day + timedelta(days=7)})
        return row

    return replace(read, rows=tuple(map(move, read.rows)))


def dearer(read: TableRead, chance: Random) -> TableRead:
    """Prices rise: every fifth sum by the same share."""
    share = Decimal(chance.choice((103, 105, 107, 110))) / 100

    def raised(n: int, row: RowRead) -> RowRead:
        amount = row.value("amount")
        if n % 5 or not isinstance(amount, Decimal):
            return row
        return with_cells(row, {"amount": Decimal(round(amount * share))})

    return replace(read, rows=tuple(raised(n, row) for n, row in enumerate(read.rows)))


def reformatted(read: TableRead, chance: Random) -> TableRead:
    """Phones written another way: the same digits, other blanks and dashes."""

    def other(row: RowRead) -> RowRead:
        phone = row.value("phone")
        digits = "".join(c for c in str(phone) if c.isdigit())
        if not isinstance(phone, str) or len(digits) != 11:  # a whole number
            return row
        shown = f"8 ({digits[1:4]}) {digits[4:7]}-{digits[7:9]}-{digits[9:]}"
        return with_cells(row, {"phone": shown})

    return replace(read, rows=tuple(map(other, read.rows)))


def spelt(read: TableRead, chance: Random) -> TableRead:
    """«ООО» written out, quotes of another kind: the names mean the same firms."""

    def other(row: RowRead) -> RowRead:
        name = row.value("name")
        if not isinstance(name, str):
            return row
        return with_cells(row, {"name": name.replace("«", '"').replace("»", '"')})

    return replace(read, rows=tuple(map(other, read.rows)))


def filled(key: str, value: Callable[[Random], Value]) -> Act:
    """Empty cells of a column filled at last, every one."""

    def act(read: TableRead, chance: Random) -> TableRead:
        rows = [with_cells(r, {key: value(chance)}) if r.value(key) is None else r
                for r in read.rows]  # fmt: skip
        return replace(read, rows=tuple(rows))

    return act


def few_gone(read: TableRead, chance: Random) -> TableRead:
    """A few rows deleted."""
    gone = set(chance.sample(range(len(read.rows)), min(chance.randint(1, 6), len(read.rows) // 5)))
    return placed(read, [row for n, row in enumerate(read.rows) if n not in gone])


def few_copied(read: TableRead, chance: Random) -> TableRead:
    """Some rows copied below as a start for new ones."""
    copies = chance.sample(read.rows, min(chance.randint(1, 8), len(read.rows)))
    return placed(read, [*read.rows, *copies])


USUAL: Mapping[str, tuple[Act, ...]] = {
    "clients": (edits(CLIENT, 25), edits(CLIENT, 6), new_rows(_client, 4), whole_sort, few_gone,
                few_copied),
    "deals": (edits(DEAL, 40), edits(DEAL, 10), new_rows(_deal, 6), whole_sort, few_gone,
              few_copied, column_set("stage", lambda c: c.choice(STAGES), 15)),
}  # fmt: skip
FILL_INN = filled("inn", lambda c: f"77{c.randrange(10**7, 10**8)}")
SPECIAL: Mapping[str, tuple[Act, ...]] = {
    "clients": (new_rows(_client, 300), reformatted, spelt, filled("source", lambda _: "Сайт"),
                filled("email", CLIENT["email"]), FILL_INN,
                column_set("city", lambda _: "Москва", 60, 20)),
    "deals": (new_rows(_deal, 200), closed, month_end, postponed, dearer,
              column_set("stage", lambda c: c.choice(STAGES), 120, 40),
              column_set("step_on", lambda _: DAY, 150, 40),
              column_set("next_step", lambda c: c.choice(STEPS), 80, 20)),
}  # fmt: skip
HANDOVER = column_set("owner", lambda _: "Сидорова Анна", 350, 100)
"""A manager leaves: the rows go to a colleague; in the book of the head only."""
RARE = 0.2
"""So many days bring one of the larger things."""


def live(ground: Ground, chance: Random) -> str:
    """What a day brought to hold; empty when all of it was taken."""
    for table in ("clients", "deals"):
        read = ground.sides[table].read
        acts = [chance.choice(USUAL[table]) for _ in range(chance.randint(1, 4))]
        if chance.random() < RARE:
            acts.append(chance.choice(SPECIAL[table]))
        if ground.state.role == "owner" and chance.random() < RARE / 10:
            acts.append(HANDOVER)
        for act in acts:
            read = act(read, chance)
        hold = ground.saved(table, read).hold
        if hold is not None:
            told = ", ".join(getattr(act, "__qualname__", "").partition(".")[0] for act in acts)
            return f"{ground.words(hold)} ({told})"
    return ""
