"""Words of the questions that are not findings in one cell (UX section 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The three visible texts of a question."""

    about: str
    wrong: str
    proposal: str


def ask_who(typed: str, name: str, number: str, inn: str, *, several: bool) -> Words:
    """«Кто это»: a typed client that fits nobody exactly, or several."""
    who = f"{name}, {number}" + (f", ИНН {inn}" if inn else "")
    if several:
        return Words(
            "Кто это",
            f"«{typed}»: подходят несколько клиентов. Первый - {who}",
            "Это он? (другой - впишите его №, Нет - заведу нового)",
        )
    return Words(
        "Кто это",
        f"«{typed}»: такого клиента нет. Похож {who}",
        "Это он? (Нет - заведу нового)",
    )


def two_versions(heading: str, live: str, other: str, who: str) -> Words:
    """«Две версии»: two people changed one cell."""
    return Words(
        "Две версии",
        f"«{heading}»: у вас {live or 'пусто'}, {who} - {other or 'пусто'}. Стоит ваше",
        f"Поставить {other or 'пусто'}?",
    )


def typed_over(heading: str, live: str, other: str) -> Words:
    """«Вписано в серое»: a person typed into a computed cell."""
    return Words(
        "Вписано в серое",
        f"«{heading}»: вы вписали {other}, эту клетку считаю я. "
        f"Вернул {live or 'пусто'}, ваше - в журнале",
        "Передать руководителю?",
    )


def row_gone(what: str) -> Words:
    """«Строка пропала»: a row is no longer on its sheet."""
    return Words(
        "Строка пропала",
        f"{what}: строку убрали с листа. Из расчётов вышла, лежит в корзине",
        "Вернуть на лист? (Нет - останется в корзине)",
    )


def edit_and_deletion(what: str, heading: str) -> Words:
    """«Правка и удаление»: one side deleted the row, the other changed it."""
    return Words(
        "Правка и удаление",
        f"{what}: строку убрали с листа, а «{heading}» в ней изменили. Строку вернул",
        "Оставить? (Нет - уберу в корзину)",
    )


def hold_rows(sheet: str, gone: int, total: int, when: str) -> Words:
    """«СТОП: пропали строки»."""
    return Words(
        "СТОП: пропали строки",
        f"С листа «{sheet}» исчезли {gone} из {total} строк {when}. Лист не трогаю",
        f"Вернуть все {gone}? (Нет - в корзину)",
    )


def hold_changed(sheet: str, changed: int, total: int, when: str) -> Words:
    """«СТОП: сбита сортировка» and other damage to many keys at once."""
    return Words(
        "СТОП: сбиты строки",
        f"На листе «{sheet}» у {changed} из {total} строк {when} сменились ИНН, телефон или "
        "номер: похоже, столбец отсортировали отдельно. Лист не трогаю",
        "Вернуть как было? (Нет - принять как есть)",
    )


def hold_sorted(sheet: str, columns: Sequence[str], when: str) -> Words:
    """«СТОП: сбита сортировка»: columns sorted away from the rest."""
    named = ", ".join(f"«{column}»" for column in columns)
    return Words(
        "СТОП: сбита сортировка",
        f"На листе «{sheet}» {when} отсортировано отдельно от остального: {named}. "
        "Значения стоят в чужих строках. Лист не трогаю",
        "Вернуть как было? (Нет - принять как есть)",
    )


def hold_cleared(sheet: str, cleared: int, when: str) -> Words:
    """«СТОП: стёрты клетки»."""
    return Words(
        "СТОП: стёрты клетки",
        f"На листе «{sheet}» {when} стёрто {cleared} клеток. Лист не трогаю",
        "Вернуть стёртое? (Нет - принять как есть)",
    )


def payment_unknown(amount: str, payer: str, inn: str, when: str, person: str) -> Words:
    """«Оплата неизвестно чья»."""
    known = f", ИНН {inn}" if inn else ""
    return Words(
        "Оплата неизвестно чья",
        f"{amount} от {payer or 'неизвестного плательщика'}{known}, {when}: такого клиента нет",
        f"Завести и отдать {person}?" if person else "Впишите № клиента: К-118",
    )


def payment_without_deal(amount: str, client: str, when: str, deals: int, best: str) -> Words:
    """«Оплата без сделки»."""
    return Words(
        "Оплата без сделки",
        f"{amount} от {client} {when}: открытых сделок {deals}",
        f"Отнести на {best}?",
    )
