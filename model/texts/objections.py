"""Words of a person's own remark to the head."""

from __future__ import annotations

from model.texts.questions import Words


def objection(who: str, said: str) -> Words:
    """«Не согласны?»: what the person wrote under the forecast."""
    return Words(
        "Не согласен с расчётом",
        f"{who} пишет: {said}",
        "Разберитесь с ним и ответьте Да",
    )
