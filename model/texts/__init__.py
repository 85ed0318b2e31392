"""Every text that a person sees, Russian first.

`Text` names a text; `say(Text.X, **facts)` gives the words. The words of problems stand in
`model.texts.problems`, of sheets in the blueprint (`templates/`), of errors and commands here.
English comes later as a second table of the same names.
"""

from __future__ import annotations

from model.texts.names import Text
from model.texts.ru import WORDS

__all__ = ["Text", "say"]


def say(text: Text, **facts: object) -> str:
    """The words of a text with its facts filled in; a missing fact raises KeyError.

    A fact may be a text of its own: `say(Text.WRONG_PLACE, what=Text.A_COPY, value=7)`.
    """
    spoken = {name: WORDS[fact] if isinstance(fact, Text) else fact for name, fact in facts.items()}
    return WORDS[text].format(**spoken)
