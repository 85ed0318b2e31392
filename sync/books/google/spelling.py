"""Formulas as Google takes them in a spreadsheet of any language.

Arguments are parted by semicolons, which every locale accepts. Decimal fractions would need the
comma in one locale and the point in another, so they are written as quotients of whole numbers.
"""

from __future__ import annotations

from formulas.cells.tokens import TOKENS


def spelled(formula: str) -> str:
    """A formula of ours, without the equals sign, as it is sent."""
    pieces = TOKENS.finditer(formula)
    return "".join(_piece(match.lastgroup or "", match.group()) for match in pieces)


def _piece(kind: str, text: str) -> str:
    if kind == "SIGN" and text == ",":
        return ";"
    if kind == "NUMBER" and "." in text and "e" not in text.casefold():
        whole, _, fraction = text.partition(".")
        fraction = fraction.rstrip("0")
        if not fraction:
            return whole or "0"
        return f"({int(whole + fraction)}/1{'0' * len(fraction)})"
    return text
