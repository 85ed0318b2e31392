"""Invented contacts that stand in one export only, so that a leak tells where it came from.

They look like rows of anybody else's base and are nobody: names that the base has not got, landline
numbers that begin with a sign which no subscriber has, tax numbers of a region that does not exist.
They stand in the file alone; the store never sees them, so no figure, question or call does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from model.blueprint import Column, Kind, Table
from model.values import Value

MOST, ONE_IN, LEAST = 16, 12, 2
"""At 30 % of the rows, sixteen are all missed once in three hundred leaks."""
FIRST = (
    *("Аква", "Альта", "Бел", "Вент", "Гарант", "Дельта", "Евро", "Инвест", "Кама", "Лидер"),
    *("Мега", "Метал", "Нева", "Омега", "Прима", "Регион", "Север", "Сиб", "Строй", "Тех"),
    *("Урал", "Фаворит", "Центр", "Эко", "Энерго", "Юг", "Агро", "Вектор", "Гранд", "Пром"),
)
LAST = (
    *("сервис", "снаб", "торг", "комплект", "монтаж", "ресурс", "лайн", "трейд", "продукт"),
    *("проект", "групп", "стандарт", "инжиниринг", "опт", "деталь", "маркет", "партнёр", "база"),
)
PEOPLE = (
    *("Авдеева", "Белкин", "Власенко", "Гущина", "Демьянов", "Ерохина", "Жаров", "Зуева"),
    *("Игнатов", "Климова", "Лобанов", "Мухина", "Нестеров", "Осипова", "Панов", "Рябова"),
)
NAMES = ("Анна", "Олег", "Ирина", "Павел", "Елена", "Максим", "Ольга", "Денис")
CITIES = ("495", "812", "343", "383", "831", "846", "863", "473")
_INN = (2, 4, 10, 3, 5, 9, 4, 6, 8)


@dataclass(frozen=True, slots=True)
class Canary:
    """One invented contact."""

    name: str
    person: str
    phone: str
    inn: str

    @property
    def signs(self) -> tuple[str, ...]:
        """What it is recognised by."""
        return (self.name, self.phone, self.inn)


def invented(
    count: int, chance: Callable[[int], bytes], taken: Collection[str]
) -> tuple[Canary, ...]:
    """So many contacts; no name is among those taken, which are folded."""
    found: dict[str, Canary] = {}
    while len(found) < count:
        canary = _one(chance)
        if canary.name.casefold() not in taken:
            found.setdefault(canary.name, canary)
    return tuple(found.values())


def wanted(rows: int) -> int:
    """How many stand among so many rows."""
    return min(MOST, max(LEAST, rows // ONE_IN)) if rows else 0


def row_of(canary: Canary, table: Table, like: dict[str, Value]) -> dict[str, Value]:
    """The canary as a row of a table; days and choices are those of a row that really stands there.

    It has no sums: whoever adds up the file gets what the base has.
    """
    return {c.key: v for c in table.columns if (v := _value(canary, c, like)) is not None}


def carries(columns: Collection[Column]) -> bool:
    """Whether a canary would be recognised by what stands in these columns."""
    return any(column.kind in {Kind.NAME, Kind.PHONE, Kind.INN, Kind.REF} for column in columns)


def _value(canary: Canary, column: Column, like: dict[str, Value]) -> Value:
    if like.get(column.key) is None:
        return None
    match column.kind:
        case Kind.NAME:
            return canary.person if column.key in {"contact", "fio"} else canary.name
        case Kind.REF:
            return canary.name if column.ref == "clients" else None
        case Kind.PHONE:
            return canary.phone
        case Kind.INN:
            return canary.inn
        case Kind.TEXT | Kind.EMAIL | Kind.KPP | Kind.CODE | Kind.MONEY | Kind.NUMBER | Kind.COUNT:
            return None
        case _:
            return like[column.key]


def _one(chance: Callable[[int], bytes]) -> Canary:
    bits = Bits(chance)
    name = f"ООО «{bits.of(FIRST)}{bits.of(LAST)}»"
    if bits.number(3) == 0:
        name = f"ИП {bits.of(PEOPLE)} {bits.of('АВГДЕИКМНОП')}.{bits.of('АВГДЕИКМНОП')}."
    phone = f"+7 {bits.of(CITIES)} 1{bits.number(90) + 10}-{_two(bits)}-{_two(bits)}"
    body = f"00{bits.number(10**7):07d}"
    check = sum(weight * int(digit) for weight, digit in zip(_INN, body, strict=True)) % 11 % 10
    return Canary(name, f"{bits.of(PEOPLE)} {bits.of(NAMES)}", phone, f"{body}{check}")


def _two(bits: Bits) -> str:
    return f"{bits.number(100):02d}"


@dataclass(frozen=True, slots=True)
class Bits:
    """Choices by chance."""

    chance: Callable[[int], bytes]

    def number(self, below: int) -> int:
        """A number under the bound."""
        return int.from_bytes(self.chance(8)) % below

    def of(self, words: Collection[str]) -> str:
        """One of the words."""
        return tuple(words)[self.number(len(words))]


def spread(count: int, among: int, chance: Callable[[int], bytes]) -> Iterator[int]:
    """Places of so many rows among others, in order."""
    bits = Bits(chance)
    yield from sorted(bits.number(among + 1) for _ in range(count))
