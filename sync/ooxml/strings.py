"""The shared strings of a book, rich text flattened."""

from __future__ import annotations

import re

from sync.ooxml.markup import Words, words
from sync.ooxml.xmltext import cell_text, has_declarations, plain_markup


class Strings:
    """The shared strings of a book.

    One is found without parsing the others; `whole` parses them all, for a reader of whole sheets.
    """

    def __init__(self, content: bytes) -> None:
        opening = re.search(rb"<((?:[\w.-]+:)?)sst\b", content)
        self._words = words(opening[1].decode() if opening else "")
        self._content = content
        self._all: list[str] | None = None
        self._pieces: list[bytes] | None = None

    @classmethod
    def after(cls, content: bytes, before: Strings) -> Strings:
        """The strings of a later state: those that were there already are not parsed again."""
        made = cls(content)
        texts = before.whole()
        begins, ends = made._begins(), made._ends()
        old = before._content[before._begins() : before._ends()]
        if 0 <= begins <= ends and old and content.startswith(old, begins):
            tail = content[begins + len(old) : ends]
            if not tail.strip():
                made._all = texts
            elif not has_declarations(content):
                made._all = texts + _texts(tail, made._words)
        return made

    def continues(self, before: Strings) -> bool:
        """Whether every string of the earlier state stands at its place here too."""
        mine, theirs = self.whole(), before.whole()
        return mine is theirs or mine[: len(theirs)] == theirs

    def whole(self) -> list[str]:
        """All of them, parsed once."""
        if self._all is None:
            self._all = _texts(plain_markup(self._content), self._words)
        return self._all

    def __getitem__(self, index: int) -> str:
        piece = self._piece(index) if self._all is None else None
        return self.whole()[index] if piece is None else piece

    def _begins(self) -> int:
        return self._content.find(f"<{self._words.prefix}si".encode())

    def _ends(self) -> int:
        return self._content.rfind(f"</{self._words.prefix}sst".encode())

    def _piece(self, index: int) -> str | None:
        """One string cut out; None where the markup is unusual and all must be parsed."""
        if self._pieces is None:
            name = f"<{self._words.prefix}si".encode()
            self._pieces = self._content.split(name + b">")
            odd = self._content.count(name) != len(self._pieces) - 1
            if odd or has_declarations(self._content):
                self._pieces = []
        if not 0 <= index < len(self._pieces) - 1:
            return None
        return flat(self._pieces[index + 1].decode(), self._words)


def flat(markup: str, patterns: Words) -> str:
    """The plain text of a rich string, without its phonetic hints."""
    if "rPh" in markup:
        markup = patterns.phonetic.sub("", markup)
    return cell_text("".join(patterns.run.findall(markup)))


def _texts(markup: bytes, patterns: Words) -> list[str]:
    found = patterns.string.findall(markup.decode())
    return [_string(plain_text, rich, patterns) for plain_text, rich in found]


def _string(plain_text: str, rich: str, patterns: Words) -> str:
    if rich:
        return flat(rich, patterns)
    if "&" in plain_text or "_x" in plain_text or "\r" in plain_text:
        return cell_text(plain_text)
    return plain_text
