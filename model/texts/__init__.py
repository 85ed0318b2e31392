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
    """The words of a text with its facts filled in; a missing fact raises KeyError."""
    return WORDS[text].format(**facts)
