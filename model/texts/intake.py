"""Words about what comes in by itself."""

from __future__ import annotations

from model.texts.questions import Words

LONGEST = 300


def asked_again(who: str, heard: str) -> Words:
    """«Написали ещё раз»: the cell holds a person's words, so the new ones stand here."""
    said = heard if len(heard) <= LONGEST else f"{heard[:LONGEST]}..."
    return Words(
        "Написали ещё раз",
        f"{who or 'Клиент'} пишет: «{said}». В ячейке ваш текст, его не трогаю",
        "Ответьте клиенту; «Да» уберёт строку",
    )
