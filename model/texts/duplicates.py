"""Words of the questions about clients that may be one and the same."""

from __future__ import annotations

from dataclasses import replace

from model.texts.questions import Words

PAGE = "Похожие клиенты.html"
"""The page with the cards side by side, beside the owner's book."""
Differing = tuple[tuple[str, str, str], ...]
"""Headings, and what the first and the second card say; blanks for who may not see both."""
FIELDS, LETTERS = 6, 40
"""Differing fields and letters of a value that a question tells."""


def alike(pair: str, reasons: tuple[str, ...], differs: Differing, main: str) -> Words:
    """К-204 и К-377: одинаковый ИНН. Разное: город: Пермь / Омск. Объединить? Главный К-204 …"""
    wrong = f"{pair}: {', '.join(reasons)}.{_differing(differs)}"
    return Words(
        "Похоже на дубль", wrong, f"Объединить? Главный {main} (другой главный - впишите его №)"
    )


def one_phone(pair: str, reason: str, differs: Differing) -> Words:
    """К-204 и К-590: общий телефон, ИНН разные. Это один клиент?"""
    return Words("Один телефон", f"{pair}: {reason}.{_differing(differs)}", "Это один клиент?")


def branch(pair: str) -> Words:
    """К-204 и К-611: ИНН один, КПП разные. Связать как филиал?"""
    return Words("Филиал", f"{pair}: ИНН один, КПП разные", "Связать как филиал?")


def colleague(what: str) -> Words:
    """Клиент с таким ИНН уже ведётся другим менеджером: without a name or a number."""
    wrong = f"Клиент с таким {what} уже ведётся другим менеджером"
    return Words("Клиент у коллеги", wrong, "Спросить руководителя, чей он?")


def whose(who: str, pair: str) -> Words:
    """Иванов Пётр спрашивает, чей клиент: К-204, К-377."""
    return Words(
        "Клиент у коллеги",
        f"{who} спрашивает, чей клиент: {pair}",
        "Впишите менеджера на листе «Клиенты» и ответьте Да",
    )


def deals_text(count: int) -> str:
    """5 сделок, 1 сделка, 2 сделки."""
    if count % 10 == 1 and count % 100 != 11:
        return f"{count} сделка"
    few = count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14}
    return f"{count} сделки" if few else f"{count} сделок"


def _differing(fields: Differing) -> str:
    if not fields:
        return ""
    if not any(ours or theirs for _, ours, theirs in fields):
        return f" Разное: {', '.join(name for name, _, _ in fields)}"
    told = [f"{name}: {_short(ours)} / {_short(theirs)}" for name, ours, theirs in fields[:FIELDS]]
    rest = ", ".join(name for name, _, _ in fields[FIELDS:])
    return f" Разное: {'; '.join(told)}" + (f"; ещё {rest}" if rest else "")


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= LETTERS else f"{line[: LETTERS - 1]}…"


def on_page(words: Words) -> Words:
    """The same, with the page on which both cards stand side by side."""
    return replace(words, wrong=f"{words.wrong}. Рядом: файл «{PAGE}»")


ONE_CLIENT = "Одно и то же"
TO_ASK = "Похожи, решать вам"
CROWDS = "По этим не сравниваю"
NO_TWINS = "Похожих клиентов нет."
CHOOSE = "решаете вы"
"""Stands where the program never chooses."""
WHY = {
    "only": "есть только у одной",
    "both": "всё, что есть",
    "checked": "сходится проверка",
    "person": "вписал человек",
    "later": "вписано позже",
    "main": "как у главной",
    "ask": "чей клиент, программа не выбирает",
}
"""Why a value stands, in the words of the page; nothing where all cards agree."""


def main_card(number: str) -> str:
    """Главная К-204."""
    return f"Главная {number}"


def how_to_join(main: str, others: tuple[str, ...]) -> str:
    """Ответьте на листе «Вопросы» или: sheetcrm merge К-204 К-377."""
    first = f"sheetcrm merge {main} {others[0]}"
    return f"Ответьте Да или Нет на листе «Вопросы». В командной строке: {first}"


def how_to_join_all() -> str:
    """All groups at once, and back."""
    return "Объединить всё сразу: sheetcrm dedupe --join. Разъединить можно в любой день."


def crowd_words() -> str:
    """Why some contacts make no pairs."""
    return (
        "Эти телефоны и адреса стоят у нескольких разных клиентов: приёмная, общий бухгалтер, "
        "форма на сайте. Похожими из-за них клиенты не считаются."
    )
