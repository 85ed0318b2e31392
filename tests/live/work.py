"""What people do to their books, and what must come of it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from decimal import Decimal
from threading import Event

import openpyxl

from model.snapshot import RowRead
from model.values import Value
from templates.screens.dashboard import MONEY
from tests.live.hand import Hand, Save, in_place, renamed
from tests.live.keeper import Keeper, until
from tests.live.office import Office

STEP = 0.1
ROWS = {"clients": "Клиенты", "deals": "Сделки", "payments": "Оплаты"}


def save(office: Office, number: int) -> str:
    """One save of somebody; the token that was typed."""
    seller = office.sellers[number % 2]
    way = (renamed, in_place)[number // 2 % 2]
    token = f"Жетон{len(office.typed) + 1:03}"
    turn = number % 5
    if turn in {0, 1}:
        values: dict[str, Value] = {"name": token, "city": "Тверь"}
        return _typed(office, seller, "clients", values, way)
    if turn == 2:
        values = {
            "client_id": token,
            "stage": "Новая",
            "amount": Decimal(1000 + number),
            "created_on": office.today.date(),
        }
        office.deals += 1
        return _typed(office, seller, "deals", values, way)
    if turn == 3:
        amount = Decimal("100.01") + number
        office.paid += amount
        values = {"date": office.today.date(), "payer": token, "amount": amount}
        return _typed(office, office.owner, "payments", values, way)
    return _noted(office, seller, token, way)


def _typed(office: Office, hand: Hand, table: str, values: dict[str, Value], way: Save) -> str:
    token = str(next(v for k, v in values.items() if k in {"name", "client_id", "payer"}))
    office.typed[token] = (hand, table)
    hand.add(table, values, way)
    return token


def _noted(office: Office, hand: Hand, token: str, way: Save) -> str:
    """A comment typed into an older row of the same hand."""
    row = next(r for r in hand.look().tables["clients"].rows if r.value("note") is None)
    office.typed[token] = (hand, "clients")
    hand.change("clients", row, {"note": token}, way)
    return token


def answered(office: Office, keeper: Keeper, token: str) -> None:
    """The daemon's cells stand beside the token, the owner's book shows the row and the figures."""
    hand, table = office.typed[token]
    until(lambda: _has_its_cells(hand, table, token), f"an answer to {token}", keeper)
    until(lambda: _has_its_cells(office.owner, table, token), f"{token} at the owner's", keeper)
    until(lambda: _figures_stand(office), f"figures after {token}", keeper)


def _has_its_cells(hand: Hand, table: str, token: str) -> bool:
    """Number, id and the result of the live signal stand in the row."""
    row = _row(hand, table, token)
    live = {"clients": "signal", "deals": "signal", "payments": "code"}[table]
    return (
        row is not None
        and row.row_id is not None
        and row.value("id") is not None
        and row.value(live) is not None
    )


def _row(hand: Hand, table: str, token: str) -> RowRead | None:
    fields = {"clients": ("name", "note"), "deals": ("client_id",), "payments": ("payer",)}[table]
    rows = [r for r in hand.look().tables[table].rows if token in {r.value(f) for f in fields}]
    assert len(rows) <= 1, f"{hand.path.name}: {token} stands {len(rows)} times"
    return rows[0] if rows else None


def _figures_stand(office: Office) -> bool:
    """Money paid and deals begun this month, as the owner's first sheet shows them."""
    grid = office.owner.look().grids["dashboard"]
    slots = {s.key: (s.row, s.col) for s in office.blueprint.sheets["dashboard"].slots if s.key}
    shown = {key: grid.cells[at].value for key, at in slots.items() if at in grid.cells}
    paid = shown.get(f"dashboard.money.{MONEY[0]}")
    return (paid, shown.get("dashboard.stage.1.deals")) == (office.paid, office.deals)


def generation(hand: Hand) -> int:
    stamp = hand.look().stamp
    return 0 if stamp is None else stamp.generation


def nothing_lost_nothing_doubled(office: Office) -> None:
    """Each token stands once in its book and once at the owner's; every id is there once."""
    for hand in office.hands:
        shown = {table: _cells(hand, title) for table, title in ROWS.items() if _has(hand, title)}
        for token, (typist, table) in office.typed.items():
            if hand in {typist, office.owner}:
                assert shown[table][token] == 1, (hand.path.name, token)
        for table in shown:
            ids = [row.row_id for row in hand.look().tables[table].rows]
            assert None not in ids
            assert len(ids) == len(set(ids))
    known = _history(office)
    assert [token for token in office.typed if token not in known] == []


def _has(hand: Hand, title: str) -> bool:
    return any(table.sheet == title for table in hand.look().tables.values())


def _cells(hand: Hand, title: str) -> Counter[object]:
    """How often each value stands on a sheet, as another program reads it."""
    book = openpyxl.load_workbook(hand.path, read_only=True, data_only=True)
    try:
        return Counter(v for row in book[title].iter_rows(values_only=True) for v in row if v)
    finally:
        book.close()


def _history(office: Office) -> str:
    """Everything the store remembers of moved cells, as one text."""
    (path,) = office.root.glob("*/store.sqlite3")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        return "\n".join(cells for (cells,) in connection.execute("SELECT cells FROM changes"))


def breath(seconds: float) -> None:
    """A moment of the office, in short waits."""
    for _ in range(int(seconds / STEP)):
        Event().wait(STEP)
