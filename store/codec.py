"""How the cells of a row travel through a text column: one JSON object of encoded values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from sys import intern

from model.values import Value, decode, encode

Cells = dict[str, str]
"""Field to encoded value; an empty cell is left out."""


def dump(content: object) -> str:
    """Compact JSON; escaped where half a surrogate pair would not pass as UTF-8."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(content, separators=(",", ":"))
    return text


def encode_all(values: Mapping[str, Value]) -> dict[str, str | None]:
    """Encoded values of all fields, the empty ones as None."""
    return {field: encode(value) for field, value in values.items()}


def pack(values: Mapping[str, Value]) -> str:
    """The text of a row's values."""
    return dump({field: text for field, text in encode_all(values).items() if text is not None})


class Unpacker:
    """Decodes many rows; a value that repeats is decoded once and is one object.

    Equal texts and the names of fields are one object in the whole process: rows, bases and books
    hold the same words.
    """

    def __init__(self) -> None:
        self._known = _Known()

    def values(self, text: str) -> dict[str, Value]:
        """The values that `pack` wrote."""
        return self.decoded(json.loads(text))

    def decoded(self, cells: Mapping[str, str]) -> dict[str, Value]:
        """The values of encoded cells."""
        known = self._known
        return {intern(field): known[text] for field, text in cells.items()}


class _Known(dict[str, Value]):
    def __missing__(self, text: str) -> Value:
        value = decode(text)
        if isinstance(value, str):
            value = intern(value)
        self[text] = value
        return value
