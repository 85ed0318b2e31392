"""Kinds of mass damage: what was done to a table, and what the person must read about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random

from model.row_ids import new_row_id
from model.snapshot import RowRead, TableRead
from model.values import Fault, Value
from tests.acceptance.damage.ground import Ground, changed, placed, with_cells

Harm = Callable[[TableRead, Random], TableRead]
TAKEN = ""
"""Instead of words: no hold; not one value of the store may move."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of damage to one table; one of `words` stands in the question, or `TAKEN`."""

    name: str
    table: str
    harm: Harm
    words: str
    owner_only: bool = False
    first: Harm | None = None
    """How the table stood before, where the demo has nothing to lose."""


def sorted_alone(key: str) -> Harm:
    def harm(read: TableRead, _: Random) -> TableRead:
        values = sorted((r.value(key) for r in read.rows), key=lambda v: (v is None, str(v)))
        return _column(read, key, values)

    return harm


def one_lower(key: str) -> Harm:
    def harm(read: TableRead, _: Random) -> TableRead:
        return _column(read, key, [None, *(r.value(key) for r in read.rows)][:-1])

    return harm


def _column(read: TableRead, key: str, values: list[Value]) -> TableRead:
    rows = zip(read.rows, values, strict=True)
    return replace(read, rows=tuple(with_cells(row, {key: value}) for row, value in rows))


def typed(change: Callable[[RowRead], Mapping[str, Value]]) -> Harm:
    return lambda read, _: changed(read, change)


def over(key: str, change: Callable[[Value], Value]) -> Harm:
    """Each filled cell of a column made another one."""

    def one(row: RowRead) -> Mapping[str, Value]:
        value = row.value(key)
        return {} if value is None else {key: change(value)}

    return typed(one)


