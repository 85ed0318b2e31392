"""What must not be read any more of an erased client, and texts without it.

Three strengths. Names, phones, INNs and addresses of mail go from anywhere in any text. Other texts
of the erased rows go where they stand alone, as in a cell of their own: a sentence may well be
somebody else's too. Everything typed into the erased rows themselves goes by its field.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property

from model.searching import Search, pieces, whole_pieces

GONE = "удалено"
"""Stands in a text where a name or an address was."""
LEAST_NAME = 4
LEAST_TEXT = 6
"""Shorter texts tell nobody apart."""
MOST_TEXT = 100_000
"""Longer texts stand in no cell."""
PHONE_DIGITS = 10
_SEPARATORS = r"[\s\u00a0().\-–/]{0,3}"
_QUOTES = {
    '"': r'(?:\\?"|&quot;|&#34;)',
    "'": r"(?:'|&apos;|&#39;)",
    "&": r"(?:&amp;|&)",
    "<": r"(?:&lt;|<)",
    ">": r"(?:&gt;|>)",
}
_STRING = re.compile(r"<((?:\w+:)?(?:si|is|text))\b([^>]*)>(.*?)</\1>", re.DOTALL)
_RUN = re.compile(r"<((?:\w+:)?t)\b[^>]*>([^<]*)</\1>")
_PHONETIC = re.compile(r"<((?:\w+:)?rPh)\b.*?</\1>", re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
_ALONE = re.compile(r"(<((?:\w+:)?(?:v|t))\b[^>]*>)([^<]+)(</\2>)")


@dataclass(frozen=True)
class Tokens:
    """What tells an erased client; `stands_for` takes the place of its names."""

    stands_for: str
    names: tuple[str, ...]
    """Of the client."""
    people: tuple[str, ...] = ()
    """Of its contacts."""
    digits: tuple[str, ...] = ()
    """The last ten of phones."""
    codes: tuple[str, ...] = ()
    """INNs."""
    mails: tuple[str, ...] = ()
    texts: frozenset[str] = frozenset()
    """Gone where they stand alone."""

    def dumped(self) -> dict[str, object]:
        """As JSON takes it."""
        return {**asdict(self), "texts": sorted(self.texts)}

    @classmethod
    def of(cls, said: Mapping[str, object]) -> Tokens:
        """The tokens of what `dumped` gave."""

        def words(name: str) -> tuple[str, ...]:
            found = said[name]
            assert isinstance(found, list | tuple)  # noqa: S101  # by `dumped`
            return tuple(map(str, found))

        return cls(
            str(said["stands_for"]),
            words("names"),
            words("people"),
            words("digits"),
            words("codes"),
            words("mails"),
            frozenset(words("texts")),
        )

    @cached_property
    def _anywhere(self) -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]:
        found: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = []
        for words, instead in ((self.names, self.stands_for), (self.people, GONE)):
            if pattern := _any_of(map(_spelt, sorted(words, key=len, reverse=True))):
                found.append((pattern, lambda _, instead=instead: instead))  # type: ignore[misc]
        if pattern := _any_of(map(re.escape, self.mails)):
            found.append((pattern, lambda _: GONE))
        phones = "|".join(_SEPARATORS.join(number) for number in self.digits)
        codes = "|".join(self.codes)
        if phones:
            before = rf"(?<![\d.,])(?:\+?\d{{1,3}}{_SEPARATORS})?"
            found.append((re.compile(rf"{before}(?:{phones})(?!\d)"), _without_digits))
        if codes:
            found.append((re.compile(rf"(?<![\d.,])(?:{codes})(?!\d)"), _without_digits))
        return tuple(found)

    @cached_property
    def _search(self) -> Search:
        phrases = (*self.names, *self.people, *self.mails, *self.codes, *self.texts)
        return Search(frozenset(phrases), self.digits)

    def may_stand_in(self, text: str) -> bool:
        """Whether a text needs a closer look; a no is sure, a yes is not."""
        return self._search.may_stand_in(text)

    @cached_property
    def _folded(self) -> frozenset[str]:
        return frozenset(map(_fold, self.texts))

    def found_in(self, text: str) -> bool:
        """Whether a text holds a name, a number or an address, or is one of the texts."""
        if not self.may_stand_in(text):
            return False
        return self.is_alone(text) or any(map(self._stands_in, whole_pieces(text)))

    def _stands_in(self, piece: str) -> bool:
        if not self.may_stand_in(piece):
            return False
        return any(pattern.search(piece) for pattern, _ in self._anywhere)

    def is_alone(self, text: str) -> bool:
        """Whether the text is one of those that go where they stand alone."""
        return LEAST_TEXT <= len(text) <= MOST_TEXT and _fold(text) in self._folded

    def cleaned(self, text: str) -> str:
        """The text without what must go; empty when it is one of the texts itself."""
        if not self.may_stand_in(text):
            return text
        if self.is_alone(text):
            return ""
        for pattern, instead in self._anywhere:
            text = pattern.sub(instead, text)
        return text

    def cleaned_json(self, text: str) -> str:
        """The text with every string of its JSON cleaned; a plain text when it is no JSON."""
        if not (self.may_stand_in(text) or "\\u" in text):
            return text
        if text[:1] not in {"{", "["}:
            return self.cleaned(text)
        try:
            content = json.loads(text)
        except ValueError:
            return self.cleaned(text)
        clean = self._cleaned_value(content)
        if clean == content:
            return text
        return json.dumps(clean, ensure_ascii=False, separators=(",", ":"))

    def cleaned_xml(self, text: str) -> str:
        """The XML of a part of a workbook with its strings, results and attributes cleaned."""
        end, parts = pieces(text)
        if not end:
            return self._cleaned_piece(text) if self._may_stand_apart(text) else text
        if not self.may_stand_in(text) and not _has_runs(text):
            return text
        clean = [self._cleaned_row(part + end) for part in parts[:-1]]
        return "".join([*clean, self._cleaned_row(parts[-1])])

    def _may_stand_apart(self, text: str) -> bool:
        """As `may_stand_in`, also where markup stands amid a word."""
        return self.may_stand_in(text) or self.may_stand_in(_TAGS.sub("", text))

    def _cleaned_row(self, text: str) -> str:
        near = self._may_stand_apart(text) if _has_runs(text) else self.may_stand_in(text)
        return self._cleaned_piece(text) if near else text

    def _cleaned_piece(self, text: str) -> str:
        text = _STRING.sub(self._cleaned_string, text)
        text = _ALONE.sub(self._cleaned_node, text)
        for pattern, instead in self._anywhere:
            text = pattern.sub(instead, text)
        return text

    def _cleaned_value(self, value: object) -> object:
        if isinstance(value, str):
            if value.startswith("s:"):
                clean = self.cleaned(value[2:])
                return f"s:{clean}" if clean else None
            return self.cleaned_json(value)
        if isinstance(value, list):
            return [self._cleaned_value(one) for one in value]
        if isinstance(value, dict):
            return {self.cleaned(k): self._cleaned_value(one) for k, one in value.items()}
        return value

    def _cleaned_string(self, found: re.Match[str]) -> str:
        """A string of runs as one run, when its runs together say what must go."""
        runs = [run[2] for run in _RUN.finditer(_PHONETIC.sub("", found[3]))]
        whole = html.unescape("".join(runs))
        clean = self.cleaned(whole)
        if clean == whole:
            return found[0]
        prefix = found[1].rpartition(":")[0]
        tag = f"{prefix}:t" if prefix else "t"
        body = f'<{tag} xml:space="preserve">{html.escape(clean, quote=False)}</{tag}>'
        return f"<{found[1]}{found[2]}>{body}</{found[1]}>"

    def _cleaned_node(self, found: re.Match[str]) -> str:
        whole = html.unescape(found[3])
        clean = self.cleaned(whole)
        if clean == whole:
            return found[0]
        return f"{found[1]}{html.escape(clean, quote=False)}{found[4]}"


def _has_runs(text: str) -> bool:
    """Whether a string of the part may be told in several runs."""
    return "r>" in text


def _without_digits(found: re.Match[str]) -> str:
    return re.sub(r"\d", "0", found[0])


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    whole = "|".join(patterns)
    return re.compile(rf"(?<!\w)(?:{whole})(?!\w)", re.IGNORECASE) if whole else None


def _spelt(name: str) -> str:
    """A pattern of a name: any blanks between its words, signs as XML and JSON write them."""
    words = name.split()
    return r"(?:\s|\u00a0)+".join("".join(_QUOTES.get(c, re.escape(c)) for c in w) for w in words)


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()