def third_gone(read: TableRead, chance: Random) -> TableRead:
    gone = set(chance.sample(range(len(read.rows)), len(read.rows) // 3))
    return placed(read, [row for n, row in enumerate(read.rows) if n not in gone])


def emptied(read: TableRead, _: Random) -> TableRead:
    return placed(read, [])


def doubled(read: TableRead, _: Random) -> TableRead:
    return placed(read, [*read.rows, *read.rows[: len(read.rows) // 2]])


def ids_cleared(read: TableRead, _: Random) -> TableRead:
    return replace(read, rows=tuple(replace(row, row_id=None) for row in read.rows))


def ids_filled_down(read: TableRead, _: Random) -> TableRead:
    first = read.rows[0].row_id
    return replace(read, rows=tuple(replace(row, row_id=first) for row in read.rows))


def ids_shifted(read: TableRead, _: Random) -> TableRead:
    ids = [read.rows[-1].row_id, *(row.row_id for row in read.rows[:-1])]
    rows = zip(read.rows, ids, strict=True)
    return replace(read, rows=tuple(replace(row, row_id=row_id) for row, row_id in rows))


def from_another_book(read: TableRead, chance: Random) -> TableRead:
    """Half of the rows overwritten by rows of another team's book, ids and all."""

    def foreign(n: int, row: RowRead) -> RowRead:
        values = {"name": f"ООО «Чужая {n}»", "phone": f"+7 343 200-{n // 100:02}-{n % 100:02}",
                  "inn": None, "id": f"К-{n}", "email": None, "contact": f"Чужой {n}"}  # fmt: skip
        return replace(with_cells(row, values), row_id=new_row_id("OTHER", chance.randbytes))

    half = len(read.rows) // 2
    rows = [foreign(n, row) if n < half else row for n, row in enumerate(read.rows)]
    return replace(read, rows=tuple(rows))


def replaced_rows(read: TableRead, chance: Random) -> TableRead:
    """Other clients pasted over half of the rows, our ids left beside them."""
    other = from_another_book(read, chance)
    rows = zip(read.rows, other.rows, strict=True)
    return replace(read, rows=tuple(replace(new, row_id=old.row_id) for old, new in rows))


def swapped(first: str, second: str) -> Harm:
    return typed(lambda row: {first: row.value(second), second: row.value(first)})


def mojibake(value: Value) -> Value:
    return str(value).encode().decode("cp1251", "replace")


def rounded(value: Value) -> Value:
    digits = "".join(c for c in str(value) if c.isdigit())
    return Decimal(digits[:2]) * Decimal(10) ** (len(digits) - 2)


def hundredfold(value: Value) -> Value:
    return value * 100 if isinstance(value, Decimal) else value


def zero_first(read: TableRead, _: Random) -> TableRead:
    """Every INN begins with a zero, as in the regions 01 to 09."""

    def one(n: int, row: RowRead) -> RowRead:
        return with_cells(row, {"inn": f"05{n % 10**8:08}"})

    return replace(read, rows=tuple(one(n, row) for n, row in enumerate(read.rows)))


def with_dates(read: TableRead, _: Random) -> TableRead:
    rows = enumerate(read.rows)
    return replace(
        read,
        rows=tuple(with_cells(r, {"expected_on": date(2026, 4, 1 + n % 28)}) for n, r in rows),
    )


def with_notes(read: TableRead, _: Random) -> TableRead:
    rows = enumerate(read.rows)
    notes = ("Просил перезвонить", "Ждёт договор", "Сравнивает цены", "Уехал до пятницы")
    return replace(
        read, rows=tuple(with_cells(r, {"note": f"{notes[n % 4]} {n}", "next_step": f"Шаг {n}"})
                         for n, r in rows)
    )  # fmt: skip


KINDS = (
    Kind("телефоны отсортированы отдельно", "clients", sorted_alone("phone"), "«Телефон»"),
    Kind("суммы отсортированы отдельно", "deals", sorted_alone("amount"), "«Сумма"),
    Kind("телефоны строкой ниже", "clients", one_lower("phone"), "«Телефон»"),
    Kind("суммы строкой ниже", "deals", one_lower("amount"), "«Сумма"),
    Kind("одна метка на всех строках", "clients", ids_filled_down, "скрытая метка"),
    Kind("метки съехали на строку", "clients", ids_shifted, TAKEN),
    Kind("метки стёрты", "clients", ids_cleared, TAKEN),
    Kind("трети строк нет", "clients", third_gone, "исчезли"),
    Kind("лист очищен", "deals", emptied, "исчезли"),
    Kind("строки задвоены", "deals", doubled, "вставлены копии"),
    Kind("вставлен кусок чужой книги", "clients", from_another_book, "исчезли|сменилось"),
    Kind("поверх вписаны другие клиенты", "clients", replaced_rows, "сменилось"),
    Kind("имя и телефон спутаны", "clients", swapped("name", "phone"), "поменялись"),
    Kind("шаг и заметка спутаны", "deals", swapped("next_step", "note"), "поменялись",
         first=with_notes),
    Kind("телефоны стали 7,9E+10", "clients", over("phone", rounded), "превратились в числа"),
    Kind("даты стали текстом", "deals", over("expected_on", lambda v: f"{v:%d}-апр"),
         "стали текстом", first=with_dates),
    Kind("потеряна запятая", "deals", over("amount", hundredfold), "10, 100"),
    Kind("замена по столбцу", "clients",
         over("name", lambda v: str(v).replace("а", "о").replace("и", "е")), "«Название"),
    Kind("кодировка сломана", "clients", over("name", mojibake), "русских букв"),
    Kind("кодировка заметок сломана", "deals", over("note", mojibake), "русских букв",
         first=with_notes),
    Kind("нули ИНН потеряны", "clients", over("inn", lambda v: Decimal(str(v))),
         "превратились в числа", first=zero_first),
    Kind("менеджер у всех один", "clients", typed(lambda _: {"owner": "Иванов Пётр"}),
         "одно и то", owner_only=True),
    Kind("суммы обнулены", "deals", over("amount", lambda _: Decimal(0)), "одно и то"),
    Kind("этап у всех один", "deals", over("stage", lambda _: "Новая"), "одно и то"),
    Kind("этапы стали #ССЫЛКА!", "deals", over("stage", lambda _: Fault("#REF!")), TAKEN),
    Kind("суммы стёрты", "deals", over("amount", lambda _: None), "стёрто"),
)  # fmt: skip


def spoil(ground: Ground, kind: Kind, chance: Random) -> str:
    """What is wrong with how a book took a kind of damage; empty when all is well."""
    sides = ground.sides[kind.table]
    read = sides.read
    if kind.first is not None:
        read = kind.first(read, chance)
        held = {row.row_id: row for row in read.rows}
        base = {
            i: {**row, **{k: c.value for k, c in held[i].cells.items()}} if i in held else row
            for i, row in sides.base.items()
        }
        ground = replace(
            ground,
            sides={
                **ground.sides,
                kind.table: replace(sides, base=base, store={**sides.store, **base}),
            },
        )
    merged = ground.saved(kind.table, kind.harm(read, chance))
    if kind.words == TAKEN:
        if merged.hold is not None:
            return f"held: {ground.words(merged.hold)}"
        moved = len(merged.edits) + len(merged.new) + len(merged.deleted)
        return f"{moved} values moved" if moved else ""
    if merged.hold is None:
        return f"not held: {len(merged.edits)} edits, {len(merged.new)} new rows"
    said = ground.words(merged.hold)
    return (
        ""
        if any(word in said for word in kind.words.split("|"))
        else f"the words are others: {said}"
    )
